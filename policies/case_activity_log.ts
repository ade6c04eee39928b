import { defineTable } from './vocabulary.ts';

/**
 * What happened, once. Triggers write it and nobody changes it; no rule opens a write to any caller, the server included.
 */
export const caseActivityLog = defineTable({
  tableName: 'case_activity_log',
  level: 'INTERNAL',
  domain: 'ops',
  tenantKey: 'organisation_id',
  rules: [
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: 'any',
      auditLevel: 'basic',
      requirements: ['N-02', 'S-02', 'S-18', 'S-20'],
    },
    {
      operation: 'SELECT',
      realm: 'internal_ops',
      roles: ['ops_agent', 'auditor'],
      auditLevel: 'basic',
      requirements: ['S-18', 'S-20', 'S-29'],
    },
    {
      operation: 'INSERT',
      realm: 'definer',
      columns: [
        'organisation_id',
        'case_id',
        'entity_type',
        'entity_id',
        'event_type',
        'actor_user_id',
        'actor_realm',
        'details',
      ],
      reason: 'authz.record_activity: what a trigger saw',
      auditLevel: 'basic',
      requirements: ['S-18'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: [
        'organisation_id',
        'id',
        'case_id',
        'entity_type',
        'entity_id',
        'event_type',
        'actor_user_id',
        'actor_realm',
        'occurred_at',
        'details',
        'created_at',
        'created_by_user_id',
        'updated_at',
        'updated_by_user_id',
        'actor_kind',
        'archived_at',
        'archived_by_user_id',
      ],
      reason: 'audit.seal_table, audit.sealed_records: what is sealed is the whole row',
      auditLevel: 'basic',
      requirements: ['S-20'],
    },
    {
      operation: 'SELECT',
      realm: 'insights',
      columns: ['organisation_id', 'id', 'event_type', 'actor_user_id', 'actor_realm', 'occurred_at'],
      reason: 'the last actions of staff: what, who and when, never on whom',
      auditLevel: 'basic',
      requirements: ['S-22', 'S-23'],
    },
    { operation: 'SELECT', realm: 'service', auditLevel: 'basic', requirements: ['S-05'] },
  ],
});
