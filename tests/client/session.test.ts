import { readdirSync, readFileSync } from 'node:fs';
import type { DB } from 'cordon';
import pg from 'pg';
import { afterEach, describe, expect, test } from 'vitest';
import { settingsOf } from '../../client/context.ts';
import { SESSION_ROLES, type SessionContext, withSession } from '../../client/index.ts';
import { useDatabase } from '../support/database.ts';
import { CLINIC_A, CLINIC_B, idOf } from '../support/ids.ts';
import { personas } from '../support/personas.ts';
import { contextOf, DRIVERS, useDriver } from '../support/sessions.ts';

const database = useDatabase();

const CLINICS = 'select distinct organisation_id as clinic from public.patients order by 1';
const LEFT = `select current_user as role, coalesce(current_setting('request.jwt.claims', true), '') as claims,
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
const doctor = contextOf(personas.doctor, {
  organisationId: CLINIC_A,
  purpose: 'treatment',
  justification: 'a visit',
  headers: { 'X-Request-Id': '1' },
});
const insert = (mrn: string) =>
  `insert into public.patients (organisation_id, mrn, full_name) values ('${CLINIC_A}', '${mrn}', 'Somebody')`;

describe.each(DRIVERS)('a session over %s', (kind) => {
  const driver = useDriver(kind, database);

  afterEach(async () => {
    // After whatever a test did, the one connection of the pool is lent again, clean, and nobody.
    expect(await driver().bare(LEFT)).toEqual([NOTHING]);
    expect(driver().pool.waitingCount).toBe(0);
  });

  test('acts as its caller and shows the rows of their clinic alone [S-02 N-11 +]', async () => {
    expect(await driver().session(doctor, (query) => query(CLINICS))).toEqual([{ clinic: CLINIC_A }]);
    expect(await driver().session(contextOf(personas.doctorOfB), (query) => query(CLINICS))).toEqual([
      { clinic: CLINIC_B },
    ]);
  });

  test('sets all that the context says, for itself [N-11 N-23 +]', async () => {
    const [row] = await driver().session(doctor, (query) => query(LEFT));
    expect(row).toMatchObject({
      role: 'authenticated',
      organisation: CLINIC_A,
      purpose: 'treatment',
      justification: 'a visit',
      headers: '{"x-request-id":"1"}',
    });
    expect(JSON.parse(String(row?.claims))).toEqual(personas.doctor.claims);
  });

  test.each(SESSION_ROLES)('a caller can be %s [N-09 +]', async (role) => {
    const rows = await driver().session({ role, claims: { sub: idOf('staff', 'a', '03'), role } }, (query) =>
      query('select current_user as role'),
    );
    expect(rows).toEqual([{ role }]);
  });

  test('commits what succeeded [N-11 +]', async () => {
    await driver().session(contextOf(personas.receptionist), (query) => query(insert(`OK-${kind}`)));
    expect(await patientsWith(`OK-${kind}`)).toBe(1);
  });

  test.each([
    ['an Error', new Error('no')],
    ['a text', 'no'],
    ['undefined', undefined],
    ['an object', { code: 42501 }],
    ['an abort', AbortSignal.abort().reason],
  ])('rolls back when the function throws %s, and throws the same [N-11 -]', async (_, thrown) => {
    const mrn = `THROWN-${kind}`;
    const attempt = driver().session(contextOf(personas.receptionist), async (query) => {
      await query(insert(mrn));
      throw thrown;
    });
    expect(
      await attempt.then(
        () => 'committed',
        (error: unknown) => [error],
      ),
    ).toEqual([thrown]);
    expect(await patientsWith(mrn)).toBe(0);
  });

  test('rolls back when a statement fails [N-11 -]', async () => {
    const attempt = driver().session(contextOf(personas.receptionist), async (query) => {
      await query(insert(`FAILED-${kind}`));
      await query('select 1 / 0');
    });
    await expect(attempt).rejects.toMatchObject({ code: '22012' });
    expect(await patientsWith(`FAILED-${kind}`)).toBe(0);
  });

  test('a failed statement that the function swallows is not taken for a success [N-11 -]', async () => {
    const attempt = driver().session(contextOf(personas.receptionist), async (query) => {
      await query(insert(`SWALLOWED-${kind}`));
      await query('select 1 / 0').catch(() => {});
      return 'done';
    });
    await expect(attempt).rejects.toMatchObject({ code: '25P02' });
    expect(await patientsWith(`SWALLOWED-${kind}`)).toBe(0);
  });

  test('a part that failed behind a savepoint is undone by itself [N-11 +]', async () => {
    await driver().session(contextOf(personas.receptionist), async (query) => {
      await query(insert(`BEFORE-${kind}`));
      await query('savepoint part');
      await query('select 1 / 0').catch(() => {});
      await query('rollback to savepoint part');
    });
    expect(await patientsWith(`BEFORE-${kind}`)).toBe(1);
  });

  test('the next caller on the same connection sees nothing of the last [N-11 -]', async () => {
    await driver().session(doctor, (query) => query(CLINICS));
    await driver()
      .session(doctor, async () => {
        throw new Error('no');
      })
      .catch(() => {});
    expect(await driver().session(contextOf(personas.stranger), (query) => query(CLINICS))).toEqual([]);
    expect(await driver().session({ role: 'anon' }, (query) => query(LEFT))).toMatchObject([
      { role: 'anon', claims: '', headers: '', organisation: '', purpose: '', justification: '' },
    ]);
  });

  test('many callers at once on one connection each get their own rows [N-11 N-26 +]', async () => {
    const callers = [personas.doctor, personas.doctorOfB, personas.stranger, personas.receptionistOfB];
    const clinics = [[CLINIC_A], [CLINIC_B], [], [CLINIC_B]];
    const seen = await Promise.all(
      Array.from({ length: 24 }, (_, index) =>
        driver().session(contextOf(callers[index % 4] as (typeof callers)[number]), async (query) =>
          (await query(CLINICS)).map(({ clinic }) => clinic),
        ),
      ),
    );
    seen.forEach((clinic, index) => {
      expect(clinic).toEqual(clinics[index % 4]);
    });
  });

  test.each([
    'commit',
    'COMMIT',
    '  /* a comment */ -- another\n commit',
    ';commit',
    'rollback',
    'rollback work',
    'abort',
    'end',
    'begin',
    'start transaction',
    "prepare transaction 'x'",
    'reset role',
    'reset all',
    'discard all',
    'set role anon',
    'set local role anon',
    'set session role anon',
    'set session authorization default',
    'set session characteristics as transaction read only',
    'set search_path = somewhere',
    'set session statement_timeout = 0',
    "SET app.current_organisation_id TO 'x'",
    'set local session authorization postgres',
  ])('is not ended or handed over from inside: %s [N-11 -]', async (statement) => {
    const attempt = driver().session(contextOf(personas.receptionist), async (query) => {
      await query(insert(`CONTROL-${kind}`));
      await query(statement);
    });
    await expect(attempt).rejects.toMatchObject({ name: 'SessionMisuseError', code: 'SESSION' });
    expect(await patientsWith(`CONTROL-${kind}`)).toBe(0);
  });

  test.each([
    'set local statement_timeout = 1000',
    'set constraints all immediate',
    'set transaction read write',
  ])('is free to say what ends with it: %s [N-11 +]', async (statement) => {
    expect(await driver().session(doctor, (query) => query(statement).then(() => 'done'))).toBe('done');
  });

  test.each(["select set_config('role', 'anon', true)", "select set_config('role', 'none', false)"])(
    'a role that was changed by a function is found at the end, and undone: %s [N-11 -]',
    async (statement) => {
      const attempt = driver().session(contextOf(personas.receptionist), async (query) => {
        await query(insert(`ROLE-${kind}`));
        await query(statement);
      });
      await expect(attempt).rejects.toMatchObject({ name: 'SessionMisuseError' });
      expect(await patientsWith(`ROLE-${kind}`)).toBe(0);
    },
  );

  test('settings that somebody left on the connection reach no caller [N-11 N-23 -]', async () => {
    const pollution = settingsOf(contextOf(personas.doctorOfB, { organisationId: CLINIC_B }));
    const names = pollution.map(([name]) => name).filter((name) => name !== 'role' && name !== 'search_path');
    const pollute = async (value: (name: string) => string) => {
      for (const name of names) await driver().bare('select set_config($1, $2, false)', [name, value(name)]);
    };
    const values = new Map(pollution);
    await pollute((name) => values.get(name) || CLINIC_B);
    await driver().bare('set role authenticated');
    await driver().bare("set default_transaction_isolation = 'repeatable read'");
    try {
      // The control: whoever took the connection as it is would be somebody.
      expect(await driver().bare('select current_user as role')).toEqual([{ role: 'authenticated' }]);
      const seen = await driver().session({ role: 'anon' }, (query) =>
        query('select current_setting(name, true) as value from unnest($1::text[]) as name', [names]),
      );
      expect(new Set(seen.map(({ value }) => value))).toEqual(new Set(['']));
      expect(await driver().session(contextOf(personas.doctor), (query) => query(CLINICS))).toEqual([
        { clinic: CLINIC_A },
      ]);
      expect(await driver().session(contextOf(personas.dualUndecided), (query) => query(CLINICS))).toEqual(
        [],
      );
    } finally {
      await driver().bare('reset role');
      await driver().bare('reset default_transaction_isolation');
      await pollute(() => '');
    }
  });

  test("a temporary table that an earlier caller left does not stand in a table's place [N-11 -]", async () => {
    await driver().session(contextOf(personas.doctorOfB), (query) =>
      query('create temporary table patients (organisation_id uuid, full_name text)'),
    );
    try {
      const rows = await driver().session(contextOf(personas.doctor), (query) =>
        query(`select 'patients'::regclass = 'public.patients'::regclass as ours`),
      );
      expect(rows).toEqual([{ ours: true }]);
    } finally {
      await driver().bare('discard temp');
    }
  });

  test('a transaction that somebody left open with a write in it is not joined [N-11 -]', async () => {
    await driver().bare('begin');
    await driver().bare('select pg_current_xact_id()');
    await expect(driver().session(doctor, (query) => query(CLINICS))).rejects.toMatchObject({
      name: 'SessionMisuseError',
    });
    expect(await driver().session(doctor, (query) => query(CLINICS))).toEqual([{ clinic: CLINIC_A }]);
  });

  test('a transaction that somebody left open with an older view of the data is not joined [N-11 -]', async () => {
    await driver().bare('begin isolation level repeatable read');
    await driver().bare('select from pg_class limit 1');
    await expect(driver().session(doctor, (query) => query(CLINICS))).rejects.toMatchObject({
      name: 'SessionMisuseError',
    });
    expect(await driver().session(doctor, (query) => query(CLINICS))).toEqual([{ clinic: CLINIC_A }]);
  });

  test('a transaction that failed and was left open is not joined, and does not stay [N-11 -]', async () => {
    const client = await driver().pool.connect();
    await client.query('begin');
    await client.query('select 1 / 0').catch(() => {});
    client.release();
    await expect(driver().session(doctor, (query) => query(CLINICS))).rejects.toMatchObject({
      name: 'SessionMisuseError',
    });
    expect(await driver().session(doctor, (query) => query(CLINICS))).toEqual([{ clinic: CLINIC_A }]);
  });

  test('a session inside a session of the same pool is refused at once, not waited for [N-11 -]', async () => {
    const attempt = driver().session(doctor, () => driver().session(doctor, (query) => query(CLINICS)));
    await expect(attempt).rejects.toMatchObject({ name: 'SessionMisuseError' });
  });

  test('a session after a session is not nested, also when the first began it [N-11 +]', async () => {
    let later: Promise<unknown> | undefined;
    await driver().session(doctor, async () => {
      later = new Promise((resolve) => setTimeout(resolve, 50)).then(() =>
        driver().session(doctor, (query) => query(CLINICS)),
      );
    });
    expect(await later).toEqual([{ clinic: CLINIC_A }]);
  });

  test('a query after the end is refused, and reaches no other caller [N-11 -]', async () => {
    let kept: ((text: string) => Promise<unknown>) | undefined;
    await driver().session(doctor, async (query) => {
      kept = query;
    });
    const late = driver().session(contextOf(personas.doctorOfB), async (query) => {
      await expect(kept?.(CLINICS)).rejects.toThrow(/ended|committed/);
      return query(CLINICS);
    });
    expect(await late).toEqual([{ clinic: CLINIC_B }]);
  });

  describe('with a login that no policy binds', () => {
    const mighty = useDriver(kind, database, 'postgres');

    test.each(['returns', 'throws'])(
      'queries that nobody awaits run as their caller or not at all, when the function %s [N-09 N-11 -]',
      async (how) => {
        const forgotten: Promise<unknown>[] = [];
        await mighty()
          .session(doctor, async (query) => {
            for (let index = 0; index < 4; index += 1) {
              forgotten.push(query(CLINICS).then(JSON.stringify, () => 'refused'));
            }
            // The first has been sent by now, and the others wait for it.
            await new Promise((resolve) => setImmediate(resolve));
            if (how === 'throws') throw new Error('no');
          })
          .catch(() => {});
        const next = await mighty().session(contextOf(personas.doctorOfB), (query) => query(CLINICS));
        expect(next).toEqual([{ clinic: CLINIC_B }]);
        const seen = await Promise.all(forgotten);
        expect(
          seen.filter((each) => each !== 'refused' && each !== JSON.stringify([{ clinic: CLINIC_A }])),
        ).toEqual([]);
      },
    );
  });

  test.each(['while a query runs', 'between two queries', 'before the commit'])(
    'a connection that is killed %s is an error, and the pool lends a new one [N-11 -]',
    async (when) => {
      const attempt = driver().session(contextOf(personas.receptionist), async (query) => {
        await query(insert(`KILLED-${kind}`));
        const [row] = await query('select pg_backend_pid() as pid');
        const kill = () =>
          database().asSuperuser((session) => session.rows('select pg_terminate_backend($1)', [row?.pid]));
        if (when === 'while a query runs') {
          await Promise.all([query('select pg_sleep(10)'), kill()]);
          return;
        }
        await kill();
        await new Promise((resolve) => setTimeout(resolve, 100));
        if (when === 'between two queries') await query(CLINICS);
      });
      await expect(attempt).rejects.toThrow();
      expect(await patientsWith(`KILLED-${kind}`)).toBe(0);
      expect(await driver().session(doctor, (query) => query(CLINICS))).toEqual([{ clinic: CLINIC_A }]);
    },
  );

  test('a statement that was cancelled fails, and the connection serves the next caller [N-11 -]', async () => {
    const attempt = driver().session(doctor, async (query) => {
      await query("set local statement_timeout = '20ms'");
      await query('select pg_sleep(5)');
    });
    await expect(attempt).rejects.toMatchObject({ code: '57014' });
    expect(await driver().session(doctor, (query) => query('show statement_timeout'))).toEqual([
      { statement_timeout: '8s' },
    ]);
  });

  test("somebody else's clinic and no clinic at all give the same: no row [N-11 N-23 -]", async () => {
    for (const organisationId of [CLINIC_B, idOf('organisation', 'c')]) {
      const seen = await driver().session(contextOf(personas.doctor, { organisationId }), (query) =>
        query(CLINICS),
      );
      expect(seen).toEqual([]);
    }
  });

  test('the header chooses the clinic as the setting does, and the setting goes first [N-23 +]', async () => {
    const headers = { 'X-Organisation-Id': CLINIC_B };
    const dual = contextOf(personas.dualUndecided);
    expect(await driver().session({ ...dual, headers }, (query) => query(CLINICS))).toEqual([
      { clinic: CLINIC_B },
    ]);
    expect(
      await driver().session({ ...dual, headers, organisationId: CLINIC_A }, (query) => query(CLINICS)),
    ).toEqual([{ clinic: CLINIC_A }]);
  });

  test.each([
    ["'; drop table public.patients; --", 'CD002'],
    ['not-a-uuid', 'CD002'],
    ['$1', 'CD002'],
  ])(
    'an organisation that is no id denies with a code of ours: %s [N-11 -]',
    async (organisationId, code) => {
      const attempt = driver().session({ ...doctor, organisationId }, (query) => query(CLINICS));
      await expect(attempt).rejects.toMatchObject({ name: 'InvalidOrganisationError', code });
    },
  );

  test('claims with a NUL escape or a subject that is no id deny with a code of ours [N-11 -]', async () => {
    for (const sub of ['\0', 'nobody', '1'.repeat(20_000)]) {
      const attempt = driver().session({ role: 'authenticated', claims: { sub } }, (query) => query(CLINICS));
      await expect(attempt).rejects.toMatchObject({ name: 'InvalidClaimsError', code: 'CD001' });
    }
  });

  async function patientsWith(mrn: string): Promise<number> {
    const rows = await database().asSuperuser((session) =>
      session.rows('select from public.patients where mrn = $1', [mrn]),
    );
    return rows.length;
  }
});

describe('what cannot be a context is refused before a connection is taken', () => {
  const pool = { connect: () => expect.fail('a connection was taken'), totalCount: 0 } as unknown as pg.Pool;
  const claims = personas.doctor.claims;
  const refused = async (context: unknown) =>
    expect(withSession(pool, context as SessionContext, async () => 'in')).rejects.toMatchObject({
      name: 'SessionContextError',
      code: 'CONTEXT',
    });

  test.each([
    'service_role',
    'postgres',
    'none',
    'Authenticated',
    'authenticated; reset role',
    'authenticated"',
    '',
    'toString',
    '__proto__',
    undefined,
    null,
    0,
    ['authenticated'],
    Object.assign(Object.create(null), { toString: (): string => 'authenticated' }),
  ])('the role %j [N-09 N-11 -]', async (role) => {
    await refused({ role, claims });
  });

  test.each([
    ['none', undefined],
    ['null', null],
    ['the token itself', 'eyJhbGciOi.eyJzdWIi.c2ln'],
    ['a list', [claims]],
    ['no subject', {}],
    ['an empty subject', { ...claims, sub: '' }],
    ['a subject that is no text', { ...claims, sub: [claims.sub] }],
    ['those of another realm', { ...claims, role: 'patient' }],
    ['those of the service', { ...claims, role: 'service_role' }],
    ['what JSON cannot say', { ...claims, big: 1n }],
    ['more than any token holds', { ...claims, pad: 'x'.repeat(70_000) }],
  ])('claims: %s [N-11 -]', async (_, given) => {
    await refused({ role: 'authenticated', claims: given });
  });

  test.each([
    ['a NUL byte in the organisation', { organisationId: `${CLINIC_A}\0` }],
    ['an organisation that is no text', { organisationId: [CLINIC_A] }],
    ['a NUL byte in the justification', { justification: 'a\0b' }],
    ['a purpose that is no text', { purpose: 1 }],
    ['a header that is no text', { headers: { 'x-organisation-id': 1 } }],
    [
      'a header in two spellings',
      { headers: { 'x-organisation-id': CLINIC_A, 'X-Organisation-Id': CLINIC_B } },
    ],
    ['a justification without end', { justification: 'x'.repeat(70_000) }],
  ])('%s [N-11 -]', async (_, more) => {
    await refused({ ...contextOf(personas.doctor), ...more });
  });

  test.each([null, undefined, 'doctor', 1])('%j for a context [N-11 -]', async (context) => {
    await refused(context);
  });

  test('and its error repeats no value [N-11 -]', async () => {
    const error = await withSession(
      pool,
      { role: 'authenticated', claims: { sub: '', email: 'ana@example.org' } },
      async () => 'in',
    ).catch((caught: unknown) => caught);
    expect(
      JSON.stringify(Object.getOwnPropertyNames(error).map((name) => (error as never)[name])),
    ).not.toContain('ana@example.org');
  });
});

describe('what a session is opened on', () => {
  test.each([
    ['a client', () => new pg.Client()],
    ['nothing', () => undefined],
    ['a text', () => 'postgres://'],
  ])('not %s [N-11 -]', async (_, make) => {
    await expect(withSession(make() as unknown as pg.Pool, doctor, async () => 'in')).rejects.toMatchObject({
      name: 'SessionMisuseError',
    });
  });

  const driver = useDriver('kysely', database);

  test('not a transaction that has begun [N-11 -]', async () => {
    await driver()
      .db.transaction()
      .execute(async (transaction) => {
        await expect(withSession<DB, string>(transaction, doctor, async () => 'in')).rejects.toMatchObject({
          name: 'SessionMisuseError',
        });
      });
  });

  test('a transaction that raw SQL ended inside a text of several statements is found at the end [N-11 -]', async () => {
    const { CompiledQuery } = await import('kysely');
    const attempt = withSession(driver().db, doctor, (session) =>
      session.executeQuery(CompiledQuery.raw('select 1; commit')),
    );
    await expect(attempt).rejects.toMatchObject({ name: 'SessionMisuseError' });
  });

  test('over pg a text of several statements is not even read [N-11 -]', async () => {
    const attempt = withSession(driver().pool, doctor, (session) => session.query('select 1; commit'));
    await expect(attempt).rejects.toMatchObject({ code: '42601' });
  });
});

test('every setting that the database reads is set by every session [N-11 -]', () => {
  const set = new Set(settingsOf({ role: 'anon' }).map(([name]) => name));
  const read = readdirSync('functions', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.sql'))
    .flatMap((file) => [
      ...readFileSync(`functions/${file}`, 'utf8').matchAll(/current_setting\(\s*'([^']+)'/g),
    ])
    .map(([, name]) => name as string)
    .filter((name) => /^(?:app|request)\./.test(name));
  expect(read).toContain('request.jwt.claims');
  expect([...new Set(read)].filter((name) => !set.has(name))).toEqual([]);
});
