import { command } from './console/command.ts';
import { misuse } from './console/errors.ts';
import { say } from './console/report.ts';
import { runTests } from './requirements/run-tests.ts';
import { countsLine, countTests } from './requirements/test-report.ts';

/** As vitest.config.ts names them. */
const PROJECTS: readonly string[] = ['database', 'slots', 'tooling'];

await command<{ name?: string; project?: string }>({
  name: 'test',
  summary: 'Runs every test, pgTAP included, on a server of its own that is removed afterwards.',
  usage: '[file...]',
  options: [
    ['-t, --name <pattern>', 'only tests whose title matches'],
    ['--project <name>', `only the project: ${PROJECTS.join(', ')}`],
  ],
  notes:
    'The last line is plain: "N passed, N failed". A complete run leaves its report for "npm run requirements".\n' +
    'Example: npm test -- tests/attacks -t "temporary table"',
  async run(options, files) {
    refuseUnknown(options);
    const { report, exitCode } = await runTests([
      ...files,
      ...(options.name ? ['-t', options.name] : []),
      ...(options.project ? ['--project', options.project] : []),
    ]);
    const counts = countTests(report);
    // vitest also fails for what no test shows: an error outside of every test, no test at all.
    const failed = exitCode !== 0 && counts.failed === 0 ? 1 : counts.failed;
    say(countsLine({ ...counts, failed }));
    return failed > 0 ? 1 : 0;
  },
});

/** What vitest would answer with a stack. */
function refuseUnknown({ name, project }: { name?: string; project?: string }): void {
  if (project !== undefined && !PROJECTS.includes(project)) {
    throw misuse({
      problem: `there is no project ${JSON.stringify(project)}`,
      expected: PROJECTS.join(', '),
      remedy: 'npm test -- --project database',
    });
  }
  if (name !== undefined && !isPattern(name)) {
    throw misuse({
      problem: `--name ${name} is no pattern`,
      expected: 'a regular expression',
      remedy: 'put a backslash before each of ( [ { * + ? that is meant as it stands',
    });
  }
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
