import type { Rule } from './rule.ts';

const KNOWN: readonly string[] = ['push', 'pull_request', 'schedule', 'workflow_dispatch'];

export const triggersKnown: Rule = {
  name: 'triggers-known',
  claim: `workflows start on ${KNOWN.join(', ')} alone`,
  why: 'pull_request_target, workflow_run and issue_comment hand the secrets and the write token to what a stranger sent',
  check: ({ triggers }) =>
    triggers.length === 0
      ? [{ path: ['on'], problem: 'starts on nothing' }]
      : triggers
          .filter((trigger) => !KNOWN.includes(trigger))
          .map((trigger) => ({ path: ['on', trigger], problem: `starts on ${trigger}` })),
};
