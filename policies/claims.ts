import { defineTable, SERVICE_RULES } from './vocabulary.ts';

/**
 * What operations claim from who guaranteed. The clinic's finance reads it.
 */
export const claims = defineTable({
  tableName: 'claims',
  level: 'RESTRICTED',
  domain: 'financial',
  tenantKey: 'organisation_id',
  patientKey: 'patient_id',
  rules: [
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: ['clinic_admin'],
      conditions: ['not_archived'],
      auditLevel: 'basic',
      requirements: ['N-02', 'S-02'],
    },
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: 'any',
      capabilities: ['finance'],
      conditions: ['not_archived'],
      auditLevel: 'basic',
      requirements: ['N-02', 'S-02'],
    },
    {
      operation: 'SELECT',
      realm: 'internal_ops',
      roles: ['ops_agent'],
      conditions: ['not_archived'],
      auditLevel: 'basic',
      requirements: ['S-29', 'S-34'],
    },
    {
      operation: 'INSERT',
      realm: 'internal_ops',
      roles: ['ops_agent'],
      columns: [
        'organisation_id',
        'id',
        'case_id',
        'patient_id',
        'guarantee_id',
        'invoice_id',
        'amount_minor',
        'currency',
      ],
      auditLevel: 'detailed',
      requirements: ['S-29', 'S-34'],
    },
    {
      operation: 'UPDATE',
      realm: 'internal_ops',
      roles: ['ops_agent'],
      conditions: ['not_archived'],
      columns: ['amount_minor', 'status', 'archived_at'],
      auditLevel: 'detailed',
      requirements: ['S-29', 'S-34'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: [
        'organisation_id',
        'id',
        'guarantee_id',
        'invoice_id',
        'amount_minor',
        'status',
        'archived_at',
      ],
      reason:
        'public.detach_invoice, authz.tg_invoices__claimed: whether an invoice is being claimed for; authz.tg_claims__sound, authz.tg_guarantees_of_payment__fixed: how much on a guarantee',
      auditLevel: 'basic',
      requirements: ['S-34'],
    },
    ...SERVICE_RULES,
  ],
});
