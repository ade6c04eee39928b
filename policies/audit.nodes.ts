import { defineTable } from './vocabulary.ts';

/** Hashes above the leaves, kept so that a seal costs what is new and a proof a few look-ups. No verifier believes them. */
export const nodes = defineTable({
  schema: 'audit',
  tableName: 'nodes',
  level: 'INTERNAL',
  domain: 'ops',
  rowKey: null,
  tenantKey: null,
  fence: {},
  rules: [
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: ['table_name', 'level', 'position', 'hash'],
      reason: 'audit.range_hash: roots and proofs',
      auditLevel: 'basic',
      requirements: ['S-20'],
    },
    {
      operation: 'INSERT',
      realm: 'definer',
      columns: ['table_name', 'level', 'position', 'hash'],
      reason: 'audit.grow_tree: the only hand',
      auditLevel: 'basic',
      requirements: ['S-20'],
    },
  ],
});
