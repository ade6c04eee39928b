import { isKept, whoCalls } from '../fragments.ts';
import type { ScanRule } from '../rule.ts';

/** A name as somebody writes it: in quotes it keeps its letters, blanks and all. */
const NAME = String.raw`(?:"(?:[^"]|"")+"|\w+)`;
const NO_CALL = String.raw`(?!\w|"|\s*\.|\s*\()`;
const RELATION = String.raw`(?:${NAME}\s*\.\s*)?(${NAME})`;
const READ = String.raw`(?<!distinct\s)\m(?:from|join)\M[\s(]*(?:only\M[\s(]*)?${RELATION}${NO_CALL}`;
const WRITTEN = String.raw`\m(?:insert\s+into|update|delete\s+from|merge\s+into|copy)\M\s*(?:only\M\s*)?${RELATION}(?!\w|"|\s*\.)`;
/** TABLE as a query of its own, where a query may begin; after CREATE it names what is the function's. */
const WHOLE = String.raw`(?:^|[;(]|\m(?:query|in|as|for|all|union|except|intersect|begin|then|else|loop|lock|truncate)\M)\s*(?:table\M|(?<=truncate\s*))\s*(?:only\M\s*)?${RELATION}${NO_CALL}`;

/** What stands behind the first comma of a FROM. Further on a bare name is as often a column. */
const SECOND = String.raw`(?<!distinct\s)\mfrom\s+(?:only\s+)?(?:${NAME}\s*\.\s*)?${NAME}(?:\s+(?:as\s+)?${NAME})?\s*,\s*(?:only\s+|lateral\s+)?${RELATION}${NO_CALL}`;

export const definerNeverAsks: ScanRule = {
  name: 'definer-never-asks',
  level: 'high',
  claim: 'every function in reach that works on guarded tables past their policies asks who calls',
  why: 'It runs as an owner whom no policy binds, FORCE or not: whatever id the caller sends, of whatever tenant, it answers.',
  remedy:
    "compare auth.uid() or the caller's memberships in the body, run it as SECURITY INVOKER, or revoke execute from the callers",
  query: ({ callers, functions, calls, contextFunctions }) => String.raw`
    with ${callers}, ${functions}, ${calls}, ${contextFunctions},
    written as (
      select distinct f.oid, coalesce(m.found[1], m.found[2], m.found[3]) as relation
      from functions as f
      cross join lateral regexp_matches(f.body, '${READ}|${WRITTEN}|${WHOLE}', 'gi') as m (found)
      where f.prosecdef
      union
      select f.oid, m.found[1]
      from functions as f
      cross join lateral regexp_matches(f.body, '${SECOND}', 'gi') as m (found)
      where f.prosecdef
      union
      select f.oid, m.found[2]
      from functions as f
      cross join lateral regexp_matches(f.body, ',\s*(?:only\s+|lateral\s+)?(${NAME})\s*\.\s*(${NAME})${NO_CALL}', 'gi') as m (found)
      where f.prosecdef
        -- Behind a comma stands a column more often than a table: only with the schema of one.
        and to_regclass(m.found[1] || '.' || m.found[2]) is not null
    ),
    named as (
      select oid, case when relation like '"%' then replace(substr(relation, 2, length(relation) - 2), '""', '"') else lower(relation) end as relation
      from written
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
