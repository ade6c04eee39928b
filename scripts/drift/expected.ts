import type { Catalog } from '../catalog/snapshot.ts';
import type { Migration } from '../migrate/history.ts';
import { landedHistory } from '../migrate/landed-history.ts';
import { replayOnly } from '../migrate/replay.ts';
import { type Cluster, withScratchCluster } from '../postgres/cluster.ts';
import { withClient } from '../postgres/connect.ts';
import { readComparable } from './comparable.ts';

/**
 * The catalog that these migrations make on a server of this major: PostgreSQL spells expressions differently from one to
 * the next.
 *
 * @param cluster where to replay; a server of its own when left out.
 * @throws CommandError (2) where that major is not installed, with the command that installs it.
 */
export async function expectedCatalog(
  migrations: readonly Migration[],
  major: number,
  cluster?: Cluster,
): Promise<Catalog> {
  const read = async (on: Cluster) => {
    const database = `drift_${process.pid}_${Date.now()}`;
    await replayOnly(on, database, migrations);
    return withClient(on.adminUrl(database), async (client) => {
      await client.query('begin read only');
      return readComparable(client);
    });
  };
  return cluster
    ? read(cluster)
    : withScratchCluster(read, { major, content: landedHistory(undefined, migrations) });
}
