import { whoHolds } from '../fragments.ts';
import type { ScanRule } from '../rule.ts';

export const grantsWithoutUse: ScanRule = {
  name: 'grants-without-use',
  level: 'low',
  claim: 'no caller holds REFERENCES or MAINTAIN',
  why: 'REFERENCES asks which keys exist, past every policy; MAINTAIN locks the table against everybody. No API needs either.',
  remedy: 'revoke references, and maintain from PostgreSQL 17 on, from the callers',
  query: ({ callers, relations }) => `
    with ${callers}, ${relations}
    select c.object, ${whoHolds('c', ['REFERENCES', 'MAINTAIN'])} as problem
    from relations as c
    where c.relkind in ('r', 'p', 'f', 'm')`,
};
