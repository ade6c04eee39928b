import type { Invariant } from './invariant.ts';
import { TABLES } from './scope.ts';

export const onePolicyPerCommand: Invariant = {
  name: 'one-policy-per-command',
  claim: 'each table, command and realm has at most one permissive policy',
  why: 'Several permissive policies are joined by OR: nobody can tell what one of them allows by reading it.',
  requirements: ['N-32'],
  query: `
    with ${TABLES}
    select t.object || ' ' || c.command || ' for ' || coalesce(r.rolname, 'public') as object,
           case when count(*) > 1 then 'permissive policies: ' || string_agg(p.polname, ', ' order by p.polname) end as problem
    from pg_policy as p
    join tables as t on t.oid = p.polrelid
    cross join lateral unnest(p.polroles) as roles (role_id)
    left join pg_roles as r on r.oid = roles.role_id
    join (values ('r', 'select'), ('a', 'insert'), ('w', 'update'), ('d', 'delete')) as c (code, command)
      on p.polcmd::text in (c.code, '*')
    where p.polpermissive
    group by t.object, c.command, r.rolname`,
};
