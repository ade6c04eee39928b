import { command } from './console/command.ts';
import { counted } from './console/counted.ts';
import { finding } from './console/errors.ts';
import { out, progress, say } from './console/report.ts';
import { judge, readRequirements, type Standing, strayTags } from './requirements/requirements.ts';
import { freshReport, runTests } from './requirements/run-tests.ts';

await command<{ json?: boolean }>({
  name: 'requirements',
  summary: 'Lists every requirement with the tests that prove it, and what is still open.',
  options: [['--json', 'print {"total","proven","open","due"} and nothing else']],
  notes:
    'Reads the report of the last complete "npm test", or runs it if anything changed since.\n' +
    'An id is proven by at least one passing positive test [ID +] and one passing negative test [ID -], and no failing one.\n' +
    'Exits 1 if a requirement marked due in docs/requirements.json is open.',
  async run(options) {
    const requirements = await readRequirements();
    const report = (await freshReport()) ?? (await rerun());
    const strays = strayTags(requirements, report);
    if (strays.length > 0) {
      throw finding({
        problem: `${counted(strays.length, 'test title carries', 'test titles carry')} a tag that counts for nothing`,
        expected: 'ids of docs/requirements.json and a sign: [S-02 +], [S-02 N-22 -]',
        details: strays,
      });
    }
    const standings = judge(requirements, report);
    const openIds = standings.filter(({ proven }) => !proven).map(({ id }) => id);
    const overdue = standings.filter(({ proven, due }) => due && !proven).map(({ id }) => id);
    if (options.json) {
      const proven = standings.length - openIds.length;
      say(JSON.stringify({ total: standings.length, proven, open: openIds, due: overdue }));
    } else {
      for (const standing of standings) print(standing);
      say();
      say(
        `${counted(standings.length, 'requirement')}, ${standings.length - openIds.length} proven, ${openIds.length} open`,
      );
      say(overdue.length === 0 ? 'Nothing due is open.' : `Due and open: ${overdue.join(', ')}`);
    }
    return overdue.length > 0 ? 1 : 0;
  },
});

async function rerun() {
  progress(
    'the last test report is missing or older than the sources: running the whole suite, which takes some minutes',
  );
  return (await runTests([], 'stderr')).report;
}

function print({ id, promise, due, proven, positive, negative }: Standing): void {
  const state = proven ? out.green('proven') : due ? out.red('open, due') : out.dim('open');
  say(`${out.bold(id)}  ${state}  ${promise}`);
  for (const [sign, tests] of [
    ['+', positive],
    ['-', negative],
  ] as const) {
    for (const { title, passed } of tests) say(`      ${sign} ${passed ? '' : out.red('failed: ')}${title}`);
  }
}
