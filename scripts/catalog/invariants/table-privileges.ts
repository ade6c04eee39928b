import type { Invariant } from './invariant.ts';
import { API_ROLES, RELATIONS } from './scope.ts';

export const tablePrivileges: Invariant = {
  name: 'table-privileges',
  claim:
    'no role of an application holds DELETE, TRUNCATE, TRIGGER, REFERENCES or MAINTAIN, and PUBLIC holds nothing',
  why: 'TRUNCATE ignores row-level security, TRIGGER plants code that others run, MAINTAIN locks a table; rows are archived, never deleted.',
  requirements: ['S-04', 'N-09', 'N-11'],
  query: `
    with ${RELATIONS}
    select c.object,
           (
             select string_agg(coalesce(r.rolname, 'PUBLIC') || ' holds ' || g.privilege_type, ', ')
             from aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) as g
             left join pg_roles as r on r.oid = g.grantee
             where g.grantee = 0
                or (r.rolname in ${API_ROLES} and g.privilege_type in ('DELETE', 'TRUNCATE', 'TRIGGER', 'REFERENCES', 'MAINTAIN'))
           ) as problem
    from relations as c
    where c.relkind <> 'S'`,
};
