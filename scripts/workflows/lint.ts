import { actionlint } from './actionlint.ts';
import { RULES } from './rules/index.ts';
import type { Project } from './rules/rule.ts';
import { readWorkflow } from './workflow.ts';

export interface WorkflowFinding {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
  readonly problem: string;
}

/** Holds one workflow against actionlint and the rules. [S-26…S-28] */
export async function lintWorkflow(
  file: string,
  text: string,
  project: Project,
): Promise<readonly WorkflowFinding[]> {
  const workflow = readWorkflow(file, text);
  if (workflow.errors.length > 0) {
    return workflow.errors.map(({ line, message }) => ({ file, line, rule: 'yaml', problem: message }));
  }
  const ruled = RULES.flatMap(({ name, check }) =>
    check(workflow, project).map(({ path, problem }) => ({
      file,
      line: workflow.lineOf(path),
      rule: name,
      problem,
    })),
  );
  const linted = (await actionlint(file, text)).map((each) => ({ file, ...each }));
  return [...ruled, ...linted].sort((a, b) => a.line - b.line);
}
