import type pg from 'pg';
import { progress } from '../../scripts/console/report.ts';
import { replay } from '../../scripts/migrate/replay.ts';
import type { Cluster } from '../../scripts/postgres/cluster.ts';
import { withClient } from '../../scripts/postgres/connect.ts';
import { createDatabase } from '../../scripts/postgres/databases.ts';
import { quoteIdentifier } from '../../scripts/postgres/quote.ts';
import { load } from '../load/load.ts';
import { verifyLoad } from '../load/verify.ts';
import { withoutTriggers } from '../load/without-triggers.ts';
import { type World, worldOf } from '../world.ts';
import { AUDITED, auditSql, BARE, copyTables } from './copies.ts';
import { fillSteps } from './fill.ts';
import { SUBJECTS } from './statements.ts';

/** The trigger that writes the activity log. */
const ACTIVITY = '_600_activity';

const TABLES = SUBJECTS.map(({ table }) => table);

/** Organisations and logins come from the smallest world; its patients do not. */
export const WORLD: World = worldOf(2_000);
const PEOPLE = [
  'public.organisations',
  'public.organisation_settings',
  'public.organisation_members',
  'public.profiles',
  'auth.users',
  'auth.sessions',
];

/** Two databases on one server, alike but for the activity log's triggers. */
export interface Databases {
  readonly whole: string;
  readonly unlogged: string;
}

/** A superuser's connection to each database, by its name. */
export type Clients = Readonly<Record<string, pg.Client>>;

export function clientOf(clients: Clients, database: string): pg.Client {
  const client = clients[database];
  if (!client) throw new Error(`no connection to ${database}`);
  return client;
}

/**
 * Builds what is measured: the migrated tables, their bare copies and their copies under an audit trigger; and all of it
 * again with the activity log's triggers off, because switching them between two turns would empty every cached plan.
 */
export async function prepareTriggers(cluster: Cluster, rows: number): Promise<Databases> {
  const databases = { whole: 'bench_triggers', unlogged: 'bench_triggers_unlogged' };
  await replay(cluster, databases.whole);
  await load(cluster.adminUrl(databases.whole), WORLD, PEOPLE);
  await withClient(cluster.adminUrl(databases.whole), async (client) => {
    const tables = TABLES.map((table) => `public.${quoteIdentifier(table)}`);
    await withoutTriggers(client, tables, async () => {
      for (const step of fillSteps(rows)) await client.query(step);
    });
    await verifyLoad(client, tables);
    await copyTables(client, TABLES, BARE);
    await copyTables(client, TABLES, AUDITED);
    await client.query(auditSql(TABLES));
    for (const table of tables) {
      // Only the triggers are to differ from a copy: staff write without policies on both sides.
      await client.query(`alter table ${table} disable row level security`);
      await client.query(`grant select, insert, update on ${table} to service_role, authenticated`);
    }
    await client.query('vacuum (analyze, freeze)');
  });
  await createDatabase(cluster, databases.unlogged, { template: databases.whole });
  await withClient(cluster.adminUrl(databases.unlogged), async (client) => {
    for (const { table } of SUBJECTS.filter(({ isLogged }) => isLogged)) {
      await client.query(`alter table public.${quoteIdentifier(table)} disable trigger ${ACTIVITY}`);
    }
  });
  progress(`${rows.toLocaleString('en')} rows to write in each of ${TABLES.length} tables`);
  return databases;
}

/** Clears away what was rolled back: dead rows of an earlier turn are no cost of the next one's triggers. */
export async function tidy(client: pg.Client): Promise<void> {
  for (const table of TABLES) {
    await client.query(
      `vacuum public.${quoteIdentifier(table)}, ${BARE}.${quoteIdentifier(table)}, ${AUDITED}.${quoteIdentifier(table)}`,
    );
  }
  await client.query(`vacuum public.case_activity_log, ${AUDITED}.versions`);
}
