import { defineTable, SERVICE_RULES } from './vocabulary.ts';

/** The people of operations. Written by the server alone: no operator, admin included, makes operators. */
export const opsMembers = defineTable({
  tableName: 'ops_members',
  level: 'INTERNAL',
  domain: 'ops',
  rowKey: 'user_id',
  tenantKey: null,
  fence: { internal_ops: ['operator'] },
  rules: [
    {
      operation: 'SELECT',
      realm: 'internal_ops',
      roles: ['admin'],
      conditions: ['not_archived'],
      auditLevel: 'basic',
      requirements: ['N-02'],
    },
    {
      operation: 'SELECT',
      realm: 'internal_ops',
      roles: 'any',
      conditions: ['own_user', 'not_archived'],
      auditLevel: 'basic',
      requirements: ['N-02'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: ['user_id', 'role', 'is_active', 'archived_at'],
      reason: 'authz.is_operator: a token opens the realm, a live row opens the data',
      auditLevel: 'basic',
      requirements: ['N-16'],
    },
    ...SERVICE_RULES,
  ],
});
