import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Migration } from '../../scripts/migrate/history.ts';
import { replay, replayOnly } from '../../scripts/migrate/replay.ts';
import type { Cluster } from '../../scripts/postgres/cluster.ts';
import { withClient } from '../../scripts/postgres/connect.ts';
import { loadPgtap } from './pgtap.ts';

const SEED = fileURLToPath(new URL('../../seed/', import.meta.url));

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
    for (const file of await seedFiles(history?.seed ?? SEED)) {
      await superuser.query(await readFile(file, 'utf8')).catch((cause) => {
        throw new Error(`${file}: ${cause instanceof Error ? cause.message : cause}`, { cause });
      });
    }
    await superuser.query(await readFile(new URL('./test-clock.sql', import.meta.url), 'utf8'));
    await loadPgtap(superuser);
    await superuser.query('vacuum analyze');
  });
}

/** The seed's files in the order of their names, as `npm run db:seed` applies them. */
async function seedFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => join(folder, name));
}
