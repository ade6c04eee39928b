import { defineTable, SERVICE_RULES } from './vocabulary.ts';

/**
 * One matter of one patient. Operations own cases and see all of them; a clinic sees its own, a patient theirs.
 * Nobody writes handed_off_at, and a case does not pass to another patient.
 */
export const cases = defineTable({
  tableName: 'cases',
  level: 'INTERNAL',
  domain: 'ops',
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
      operation: 'SELECT',
      realm: 'provider',
      roles: 'any',
      capabilities: ['finance'],
      conditions: ['patient_active', 'not_archived'],
      auditLevel: 'basic',
      requirements: ['N-02', 'N-27', 'S-02'],
    },
    {
      operation: 'INSERT',
      realm: 'provider',
      roles: ['clinic_admin', 'doctor', 'nurse', 'assistant', 'receptionist'],
      conditions: ['patient_active'],
      columns: ['organisation_id', 'id', 'number', 'patient_id', 'status', 'priority'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-14', 'N-27', 'S-03'],
    },
    {
      operation: 'UPDATE',
      realm: 'provider',
      roles: ['clinic_admin', 'doctor', 'nurse'],
      conditions: ['patient_active', 'unarchived'],
      columns: ['status', 'priority'],
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
      realm: 'internal_ops',
      roles: ['ops_agent'],
      conditions: ['not_archived'],
      auditLevel: 'basic',
      requirements: ['S-18', 'S-29'],
    },
    {
      operation: 'INSERT',
      realm: 'internal_ops',
      roles: ['ops_agent'],
      columns: ['organisation_id', 'id', 'number', 'patient_id', 'status', 'priority'],
      auditLevel: 'detailed',
      requirements: ['S-18', 'S-29'],
    },
    {
      operation: 'UPDATE',
      realm: 'internal_ops',
      roles: ['ops_agent'],
      conditions: ['not_archived'],
      columns: ['status', 'priority', 'reopen_reason'],
      auditLevel: 'detailed',
      requirements: ['S-18', 'S-29'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: ['organisation_id', 'id', 'patient_id', 'status', 'priority', 'handed_off_at', 'archived_at'],
      reason:
        'authz.tg_patients__project: finds the rows of a patient; authz.tg__handed_over, public.attach_invoice: whether it is theirs; authz.handed_over_cases: which they hold; public.dispatch_transfer: how urgent',
      auditLevel: 'basic',
      requirements: ['N-27'],
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
