import { defineTable } from './vocabulary.ts';

/** Who may have one document signed, for sixty seconds; and so the record of every read. Written by `issue_read_ticket`; the officer looks. */
export const documentReadTickets = defineTable({
  tableName: 'document_read_tickets',
  level: 'RESTRICTED',
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
      auditLevel: 'detailed',
      requirements: ['N-02', 'S-02', 'S-09'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: [
        'organisation_id',
        'id',
        'patient_id',
        'document_id',
        'user_id',
        'session_id',
        'realm',
        'purpose',
        'expires_at',
        'redeemed_at',
        'revoked_at',
        'archived_at',
      ],
      reason:
        'authz.document_paths, public.redeem_read_ticket, authz.revoke_read_tickets: whether a ticket still opens its document',
      auditLevel: 'basic',
      requirements: ['S-09', 'N-50'],
    },
    {
      operation: 'INSERT',
      realm: 'definer',
      columns: [
        'organisation_id',
        'patient_id',
        'document_id',
        'user_id',
        'session_id',
        'realm',
        'purpose',
        'expires_at',
      ],
      reason: 'public.issue_read_ticket: the only hand',
      auditLevel: 'detailed',
      requirements: ['S-09'],
    },
    {
      operation: 'UPDATE',
      realm: 'definer',
      columns: ['redeemed_at', 'revoked_at'],
      reason: 'public.redeem_read_ticket: once; authz.revoke_read_tickets: with what it opened',
      auditLevel: 'detailed',
      requirements: ['S-09', 'N-50'],
    },
    { operation: 'SELECT', realm: 'service', auditLevel: 'basic', requirements: ['S-05'] },
  ],
});
