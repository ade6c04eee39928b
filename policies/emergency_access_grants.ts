import { defineTable } from './vocabulary.ts';

/**
 * Broken glass: who, for whom, until when, and what the review said. Written by open_, close_ and
 * review_emergency_access alone; read by who reviews it and by the patient whom it concerns.
 */
export const emergencyAccessGrants = defineTable({
  tableName: 'emergency_access_grants',
  level: 'RESTRICTED',
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
      requirements: ['N-02', 'N-18', 'N-37', 'S-02'],
    },
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: 'any',
      capabilities: ['privacy_officer'],
      conditions: ['not_archived'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-18', 'N-37', 'S-02'],
    },
    {
      operation: 'SELECT',
      realm: 'patient',
      conditions: ['own_patient', 'not_archived'],
      auditLevel: 'basic',
      requirements: ['N-15', 'N-18'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: [
        'organisation_id',
        'id',
        'patient_id',
        'user_id',
        'opened_at',
        'opened_in',
        'expires_at',
        'ended_at',
        'review_outcome',
        'reviewed_at',
        'archived_at',
      ],
      reason: 'authz.emergency_of and the three functions that write it: what is open, and whose',
      auditLevel: 'basic',
      requirements: ['N-18'],
    },
    {
      operation: 'INSERT',
      realm: 'definer',
      columns: ['organisation_id', 'patient_id', 'user_id', 'opened_at', 'expires_at'],
      reason: 'public.open_emergency_access',
      auditLevel: 'detailed',
      requirements: ['N-18'],
    },
    {
      operation: 'UPDATE',
      realm: 'definer',
      columns: ['ended_at', 'review_outcome', 'reviewed_by_user_id', 'reviewed_at', 'patient_status'],
      reason:
        'public.close_emergency_access, public.review_emergency_access; authz.tg_patients__project hides it with the patient',
      auditLevel: 'detailed',
      requirements: ['N-18', 'N-27'],
    },
    {
      // Not even the server's own key breaks glass or judges it: what it wrote would have no author.
      operation: 'SELECT',
      realm: 'service',
      auditLevel: 'basic',
      requirements: ['S-05'],
    },
  ],
});
