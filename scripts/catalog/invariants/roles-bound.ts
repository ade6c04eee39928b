import type { Invariant } from './invariant.ts';
import { FUNCTIONS, REALMS, RELATIONS } from './scope.ts';

export const rolesBound: Invariant = {
  name: 'roles-bound',
  claim:
    'no realm, and no owner of definer functions, bypasses row-level security, logs in, owns a table or is a member of another role',
  why: 'An owner and a role with BYPASSRLS are not bound by any policy.',
  requirements: ['N-09'],
  query: `
    with ${RELATIONS}, ${FUNCTIONS}
    select r.rolname as object,
           case
             when r.rolsuper then 'is superuser'
             when r.rolbypassrls then 'bypasses row-level security'
             when r.rolcanlogin then 'can log in'
             when r.rolcreaterole or r.rolcreatedb or r.rolreplication then 'has administrative attributes'
             when exists (select from relations as c where c.relowner = r.oid) then 'owns a table'
             when r.rolname not in ('cordon_definer', 'cordon_insights') and exists (select from functions as f where f.proowner = r.oid) then 'owns a function'
             when exists (
               select from pg_auth_members as m
               join pg_roles as parent on parent.oid = m.roleid
               where m.member = r.oid
             ) then 'is a member of another role'
           end as problem
    from pg_roles as r
    where r.rolname in ${REALMS} or r.rolname in ('cordon_definer', 'cordon_insights')`,
};
