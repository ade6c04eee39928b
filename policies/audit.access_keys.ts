import { defineTable } from './vocabulary.ts';

/** What the access log is signed with. Whoever reads a key can sign, so that only the functions that sign and verify do. */
export const accessKeys = defineTable({
  schema: 'audit',
  tableName: 'access_keys',
  level: 'HIGHLY_RESTRICTED',
  domain: 'ops',
  rowKey: null,
  tenantKey: null,
  fence: {},
  rules: [
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: ['key_id', 'inner_pad', 'outer_pad', 'created_at'],
      reason:
        'authz.emit_access, authz.disclosure_stamp sign; audit.take_access_records, audit.bent_access_records verify, for as long as a key signed',
      auditLevel: 'basic',
      requirements: ['N-35'],
    },
    {
      operation: 'INSERT',
      realm: 'definer',
      columns: ['key_id', 'inner_pad', 'outer_pad'],
      reason: 'audit.rotate_access_key: the only hand',
      auditLevel: 'basic',
      requirements: ['N-35'],
    },
  ],
});
