import type pg from 'pg';
import { misuse } from '../console/errors.ts';
import type { Head } from './section.mjs';

/** What one call of seal_records wrote for one table. */
export interface NewSeal {
  readonly seal: number;
  readonly table: string;
  readonly tree_size: number;
  readonly row_count: number;
  readonly root: string;
  readonly hash: string;
}

/** Seals what is not sealed yet. @returns the new seals, and the head to keep: null where nothing was ever sealed. */
export async function sealTrail(
  client: pg.ClientBase,
): Promise<{ readonly seals: readonly NewSeal[]; readonly head: Head | null }> {
  await requireTrail(client);
  const { rows } = await client.query<{ seal: NewSeal }>('select seal from seal_records() as seal');
  const { rows: heads } = await client.query<{ head: Head | null }>('select seal_head() as head');
  return { seals: rows.map(({ seal }) => seal), head: ordered(heads[0]?.head ?? null) };
}

/** As audit:verify prints it: two that are one should read as one, and a digest of either file should be that of both. */
function ordered(head: Head | null): Head | null {
  if (head === null) return null;
  const { format, seal, hash, closed_at, trees } = head;
  const names = Object.entries(trees).sort(([a], [b]) => (a < b ? -1 : 1));
  const inOrder = names.map(([name, { tree_size, root }]) => [name, { tree_size, root }]);
  return { format, seal, hash, closed_at, trees: Object.fromEntries(inOrder) };
}

/** @throws CommandError (2) for a database that is older than its seals. */
export async function requireTrail(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ found: boolean }>(
    `select to_regclass('audit.seals') is not null as found`,
  );
  if (rows[0]?.found) return;
  throw misuse({
    problem: 'this database has no seals yet',
    expected: 'the table audit.seals',
    remedy: 'npm run db:migrate',
  });
}
