import { defineTable, SERVICE_RULES } from './vocabulary.ts';

/**
 * The name under which a login acts. A person may work in several organisations, so that there is no tenant: staff see
 * colleagues of the current organisation, a patient only themselves. Made by a trigger with the login, which names nobody.
 */
export const profiles = defineTable({
  tableName: 'profiles',
  level: 'INTERNAL',
  domain: 'identity',
  rowKey: 'user_id',
  tenantKey: null,
  fence: { provider: ['colleague'], patient: ['own_user'], internal_ops: ['operator'] },
  rules: [
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: 'any',
      conditions: ['colleague', 'not_archived'],
      auditLevel: 'basic',
      requirements: ['N-02', 'S-02'],
    },
    {
      operation: 'SELECT',
      realm: 'patient',
      conditions: ['own_user', 'not_archived'],
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
      realm: 'insights',
      columns: ['user_id', 'display_name'],
      conditions: ['colleague'],
      reason: 'the names of staff who acted',
      auditLevel: 'basic',
      requirements: ['S-22', 'S-23'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: ['user_id', 'display_name'],
      reason:
        'authz.tg_users__profile: whether a login has one; public.accept_invitation: whether it has a name',
      auditLevel: 'basic',
      requirements: ['S-12'],
    },
    {
      operation: 'INSERT',
      realm: 'definer',
      columns: ['user_id', 'display_name'],
      reason: 'authz.tg_users__profile: a profile for every login',
      auditLevel: 'detailed',
      requirements: ['S-12'],
    },
    {
      operation: 'UPDATE',
      realm: 'definer',
      columns: ['display_name'],
      reason: 'public.accept_invitation: a name for who has none yet',
      auditLevel: 'detailed',
      requirements: ['S-12'],
    },
    ...SERVICE_RULES,
  ],
});
