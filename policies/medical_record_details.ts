import { defineTable, SERVICE_RULES } from './vocabulary.ts';

/**
 * Diagnosis, codes, plan and notes: the most protected there is. A treating doctor, under the patient's consent, within
 * the clinic's hours; or who broke the glass. Never a nurse, never administration, never operations (N-18, N-21).
 */
export const medicalRecordDetails = defineTable({
  tableName: 'medical_record_details',
  level: 'HIGHLY_RESTRICTED',
  domain: 'clinical',
  tenantKey: 'organisation_id',
  patientKey: 'patient_id',
  rules: [
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: ['doctor'],
      conditions: ['treating', { consent: 'treatment' }, 'patient_active', 'not_archived'],
      hours: 'business',
      network: true,
      emergencyBypass: true,
      purposes: ['data_view', 'treatment'],
      auditLevel: 'comprehensive',
      requirements: ['N-02', 'N-14', 'N-18', 'N-21', 'N-25', 'N-28', 'N-45', 'S-02'],
    },
    {
      operation: 'INSERT',
      realm: 'provider',
      roles: ['doctor'],
      conditions: ['treating', 'patient_active'],
      network: true,
      emergencyBypass: true,
      purposes: ['treatment'],
      columns: [
        'organisation_id',
        'id',
        'patient_id',
        'diagnosis',
        'codes',
        'treatment_plan',
        'physician_notes',
      ],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-14', 'N-21', 'N-27', 'S-03'],
    },
    {
      operation: 'UPDATE',
      realm: 'provider',
      roles: ['doctor'],
      conditions: ['treating', 'patient_active', 'unarchived'],
      network: true,
      emergencyBypass: true,
      purposes: ['treatment'],
      columns: ['diagnosis', 'codes', 'treatment_plan', 'physician_notes'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-14', 'N-21', 'N-27', 'S-03'],
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
        'authz.tg_consents__project, authz.tg_patients__project, authz.tg__archived: find the rows of a patient, or of a record',
      auditLevel: 'basic',
      requirements: ['N-27', 'N-45'],
    },
    {
      operation: 'UPDATE',
      realm: 'definer',
      columns: ['patient_status', 'treatment_consent_until', 'archived_at'],
      reason:
        'authz.tg_consents__project, authz.tg_patients__project, authz.tg__archived: take effect in their own transaction',
      auditLevel: 'basic',
      requirements: ['N-27', 'N-45', 'N-50'],
    },
    ...SERVICE_RULES,
  ],
});
