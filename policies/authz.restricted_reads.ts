import { defineTable } from './vocabulary.ts';

/** When each login last read restricted records one by one: what the limit a minute is counted by (N-52). */
export const restrictedReads = defineTable({
  schema: 'authz',
  tableName: 'restricted_reads',
  level: 'INTERNAL',
  domain: 'ops',
  rowKey: null,
  tenantKey: null,
  fence: {},
  rules: [
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: ['user_id', 'read_at'],
      reason: 'authz.count_restricted_read: how often in the last minute',
      auditLevel: 'basic',
      requirements: ['N-52'],
    },
    {
      operation: 'INSERT',
      realm: 'definer',
      columns: ['user_id'],
      reason: 'authz.count_restricted_read: the first read of a login',
      auditLevel: 'basic',
      requirements: ['N-52'],
    },
    {
      operation: 'UPDATE',
      realm: 'definer',
      columns: ['read_at'],
      reason: 'authz.count_restricted_read: one read more',
      auditLevel: 'basic',
      requirements: ['N-52'],
    },
  ],
});
