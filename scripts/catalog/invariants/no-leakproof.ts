import type { Invariant } from './invariant.ts';
import { FUNCTIONS } from './scope.ts';

export const noLeakproof: Invariant = {
  name: 'no-leakproof',
  claim: 'no function of ours is LEAKPROOF',
  why: 'PostgreSQL may run a leakproof function on rows before the policy has judged them.',
  requirements: ['N-26'],
  query: `
    with ${FUNCTIONS}
    select object, case when proleakproof then 'is LEAKPROOF' end as problem
    from functions`,
};
