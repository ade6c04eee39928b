import { defineTable } from './vocabulary.ts';

/**
 * The handshake: whoever migrates proposes, an admin of operations decides, by functions that take the evidence. No rule opens it to any
 * caller; operations read it by list_schema_changes.
 */
export const schemaChanges = defineTable({
  schema: 'governance',
  tableName: 'schema_changes',
  level: 'INTERNAL',
  domain: 'ops',
  rowKey: null,
  tenantKey: null,
  fence: {},
  rules: [
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: [
        'version',
        'checksum',
        'name',
        'access',
        'shared_objects',
        'status',
        'proposed_by',
        'created_at',
        'decided_at',
        'decided_by_user_id',
        'note',
      ],
      reason: 'public.list_schema_changes: for operations; authz.decide_schema_change: what waits',
      auditLevel: 'basic',
      requirements: ['S-28'],
    },
    {
      operation: 'UPDATE',
      realm: 'definer',
      columns: ['status', 'decided_at', 'decided_by_user_id', 'decided_ip', 'ip_source', 'note'],
      reason: 'authz.decide_schema_change: the answer of operations',
      auditLevel: 'basic',
      requirements: ['S-28'],
    },
  ],
});
