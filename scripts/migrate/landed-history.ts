import type { Content } from '../postgres/cluster.ts';
import { compareChecksums } from './checksums.ts';
import { MIGRATIONS, type Migration, readMigrations } from './history.ts';
import { HISTORY_DATABASE, historyKey } from './kept-history.ts';
import { replayOnly } from './replay.ts';

/**
 * What a scratch cluster for a folder's history begins with: its landed migrations, which nobody edits, applied already.
 *
 * @param history which migrations it is for; those of the folder when left out.
 * @returns undefined where these begin otherwise, where one was edited all the same, or cannot be read: then everything is applied
 * anew.
 */
export function landedHistory(
  directory: string = MIGRATIONS,
  history?: readonly Migration[],
): Content | undefined {
  try {
    const { edited, vanished, unlisted } = compareChecksums(directory);
    const migrations = readMigrations(directory);
    const firstNew = migrations.findIndex(({ fileName }) => unlisted.includes(fileName));
    const landed = firstNew === -1 ? migrations : migrations.slice(0, firstNew);
    const isPrefix = landed.every(({ checksum }, at) => !history || history[at]?.checksum === checksum);
    return isPrefix && edited.length + vanished.length === 0 ? historyContent(landed) : undefined;
  } catch {
    return undefined; // whoever reads the history next says what is the matter with it
  }
}

/** What a scratch cluster for these migrations, and later ones, begins with. */
export function historyContent(migrations: readonly Migration[]): Content | undefined {
  if (migrations.length === 0) return undefined;
  return {
    // Rows and partitions that migrations make tell the day: nothing is kept to the next.
    key: `${historyKey(migrations)}-${new Date().toISOString().slice(0, 10)}`,
    make: async (cluster) => {
      await replayOnly(cluster, HISTORY_DATABASE, migrations);
    },
  };
}
