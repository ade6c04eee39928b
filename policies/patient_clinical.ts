import { defineTable, SERVICE_RULES } from './vocabulary.ts';

/**
 * Health at a glance, gated by the patient's consent to treatment or a broken glass. Never reception, never administration.
 *
 * Operations see it of patients whose case they hold and who consent to ops_handoff, as they see a chart.
 */
export const patientClinical = defineTable({
  tableName: 'patient_clinical',
  level: 'CONFIDENTIAL',
  domain: 'clinical',
  tenantKey: 'organisation_id',
  patientKey: 'id',
  handedOverBy: 'consenting_patient',
  rules: [
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: ['doctor', 'nurse', 'assistant'],
      conditions: ['patient_active', { consent: 'treatment' }, 'not_archived'],
      emergencyBypass: true,
      purposes: ['data_view', 'treatment'],
      auditLevel: 'comprehensive',
      requirements: ['N-02', 'N-14', 'N-19', 'N-27', 'S-02'],
    },
    {
      // The matrix says RU; somebody must make the row, and only who may read it can say what belongs into it. Its
      // trigger sets the consent before the policy is asked, so that without one, or an emergency, there is no row either.
      operation: 'INSERT',
      realm: 'provider',
      roles: ['doctor', 'nurse'],
      conditions: ['patient_active', { consent: 'treatment' }],
      emergencyBypass: true,
      purposes: ['treatment'],
      columns: ['organisation_id', 'id', 'allergies', 'alerts'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-14', 'N-27', 'S-03'],
    },
    {
      operation: 'UPDATE',
      realm: 'provider',
      roles: ['doctor', 'nurse'],
      conditions: ['patient_active', { consent: 'treatment' }, 'not_archived'],
      emergencyBypass: true,
      purposes: ['treatment'],
      columns: ['allergies', 'alerts'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-14', 'N-27', 'S-03'],
    },
    {
      // A patient needs nobody's consent to read what is known about them.
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
      auditLevel: 'comprehensive',
      requirements: ['S-29'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: ['organisation_id', 'id'],
      reason: 'authz.tg_consents__project, authz.tg_patients__project: find the row that they gate',
      auditLevel: 'basic',
      requirements: ['N-27', 'N-45', 'N-50'],
    },
    {
      operation: 'UPDATE',
      realm: 'definer',
      columns: ['treatment_consent_until', 'patient_status'],
      reason:
        'authz.tg_consents__project, authz.tg_patients__project: both take effect in their own transaction',
      auditLevel: 'basic',
      requirements: ['N-27', 'N-45', 'N-50'],
    },
    ...SERVICE_RULES,
  ],
});
