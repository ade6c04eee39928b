import type { DoctorCheck } from '../check.ts';

export const sealedLately: DoctorCheck = {
  name: 'sealed-lately',
  claim: 'the last seal is younger than a day, or nothing was recorded that waits for longer',
  why: 'What no seal holds can be changed, and nobody would know: of a record that was never sealed nothing can be proven.',
  remedy: 'npm run audit:seal -- --keep <file>, and let it run every hour',
  requirements: ['S-20', 'N-51'],
  // Nothing new, no seal: a clinic that is shut for the holidays is at no fault. What is recorded anywhere is decided first, and so in the access log.
  query: `
    with last as (select max(closed_at) as closed_at from audit.seals)
    select 'last seal' as object,
           coalesce('closed ' || to_char(closed_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'), 'nothing was ever sealed') as found,
           'within a day, or nothing that waits for it' as expected,
           case
             when closed_at > now() - interval '1 day' then 'ok'
             when closed_at is null then 'fault'
             when exists (select from audit.access_log as l where l.occurred_at > closed_at and l.occurred_at < now() - interval '1 day')
               or exists (select from audit.security_events as e where e.occurred_at > closed_at and e.occurred_at < now() - interval '1 day')
             then 'fault'
             else 'ok'
           end as state
    from last`,
};
