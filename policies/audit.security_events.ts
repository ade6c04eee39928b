import { defineTable } from './vocabulary.ts';

/**
 * What bears on who may do what in an organisation, and what left it. Triggers and functions write it and nobody changes it.
 */
export const securityEvents = defineTable({
  schema: 'audit',
  tableName: 'security_events',
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
      requirements: ['N-37', 'S-02'],
    },
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: 'any',
      capabilities: ['privacy_officer'],
      auditLevel: 'detailed',
      requirements: ['N-37', 'S-02'],
    },
    {
      operation: 'SELECT',
      realm: 'internal_ops',
      roles: ['auditor'],
      auditLevel: 'detailed',
      requirements: ['N-37'],
    },
    {
      operation: 'INSERT',
      realm: 'definer',
      columns: [
        'organisation_id',
        'event_type',
        'entity_id',
        'actor_user_id',
        'actor_realm',
        'session_id',
        'client_address',
        'address_source',
        'user_agent',
        'details',
      ],
      reason: 'authz.record_security_event: what a trigger or a function saw',
      auditLevel: 'basic',
      requirements: ['N-37'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: [
        'organisation_id',
        'id',
        'event_type',
        'entity_id',
        'actor_user_id',
        'actor_realm',
        'session_id',
        'client_address',
        'address_source',
        'user_agent',
        'transaction_id',
        'occurred_at',
        'details',
      ],
      reason:
        'audit.seal_table, audit.sealed_records: what is sealed is the whole row; public.export_signed_form: the digest of the end of a form',
      auditLevel: 'basic',
      requirements: ['S-20'],
    },
  ],
});
