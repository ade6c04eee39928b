import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { connect } from '../postgres/connect.ts';
import { refuseKnownPooler, refusePooledSession } from './pooler.ts';

/** "cordon" in ASCII; advisory locks are per database, so one key serves all. */
const LOCK_KEY = '109330311704430';
const POLL_MS = 100;
/** How often one is asked for before it is announced. */
const PATIENCE = 3;

/** Under this name the runners' sessions appear in pg_stat_activity. */
export const RUNNER_APPLICATION = 'cordon runner';
/** The Supabase CLI overwrites any application_name with that of its driver. */
const SUPABASE_CLI_APPLICATION = '@effect/sql-pg';

/**
 * Runs `work` while no other command of ours migrates this database.
 *
 * A lock held by another command is waited for, and said so. So is a runner that outlived its command (kill -9
 * frees the lock at once, while dbmate or its backend may still be at work): its session is waited for.
 *
 * @param onProgress told whom it waits for, once per process.
 * @param work receives the connection that holds the lock.
 * @throws CommandError (2) for a transaction pooler, which has no sessions to hold one.
 */
export async function withMigrationLock<T>(
  url: string,
  onProgress: (line: string) => void,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  refuseKnownPooler(url);
  const client = await connect(url, { applicationName: `cordon lock, pid ${process.pid} on ${hostname()}` });
  try {
    await refusePooledSession(client, url);
    await client.query('set statement_timeout = 0; set idle_session_timeout = 0;');
    await poll(
      async () => ((await tryLock(client)) ? undefined : await lockHolder(client)),
      (holder) => onProgress(`another migration is running: waiting for ${holder}`),
    );
    await poll(
      () => findRunner(client),
      (runner) => onProgress(`a migration outlived the command that started it: waiting for ${runner}`),
    );
    return await work(client);
  } finally {
    await client.end().catch(() => {}); // ending the session frees the lock
  }
}

/** Asks until nobody is in the way. Each one is announced once, unless it leaves at once: it was just ending. */
async function poll(find: () => Promise<string | undefined>, announce: (who: string) => void): Promise<void> {
  const announced = new Set<string>();
  let last: string | undefined;
  for (let [attempt, since] = [0, 0]; ; attempt += 1) {
    const who = await find();
    if (who === undefined) return;
    if (who !== last) [last, since] = [who, attempt];
    if (attempt - since >= PATIENCE && !announced.has(who)) {
      announced.add(who);
      announce(who);
    }
    await sleep(POLL_MS);
  }
}

// Polled, never `pg_advisory_lock`: a session that blocks in a query holds a snapshot others may have to wait for.
async function tryLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(
    `select pg_try_advisory_lock(${LOCK_KEY}) as locked`,
  );
  return rows[0]?.locked === true;
}

async function lockHolder(client: pg.Client): Promise<string> {
  const { rows } = await client.query<SessionRow>(
    `select activity.pid, activity.application_name
    from pg_locks as held join pg_stat_activity as activity using (pid)
    where held.locktype = 'advisory' and held.granted and held.objsubid = 1
      and held.database = (select oid from pg_database where datname = current_database())
      and (held.classid::bigint << 32 | held.objid::bigint) = ${LOCK_KEY}`,
  );
  return rows[0] ? describe(rows[0]) : 'a session that is just ending';
}

async function findRunner(client: pg.Client): Promise<string | undefined> {
  const { rows } = await client.query<SessionRow>(
    `select pid, application_name from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
      and (starts_with(application_name, $1)
        or application_name = $2 and (state <> 'idle' or query ~ 'supabase_migrations'))
    limit 1`,
    [RUNNER_APPLICATION, SUPABASE_CLI_APPLICATION],
  );
  return rows[0] && describe(rows[0]);
}

interface SessionRow {
  readonly pid: number;
  readonly application_name: string;
}

function describe({ pid, application_name: application }: SessionRow): string {
  return `server process ${pid}${application ? ` (${application})` : ''}`;
}
