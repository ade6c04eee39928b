import { progress } from '../../scripts/console/report.ts';
import { withClient } from '../../scripts/postgres/connect.ts';
import { type BenchServer, startServer } from '../database.ts';
import type { Context } from '../envelope.ts';
import { contextOf, sampleOf } from '../people.ts';
import { serverClock } from '../server-time.ts';
import { randomFrom } from '../statistics.ts';
import { measureManyRows, planTriggers } from './many-rows.ts';
import { measureOneRow } from './one-row.ts';
import { prepareTriggers, WORLD } from './prepare.ts';
import type { TriggersReport, Writer } from './results.ts';

export interface TriggersOptions {
  /** Of a statement over many. */
  readonly rows: number;
  /** How often one row is measured, and how often many. */
  readonly rounds: { readonly one: number; readonly many: number };
  readonly slotMs: number;
  readonly warmUpMs: number;
  readonly seed: number;
  readonly sharedBuffers: string;
}

/** Builds a server, measures what the triggers cost, and removes it again. */
export async function runTriggers(options: TriggersOptions): Promise<TriggersReport> {
  const server = await startServer(undefined, options.sharedBuffers);
  try {
    return await measureTriggers(server, options);
  } finally {
    await server.remove();
  }
}

async function measureTriggers(
  server: BenchServer,
  { rows, rounds, slotMs, warmUpMs, seed }: TriggersOptions,
): Promise<TriggersReport> {
  const random = randomFrom(seed);
  const databases = await prepareTriggers(server, rows);
  return withClient(server.adminUrl(databases.whole), (client) =>
    withClient(server.adminUrl(databases.unlogged), async (other) => {
      // Who writes every table that is measured, money included.
      const staff = contextOf(await sampleOf(client, WORLD, 'big'), 'admin', {});
      // The server holds no token: whom it acts for, no trigger learns.
      const contexts: Record<Writer, Context> = { staff, server: { ...staff, claims: '' } };
      const clients = { [databases.whole]: client, [databases.unlogged]: other };
      const one = await measureOneRow(server, databases, clients, contexts, {
        rounds: rounds.one,
        slotMs,
        warmUpMs,
        random,
        clock: serverClock(client),
        clients: [1],
      });
      const many = await measureManyRows(clients, databases, contexts, { rows, rounds: rounds.many, random });
      progress('time of each trigger');
      const plans = await planTriggers(clients, databases, contexts, rows);
      return { rows, rounds, seed, server: `PostgreSQL ${server.version}`, one, many, plans };
    }),
  );
}
