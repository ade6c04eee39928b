import { defineTable, SERVICE_RULES } from './vocabulary.ts';

/** How an organisation works: hours, modules, insights. Patients do not read it: "own" in the matrix is the organisation. */
export const organisationSettings = defineTable({
  tableName: 'organisation_settings',
  level: 'INTERNAL',
  domain: 'ops',
  rowKey: 'organisation_id',
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
      operation: 'UPDATE',
      realm: 'provider',
      roles: ['clinic_admin'],
      conditions: ['not_archived'],
      columns: ['business_hours', 'modules', 'legal_bases', 'privacy_contact'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-45', 'S-03'],
    },
    {
      // One row per organisation for as long as it lives: nobody but an operations admin creates it, and nobody archives it. Without it the
      // clinic has no hours, no chart opens within them, and no second row can be written.
      operation: 'SELECT',
      realm: 'internal_ops',
      roles: ['admin'],
      conditions: ['not_archived'],
      auditLevel: 'basic',
      requirements: ['N-02'],
    },
    {
      operation: 'INSERT',
      realm: 'internal_ops',
      roles: ['admin'],
      columns: ['organisation_id', 'business_hours', 'modules'],
      auditLevel: 'detailed',
      requirements: ['N-02'],
    },
    {
      operation: 'UPDATE',
      realm: 'internal_ops',
      roles: ['admin'],
      conditions: ['not_archived'],
      columns: ['business_hours', 'modules'],
      auditLevel: 'detailed',
      requirements: ['N-02'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: [
        'organisation_id',
        'business_hours',
        'smart_insights_enabled',
        'archived_at',
        'legal_bases',
        'privacy_contact',
      ],
      reason:
        'authz.is_within_hours: the hours that the organisation has set for itself; public.rely_on_legal_basis: the bases that it relies on; public.consent_receipt: whom to write to; authz.lock_insights: whether insights are on',
      auditLevel: 'basic',
      requirements: ['N-28', 'N-45', 'S-21'],
    },
    {
      operation: 'UPDATE',
      realm: 'definer',
      columns: ['smart_insights_enabled'],
      reason:
        'public.set_smart_insights: the switch, which no caller may write; authz.lock_insights locks it',
      auditLevel: 'detailed',
      requirements: ['S-21', 'S-25'],
    },
    {
      operation: 'SELECT',
      realm: 'insights',
      columns: ['organisation_id', 'modules'],
      reason: 'which modules are on',
      auditLevel: 'basic',
      requirements: ['S-22', 'S-23'],
    },
    {
      operation: 'INSERT',
      realm: 'definer',
      columns: ['organisation_id'],
      reason: 'public.create_organisation: a tenant is born whole',
      auditLevel: 'basic',
      requirements: ['N-05'],
    },
    ...SERVICE_RULES,
  ],
});
