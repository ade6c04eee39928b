import { randomUUID } from 'node:crypto';
import type { ClientBase } from 'pg';
import { compareCatalogs, describeDifference } from '../catalog/differences.ts';
import { readCatalog } from '../catalog/snapshot.ts';
import { finding } from '../console/errors.ts';
import { explainFailure } from '../migrate/failure.ts';
import type { Migration } from '../migrate/history.ts';
import { replayOnly } from '../migrate/replay.ts';
import type { Cluster } from '../postgres/cluster.ts';
import { withClient } from '../postgres/connect.ts';
import { rollBack } from '../postgres/roll-back.ts';
import { wideningLines } from '../review/naming.ts';
import { readReach } from '../review/reach/read-reach.ts';
import { judge } from '../review/verdicts/judge.ts';
import { applySources } from '../sources/apply.ts';
import { isManaged } from '../sources/managed.ts';
import type { Sources } from '../sources/sources.ts';
import { compose } from './compose.ts';

export interface Draft {
  /** The statements that lead from the history, and the hand-written ones on top of it, to the sources. */
  readonly composed: string;
  /** What both together open, for the header. */
  readonly widenings: readonly string[];
}

/**
 * Replays the history, runs a draft's hand-written statements, composes the rest, and proves that what it composed leads to
 * the sources.
 *
 * @param options.history the migrations before the draft.
 * @param options.hand the draft's own statements.
 * @param options.up as much of the draft's file as its hand-written statements, for line numbers in errors.
 * @throws CommandError (1) for a migration, statement or source that cannot be applied.
 */
export async function draftMigration(
  cluster: Cluster,
  {
    history,
    hand,
    path,
    up,
    sources,
  }: {
    readonly history: readonly Migration[];
    readonly hand: string;
    readonly path: string;
    readonly up: string;
    readonly sources: Sources;
  },
): Promise<Draft> {
  const database = `draft_${randomUUID().replaceAll('-', '')}`;
  await replayOnly(cluster, database, history);
  const url = cluster.url(database);
  const byHand = async (client: ClientBase): Promise<void> => {
    try {
      await client.query(hand);
    } catch (error) {
      await rollBack(client);
      throw finding(await explainFailure(url, { path, up } as Migration, String(error)), { cause: error });
    }
  };
  return withClient(url, async (client) => {
    const reach = await readReach(client);
    await client.query('begin');
    await byHand(client);
    const { before, after } = await applySources(client, sources);
    await rollBack(client);

    const composed = compose(before, after, sources);
    await client.query('begin');
    await byHand(client);
    await client.query(composed);
    const proof = compareCatalogs(after, await readCatalog(client), { only: isManaged });
    const verdicts = await judge({ up: `${hand}\n${composed}`, path }, reach, await readReach(client));
    await rollBack(client);
    if (proof.length > 0) {
      throw finding({
        problem: `the composed statements do not lead to the sources in ${proof.length} places`,
        expected: 'a composed migration after which the catalog equals the sources',
        details: proof.flatMap(describeDifference),
        remedy: 'write these statements by hand and report the case',
      });
    }
    return { composed, widenings: wideningLines(verdicts) };
  });
}
