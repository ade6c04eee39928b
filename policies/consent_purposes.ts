import { defineTable, SERVICE_RULES } from './vocabulary.ts';

/**
 * What a consent can be about. Everybody reads what a purpose is, before they sign in too: a clinic's page says it to whoever thinks of becoming a
 * patient. What else its versions tell is for those signed in. The key of a purpose never changes.
 */
export const consentPurposes = defineTable({
  tableName: 'consent_purposes',
  level: 'PUBLIC',
  domain: 'ops',
  rowKey: null,
  tenantKey: null,
  fence: { provider: ['everyone'], patient: ['everyone'], internal_ops: ['operator'], anon: ['everyone'] },
  rules: [
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: 'any',
      conditions: ['not_archived'],
      auditLevel: 'basic',
      requirements: ['N-02', 'N-48'],
    },
    {
      operation: 'SELECT',
      realm: 'patient',
      conditions: ['not_archived'],
      auditLevel: 'basic',
      requirements: ['N-48'],
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
      realm: 'anon',
      conditions: ['not_archived'],
      columns: ['purpose', 'description'],
      auditLevel: 'basic',
      requirements: ['N-17', 'N-48'],
    },
    {
      operation: 'INSERT',
      realm: 'internal_ops',
      roles: ['admin'],
      columns: ['purpose', 'description', 'alias'],
      auditLevel: 'detailed',
      requirements: ['N-48'],
    },
    {
      operation: 'UPDATE',
      realm: 'internal_ops',
      roles: ['admin'],
      conditions: ['not_archived'],
      columns: ['description', 'alias', 'archived_at'],
      auditLevel: 'detailed',
      requirements: ['N-48'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: ['purpose', 'version', 'allowed_bases', 'archived_at'],
      reason:
        'public.set_context: refuses a purpose that does not exist; authz.tg_consents__version: the text that a consent is to, and the bases that the law gives it',
      auditLevel: 'basic',
      requirements: ['N-12', 'N-45', 'N-48'],
    },
    {
      operation: 'UPDATE',
      realm: 'definer',
      columns: ['version'],
      reason:
        'authz.tg_consent_purpose_versions__number: counts the versions, and is the lock that consents wait for',
      auditLevel: 'basic',
      requirements: ['N-45', 'N-48'],
    },
    ...SERVICE_RULES,
  ],
});
