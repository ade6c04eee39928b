import { mkdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { runAccessLog } from '../bench/access-log/run.ts';
import { accessLogVerdicts } from '../bench/access-log/targets.ts';
import { renderChart } from '../bench/chart.ts';
import { CHART, DOCUMENT } from '../bench/document.ts';
import { requireKeepable } from '../bench/keep.ts';
import { type BenchReport, runBench } from '../bench/run.ts';
import { STYLES } from '../bench/styles.ts';
import { type Verdict, verdictsOf } from '../bench/targets.ts';
import type { TriggersReport } from '../bench/triggers/results.ts';
import { runTriggers } from '../bench/triggers/run.ts';
import { triggerVerdicts } from '../bench/triggers/targets.ts';
import { type Measured, wholeDocument } from '../bench/whole-document.ts';
import { command } from './console/command.ts';
import { misuse } from './console/errors.ts';
import { writeReport } from './console/folder.ts';
import { wholeNumber } from './console/numbers.ts';
import { out, progress, say, table } from './console/report.ts';

interface Options {
  readonly rows?: string;
  readonly rounds?: string;
  readonly seed?: string;
  readonly only?: string;
  readonly queries?: string;
  readonly styles?: string;
  readonly growth?: string | true;
  readonly keep?: string;
  readonly json?: boolean;
  readonly write?: boolean;
}

const ROOT = new URL('../', import.meta.url);
const PARTS: readonly string[] = ['policies', 'triggers', 'access-log'];
const GROWTH = '100000,1000000';

await command<Options>({
  name: 'bench',
  summary:
    'Measures what the policies cost, beside hand-written SQL and beside three ways others go; and what the triggers cost, beside bare tables.',
  options: [
    [
      '--rows <number>',
      'patients; records are twice as many, and the access log ten times (default 1000000)',
    ],
    [
      '--rounds <number>',
      'how often each style is measured (default 7); triggers on one row, three times as often',
    ],
    ['--seed <number>', 'of the order in which styles take turns (default: of the clock)'],
    ['--only <part>', `${PARTS.join(', ')}; the document keeps what it says of the others`],
    ['--queries <keys>', 'only these, separated by commas'],
    ['--styles <keys>', 'only these beside the limit, separated by commas'],
    [
      '--growth [sizes]',
      `also in worlds of these sizes (default ${GROWTH}; 10000000 takes 8 GB and ten minutes more)`,
    ],
    ['--keep <folder>', 'leave the data there and use it again: loading takes half of the time'],
    ['--json', 'print one object per query, tenant and number of clients, and nothing else'],
    ['--write', `write ${DOCUMENT} and ${CHART}; what was not measured stays as an earlier run found it`],
  ],
  notes:
    'Builds its own server, removed afterwards: 6 GB on disk and ten minutes at the default size.\n' +
    'Compare ratios within one run only. Misses of a target are told, not failed: a busy machine misses some.\n' +
    'Example: npm run bench -- --rows 20000 --queries point,join --json',
  async run(given) {
    const rows = wholeNumber('--rows', given.rows ?? '1000000', 2_000);
    const only = partOf(given.only);
    refuseTogether(given, only);
    const shared = {
      slotMs: 40,
      warmUpMs: 300,
      seed: wholeNumber('--seed', given.seed ?? String(Date.now() % 1_000_000), 0),
      sharedBuffers: rows > 100_000 ? '2GB' : '256MB',
    };
    const rounds = wholeNumber('--rounds', given.rounds ?? '7', 1);
    const bulkRows = Math.min(10_000, Math.floor(rows / 20));
    const policies =
      only !== undefined && only !== 'policies'
        ? undefined
        : await runBench({
            ...shared,
            rows,
            rounds,
            queries: given.queries?.split(','),
            styles: stylesOf(given.styles),
            growth: growthOf(given.growth),
            bulkRows,
            keep: keepOf(given.keep),
          });
    const triggers =
      only !== undefined && only !== 'triggers'
        ? undefined
        : await runTriggers({ ...shared, rows: bulkRows, rounds: { one: 3 * rounds, many: rounds } });
    const accessLog =
      only !== undefined && only !== 'access-log'
        ? undefined
        : await runAccessLog({
            rows: 10 * rows,
            records: Math.min(200_000, rows),
            rounds,
            sharedBuffers: shared.sharedBuffers,
          });
    if (given.json) {
      const results = [
        ...(policies?.results ?? []),
        ...(triggers ? [...triggers.one, ...triggers.many] : []),
        ...(accessLog ? [...accessLog.drain, ...accessLog.questions] : []),
      ];
      say(JSON.stringify(results, undefined, 2));
    } else {
      if (policies) print(policies);
      if (triggers) printTriggers(triggers);
      if (accessLog) printVerdicts(accessLogVerdicts(accessLog));
    }
    if (given.write) await write({ policies, triggers, accessLog });
  },
});

async function write(measured: Measured): Promise<void> {
  await mkdir(new URL('generated/', ROOT), { recursive: true });
  const path = new URL(DOCUMENT, ROOT);
  writeReport(path, wholeDocument(await readFile(path, 'utf8').catch(() => ''), measured));
  const { policies } = measured;
  if (policies) writeReport(new URL(CHART, ROOT), renderChart(policies.results));
  progress(`wrote ${DOCUMENT}${policies ? ` and ${CHART}` : ''}`);
}

/** @throws CommandError (2) for what would be passed over, or would leave of the committed document a part that looks like the whole. */
function refuseTogether(given: Options, only: string | undefined): void {
  const part =
    given.queries !== undefined ? '--queries' : given.styles !== undefined ? '--styles' : undefined;
  if (given.write && part !== undefined) {
    throw misuse({
      problem: `${part} measures a part, and --write would write it over the whole`,
      expected: `${DOCUMENT} with every query in every style`,
      remedy: 'leave one of the two out',
    });
  }
  const ofPolicies = (['queries', 'styles', 'growth', 'keep'] as const).find(
    (name) => given[name] !== undefined,
  );
  if (only === undefined || only === 'policies' || ofPolicies === undefined) return;
  throw misuse({
    problem: `--${ofPolicies} is of the policies, which --only ${only} does not measure`,
    expected: '--rows, --rounds and --seed',
    remedy: `leave it out, or measure the policies: --only policies`,
  });
}

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
  printVerdicts(verdictsOf(report));
}

