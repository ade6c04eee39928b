import { isLost } from '../console/denied.ts';
import { CommandError, misuse } from '../console/errors.ts';
import { describeUrl, parseDatabaseUrl } from './url.ts';

interface Cause {
  readonly code: string;
  readonly message: string;
}

/**
 * Turns what the driver threw while connecting into an error that says what to do.
 *
 * @param error what was thrown; a CommandError passes through.
 * @param url the URL tried; only its parts without the password are shown.
 */
export function explainConnectionFailure(error: unknown, url: string): unknown {
  if (!(error instanceof Error) || error instanceof CommandError) return error;
  const cause = causeOf(error);
  const explain = SQLSTATE[cause.code] ?? NETWORK[cause.code] ?? byMessage(cause.message);
  const explained = explain
    ? explain(url, cause)
    : fail(`cannot connect to ${describeUrl(url)}: ${cause.message}`, 'check DATABASE_URL', error);
  if (isLost(error) || UNANSWERED.test(cause.code) || /timeout expired/i.test(cause.message))
    unanswered.add(explained);
  return explained;
}

const UNANSWERED = /^(ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOENT|57P03)$/;
const unanswered = new WeakSet<Error>();

/**
 * Whether the server went away, or lets nobody in any more: a session that ended, a connection that is refused or not answered. What it answers to
 * a statement, and a login that it does not know, is something else.
 */
export function isGone(error: unknown): boolean {
  if (isLost(error)) return true;
  return error instanceof CommandError && unanswered.has(error);
}

type Explain = (url: string, cause: Cause) => CommandError;

const SQLSTATE: Record<string, Explain> = {
  '28P01': (url) =>
    fail(
      `the server refused the password for ${describeUrl(url)}`,
      'correct user and password in DATABASE_URL, / ? # @ and % in them percent-encoded',
    ),
  '28000': (url, { message }) =>
    /encryption|ssl/i.test(message)
      ? fail(
          `the server at ${describeUrl(url)} refuses unencrypted connections`,
          'append ?sslmode=require to DATABASE_URL',
        )
      : fail(
          `the server does not let ${userOf(url)} log in: ${message}`,
          'use a role with LOGIN that pg_hba.conf admits',
        ),
  '3D000': (url) =>
    fail(
      `the server has no database ${JSON.stringify(parseDatabaseUrl(url).database)}: ${describeUrl(url)}`,
      'create it (`create database …`), or correct the name in DATABASE_URL',
    ),
  '42501': (url, { message }) =>
    fail(`${describeUrl(url)}: ${message}`, 'grant CONNECT on the database to the role'),
  '53300': (url) =>
    fail(
      `the server at ${describeUrl(url)} has no connection left`,
      'close other connections, or raise max_connections',
    ),
  '57P03': (url) =>
    fail(`the server at ${describeUrl(url)} is starting up or shutting down`, 'run the command again'),
};

const NETWORK: Record<string, Explain> = {
  ECONNREFUSED: (url) =>
    fail(
      `no server answers at ${describeUrl(url)}: connection refused`,
      'start it (the embedded one: npm run db:start), or correct host and port in DATABASE_URL',
    ),
  ENOTFOUND: unknownHost,
  EAI_AGAIN: unknownHost,
  ETIMEDOUT: timedOut,
  EHOSTUNREACH: timedOut,
  ENETUNREACH: timedOut,
  ENOENT: (url) =>
    fail(
      `there is no server socket in ${parseDatabaseUrl(url).host}`,
      'start the server, or correct the host in DATABASE_URL',
    ),
  ECONNRESET: (url) =>
    fail(
      `the server at ${describeUrl(url)} closed the connection`,
      'check that this port is PostgreSQL, and its TLS settings (?sslmode=…)',
    ),
  SELF_SIGNED_CERT_IN_CHAIN: badCertificate,
  DEPTH_ZERO_SELF_SIGNED_CERT: badCertificate,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: badCertificate,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: badCertificate,
  CERT_HAS_EXPIRED: badCertificate,
  ERR_TLS_CERT_ALTNAME_INVALID: badCertificate,
};

function byMessage(message: string): Explain | undefined {
  if (/timeout expired/i.test(message)) return timedOut;
  if (/does not support SSL/.test(message)) {
    return (url) =>
      fail(`the server at ${describeUrl(url)} has no TLS`, 'write ?sslmode=disable in DATABASE_URL');
  }
  if (/password must be a string/.test(message)) {
    return (url) =>
      fail(
        `the server at ${describeUrl(url)} asks for a password, and DATABASE_URL has none`,
        'add it: user:password@host',
      );
  }
  if (/Tenant or user not found/i.test(message)) {
    return (url) =>
      fail(
        `the pooler at ${describeUrl(url)} does not know this user`,
        'with Supabase’s pooler the user is postgres.<project-ref>',
      );
  }
  if (/Connection terminated unexpectedly|establishing an SSL connection/.test(message))
    return NETWORK.ECONNRESET;
  return undefined;
}

function unknownHost(url: string): CommandError {
  return fail(
    `the host ${JSON.stringify(parseDatabaseUrl(url).host)} has no address`,
    'correct the host in DATABASE_URL, or check the network',
  );
}

function timedOut(url: string): CommandError {
  return fail(`no answer from ${describeUrl(url)} in time`, 'check host, port, network and firewall');
}

function badCertificate(url: string, { message }: Cause): CommandError {
  return fail(
    `the certificate of ${describeUrl(url)} cannot be trusted: ${message}`,
    'give its authority with &sslrootcert=<file>, or encrypt without checking: ?sslmode=require',
  );
}

function fail(problem: string, remedy: string, cause?: Error): CommandError {
  return misuse({ problem, remedy }, cause ? { cause } : undefined);
}

function userOf(url: string): string {
  return parseDatabaseUrl(url).user ?? 'the role';
}

/** A name with several addresses fails with one error per address; the first says as much as all. */
function causeOf(error: Error): Cause {
  const first = error instanceof AggregateError ? (error.errors[0] as Error) : error;
  return { code: String((first as NodeJS.ErrnoException).code ?? ''), message: first.message };
}
