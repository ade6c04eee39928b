import { defineTable } from './vocabulary.ts';

/**
 * What bears on every organisation at once: settings of the deployment, and what the catalog no longer holds. Functions write it and nobody
 * changes it; operations read it, since it belongs to no clinic.
 */
export const deploymentEvents = defineTable({
  schema: 'audit',
  tableName: 'deployment_events',
  level: 'RESTRICTED',
  domain: 'ops',
  rowKey: null,
  tenantKey: null,
  fence: { internal_ops: ['operator'] },
  rules: [
    {
      operation: 'SELECT',
      realm: 'internal_ops',
      roles: ['admin', 'auditor'],
      auditLevel: 'basic',
      requirements: ['N-37', 'N-54'],
    },
    {
      operation: 'INSERT',
      realm: 'definer',
      columns: ['event_type', 'object', 'actor_user_id', 'actor_realm', 'actor_login', 'details'],
      reason: 'authz.record_deployment_event: what a trigger or a function saw',
      auditLevel: 'basic',
      requirements: ['N-37', 'N-54'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: [
        'id',
        'event_type',
        'object',
        'actor_user_id',
        'actor_realm',
        'actor_login',
        'transaction_id',
        'occurred_at',
        'details',
      ],
      reason: 'audit.seal_table, audit.sealed_records: what is sealed is the whole row',
      auditLevel: 'basic',
      requirements: ['S-20'],
    },
  ],
});
