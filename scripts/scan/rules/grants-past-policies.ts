import { whoHolds } from '../fragments.ts';
import type { ScanRule } from '../rule.ts';

export const grantsPastPolicies: ScanRule = {
  name: 'grants-past-policies',
  level: 'medium',
  claim: 'no caller holds TRUNCATE or TRIGGER',
  why: 'TRUNCATE empties a table without asking a policy; TRIGGER plants code that runs with the rights of whoever writes next. Both take raw SQL, which one injection gives.',
  remedy:
    'revoke truncate, trigger on the table from the callers, and in the default privileges that granted them',
  query: ({ callers, relations }) => `
    with ${callers}, ${relations}
    select c.object, ${whoHolds('c', ['TRUNCATE', 'TRIGGER'])} as problem
    from relations as c
    where c.relkind in ('r', 'p', 'f')`,
};
