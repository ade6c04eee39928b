import { whoReaches } from '../fragments.ts';
import type { ScanRule } from '../rule.ts';

export const tenantUnfenced: ScanRule = {
  name: 'tenant-unfenced',
  level: 'low',
  claim: 'every tenant table in reach has a restrictive policy on its tenant key',
  why: 'Permissive policies are alternatives: the next one that somebody adds opens the table, whatever the others say. A restrictive one holds against all of them.',
  remedy:
    'create policy … as restrictive for all to <roles> using (<tenant key> in (select <tenants of the caller>))',
  needs: 'tenant',
  query: ({ callers, tables, tenantTables, policies, callerPolicies, fenced }) => `
    with ${callers}, ${tables}, ${tenantTables}, ${policies}, ${callerPolicies}, ${fenced}
    select t.object,
           case
             when t.oid not in (select oid from fenced) then 'has permissive policies only, for ' || ${whoReaches('t')}
           end as problem
    from tenant_tables as t
    where t.relrowsecurity
      and exists (select from caller_policies as o where o.polrelid = t.oid and o.polpermissive)`,
};
