import type pg from 'pg';
import { malformed } from './url-malformed.ts';
import { tlsOf, type UrlTls } from './url-tls.ts';

export interface DatabaseUrl extends UrlTls {
  readonly user: string | undefined;
  /** A host name, an address, or the folder of a unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly client: pg.ClientConfig;
  readonly isLocal: boolean;
}

/**
 * Reads a connection URL the way libpq does: what the query says counts before what stands in front of it, and the last of two.
 *
 * Otherwise than libpq it knows `socket` (a host) and `no-verify`, and takes localhost, port 5432 and the user's name for what is left out, whatever PGHOST
 * and its like say. Of parameters that it does not read, it takes those of poolers and ORMs, which libpq refuses, and those that change neither the place
 * nor its protection. Several hosts, `hostaddr`, `service` and its like lead elsewhere, and what asks for more protection than is given here says so in
 * vain: they are refused.
 *
 * @throws CommandError (exit code 2) naming what is wrong, without repeating the URL: it may hold a password.
 */
export function parseDatabaseUrl(url: string): DatabaseUrl {
  const parsed = toUrl(url);
  const query = readQuery(parsed.search);
  for (const name of query.keys()) refuseMisread(name);
  const part = (name: string, before: string) => query.get(name) ?? decode(before, name);
  const user = part('user', parsed.username) || undefined;
  const password = part('password', parsed.password) || undefined;
  const given = query.get('host') ?? query.get('socket') ?? decode(parsed.hostname, 'host');
  const host = given.replace(/^\[(.*)\]$/, '$1') || 'localhost';
  if (host.includes(',')) throw malformed('it names several hosts');
  const database = part('dbname', parsed.pathname.replace(/^\//, '')) || user;
  if (!database) throw malformed('it names no database');
  const digits = (query.get('port') ?? parsed.port) || '5432';
  const port = Number(digits);
  if (!/^\d+$/.test(digits) || port < 1 || port > 65_535)
    throw malformed('its port is not a number from 1 to 65535');
  const isLocal = isLocalHost(host);
  const tls = tlsOf(query, isLocal);
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
  leaveOut(parsed, ['dbname']); // it would count before the path
  return parsed.href;
}

/** The same place and login, with user and password in front of the host, where another login can take their place. */
export function withLoginInFront(url: string): string {
  const { user = '', client } = parseDatabaseUrl(url);
  const parsed = toUrl(url);
  leaveOut(parsed, ['user', 'password']);
  if (parsed.hostname === '') parsed.hostname = 'localhost'; // a URL without one holds no login; a host of the query counts before it
  parsed.username = encodeURIComponent(user);
  parsed.password = typeof client.password === 'string' ? encodeURIComponent(client.password) : '';
  return parsed.href;
}

/** As text: `searchParams` would write each blank as `+`. */
function leaveOut(parsed: URL, names: readonly string[]): void {
  const pairs = parsed.search.slice(1).split('&');
  parsed.search = pairs.filter((pair) => !names.includes(pair.split('=')[0] ?? '')).join('&');
}

/** They decide where a connection leads, and pg knows none of them. */
const ELSEWHERE = new Set(['hostaddr', 'service', 'servicefile', 'passfile']);
const READ = new Set([
  ...['user', 'password', 'host', 'socket', 'port', 'dbname', 'options'],
  ...['ssl', 'sslmode', 'sslrootcert'],
]);

/** A name that is only nearly one of these would be left out: the connection would lead elsewhere, or go unencrypted. */
function refuseMisread(name: string): void {
  if (ELSEWHERE.has(name)) throw malformed(`it cannot be read with ${name} in it`);
  const meant = name.toLowerCase().replaceAll(/[^a-z]/g, '');
  const known = [...READ].find((each) => each === meant && each !== name);
  if (known) throw malformed(`it holds another spelling of ${known}`);
}

/** `?name=value&…` without taking `+` for a blank, which a form means and libpq does not. */
export function readQuery(search: string): ReadonlyMap<string, string> {
  const pairs = search.slice(1).split('&').filter(Boolean);
  return new Map(
    pairs.map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [decode(name, 'query'), decode(value.join('='), 'query')];
    }),
  );
}

/** Line breaks and tabs fall out of a URL, and `/../` takes what stands before it along; libpq keeps them. */
const UNREADABLE = /[\t\r\n]|\/(?:\.|%2e){1,2}(?:[/?#]|$)/i;

function toUrl(url: string): URL {
  if (!/^postgres(ql)?:\/\//.test(url)) {
    throw malformed('it does not start with postgresql://');
  }
  const parsed = URL.canParse(url) && !UNREADABLE.test(url) ? new URL(url) : undefined;
  // An unescaped / or # in the password ends the host early and leaves the rest of it in the path or fragment.
  if (parsed?.hash !== '' || /[/@]/.test(parsed.pathname.slice(1))) {
    throw malformed(
      'it cannot be read as a URL; look at the port, and percent-encode / ? # @ and % in the password',
    );
  }
  return parsed;
}

function decode(text: string, part: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text);
  } catch {
    throw malformed(`its ${part} holds a % that is not an escape; write it as %25`);
  }
  if (decoded.includes('\0')) throw malformed(`its ${part} holds %00`);
  return decoded;
}

/** Loopback addresses and unix sockets. A tunnel to another machine looks local too; nothing can tell. */
function isLocalHost(host: string): boolean {
  return host.startsWith('/') || host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
