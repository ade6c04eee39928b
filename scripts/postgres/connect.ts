import pg from 'pg';
import { misuse } from '../console/errors.ts';
import { progress } from '../console/progress.ts';
import { explainConnectionFailure } from './connect-failure.ts';
import { describeUrl, parseDatabaseUrl } from './url.ts';

const OLDEST_MAJOR = 15;
const NEWEST_MAJOR = 18;
const TIMEOUT_MS = 10_000;

export interface ConnectOptions {
  /** Shown in pg_stat_activity. */
  readonly applicationName?: string;
  /** How long to wait for the server, in milliseconds. */
  readonly timeout?: number;
}

/**
 * Opens a connection to a supported server.
 *
 * @param url a `postgresql://` URL; the caller ends the client.
 * @throws CommandError (exit code 2) for a malformed URL, an unreachable server, refused credentials, an unknown
 *   database or a server older than PostgreSQL 15. No message holds the password.
 */
export async function connect(url: string, options: ConnectOptions = {}): Promise<pg.Client> {
  const client = await open(url, options);
  try {
    const { rows } = await client.query<{ version: number }>(
      `select current_setting('server_version_num')::int as version`,
    );
    assertSupportedVersion(rows[0]?.version ?? 0, describeUrl(url));
    return client;
  } catch (error) {
    await client.end();
    throw error;
  }
}

/** Connects, hands the client to `work`, and always ends it. */
export async function withClient<T>(
  url: string,
  work: (client: pg.Client) => Promise<T>,
  options: ConnectOptions = {},
): Promise<T> {
  const client = await connect(url, options);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const noted = new Set<string>();

/**
 * Refuses servers whose SQL is too old for the migrations; a newer one than tested is allowed with a note.
 *
 * @param version `server_version_num`: 150012, 170010.
 * @param server how to name the server in messages.
 * @throws CommandError (exit code 2) below PostgreSQL 15.
 */
export function assertSupportedVersion(version: number, server: string): void {
  const major = Math.floor(version / 10_000);
  if (major < OLDEST_MAJOR) {
    throw misuse({
      problem: `the server at ${server} is PostgreSQL ${major}`,
      expected: `PostgreSQL ${OLDEST_MAJOR} to ${NEWEST_MAJOR}: the policies and views need what ${OLDEST_MAJOR} brought (security_invoker)`,
      remedy: 'upgrade the server, or unset DATABASE_URL to use the embedded one',
    });
  }
  if (major > NEWEST_MAJOR && !noted.has(server)) {
    noted.add(server);
    progress(`the server at ${server} is PostgreSQL ${major}; tested up to ${NEWEST_MAJOR}`);
  }
}

/**
 * As {@link connect}, without a look at the server's version. libpq's default, which pg lacks: try TLS with a server elsewhere, and do without if
 * it has none.
 */
export async function open(url: string, options: ConnectOptions = {}): Promise<pg.Client> {
  const settings = parseDatabaseUrl(url);
  const attempt = async (ssl: pg.ClientConfig['ssl']) => {
    const client = new pg.Client({
      ...settings.client,
      ssl: ssl ?? false,
      application_name: options.applicationName ?? 'cordon',
      connectionTimeoutMillis: options.timeout ?? TIMEOUT_MS,
    });
    // Without a listener, a server that goes away between two queries would crash the process; with one,
    // the next query rejects, which is where the caller is prepared for it.
    client.on('error', () => {});
    await client.connect().catch((error: unknown) => {
      // What pg itself refuses, with the server waiting for an answer, would keep the process until the server gives up.
      void client.end().catch(() => {});
      throw error;
    });
    return client;
  };
  try {
    try {
      return await attempt(settings.tls);
    } catch (error) {
      const noTls = error instanceof Error && /does not support SSL/.test(error.message);
      if (noTls && settings.tlsOptional) return await attempt(false);
      throw error;
    }
  } catch (error) {
    throw explainConnectionFailure(error, url);
  }
}
