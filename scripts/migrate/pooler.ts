import type pg from 'pg';
import { type CommandError, misuse } from '../console/errors.ts';
import { connect } from '../postgres/connect.ts';
import { describeUrl, parseDatabaseUrl } from '../postgres/url.ts';

/** So often two sessions are compared. A pool that lends in turns may give the same connection by chance, but not at every distance. */
const ROUNDS = 3;

/**
 * Refuses Supabase's transaction pooler by its address, before anything is asked of it: the lock that keeps two migrations apart lives in a
 * session.
 *
 * @throws CommandError (2)
 */
export function refuseKnownPooler(url: string): void {
  const { host, port } = parseDatabaseUrl(url);
  if (port !== 6543 || !/\.supabase\.com?$/.test(host)) return;
  throw pooled(
    `${host}:${port}`,
    'use the URL with port 5432 (Supabase dashboard, Connect, "Direct connection" or "Session pooler")',
  );
}

/**
 * Refuses any other one, before a lock is asked for: the pooler would keep it after this command has ended, and whoever migrates next would wait for
 * ever; or be lent the same connection, and not wait at all.
 *
 * @param lock what would be kept.
 * @throws CommandError (2)
 */
export async function refusePooledSession(
  client: pg.Client,
  url: string,
  lock = 'the migration lock',
): Promise<void> {
  const pid = await backendOf(client);
  // What a server tells a client of its session when it begins; a pooler tells of its own.
  if (pid === (client as unknown as { readonly processID: number }).processID) return;
  const other = await connect(url);
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      if ((await backendOf(other)) === pid || (await backendOf(client)) !== pid) {
        throw pooled(
          describeUrl(url),
          'use the URL of the server itself, or of a pooler that lends a connection for a session',
          lock,
        );
      }
    }
  } finally {
    await other.end();
  }
}

async function backendOf(client: pg.Client): Promise<number | undefined> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return rows[0]?.pid;
}

function pooled(server: string, remedy: string, lock = 'the migration lock'): CommandError {
  return misuse({
    problem: `${server} is a transaction pooler`,
    expected: `a direct or session connection: ${lock} is held by a session`,
    remedy,
  });
}
