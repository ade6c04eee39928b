import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { errorClassOf } from '../../client/errors.ts';
import * as client from '../../client/index.ts';
import { CordonError, toCordonError, withSession } from '../../client/index.ts';
import { CLINIC_A, CLINIC_B } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import { contextOf, DRIVERS, useDriver } from '../support/sessions.ts';

const database = useDatabase();

/** Every code of the document, that of a denial included. */
const documented = [...readFileSync('docs/errors.md', 'utf8').matchAll(/^\| `(\w{5})` \|/gm)].map(
  ([, code]) => code as string,
);

describe('a class for every code', () => {
  test('docs/errors.md lists codes', () => {
    expect(documented).toContain('CD001');
  });

  test('of docs/errors.md: what is missing here is a line of client/errors.ts', () => {
    expect([...documented, '42501'].filter((code) => !errorClassOf(code))).toEqual([]);
  });

  test('and no class for a code that the document does not know', () => {
    const codes = Array.from({ length: 999 }, (_, index) => `CD${String(index + 1).padStart(3, '0')}`);
    expect(codes.filter((code) => errorClassOf(code) && !documented.includes(code))).toEqual([]);
  });

  test('of docs/errors.md: it names every function that raises a code, and no other', async () => {
    const named = [
      ...readFileSync('docs/errors.md', 'utf8').matchAll(/^\| `(CD\d{3})` \| ([^|]+) \|/gm),
    ].flatMap(([, code, by = '']) => [...by.matchAll(/`([^`]+)`/g)].map(([, name]) => `${code} ${name}`));
    const raised = await database().asPostgres((session) =>
      session.rows<{ line: string }>(String.raw`
        select distinct m[1] || ' ' || n.nspname || '.' || p.proname as line
        from pg_proc as p
        join pg_namespace as n on n.oid = p.pronamespace,
        lateral regexp_matches(regexp_replace(p.prosrc, '--[^\n]*', '', 'g'), '''(CD[0-9]{3})''', 'g') as m
        where n.nspname in ('audit', 'authz', 'governance', 'public')
          and m[1] <> 'CD000' -- which never leaves its function`),
    );
    expect(named.toSorted()).toEqual(raised.map(({ line }) => line).toSorted());
  });

  test('docs/client.md names the class of every code, and what the client itself throws', () => {
    const page = readFileSync('docs/client.md', 'utf8');
    const unnamed = [...documented, '42501', 'CONTEXT', 'SESSION', 'PIN', 'TRANSPORT', 'AUTH', 'STORAGE']
      .map((code) => [code, errorClassOf(code)?.name])
      .filter(([code, name]) => !new RegExp(`\`${code}\` (?:\\| )?\`${name}\``).test(page));
    expect(unnamed).toEqual([]);
  });

  test('each is exported under its own name', () => {
    for (const code of [...documented, '42501']) {
      const Class = errorClassOf(code);
      const error = Class && new Class('x');
      expect(client).toHaveProperty(error?.name ?? '', Class);
      expect(error).toBeInstanceOf(CordonError);
      expect(error).toMatchObject({ code, message: 'x', hint: undefined });
    }
  });
});

