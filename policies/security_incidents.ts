import { defineTable, SERVICE_RULES } from './vocabulary.ts';

/** What went wrong with data, and by when the authority must hear of it (LGPD art. 48, ANPD Res. 15/2024). */
export const securityIncidents = defineTable({
  tableName: 'security_incidents',
  level: 'CONFIDENTIAL',
  domain: 'ops',
  tenantKey: 'organisation_id',
  rules: [
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: ['clinic_admin'],
      conditions: ['not_archived'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'S-02'],
    },
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: 'any',
      capabilities: ['privacy_officer'],
      conditions: ['not_archived'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'S-02'],
    },
    {
      operation: 'INSERT',
      realm: 'provider',
      roles: 'any',
      capabilities: ['privacy_officer'],
      columns: ['organisation_id', 'id', 'detected_at', 'summary', 'affected_count'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'S-03'],
    },
    {
      operation: 'UPDATE',
      realm: 'provider',
      roles: 'any',
      capabilities: ['privacy_officer'],
      conditions: ['not_archived'],
      columns: ['status', 'summary', 'affected_count', 'subjects_notified_at'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'S-03'],
    },
    ...SERVICE_RULES,
  ],
});
