import type { Invariant } from './invariant.ts';
import { API_ROLES, RELATIONS } from './scope.ts';

export const viewsAsInvoker: Invariant = {
  name: 'views-as-invoker',
  claim:
    "every view runs with its reader's rights, unless no application reaches it; no materialised view or foreign table is in reach",
  why: "A view runs with its owner's rights by default and shows every tenant's rows; materialised views and foreign tables know no policies.",
  requirements: ['S-04', 'N-09'],
  query: `
    with ${RELATIONS}
    select c.object,
           case
             when c.relkind in ('m', 'f') and reached.by_roles is not null
               then 'knows no policies and is in reach of ' || reached.by_roles
             when c.relkind = 'v' and reached.by_roles is not null
               and not coalesce(c.reloptions, '{}') && array['security_invoker=true', 'security_invoker=on', 'security_invoker=1']
               then 'runs with the rights of its owner and is in reach of ' || reached.by_roles
           end as problem
    from relations as c
    cross join lateral (
      select string_agg(r.rolname, ', ' order by r.rolname) as by_roles
      from pg_roles as r
      where r.rolname in ${API_ROLES} and has_any_column_privilege(r.oid, c.oid, 'select, insert, update')
    ) as reached
    where c.relkind in ('v', 'm', 'f')`,
};
