import { defineTable } from './vocabulary.ts';

/** Which state may follow which, and by whom. Written by migrations, asked by the trigger of every workflow. */
export const stateTransitions = defineTable({
  schema: 'authz',
  tableName: 'state_transitions',
  level: 'INTERNAL',
  domain: 'ops',
  rowKey: null,
  tenantKey: null,
  fence: {},
  rules: [
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: ['table_name', 'from_state', 'to_state', 'realms'],
      reason: 'authz.tg__transition: what may follow',
      auditLevel: 'basic',
      requirements: ['S-18'],
    },
  ],
});
