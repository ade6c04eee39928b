import { probe, refused, sees } from '../probe.ts';

export const s13 = probe(
  'S-13',
  [
    sees('doctor', 'control: a live session reads', 'select count(*) > 0 from public.patients', true),
    sees(
      'signedOut',
      'the unexpired token of a session that has ended reads nothing',
      'select count(*) from public.patients',
      0,
    ),
    refused('signedOut', 'and is refused before any policy is asked', 'select public.pre_request()', 'CD040'),
  ],
  { outside: 'that tokens stay in httpOnly cookies is up to each application' },
);
