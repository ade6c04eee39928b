import { defineTable, SERVICE_RULES } from './vocabulary.ts';

/**
 * Who may act in an organisation, as what. Nobody grants or touches a rank at or above their own, so that nobody raises
 * themselves either: one's own rank is never below itself (N-05). Operations create a first member with its organisation
 * (`create_organisation`), appoint a clinic_admin where there is none left (`appoint_clinic_admin`), and no other: they would make anybody staff
 * of any clinic.
 */
export const organisationMembers = defineTable({
  tableName: 'organisation_members',
  level: 'INTERNAL',
  domain: 'ops',
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
      roles: ['clinic_admin'],
      conditions: ['below_own_rank'],
      columns: ['organisation_id', 'id', 'user_id', 'role', 'capabilities', 'is_active', 'valid_until'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-05', 'S-03'],
    },
    {
      // Never user_id: a membership does not pass to somebody else. Nor archived_at: out of everybody's sight it could not be resumed, and the key
      // refuses a second one. What ends is no longer active.
      operation: 'UPDATE',
      realm: 'provider',
      roles: ['clinic_admin'],
      conditions: ['below_own_rank', 'not_archived'],
      columns: ['role', 'capabilities', 'is_active', 'valid_until'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-05', 'S-03'],
    },
    {
      operation: 'SELECT',
      realm: 'internal_ops',
      roles: ['admin'],
      conditions: ['not_archived'],
      auditLevel: 'basic',
      requirements: ['N-02'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: [
        'organisation_id',
        'id',
        'user_id',
        'role',
        'rank',
        'capabilities',
        'is_active',
        'valid_until',
        'accepted_at',
        'archived_at',
        'updated_at',
        'updated_by_user_id',
      ],
      reason:
        'authz.live_memberships and authz.colleague_ids: the live lookup behind every provider policy; public.accept_membership: who invited, and when; authz.simulate: whose events they are',
      auditLevel: 'basic',
      requirements: ['N-16', 'N-22'],
    },
    {
      operation: 'INSERT',
      realm: 'definer',
      columns: ['organisation_id', 'user_id', 'role', 'capabilities'],
      reason:
        'public.create_organisation, public.appoint_clinic_admin: whom operations invite and nobody else there can; public.accept_invitation',
      auditLevel: 'detailed',
      requirements: ['N-05'],
    },
    {
      operation: 'UPDATE',
      realm: 'definer',
      columns: ['accepted_at'],
      reason:
        'public.accept_membership, public.accept_invitation: nobody is made a member without agreeing; public.appoint_clinic_admin: who is named anew',
      auditLevel: 'detailed',
      requirements: ['N-22'],
    },
    {
      operation: 'SELECT',
      realm: 'insights',
      columns: ['organisation_id', 'is_active', 'archived_at'],
      reason: 'how many staff',
      auditLevel: 'basic',
      requirements: ['S-22', 'S-23'],
    },
    ...SERVICE_RULES,
  ],
});
