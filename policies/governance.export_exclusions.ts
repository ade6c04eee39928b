import { defineTable } from './vocabulary.ts';

/** What a person's export leaves out, column by column, and why. Written by migrations. */
export const exportExclusions = defineTable({
  schema: 'governance',
  tableName: 'export_exclusions',
  level: 'INTERNAL',
  domain: 'ops',
  rowKey: null,
  tenantKey: null,
  fence: {},
  rules: [],
  closed: 'governance.subject_rows reads it, as the role that migrates',
});
