import type pg from 'pg';
import { misuse } from '../../scripts/console/errors.ts';
import { progress } from '../../scripts/console/report.ts';
import type { Cluster } from '../../scripts/postgres/cluster.ts';
import { quoteIdentifier } from '../../scripts/postgres/quote.ts';
import { authenticatorUrl } from '../compare.ts';
import { Connections, type Context, type Lane } from '../envelope.ts';
import { type MeasureOptions, measure, type Samples } from '../measure.ts';
import { round } from '../results.ts';
import { median } from '../statistics.ts';
import { armsOf, medianRatio } from './arms.ts';
import { type Clients, clientOf, type Databases, tidy } from './prepare.ts';
import { type Arm, type TriggerResult, WRITERS, type Writer } from './results.ts';
import { KINDS, oneRow, PARAMETERS, SUBJECTS } from './statements.ts';

/** Measures one row a statement, each in what PostgREST sends, rolled back so that the next finds the same rows. */
export async function measureOneRow(
  cluster: Cluster,
  databases: Databases,
  clients: Clients,
  contexts: Readonly<Record<Writer, Context>>,
  options: MeasureOptions,
): Promise<readonly TriggerResult[]> {
  const connections = new Connections();
  const results: TriggerResult[] = [];
  try {
    for (const subject of SUBJECTS) {
      const values = await valuesOf(
        clientOf(clients, databases.whole),
        subject.update.kind,
        contexts.server.pinned,
      );
      for (const kind of KINDS) {
        for (const client of Object.values(clients)) await tidy(client);
        for (const writer of Object.keys(WRITERS) as Writer[]) {
          progress(`${kind} one row of ${subject.table}, ${WRITERS[writer].title}`);
          const lanes: Lane[] = [];
          for (const { arm, database, schema } of armsOf(subject, databases)) {
            lanes.push(
              await connections.lane({
                key: arm,
                url: authenticatorUrl(cluster, database),
                role: WRITERS[writer].role,
                text: oneRow(subject, kind, `${schema}.${quoteIdentifier(subject.table)}`),
                types: PARAMETERS,
                context: contexts[writer],
                values,
                end: 'rollback',
              }),
            );
          }
          const samples = await measure(lanes, options);
          refuseUnwritten(`${kind} ${subject.table}`, samples);
          results.push({
            table: subject.table,
            kind,
            does: kind === 'update' ? subject.update.does : '',
            writer,
            rows: 1,
            ...folded(samples),
          });
        }
      }
    }
  } finally {
    await connections.close();
  }
  return results;
}

/** A write that a trigger refused or swallowed is fast, and no measurement. */
function refuseUnwritten(what: string, samples: ReadonlyMap<string, Samples>): void {
  for (const [arm, { rows, error }] of samples) {
    if (rows === 1 && error === '') continue;
    throw misuse({
      problem: `${what}: ${arm} wrote ${rows} rows ${error}`,
      expected: 'one',
      remedy: 'mend bench/triggers/statements.ts or bench/triggers/fill.ts',
    });
  }
}

function folded(
  samples: ReadonlyMap<string, Samples>,
): Pick<TriggerResult, 'median_us' | 'ratio' | 'server_us' | 'log_ratio'> {
  const micros = (arm: Arm) => samples.get(arm)?.micros.get(1) ?? [];
  const median_us: Partial<Record<Arm, number>> = {};
  const ratio: Partial<Record<Arm, number>> = {};
  const server_us: Partial<Record<Arm, number>> = {};
  for (const [key, { server }] of samples) {
    const arm = key as Arm;
    median_us[arm] = round(median(micros(arm)), 1);
    ratio[arm] = medianRatio(micros(arm), micros('bare'));
    if (server.length > 0) server_us[arm] = round(median(server), 1);
  }
  const isLogged = samples.has('unlogged');
  return {
    median_us,
    ratio,
    server_us,
    ...(isLogged && { log_ratio: medianRatio(micros('cordon'), micros('unlogged')) }),
  };
}

/** Parameters of one execution after the other, in no order that an index has. */
async function valuesOf(client: pg.Client, kind: string, organisation: string): Promise<string[][]> {
  const { rows } = await client.query<{ parameters: string[] }>(
    `select array[organisation_id, patient_id, bed_id, draft_id, issued_id, debtor_id, r.id]::text[] as parameters
     from bench.places as p join bench.rows as r using (n)
     where r.kind = $1 and organisation_id = $2 order by md5(r.id::text) limit 64`,
    [kind, organisation],
  );
  return rows.map(({ parameters }) => parameters);
}
