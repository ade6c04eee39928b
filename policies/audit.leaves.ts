import { defineTable } from './vocabulary.ts';

/** Which row stands at which place of its table's tree, and the hash of its bytes. Written with its seal, changed by nobody. */
export const leaves = defineTable({
  schema: 'audit',
  tableName: 'leaves',
  level: 'INTERNAL',
  domain: 'ops',
  rowKey: null,
  tenantKey: null,
  fence: {},
  rules: [
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: ['table_name', 'leaf_index', 'record_key', 'leaf_hash'],
      reason: 'audit.seal_table: what is sealed already; audit.sealed_records; the proofs',
      auditLevel: 'basic',
      requirements: ['S-20'],
    },
    {
      operation: 'INSERT',
      realm: 'definer',
      columns: ['table_name', 'leaf_index', 'record_key', 'leaf_hash'],
      reason: 'audit.seal_table: the only hand',
      auditLevel: 'basic',
      requirements: ['S-20'],
    },
  ],
});
