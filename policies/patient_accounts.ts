import { defineTable, SERVICE_RULES } from './vocabulary.ts';

/**
 * Which login sees which patient through the portal. Staff never link or unlink their own login: it would open a chart
 * to themselves. Who is linked to whom never changes; a wrong link is revoked, and a
 * guardian's ends when the patient comes of age, unless whoever confirms it says another day.
 */
export const patientAccounts = defineTable({
  tableName: 'patient_accounts',
  level: 'INTERNAL',
  domain: 'identity',
  tenantKey: 'organisation_id',
  rules: [
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: 'any',
      conditions: ['not_archived'],
      auditLevel: 'basic',
      requirements: ['N-02', 'S-02'],
    },
    {
      operation: 'INSERT',
      realm: 'provider',
      roles: ['clinic_admin', 'receptionist'],
      conditions: ['patient_active', 'other_user'],
      columns: ['organisation_id', 'id', 'user_id', 'patient_id', 'relationship'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-15', 'N-27', 'S-03'],
    },
    {
      operation: 'UPDATE',
      realm: 'provider',
      roles: ['clinic_admin'],
      conditions: ['other_user', 'not_archived'],
      columns: ['confirmed_at', 'revoked_at', 'ends_at', 'archived_at'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-15', 'S-03'],
    },
    {
      operation: 'SELECT',
      realm: 'patient',
      conditions: ['own_user', 'not_archived'],
      auditLevel: 'basic',
      requirements: ['N-15'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: [
        'organisation_id',
        'user_id',
        'patient_id',
        'relationship',
        'confirmed_at',
        'revoked_at',
        'ends_at',
        'archived_at',
      ],
      reason:
        'authz.live_patient_accounts: the live lookup behind every patient policy; authz.portal_capacity: as whom they sign and consent',
      auditLevel: 'basic',
      requirements: ['N-15', 'N-16'],
    },
    {
      operation: 'UPDATE',
      realm: 'definer',
      columns: ['patient_status', 'ends_at'],
      reason:
        'authz.tg_patients__project: what hangs on a patient is hidden with the patient; authz.tg_patient_identity__of_age: no birth date puts an end off',
      auditLevel: 'basic',
      requirements: ['N-15', 'N-27'],
    },
    ...SERVICE_RULES,
  ],
});
