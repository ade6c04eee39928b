import type { DoctorCheck } from '../check.ts';
import { settingQuery } from '../settings.ts';

export const slotsBounded: DoctorCheck = {
  name: 'slots-bounded',
  claim: 'a slot that nobody drains cannot fill the disk',
  why: 'A slot keeps the write-ahead log for as long as it lives, unless it is bounded: a full disk stops the clinic.',
  remedy:
    'set max_slot_wal_keep_size to 1GB, or what the disk can spare; on hosted Supabase: npx supabase postgres-config update --project-ref <ref> --config max_slot_wal_keep_size=1GB',
  requirements: ['N-35'],
  query: settingQuery('max_slot_wal_keep_size', `value <> '-1'`, 'a bound'),
};
