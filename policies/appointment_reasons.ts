import { defineTable, SERVICE_RULES } from './vocabulary.ts';

/** Why a patient comes: medical staff only. Reception books without asking. */
export const appointmentReasons = defineTable({
  tableName: 'appointment_reasons',
  level: 'CONFIDENTIAL',
  domain: 'clinical',
  tenantKey: 'organisation_id',
  patientKey: 'patient_id',
  rules: [
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: ['doctor', 'nurse', 'assistant'],
      conditions: ['patient_active', 'not_archived'],
      purposes: ['data_view', 'treatment', 'scheduling'],
      auditLevel: 'comprehensive',
      requirements: ['N-02', 'N-14', 'N-19', 'N-27', 'S-02'],
    },
    {
      // The matrix says RU; somebody must make the row, and only who may change it has a reason to write.
      operation: 'INSERT',
      realm: 'provider',
      roles: ['doctor', 'nurse'],
      conditions: ['patient_active'],
      columns: ['organisation_id', 'id', 'patient_id', 'reason'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-14', 'N-27', 'S-03'],
    },
    {
      operation: 'UPDATE',
      realm: 'provider',
      roles: ['doctor', 'nurse'],
      conditions: ['patient_active', 'not_archived'],
      columns: ['reason'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-14', 'N-27', 'S-03'],
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
      realm: 'definer',
      columns: ['organisation_id', 'id', 'patient_id', 'archived_at'],
      reason:
        'authz.tg_patients__project, authz.tg__archived: find the rows of a patient, or of an appointment',
      auditLevel: 'basic',
      requirements: ['N-15', 'N-27'],
    },
    {
      operation: 'UPDATE',
      realm: 'definer',
      columns: ['patient_status', 'archived_at'],
      reason:
        'authz.tg_patients__project, authz.tg__archived: what is known is hidden with the patient, or with the appointment',
      auditLevel: 'basic',
      requirements: ['N-15', 'N-27'],
    },
    ...SERVICE_RULES,
  ],
});
