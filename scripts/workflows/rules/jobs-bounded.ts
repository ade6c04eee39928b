import type { Rule } from './rule.ts';

const LONGEST = 60;

export const jobsBounded: Rule = {
  name: 'jobs-bounded',
  claim: `every job ends within ${LONGEST} minutes at most, and a newer run of the same does not pile up behind it`,
  why: 'a job that hangs runs for six hours',
  check: ({ jobs, concurrency }) => [
    ...(concurrency === undefined ? [{ path: [], problem: 'no concurrency group' }] : []),
    ...jobs
      .filter(({ timeout }) => !(typeof timeout === 'number' && timeout > 0 && timeout <= LONGEST))
      .map(({ id, path }) => ({ path, problem: `${id} has no timeout-minutes of ${LONGEST} at most` })),
  ],
};
