import type pg from 'pg';
import { misuse } from '../scripts/console/errors.ts';
import { progress } from '../scripts/console/report.ts';
import type { Cluster } from '../scripts/postgres/cluster.ts';
import { Connections } from './envelope.ts';
import { type MeasureOptions, measure, type Samples } from './measure.ts';
import { contextOf, sampleOf, valuesOf } from './people.ts';
import { PARAMETERS, QUERIES, type Query, textOf } from './queries.ts';
import { type Result, resultsOf } from './results.ts';
import { LIMIT, LIMIT_STYLES, STYLES, type Style } from './styles.ts';
import { UNRECORDED_ROLE } from './unrecorded.ts';
import { TENANTS, type Tenant, type World } from './world.ts';

export interface CompareOptions extends MeasureOptions {
  /** Keys of queries; all without it. */
  readonly queries?: readonly string[] | undefined;
  readonly styles?: readonly string[] | undefined;
}

/** The role that PostgREST signs in as. */
export function authenticatorUrl(cluster: Cluster, database: string): string {
  const url = new URL(cluster.adminUrl(database));
  url.username = 'authenticator';
  return url.href;
}

/** @throws CommandError (2) for a key that no query has. */
export function refuseUnknown(wanted?: readonly string[]): void {
  const unknown = wanted?.find((key) => !QUERIES.some((query) => query.key === key));
  if (unknown === undefined) return;
  throw misuse({
    problem: `there is no query ${JSON.stringify(unknown)}`,
    expected: QUERIES.map(({ key }) => key).join(', '),
  });
}

/** The queries whose tables this history has. */
export async function presentQueries(
  client: pg.Client,
  wanted?: readonly string[],
): Promise<readonly Query[]> {
  refuseUnknown(wanted);
  const present: Query[] = [];
  for (const query of QUERIES) {
    if (wanted && !wanted.includes(query.key)) continue;
    const { rows } = await client.query<{ missing: boolean }>(
      `select bool_or(to_regclass(name) is null) as missing from unnest($1::text[]) as name`,
      [query.needs],
    );
    if (rows[0]?.missing === false) present.push(query);
  }
  return present;
}

/** Measures every query at both tenants in every style. */
export async function compareStyles(
  cluster: Cluster,
  database: string,
  client: pg.Client,
  world: World,
  options: CompareOptions,
): Promise<readonly Result[]> {
  const connections = new Connections();
  const url = authenticatorUrl(cluster, database);
  const styles = [...LIMIT_STYLES, ...STYLES].filter(
    ({ key }) => key.startsWith(LIMIT) || (options.styles?.includes(key) ?? true),
  );
  const results: Result[] = [];
  try {
    for (const query of await presentQueries(client, options.queries)) {
      for (const tenant of Object.keys(TENANTS) as Tenant[]) {
        progress(`${query.title}, ${tenant} tenant`);
        const sample = await sampleOf(client, world, tenant);
        const lanes = [];
        for (const style of styles) {
          lanes.push(
            await connections.lane({
              key: style.key,
              url,
              role: style.role,
              ...(style.settings && { settings: style.settings }),
              text: textOf(query, style.form, style.key.startsWith(LIMIT)),
              types: PARAMETERS,
              context: contextOf(sample, query.person, style),
              values: valuesOf(sample, query.kind === 'denied' && style.role === 'bench_limit'),
            }),
          );
        }
        const samples = await measure(lanes, options);
        refuseWrongAnswers(query, styles, samples);
        results.push(...resultsOf(query, tenant, styles, samples, options.clients));
      }
    }
  } finally {
    await connections.close();
  }
  return results;
}

/** A fast wrong answer is no answer: ours must give what SQL with the same conditions gives, and a denial nothing. */
function refuseWrongAnswers(
  query: Query,
  styles: readonly Style[],
  samples: ReadonlyMap<string, Samples>,
): void {
  const expected = samples.get('by_hand')?.rows;
  for (const { key, role } of styles) {
    const own = samples.get(key);
    if ((role !== 'authenticated' && role !== UNRECORDED_ROLE) || !own || expected === undefined) continue;
    if (own.error === '' && own.rows === expected) continue;
    throw misuse({
      problem: `${query.key}: ${key} gave ${own.rows} rows ${own.error}, conditions by hand ${expected}`,
      expected: 'the same rows',
      remedy: 'mend bench/queries.ts or what bench/load/steps.ts puts into the tables',
    });
  }
}
