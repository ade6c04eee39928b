import { defineTable, SERVICE_RULES } from './vocabulary.ts';

/**
 * Texts that are signed. Operations write them, everybody signed in reads them, and anybody that they are there and what they are called; a text never
 * changes, its next version stands beside it.
 */
export const formTemplates = defineTable({
  tableName: 'form_templates',
  level: 'PUBLIC',
  domain: 'ops',
  tenantKey: null,
  fence: { provider: ['everyone'], patient: ['everyone'], internal_ops: ['operator'], anon: ['everyone'] },
  rules: [
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: 'any',
      conditions: ['not_archived'],
      auditLevel: 'basic',
      requirements: ['N-02', 'S-31'],
    },
    {
      operation: 'SELECT',
      realm: 'patient',
      conditions: ['not_archived'],
      auditLevel: 'basic',
      requirements: ['S-31'],
    },
    {
      operation: 'SELECT',
      realm: 'internal_ops',
      roles: 'any',
      conditions: ['not_archived'],
      auditLevel: 'basic',
      requirements: ['N-02', 'S-31'],
    },
    {
      operation: 'SELECT',
      realm: 'anon',
      conditions: ['not_archived'],
      columns: ['id', 'kind', 'code', 'version', 'language', 'title'],
      auditLevel: 'basic',
      requirements: ['N-17', 'S-31'],
    },
    {
      operation: 'INSERT',
      realm: 'internal_ops',
      roles: ['admin'],
      columns: ['id', 'kind', 'code', 'version', 'language', 'title', 'body', 'purposes'],
      auditLevel: 'detailed',
      requirements: ['S-31'],
    },
    {
      operation: 'UPDATE',
      realm: 'internal_ops',
      roles: ['admin'],
      conditions: ['not_archived'],
      columns: ['archived_at'],
      auditLevel: 'detailed',
      requirements: ['S-31'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: [
        'id',
        'kind',
        'code',
        'version',
        'language',
        'title',
        'body',
        'body_sha256',
        'purposes',
        'archived_at',
      ],
      reason: 'public.sign_form: the text that is signed; authz.tg_consents__form: what it may carry',
      auditLevel: 'basic',
      requirements: ['S-31'],
    },
    ...SERVICE_RULES,
  ],
});
