import { defineTable, SERVICE_RULES } from './vocabulary.ts';

/**
 * Who vouches for a case. Operations write it, for cases handed over to them; the clinic's finance reads it.
 */
export const guaranteesOfPayment = defineTable({
  tableName: 'guarantees_of_payment',
  level: 'RESTRICTED',
  domain: 'financial',
  tenantKey: 'organisation_id',
  patientKey: 'patient_id',
  rules: [
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: ['clinic_admin'],
      conditions: ['not_archived'],
      auditLevel: 'basic',
      requirements: ['N-02', 'S-02'],
    },
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: 'any',
      capabilities: ['finance'],
      conditions: ['not_archived'],
      auditLevel: 'basic',
      requirements: ['N-02', 'S-02'],
    },
    {
      operation: 'SELECT',
      realm: 'internal_ops',
      roles: ['ops_agent'],
      conditions: ['not_archived'],
      auditLevel: 'basic',
      requirements: ['S-29', 'S-34'],
    },
    {
      operation: 'INSERT',
      realm: 'internal_ops',
      roles: ['ops_agent'],
      columns: [
        'organisation_id',
        'id',
        'case_id',
        'patient_id',
        'payer',
        'policy_number',
        'limit_minor',
        'currency',
      ],
      auditLevel: 'detailed',
      requirements: ['S-29', 'S-34'],
    },
    {
      operation: 'UPDATE',
      realm: 'internal_ops',
      roles: ['ops_agent'],
      conditions: ['not_archived'],
      columns: ['policy_number', 'limit_minor', 'status', 'archived_at'],
      auditLevel: 'detailed',
      requirements: ['S-29', 'S-34'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: ['organisation_id', 'id', 'case_id', 'currency', 'limit_minor', 'status', 'archived_at'],
      reason: 'authz.tg_claims__sound: whether what is claimed on stands, and for how much',
      auditLevel: 'basic',
      requirements: ['S-34'],
    },
    {
      operation: 'UPDATE',
      realm: 'definer',
      columns: ['status'],
      reason: 'authz.tg_claims__sound: a row lock takes the right to update some column',
      auditLevel: 'basic',
      requirements: ['S-34'],
    },
    ...SERVICE_RULES,
  ],
});
