import type { Rule } from './rule.ts';

export const credentialsDropped: Rule = {
  name: 'credentials-dropped',
  claim: 'a checkout leaves no token in the working copy',
  why: 'whatever runs afterwards finds it there',
  check: ({ jobs }) =>
    jobs
      .flatMap(({ steps }) => steps)
      .filter(
        ({ uses, with: given }) =>
          uses.startsWith('actions/checkout@') && given['persist-credentials'] !== false,
      )
      .map(({ path }) => ({ path, problem: 'a checkout without `persist-credentials: false`' })),
};
