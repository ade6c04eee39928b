import { defineTable } from './vocabulary.ts';

/**
 * What `npm run compliance` found, line by line, where it was asked to record it. Whoever migrates writes it and nobody changes it; no caller
 * reads it.
 */
export const complianceResults = defineTable({
  schema: 'governance',
  tableName: 'compliance_results',
  level: 'INTERNAL',
  domain: 'ops',
  rowKey: null,
  tenantKey: null,
  fence: {},
  rules: [
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: ['run_id', 'requirement', 'verdict', 'looks', 'evidence_sha256', 'ran_at', 'ran_by'],
      reason: 'audit.seal_table, audit.sealed_records: what is sealed is the whole row',
      auditLevel: 'basic',
      requirements: ['N-51', 'S-20'],
    },
  ],
});
