import type pg from 'pg';
import { compareCatalogs } from '../catalog/differences.ts';
import { OWN_SCHEMAS } from '../catalog/extension-members.ts';
import type { Catalog } from '../catalog/snapshot.ts';
import { misuse } from '../console/errors.ts';
import { readMigrations } from '../migrate/history.ts';
import { readLedger } from '../migrate/ledger.ts';
import type { Cluster } from '../postgres/cluster.ts';
import { withClient } from '../postgres/connect.ts';
import { rollBack } from '../postgres/roll-back.ts';
import { readComparableAs } from './comparable.ts';
import { expectedCatalog } from './expected.ts';
import { judgeLedger } from './ledger.ts';
import type { Drift } from './sentence.ts';
import { ignoredSchemas, type StrangeSchema, strangeSchemas } from './surroundings.ts';
import { tellDrifts } from './tell.ts';

export interface DriftReport {
  /** What opens first, then by key. */
  readonly drifts: readonly Drift[];
  /** How many objects, grants and settings were compared. */
  readonly compared: number;
  readonly pending: readonly string[];
  /** Schemas beside ours that nobody compares. */
  readonly beside: readonly StrangeSchema[];
  /** Schemas of the platform. */
  readonly ignored: readonly string[];
  /** What this login may not see, and what was therefore not compared. */
  readonly unseen: readonly string[];
}

export interface DriftOptions {
  readonly directory?: string;
  /** Where to replay; a server of its own when left out. */
  readonly cluster?: Cluster;
  readonly onProgress?: (line: string) => void;
}

/**
 * Compares a live database with a replay of the migrations that it has applied. One read-only transaction on the target;
 * it creates nothing there, and waits for no lock longer than two seconds. [S-26, S-27, N-54]
 *
 * @throws CommandError (2) for a database without any migration of ours, and where it cannot be read.
 */
export async function findDrift(
  url: string,
  { directory, cluster, onProgress = () => {} }: DriftOptions = {},
): Promise<DriftReport> {
  const migrations = readMigrations(directory);
  return withClient(
    url,
    async (client) => {
      onProgress('reading the database');
      const live = await readLive(client);
      const ledger = judgeLedger(migrations, live.ledger);
      if (ledger.applied.length === 0) {
        throw misuse({
          problem: 'the database has applied none of these migrations',
          expected: 'a database that `npm run db:migrate` or `npm run db:push` has brought up',
          remedy: 'name another one in DATABASE_URL',
        });
      }
      onProgress(`replaying ${ledger.applied.length} migrations on PostgreSQL ${live.major}`);
      const expected = await expectedCatalog(ledger.applied, live.major, cluster);
      const drifts = tellDrifts(compareCatalogs(onlySeen(expected, live.unseen), live.catalog));
      return {
        drifts: [...ledger.drifts, ...drifts].sort(
          (a, b) => Number(b.opens) - Number(a.opens) || (a.key < b.key ? -1 : 1),
        ),
        compared: new Set([...expected.keys(), ...live.catalog.keys()]).size,
        pending: ledger.pending.map(({ fileName }) => fileName),
        beside: live.beside,
        ignored: live.ignored,
        unseen: live.unseen.map(({ name }) => name),
      };
    },
    { applicationName: 'cordon drift' },
  );
}

/** Of rows that the reader may not see nothing is told but that. */
function onlySeen(expected: Catalog, unseen: readonly { readonly kind: string }[]): Catalog {
  return new Map([...expected].filter(([key]) => !unseen.some(({ kind }) => key.startsWith(kind))));
}

async function readLive(client: pg.ClientBase) {
  await client.query('begin isolation level repeatable read read only');
  await client.query(`set local lock_timeout = '2s'; set local statement_timeout = '60s'`);
  // A function of a schema that the database puts in our path would be asked in place of PostgreSQL's, and say what it likes.
  await client.query('set local search_path = pg_catalog, pg_temp');
  try {
    const { rows } = await client.query<{ major: number }>(
      `select current_setting('server_version_num')::integer / 10000 as major`,
    );
    return {
      major: rows[0]?.major ?? 0,
      ...(await readComparableAs(client)),
      ledger: await readLedger(client),
      beside: await strangeSchemas(client, OWN_SCHEMAS),
      ignored: await ignoredSchemas(client),
    };
  } finally {
    await rollBack(client);
  }
}
