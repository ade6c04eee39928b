import type { DB } from 'cordon';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import type { SessionContext, SessionRole } from '../../client/index.ts';
import { withSession } from '../../client/index.ts';
import type { Persona } from './personas.ts';
import type { TestDatabase } from './test-database.ts';

type Rows = readonly Record<string, unknown>[];
/** One statement of a session, whatever the driver. */
type Query = (text: string, values?: readonly unknown[]) => Promise<Rows>;

/** A driver on a pool of one connection, so that whatever a session leaves behind meets the next one. */
export interface Driver {
  readonly pool: pg.Pool;
  readonly db: Kysely<DB>;
  readonly session: <T>(context: SessionContext, fn: (query: Query) => Promise<T>) => Promise<T>;
  /** A statement of nobody's, on the same connection. */
  readonly bare: Query;
}

type Login = Parameters<TestDatabase['url']>[0];

export const DRIVERS = ['pg', 'kysely'] as const;

/**
 * A driver for this test file.
 *
 * @param login as PostgREST logs in, unless a test is about what a mightier login would do.
 * @returns a function that gives it; call it inside tests and hooks.
 */
export function useDriver(
  kind: (typeof DRIVERS)[number],
  database: () => TestDatabase,
  login: Login = 'authenticator',
): () => Driver {
  let driver: Driver | undefined;
  beforeAll(() => {
    const pool = poolOfOne(database(), login);
    // As withSession asks of those who use Kysely; over pg it listens itself.
    if (kind === 'kysely') pool.on('connect', (client) => client.on('error', () => {}));
    const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) });
    driver = {
      pool,
      db,
      bare: async (text, values = []) => (await pool.query(text, [...values])).rows,
      session: (context, fn) =>
        kind === 'pg'
          ? withSession(pool, context, (session) =>
              fn(async (text, values) => (await session.query(text, values)).rows),
            )
          : withSession(db, context, (session) =>
              fn(async (text, values = []) => (await bound(text, values).execute(session)).rows as Rows),
            ),
    };
  });
  afterAll(async () => {
    await driver?.db.destroy();
    if (driver && !driver.pool.ended) await driver.pool.end();
  });
  return () => {
    if (!driver) throw new Error('the driver exists only while tests and hooks run');
    return driver;
  };
}

/** Lends one connection at a time. */
function poolOfOne(database: TestDatabase, login: Login): pg.Pool {
  const pool = new pg.Pool({ connectionString: database.url(login), max: 1 });
  pool.on('error', () => {});
  return pool;
}

/** `$1` and so on as Kysely's own parameters. */
function bound(text: string, values: readonly unknown[]) {
  const parts = text.split(/\$(\d+)/);
  return sql
    .join(
      parts.map((part, index) => (index % 2 === 0 ? sql.raw(part) : sql.val(values[Number(part) - 1]))),
      sql.raw(''),
    )
    .$castTo<unknown>() as unknown as ReturnType<typeof sql>;
}

/** What an application would say about a persona. */
export function contextOf(persona: Persona, more: Partial<SessionContext> = {}): SessionContext {
  const organisationId = persona.settings?.['app.current_clinic_id'];
  return {
    role: persona.role as SessionRole,
    claims: persona.claims,
    ...(organisationId && { organisationId }),
    ...more,
  };
}
