import { describe, expect, test } from 'vitest';
import type { SessionContext, SessionRole } from '../../client/index.ts';
import { CLINIC_A, CLINIC_B } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import {
  CLINICS,
  contextOf,
  DRIVERS,
  insertPatient,
  patientsWith,
  useCleanDriver,
  useDriver,
  visiting,
} from '../support/sessions.ts';

const database = useDatabase();

describe.each(DRIVERS)('a session over %s', (kind) => {
  const driver = useCleanDriver(kind, database);

  test('commits what succeeded [N-11 +]', async () => {
    await driver().session(contextOf(personas.receptionist), (query) => query(insertPatient(`OK-${kind}`)));
    expect(await patientsWith(database(), `OK-${kind}`)).toBe(1);
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
      await query(insertPatient(mrn));
      throw thrown;
    });
    expect(
      await attempt.then(
        () => 'committed',
        (error: unknown) => [error],
      ),
    ).toEqual([thrown]);
    expect(await patientsWith(database(), mrn)).toBe(0);
  });

  test('rolls back when a statement fails [N-11 -]', async () => {
    const attempt = driver().session(contextOf(personas.receptionist), async (query) => {
      await query(insertPatient(`FAILED-${kind}`));
      await query('select 1 / 0');
    });
    await expect(attempt).rejects.toMatchObject({ code: '22012' });
    expect(await patientsWith(database(), `FAILED-${kind}`)).toBe(0);
  });

  test('a failed statement that the function swallows is not taken for a success [N-11 -]', async () => {
    const attempt = driver().session(contextOf(personas.receptionist), async (query) => {
      await query(insertPatient(`SWALLOWED-${kind}`));
      await query('select 1 / 0').catch(() => {});
      return 'done';
    });
    await expect(attempt).rejects.toMatchObject({ code: '25P02' });
    expect(await patientsWith(database(), `SWALLOWED-${kind}`)).toBe(0);
  });

  test('a part that failed behind a savepoint is undone by itself [N-11 +]', async () => {
    await driver().session(contextOf(personas.receptionist), async (query) => {
      await query(insertPatient(`BEFORE-${kind}`));
      await query('savepoint part');
      await query('select 1 / 0').catch(() => {});
      await query('rollback to savepoint part');
    });
    expect(await patientsWith(database(), `BEFORE-${kind}`)).toBe(1);
  });

  test.each([
    'commit',
    'COMMIT',
    '  /* a comment */ -- another\n commit',
    ';commit',
    '/* a /* nested */ comment */ commit',
    "/*/* */ */set timezone = 'Asia/Tokyo'",
    '-- one /*\ncommit',
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
      await query(insertPatient(`CONTROL-${kind}`));
      await query(statement);
    });
    await expect(attempt).rejects.toMatchObject({ name: 'SessionMisuseError', code: 'SESSION' });
    expect(await patientsWith(database(), `CONTROL-${kind}`)).toBe(0);
  });

  test.each([
    'set local statement_timeout = 1000',
    'set constraints all immediate',
    'set transaction read write',
  ])('is free to say what ends with it: %s [N-11 +]', async (statement) => {
    expect(await driver().session(visiting, (query) => query(statement).then(() => 'done'))).toBe('done');
  });

  test.each(["select set_config('role', 'anon', true)", "select set_config('role', 'none', false)"])(
    'a role that was changed by a function is found at the end, and undone: %s [N-11 -]',
    async (statement) => {
      const attempt = driver().session(contextOf(personas.receptionist), async (query) => {
        await query(insertPatient(`ROLE-${kind}`));
        await query(statement);
      });
      await expect(attempt).rejects.toMatchObject({ name: 'SessionMisuseError' });
      expect(await patientsWith(database(), `ROLE-${kind}`)).toBe(0);
    },
  );

  test('a context that changes under way changes nothing of its session, and excuses no other role [N-11 +, N-11 -]', async () => {
    const context = { ...contextOf(personas.receptionist) } as { role: SessionRole; claims: object };
    const changing = (text: string, mrn: string) => {
      context.role = 'authenticated';
      return driver().session(context as SessionContext, async (query) => {
        await query(insertPatient(mrn));
        context.role = 'anon';
        await query(text);
      });
    };
    await changing('select 1', `CONTEXT-${kind}-0`);
    expect(await patientsWith(database(), `CONTEXT-${kind}-0`)).toBe(1);
    const attempt = changing("select set_config('role', 'anon', true)", `CONTEXT-${kind}-1`);
    await expect(attempt).rejects.toMatchObject({ code: 'SESSION' });
    expect(await patientsWith(database(), `CONTEXT-${kind}-1`)).toBe(0);
  });

  test('a session inside a session of the same pool is refused at once, not waited for [N-11 -]', async () => {
    const attempt = driver().session(visiting, () => driver().session(visiting, (query) => query(CLINICS)));
    await expect(attempt).rejects.toMatchObject({ name: 'SessionMisuseError' });
  });

  test('a session after a session is not nested, also when the first began it [N-11 +]', async () => {
    let later: Promise<unknown> | undefined;
    let tell = () => {};
    const ended = new Promise<void>((resolve) => {
      tell = resolve;
    });
    await driver().session(visiting, async () => {
      later = ended.then(() => driver().session(visiting, (query) => query(CLINICS)));
    });
    tell();
    expect(await later).toEqual([{ clinic: CLINIC_A }]);
  });

  test('a query after the end is refused, and reaches no other caller [N-11 -]', async () => {
    let kept: ((text: string) => Promise<unknown>) | undefined;
    await driver().session(visiting, async (query) => {
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
          .session(visiting, async (query) => {
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
        await query(insertPatient(`KILLED-${kind}`));
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
      expect(await patientsWith(database(), `KILLED-${kind}`)).toBe(0);
      expect(await driver().session(visiting, (query) => query(CLINICS))).toEqual([{ clinic: CLINIC_A }]);
    },
  );

  test('a statement that was cancelled fails, and the connection serves the next caller [N-11 -]', async () => {
    const attempt = driver().session(visiting, async (query) => {
      await query("set local statement_timeout = '20ms'");
      await query('select pg_sleep(5)');
    });
    await expect(attempt).rejects.toMatchObject({ code: '57014' });
    expect(await driver().session(visiting, (query) => query('show statement_timeout'))).toEqual([
      { statement_timeout: '8s' },
    ]);
  });
});
