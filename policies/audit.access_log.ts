import { defineTable } from './vocabulary.ts';

const COLUMNS = [
  'occurred_at',
  'id',
  'lsn',
  'key_id',
  'statement_at',
  'transaction_at',
  'backend_pid',
  'transaction_id',
  'realm',
  'user_id',
  'session_id',
  'role',
  'organisation_id',
  'table_name',
  'operation',
  'audit_level',
  'outcome',
  'reason',
  'purpose',
  'justification',
  'client_address',
  'address_source',
  'user_agent',
  'row_id',
  'patient_id',
  'hmac',
] as const;

/**
 * Who asked to do what, and what the policies answered. The drain writes it and nobody changes it; whoever guards the data of a clinic reads what
 * concerns their own, auditors of operations read all. Callers come to it by the view public.access_log.
 */
export const accessLog = defineTable({
  schema: 'audit',
  tableName: 'access_log',
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
      auditLevel: 'detailed',
      requirements: ['N-35', 'N-47'],
    },
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: 'any',
      capabilities: ['privacy_officer'],
      auditLevel: 'detailed',
      requirements: ['N-35', 'N-47'],
    },
    {
      operation: 'SELECT',
      realm: 'internal_ops',
      roles: ['auditor'],
      auditLevel: 'detailed',
      requirements: ['N-35', 'N-47'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: COLUMNS,
      reason:
        'audit.seal_table, audit.sealed_records: what is sealed is the whole row; audit.bent_access_records: what was signed',
      auditLevel: 'basic',
      requirements: ['N-35', 'S-20'],
    },
    {
      operation: 'INSERT',
      realm: 'definer',
      columns: COLUMNS,
      reason: 'audit.take_access_records: the only hand',
      auditLevel: 'basic',
      requirements: ['N-35'],
    },
  ],
});
