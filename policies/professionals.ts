import { defineTable, SERVICE_RULES } from './vocabulary.ts';

/**
 * Licensed members. Reception books by the professional's user id and needs no licence number. There is one row for a member, which appointments
 * refer to: who left is archived, and brought back by the clinic_admin, who alone sees them meanwhile.
 */
export const professionals = defineTable({
  tableName: 'professionals',
  level: 'INTERNAL',
  domain: 'ops',
  tenantKey: 'organisation_id',
  rules: [
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: ['doctor', 'nurse', 'assistant'],
      conditions: ['not_archived'],
      auditLevel: 'basic',
      requirements: ['N-02', 'S-02'],
    },
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: ['clinic_admin'],
      auditLevel: 'basic',
      requirements: ['N-02', 'S-02'],
    },
    {
      operation: 'INSERT',
      realm: 'provider',
      roles: ['clinic_admin'],
      columns: ['organisation_id', 'id', 'user_id', 'council', 'licence'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'S-03'],
    },
    {
      operation: 'UPDATE',
      realm: 'provider',
      roles: ['clinic_admin'],
      columns: ['council', 'licence', 'archived_at'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'S-03'],
    },
    ...SERVICE_RULES,
  ],
});
