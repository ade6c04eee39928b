import type { DoctorCheck } from '../check.ts';

/** Another scheduler calls them without the database knowing of it: that no job is there is no fault, and never ok. */
export const schedulerPresent: DoctorCheck = {
  name: 'scheduler-present',
  claim: 'something runs what has to run by itself',
  why: 'Seals, the watch and the drain are functions: nothing happens when nobody calls them, and an extension that is installed calls nothing.',
  remedy:
    "select cron.schedule('cordon seals', '7 * * * *', 'select seal_records()'), likewise watch_catalog() and audit.drain_access_log(); or look whether another scheduler calls them: npm run audit:seal every hour",
  requirements: ['N-51'],
  // A table that is there or not cannot stand in a query: as text it can.
  query: `
    select 'pg_cron ' || called.name as object,
           case when job.active then 'every ' || job.schedule when job.active is false then 'switched off' else 'no job of pg_cron that this login sees' end as found,
           'a job, or another scheduler' as expected,
           case when job.active then 'ok' when job.active is false then 'fault' else 'unseen' end as state
    from (values (1, 'drain_access_log'), (2, 'seal_records'), (3, 'watch_catalog')) as called (place, name)
    left join lateral (
      select (xpath('/row/active/text()', job))[1]::text::boolean as active, (xpath('/row/schedule/text()', job))[1]::text as schedule
      from unnest(xpath('/table/row', case
        when to_regclass('cron.job') is null then '<table/>'::xml
        else query_to_xml('select active, schedule, command from cron.job where database = current_database()', false, false, '')
      end)) as job
      where (xpath('/row/command/text()', job))[1]::text ~ ('\\m' || called.name || '\\M')
      order by 1 desc
      limit 1
    ) as job on true
    order by called.place`,
};
