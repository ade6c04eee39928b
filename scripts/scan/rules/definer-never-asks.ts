import { isKept, whoCalls } from '../fragments.ts';
import type { ScanRule } from '../rule.ts';

export const definerNeverAsks: ScanRule = {
  name: 'definer-never-asks',
  level: 'high',
  claim: 'every function in reach that works on guarded tables past their policies asks who calls',
  why: 'It runs as an owner whom no policy binds, FORCE or not: whatever id the caller sends, of whatever tenant, it answers.',
  remedy:
    "compare auth.uid() or the caller's memberships in the body, run it as SECURITY INVOKER, or revoke execute from the callers",
  query: ({ callers, functions, calls, contextFunctions }) => String.raw`
    with ${callers}, ${functions}, ${calls}, ${contextFunctions},
    named as (
      select distinct f.oid, lower(coalesce(m.found[1], m.found[2])) as relation
      from functions as f
      cross join lateral regexp_matches(
        f.body,
        '\m(?:from|join)\s+(?:only\s+)?(?:"?\w+"?\.)?"?(\w+)"?(?!\w|"|\.|\s*\()|\m(?:insert\s+into|update|delete\s+from)\s+(?:only\s+)?(?:"?\w+"?\.)?"?(\w+)"?(?!\w|"|\.)',
        'gi'
      ) as m (found)
      where f.prosecdef
      union
      select f.oid, lower(coalesce(m.found[1], m.found[3]))
      from functions as f
      cross join lateral regexp_matches(
        f.body,
        '\m(?:merge\s+into|truncate(?:\s+table)?)\s+(?:only\s+)?(?:"?\w+"?\.)?"?(\w+)"?|,\s*(?:only\s+|lateral\s+)?"?(\w+)"?\."?(\w+)"?(?!\w|"|\.|\s*\()',
        'gi'
      ) as m (found)
      where f.prosecdef
        -- Behind a comma stands a column more often than a table: only with the schema of one.
        and (m.found[3] is null or to_regclass(format('%I.%I', lower(m.found[2]), lower(m.found[3]))) is not null)
    ),
    works_on as (
      select n.oid, string_agg(distinct n.relation, ', ' order by n.relation) as relations
      from named as n
      where exists (select from pg_class as c where c.relname = n.relation and c.relkind in ('r', 'p') and ${isKept('c')}
        and c.relnamespace in (select n.oid from pg_namespace as n where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'))
      group by n.oid
    )
    select f.object,
           case
             when w.relations is not null and f.oid not in (select oid from context_functions)
               then format('works on %s past policies and never asks who calls, for ', w.relations) || ${whoCalls('f')}
           end as problem
    from functions as f
    left join works_on as w on w.oid = f.oid
    join pg_roles as o on o.oid = f.proowner
    where f.prosecdef
      and f.lanname in ('sql', 'plpgsql')
      and (o.rolsuper or o.rolbypassrls or exists (
        select from pg_class as t
        where t.relowner = f.proowner and t.relkind in ('r', 'p') and not t.relforcerowsecurity
      ))
      and f.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)`,
};
