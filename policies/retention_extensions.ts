import { defineTable, SERVICE_RULES } from './vocabulary.ts';

/** What an organisation keeps for longer than the law asks. The officer writes it; shorter than the law it changes nothing. */
export const retentionExtensions = defineTable({
  tableName: 'retention_extensions',
  level: 'INTERNAL',
  domain: 'ops',
  tenantKey: 'organisation_id',
  rules: [
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: 'any',
      conditions: ['not_archived'],
      auditLevel: 'basic',
      requirements: ['N-02', 'N-49', 'S-02'],
    },
    {
      operation: 'INSERT',
      realm: 'provider',
      roles: 'any',
      capabilities: ['privacy_officer'],
      columns: ['organisation_id', 'id', 'retention', 'keep_months', 'reason'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-49', 'S-03'],
    },
    {
      operation: 'UPDATE',
      realm: 'provider',
      roles: 'any',
      capabilities: ['privacy_officer'],
      conditions: ['not_archived'],
      columns: ['keep_months', 'reason', 'archived_at'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-49', 'S-03'],
    },
    ...SERVICE_RULES,
  ],
});
