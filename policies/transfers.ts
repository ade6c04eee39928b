import { defineTable, SERVICE_RULES } from './vocabulary.ts';

/**
 * Movements of patients. Operations see and steer all of them; a clinic its own, a patient theirs. From dispatch to delivery a transfer
 * follows the job of the transport company, which no rule here can move.
 */
export const transfers = defineTable({
  tableName: 'transfers',
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
      operation: 'INSERT',
      realm: 'provider',
      roles: ['clinic_admin', 'doctor', 'nurse'],
      conditions: ['patient_active'],
      columns: [
        'organisation_id',
        'id',
        'case_id',
        'patient_id',
        'admission_id',
        'mobility',
        'pickup',
        'destination',
        'pickup_at',
      ],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-14', 'N-27', 'S-03'],
    },
    {
      operation: 'UPDATE',
      realm: 'provider',
      roles: ['clinic_admin', 'doctor', 'nurse'],
      conditions: ['patient_active', 'unarchived'],
      columns: ['status', 'admission_id', 'mobility', 'pickup', 'destination', 'pickup_at'],
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
      operation: 'UPDATE',
      realm: 'internal_ops',
      roles: ['ops_agent'],
      conditions: ['not_archived'],
      columns: ['status'],
      auditLevel: 'detailed',
      requirements: ['S-18', 'S-29'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: [
        'organisation_id',
        'id',
        'patient_id',
        'case_id',
        'transport_organisation_id',
        'status',
        'mobility',
        'pickup',
        'destination',
        'pickup_at',
        'archived_at',
        'patient_status',
      ],
      reason:
        'authz.transfer_tenant, public.dispatch_transfer: what may be dispatched; authz.tg_patients__project, authz.tg_consents__project: finds the rows of a patient',
      auditLevel: 'basic',
      requirements: ['N-24', 'N-27'],
    },
    {
      operation: 'UPDATE',
      realm: 'definer',
      columns: ['status', 'transport_organisation_id', 'patient_status'],
      reason:
        'public.dispatch_transfer, public.cancel_transfer, authz.tg_transfer_jobs__follow: the step of the job; authz.tg_patients__project',
      auditLevel: 'basic',
      requirements: ['N-24', 'N-27', 'S-18'],
    },
    ...SERVICE_RULES,
  ],
});
