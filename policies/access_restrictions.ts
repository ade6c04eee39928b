import { defineTable, SERVICE_RULES } from './vocabulary.ts';

/**
 * Whom a patient shuts out: one person, from treating them and from breaking the glass, or everybody from breaking it.
 * The patient writes it in the portal, or a clinic_admin from a paper, who reads no health data and gains nothing by it.
 */
export const accessRestrictions = defineTable({
  tableName: 'access_restrictions',
  level: 'CONFIDENTIAL',
  domain: 'identity',
  tenantKey: 'organisation_id',
  patientKey: 'patient_id',
  rules: [
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: ['clinic_admin', 'doctor', 'nurse'],
      conditions: ['patient_active', 'not_archived'],
      auditLevel: 'basic',
      requirements: ['N-02', 'N-27', 'S-02'],
    },
    {
      operation: 'INSERT',
      realm: 'provider',
      roles: ['clinic_admin'],
      conditions: ['patient_active'],
      columns: ['organisation_id', 'id', 'patient_id', 'restricted_user_id'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-18', 'N-27', 'S-03'],
    },
    {
      operation: 'UPDATE',
      realm: 'provider',
      roles: ['clinic_admin'],
      conditions: ['patient_active', 'not_archived'],
      columns: ['lifted_at'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-18', 'N-27', 'S-03'],
    },
    {
      operation: 'SELECT',
      realm: 'patient',
      conditions: ['own_patient', 'not_archived'],
      auditLevel: 'basic',
      requirements: ['N-15'],
    },
    {
      operation: 'INSERT',
      realm: 'patient',
      conditions: ['own_patient'],
      columns: ['organisation_id', 'id', 'patient_id', 'restricted_user_id'],
      auditLevel: 'detailed',
      requirements: ['N-15', 'N-18'],
    },
    {
      operation: 'UPDATE',
      realm: 'patient',
      conditions: ['own_patient', 'not_archived'],
      columns: ['lifted_at'],
      auditLevel: 'detailed',
      requirements: ['N-15', 'N-18'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: ['organisation_id', 'patient_id', 'restricted_user_id', 'lifted_at', 'archived_at'],
      reason: 'authz.treated_by, authz.refuses_emergency: whom a patient shuts out',
      auditLevel: 'basic',
      requirements: ['N-18', 'N-21'],
    },
    {
      operation: 'UPDATE',
      realm: 'definer',
      columns: ['patient_status'],
      reason: 'authz.tg_patients__project: what hangs on a patient is hidden with the patient',
      auditLevel: 'basic',
      requirements: ['N-27'],
    },
    ...SERVICE_RULES,
  ],
});
