import type { Invariant } from './invariant.ts';
import { API_ROLES } from './scope.ts';

export const schemasClosed: Invariant = {
  name: 'schemas-closed',
  claim:
    'no role of an application has USAGE on authz, audit or governance, and none may create in any schema of ours',
  why: 'A policy needs EXECUTE on its helpers; a caller who can also name them asks questions about others.',
  requirements: ['N-09', 'N-11'],
  query: `
    select 'schema ' || n.nspname || ' for ' || r.rolname as object,
           case
             when has_schema_privilege(r.oid, n.oid, 'create') then 'may create objects'
             when n.nspname <> 'public' and has_schema_privilege(r.oid, n.oid, 'usage') then 'has USAGE'
           end as problem
    from pg_namespace as n
    cross join pg_roles as r
    where n.nspname in ('public', 'authz', 'audit', 'governance')
      and r.rolname in ${API_ROLES}`,
};
