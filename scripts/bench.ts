import { mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { renderChart } from '../bench/chart.ts';
import { CHART, DOCUMENT, renderDocument } from '../bench/document.ts';
import { type BenchReport, runBench } from '../bench/run.ts';
import { STYLES } from '../bench/styles.ts';
import { verdictsOf } from '../bench/targets.ts';
import { command } from './console/command.ts';
import { misuse } from './console/errors.ts';
import { out, progress, say, table } from './console/report.ts';

interface Options {
  readonly rows: string;
  readonly rounds: string;
  readonly seed: string;
  readonly queries?: string;
  readonly styles?: string;
  readonly growth?: string | true;
  readonly keep?: string;
  readonly json?: boolean;
  readonly write?: boolean;
}

const ROOT = new URL('../', import.meta.url);
const GROWTH = '100000,1000000';

await command<Options>({
  name: 'bench',
  summary: 'Measures what the policies cost, beside hand-written SQL and beside three ways others go.',
  options: [
    ['--rows <number>', 'patients; records are twice as many (default 1000000)'],
    ['--rounds <number>', 'how often each style is measured (default 7)'],
    ['--seed <number>', 'of the order in which styles take turns (default: of the clock)'],
    ['--queries <keys>', 'only these, separated by commas'],
    ['--styles <keys>', 'only these beside the limit, separated by commas'],
    [
      '--growth [sizes]',
      `also in worlds of these sizes (default ${GROWTH}; 10000000 takes 8 GB and ten minutes more)`,
    ],
    ['--keep <folder>', 'leave the data there and use it again: loading takes half of the time'],
    ['--json', 'print one object per query, tenant and number of clients, and nothing else'],
    ['--write', `write ${DOCUMENT} and ${CHART}`],
  ],
  notes:
    'Builds its own server, removed afterwards: 6 GB on disk and ten minutes at the default size.\n' +
    'Compare ratios within one run only. Misses of a target are told, not failed: a busy machine misses some.\n' +
    'Example: npm run bench -- --rows 20000 --queries point,join --json',
  async run(given) {
    const rows = positive('rows', given.rows ?? '1000000', 2_000);
    const report = await runBench({
      rows,
      rounds: positive('rounds', given.rounds ?? '7', 1),
      slotMs: 40,
      warmUpMs: 300,
      seed: positive('seed', given.seed ?? String(Date.now() % 1_000_000), 0),
      queries: given.queries?.split(','),
      styles: stylesOf(given.styles),
      growth: growthOf(given.growth),
      bulkRows: Math.min(10_000, Math.floor(rows / 20)),
      keep: given.keep === undefined ? undefined : resolve(given.keep),
      sharedBuffers: rows > 100_000 ? '2GB' : '256MB',
    });
    if (given.json) say(JSON.stringify(report.results, undefined, 2));
    else print(report);
    if (given.write) {
      await mkdir(new URL('generated/', ROOT), { recursive: true });
      await writeFile(new URL(DOCUMENT, ROOT), renderDocument(report));
      await writeFile(new URL(CHART, ROOT), renderChart(report.results));
      progress(`wrote ${DOCUMENT} and ${CHART}`);
    }
  },
});

function print(report: BenchReport): void {
  say(`seed ${report.seed}, ${report.rounds} rounds, ${report.server}`);
  for (const clients of [1, 2] as const) {
    say();
    say(out.bold(clients === 1 ? 'one client, times the limit' : 'two clients, times the limit'));
    const shown = STYLES.filter(({ key }) => report.results.some(({ ratio }) => ratio[key] !== undefined));
    say(
      table(
        ['query', 'tenant', 'limit µs', ...shown.map(({ key }) => key)],
        report.results
          .filter((result) => result.clients === clients)
          .map((result) => [
            result.query,
            result.tenant,
            result.median_us.limit ?? '',
            ...shown.map(({ key }) => (result.errors[key] ? result.errors[key] : (result.ratio[key] ?? ''))),
          ]),
      ),
    );
  }
  say();
  for (const { target, worst, holds } of verdictsOf(report)) {
    say(`${holds ? out.green('✓') : out.red('✗')} ${target}: ${worst}`);
  }
}

function positive(name: string, text: string, least: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= least) return number;
  throw misuse({
    problem: `--${name} is ${JSON.stringify(text)}`,
    expected: `a whole number, at least ${least}`,
  });
}

function stylesOf(text: string | undefined): readonly string[] | undefined {
  const keys = text?.split(',');
  const unknown = keys?.find((key) => !STYLES.some((style) => style.key === key));
  if (unknown === undefined) return keys;
  throw misuse({
    problem: `there is no style ${JSON.stringify(unknown)}`,
    expected: STYLES.map(({ key }) => key).join(', '),
  });
}

function growthOf(given: string | true | undefined): readonly number[] | undefined {
  if (given === undefined) return undefined;
  return (given === true ? GROWTH : given).split(',').map((size) => positive('growth', size, 2_000));
}
