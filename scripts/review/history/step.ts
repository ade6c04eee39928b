import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { type Catalog, readCatalog } from '../../catalog/snapshot.ts';
import { finding } from '../../console/errors.ts';
import { explainFailure } from '../../migrate/failure.ts';
import type { Migration } from '../../migrate/history.ts';
import { replayOnly } from '../../migrate/replay.ts';
import type { Cluster } from '../../postgres/cluster.ts';
import { withClient } from '../../postgres/connect.ts';
import { rollBack } from '../../postgres/roll-back.ts';
import { type HeldLock, readLocks, type Standing, standingTables } from '../facts/locks.ts';
import type { Reach } from '../reach/reach.ts';
import { readReach } from '../reach/read-reach.ts';
import { findOffenders, isOurs, type Offender } from './offenders.ts';

/** What a database holds at one point of the history. */
export interface Moment {
  readonly reach: Reach;
  readonly catalog: Catalog;
}

/** A moment at an end of the history. */
export interface End extends Moment {
  /** Table → level. */
  readonly classification: ReadonlyMap<string, string>;
}

/** What a change begins with: an end, and whatever of it breaks rules about the whole catalog already. */
export interface Start extends End {
  readonly offenders: readonly Offender[];
}

/** One migration, applied, and what was seen of it. */
export interface Step {
  readonly migration: Migration;
  readonly before: Moment;
  readonly after: Moment;
  /** On tables that were there before, as the server held them just before the commit. */
  readonly locks: readonly HeldLock[];
}

export interface Walk {
  readonly start: Start;
  readonly end: End;
  readonly steps: readonly Step[];
  /** The database, with everything applied. */
  readonly url: string;
}

/**
 * Replays a history, then applies further migrations one by one, looking before and after each.
 *
 * @throws CommandError (1) naming the migration that cannot be applied.
 */
export async function stepThrough(
  cluster: Cluster,
  base: readonly Migration[],
  added: readonly Migration[],
  onProgress: (line: string) => void = () => {},
): Promise<Walk> {
  // Nothing in the name tells a migration that it is being looked at.
  const database = `db_${randomUUID().replaceAll('-', '')}`;
  onProgress(`replaying ${base.length} migrations of the base`);
  await replayOnly(cluster, database, base);
  return stepOn(cluster.url(database), added, onProgress);
}

/**
 * The same in a database that holds the base already.
 *
 * @param known what {@link examineAt} told of it; asked anew when left out.
 */
export async function stepOn(
  url: string,
  added: readonly Migration[],
  onProgress: (line: string) => void = () => {},
  known?: Start,
): Promise<Walk> {
  // Who looks is never who migrated: what a migration leaves in its session, such as a temporary view named pg_class, would show
  // another catalog.
  return withClient(url, async (client) => {
    const start = known ?? (await lookAtStart(client));
    const steps: Step[] = [];
    let before: Moment = start;
    for (const migration of added) {
      onProgress(`applying ${migration.fileName}`);
      const locks = await withClient(url, (own) => apply(own, url, migration));
      const after = await look(client);
      steps.push({ migration, before, after, locks });
      before = after;
    }
    const end = steps.length === 0 ? start : { ...before, classification: await readClassification(client) };
    return { start, end, steps, url };
  });
}

/** What a database holds, seen by a connection of its own. */
export async function lookAt(url: string): Promise<Moment> {
  return withClient(url, look);
}

/** Everything that is looked at where a change begins. */
export async function examineAt(url: string): Promise<Start> {
  return withClient(url, lookAtStart);
}

async function look(client: pg.Client): Promise<Moment> {
  return { reach: await readReach(client), catalog: await readCatalog(client) };
}

async function lookAtStart(client: pg.Client): Promise<Start> {
  return {
    ...(await look(client)),
    offenders: await findOffenders(client),
    classification: await readClassification(client),
  };
}

async function readClassification(client: pg.Client): Promise<End['classification']> {
  if (!(await isOurs(client))) return new Map();
  const { rows } = await client.query<{ table: string; level: string }>(
    `select schema_name || '.' || table_name as table, level from governance.classification`,
  );
  return new Map(rows.map(({ table, level }) => [table, level]));
}

/** As the runners do it: one transaction, as the role that migrates. */
async function apply(client: pg.Client, url: string, migration: Migration): Promise<readonly HeldLock[]> {
  await client.query('begin');
  const standing: Standing = await standingTables(client);
  try {
    await client.query(migration.up);
    const locks = await readLocks(client, standing);
    await client.query('commit');
    return locks;
  } catch (error) {
    await rollBack(client);
    throw finding(await explainFailure(url, migration, String(error)), { cause: error });
  }
}

/**
 * Applies one migration, and looks at nothing.
 *
 * @throws CommandError (1) where it cannot be applied.
 */
export async function runUp(url: string, migration: Migration): Promise<void> {
  await withClient(url, (client) => apply(client, url, migration));
}