describe.each(DRIVERS)('what the database refuses over %s', (kind) => {
  const driver = useDriver(kind, database);
  const doctor = contextOf(personas.doctor);
  const caught = (statement: string, values: readonly unknown[] = [], context = doctor) =>
    driver()
      .session(context, (query) => query(statement, values))
      .then(
        () => undefined,
        (error: unknown) => error as CordonError,
      );

  test("a row of somebody else's clinic is a DeniedError without a value in it [S-03 S-39 -]", async () => {
    const error = await caught(
      `insert into public.patients (organisation_id, mrn, full_name) values ($1, 'SECRET-MRN', 'Ana Secret')`,
      [CLINIC_B],
      contextOf(personas.receptionist),
    );
    expect(error).toBeInstanceOf(client.DeniedError);
    expect(error).toMatchObject({ code: '42501', cause: { code: '42501' } });
    expect(error?.message).not.toMatch(/SECRET|Ana/);
  });

  test('a table without a privilege is a DeniedError [N-09 -]', async () => {
    expect(await caught('select from authz.deployment_settings')).toBeInstanceOf(client.DeniedError);
  });

  test('an unknown purpose is an UnknownPurposeError with the hint of the database [N-12 S-39 -]', async () => {
    const error = await caught('select public.set_context($1::uuid, $2)', [CLINIC_A, 'curiosity']);
    expect(error).toBeInstanceOf(client.UnknownPurposeError);
    expect(error).toMatchObject({ code: 'CD006', hint: 'Use a purpose of consent_purposes.' });
    expect(error?.message).not.toContain('curiosity');
  });

  test('a number that is taken is a DuplicateError that names the constraint [S-39 -]', async () => {
    const error = await caught(
      `insert into public.patients (organisation_id, mrn, full_name)
       select $1, p.mrn, 'Ana Secret' from public.patients as p limit 1`,
      [CLINIC_A],
      contextOf(personas.receptionist),
    );
    expect(error).toBeInstanceOf(client.DuplicateError);
    expect(error).toBeInstanceOf(client.ConstraintError);
    expect(error).toMatchObject({
      name: 'DuplicateError',
      code: '23505',
      table: 'patients',
      constraint: 'patients_organisation_id_mrn_key',
      message: 'patients: there is such a row already (patients_organisation_id_mrn_key)',
      hint: 'generated/constraints.md lists what each constraint asks.',
      cause: { code: '23505' },
    });
  });

  test.each([
    [
      'a value that is missing',
      'MissingValueError',
      `insert into public.patients (organisation_id, mrn) values ($1, 'SECRET-MRN')`,
      { code: '23502', column: 'full_name', message: 'patients: full_name has no value' },
    ],
    [
      'a value that the table does not take',
      'CheckFailedError',
      `insert into public.patients (organisation_id, mrn, full_name) values ($1, repeat('SECRET', 50), 'Ana Secret')`,
      { code: '23514', constraint: 'patients_mrn_check' },
    ],
    [
      'what is not there',
      'ReferenceBrokenError',
      `insert into public.appointments (organisation_id, patient_id, professional_user_id, starts_at, ends_at)
       select $1, a.patient_id, gen_random_uuid(), '2099-01-01 09:00+00', '2099-01-01 09:30+00' from public.appointments as a limit 1`,
      { code: '23503', table: 'appointments', constraint: expect.stringMatching(/^appointments_.*_fkey$/) },
    ],
  ])('%s is a %s without a value of the row [S-39 -]', async (_, name, statement, expected) => {
    const error = await caught(statement, [CLINIC_A], contextOf(personas.receptionist));
    expect(error).toBeInstanceOf(client.ConstraintError);
    expect(error).toMatchObject({ name, ...expected });
    expect(`${error?.message} ${error?.hint}`).not.toMatch(/SECRET|Ana|[0-9a-f]{8}-/);
  });

  test('what a trigger says of a value is said as it says it [S-39 -]', async () => {
    const error = await caught(
      `insert into public.patients (organisation_id, mrn, full_name) values ($1, 'M-1', ' Ana Secret')`,
      [CLINIC_A],
      contextOf(personas.receptionist),
    );
    expect(error).toBeInstanceOf(client.CheckFailedError);
    expect(error).toMatchObject({ hint: expect.stringMatching(/^Give a name of one line/) });
    expect(error?.message).not.toContain('Secret');
  });

  test('what is no error of ours is thrown as it was [N-11 -]', async () => {
    const error = await caught('select 1 / 0');
    expect(error).not.toBeInstanceOf(CordonError);
    expect(error).toMatchObject({ code: '22012' });
  });
});

