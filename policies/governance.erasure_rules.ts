import { defineTable } from './vocabulary.ts';

/** What erasure destroys and keeps, and why. Written by migrations. */
export const erasureRules = defineTable({
  schema: 'governance',
  tableName: 'erasure_rules',
  level: 'INTERNAL',
  domain: 'ops',
  rowKey: null,
  tenantKey: null,
  fence: {},
  rules: [],
  closed: 'governance.erase_rows reads it, as the role that migrates',
});
