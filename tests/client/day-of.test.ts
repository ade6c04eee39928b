import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { dayOf, withSession } from '../../client/index.ts';
import { contextOf } from '../../testing/index.ts';
import { personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();
const zone = process.env.TZ;
let pool: pg.Pool;
beforeAll(() => {
  pool = new pg.Pool({ connectionString: database().url('authenticator'), max: 1 });
});
afterAll(() => pool.end());
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

const DAYS = ['2026-01-01', '2026-11-30', '0099-12-31', '2018-11-04', '2024-02-29'];
const read = () =>
  withSession(pool, contextOf(personas.doctor), async (session) => {
    const { rows } = await session.query('select unnest($1::date[]) as day', [DAYS]);
    return rows.map(({ day }: { day: Date }) => day);
  });

test.each(['Pacific/Auckland', 'America/Sao_Paulo', 'UTC'])(
  'a day that was read in %s is told as it stands in the database',
  async (where) => {
    process.env.TZ = where;
    expect((await read()).map((day) => dayOf(day))).toEqual(DAYS);
  },
);

test('what JSON says of it is the day before, east of Greenwich', async () => {
  process.env.TZ = 'Pacific/Auckland';
  expect(JSON.stringify((await read())[0])).toMatch(/^"2025-12-31T/);
});

test('what is text already stays so, nothing is nothing, and what never ends says so', () => {
  expect(dayOf('2026-11-28')).toBe('2026-11-28');
  expect(dayOf(null)).toBeNull();
  expect(dayOf(Number.POSITIVE_INFINITY as never)).toBe('infinity');
});
