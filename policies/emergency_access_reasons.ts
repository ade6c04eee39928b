import { defineTable } from './vocabulary.ts';

/** Why the glass was broken, and what the review found: for the privacy officer, who is not its author. */
export const emergencyAccessReasons = defineTable({
  tableName: 'emergency_access_reasons',
  level: 'HIGHLY_RESTRICTED',
  domain: 'ops',
  tenantKey: 'organisation_id',
  patientKey: 'patient_id',
  rules: [
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: 'any',
      capabilities: ['privacy_officer'],
      conditions: ['not_archived'],
      auditLevel: 'comprehensive',
      requirements: ['N-02', 'N-18', 'S-02'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: ['organisation_id', 'id', 'patient_id'],
      reason: 'public.review_emergency_access, authz.tg_patients__project: find the rows',
      auditLevel: 'basic',
      requirements: ['N-18', 'N-27'],
    },
    {
      operation: 'INSERT',
      realm: 'definer',
      columns: ['organisation_id', 'id', 'patient_id', 'reason'],
      reason: 'public.open_emergency_access',
      auditLevel: 'detailed',
      requirements: ['N-18'],
    },
    {
      operation: 'UPDATE',
      realm: 'definer',
      columns: ['review_note', 'patient_status'],
      reason: 'public.review_emergency_access; authz.tg_patients__project hides it with the patient',
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
