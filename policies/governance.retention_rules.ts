import { defineTable } from './vocabulary.ts';

/** How long data is kept at least, by class and law. Written by migrations; a floor never falls. */
export const retentionRules = defineTable({
  schema: 'governance',
  tableName: 'retention_rules',
  level: 'INTERNAL',
  domain: 'ops',
  rowKey: null,
  tenantKey: null,
  fence: {},
  rules: [],
  closed: 'governance.kept_for reads it, as the role that migrates',
});
