import { defineTable, SERVICE_RULES } from './vocabulary.ts';

/**
 * Who treats whom: a gate to health data, so that it is never opened by who profits from it. A clinic_admin, who reads no
 * health data by it, writes it; admission and appointment functions will.
 *
 * No rule for internal_ops: the matrix gives them none.
 */
export const careRelationships = defineTable({
  tableName: 'care_relationships',
  level: 'INTERNAL',
  domain: 'clinical',
  tenantKey: 'organisation_id',
  patientKey: 'patient_id',
  rules: [
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: 'any',
      conditions: ['patient_active', 'not_archived'],
      auditLevel: 'basic',
      requirements: ['N-02', 'N-14', 'N-27', 'S-02'],
    },
    {
      operation: 'INSERT',
      realm: 'provider',
      roles: ['clinic_admin'],
      conditions: ['patient_active'],
      columns: ['organisation_id', 'id', 'patient_id', 'user_id', 'kind', 'starts_at', 'ends_at'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-27', 'S-03'],
    },
    {
      operation: 'UPDATE',
      realm: 'provider',
      roles: ['clinic_admin'],
      conditions: ['patient_active', 'not_archived'],
      columns: ['kind', 'starts_at', 'ends_at', 'archived_at'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-27', 'S-03'],
    },
    {
      operation: 'SELECT',
      realm: 'patient',
      conditions: ['own_patient', 'not_archived'],
      auditLevel: 'basic',
      requirements: ['N-15'],
    },
    {
      operation: 'UPDATE',
      realm: 'definer',
      columns: ['patient_status'],
      reason: 'authz.tg_patients__project: what hangs on a patient is hidden with the patient',
      auditLevel: 'basic',
      requirements: ['N-27'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: [
        'organisation_id',
        'patient_id',
        'user_id',
        'starts_at',
        'ends_at',
        'created_at',
        'archived_at',
      ],
      reason:
        'authz.treated_by: who treats whom; authz.care_periods: and since when; authz.tg_patients__project: finds the rows of a patient',
      auditLevel: 'basic',
      requirements: ['N-27'],
    },
    ...SERVICE_RULES,
  ],
});
