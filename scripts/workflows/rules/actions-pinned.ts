import type { Rule } from './rule.ts';

export const actionsPinned: Rule = {
  name: 'actions-pinned',
  claim: 'every action is named by its whole commit, with its version in a comment',
  why: 'a tag can be moved to other code, and was',
  check: ({ jobs }) =>
    jobs.flatMap(({ path, uses, steps }) => [
      ...(uses ? [{ path: [...path, 'uses'], problem: `the job is ${uses}` }] : []),
      ...steps
        .filter((step) => step.uses)
        .flatMap((step) => {
          const at = [...step.path, 'uses'];
          if (!/^[\w-]+\/[\w./-]+@[0-9a-f]{40}$/.test(step.uses)) {
            return [{ path: at, problem: `${step.uses} is not pinned by a commit` }];
          }
          return /^ v\d+\.\d+\.\d+$/.test(step.comment)
            ? []
            : [{ path: at, problem: `${step.uses} without its version: # v1.2.3` }];
        }),
    ]),
};
