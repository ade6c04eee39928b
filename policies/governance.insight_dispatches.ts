import { defineTable } from './vocabulary.ts';

/**
 * What left for a vendor of Smart Insights: a digest, never the payload. smart_insights_payload writes it and nobody changes it; members read it
 * by list_insight_dispatches.
 */
export const insightDispatches = defineTable({
  schema: 'governance',
  tableName: 'insight_dispatches',
  level: 'INTERNAL',
  domain: 'ops',
  tenantKey: 'organisation_id',
  rules: [
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: [
        'organisation_id',
        'id',
        'processor_id',
        'payload_sha256',
        'created_at',
        'created_by_user_id',
        'updated_at',
        'updated_by_user_id',
        'actor_kind',
        'archived_at',
        'archived_by_user_id',
      ],
      reason:
        'public.list_insight_dispatches; audit.seal_table, audit.sealed_records: what is sealed is the whole row',
      auditLevel: 'basic',
      requirements: ['S-22', 'S-24', 'S-20'],
    },
    {
      operation: 'INSERT',
      realm: 'definer',
      columns: ['organisation_id', 'processor_id', 'payload_sha256'],
      reason: 'authz.record_insight_dispatch: the only hand',
      auditLevel: 'basic',
      requirements: ['S-22', 'S-24'],
    },
  ],
});
