import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { checkInvariant, INVARIANTS } from '../../catalog/invariants/index.ts';
import { type Catalog, readCatalog } from '../../catalog/snapshot.ts';
import { finding } from '../../console/errors.ts';
import { explainFailure } from '../../migrate/failure.ts';
import type { Migration } from '../../migrate/history.ts';
import { replayOnly } from '../../migrate/replay.ts';
import type { Cluster } from '../../postgres/cluster.ts';
import { withClient } from '../../postgres/connect.ts';
import { type HeldLock, readLocks, type Standing, standingTables } from '../facts/locks.ts';
import type { Reach } from '../reach/reach.ts';
import { readReach } from '../reach/read-reach.ts';

/** What a database holds at one point of the history. */
interface Moment {
  readonly reach: Reach;
  readonly catalog: Catalog;
}

/** A moment, and whatever rules about the whole catalog it breaks. Asked at both ends only. */
export interface End extends Moment {
  readonly offenders: readonly {
    readonly rule: string;
    readonly claim: string;
    readonly why: string;
    readonly object: string;
    readonly problem: string;
  }[];
  /** Table → level. */
  readonly classification: ReadonlyMap<string, string>;
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
  readonly start: End;
  readonly end: End;
  readonly steps: readonly Step[];
  /** The database, with everything applied. */
  readonly url: string;
}

/**
 * Replays a history, then applies further migrations one by one, looking before and after each.
 *
 * @throws CordonError (1) naming the migration that cannot be applied.
 */
export async function stepThrough(
  cluster: Cluster,
  base: readonly Migration[],
  added: readonly Migration[],
  onProgress: (line: string) => void = () => {},
): Promise<Walk> {
  const database = `review_${randomUUID().replaceAll('-', '')}`;
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
  known?: End,
): Promise<Walk> {
  return withClient(url, async (client) => {
    const start = known ?? (await examine(client, await look(client)));
    const steps: Step[] = [];
    let before: Moment = start;
    for (const migration of added) {
      onProgress(`applying ${migration.fileName}`);
      const locks = await apply(client, url, migration);
      const after = await look(client);
      steps.push({ migration, before, after, locks });
      before = after;
    }
    const end = steps.length === 0 ? start : await examine(client, before);
    return { start, end, steps, url };
  });
}

/** Everything that is looked at at an end of a change. */
export async function examineAt(url: string): Promise<End> {
  return withClient(url, async (client) => examine(client, await look(client)));
}

async function look(client: pg.Client): Promise<Moment> {
  return { reach: await readReach(client), catalog: await readCatalog(client) };
}

async function examine(client: pg.Client, moment: Moment): Promise<End> {
  const { rows: found } = await client.query<{ isOurs: boolean }>(
    `select to_regclass('governance.classification') is not null as "isOurs"`,
  );
  // Before the first migrations there is nothing that could be broken.
  if (!found[0]?.isOurs) return { ...moment, offenders: [], classification: new Map() };
  const offenders: End['offenders'][number][] = [];
  for (const invariant of INVARIANTS) {
    const { name: rule, claim, why } = invariant;
    const verdict = await checkInvariant(client, invariant);
    offenders.push(...verdict.offenders.map((offender) => ({ rule, claim, why, ...offender })));
  }
  const { rows } = await client.query<{ table: string; level: string }>(
    `select schema_name || '.' || table_name as table, level from governance.classification`,
  );
  return { ...moment, offenders, classification: new Map(rows.map(({ table, level }) => [table, level])) };
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
    await client.query('rollback');
    throw finding(await explainFailure(url, migration, String(error)), { cause: error });
  }
}
