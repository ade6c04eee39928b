import { defineTable, SERVICE_RULES } from './vocabulary.ts';

/**
 * The name under which a login acts. A person may work in several organisations, so that there is no tenant: staff see
 * colleagues of the current organisation, a patient only themselves. Written by the server when a login is made.
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
    ...SERVICE_RULES,
  ],
});
