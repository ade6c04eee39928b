import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { finding } from '../console/errors.ts';
import { MIGRATIONS } from './history.ts';
import { LINK, leadsElsewhere } from './pushed-folder.ts';
import { type MigrateOptions, type MigrateResult, runMigrations } from './run.ts';
import { supabaseCli } from './runners.ts';

/**
 * Applies every pending migration with the Supabase CLI (`supabase db push --db-url`): the same checks, lock,
 * ledger and result as {@link migrate}. Where `supabase/` stands beside the migrations folder, it holds a link to that folder.
 *
 * @throws as `migrate` does.
 */
export async function push(url: string, options?: MigrateOptions): Promise<MigrateResult> {
  const root = dirname(resolve(options?.directory ?? MIGRATIONS));
  if (existsSync(join(root, MIGRATIONS)) && leadsElsewhere(root)) {
    const { where, problem, expected, remedy } = LINK;
    throw finding({ problem: `${where} ${problem}`, expected, remedy: `${remedy}; nothing was applied` });
  }
  return runMigrations(supabaseCli, url, options);
}
