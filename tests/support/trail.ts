import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, inject } from 'vitest';
import { type Extent, exportTrail } from '../../scripts/audit/export-trail.ts';
import { type Head, type Verdict, verifyExport } from '../../scripts/audit/verifier.mjs';
import { withClient } from '../../scripts/postgres/connect.ts';
import { idOf } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { TestDatabase } from '../../testing/test-database.ts';

export const LOG = 'public.case_activity_log';
export const EVIDENCE = 'public.signed_form_evidence';

/** A place for exports, removed with the file's tests. */
export function useFolder(): { readonly path: (name?: string) => string } {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-trail-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return { path: (name = `${randomUUID()}.ndjson`) => join(folder, name) };
}

/** A connection of the test's own, outside of any transaction. */
export function connected<T>(
  database: TestDatabase,
  login: 'superuser' | 'postgres',
  fn: (client: pg.Client) => Promise<T>,
): Promise<T> {
  return withClient(database.url(login), fn);
}

/** What happens in a clinic: a case changes, and the log says so. Committed. */
export async function happen(database: TestDatabase, times = 1): Promise<void> {
  for (let time = 0; time < times; time++) {
    await database.as(
      personas.doctor,
      (session) =>
        session.rows(
          `update public.cases set priority = case priority when 'urgent' then 'critical' else 'urgent' end where id = $1`,
          [idOf('case', 'a', '01')],
        ),
      { commit: true },
    );
  }
}

export interface Sealed {
  readonly seal: number;
  readonly table: string;
  readonly tree_size: number;
  readonly row_count: number;
  readonly root: string;
}

/** Seals as whoever migrates. Committed. */
export async function seal(database: TestDatabase): Promise<readonly Sealed[]> {
  return database.asPostgres(async (session) =>
    (await session.rows<{ seal: Sealed }>('select seal from seal_records() as seal')).map((row) => row.seal),
  );
}

export async function headOf(database: TestDatabase): Promise<Head> {
  return (await database.asPostgres((session) => session.value<Head>('select seal_head()'))) as Head;
}

export function exported(database: TestDatabase, file: string, extent: Extent = {}) {
  return connected(database, 'postgres', (client) => exportTrail(client, file, extent));
}

/** As the superuser who wants it unseen: no trigger fires, not even those that always do. */
export function tamper(database: TestDatabase, sql: string): Promise<void> {
  return connected(database, 'superuser', async (client) => {
    await client.query('set session_replication_role = replica');
    const tables = [LOG, EVIDENCE, 'audit.seals', 'audit.leaves', 'audit.nodes'];
    for (const table of tables) await client.query(`alter table ${table} disable trigger user`);
    await client.query(sql);
    for (const table of tables) {
      const { rows } = await client.query<{ name: string }>(
        'select quote_ident(tgname) as name from pg_trigger where tgrelid = $1::regclass and not tgisinternal',
        [table],
      );
      for (const { name } of rows) await client.query(`alter table ${table} enable always trigger ${name}`);
    }
  });
}

/** A database of one's own with a trail of its seed and one seal more, and the head that an auditor kept before it. */
export async function withTrail<T>(fn: (database: TestDatabase, kept: Head) => Promise<T>): Promise<T> {
  const database = await TestDatabase.clone(inject('server'));
  try {
    const kept = await headOf(database);
    await happen(database, 5);
    await seal(database);
    return await fn(database, kept);
  } finally {
    await database.drop();
  }
}

export async function verdictOf(
  database: TestDatabase,
  file: string,
  head?: Head,
  extent: Extent = {},
): Promise<Verdict> {
  await exported(database, file, extent);
  // Who asks for a part of the export says so to the verifier.
  return verifyExport(file, {
    head,
    from: extent.from ?? 0,
    tables: extent.tables?.map((name) => (name.includes('.') ? name : `public.${name}`)),
  });
}

/** Changes the lines of an export. */
export function rewrite(from: string, to: string, change: (lines: string[]) => string[]): void {
  const lines = readFileSync(from, 'utf8').trimEnd().split('\n');
  writeFileSync(to, `${change(lines).join('\n')}\n`);
}
