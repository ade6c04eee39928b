import type { Invariant } from './invariant.ts';
import { TABLES, TENANT_TABLES } from './scope.ts';

export const tenantIndexesLead: Invariant = {
  name: 'tenant-indexes-lead',
  claim:
    'every index of a tenant table starts with organisation_id, unless a policy or a foreign key outside the tenant is found by it',
  why: "Policies give every query of staff its tenant: an index that does not start with it reads everybody's rows to give one clinic's.",
  requirements: ['N-30'],
  query: `
    with ${TABLES}, ${TENANT_TABLES}
    select i.indexrelid::regclass::text as object,
           case
             when i.indkey[0] = t.attnum then null
             -- The portal knows patients by id, across organisations.
             when exists (
               select from pg_policy as p
               join pg_depend as d on d.classid = 'pg_policy'::regclass and d.objid = p.oid
                and d.refclassid = 'pg_class'::regclass and d.refobjid = t.oid and d.refobjsubid = nullif(i.indkey[0], 0)
               where p.polrelid = t.oid
             ) then null
             when exists (
               select from pg_constraint as k
               where k.conrelid = t.oid and k.contype = 'f' and k.conkey[1] = i.indkey[0] and not t.attnum = any (k.conkey)
             ) then null
             else 'starts with ' || coalesce(a.attname, 'an expression')
           end as problem
    from tenant_tables as t
    join pg_index as i on i.indrelid = t.oid
    left join pg_attribute as a on a.attrelid = t.oid and a.attnum = i.indkey[0] and a.attnum > 0`,
};
