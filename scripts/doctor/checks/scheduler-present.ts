import type { DoctorCheck } from '../check.ts';

export const schedulerPresent: DoctorCheck = {
  name: 'scheduler-present',
  claim: 'something runs what has to run by itself',
  why: 'Seals, retention and drains are functions: nothing happens when nobody calls them.',
  remedy:
    'create extension pg_cron, or look whether another scheduler calls them: npm run audit:seal every hour',
  requirements: ['N-51'],
  query: `
    select 'pg_cron' as object, case when count(*) > 0 then 'installed' else 'not installed' end as found,
           'installed, or another scheduler' as expected, case when count(*) > 0 then 'ok' else 'unseen' end as state
    from pg_extension
    where extname = 'pg_cron'`,
};
