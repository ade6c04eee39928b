import type { Invariant } from './invariant.ts';
import { REALMS, TABLES } from './scope.ts';

export const fencePresent: Invariant = {
  name: 'fence-present',
  claim: 'every table has exactly one restrictive policy for all commands of each realm',
  why:
    'Permissive policies add up: only a restrictive one keeps a row inside whatever somebody adds later, to whichever ' +
    'table, grants included.',
  requirements: ['S-02', 'S-04', 'N-24'],
  query: `
    with ${TABLES},
    reach as (
      select t.oid, t.object, r.oid as role_id, r.rolname
      from tables as t
      cross join pg_roles as r
      where r.rolname in ${REALMS}
    )
    select r.object || ' for ' || r.rolname as object,
           case when count(p.oid) <> 1 then count(p.oid) || ' restrictive policies for all commands' end as problem
    from reach as r
    left join pg_policy as p
      on p.polrelid = r.oid and not p.polpermissive and p.polcmd = '*' and p.polroles = array[r.role_id]
    group by r.object, r.rolname`,
};
