import { defineTable } from './vocabulary.ts';

/** What retention deleted, run by run. Written by run_retention alone; sealed. */
export const retentionRuns = defineTable({
  schema: 'governance',
  tableName: 'retention_runs',
  level: 'INTERNAL',
  domain: 'ops',
  rowKey: null,
  tenantKey: null,
  fence: {},
  rules: [
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: ['id', 'plan_sha256', 'started_at', 'finished_at', 'run_by', 'rows'],
      reason: 'audit.seal_table, audit.sealed_records: what is sealed is the whole row',
      auditLevel: 'basic',
      requirements: ['S-20'],
    },
  ],
});
