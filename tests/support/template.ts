import type { Migration } from '../../scripts/migrate/history.ts';
import { replay, replayOnly } from '../../scripts/migrate/replay.ts';
import type { Cluster } from '../../scripts/postgres/cluster.ts';
import { withClient } from '../../scripts/postgres/connect.ts';
import { fillTemplate } from '../../testing/template.ts';
import { loadPgtap } from './pgtap.ts';

/** A history other than that of this checkout. */
export interface OtherHistory {
  readonly migrations: readonly Migration[];
  /** The folder of its seed. */
  readonly seed: string;
}

/**
 * Creates the database that every test file clones: platform, all migrations, seed, the test's clock, pgTAP.
 *
 * @param history those of this checkout when left out.
 */
export async function buildTemplate(
  cluster: Cluster,
  database: string,
  history?: OtherHistory,
): Promise<void> {
  await (history ? replayOnly(cluster, database, history.migrations) : replay(cluster, database));
  await withClient(cluster.adminUrl(database), async (superuser) => {
    await fillTemplate(superuser, history?.seed);
    await loadPgtap(superuser);
    await superuser.query('vacuum analyze');
  });
}