describe('what a driver throws', () => {
  const thrown = (code: string, more: object = {}) =>
    Object.assign(new Error('server text'), { code, ...more });

  test('a code that this version does not know is a plain CordonError', () => {
    expect(toCordonError(thrown('CD998', { hint: 'mend it' }))).toMatchObject({
      name: 'CordonError',
      code: 'CD998',
      message: 'server text',
      hint: 'mend it',
    });
  });

  test('of a server, whom PostgreSQL tells the row that it refused: the message repeats nothing of it, the cause does [S-39 -]', async () => {
    const error = await database()
      .asSuperuser(async (session) => {
        await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
        await session.rows(
          `insert into public.patients (organisation_id, mrn, full_name) values ($1, 'M-1', repeat('Secret', 100))`,
          [CLINIC_A],
        );
      })
      .catch(toCordonError);
    expect(error).toMatchObject({
      name: 'CheckFailedError',
      constraint: 'patients_full_name_check',
      cause: { detail: expect.stringContaining('Secret') },
    });
    const { message, hint } = error as CordonError;
    expect(`${message} ${hint}`).not.toContain('Secret');
  });

  test('a denial repeats nothing that somebody wrote into it [S-39 -]', () => {
    const denied = toCordonError(thrown('42501', { hint: 'server text' })) as CordonError;
    expect(`${denied.message} ${denied.hint}`).not.toContain('server text');
  });

  test.each([
    undefined,
    null,
    'text',
    42501,
    { code: 42501 },
    { code: 'ECONNREFUSED' },
    { code: 'CD1' },
    { code: 'XCD001' },
    thrown('22012'),
    thrown('23P01'),
  ])('%j stays what it is', (value) => {
    expect(toCordonError(value)).toBe(value);
  });

  test.each([
    [
      'PostgREST',
      {
        code: '23514',
        message: `new row for relation "invoices" violates check constraint "invoices_currency_check"`,
        details: 'Failing row contains (Secret).',
        hint: null,
      },
    ],
    [
      'Prisma',
      Object.assign(new Error('Invalid invocation'), {
        code: 'P2004',
        meta: {
          driverAdapterError: {
            cause: {
              originalCode: '23514',
              originalMessage:
                'new row for relation "invoices" violates check constraint "invoices_currency_check"',
            },
          },
        },
      }),
    ],
  ])(
    'names the constraint also where %s tells it in the text alone, and nothing else of the text',
    (_, error) => {
      expect(toCordonError(error)).toMatchObject({
        name: 'CheckFailedError',
        table: 'invoices',
        constraint: 'invoices_currency_check',
        message: 'invoices: the row is not as the table takes it (invoices_currency_check)',
      });
    },
  );

  test('of a text in another language, or none, nothing is named and nothing repeated', () => {
    const { message } = toCordonError(
      thrown('23505', { message: 'Schlüssel (mrn)=(Secret)' }),
    ) as CordonError;
    expect(message).toBe('a table: there is such a row already (a constraint)');
  });

  test('an error of ours stays what it is', () => {
    const error = toCordonError(thrown('CD003'));
    expect(toCordonError(error)).toBe(error);
  });

  test('causes that go round in a circle come to an end', () => {
    const error = new Error('round');
    error.cause = error;
    expect(toCordonError(error)).toBe(error);
  });
});

describe('what throws when it is looked at', () => {
  const refuses = () => {
    throw new Error('of a trap');
  };
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const HOSTILE: Readonly<Record<string, unknown>> = {
    'a getter that throws': Object.defineProperty(new Error('own'), 'code', { get: refuses }),
    'a cause that throws': Object.defineProperty(new Error('own'), 'cause', { get: refuses }),
    'a proxy that throws': new Proxy({}, { get: refuses, getPrototypeOf: refuses, has: refuses }),
    'a proxy that was revoked': revoked.proxy,
    'a function': Object.assign(() => {}, { code: 'CD003' }),
    'nothing inherited': Object.create(null),
    'a circle of two': (() => {
      const one: { cause?: unknown } = {};
      one.cause = { meta: one, driverAdapterError: one, cause: one };
      return one;
    })(),
  };

  test.each(Object.entries(HOSTILE))('%s stays what it is [N-11 -]', (_, value) => {
    expect(Object.is(toCordonError(value), value)).toBe(true);
  });

  test('is of the code that can be read, beside a getter that throws', () => {
    const value = {
      code: 'CD003',
      message: 'server text',
      get hint() {
        return refuses();
      },
    };
    const { name, message } = toCordonError(value) as CordonError;
    expect([name, message]).toEqual(['TenantChangeError', 'server text']);
  });
});

test('withSession is what is exported', () => {
  expect(client.withSession).toBe(withSession);
});
