import { defineTable } from './vocabulary.ts';

/**
 * Third parties that process data for us, and under what agreement. Operations register them by function; no rule opens the table to any
 * caller.
 */
export const processors = defineTable({
  schema: 'governance',
  tableName: 'processors',
  level: 'INTERNAL',
  domain: 'ops',
  rowKey: null,
  tenantKey: null,
  fence: {},
  rules: [
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: ['id', 'service', 'name', 'no_training', 'dpa_from', 'dpa_until', 'archived_at'],
      reason:
        'authz.lock_insights: whether a payload may leave; public.list_insight_dispatches: to whom one did',
      auditLevel: 'basic',
      requirements: ['S-24'],
    },
    {
      operation: 'UPDATE',
      realm: 'definer',
      columns: ['archived_at'],
      reason:
        'public.end_processor: who is let go; authz.lock_insights: the agreement is locked while a payload is taken',
      auditLevel: 'basic',
      requirements: ['S-24'],
    },
    {
      operation: 'INSERT',
      realm: 'definer',
      columns: ['service', 'name', 'no_training', 'dpa_from', 'dpa_until'],
      reason: 'public.register_processor: the only hand',
      auditLevel: 'basic',
      requirements: ['S-24'],
    },
  ],
});
