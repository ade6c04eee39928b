import type { DB } from 'cordon';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { SessionContext, SessionRole } from '../../client/index.ts';
import { withSession } from '../../client/index.ts';
import { CLINIC_A } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { TestDatabase } from '../../testing/test-database.ts';

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
  database: () => Pick<TestDatabase, 'url'>,
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

/** The same for tests of sessions: after whatever one did, the connection has to be clean, and nobody's. */
export function useCleanDriver(kind: (typeof DRIVERS)[number], database: () => TestDatabase): () => Driver {
  const driver = useDriver(kind, database);
  afterEach(async () => {
    expect(await driver().bare(LEFT)).toEqual([NOTHING]);
    expect(driver().pool.waitingCount).toBe(0);
  });
  return driver;
}

/** Lends one connection at a time. */
function poolOfOne(database: Pick<TestDatabase, 'url'>, login: Login): pg.Pool {
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

/** A doctor's context that says all that one can. */
export const visiting = contextOf(personas.doctor, {
  organisationId: CLINIC_A,
  purpose: 'treatment',
  justification: 'a visit',
  headers: { 'X-Request-Id': '1' },
});

export const CLINICS = 'select distinct organisation_id as clinic from public.patients order by 1';

/**
 * How much of what a connection keeps beside settings is there. A channel is told once the transaction has ended: until then, somebody asks for it.
 */
export const KEPT = `select (select count(*) from pg_cursors where is_holdable)::int
  + (select count(*) from pg_class where relname = 'kept' and relnamespace = pg_my_temp_schema())::int
  + (select count(*) from pg_locks where pid = pg_backend_pid() and locktype = 'advisory')::int
  + (select count(*) from pg_listening_channels())::int as kept`;

/** Who one is, and all that a session could leave behind. */
export const LEFT = `select current_user as role, coalesce(current_setting('request.jwt.claims', true), '') as claims,
  coalesce(current_setting('request.headers', true), '') as headers,
  coalesce(current_setting('app.current_organisation_id', true), '') as organisation,
  coalesce(current_setting('app.purpose', true), '') as purpose,
  coalesce(current_setting('app.justification', true), '') as justification,
  coalesce(current_setting('cordon.session', true), '') as mark,
  pg_current_xact_id_if_assigned() is null as fresh`;
const NOTHING = {
  role: 'authenticator',
  claims: '',
  headers: '',
  organisation: '',
  purpose: '',
  justification: '',
  mark: '',
  fresh: true,
};

export const insertPatient = (mrn: string) =>
  `insert into public.patients (organisation_id, mrn, full_name) values ('${CLINIC_A}', '${mrn}', 'Somebody')`;

export async function patientsWith(database: TestDatabase, mrn: string): Promise<number> {
  const rows = await database.asSuperuser((session) =>
    session.rows('select from public.patients where mrn = $1', [mrn]),
  );
  return rows.length;
}
