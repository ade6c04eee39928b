import type { ScanRule } from '../rule.ts';

export const leakproofFunction: ScanRule = {
  name: 'leakproof-function',
  level: 'medium',
  claim: 'no function of the application is LEAKPROOF',
  why: 'PostgreSQL may run a leakproof function on rows before the policy has judged them.',
  remedy: 'alter function … not leakproof',
  query: ({ functions }) => `
    with ${functions}
    select object, case when proleakproof then 'is LEAKPROOF' end as problem
    from functions`,
};
