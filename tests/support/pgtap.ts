import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type pg from 'pg';

const VERSION = '1.3.5';

/** Where the template keeps pgTAP. `supabase test db` has it in `extensions`: files must not qualify its functions. */
export const PGTAP_SCHEMA = 'pgtap';

/**
 * Loads pgTAP into a schema of its own, as a script: the embedded server has no extension files, and needs none,
 * since pgTAP is plain SQL.
 */
export async function loadPgtap(superuser: pg.Client): Promise<void> {
  const sql = await pgtapSql();
  await superuser.query(`
    begin;
    create schema ${PGTAP_SCHEMA};
    grant usage on schema ${PGTAP_SCHEMA} to public;
    set local search_path = ${PGTAP_SCHEMA};
    set local check_function_bodies = off;
    set local client_min_messages = warning;
    ${sql}
    commit;
  `);
}

/** The text of pgTAP, from the package that carries it as an archive. */
async function pgtapSql(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite-pgtap');
  const archive = join(dirname(entry), 'pgtap.tar.gz');
  const member = `share/postgresql/extension/pgtap--${VERSION}.sql`;
  const { stdout } = await promisify(execFile)('tar', ['-xzOf', archive, member], { maxBuffer: 8_000_000 });
  return stdout;
}
