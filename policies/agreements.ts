import { defineTable, SERVICE_RULES } from './vocabulary.ts';

/**
 * What the clinic has agreed with payers.
 */
export const agreements = defineTable({
  tableName: 'agreements',
  level: 'CONFIDENTIAL',
  domain: 'financial',
  tenantKey: 'organisation_id',
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
      operation: 'INSERT',
      realm: 'provider',
      roles: ['clinic_admin'],
      columns: ['organisation_id', 'id', 'payer', 'number', 'starts_on', 'ends_on'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'S-03'],
    },
    {
      operation: 'UPDATE',
      realm: 'provider',
      roles: ['clinic_admin'],
      conditions: ['not_archived'],
      columns: ['payer', 'ends_on', 'archived_at'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'S-03'],
    },
    {
      operation: 'SELECT',
      realm: 'internal_ops',
      roles: ['ops_agent'],
      conditions: ['not_archived'],
      auditLevel: 'basic',
      requirements: ['S-29'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: ['organisation_id', 'id', 'archived_at'],
      reason: 'authz.tg_invoices__totals: the agreement that an invoice is issued under, locked',
      auditLevel: 'basic',
      requirements: ['S-34'],
    },
    {
      operation: 'UPDATE',
      realm: 'definer',
      columns: ['archived_at'],
      reason: 'authz.tg_invoices__totals: a row lock takes the right to update some column',
      auditLevel: 'basic',
      requirements: ['S-34'],
    },
    ...SERVICE_RULES,
  ],
});
