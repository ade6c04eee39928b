import { defineTable, SERVICE_RULES } from './vocabulary.ts';

/**
 * Slot and status; the reason stands beside. Reception and clinic_admin book, everybody moves. A column grant belongs to
 * the realm, so that the row policy alone tells who updates from who books. Whom they book treats the patient around that time
 * (authz.tg_appointments__care); whoever moves one opens nothing by it, and gives back none that was cancelled or
 * missed (authz.tg_appointments__given_back).
 *
 * No rule for internal_ops: the matrix gives them none.
 */
export const appointments = defineTable({
  tableName: 'appointments',
  level: 'INTERNAL',
  domain: 'clinical',
  tenantKey: 'organisation_id',
  patientKey: 'patient_id',
  rules: [
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: ['clinic_admin', 'doctor', 'nurse', 'assistant', 'receptionist'],
      conditions: ['patient_active', 'not_archived'],
      auditLevel: 'basic',
      requirements: ['N-02', 'N-14', 'N-27', 'S-02'],
    },
    {
      operation: 'INSERT',
      realm: 'provider',
      roles: ['clinic_admin', 'receptionist'],
      conditions: ['patient_active'],
      columns: [
        'organisation_id',
        'id',
        'patient_id',
        'professional_user_id',
        'starts_at',
        'ends_at',
        'status',
      ],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-14', 'N-27', 'S-03'],
    },
    {
      // Never patient_id: an appointment does not pass to another patient.
      operation: 'UPDATE',
      realm: 'provider',
      roles: ['clinic_admin', 'doctor', 'nurse', 'assistant', 'receptionist'],
      conditions: ['patient_active', 'not_archived'],
      columns: ['professional_user_id', 'starts_at', 'ends_at', 'status'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-14', 'N-27', 'S-03'],
    },
    {
      operation: 'SELECT',
      realm: 'patient',
      conditions: ['own_patient', 'not_archived'],
      auditLevel: 'basic',
      requirements: ['N-15'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: ['organisation_id', 'id', 'patient_id', 'archived_at'],
      reason:
        'authz.tg_patients__project, authz.tg_appointment_reasons__appointment: find the rows of a patient, and whether one was put away; public.assign_care: what a relationship came from',
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
