import type { Invariant } from './invariant.ts';
import { TABLES, TENANT_TABLES } from './scope.ts';

export const tenantKeyComplete: Invariant = {
  name: 'tenant-key-complete',
  claim: 'organisation_id is a uuid, never NULL, and carries n_distinct for the planner',
  why: "A row without tenant belongs to nobody's fence; without n_distinct the planner plans for an average tenant.",
  requirements: ['S-02', 'N-22'],
  query: `
    with ${TABLES}, ${TENANT_TABLES}
    select t.object,
           case
             when not t.attnotnull then 'organisation_id may be NULL'
             when a.atttypid <> 'uuid'::regtype then 'organisation_id is a ' || a.atttypid::regtype
             when not exists (select from unnest(t.attoptions) as o where o like 'n_distinct=%') then 'organisation_id sets no n_distinct'
           end as problem
    from tenant_tables as t
    join pg_attribute as a on a.attrelid = t.oid and a.attnum = t.attnum`,
};
