import { defineTable } from './vocabulary.ts';

/** What the access log does not hold, and who tried to put in what does not belong there. */
export const accessLogExceptions = defineTable({
  schema: 'audit',
  tableName: 'access_log_exceptions',
  level: 'RESTRICTED',
  domain: 'ops',
  rowKey: null,
  tenantKey: null,
  fence: {},
  rules: [
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: ['id', 'kind', 'noticed_at', 'slot_name', 'from_lsn', 'to_lsn', 'records', 'cause'],
      reason:
        'audit.seal_table, audit.sealed_records: what is sealed is the whole row; public.access_log_exceptions: where a log has holes',
      auditLevel: 'basic',
      requirements: ['S-20'],
    },
    {
      operation: 'INSERT',
      realm: 'definer',
      columns: ['kind', 'slot_name', 'from_lsn', 'to_lsn', 'records', 'cause'],
      reason: 'audit.take_access_records, audit.note_access_gap: the only hands',
      auditLevel: 'basic',
      requirements: ['N-35'],
    },
  ],
});
