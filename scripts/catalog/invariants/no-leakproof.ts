import { leakproofFunction } from '../../scan/rules/leakproof-function.ts';
import { OUR_SCAN } from '../../scan/scope.ts';
import type { Invariant } from './invariant.ts';

export const noLeakproof: Invariant = {
  name: 'no-leakproof',
  claim: 'no function of ours is LEAKPROOF',
  why: leakproofFunction.why,
  requirements: ['N-26'],
  query: leakproofFunction.query(OUR_SCAN),
};