function printVerdicts(verdicts: readonly Verdict[]): void {
  for (const { target, worst, holds } of verdicts) {
    say(`${holds === undefined ? '–' : holds ? out.green('✓') : out.red('✗')} ${target}: ${worst}`);
  }
}

function printTriggers(report: TriggersReport): void {
  for (const [title, results] of [
    ['one row a statement, microseconds of a transaction', report.one],
    [`${report.rows} rows a statement, microseconds`, report.many],
  ] as const) {
    say();
    say(out.bold(title));
    say(
      table(
        ['statement', 'writer', 'bare', 'triggers', 'ratio', 'audit trigger'],
        results.map(({ kind, table: name, writer, median_us, ratio }) => [
          `${kind} ${name}`,
          writer,
          median_us.bare ?? '',
          median_us.cordon ?? '',
          ratio.cordon ?? '',
          ratio.audited ?? '',
        ]),
      ),
    );
  }
  say();
  for (const { target, worst, within, holds } of triggerVerdicts(report)) {
    say(`${holds ? out.green('✓') : out.red('✗')} ${target}: ${worst}, ${within} within`);
  }
}

function partOf(text: string | undefined): string | undefined {
  if (text === undefined || PARTS.includes(text)) return text;
  throw misuse({ problem: `there is no part ${JSON.stringify(text)}`, expected: PARTS.join(' or ') });
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

/** The server that is kept takes its folder over, so that it must not be anybody's. */
function keepOf(given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  requireKeepable(given);
  return resolve(given);
}

function growthOf(given: string | true | undefined): readonly number[] | undefined {
  if (given === undefined) return undefined;
  return (given === true ? GROWTH : given).split(',').map((size) => wholeNumber('--growth', size, 2_000));
}
