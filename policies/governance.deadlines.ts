import { defineTable } from './vocabulary.ts';

/** By when the law wants what: answers to people, notices to authorities. Written by migrations. */
export const deadlines = defineTable({
  schema: 'governance',
  tableName: 'deadlines',
  level: 'INTERNAL',
  domain: 'ops',
  rowKey: null,
  tenantKey: null,
  fence: {},
  rules: [
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: ['duty', 'regime', 'amount', 'unit'],
      reason: 'authz.deadline: by when',
      auditLevel: 'basic',
      requirements: ['N-49'],
    },
  ],
});
