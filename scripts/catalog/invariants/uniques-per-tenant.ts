import type { Invariant } from './invariant.ts';
import { TABLES, TENANT_TABLES } from './scope.ts';

export const uniquesPerTenant: Invariant = {
  name: 'uniques-per-tenant',
  claim: 'every unique index of a tenant table includes organisation_id',
  why: 'A duplicate across tenants answers 23505: whoever may insert can ask which values the others hold.',
  requirements: ['S-04'],
  query: `
    with ${TABLES}, ${TENANT_TABLES}
    select t.object || ' ' || i.indexrelid::regclass::text as object,
           case when not t.attnum = any (i.indkey) then 'is unique across organisations' end as problem
    from tenant_tables as t
    join pg_index as i on i.indrelid = t.oid and i.indisunique`,
};
