import { defineTable } from './vocabulary.ts';

/** How sensitive each table is. Read by tools that connect as the owner, written by migrations. */
export const classification = defineTable({
  schema: 'governance',
  tableName: 'classification',
  level: 'INTERNAL',
  domain: 'ops',
  rowKey: null,
  tenantKey: null,
  fence: {},
  rules: [],
  closed: 'written by migrations; callers, the server included, hold no USAGE on governance',
});
