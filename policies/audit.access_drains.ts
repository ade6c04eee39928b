import { defineTable } from './vocabulary.ts';

/** How far the WAL is written to the access log. */
export const accessDrains = defineTable({
  schema: 'audit',
  tableName: 'access_drains',
  level: 'INTERNAL',
  domain: 'ops',
  rowKey: null,
  tenantKey: null,
  fence: {},
  rules: [
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: ['slot_name', 'system_identifier', 'position', 'drained_at', 'records'],
      reason: 'audit.access_drain_status: where to go on',
      auditLevel: 'basic',
      requirements: ['N-35'],
    },
    {
      operation: 'INSERT',
      realm: 'definer',
      columns: ['slot_name', 'system_identifier', 'position', 'drained_at', 'records'],
      reason: 'audit.take_access_records: with the records themselves',
      auditLevel: 'basic',
      requirements: ['N-35'],
    },
    {
      operation: 'UPDATE',
      realm: 'definer',
      columns: ['system_identifier', 'position', 'drained_at', 'records'],
      reason: 'audit.take_access_records: with the records themselves',
      auditLevel: 'basic',
      requirements: ['N-35'],
    },
  ],
});
