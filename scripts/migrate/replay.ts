import type { Cluster } from '../postgres/cluster.ts';
import { createDatabase } from '../postgres/databases.ts';
import { ensurePlatform } from '../postgres/platform.ts';
import { type MigrateOptions, type MigrateResult, migrate } from './apply.ts';

/**
 * Builds a new database from nothing but the history: create, platform, every migration.
 *
 * @param databaseName must not exist yet.
 * @returns what was applied.
 * @throws as `migrate` does.
 */
export async function replay(
  cluster: Cluster,
  databaseName: string,
  options?: MigrateOptions,
): Promise<MigrateResult> {
  await createDatabase(cluster, databaseName);
  await ensurePlatform(cluster.adminUrl(databaseName));
  return migrate(cluster.url(databaseName), options);
}
