import { defineTable } from './vocabulary.ts';

/**
 * What the application's server says of itself, scrubbed. It has no column for a person, a session, an address or a record: with one
 * of them, a moment would tie the other to somebody.
 */
export const appEvents = defineTable({
  schema: 'audit',
  tableName: 'app_events',
  level: 'RESTRICTED',
  domain: 'ops',
  rowKey: null,
  tenantKey: 'organisation_id',
  rules: [
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: 'any',
      capabilities: ['auditor'],
      auditLevel: 'basic',
      requirements: ['S-39', 'S-02'],
    },
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: 'any',
      capabilities: ['privacy_officer'],
      auditLevel: 'basic',
      requirements: ['S-39', 'S-02'],
    },
    {
      operation: 'SELECT',
      realm: 'internal_ops',
      roles: ['auditor'],
      auditLevel: 'basic',
      requirements: ['S-39'],
    },
    {
      operation: 'INSERT',
      realm: 'definer',
      columns: ['organisation_id', 'event_type', 'details'],
      reason: 'public.log_app_event: what a server says of itself',
      auditLevel: 'basic',
      requirements: ['S-39'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: ['organisation_id', 'id', 'event_type', 'occurred_at', 'details', 'scrubbed_count'],
      reason: 'audit.seal_table, audit.sealed_records: what is sealed is the whole row',
      auditLevel: 'basic',
      requirements: ['S-20'],
    },
  ],
});
