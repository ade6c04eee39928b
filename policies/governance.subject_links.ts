import { defineTable } from './vocabulary.ts';

/** References to a person's data that no foreign key holds, for whoever walks the graph. Written by migrations. */
export const subjectLinks = defineTable({
  schema: 'governance',
  tableName: 'subject_links',
  level: 'INTERNAL',
  domain: 'ops',
  rowKey: null,
  tenantKey: null,
  fence: {},
  rules: [],
  closed: 'governance.subject_graph reads it, as the role that migrates',
});
