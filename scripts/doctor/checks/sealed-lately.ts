import type { DoctorCheck } from '../check.ts';

export const sealedLately: DoctorCheck = {
  name: 'sealed-lately',
  claim: 'the last seal is younger than a day',
  why: 'What no seal holds can be changed, and nobody would know: of a record that was never sealed nothing can be proven.',
  remedy: 'npm run audit:seal -- --keep <file>, and let it run every hour',
  requirements: ['S-20', 'N-51'],
  query: `
    select 'last seal' as object,
           coalesce('closed ' || to_char(max(closed_at) at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'), 'nothing was ever sealed') as found,
           'within a day' as expected,
           case when max(closed_at) > now() - interval '1 day' then 'ok' else 'fault' end as state
    from audit.seals`,
};
