import { createHash } from 'node:crypto';
import { progress } from '../scripts/console/report.ts';
import { historyDigest } from '../scripts/migrate/checksums.ts';
import type { Migration } from '../scripts/migrate/history.ts';
import { landedHistory } from '../scripts/migrate/landed-history.ts';
import { replay, replayOnly } from '../scripts/migrate/replay.ts';
import { type Cluster, startCluster, startScratchCluster, stopCluster } from '../scripts/postgres/cluster.ts';
import { withClient } from '../scripts/postgres/connect.ts';
import { escapeIdentifier, quoteLiteral } from '../scripts/postgres/quote.ts';
import { load } from './load/load.ts';
import { worldOf } from './world.ts';

/** Settings of a small Supabase project's size, and of a measurement: nothing runs beside it. */
const SETTINGS: Readonly<Record<string, string>> = {
  shared_buffers: '2GB',
  effective_cache_size: '6GB',
  max_wal_size: '16GB',
  checkpoint_timeout: '1h',
  random_page_cost: '1.1',
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  autovacuum: 'off',
  wal_level: 'replica',
  shared_preload_libraries: 'pg_stat_statements',
};

/** What a server knows only once the library is loaded, before PostgreSQL 16. */
const LIBRARY_SETTINGS: Readonly<Record<string, string>> = { 'pg_stat_statements.track_planning': 'on' };

export interface BenchServer extends Cluster {
  readonly remove: () => Promise<void>;
}

/**
 * Starts the server to measure on.
 *
 * @param keep a folder whose server and data outlive the run; without it both are removed.
 * @param others settings beside those of every measurement.
 */
export async function startServer(
  keep: string | undefined,
  sharedBuffers: string,
  others: Readonly<Record<string, string>> = {},
): Promise<BenchServer> {
  const settings = { ...SETTINGS, shared_buffers: sharedBuffers, ...others };
  if (keep === undefined) {
    const scratch = await startScratchCluster({ onDisk: true, content: landedHistory() });
    const remove = async () => scratch.remove();
    try {
      return { ...(await configure(scratch, scratch.directory, settings)), remove };
    } catch (error) {
      scratch.remove();
      throw error;
    }
  }
  const start = () => startCluster({ directory: keep, port: 'random', durable: false });
  const server = await configure(await start(), keep, settings);
  return { ...server, remove: async () => void (await stopCluster(keep)) };
}

/** Some of the settings hold only from the next start on. */
async function configure(
  cluster: Cluster,
  directory: string,
  settings: Readonly<Record<string, string>>,
): Promise<Cluster> {
  await alterSystem(cluster, settings);
  await stopCluster(directory);
  const restarted = await startCluster({ directory, port: 'random', durable: false });
  await alterSystem(restarted, LIBRARY_SETTINGS);
  return restarted;
}

async function alterSystem(cluster: Cluster, settings: Readonly<Record<string, string>>): Promise<void> {
  await withClient(cluster.adminUrl(), async (client) => {
    for (const [name, value] of Object.entries(settings)) {
      await client.query(`alter system set ${name} = ${quoteLiteral(value)}`);
    }
    await client.query('select pg_reload_conf()');
  });
}

/** What a database is built of, where it is not this history, filled whole. */
export interface Contents {
  /** The tables to fill, for worlds that are too big to fill whole. */
  readonly only?: readonly string[];
  /** Another history, and what its database is called by. */
  readonly history?: { readonly name: string; readonly migrations: readonly Migration[] };
}

/** Creates, migrates and fills one database, or finds it filled by an earlier run with `--keep`. */
export async function prepareDatabase(
  server: Cluster,
  patients: number,
  { only, history }: Contents = {},
): Promise<string> {
  const name = `bench_${patients}${only ? '_part' : ''}${history ? `_${history.name}` : ''}`;
  // Of another history, its policies are others: they would be measured under the name of these.
  const mark = `filled ${history ? digestOf(history.migrations) : historyDigest()}`;
  const filled = await withClient(server.adminUrl('postgres'), async (client) => {
    const { rows } = await client.query<{ filled: boolean }>(
      `select shobj_description(oid, 'pg_database') = $2 as filled from pg_database where datname = $1`,
      [name, mark],
    );
    if (rows.length > 0 && !rows[0]?.filled) await client.query(`drop database ${escapeIdentifier(name)}`);
    return rows[0]?.filled === true;
  });
  if (filled) {
    progress(`measuring ${name} as an earlier run left it`);
    return name;
  }
  if (history) await replayOnly(server, name, history.migrations);
  else await replay(server, name);
  await load(server.adminUrl(name), worldOf(patients), only);
  await withClient(server.adminUrl(name), async (client) => {
    await client.query(`comment on database ${escapeIdentifier(name)} is ${quoteLiteral(mark)}`);
  });
  return name;
}

function digestOf(migrations: readonly Migration[]): string {
  return createHash('sha256')
    .update(migrations.map(({ checksum }) => checksum).join('\n'))
    .digest('hex');
}
