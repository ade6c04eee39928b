import type { Invariant } from './invariant.ts';
import { API_ROLES, FUNCTIONS, TEXT_OF_FUNCTION } from './scope.ts';

export const executeNeeded: Invariant = {
  name: 'execute-needed',
  claim:
    'a role of an application may execute a function outside of public only where a policy, default, check, view, trigger or function that runs as that role calls it',
  why: 'A schema without USAGE keeps callers from naming a helper today; the day somebody opens it, each spare EXECUTE is a question that anybody may ask about others.',
  requirements: ['N-09', 'N-11'],
  // Trigger functions and functions of the caller's own rights are read as text: their calls are no dependencies.
  query: `
    with ${FUNCTIONS},
    held as (
      select f.oid, f.object, f.nspname, f.proname, r.oid as role, r.rolname
      from functions as f
      cross join pg_roles as r
      where f.nspname <> 'public' and r.rolname in ${API_ROLES} and has_function_privilege(r.oid, f.oid, 'execute')
    ),
    writers as (
      select c.oid as relation, r.oid as role
      from pg_class as c
      cross join pg_roles as r
      where c.relkind in ('r', 'p') and r.rolname in ${API_ROLES}
        and (has_any_column_privilege(r.oid, c.oid, 'insert, update') or has_table_privilege(r.oid, c.oid, 'delete'))
    ),
    needed as (
      select d.refobjid as oid, m.role
      from pg_policy as p
      cross join lateral unnest(p.polroles) as m (role)
      join pg_depend as d on d.classid = 'pg_policy'::regclass and d.objid = p.oid and d.refclassid = 'pg_proc'::regclass
      union
      select d.refobjid, w.role
      from pg_attrdef as a
      join pg_depend as d on d.classid = 'pg_attrdef'::regclass and d.objid = a.oid and d.refclassid = 'pg_proc'::regclass
      join writers as w on w.relation = a.adrelid
      union
      select d.refobjid, w.role
      from pg_constraint as k
      join pg_depend as d on d.classid = 'pg_constraint'::regclass and d.objid = k.oid and d.refclassid = 'pg_proc'::regclass
      join writers as w on w.relation = k.conrelid
      union
      select d.refobjid, r.oid
      from pg_rewrite as v
      join pg_depend as d on d.classid = 'pg_rewrite'::regclass and d.objid = v.oid and d.refclassid = 'pg_proc'::regclass
      join pg_roles as r on has_any_column_privilege(r.oid, v.ev_class, 'select')
      union
      select h.oid, h.role
      from held as h
      join functions as f on not f.prosecdef and ${TEXT_OF_FUNCTION} ~ ('\\m' || h.nspname || '\\.' || h.proname || '\\M')
      where has_function_privilege(h.role, f.oid, 'execute')
         or exists (select from pg_trigger as t join writers as w on w.relation = t.tgrelid where t.tgfoid = f.oid and w.role = h.role)
    )
    select h.object || ' for ' || h.rolname as object,
           case when n.oid is null then 'may be executed, and nothing that runs as the role calls it' end as problem
    from held as h
    left join needed as n on n.oid = h.oid and n.role = h.role`,
};
