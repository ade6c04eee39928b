import pg from 'pg';
import { finding, misuse } from '../console/errors.ts';
import type { Migration } from './history.ts';

/** The Supabase CLI's own history table; dbmate is told to use it too. */
export const LEDGER = 'supabase_migrations.schema_migrations';

/**
 * What a runner was started with, written down before it starts: where the command is killed before it could complete the ledger,
 * this and not the file of the day after tells what was applied.
 */
const STARTED = 'supabase_migrations.started_migrations';

/** One applied migration as the database remembers it. */
export interface LedgerRow {
  readonly version: string;
  readonly name: string | null;
  /** Null where a runner was called by hand and no command of ours has run since. */
  readonly checksum: string | null;
  /** Of the file that a command of ours handed to the runner, where the command ended before it wrote the checksum. */
  readonly startedWith: string | null;
  readonly appliedAt: Date | null;
  /** The statements as the Supabase CLI split them; null where dbmate ran. */
  readonly statements: readonly string[] | null;
}

/** How the files and the ledger stand to each other. */
export interface Comparison {
  readonly pending: readonly Migration[];
  readonly applied: readonly Migration[];
  /** Applied, and the file has another content since. */
  readonly edited: readonly Migration[];
  /** Pending, and older than the newest applied one. */
  readonly outOfOrder: readonly Migration[];
  /** Applied, and there is no such file. */
  readonly missing: readonly LedgerRow[];
}

/**
 * Reads the ledger whatever runner created it.
 *
 * @returns the rows, oldest first; none if there is no ledger yet.
 */
export async function readLedger(client: pg.ClientBase): Promise<LedgerRow[]> {
  return withPrivileges('read', () => read(client));
}

async function read(client: pg.ClientBase): Promise<LedgerRow[]> {
  const { rows: found } = await client.query<{ ledger: boolean; started: boolean }>(
    `select to_regclass($1) is not null as ledger,
      coalesce(has_table_privilege(to_regclass($2), 'select'), false) as started`, // a login of the drift check reads the ledger alone
    [LEDGER, STARTED],
  );
  if (!found[0]?.ledger) return [];
  const startedWith = found[0].started
    ? `(select checksum from ${STARTED} as started where started.version = ledger.version)`
    : 'null';
  // By way of jsonb, because a ledger that only dbmate has seen holds nothing but `version`.
  const { rows } = await client.query<LedgerRow>(`
    select version, row ->> 'name' as name, row ->> 'checksum' as checksum, ${startedWith} as "startedWith",
      (row ->> 'applied_at')::timestamptz as "appliedAt",
      case when jsonb_typeof(row -> 'statements') = 'array'
        then array(select jsonb_array_elements_text(row -> 'statements')) end as statements
    from (select version::text, to_jsonb(ledger) as row from ${LEDGER} as ledger) as ledger
    order by version collate "C"`);
  return rows;
}

/**
 * Creates the ledger or adds the columns that one runner or the other does not create. Both go on working:
 * each inserts by column name and adds its own columns only where they are missing.
 */
export async function prepareLedger(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ isReady: boolean }>(
    `select to_regclass($2) is not null and 4 = (
      select count(*) from pg_attribute
      where attrelid = to_regclass($1) and attname in ('name', 'statements', 'checksum', 'applied_at')) as "isReady"`,
    [LEDGER, STARTED],
  );
  if (rows[0]?.isReady) return; // no ALTER TABLE, no lock, on every later run
  const create = `
    set local client_min_messages = warning;
    create schema if not exists supabase_migrations;
    create table if not exists ${LEDGER} (version text not null primary key);
    alter table ${LEDGER}
      add column if not exists statements text[],
      add column if not exists name text,
      add column if not exists checksum text,
      add column if not exists applied_at timestamptz;
    alter table ${LEDGER} alter column applied_at set default clock_timestamp();
    create table if not exists ${STARTED} (version text not null primary key, checksum text not null);`;
  await withPrivileges('create or alter', () => client.query(create));
}

async function withPrivileges<T>(action: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof pg.DatabaseError) || cause.code !== '42501') throw cause;
    throw misuse(
      {
        problem: `the role may not ${action} the ledger ${LEDGER}: ${cause.message}`,
        expected: 'the role that owns the ledger: the one that applied the first migration',
        remedy: 'use that role in DATABASE_URL (on Supabase it is postgres)',
      },
      { cause },
    );
  }
}

/** Writes down what a runner is about to be started with, and forgets what an earlier one was. */
export async function recordStart(client: pg.ClientBase, pending: readonly Migration[]): Promise<void> {
  const record = () =>
    client.query(
      `with forgotten as (delete from ${STARTED} where version <> all ($1))
    insert into ${STARTED} select * from unnest($1::text[], $2::text[])
    on conflict (version) do update set checksum = excluded.checksum`,
      [pending.map(({ version }) => version), pending.map(({ checksum }) => checksum)],
    );
  await withPrivileges(`write ${STARTED} beside`, record);
}

