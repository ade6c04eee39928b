import { defineTable, SERVICE_RULES } from './vocabulary.ts';

/** What keeps data from being destroyed, whatever retention says: a dispute, an authority's order. The officer sets and releases it. */
export const legalHolds = defineTable({
  tableName: 'legal_holds',
  level: 'CONFIDENTIAL',
  domain: 'ops',
  tenantKey: 'organisation_id',
  patientKey: 'patient_id',
  rules: [
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: ['clinic_admin'],
      conditions: ['not_archived'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-49', 'S-02'],
    },
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: 'any',
      capabilities: ['privacy_officer'],
      conditions: ['not_archived'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-49', 'S-02'],
    },
    {
      operation: 'INSERT',
      realm: 'provider',
      roles: 'any',
      capabilities: ['privacy_officer'],
      columns: ['organisation_id', 'id', 'patient_id', 'reason'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-49', 'S-03'],
    },
    {
      operation: 'UPDATE',
      realm: 'provider',
      roles: 'any',
      capabilities: ['privacy_officer'],
      conditions: ['not_archived'],
      columns: ['released_at'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-49', 'S-03'],
    },
    ...SERVICE_RULES,
  ],
});
