import type { Rule } from './rule.ts';

export const runnersNamed: Rule = {
  name: 'runners-named',
  claim: "every job names one of GitHub's runners with its version",
  why: '`latest` changes overnight, and a runner of our own keeps what one pull request left for the next',
  check: ({ jobs }) =>
    jobs
      .filter(({ runsOn }) => !(typeof runsOn === 'string' && /^ubuntu-\d\d\.\d\d(-arm)?$/.test(runsOn)))
      .map(({ id, path, runsOn }) => ({
        path: [...path, 'runs-on'],
        problem: `${id} runs on ${JSON.stringify(runsOn)}`,
      })),
};
