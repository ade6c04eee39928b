import { defineTable, SERVICE_RULES } from './vocabulary.ts';

/**
 * Enough to find and schedule a person. Staff see active patients; a clinic_admin also the inactive ones, and alone
 * deactivates, reactivates and archives: for the others the new row would be out of sight, which PostgreSQL refuses (N-27).
 *
 * Operations see patients of cases that they hold.
 */
export const patients = defineTable({
  tableName: 'patients',
  level: 'INTERNAL',
  domain: 'identity',
  tenantKey: 'organisation_id',
  patientKey: 'id',
  handedOverBy: 'patient',
  rules: [
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: ['doctor', 'nurse', 'assistant', 'receptionist'],
      conditions: ['active', 'not_archived'],
      auditLevel: 'basic',
      requirements: ['N-02', 'N-14', 'N-27', 'S-02'],
    },
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: ['clinic_admin'],
      conditions: ['not_archived'],
      auditLevel: 'basic',
      requirements: ['N-02', 'N-27', 'S-02'],
    },
    {
      operation: 'INSERT',
      realm: 'provider',
      roles: ['clinic_admin', 'receptionist'],
      conditions: ['active'],
      columns: ['organisation_id', 'id', 'mrn', 'full_name', 'language', 'status'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-14', 'S-03'],
    },
    {
      operation: 'UPDATE',
      realm: 'provider',
      roles: ['doctor', 'nurse', 'receptionist'],
      conditions: ['active', 'unarchived'],
      columns: ['mrn', 'full_name', 'language', 'status', 'archived_at'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-14', 'N-27', 'S-03'],
    },
    {
      operation: 'UPDATE',
      realm: 'provider',
      roles: ['clinic_admin'],
      conditions: ['not_archived'],
      columns: ['mrn', 'full_name', 'language', 'status', 'archived_at'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-27', 'S-03'],
    },
    {
      // Inactive or not: a person's own data does not close with their treatment.
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
      conditions: ['handed_over', 'not_archived'],
      auditLevel: 'basic',
      requirements: ['S-29'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: ['organisation_id', 'id', 'status', 'archived_at', 'full_name', 'language'],
      reason:
        'authz.tg__patient_status, authz.live_patient_accounts: whether a patient is active, or archived; public.dispatch_transfer: whom a packet names, under consent',
      auditLevel: 'basic',
      requirements: ['N-15', 'N-27'],
    },
    {
      // Generated, so that nobody can write it: the grant locks and does nothing else.
      operation: 'UPDATE',
      realm: 'definer',
      columns: ['name_key'],
      reason: 'authz.lock_patient: a row lock takes the right to update some column',
      auditLevel: 'basic',
      requirements: ['N-27', 'N-45'],
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
