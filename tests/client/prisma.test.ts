import { PrismaPg } from '@prisma/adapter-pg';
import { join, raw, sqltag as sql } from '@prisma/client/runtime/client';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type CordonError, evaluatePolicy, setRLSContext } from '../../client/index.ts';
import { cordonSessions } from '../../client/prisma.ts';
import { CLINIC_A, CLINIC_B, idOf } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import { contextOf, KEPT } from '../support/sessions.ts';
import { PrismaClient } from './prisma/generated.ts';

const database = useDatabase();
const connect = () =>
  new PrismaClient({
    // One connection, so that whatever a session leaves behind meets the next one.
    adapter: new PrismaPg({ connectionString: database().url('authenticator'), max: 1 }),
  }).$extends(cordonSessions);

let prisma: ReturnType<typeof connect>;
beforeAll(() => {
  prisma = connect();
});
afterAll(() => prisma.$disconnect());

/** What the generated client has without types. */
interface Raw {
  $queryRaw(text: TemplateStringsArray, ...values: unknown[]): Promise<unknown>;
  $queryRawUnsafe(text: string): Promise<unknown>;
  $executeRawUnsafe(text: string): Promise<number>;
}

const doctor = contextOf(personas.doctor);
const clinicsIn = (rows: readonly Record<string, unknown>[]) => [
  ...new Set(rows.map((row) => row.organisation_id)),
];
const thrownBy = (attempt: Promise<unknown>) =>
  attempt.then(
    () => undefined,
    (error: unknown) => error as CordonError,
  );

