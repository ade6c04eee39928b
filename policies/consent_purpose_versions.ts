import { defineTable } from './vocabulary.ts';

/**
 * What a purpose means, version by version: the text that is consented to. Operations write the next one, nobody changes one that stands; a
 * material change ends what was consented to before it (LGPD art. 8 par. 6).
 */
export const consentPurposeVersions = defineTable({
  tableName: 'consent_purpose_versions',
  level: 'PUBLIC',
  domain: 'ops',
  rowKey: null,
  tenantKey: null,
  fence: { provider: ['everyone'], patient: ['everyone'], internal_ops: ['operator'] },
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
      requirements: ['N-45', 'N-48'],
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
      operation: 'INSERT',
      realm: 'internal_ops',
      roles: ['admin'],
      columns: [
        'purpose',
        'description',
        'data_categories',
        'recipients',
        'retention',
        'is_material',
        'takes_effect_at',
      ],
      auditLevel: 'detailed',
      requirements: ['N-48'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: [
        'purpose',
        'version',
        'description',
        'data_categories',
        'recipients',
        'retention',
        'is_material',
        'takes_effect_at',
        'created_at',
        'created_by_user_id',
        'updated_at',
        'updated_by_user_id',
        'actor_kind',
        'archived_at',
        'archived_by_user_id',
      ],
      reason:
        'authz.tg_consents__version: until when a consent holds; public.consent_receipt: what was consented to; audit.seal_table, audit.sealed_records: what is sealed is the whole row',
      auditLevel: 'basic',
      requirements: ['N-45', 'S-20'],
    },
    {
      operation: 'INSERT',
      realm: 'definer',
      columns: ['purpose', 'description'],
      reason: 'authz.tg_consent_purposes__first_version: a purpose is born with its text',
      auditLevel: 'basic',
      requirements: ['N-48'],
    },
    { operation: 'SELECT', realm: 'service', auditLevel: 'basic', requirements: ['S-05'] },
  ],
});
