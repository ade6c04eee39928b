import { defineTable, SERVICE_RULES } from './vocabulary.ts';

/**
 * A tenant. Created by an operations admin with its settings and first member (`create_organisation`), archived and brought back by one, who alone
 * sees it meanwhile.
 */
export const organisations = defineTable({
  tableName: 'organisations',
  level: 'PUBLIC',
  domain: 'ops',
  tenantKey: 'id',
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
      // What a directory may print, and the time zone that an appointment is read in.
      operation: 'SELECT',
      realm: 'patient',
      conditions: ['own_organisation', 'not_archived'],
      columns: ['id', 'kind', 'name', 'country', 'timezone'],
      auditLevel: 'basic',
      requirements: ['N-15'],
    },
    {
      operation: 'SELECT',
      realm: 'internal_ops',
      roles: 'any',
      conditions: ['not_archived'],
      auditLevel: 'basic',
      requirements: ['N-02'],
    },
    {
      operation: 'SELECT',
      realm: 'internal_ops',
      roles: ['admin'],
      auditLevel: 'basic',
      requirements: ['N-02', 'N-05'],
    },
    {
      operation: 'INSERT',
      realm: 'internal_ops',
      roles: ['admin'],
      columns: ['id', 'kind', 'name', 'country', 'timezone', 'regime'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-05'],
    },
    {
      operation: 'UPDATE',
      realm: 'internal_ops',
      roles: ['admin'],
      columns: ['kind', 'name', 'country', 'timezone', 'regime', 'archived_at'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-05'],
    },
    {
      operation: 'SELECT',
      realm: 'anon',
      conditions: ['not_archived'],
      columns: ['id', 'kind', 'name', 'country'],
      auditLevel: 'basic',
      requirements: ['N-17'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: ['id', 'archived_at', 'timezone', 'kind', 'name', 'country', 'regime'],
      reason:
        'authz.live_memberships: an archived organisation opens nothing; authz.form_tenant, authz.tg_consents__version: nor begins anything; authz.is_within_hours, authz.guardianship_ends_at: its clock; public.dispatch_transfer: whether it drives; public.consent_receipt: who controls the data',
      auditLevel: 'basic',
      requirements: ['N-16', 'N-22'],
    },
    {
      operation: 'INSERT',
      realm: 'definer',
      columns: ['kind', 'name', 'country', 'timezone', 'regime'],
      reason: 'public.create_organisation: a tenant is born whole',
      auditLevel: 'basic',
      requirements: ['N-05'],
    },
    ...SERVICE_RULES,
  ],
});
