import type { Invariant } from './invariant.ts';
import { FUNCTIONS, POLICIES, RELATIONS, TABLES } from './scope.ts';

/** Everything that makes what leaves for a vendor. */
const MAKERS = ['public.smart_insights_payload'];

/** What ties each of its policies to one organisation. */
const TIES = '\\( SELECT authz\\.(insights_organisation_id|colleague_ids)\\(\\)';

export const insightsReadLittle: Invariant = {
  name: 'insights-read-little',
  claim:
    'cordon_insights reads listed columns of tables up to INTERNAL, of one organisation, writes nothing and owns one function',
  why: 'What that role may read is what can leave for a vendor; its grants are the proof.',
  requirements: ['S-22', 'S-23'],
  query: `
    with ${TABLES}, ${POLICIES}, ${RELATIONS}, ${FUNCTIONS}
    select c.object || coalesce('.' || quote_ident(a.attname), '') as object,
           case
             when a.attname is null then 'is held whole by cordon_insights'
             when has_column_privilege(r.oid, c.oid, a.attnum, 'insert, update, references') then 'may be written by cordon_insights'
             when k.level not in ('PUBLIC', 'INTERNAL') then 'is read by cordon_insights and is ' || k.level
             when k.level is null then 'is read by cordon_insights and is no classified table'
           end as problem
    from relations as c
    join pg_roles as r on r.rolname = 'cordon_insights'
    join pg_class as t on t.oid = c.oid
    join pg_namespace as n on n.oid = t.relnamespace
    left join governance.classification as k on k.schema_name = n.nspname and k.table_name = t.relname
    cross join lateral (
      select null::name as attname, null::smallint as attnum
      where has_table_privilege(r.oid, c.oid, 'select, insert, update, delete, truncate, references, trigger')
      union all
      select x.attname, x.attnum
      from pg_attribute as x
      where x.attrelid = c.oid and x.attnum > 0 and not x.attisdropped and c.relkind <> 'S'
        and has_column_privilege(r.oid, c.oid, x.attnum, 'select, insert, update, references')
    ) as a
    union all
    select p.object,
           case when p.polcmd <> 'r' or p.using_text !~ $1 then 'lets cordon_insights past one organisation' end
    from policies as p
    where p.polpermissive and p.polroles && array[0::oid, (select oid from pg_roles where rolname = 'cordon_insights')]
    union all
    select f.object, case when not f.name = any ($2) then 'belongs to cordon_insights' end
    from functions as f
    join pg_roles as r on r.oid = f.proowner
    where r.rolname = 'cordon_insights'`,
  values: [TIES, MAKERS],
};
