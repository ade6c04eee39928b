import { type MigrateOptions, type MigrateResult, runMigrations } from './run.ts';
import { supabaseCli } from './runners.ts';

/**
 * Applies every pending migration with the Supabase CLI (`supabase db push --db-url`): the same checks, lock,
 * ledger and result as {@link migrate}. Expects `supabase/` beside the migrations folder, with a config.toml and
 * a link to that folder.
 *
 * @throws as `migrate` does.
 */
export async function push(url: string, options?: MigrateOptions): Promise<MigrateResult> {
  return runMigrations(supabaseCli, url, options);
}
