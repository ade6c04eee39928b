import type { Invariant } from './invariant.ts';
import { REALMS, RELATIONS } from './scope.ts';

export const writesGrantedByColumn: Invariant = {
  name: 'writes-granted-by-column',
  claim: 'realms hold INSERT and UPDATE on named columns only',
  why: 'A grant on the whole table covers every column added later, stamps and projections included.',
  requirements: ['S-16', 'N-11'],
  query: `
    with ${RELATIONS}
    select c.object,
           (
             select string_agg(r.rolname || ' holds ' || g.privilege_type || ' on every column', ', ')
             from aclexplode(c.relacl) as g
             join pg_roles as r on r.oid = g.grantee
             where r.rolname in ${REALMS} and g.privilege_type in ('INSERT', 'UPDATE')
           ) as problem
    from relations as c
    where c.relkind <> 'S'`,
};
