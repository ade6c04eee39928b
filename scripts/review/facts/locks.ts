import type pg from 'pg';

/** A lock that a migration held on a table of before, and what it did under it. */
export interface HeldLock {
  readonly table: string;
  /** `ACCESS EXCLUSIVE`: the strongest one. */
  readonly mode: string;
  /** Whether every row was written anew: the table got another file. */
  readonly rewritten: boolean;
  /** Whether every row was read: to validate a constraint, to build an index, by a statement of its own. */
  readonly scanned: boolean;
  /** Grows with clinics, logins or time: whatever goes through all of it takes long one day. */
  readonly isLarge: boolean;
}

/** Tables that hold what people wrote down, and stay small however many clinics there are. Any other may grow: nobody lists what grows. */
export const SMALL: ReadonlySet<string> = new Set([
  'audit.access_drains',
  'audit.access_keys',
  'authz.deployment_settings',
  'authz.state_transitions',
  'governance.classification',
  'governance.deadlines',
  'governance.erasure_rules',
  'governance.export_exclusions',
  'governance.processors',
  'governance.purpose_grants',
  'governance.retention_rules',
  'governance.schema_changes',
  'governance.subject_links',
  'public.consent_purpose_versions',
  'public.consent_purposes',
  'public.form_templates',
  'public.ops_members',
]);

/** Tables and their files before a migration. */
export type Standing = ReadonlyMap<string, { readonly file: string; readonly scans: number }>;

/** Strongest first; weaker ones stop nobody who reads or writes. */
const MODES: Readonly<Record<string, string>> = {
  AccessExclusiveLock: 'ACCESS EXCLUSIVE',
  ExclusiveLock: 'EXCLUSIVE',
  ShareRowExclusiveLock: 'SHARE ROW EXCLUSIVE',
  ShareLock: 'SHARE',
  ShareUpdateExclusiveLock: 'SHARE UPDATE EXCLUSIVE',
  RowExclusiveLock: 'ROW EXCLUSIVE',
};

/** Remembers which tables there are, inside the transaction that will change them. */
export async function standingTables(client: pg.ClientBase): Promise<Standing> {
  const { rows } = await client.query<{ oid: string; file: string; scans: number }>(`
    select c.oid::text as oid, c.relfilenode::text as file, pg_stat_get_xact_numscans(c.oid)::integer as scans
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'm') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`);
  return new Map(rows.map(({ oid, file, scans }) => [oid, { file, scans }]));
}

/**
 * What the server holds now on tables of before: observed, and not read off the statements. A lock is held until the commit.
 *
 * @param client inside the transaction of the migration.
 */
export async function readLocks(client: pg.ClientBase, standing: Standing): Promise<readonly HeldLock[]> {
  // A temporary object would come before the catalog's own.
  await client.query('set local search_path = pg_catalog, pg_temp');
  const { rows } = await client.query<{
    oid: string;
    table: string;
    mode: string;
    file: string;
    scans: number;
  }>(`
    select c.oid::text as oid, n.nspname || '.' || c.relname as table, l.mode,
           c.relfilenode::text as file, pg_stat_get_xact_numscans(c.oid)::integer as scans
    from pg_locks as l
    join pg_class as c on c.oid = l.relation
    join pg_namespace as n on n.oid = c.relnamespace
    where l.pid = pg_backend_pid() and l.locktype = 'relation' and l.granted
      and l.database = (select d.oid from pg_database as d where d.datname = current_database())`);
  const strongest = new Map<string, HeldLock>();
  const rank = (mode: string) => Object.values(MODES).indexOf(mode);
  for (const { oid, table, mode: told, file, scans } of rows) {
    const was = standing.get(oid);
    const mode = MODES[told];
    if (!was || mode === undefined) continue;
    const known = strongest.get(table);
    if (known && rank(known.mode) <= rank(mode)) continue;
    strongest.set(table, {
      table,
      mode,
      rewritten: was.file !== file,
      scanned: scans > was.scans,
      isLarge: !SMALL.has(table),
    });
  }
  return [...strongest.values()].sort((a, b) => rank(a.mode) - rank(b.mode) || (a.table < b.table ? -1 : 1));
}

/** Whether somebody has to wait while every row is gone through: they cannot write, or not even read. */
export function isUnsafe({ mode, rewritten, scanned, isLarge }: HeldLock): boolean {
  const stops = mode !== 'ROW EXCLUSIVE' && mode !== 'SHARE UPDATE EXCLUSIVE';
  return isLarge && stops && (rewritten || scanned);
}
