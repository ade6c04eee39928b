import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CommandError } from '../console/errors.ts';
import type { Cluster } from '../postgres/cluster.ts';
import { createDatabase } from '../postgres/databases.ts';
import { ensurePlatform } from '../postgres/platform.ts';
import { type MigrateOptions, type MigrateResult, migrate } from './apply.ts';
import { type Migration, readMigrations } from './history.ts';
import { copyHistory } from './kept-history.ts';

/**
 * Builds a new database from nothing but the history: create, platform, every migration. On a cluster that began with part of it
 * (`landedHistory`), that part is copied.
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
  if (!(cluster.content && (await copyHistory(cluster, databaseName, readMigrations(options?.directory))))) {
    await createDatabase(cluster, databaseName);
    await ensurePlatform(cluster.adminUrl(databaseName));
  }
  return migrate(cluster.url(databaseName), options);
}

/**
 * Builds a new database from these migrations alone, as they were read, whatever their folder holds by now.
 *
 * @param databaseName must not exist yet.
 * @throws as `migrate` does, naming the file that a person can open.
 */
export async function replayOnly(
  cluster: Cluster,
  databaseName: string,
  migrations: readonly Migration[],
): Promise<MigrateResult> {
  // In the cluster's own folder: when this process is killed, the copies go where the cluster goes.
  const copy = mkdtempSync(join(cluster.directory, 'history-'));
  try {
    for (const { sql, fileName } of migrations) writeFileSync(join(copy, fileName), sql);
    return await replay(cluster, databaseName, { directory: copy });
  } catch (error) {
    const [first] = migrations;
    throw error instanceof CommandError && first ? renamed(error, copy, dirname(first.path)) : error;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Errors name the original, not its copy. */
function renamed(error: CommandError, copy: string, directory: string): CommandError {
  const { problem, details = [], ...rest } = error.explanation;
  const rename = (text: string) => text.replaceAll(copy, directory);
  return new CommandError(
    error.exitCode,
    { ...rest, problem: rename(problem), details: details.map(rename) },
    { cause: error },
  );
}
