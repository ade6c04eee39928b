import type { Rule } from './rule.ts';

const OURS = 'github.event.pull_request.head.repo.full_name == github.repository';

export const writersAskWhose: Rule = {
  name: 'writers-ask-whose',
  claim: "on a pull request, a job that may write runs for the repository's own branches alone",
  why: "a fork's token reads only: the job would fail, and whoever gives it a stronger one gives it to strangers",
  check: ({ triggers, jobs }) =>
    triggers.some((trigger) => trigger.startsWith('pull_request'))
      ? jobs
          .filter(({ writes, if: condition }) => writes.length > 0 && !asks(condition))
          .map(({ id, path }) => ({ path, problem: `${id} writes, and its \`if\` does not ask for ${OURS}` }))
      : [],
};

/** With an "or" beside it, it would be no condition. */
function asks(condition: string): boolean {
  return condition.includes(OURS) && !condition.includes('||') && !condition.includes('!(');
}
