import { defineTable, SERVICE_RULES } from './vocabulary.ts';

/**
 * Who treats whom: a gate to health data, so that it is never opened by who profits from it. A clinic_admin, who reads no health data by it,
 * writes it; so does assign_care, for a colleague, by who treats the patient, or in a stay; and an appointment, by the hand of who books it and reads
 * no chart: reception or a clinic_admin. `ground` tells which, `ground_id` of which appointment or stay, `handed_from_id` from which relationship it was
 * handed on, and ends with; nobody writes them by hand.
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
      columns: ['patient_status', 'ends_at', 'archived_at'],
      reason:
        'authz.tg_patients__project: what hangs on a patient is hidden with the patient; authz.tg_appointments__care, authz.tg_admissions__care: the end of a visit or stay; authz.tg_care_relationships__handed_on: of what it was handed on from',
      auditLevel: 'basic',
      requirements: ['N-21', 'N-27'],
    },
    {
      operation: 'INSERT',
      realm: 'definer',
      columns: [
        'organisation_id',
        'patient_id',
        'user_id',
        'kind',
        'starts_at',
        'ends_at',
        'ground',
        'ground_id',
        'handed_from_id',
      ],
      reason:
        'public.assign_care, authz.tg_appointments__care: a relationship that nobody makes for themselves',
      auditLevel: 'detailed',
      requirements: ['N-21'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: [
        'organisation_id',
        'id',
        'patient_id',
        'user_id',
        'kind',
        'starts_at',
        'ends_at',
        'ground',
        'ground_id',
        'handed_from_id',
        'taken_off_at',
        'created_at',
        'created_by_user_id',
        'archived_at',
      ],
      reason:
        'public.assign_care: what a caller hands on; authz.treated_by: who treats whom; authz.care_periods, authz.record_at: and since when; authz.tg_patients__project: finds the rows of a patient',
      auditLevel: 'basic',
      requirements: ['N-27'],
    },
    ...SERVICE_RULES,
  ],
});
