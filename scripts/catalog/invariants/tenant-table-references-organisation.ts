import type { Invariant } from './invariant.ts';
import { FOREIGN_KEYS, TABLES, TENANT_TABLES } from './scope.ts';

export const tenantReferencesOrganisation: Invariant = {
  name: 'tenant-table-references-organisation',
  claim: 'organisation_id of every tenant table is part of a foreign key, down to organisations',
  why: 'A tenant that does not exist is a row that nobody can own up to.',
  requirements: ['N-22'],
  query: `
    with ${TABLES}, ${TENANT_TABLES}, ${FOREIGN_KEYS}
    select t.object,
           case
             when not exists (select from foreign_keys as k where k.conrelid = t.oid and t.attnum = any (k.conkey))
               then 'organisation_id references nothing'
           end as problem
    from tenant_tables as t`,
};
