import { defineTable } from './vocabulary.ts';

/**
 * Tree heads, one chain over all tables. seal_records writes them and nobody changes them; callers ask by function, which tells no row.
 */
export const seals = defineTable({
  schema: 'audit',
  tableName: 'seals',
  level: 'INTERNAL',
  domain: 'ops',
  rowKey: null,
  tenantKey: null,
  fence: {},
  rules: [
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: [
        'seal',
        'table_name',
        'tree_size',
        'row_count',
        'root',
        'closed_at',
        'snapshot',
        'sealed_by',
        'previous_hash',
        'hash',
      ],
      reason: 'audit.seal_table: what the next seal follows; public.seal_head and the proofs',
      auditLevel: 'basic',
      requirements: ['S-20'],
    },
    {
      operation: 'INSERT',
      realm: 'definer',
      columns: [
        'seal',
        'table_name',
        'tree_size',
        'row_count',
        'root',
        'closed_at',
        'snapshot',
        'sealed_by',
        'previous_hash',
        'hash',
      ],
      reason: 'audit.seal_table: the only hand',
      auditLevel: 'basic',
      requirements: ['S-20'],
    },
  ],
});
