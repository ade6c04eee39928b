import type pg from 'pg';
import { misuse } from '../console/errors.ts';

/** What one run of audit.drain_access_log did. */
export interface Drained {
  readonly state: 'drained' | 'busy' | 'standby';
  /** The run was full: there may be more. */
  readonly more: boolean;
  /** Why records are missing before what this run read; null where none are. */
  readonly gap: string | null;
  readonly records: number;
  readonly forged: number;
  readonly replayed: number;
}

/** Where the drain stands. Bytes of WAL; null where it never ran, or the server says nothing. */
export interface DrainStatus {
  readonly slot_name: string;
  readonly slot_exists: boolean;
  readonly wal_status: string | null;
  readonly lag_bytes: number | null;
  readonly slot_bytes: number | null;
  readonly safe_bytes: number | null;
  readonly drained_at: Date | null;
  readonly records: number | null;
}

/** How much one run takes: its transaction is lost whole where the process dies. */
const BATCH = 20_000;

/** One run: a transaction of its own, committed when this returns. */
export async function drainOnce(client: pg.ClientBase, batch = BATCH): Promise<Drained> {
  const { rows } = await client.query<{ drained: Drained }>('select audit.drain_access_log($1) as drained', [
    batch,
  ]);
  return rows[0]?.drained as Drained;
}

/** Runs until nothing is left. @param onRun told after each run. @returns the sum; state and gap of the first run that says more. */
export async function drainAll(
  client: pg.ClientBase,
  onRun: (run: Drained) => void = () => {},
  batch = BATCH,
): Promise<Drained> {
  let sum: Drained = { state: 'drained', more: true, gap: null, records: 0, forged: 0, replayed: 0 };
  // Before PostgreSQL 17 a run makes visible what the next one reads: one that finds nothing ends it.
  for (let isFirst = true; sum.more; isFirst = false) {
    const run = await drainOnce(client, batch);
    onRun(run);
    sum = {
      state: run.state,
      more: run.state === 'drained' && (run.more || (isFirst && run.records === 0)),
      gap: sum.gap ?? run.gap,
      records: sum.records + run.records,
      forged: sum.forged + run.forged,
      replayed: sum.replayed + run.replayed,
    };
  }
  return sum;
}

export async function drainStatus(client: pg.ClientBase): Promise<DrainStatus> {
  const { rows } = await client.query(
    `select slot_name, slot_exists, wal_status, lag_bytes::float8, slot_bytes::float8, safe_bytes::float8, drained_at, records::float8
     from audit.access_drain_status()`,
  );
  return rows[0] as DrainStatus;
}

/** The slot, created where there is none. @returns its name. */
export async function createSlot(client: pg.ClientBase): Promise<string> {
  const { rows } = await client.query<{ name: string }>('select audit.create_access_slot() as name');
  return rows[0]?.name ?? '';
}

/** What has pg_cron drain every minute, beside the server and without a process of its own. */
export const SCHEDULE = `select cron.schedule('cordon access log', '* * * * *', 'select audit.drain_access_log()')`;

/** Schedules it where pg_cron is installed. @returns whether it is. */
export async function schedule(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query(`select from pg_extension where extname = 'pg_cron'`);
  if (rows.length === 0) return false;
  await client.query(SCHEDULE);
  return true;
}

/** @throws CommandError (2) for a database that is older than its log. */
export async function requireAccessLog(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ found: boolean }>(
    `select to_regclass('audit.access_drains') is not null as found`,
  );
  if (rows[0]?.found) return;
  throw misuse({
    problem: 'this database has no access log yet',
    expected: 'the table audit.access_log',
    remedy: 'npm run db:migrate',
  });
}
