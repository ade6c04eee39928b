import { whoReaches } from '../fragments.ts';
import type { ScanRule } from '../rule.ts';

export const tableWithoutRowSecurity: ScanRule = {
  name: 'table-without-row-security',
  level: 'high',
  claim: 'every table in reach of a caller has row-level security enabled',
  why: 'Without it the grant alone decides: whoever may read the table reads every row of every tenant.',
  remedy:
    'alter table … enable row level security, with a policy for whoever is meant to read; or revoke the grants',
  query: ({ callers, tables }) => `
    with ${callers}, ${tables},
    reached as (
      select t.*, ${whoReaches('t')} as by_roles, (select count(*) from pg_policy as o where o.polrelid = t.oid) as policies
      from tables as t
      where not exists (
        select from pg_inherits as i join pg_class as parent on parent.oid = i.inhparent
        where i.inhrelid = t.oid and parent.relrowsecurity -- told by child-without-row-security
      )
    )
    select object,
           case
             when relrowsecurity or by_roles is null then null
             when policies > 0 then format('its %s policies are asked by nobody: row-level security is off, and %s may reach it', policies, by_roles)
             else 'has no row-level security and is in reach of ' || by_roles
           end as problem
    from reached`,
};
