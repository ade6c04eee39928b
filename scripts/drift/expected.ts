import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Catalog } from '../catalog/snapshot.ts';
import type { Migration } from '../migrate/history.ts';
import { replay } from '../migrate/replay.ts';
import { type Cluster, withScratchCluster } from '../postgres/cluster.ts';
import { withClient } from '../postgres/connect.ts';
import { readComparable } from './comparable.ts';

/**
 * The catalog that these migrations make on a server of this major: PostgreSQL spells expressions differently from one to
 * the next.
 *
 * @param cluster where to replay; a server of its own when left out.
 * @throws CordonError (2) where that major is not installed, with the command that installs it.
 */
export async function expectedCatalog(
  migrations: readonly Migration[],
  major: number,
  cluster?: Cluster,
): Promise<Catalog> {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-drift-'));
  try {
    for (const { path, fileName } of migrations) copyFileSync(path, join(folder, fileName));
    const read = async (on: Cluster) => {
      const database = `drift_${process.pid}_${Date.now()}`;
      await replay(on, database, { directory: folder });
      return withClient(on.adminUrl(database), async (client) => {
        await client.query('begin read only');
        return readComparable(client);
      });
    };
    return await (cluster ? read(cluster) : withScratchCluster(read, { major }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
