import { defineTable } from './vocabulary.ts';

/** What each purpose lets staff reach at most: the rules' own answer, as data for the register. Written by migrations. */
export const purposeGrants = defineTable({
  schema: 'governance',
  tableName: 'purpose_grants',
  level: 'INTERNAL',
  domain: 'ops',
  rowKey: null,
  tenantKey: null,
  fence: {},
  rules: [],
  closed: 'npm run privacy:register reads it, as the role that migrates',
});