/**
 * Fills what a runner does not write: name and checksum of rows that lack them, at the first sight of them. Afterwards nothing is
 * under way: a file that failed may be mended, and applied by whatever runner.
 */
export async function completeLedger(client: pg.ClientBase, migrations: readonly Migration[]): Promise<void> {
  await client.query(
    `update ${LEDGER} as ledger
    set name = coalesce(ledger.name, file.name), checksum = coalesce(ledger.checksum, file.checksum)
    from unnest($1::text[], $2::text[], $3::text[]) as file (version, name, checksum)
    where ledger.version = file.version and (ledger.name is null or ledger.checksum is null)`,
    [migrations.map((m) => m.version), migrations.map((m) => m.name), migrations.map((m) => m.checksum)],
  );
  await client.query(`delete from ${STARTED}`);
}

/** Compares files with ledger rows, both in order of version. */
export function compareWithLedger(migrations: readonly Migration[], rows: readonly LedgerRow[]): Comparison {
  const ledger = new Map(rows.map((row) => [row.version, row]));
  const files = new Set(migrations.map(({ version }) => version));
  const newest = rows.at(-1)?.version ?? '';
  const applied = migrations.filter(({ version }) => ledger.has(version));
  const pending = migrations.filter(({ version }) => !ledger.has(version));
  return {
    applied,
    pending,
    edited: applied.filter((migration) => isEdited(migration, ledger.get(migration.version))),
    outOfOrder: pending.filter(({ version }) => version < newest),
    missing: rows.filter(({ version }) => !files.has(version)),
  };
}

/**
 * Refuses to go on where the history was rewritten.
 *
 * @throws CommandError (1) naming every file, what was expected, and how to mend it.
 */
export function assertConsistent({ edited, missing, outOfOrder, applied }: Comparison): void {
  if (edited[0]) {
    throw finding({
      problem: `applied migration was edited: ${list(edited.map(({ path }) => path))}`,
      expected: 'the file exactly as it was applied (its checksum is in the ledger)',
      details: edited.map(({ path, checksum }) => `now ${checksum.slice(0, 12)}…  ${path}`),
      remedy:
        'restore it (`git checkout -- <file>`) and put the change into a new migration (`npm run db:new -- <name>`); ' +
        'if it never left this machine, `npm run db:reset`',
    });
  }
  if (missing[0] && applied.length === 0) {
    // A ledger is of one project; nothing of theirs is older or newer than ours.
    throw finding({
      problem: `applied migration has no file: ${list(missing.map(named))}; none that is applied here is of this history`,
      expected: 'a database of its own: the Supabase CLI and dbmate keep one ledger a database',
      remedy:
        "use a project of its own: this one has another application's migrations, or an older history than this one knows",
    });
  }
  if (missing[0]) {
    throw finding({
      problem: `applied migration has no file: ${list(missing.map(named))}`,
      expected: 'a file for every migration that the database has applied',
      remedy:
        'fetch the newest history (`git pull`), or restore the file; a landed migration is never removed or renamed',
    });
  }
  if (outOfOrder[0]) {
    const newest = applied.at(-1);
    throw finding({
      problem: `out-of-order migration: ${list(outOfOrder.map(({ path }) => path))}`,
      expected: `a version above ${newest?.version}, the newest applied here (${newest?.fileName})`,
      remedy:
        'rename the file to a current timestamp, as `npm run db:new -- <name>` does, and run again; where SHA256SUMS lists it, as of a newer release ' +
        'of this package that your own migrations are ahead of, rename it in that line too: no database of yours has applied it',
    });
  }
}

function isEdited(migration: Migration, row: LedgerRow | undefined): boolean {
  if (row?.checksum) return row.checksum !== migration.checksum;
  if (row?.statements) return !holdsExactly(migration.sql, row.statements);
  return row?.startedWith ? row.startedWith !== migration.checksum : false;
}

/** Whether a text consists of these statements in this order, with nothing but `;` and white space between them. */
export function holdsExactly(sql: string, statements: readonly string[]): boolean {
  let rest = sql;
  for (const statement of statements) {
    const start = rest.indexOf(statement);
    if (start === -1 || /[^\s;]/.test(rest.slice(0, start))) return false;
    rest = rest.slice(start + statement.length);
  }
  return !/[^\s;]/.test(rest);
}

function named({ version, name }: LedgerRow): string {
  return `${version}${name ? `_${name}` : ''}`;
}

function list(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
}
