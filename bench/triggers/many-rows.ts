import type pg from 'pg';
import { misuse } from '../../scripts/console/errors.ts';
import { progress } from '../../scripts/console/report.ts';
import { quoteIdentifier } from '../../scripts/postgres/quote.ts';
import type { Context } from '../envelope.ts';
import { round } from '../results.ts';
import { median, shuffled } from '../statistics.ts';
import { armsOf, medianRatio } from './arms.ts';
import { type Clients, clientOf, type Databases, tidy } from './prepare.ts';
import {
  type Arm,
  type TriggerPlan,
  type TriggerResult,
  type TriggerTime,
  WRITERS,
  type Writer,
} from './results.ts';
import { KINDS, manyRows, SUBJECTS } from './statements.ts';

interface ManyOptions {
  readonly rows: number;
  readonly rounds: number;
  readonly random: () => number;
}

/** Measures statements over many rows, in all arms by turns. Each is rolled back. */
export async function measureManyRows(
  clients: Clients,
  databases: Databases,
  contexts: Readonly<Record<Writer, Context>>,
  { rows, rounds, random }: ManyOptions,
): Promise<readonly TriggerResult[]> {
  const results: TriggerResult[] = [];
  for (const subject of SUBJECTS) {
    const arms = armsOf(subject, databases);
    for (const kind of KINDS) {
      progress(`${kind} ${rows} rows of ${subject.table}`);
      const taken = new Map<string, number[]>();
      for (let turn = 0; turn < rounds; turn += 1) {
        for (const client of Object.values(clients)) await tidy(client);
        for (const writer of shuffled(Object.keys(WRITERS) as Writer[], random)) {
          for (const { arm, database, schema } of shuffled(arms, random)) {
            const text = manyRows(subject, kind, `${schema}.${quoteIdentifier(subject.table)}`);
            const micros = await transact(
              clientOf(clients, database),
              WRITERS[writer].role,
              contexts[writer],
              (client) => timed(client, text, contexts[writer].pinned, rows),
            );
            const key = `${writer} ${arm}`;
            taken.set(key, [...(taken.get(key) ?? []), micros]);
          }
        }
      }
      for (const writer of Object.keys(WRITERS) as Writer[]) {
        const own = (arm: Arm) => taken.get(`${writer} ${arm}`) ?? [];
        const each = (value: (arm: Arm) => number) =>
          Object.fromEntries(arms.map(({ arm }) => [arm, value(arm)]));
        results.push({
          table: subject.table,
          kind,
          does: kind === 'update' ? subject.update.does : '',
          writer,
          rows,
          median_us: each((arm) => round(median(own(arm)), 0)),
          ratio: each((arm) => medianRatio(own(arm), own('bare'))),
          server_us: {},
          ...(subject.isLogged && { log_ratio: medianRatio(own('cordon'), own('unlogged')) }),
        });
      }
    }
  }
  return results;
}

/** Lets PostgreSQL tell the time of each trigger, once a statement and writer, on the tables with all of them. */
export async function planTriggers(
  clients: Clients,
  databases: Databases,
  contexts: Readonly<Record<Writer, Context>>,
  rows: number,
): Promise<readonly TriggerPlan[]> {
  const plans: TriggerPlan[] = [];
  const client = clientOf(clients, databases.whole);
  for (const subject of SUBJECTS) {
    for (const kind of KINDS) {
      await tidy(client);
      const text = manyRows(subject, kind, `public.${quoteIdentifier(subject.table)}`);
      for (const writer of Object.keys(WRITERS) as Writer[]) {
        const triggers = await transact(client, WRITERS[writer].role, contexts[writer], (own) =>
          explained(own, text, contexts[writer].pinned, rows),
        );
        plans.push({ table: subject.table, kind, writer, triggers });
      }
    }
  }
  return plans;
}

async function transact<T>(
  client: pg.Client,
  role: string,
  context: Context,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  await client.query('begin');
  try {
    await client.query(`set local role ${quoteIdentifier(role)}`);
    await client.query(
      `select set_config('request.jwt.claims', $1, true), set_config('request.headers', $2, true),
              set_config('app.pinned_organisation_id', $3, true)`,
      [context.claims, context.headers, context.pinned],
    );
    return await work(client);
  } finally {
    await client.query('rollback');
  }
}

async function timed(client: pg.Client, text: string, organisation: string, rows: number): Promise<number> {
  const started = performance.now();
  const { rowCount } = await client.query(text, [organisation]);
  const micros = (performance.now() - started) * 1000;
  if (rowCount === rows) return micros;
  // What a trigger swallowed is fast, and no measurement.
  throw misuse({
    problem: `${text}: wrote ${rowCount} rows`,
    expected: String(rows),
    remedy: 'mend bench/triggers/statements.ts or bench/triggers/fill.ts',
  });
}

async function explained(
  client: pg.Client,
  text: string,
  organisation: string,
  rows: number,
): Promise<readonly TriggerTime[]> {
  const { rows: lines } = await client.query<{ 'QUERY PLAN': readonly Explained[] }>(
    `explain (analyze, costs off, format json) ${text}`,
    [organisation],
  );
  return (lines[0]?.['QUERY PLAN'][0]?.Triggers ?? []).map((trigger) => ({
    name: trigger['Constraint Name'] ?? trigger['Trigger Name'],
    calls: trigger.Calls,
    a_row_us: round((trigger.Time * 1000) / rows, 1),
  }));
}

interface Explained {
  readonly Triggers?: readonly {
    readonly 'Trigger Name': string;
    readonly 'Constraint Name'?: string;
    readonly Time: number;
    readonly Calls: number;
  }[];
}
