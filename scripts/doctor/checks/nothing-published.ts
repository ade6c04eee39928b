import type { DoctorCheck } from '../check.ts';

export const nothingPublished: DoctorCheck = {
  name: 'nothing-published',
  claim: 'no table of ours is in a publication',
  why: 'Realtime sends deletions without asking the policies, and whoever subscribes to a publication is asked by none.',
  remedy: 'alter publication … drop table …; of a publication of all tables: drop it, and name what is meant',
  requirements: ['N-09'],
  query: `
    select 'publication ' || quote_ident(p.pubname) as object,
           case when p.puballtables then 'all tables' else coalesce(string_agg(format('%I.%I', t.schemaname, t.tablename), ', ') filter (where t.tablename is not null), 'none of ours') end
             as found,
           'none of ours' as expected,
           case when p.puballtables or count(t.tablename) > 0 then 'fault' else 'ok' end as state
    from pg_publication as p
    left join pg_publication_tables as t on t.pubname = p.pubname and t.schemaname in ('public', 'authz', 'audit', 'governance')
    group by p.pubname, p.puballtables`,
};
