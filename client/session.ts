import type { Kysely, Transaction } from 'kysely';
import type { Pool } from 'pg';
import type { SessionContext } from './context.ts';
import { SessionMisuseError } from './errors.ts';
import { withKyselySession } from './session-kysely.ts';
import { type PgSession, withPgSession } from './session-pg.ts';

/**
 * What a session needs of a `pg.Pool`. It names nothing of pg or Kysely: where one of the two is not installed, its types are `any`, and a
 * signature that takes `any` first would be everybody's.
 */
export interface SessionPool {
  connect(): Promise<object>;
  readonly totalCount: number;
}

/**
 * Acts as one caller: one transaction with the caller's role, claims and chosen organisation set for this transaction alone,
 * so that every policy applies and nothing of the caller stays on the pooled connection. It commits when `fn` has succeeded
 * and rolls back otherwise. [S-02 N-09 N-11 N-23]
 *
 * - The role is one of a closed list and everything is sent as a bound parameter. A context without claims is refused before
 *   a connection is taken; only `anon` needs none.
 * - Each setting that the database reads is set, to the empty text where the context says nothing: what somebody left on the
 *   connection is never read. `search_path` becomes `public, extensions, pg_temp`.
 * - A session is not nested in another one of the same handle (two handles over one pool are not seen to be one), `fn` may not end the transaction or leave the role, and the
 *   session is of no use after `fn` has returned.
 * - The login must be a member of the role, and hold nothing else: `authenticator`, or a role like it. Never connect as the
 *   owner of the tables.
 * - The transaction is READ COMMITTED, because gates like consent are read at the moment of each statement.
 *
 * @param db a `pg.Pool`, or a Kysely instance over one. Kysely does not listen for connections that are killed while they are
 *   lent: `pool.on('connect', (client) => client.on('error', log))` keeps the process alive; over pg we listen.
 * @param context who acts, where, and why.
 * @param fn what to do. With Kysely it gets the transaction, with a pool a `query` for one statement at a time.
 * @returns what `fn` returns.
 * @throws {@link CordonError} of the code's class for a denial (`42501`) or a `CD` code; `SessionContextError` and
 *   `SessionMisuseError` for what is refused here; anything else as it was thrown.
 * @example
 * // The header that the deployment trusts, as your own proxy says it: a clinic that lists networks shows charts to nobody without.
 * const headers = { 'x-forwarded-for': address };
 * const patients = await withSession(db, { role: 'authenticated', claims, organisationId, headers }, (session) =>
 *   session.selectFrom('patients').select(['id', 'full_name']).execute(),
 * );
 */
export function withSession<T>(
  db: SessionPool,
  context: SessionContext,
  fn: (session: PgSession) => Promise<T>,
): Promise<T>;
export function withSession<DB, T>(
  db: Kysely<DB>,
  context: SessionContext,
  fn: (session: Transaction<DB>) => Promise<T>,
): Promise<T>;
export async function withSession<DB, T>(
  db: Kysely<DB> | SessionPool,
  context: SessionContext,
  fn: (session: never) => Promise<T>,
): Promise<T> {
  if (isKysely(db)) return withKyselySession(db, context, fn as (session: Transaction<DB>) => Promise<T>);
  if (isPool(db)) return withPgSession(db, context, fn as (session: PgSession) => Promise<T>);
  throw new SessionMisuseError('a session is opened on a pg.Pool or a Kysely instance', {
    hint: 'Not on a single client: one that is lent already may be in the middle of somebody else’s transaction.',
  });
}

function isKysely<DB>(db: Kysely<DB> | SessionPool): db is Kysely<DB> {
  return typeof (db as Partial<Kysely<DB>> | null)?.getExecutor === 'function';
}

/** A client has `connect` as well, but lends nothing. */
function isPool(db: unknown): db is Pool {
  const { connect, totalCount } = (db ?? {}) as Partial<Pool>;
  return typeof connect === 'function' && typeof totalCount === 'number';
}
