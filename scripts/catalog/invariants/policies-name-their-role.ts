import type { Invariant } from './invariant.ts';
import { POLICIES, TABLES } from './scope.ts';

export const policiesNameTheirRole: Invariant = {
  name: 'policies-name-their-role',
  claim: 'every policy names the role it is for',
  why: 'A policy without TO is for PUBLIC: it also opens the table to anon and to every role created later.',
  requirements: ['S-02', 'N-32'],
  query: `
    with ${TABLES}, ${POLICIES}
    select object, case when 0 = any (polroles) then 'is for PUBLIC' end as problem
    from policies`,
};
