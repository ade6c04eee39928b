import { defineTable, SERVICE_RULES } from './vocabulary.ts';

/**
 * Stays: times and places, no reason. A stay does not pass to another patient; its times are stamped.
 *
 * Operations see stays of cases that they hold.
 */
export const admissions = defineTable({
  tableName: 'admissions',
  level: 'INTERNAL',
  domain: 'clinical',
  tenantKey: 'organisation_id',
  patientKey: 'patient_id',
  handedOverBy: 'case',
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
      roles: ['clinic_admin', 'doctor', 'nurse'],
      conditions: ['patient_active'],
      columns: ['organisation_id', 'id', 'patient_id', 'bed_id', 'case_id', 'status'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-14', 'N-27', 'S-03'],
    },
    {
      operation: 'UPDATE',
      realm: 'provider',
      roles: ['clinic_admin'],
      conditions: ['patient_active', 'not_archived'],
      columns: ['bed_id', 'case_id', 'status', 'disposition', 'archived_at'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-27', 'S-03'],
    },
    {
      operation: 'UPDATE',
      realm: 'provider',
      roles: ['doctor', 'nurse', 'assistant'],
      conditions: ['patient_active', 'unarchived'],
      columns: ['bed_id', 'case_id', 'status', 'disposition', 'archived_at'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-14', 'N-27', 'S-03'],
    },
    {
      operation: 'SELECT',
      realm: 'internal_ops',
      roles: ['ops_agent'],
      conditions: ['handed_over', 'not_archived'],
      auditLevel: 'basic',
      requirements: ['S-29'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: ['organisation_id', 'id', 'patient_id', 'case_id', 'bed_id', 'status', 'archived_at'],
      reason:
        'authz.tg_patients__project: finds the rows of a patient; authz.tg_beds__occupancy: whether a bed is taken; authz.is_handed_over: who lies in it; public.assign_care: whether the patient lies in one',
      auditLevel: 'basic',
      requirements: ['N-27', 'S-17'],
    },
    {
      operation: 'UPDATE',
      realm: 'definer',
      columns: ['patient_status'],
      reason: 'authz.tg_patients__project: what is known of a patient is hidden with the patient',
      auditLevel: 'basic',
      requirements: ['N-27'],
    },
    {
      operation: 'SELECT',
      realm: 'insights',
      columns: ['organisation_id', 'status', 'archived_at'],
      reason: 'how many, by status',
      auditLevel: 'basic',
      requirements: ['S-22', 'S-23'],
    },
    ...SERVICE_RULES,
  ],
});
