import type { Path, Workflow } from '../workflow.ts';
import type { Rule } from './rule.ts';

export const secretsHeld: Rule = {
  name: 'secrets-held',
  claim:
    "secrets stand in a step's `env`, in a job with an environment, in a workflow that no pull request starts",
  why: 'an environment decides which branch may use them; elsewhere every branch may',
  check: (workflow) => {
    const calm = workflow.triggers.every((trigger) => ['schedule', 'workflow_dispatch'].includes(trigger));
    return workflow.texts.flatMap(({ path, text }) => {
      if (path.at(-1) === 'secrets' && text === 'secrets') return [{ path, problem: 'hands its secrets on' }];
      if (!/(?<![\w.-])secrets\s*[.[]|\(\s*secrets\s*\)/i.test(text)) return [];
      if (!calm) return [{ path, problem: `a secret where ${workflow.triggers.join(', ')} starts it` }];
      return isHeld(workflow, path)
        ? []
        : [{ path, problem: 'a secret outside of an environment and a step' }];
    });
  },
};

function isHeld({ jobs }: Workflow, path: Path): boolean {
  const [, job, steps, , env] = path;
  return (
    steps === 'steps' && env === 'env' && jobs.some(({ id, hasEnvironment }) => id === job && hasEnvironment)
  );
}