describe('a session of a real Prisma client, over its adapter for pg', () => {
  afterEach(async () => {
    const [left] = await prisma.$queryRawUnsafe<object[]>(
      `select current_user::text as role, coalesce(current_setting('request.jwt.claims', true), '') as claims,
        coalesce(current_setting('cordon.session', true), '') as mark`,
    );
    expect(left).toEqual({ role: 'authenticator', claims: '', mark: '' });
  });

  test('acts as its caller and shows the rows of their clinic alone [N-09 S-02 +]', async () => {
    for (const [persona, clinic] of [
      [personas.doctor, CLINIC_A],
      [personas.doctorOfB, CLINIC_B],
    ] as const) {
      const rows = await prisma.$session(contextOf(persona), (session) => session.patients.findMany());
      expect(clinicsIn(rows)).toEqual([clinic]);
    }
  });

  test('shows a stranger nothing, and another clinic’s row to nobody [N-09 S-02 -]', async () => {
    expect(
      await prisma.$session(contextOf(personas.stranger), (session) => session.patients.findMany()),
    ).toEqual([]);
    const key = { organisation_id_id: { organisation_id: CLINIC_B, id: idOf('patient', 'b', '01') } };
    expect(
      await prisma.$session(doctor, (session) => session.patients.findUnique({ where: key })),
    ).toBeNull();
  });

  test('takes what is undefined for what is left out', async () => {
    const said = { ...doctor, purpose: undefined, headers: undefined, check: undefined };
    const rows = await prisma.$session(said, (session) => session.patients.findMany(), {
      maxWait: undefined,
      timeout: undefined,
    });
    expect(clinicsIn(rows)).toEqual([CLINIC_A]);
  });

  test('without a session there is no caller [N-09 -]', async () => {
    await expect(prisma.patients.findMany()).rejects.toThrow();
  });

  test('writes as its caller [S-03 +]', async () => {
    const row = await prisma.$session(contextOf(personas.receptionist), (session) =>
      session.patients.create({
        data: { organisation_id: CLINIC_A, mrn: 'PRISMA-1', full_name: 'Somebody' },
        select: { organisation_id: true },
      }),
    );
    expect(row).toEqual({ organisation_id: CLINIC_A });
  });

  test('a write into another clinic is a DeniedError, without a value in it [S-03 S-39 -]', async () => {
    const error = await thrownBy(
      prisma.$session(contextOf(personas.receptionist), (session) =>
        session.patients.create({
          data: { organisation_id: CLINIC_B, mrn: 'PRISMA-SECRET', full_name: 'Ana Secret' },
        }),
      ),
    );
    expect(error).toMatchObject({ name: 'DeniedError', code: '42501' });
    expect(error?.message).not.toMatch(/SECRET|Secret/);
  });

  test('a code of ours arrives as its class [N-12 -]', async () => {
    const error = await thrownBy(
      prisma.$session(doctor, (session) =>
        session.$queryRawUnsafe(`select public.set_context($1::uuid, 'curiosity')::text`, CLINIC_A),
      ),
    );
    expect(error).toMatchObject({ name: 'UnknownPurposeError', code: 'CD006' });
  });

  test('rolls back when the function throws [N-11 -]', async () => {
    const attempt = prisma.$session(contextOf(personas.receptionist), async (session) => {
      await session.patients.create({
        data: { organisation_id: CLINIC_A, mrn: 'PRISMA-UNDONE', full_name: 'Nobody' },
        select: { id: true },
      });
      throw new Error('no');
    });
    await expect(attempt).rejects.toThrow('no');
    const rows = await database().asSuperuser((session) =>
      session.rows(`select from public.patients where mrn = 'PRISMA-UNDONE'`),
    );
    expect(rows).toEqual([]);
  });

  test('a context without claims never reaches the database [N-11 -]', async () => {
    const error = await thrownBy(prisma.$session({ role: 'authenticated' }, async () => 'in'));
    expect(error).toMatchObject({ name: 'SessionContextError' });
  });

  test('a role that was changed inside is found at the end [N-11 -]', async () => {
    const error = await thrownBy(
      prisma.$session(doctor, (session) =>
        session.$queryRawUnsafe(`select set_config('role', 'anon', true)`),
      ),
    );
    expect(error).toMatchObject({ name: 'SessionMisuseError' });
  });

  test.each([
    "select set_config('timezone', 'Pacific/Kiritimati', false)",
    "do $$ begin set timezone = 'Pacific/Kiritimati'; end $$",
  ])('a setting that outlives its transaction is no next caller’s: %s [N-11 -]', async (text) => {
    const zone = (session: object) => (session as Raw).$queryRaw`select current_setting('timezone') as zone`;
    const before = await prisma.$session(doctor, zone);
    const inside = await prisma.$session(contextOf(personas.doctorOfB), async (session) => {
      await (session as unknown as Raw).$executeRawUnsafe(text);
      return zone(session);
    });
    expect(inside).toEqual([{ zone: 'Pacific/Kiritimati' }]);
    expect(await prisma.$session(doctor, zone)).toEqual(before);
  });

  test.each([
    'declare kept cursor with hold for select full_name from public.patients',
    'create temporary table kept as select full_name from public.patients',
    'select pg_advisory_lock(20261130)::text',
  ])('what a connection keeps for longer than it is no next caller’s: %s [N-11 -]', async (text) => {
    const kept = (session: object) => (session as Raw).$queryRawUnsafe(KEPT);
    const inside = await prisma.$session(contextOf(personas.doctorOfB), async (session) => {
      await (session as unknown as Raw).$executeRawUnsafe(text);
      return kept(session);
    });
    expect(inside).toEqual([{ kept: 1 }]);
    expect(await prisma.$session(doctor, kept)).toEqual([{ kept: 0 }]);
  });

  test('what would end the session or outlive it is refused [N-11 -]', async () => {
    for (const text of ['commit', 'set role anon', "set timezone = 'Asia/Tokyo'"]) {
      const error = await thrownBy(
        prisma.$session(doctor, (session) => (session as unknown as Raw).$executeRawUnsafe(text)),
      );
      expect(error).toMatchObject({ name: 'SessionMisuseError' });
    }
    expect(
      await prisma.$session(doctor, (session) =>
        (session as unknown as Raw).$executeRawUnsafe('savepoint part'),
      ),
    ).toBe(0);
  });

  // `Prisma.raw`, `Prisma.sql` and `Prisma.join`, as an application composes them.
  const FRAGMENTS: Readonly<Record<string, (text: string) => [TemplateStringsArray, ...unknown[]]>> = {
    'raw SQL alone': (text) => [Object.assign(['', ''], { raw: [] }), raw(text)],
    'raw SQL after a comment': (text) => [Object.assign(['/* one */ ', ''], { raw: [] }), raw(text)],
    'a fragment in a fragment': (text) => [Object.assign(['', ''], { raw: [] }), sql`${raw(text)}`],
    'a list of one': (text) => [Object.assign(['', ''], { raw: [] }), join([raw(text)])],
  };
  const composed = (session: object) =>
    session as { $executeRaw(text: TemplateStringsArray, ...values: unknown[]): Promise<number> };

  test.each(Object.entries(FRAGMENTS))(
    'a statement that a template is given is looked at like its own words: %s [N-11 -, N-11 +]',
    async (_, made) => {
      const zone = () => prisma.$queryRawUnsafe(`select current_setting('timezone') as zone`);
      const before = await zone();
      const run = (text: string) =>
        prisma.$session(doctor, (session) => composed(session).$executeRaw(...made(text)));
      for (const text of ['commit', 'set role anon', "set timezone = 'Asia/Tokyo'"])
        expect(await thrownBy(run(text))).toMatchObject({ code: 'SESSION', hint: expect.any(String) });
      await run("do $$ begin set timezone = 'Asia/Tokyo'; end $$");
      expect(await zone()).toEqual(before);
      expect(await run("set local timezone = 'Asia/Tokyo'")).toBe(0);
    },
  );

  test('what is nested in it as a savepoint is looked at as well [N-11 -]', async () => {
    const nested = (text: string) =>
      prisma.$session(doctor, (session) =>
        (session as unknown as typeof prisma).$transaction((inner: unknown) =>
          (inner as Raw).$executeRawUnsafe(text),
        ),
      );
    const zone = () => prisma.$queryRawUnsafe(`select current_setting('timezone') as zone`);
    const before = await zone();
    for (const text of ['commit', 'set role anon', "set timezone = 'Asia/Tokyo'"])
      expect(await thrownBy(nested(text))).toMatchObject({ name: 'SessionMisuseError' });
    await nested("select set_config('timezone', 'Pacific/Kiritimati', false)");
    expect(await zone()).toEqual(before);
    expect(await nested("set local timezone = 'Asia/Tokyo'")).toBe(0);
  });

  // Prisma sends a text without parameters as it is, however many statements it holds.
  test.each([
    ['the role that it has anyway', 'select 1; set role authenticated', undefined],
    [
      'a caller, after a commit',
      `select 1; commit; set role authenticated; select set_config('request.jwt.claims', '{"sub":"somebody"}', false)`,
      'SessionMisuseError',
    ],
    [
      'a caller, between two transactions',
      `select 1; commit; set role authenticated; set request.jwt.claims = '{"sub":"somebody"}'; begin`,
      'SessionMisuseError',
    ],
  ])('a text of several statements leaves nobody on the connection: %s [N-11 -]', async (_, text, name) => {
    const error = await thrownBy(
      prisma.$session(doctor, (session) => (session as unknown as Raw).$executeRawUnsafe(text)),
    );
    expect(error?.name).toBe(name);
    // Whoever asks without a session is the login, as after each test here.
    expect(await prisma.$queryRawUnsafe('select current_user::text as role')).toEqual([
      { role: 'authenticator' },
    ]);
  });

  test('a session inside a session is refused at once, from the client and from the transaction [N-11 -]', async () => {
    const error = await thrownBy(
      prisma.$session(doctor, () => prisma.$session(doctor, (session) => session.patients.findMany())),
    );
    expect(error).toMatchObject({ name: 'SessionMisuseError' });
    const inner = await thrownBy(
      prisma.$session(doctor, (session) =>
        (session as unknown as typeof prisma).$session(doctor, async () => 'in'),
      ),
    );
    expect(inner).toMatchObject({ name: 'SessionMisuseError' });
  });

  test('a session that was kept is of no use [N-11 -]', async () => {
    let kept: { patients: { findMany(): Promise<unknown> } } | undefined;
    await prisma.$session(doctor, async (session) => {
      kept = session;
    });
    await expect(kept?.patients.findMany()).rejects.toThrow();
  });

  test('many callers at once on one connection each get their own rows [N-11 N-26 +]', async () => {
    const seen = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        prisma.$session(
          contextOf(index % 2 ? personas.doctor : personas.doctorOfB),
          async (session) => clinicsIn(await session.patients.findMany()),
          { maxWait: 15_000 },
        ),
      ),
    );
    expect(seen).toEqual(seen.map((_, index) => [index % 2 ? CLINIC_A : CLINIC_B]));
  });

  test('a killed connection is an error, and the next session gets a new one [N-11 -]', async () => {
    const error = await thrownBy(
      prisma.$session(doctor, async (session) => {
        const [row] = await session.$queryRawUnsafe<{ pid: number }[]>('select pg_backend_pid() as pid');
        await database().asSuperuser((other) => other.rows('select pg_terminate_backend($1)', [row?.pid]));
        await new Promise((resolve) => setTimeout(resolve, 100));
        await session.patients.findMany();
      }),
    );
    expect(error).toBeInstanceOf(Error);
    expect(clinicsIn(await prisma.$session(doctor, (session) => session.patients.findMany()))).toEqual([
      CLINIC_A,
    ]);
  });

  test('neonpro’s names work on it [N-23 N-08 +]', async () => {
    const dual = contextOf(personas.dualUndecided);
    const result = await prisma.$session(dual, async (session) => {
      await setRLSContext(session, {
        userId: personas.dual.userId as string,
        userRole: 'doctor',
        clinicId: CLINIC_B,
      });
      return [
        clinicsIn(await session.patients.findMany()),
        (await evaluatePolicy(session, 'patients', 'SELECT', idOf('patient', 'b', '01'))).allowed,
      ];
    });
    expect(result).toEqual([[CLINIC_B], true]);
  });
});
