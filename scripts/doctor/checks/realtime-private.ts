import type { DoctorCheck } from '../check.ts';

export const realtimePrivate: DoctorCheck = {
  name: 'realtime-private',
  claim: 'Realtime opens no channel that policies do not guard',
  why: 'A public channel asks nobody: whoever holds the key of the application joins it by its name, hears what is sent there, sends, and sees who is present.',
  remedy:
    'look at Realtime, Settings, Allow public access: off; without it a channel takes policies on realtime.messages, of which Cordon has none',
  requirements: ['N-09'],
  query: `
    select 'public channels' as object, 'a setting of Realtime' as found, 'off' as expected, 'unseen' as state`,
};
