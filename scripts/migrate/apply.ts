import { type MigrateOptions, type MigrateResult, runMigrations } from './run.ts';
import { dbmate } from './runners.ts';

export type { MigrateOptions, MigrateResult } from './run.ts';

/**
 * Applies every pending migration with dbmate.
 *
 * @param url where; any role that may create the objects, superuser or not.
 * @returns what was applied, with times. A second call applies nothing.
 * @throws CommandError (1) for a malformed, edited, missing, out-of-order or failing migration; (2) for a server
 * that cannot be used.
 */
export async function migrate(url: string, options?: MigrateOptions): Promise<MigrateResult> {
  return runMigrations(dbmate, url, options);
}
