import { defineTable, SERVICE_RULES } from './vocabulary.ts';

/**
 * What a person asks of their data: access, correction, erasure and the rest of LGPD art. 18. Reception takes it down, the patient files it on
 * the portal, the privacy officer answers; the deadline is the law's.
 */
export const subjectRequests = defineTable({
  tableName: 'subject_requests',
  level: 'CONFIDENTIAL',
  domain: 'ops',
  tenantKey: 'organisation_id',
  patientKey: 'patient_id',
  rules: [
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: ['clinic_admin'],
      conditions: ['not_archived'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'S-02'],
    },
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: 'any',
      capabilities: ['privacy_officer'],
      conditions: ['not_archived'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'S-02'],
    },
    {
      operation: 'INSERT',
      realm: 'provider',
      roles: ['clinic_admin', 'receptionist'],
      columns: ['organisation_id', 'id', 'patient_id', 'kind'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'S-03'],
    },
    {
      operation: 'INSERT',
      realm: 'provider',
      roles: 'any',
      capabilities: ['privacy_officer'],
      columns: ['organisation_id', 'id', 'patient_id', 'kind'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'S-03'],
    },
    {
      operation: 'UPDATE',
      realm: 'provider',
      roles: 'any',
      capabilities: ['privacy_officer'],
      conditions: ['not_archived'],
      columns: ['status', 'refusal_basis', 'answered_otherwise'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'S-03'],
    },
    {
      operation: 'SELECT',
      realm: 'patient',
      conditions: ['own_patient', 'not_archived'],
      auditLevel: 'basic',
      requirements: ['N-15'],
    },
    {
      // The matrix gives them R of their own; a right is asked for by who has it (LGPD art. 18 par. 3).
      operation: 'INSERT',
      realm: 'patient',
      conditions: ['own_patient'],
      columns: ['organisation_id', 'id', 'patient_id', 'kind'],
      auditLevel: 'detailed',
      requirements: ['N-15'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: ['organisation_id', 'id', 'patient_id', 'kind', 'status', 'created_by_user_id', 'archived_at'],
      reason:
        'authz.erasure_request, authz.export_request: what the officer may erase and export by; authz.tg_consents__version: who has objected',
      auditLevel: 'basic',
      requirements: ['N-45', 'N-49'],
    },
    {
      operation: 'UPDATE',
      realm: 'definer',
      columns: ['status'],
      reason: 'public.erase_subject: completes what it answers',
      auditLevel: 'detailed',
      requirements: ['N-49'],
    },
    ...SERVICE_RULES,
  ],
});
