import type { DoctorCheck } from '../check.ts';

/** When the watch looked last, nothing tells where it found nothing: whether it has seen what is there now, does. */
export const catalogWatched: DoctorCheck = {
  name: 'catalog-watched',
  claim: 'the watch has recorded the catalog as it is',
  why: 'A policy that is dropped and put back in between two looks was never gone: who changed what is on record by the watch alone.',
  remedy: 'npm run audit:watch, after each migration and every five minutes',
  requirements: ['N-54', 'N-51'],
  query: `
    with known as (
      select distinct on (e.object) e.object, e.details ->> 'to' as state
      from audit.deployment_events as e
      where e.event_type like 'catalog.%' and e.event_type <> 'catalog.ddl'
      order by e.object, e.occurred_at desc, e.id desc
    ),
    looked as (
      select not exists (select from known) as never, count(*) as others
      from audit.catalog_states() as now
      full join known on known.object = now.object
      where now.state is distinct from known.state
    )
    select 'catalog' as object,
           case when never then 'nobody has looked yet'
                when others > 0 then others || case when others = 1 then ' object is' else ' objects are' end || ' otherwise than recorded'
                else 'as recorded' end as found,
           'as recorded' as expected,
           case when never or others > 0 then 'fault' else 'ok' end as state
    from looked`,
};
