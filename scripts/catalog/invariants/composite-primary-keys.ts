import type { Invariant } from './invariant.ts';
import { TABLES, TENANT_TABLES } from './scope.ts';

export const compositePrimaryKeys: Invariant = {
  name: 'composite-primary-keys',
  claim: 'the primary key of every tenant table starts with organisation_id',
  why: 'Composite foreign keys need it, and "latest rows of my clinic" is then one range of one index.',
  requirements: ['S-04'],
  query: `
    with ${TABLES}, ${TENANT_TABLES}
    select t.object,
           case
             when k.oid is null then 'has no primary key'
             when k.conkey[1] <> t.attnum then 'its primary key does not start with organisation_id'
           end as problem
    from tenant_tables as t
    left join pg_constraint as k on k.conrelid = t.oid and k.contype = 'p'`,
};
