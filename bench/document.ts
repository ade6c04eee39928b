import { arch, cpus, totalmem } from 'node:os';
import { PATIENCE_S } from './envelope.ts';
import { section, table, verdictCells } from './markdown.ts';
import type { Result } from './results.ts';
import type { BenchReport } from './run.ts';
import { LIMIT_STYLES, STYLES } from './styles.ts';
import { costPerReference, levelOf, verdictsOf } from './targets.ts';
import { TENANTS, type Tenant } from './world.ts';

/** The committed document, below generated/. */
export const DOCUMENT = 'generated/bench.md';
export const CHART = 'generated/bench.svg';
export const GROWTH_TITLE = 'Growth';

/** Everything that was measured, as Markdown. */
export function renderDocument(report: BenchReport): string {
  const { world, results, bulk, growth, plans } = report;
  const number = (value: number) => value.toLocaleString('en');
  return `${[
    '<!-- DO NOT EDIT. Written by `npm run bench -- --write`. -->',
    '# What the policies cost',
    `${number(world.patients)} patients and ${number(2 * world.patients)} records of ${number(world.organisations)} organisations, ` +
      `one of them with ${number(world.bigTenant)} patients, an ordinary one with about 475. ${report.server}, ` +
      `${cpus().length} processors (${arch()}, shared), ${Math.round(totalmem() / 2 ** 30)} GB; everything in memory, JIT and parallel plans off, ` +
      `nothing synced to disk. Seed ${report.seed}, ${report.rounds} rounds.`,
    '![Times the limit, by query and style](bench.svg)',
    METHOD,
    section('Targets', table(['Target', 'Worst measured', ''], verdictsOf(report).map(verdictCells))),
    section('Styles', STYLE_LIST),
    ...(Object.keys(TENANTS) as Tenant[]).flatMap((tenant) =>
      ([1, 2] as const).map((clients) =>
        section(
          `The ${tenant} tenant, ${clients === 1 ? 'one client' : 'two clients'}`,
          ratios(results.filter((result) => result.tenant === tenant && result.clients === clients)),
        ),
      ),
    ),
    section(
      'On the server',
      `Planning and executing the statement alone, in microseconds, by \`pg_stat_statements\`; one client. Without the four round trips
the fixed cost of a scalar shows whole. *A reference* is what one protected table costs: Cordon without its records less the same conditions by
hand, by the number of protected tables in the statement; none where a function of Cordon's does work of its own on every row. *Processor* is what the server's process computed for the whole transaction: it does not
grow while the machine serves others.\n\n${serverTimes(results.filter(({ clients }) => clients === 1))}`,
    ),
    section(
      'What the access log costs',
      `Cordon beside copies of its policies that record nothing; one client. At the level basic a decision that allows records nothing; at
detailed it is one signed message; at comprehensive one more for each row that satisfies the policy, also where the page shows fewer.\n\n${recordings(
        results.filter(({ clients, kind }) => clients === 1 && kind === 'read'),
      )}`,
    ),
    ...(bulk.length === 0
      ? []
      : [
          section(
            'Many rows at once',
            `One statement, rolled back; triggers fire on both sides.\n\n${table(
              ['Statement', 'Limit', 'Cordon', 'Ratio'],
              bulk.map(({ statement, rows, limit_ms, cordon_ms, ratio }) => [
                `${statement} of ${number(rows)} rows`,
                `${limit_ms} ms`,
                `${cordon_ms} ms`,
                `${ratio}×`,
              ]),
            )}`,
          ),
        ]),
    ...(growth.length === 0
      ? []
      : [
          section(
            GROWTH_TITLE,
            `The same query at a tenant of about 475 patients, in worlds of different size.\n\n${table(
              [
                'Query',
                ...Object.keys(growth[0]?.median_us ?? {}).map((size) => `${number(Number(size))} patients`),
                'Ratio',
              ],
              growth.map(({ query, median_us, ratio }) => [
                query,
                ...Object.values(median_us).map((micros) => `${micros} µs`),
                `${ratio}×`,
              ]),
            )}`,
          ),
        ]),
    section(
      'Plans',
      'As a prepared statement keeps them, at the big tenant.\n\n' +
        plans
          .filter(({ tenant }) => tenant === 'big')
          .map(
            ({ title, style, lines }) =>
              `<details><summary>${title}: ${style}</summary>\n\n\`\`\`\n${lines.join('\n')}\n\`\`\`\n\n</details>`,
          )
          .join('\n'),
    ),
  ].join('\n\n')}\n`;
}

const METHOD = `Every statement stands in what PostgREST sends, four round trips: \`begin; set local role …\`, one \`set_config\` of claims
(750 bytes), headers and settings, the prepared statement, \`commit\`. All styles are roles with policies of their own on the same rows,
each on its own connections; they take turns in an order shuffled every round, and a ratio is the median of the ratios of each round. A ratio
below 1 is a better plan or noise, not free security. "${PATIENCE_S} s+" was cancelled; whatever takes over 0.4 s was measured once.`;

const STYLE_LIST = [...LIMIT_STYLES.slice(0, 1), ...STYLES]
  .map(({ title, about }) => `- **${title}**: ${about}.`)
  .join('\n');

function ratios(results: readonly Result[]): string {
  return table(
    ['Query', 'Limit', ...STYLES.map(({ title }) => title)],
    results.map((result) => [
      result.title,
      `${result.median_us.limit ?? '–'} µs`,
      ...STYLES.map(({ key }) => cell(result, key)),
    ]),
  );
}

function cell({ ratio, errors, kind }: Result, key: string): string {
  const times = ratio[key];
  if (times === undefined) return '–';
  if (errors[key] === '57014') return `${PATIENCE_S} s+`;
  if (errors[key]) return errors[key];
  if (kind === 'denied' && key === 'setting') return `${times.toFixed(2)}×, lets in`;
  return times >= 100 ? `${Math.round(times).toLocaleString('en')}×` : `${times.toFixed(2)}×`;
}

function serverTimes(results: readonly Result[]): string {
  return table(
    [
      'Query',
      'Tenant',
      'Limit',
      'By hand',
      'Cordon',
      'Cordon, filtered',
      'A reference',
      'Processor: limit',
      'Cordon',
      'Ratio',
    ],
    results.map((result) => [
      result.title,
      result.tenant,
      ...['limit', 'by_hand', 'cordon', 'cordon_filtered'].map((key) => result.server_us[key] ?? '–'),
      result.kind === 'read' ? `${costPerReference(result) ?? '–'}` : '',
      result.processor_us.limit ?? '–',
      result.processor_us.cordon ?? '–',
      processorRatio(result),
    ]),
  );
}

function recordings(results: readonly Result[]): string {
  return table(
    ['Query', 'Tenant', 'Level', 'Unrecorded', 'Cordon', 'Ratio', 'Of processor time'],
    results
      .filter(({ recording }) => recording.ratio !== undefined)
      .map(({ query, title, tenant, median_us, recording: { ratio, processor } }) => [
        title,
        tenant,
        levelOf(query) ?? '',
        `${median_us.unrecorded} µs`,
        `${median_us.cordon} µs`,
        `${ratio}×`,
        processor === undefined ? '–' : `${processor}×`,
      ]),
  );
}

function processorRatio({ processor_us }: Result): string {
  const { limit, cordon } = processor_us;
  return limit === undefined || cordon === undefined ? '–' : `${(cordon / limit).toFixed(2)}×`;
}
