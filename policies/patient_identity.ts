import { defineTable, SERVICE_RULES } from './vocabulary.ts';

/** Identity that medical staff, reception and clinic_admin need. Operations see it with the patient. */
export const patientIdentity = defineTable({
  tableName: 'patient_identity',
  level: 'CONFIDENTIAL',
  domain: 'identity',
  tenantKey: 'organisation_id',
  patientKey: 'id',
  handedOverBy: 'patient',
  rules: [
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: ['clinic_admin', 'doctor', 'nurse', 'assistant', 'receptionist'],
      conditions: ['patient_active', 'not_archived'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-14', 'N-19', 'N-27', 'S-02'],
    },
    {
      operation: 'INSERT',
      realm: 'provider',
      roles: ['clinic_admin', 'receptionist'],
      conditions: ['patient_active'],
      columns: ['organisation_id', 'id', 'birth_date', 'phone', 'email', 'nationality', 'id_last4'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-27', 'S-03'],
    },
    {
      operation: 'UPDATE',
      realm: 'provider',
      roles: ['clinic_admin', 'doctor', 'nurse', 'receptionist'],
      conditions: ['patient_active', 'not_archived'],
      columns: ['birth_date', 'phone', 'email', 'nationality', 'id_last4'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-27', 'S-03'],
    },
    {
      operation: 'SELECT',
      realm: 'patient',
      conditions: ['own_patient', 'not_archived'],
      auditLevel: 'detailed',
      requirements: ['N-15'],
    },
    {
      operation: 'SELECT',
      realm: 'internal_ops',
      roles: ['ops_agent'],
      conditions: ['handed_over', 'not_archived'],
      auditLevel: 'detailed',
      requirements: ['S-29'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: ['organisation_id', 'id', 'birth_date'],
      reason:
        'authz.tg_patients__project: finds the rows of a patient; authz.guardianship_ends_at: when they come of age',
      auditLevel: 'basic',
      requirements: ['N-15', 'N-27'],
    },
    {
      operation: 'UPDATE',
      realm: 'definer',
      columns: ['patient_status'],
      reason: 'authz.tg_patients__project: what is known of a patient is hidden with the patient',
      auditLevel: 'basic',
      requirements: ['N-27'],
    },
    ...SERVICE_RULES,
  ],
});
