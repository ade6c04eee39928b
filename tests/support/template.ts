import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { replay } from '../../scripts/migrate/replay.ts';
import type { Cluster } from '../../scripts/postgres/cluster.ts';
import { withClient } from '../../scripts/postgres/connect.ts';
import { loadPgtap } from './pgtap.ts';

const ROOT = new URL('../../', import.meta.url);

/** Applied in this order, each folder's files by name: the product's seed, then what only tests need. */
const DATA = ['seed/', 'tests/support/fixtures/data/'];

/** Creates the database that every test file clones: platform, all migrations, seed, test fixtures, pgTAP. */
export async function buildTemplate(cluster: Cluster, database: string): Promise<void> {
  await replay(cluster, database);
  await withClient(cluster.adminUrl(database), async (superuser) => {
    for (const file of await dataFiles()) {
      await superuser.query(await readFile(file, 'utf8')).catch((cause) => {
        throw new Error(`${file}: ${cause instanceof Error ? cause.message : cause}`, { cause });
      });
    }
    await loadPgtap(superuser);
    await superuser.query('vacuum analyze');
  });
}

async function dataFiles(): Promise<string[]> {
  const files: string[] = [];
  for (const folder of DATA) {
    const url = new URL(folder, ROOT);
    const names = await readdir(url).catch(() => []);
    files.push(...names.filter((name) => name.endsWith('.sql')).sort().map((name) => fileURLToPath(new URL(name, url))));
  }
  return files;
}
