import { defineTable } from './vocabulary.ts';

/**
 * Who chose to act where, and for what. set_context writes it and nobody changes it; read by who examines what is recorded.
 */
export const contextLog = defineTable({
  schema: 'audit',
  tableName: 'context_log',
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
      requirements: ['N-36', 'S-02'],
    },
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: 'any',
      capabilities: ['privacy_officer'],
      auditLevel: 'detailed',
      requirements: ['N-36', 'S-02'],
    },
    {
      operation: 'SELECT',
      realm: 'internal_ops',
      roles: ['auditor'],
      auditLevel: 'detailed',
      requirements: ['N-36'],
    },
    {
      operation: 'INSERT',
      realm: 'definer',
      columns: [
        'organisation_id',
        'user_id',
        'realm',
        'session_id',
        'purpose',
        'client_address',
        'address_source',
        'user_agent',
      ],
      reason: 'public.set_context: the only hand',
      auditLevel: 'basic',
      requirements: ['N-36'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: [
        'organisation_id',
        'id',
        'user_id',
        'realm',
        'session_id',
        'purpose',
        'client_address',
        'address_source',
        'user_agent',
        'transaction_id',
        'occurred_at',
      ],
      reason: 'audit.seal_table, audit.sealed_records: what is sealed is the whole row',
      auditLevel: 'basic',
      requirements: ['S-20'],
    },
  ],
});
