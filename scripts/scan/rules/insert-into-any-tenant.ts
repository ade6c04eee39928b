import { asWord, guardedByTrigger, isBound, whoWrites } from '../fragments.ts';
import type { ScanRule } from '../rule.ts';

export const insertIntoAnyTenant: ScanRule = {
  name: 'insert-into-any-tenant',
  level: 'high',
  claim: 'no policy lets a row be inserted without asking for its tenant',
  why: '"created_by = auth.uid()" says who inserts, not where: the row lands in whatever tenant the client names, in their lists, sums and limits.',
  remedy:
    'also ask in WITH CHECK that the tenant key is among the tenants of the caller, or set it in a trigger',
  needs: 'tenant',
  query: ({ callers, tables, tenantTables, policies, callerPolicies, fenced, tenantColumn }) => `
    with ${callers}, ${tables}, ${tenantTables}, ${policies}, ${callerPolicies}, ${fenced}
    select o.object,
           case
             when coalesce(o.check_text, o.using_text) ~ ${asWord(tenantColumn)}
               or t.oid in (select oid from fenced)
               or ${guardedByTrigger('t.oid', tenantColumn, 4)}
               or exists (
                 select from caller_policies as f
                 where f.polrelid = t.oid and not f.polpermissive and f.polcmd = 'a' and f.check_text ~ ${asWord(tenantColumn)}
               )
               then null
             else 'lets the client choose ' || ${tenantColumn} || ', for ' || ${whoWrites('t.oid', 't.attnum', 'insert', isBound('o'))}
           end as problem
    from caller_policies as o
    join tenant_tables as t on t.oid = o.polrelid
    where o.polpermissive
      and o.polcmd in ('a', '*')
      and coalesce(o.check_text, o.using_text) not in ('true', 'false')`,
};
