import { readFileSync } from 'node:fs';
import type pg from 'pg';
import { misuse } from '../console/errors.ts';

const URL_FORM = 'postgresql://user:password@host:5432/database?sslmode=require';

export interface DatabaseUrl {
  readonly user: string | undefined;
  /** A host name, an address, or the folder of a unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly client: pg.ClientConfig;
  readonly tls: pg.ClientConfig['ssl'];
  /** TLS is tried but not asked for: a server without it is used all the same. */
  readonly tlsOptional: boolean;
  readonly isLocal: boolean;
}

/**
 * Reads a connection URL the way libpq does.
 *
 * @throws CordonError (exit code 2) naming what is wrong, without repeating the URL: it may hold a password.
 */
export function parseDatabaseUrl(url: string): DatabaseUrl {
  const parsed = toUrl(url);
  const query = parsed.searchParams;
  const decoded = {
    user: decode(parsed.username, 'user'),
    password: decode(parsed.password, 'password'),
    database: decode(parsed.pathname.replace(/^\//, ''), 'database'),
    host: decode(parsed.hostname, 'host').replace(/^\[(.*)\]$/, '$1'),
  };
  const user = decoded.user || query.get('user') || undefined;
  const password = decoded.password || query.get('password') || undefined;
  const host = query.get('host') || query.get('socket') || decoded.host || 'localhost';
  const database = decoded.database || query.get('dbname') || user;
  if (!database) throw malformed('it names no database');
  const port = Number(parsed.port || query.get('port') || 5432);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw malformed('its port is not a number from 1 to 65535');
  const isLocal = isLocalHost(host);
  const tls = tlsFor(query.get('sslmode'), query.get('sslrootcert'), isLocal);
  const options = query.get('options');
  return {
    user,
    host,
    port,
    database,
    isLocal,
    client: {
      host,
      port,
      database,
      ...(user ? { user } : {}),
      ...(password ? { password } : {}),
      ...(options ? { options } : {}),
    },
    ...tls,
  };
}

/** `user@host:port/database`: everything but the password. A malformed URL is described as such. */
export function describeUrl(url: string): string {
  try {
    const { user, host, port, database } = parseDatabaseUrl(url);
    const place = host.startsWith('/') ? host : `${host.includes(':') ? `[${host}]` : host}:${port}`;
    return `${user ? `${user}@` : ''}${place}/${database}`;
  } catch {
    return '(malformed URL)';
  }
}

/** The same server and user, another database. */
export function withDatabase(url: string, database: string): string {
  const parsed = toUrl(url);
  parsed.pathname = `/${encodeURIComponent(database)}`;
  return parsed.href;
}

function toUrl(url: string): URL {
  if (!/^postgres(ql)?:\/\//.test(url)) {
    throw malformed('it does not start with postgresql://');
  }
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  // An unescaped / or # in the password ends the host early and leaves the rest of it in the path or fragment.
  if (parsed?.hash !== '' || /[/@]/.test(parsed.pathname.slice(1))) {
    throw malformed(
      'it cannot be read as a URL; look at the port, and percent-encode / ? # @ and % in the password',
    );
  }
  return parsed;
}

function decode(text: string, part: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw malformed(`its ${part} holds a % that is not an escape; write it as %25`);
  }
}

function malformed(why: string) {
  return misuse({
    problem: `DATABASE_URL is malformed: ${why}`,
    expected: URL_FORM,
    remedy: 'correct DATABASE_URL in the environment or in .env, or unset it to use the embedded server',
  });
}

/** Loopback addresses and unix sockets. A tunnel to another machine looks local too; nothing can tell. */
function isLocalHost(host: string): boolean {
  return host.startsWith('/') || host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function tlsFor(
  mode: string | null,
  rootCert: string | null,
  isLocal: boolean,
): Pick<DatabaseUrl, 'tls' | 'tlsOptional'> {
  switch (mode ?? (isLocal ? 'disable' : 'prefer')) {
    case 'disable':
      return { tls: false, tlsOptional: false };
    case 'allow':
    case 'prefer':
      return { tls: { rejectUnauthorized: false }, tlsOptional: true };
    case 'require':
    case 'no-verify':
      // libpq's `require` encrypts without checking who answers; `verify-full` checks.
      return { tls: rootCert ? verified(rootCert) : { rejectUnauthorized: false }, tlsOptional: false };
    case 'verify-ca':
      return { tls: { ...verified(rootCert), checkServerIdentity: () => undefined }, tlsOptional: false };
    case 'verify-full':
      return { tls: verified(rootCert), tlsOptional: false };
    default:
      throw malformed('its sslmode is none of disable, prefer, require, verify-ca, verify-full');
  }
}

function verified(rootCert: string | null) {
  if (!rootCert || rootCert === 'system') return { rejectUnauthorized: true };
  try {
    return { rejectUnauthorized: true, ca: readFileSync(rootCert, 'utf8') };
  } catch (error) {
    throw malformed(`its sslrootcert cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
