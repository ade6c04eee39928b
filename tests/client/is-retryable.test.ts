import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DeniedError, isRetryable, SealBusyError, withSession } from '../../client/index.ts';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import { contextOf, DRIVERS, useCleanDriver } from '../support/sessions.ts';

const database = useDatabase();
const thrownBy = (attempt: Promise<unknown>) =>
  attempt.then(
    () => expect.fail('it went through'),
    (error: unknown) => error,
  );
const RENAME = "update public.patients set language = 'pt' where organisation_id = $1 and id = $2";
const HELD = 'select id from public.patients where organisation_id = $1 and id = $2 for update';

describe.each(DRIVERS)('over %s', (kind) => {
  const driver = useCleanDriver(kind, database);
  const rename = () =>
    driver().session(contextOf(personas.receptionist), async (query) => {
      await query("set local lock_timeout = '50ms'");
      return query(RENAME, [CLINIC_A, idOf('patient', 'a', '01')]);
    });

  test('who waited for a lock in vain may try again, and succeeds once it is free', async () => {
    const error = await database().asSuperuser(async (other) => {
      await other.rows(HELD, [CLINIC_A, idOf('patient', 'a', '01')]);
      return thrownBy(rename());
    });
    expect(error).toMatchObject({ code: '55P03' });
    expect(isRetryable(error)).toBe(true);
    await rename();
  });

  test('who was denied, or wrote what cannot be, may not', async () => {
    const denied = await thrownBy(
      driver().session(contextOf(personas.receptionist), (query) => query('delete from public.patients')),
    );
    expect(denied).toBeInstanceOf(DeniedError);
    const wrong = await thrownBy(
      driver().session(contextOf(personas.receptionist), (query) => query('select 1 / 0')),
    );
    expect([denied, wrong].map(isRetryable)).toEqual([false, false]);
  });
});

describe('of two who wait for each other', () => {
  let pool: pg.Pool;
  beforeAll(() => {
    pool = new pg.Pool({ connectionString: database().url('authenticator'), max: 2 });
  });
  afterAll(() => pool.end());

  test('the one that the server ends may try again', async () => {
    const [first, second] = [idOf('patient', 'a', '01'), idOf('patient', 'a', '02')];
    const met: (() => void)[] = [];
    const bothHold = [0, 1].map(() => new Promise<void>((resolve) => met.push(resolve)));
    const work = (mine: string, other: string, at: number) =>
      withSession(pool, contextOf(personas.receptionist), async (session) => {
        await session.query(RENAME, [CLINIC_A, mine]);
        met[at]?.();
        await Promise.all(bothHold);
        await session.query(RENAME, [CLINIC_A, other]);
      });
    const ends = await Promise.allSettled([work(first, second, 0), work(second, first, 1)]);
    const failed = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
    expect(failed).toMatchObject([{ code: '40P01' }]);
    expect(isRetryable(failed[0])).toBe(true);
    await work(first, second, 0);
  });
});

test('it is seen in whatever wraps it', () => {
  const state = (code: string) => Object.assign(new Error('x'), { code });
  for (const code of ['CD018', '40001', '40P01', '55P03']) {
    expect(isRetryable(state(code))).toBe(true);
    expect(isRetryable(new Error('saving failed', { cause: state(code) }))).toBe(true);
    // As Prisma's adapter tells of it.
    expect(
      isRetryable({ code: 'P2034', meta: { driverAdapterError: { cause: { originalCode: code } } } }),
    ).toBe(true);
  }
  expect(isRetryable(new SealBusyError('busy'))).toBe(true);
});

test.each([
  ['a lost connection', Object.assign(new Error('x'), { code: 'ECONNRESET' })],
  ['a server that was stopped', Object.assign(new Error('x'), { code: '57P01' })],
  ['a key that is taken', Object.assign(new Error('x'), { code: '23505' })],
  ['a statement that took too long', Object.assign(new Error('x'), { code: '57014' })],
  ['a text', '40001'],
  ['nothing', undefined],
])('%s is nothing to do again', (_, error) => {
  expect(isRetryable(error)).toBe(false);
});
