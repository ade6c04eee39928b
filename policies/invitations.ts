import { defineTable } from './vocabulary.ts';

/**
 * Who has been asked to join, by address. Made and accepted by function alone, because the token is seen once and kept as its digest. Of
 * staff only who may invite sees whom: an address is no colleague's business before its owner has agreed, nor is it that of operations, who appoint a
 * clinic_admin by login (`appoint_clinic_admin`), where a clinic has none left, and invite nobody.
 */
export const invitations = defineTable({
  tableName: 'invitations',
  level: 'CONFIDENTIAL',
  domain: 'identity',
  tenantKey: 'organisation_id',
  rules: [
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: ['clinic_admin'],
      conditions: ['not_archived'],
      columns: [
        'organisation_id',
        'id',
        'email',
        'role',
        'rank',
        'capabilities',
        'expires_at',
        'accepted_at',
        'accepted_by_user_id',
        'created_at',
        'created_by_user_id',
        'archived_at',
        'archived_by_user_id',
      ],
      auditLevel: 'basic',
      requirements: ['N-02', 'S-02'],
    },
    {
      // Taken back, and nothing else: another role is another invitation.
      operation: 'UPDATE',
      realm: 'provider',
      roles: ['clinic_admin'],
      conditions: ['below_own_rank', 'not_archived'],
      columns: ['archived_at'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-05', 'S-03'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: [
        'organisation_id',
        'id',
        'email',
        'role',
        'rank',
        'capabilities',
        'sha256',
        'expires_at',
        'accepted_at',
        'archived_at',
        'created_by_user_id',
      ],
      reason: 'public.accept_invitation: whether it is open, and whose; public.invite_member: earlier ones',
      auditLevel: 'basic',
      requirements: ['N-05', 'S-12'],
    },
    {
      operation: 'INSERT',
      realm: 'definer',
      columns: ['organisation_id', 'id', 'email', 'role', 'capabilities', 'sha256', 'expires_at'],
      reason: 'public.invite_member: the token is made there',
      auditLevel: 'detailed',
      requirements: ['N-05', 'S-12'],
    },
    {
      operation: 'UPDATE',
      realm: 'definer',
      columns: ['accepted_at', 'accepted_by_user_id', 'archived_at'],
      reason: 'public.accept_invitation: once; public.invite_member: a new one replaces the one before',
      auditLevel: 'detailed',
      requirements: ['N-05', 'S-12'],
    },
    {
      // The server's own key invites nobody: an invitation has an inviter, below whose rank it stays.
      operation: 'SELECT',
      realm: 'service',
      auditLevel: 'basic',
      requirements: ['S-05'],
    },
  ],
});
