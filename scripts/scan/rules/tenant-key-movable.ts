import { guardedByTrigger, isBound, whoWrites } from '../fragments.ts';
import type { ScanRule } from '../rule.ts';

/** A policy lets the caller update at all. */
const BY_A_POLICY = `exists (
      select from caller_policies as o
      where o.polrelid = t.oid and o.polpermissive and o.polcmd in ('w', '*') and coalesce(o.using_text, '') <> 'false' and ${isBound('o')}
    )`;

export const tenantKeyMovable: ScanRule = {
  name: 'tenant-key-movable',
  level: 'medium',
  claim: 'no caller may write the tenant key of an existing row, unless a trigger compares it',
  why: 'Who belongs to two tenants passes the policies of both: an UPDATE of the key carries the row, and all that hangs on it, from one to the other.',
  remedy:
    'grant UPDATE on the other columns only, or raise in a trigger before update when the key is distinct from the old one',
  needs: 'tenant',
  query: ({ callers, tables, tenantTables, policies, callerPolicies, tenantColumn }) => `
    with ${callers}, ${tables}, ${tenantTables}, ${policies}, ${callerPolicies}
    select t.object,
           case
             when not ${guardedByTrigger('t.oid', tenantColumn, 16)}
               then ${tenantColumn} || ' may be updated by ' || ${whoWrites('t.oid', 't.attnum', 'update', BY_A_POLICY)}
           end as problem
    from tenant_tables as t
    where t.relrowsecurity
      and exists (select from caller_policies as o where o.polrelid = t.oid and o.polpermissive and o.polcmd in ('w', '*'))`,
};
