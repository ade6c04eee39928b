import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { replay } from '../../scripts/migrate/replay.ts';
import type { Cluster } from '../../scripts/postgres/cluster.ts';
import { withClient } from '../../scripts/postgres/connect.ts';
import { loadPgtap } from './pgtap.ts';

const SEED = new URL('../../seed/', import.meta.url);

/** Creates the database that every test file clones: platform, all migrations, seed, the test's clock, pgTAP. */
export async function buildTemplate(cluster: Cluster, database: string): Promise<void> {
  await replay(cluster, database);
  await withClient(cluster.adminUrl(database), async (superuser) => {
    for (const file of await seedFiles()) {
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
async function seedFiles(): Promise<string[]> {
  const names = await readdir(SEED);
  return names
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => fileURLToPath(new URL(name, SEED)));
}
