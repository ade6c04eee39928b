import { type Rule, runsCode } from './rule.ts';

export const writersRunNothing: Rule = {
  name: 'writers-run-nothing',
  claim:
    'a job that may write takes an artifact and hands it on: it checks nothing out and runs nothing of the project',
  why: 'what a pull request brings along, its dependencies included, would run with the write token',
  check: ({ jobs }) =>
    jobs
      .filter(({ writes }) => writes.length > 0)
      .flatMap(({ id, path, uses, steps }) => [
        ...(uses ? [{ path, problem: `${id} writes, and is ${uses}` }] : []),
        ...steps
          .filter((step) => step.uses && !step.uses.startsWith('actions/download-artifact@'))
          .map((step) => ({ path: step.path, problem: `${id} writes, and uses ${step.uses}` })),
        ...steps
          .filter(({ run }) => runsCode(run))
          .map((step) => ({ path: step.path, problem: `${id} writes, and runs code` })),
      ]),
};
