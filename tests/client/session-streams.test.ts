import type { DB } from 'cordon';
import { CompiledQuery, Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import Cursor from 'pg-cursor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withSession } from '../../client/index.ts';
import { CLINIC_A, CLINIC_B } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import { CLINICS, contextOf, insertPatient, patientsWith, visiting } from '../support/sessions.ts';

const database = useDatabase();

describe('a stream of a session over Kysely', () => {
  let db: Kysely<DB>;
  beforeAll(() => {
    // One connection, of a login that no policy binds: what a stream leaves behind meets the next caller.
    const pool = new pg.Pool({ connectionString: database().url('postgres'), max: 1 });
    pool.on('connect', (client) => client.on('error', () => {}));
    db = new Kysely<DB>({ dialect: new PostgresDialect({ pool, cursor: Cursor }) });
  });
  afterAll(() => db.destroy());

  const patients = (session: Kysely<DB>) =>
    session.selectFrom('patients').select('organisation_id as clinic');
  const seenNext = () =>
    withSession(db, contextOf(personas.doctorOfB), (session) => patients(session).distinct().execute());

  test('is read to its end, or as far as somebody cares, and what follows is done [N-11 +]', async () => {
    const seen: unknown[] = [];
    await withSession(db, contextOf(personas.receptionist), async (session) => {
      for await (const row of patients(session).stream(1)) seen.push(row);
      for await (const row of patients(session).stream(1)) {
        seen.push(row);
        break;
      }
      await session.executeQuery(CompiledQuery.raw(insertPatient('STREAM-0')));
    });
    expect(seen.length).toBeGreaterThan(2);
    expect(seen).toEqual(seen.map(() => ({ clinic: CLINIC_A })));
    expect(await patientsWith(database(), 'STREAM-0')).toBe(1);
  });

  const waiting: Promise<unknown>[] = [];
  type Step = (stream: AsyncIterableIterator<unknown>, session: Transaction<DB>) => Promise<unknown>;
  const LEFT: Readonly<Record<string, Step>> = {
    'after one row': (stream) => stream.next(),
    'in the middle of a row': async (stream) => void stream.next().catch(() => {}),
    'with a query that waits behind it': (stream, session) => {
      const first = stream.next();
      waiting.push(
        patients(session)
          .distinct()
          .execute()
          .catch(() => 'refused'),
      );
      return first;
    },
  };

  test.each(Object.entries(LEFT))(
    'that is left open %s fails its session, and the connection serves the next caller [N-11 -]',
    async (_, step) => {
      let left: AsyncIterableIterator<unknown> | undefined;
      const attempt = withSession(db, contextOf(personas.receptionist), async (session) => {
        await session.executeQuery(CompiledQuery.raw(insertPatient('STREAM-1')));
        left = patients(session).stream(1);
        await step(left, session);
      });
      await expect(attempt).rejects.toMatchObject({ code: 'SESSION', hint: expect.stringMatching(/break/) });
      expect(await patientsWith(database(), 'STREAM-1')).toBe(0);
      expect(await seenNext()).toEqual([{ clinic: CLINIC_B }]);
      // Nobody reads on in it, and what waited behind it has been its caller's or nobody's.
      await expect(left?.next().then(() => left?.next())).rejects.toThrow(/ended/);
      for (const rows of await Promise.all(waiting))
        expect(['refused', [{ clinic: CLINIC_A }]]).toContainEqual(rows);
      expect(await seenNext()).toEqual([{ clinic: CLINIC_B }]);
    },
  );

  test('that is left open hides no error of the function [N-11 -]', async () => {
    const attempt = withSession(db, visiting, async (session) => {
      await patients(session).stream(1).next();
      throw new Error('no');
    });
    await expect(attempt).rejects.toThrow('no');
    expect(await seenNext()).toEqual([{ clinic: CLINIC_B }]);
  });

  test('is asked for nothing else in its loop, rather than wait for itself, and the session goes on [N-11 -, N-11 +]', async () => {
    await withSession(db, contextOf(personas.receptionist), async (session) => {
      for await (const _ of patients(session).stream(1)) {
        for (const ask of [
          () => patients(session).execute(),
          () => patients(session.withoutPlugins()).stream(1).next(),
        ])
          await expect(ask()).rejects.toMatchObject({
            code: 'SESSION',
            hint: expect.stringMatching(/break/),
          });
      }
      await session.executeQuery(CompiledQuery.raw(insertPatient('STREAM-2')));
    });
    expect(await patientsWith(database(), 'STREAM-2')).toBe(1);
  });

  test('that is left open on a connection that was killed fails its session, and the pool lends a new one [N-11 -]', async () => {
    const attempt = withSession(db, visiting, async (session) => {
      const pid = CompiledQuery.raw('select pg_backend_pid() as pid');
      const [row] = (await session.executeQuery<{ pid: number }>(pid)).rows;
      await patients(session).stream(1).next();
      await database().asSuperuser((root) => root.rows('select pg_terminate_backend($1)', [row?.pid]));
      await new Promise((resolve) => setTimeout(resolve, 100));
    });
    await expect(attempt).rejects.toMatchObject({ code: 'SESSION' });
    expect(await seenNext()).toEqual([{ clinic: CLINIC_B }]);
  });

  test('that is first read when the session has ended, says so [N-11 -]', async () => {
    const late = await withSession(db, visiting, async (session) => ({
      stream: patients(session).stream(1),
    }));
    await expect(late.stream.next()).rejects.toThrow(/ended/);
  });

  const WAYS: Readonly<Record<string, (session: Transaction<DB>) => Promise<unknown>>> = {
    'that passes by every plugin': async (session) =>
      (await session.executeQuery(CompiledQuery.raw(CLINICS))).rows,
    'without plugins': (session) => patients(session.withoutPlugins()).distinct().execute(),
  };

  const LATE = Object.entries(WAYS).flatMap(([name, way]) =>
    ['returned', 'thrown'].map((end) => [name, end, way] as const),
  );

  test.each(LATE)(
    'a query %s runs for no other caller, at whatever moment after the function has %s [N-11 -]',
    async (_, end, way) => {
      let isOver = false;
      const asked: Promise<unknown>[] = [];
      const run = withSession(db, visiting, async (session) => {
        const ask = async () => {
          for (let turn = 0; turn < 200 && !isOver; turn += 1) {
            asked.push(way(session).then(JSON.stringify, () => 'refused'));
            await new Promise((resolve) => setImmediate(resolve));
          }
        };
        setImmediate(ask);
        if (end === 'thrown') throw new Error('no');
      });
      await run.catch(() => {});
      isOver = true;
      const own = JSON.stringify([{ clinic: CLINIC_A }]);
      expect(asked.length).toBeGreaterThan(0);
      expect((await Promise.all(asked)).filter((each) => each !== 'refused' && each !== own)).toEqual([]);
    },
  );
});
