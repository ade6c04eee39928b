import type { DoctorCheck } from '../check.ts';
import { settingQuery } from '../settings.ts';

export const walLevel: DoctorCheck = {
  name: 'wal-level',
  claim: 'the server writes what a logical slot can read',
  why: 'The access log is drained from the write-ahead log; at another level nothing can be drained.',
  remedy: 'set wal_level to logical, and restart; hosted Supabase has it',
  requirements: ['N-35'],
  query: settingQuery('wal_level', `value = 'logical'`, 'logical'),
};
