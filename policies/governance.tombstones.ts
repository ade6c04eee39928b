import { defineTable } from './vocabulary.ts';

/** What was destroyed, without its content. Written by erasure and retention alone; sealed. Who examines a clinic reads what was its own. */
export const tombstones = defineTable({
  schema: 'governance',
  tableName: 'tombstones',
  level: 'INTERNAL',
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
      requirements: ['N-49', 'S-02'],
    },
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: 'any',
      capabilities: ['privacy_officer'],
      auditLevel: 'basic',
      requirements: ['N-49', 'S-02'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: [
        'id',
        'organisation_id',
        'cause',
        'cause_id',
        'relation',
        'column_name',
        'row_count',
        'keys_sha256',
        'record_keys',
        'destroyed_at',
        'destroyed_by',
      ],
      reason: 'audit.seal_table, audit.sealed_records: what is sealed is the whole row',
      auditLevel: 'basic',
      requirements: ['S-20'],
    },
  ],
});
