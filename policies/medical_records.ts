import { defineTable, SERVICE_RULES } from './vocabulary.ts';

/**
 * The chart without its diagnosis: vitals and medications, for who treats the patient. A record of a protected segment
 * (HIV, PSY, SDV, ETH) is a doctor's alone. Writing asks for treatment, not for consent or hours: an act of care that
 * happened is recorded; reading it back is another matter.
 *
 * No rule for internal_ops: operations see records of cases handed to them, and there are no cases yet.
 */
export const medicalRecords = defineTable({
  tableName: 'medical_records',
  level: 'RESTRICTED',
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
      auditLevel: 'comprehensive',
      requirements: ['N-02', 'N-14', 'N-21', 'N-25', 'N-28', 'N-45', 'S-02'],
    },
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: ['nurse'],
      conditions: ['treating', { consent: 'treatment' }, 'unsegmented', 'patient_active', 'not_archived'],
      hours: 'business',
      network: true,
      emergencyBypass: true,
      auditLevel: 'comprehensive',
      requirements: ['N-01', 'N-02', 'N-14', 'N-25', 'N-28', 'N-45', 'S-02'],
    },
    {
      operation: 'INSERT',
      realm: 'provider',
      roles: ['doctor'],
      conditions: ['treating', 'patient_active'],
      network: true,
      emergencyBypass: true,
      columns: [
        'organisation_id',
        'id',
        'patient_id',
        'record_type',
        'vitals',
        'medications',
        'segments',
        'supersedes_id',
      ],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-14', 'N-21', 'N-27', 'S-03'],
    },
    {
      operation: 'INSERT',
      realm: 'provider',
      roles: ['nurse'],
      conditions: ['treating', 'unsegmented', 'patient_active'],
      network: true,
      emergencyBypass: true,
      columns: [
        'organisation_id',
        'id',
        'patient_id',
        'record_type',
        'vitals',
        'medications',
        'segments',
        'supersedes_id',
      ],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-14', 'N-27', 'S-03'],
    },
    {
      operation: 'UPDATE',
      realm: 'provider',
      roles: ['doctor'],
      conditions: ['treating', 'patient_active', 'unarchived'],
      network: true,
      emergencyBypass: true,
      columns: ['vitals', 'medications', 'segments'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-14', 'N-21', 'N-27', 'S-03'],
    },
    {
      operation: 'UPDATE',
      realm: 'provider',
      roles: ['nurse'],
      conditions: ['treating', 'unsegmented', 'patient_active', 'unarchived'],
      network: true,
      emergencyBypass: true,
      columns: ['vitals', 'medications', 'segments'],
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
      columns: ['organisation_id', 'id', 'patient_id', 'supersedes_id', 'version'],
      reason:
        'authz.tg_medical_records__version, authz.tg_consents__project, authz.tg_patients__project: versions, and the rows of a patient',
      auditLevel: 'basic',
      requirements: ['N-27', 'N-45', 'S-16'],
    },
    {
      operation: 'UPDATE',
      realm: 'definer',
      columns: ['patient_status', 'treatment_consent_until'],
      reason:
        'authz.tg_consents__project, authz.tg_patients__project: both take effect in their own transaction',
      auditLevel: 'basic',
      requirements: ['N-27', 'N-45', 'N-50'],
    },
    ...SERVICE_RULES,
  ],
});
