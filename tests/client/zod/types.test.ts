import { expect, test } from 'vitest';
import type { z } from 'zod';
import * as column from '../../../client/zod-columns.ts';
import { schemas } from '../../../generated/zod.ts';
import { useDatabase } from '../../support/database.ts';

const database = useDatabase();

/** Of each type what both sides are asked: what they take, what they refuse, and what the server alone takes. */
interface Values {
  readonly schema: z.ZodType;
  readonly taken: readonly string[];
  readonly refused: readonly string[];
  /** docs/package.md says of them that the schemas are stricter. */
  readonly stricter: readonly string[];
}

const TYPES: Readonly<Record<string, Values>> = {
  timestamptz: {
    schema: column.timestamptz,
    taken: [
      '2026-11-28T12:00:00Z',
      '2026-11-28T12:00:00+15:59',
      '2026-11-28T12:00:00-15:59',
      '2024-02-29T00:00:00Z',
      '0001-01-01T00:00:00+15:59',
      '9999-12-31T23:59:59.999999-15:59',
      `2026-11-28T12:00:00.${'1'.repeat(128)}Z`,
      `2026-11-28T12:00:00.${'1'.repeat(123)}+00:00`,
    ],
    refused: [
      '2026-11-28T12:00:00+16:00',
      '2026-11-28T12:00:00-16:00',
      '2026-11-28T12:00:00+23:59',
      '0000-01-01T00:00:00Z',
      '1900-02-29T00:00:00Z',
      '2016-12-31T23:59:61Z',
      '2026-11-28T24:00:01Z',
      `2026-11-28T12:00:00.${'1'.repeat(129)}Z`,
      `2026-11-28T12:00:00.${'1'.repeat(124)}+00:00`,
    ],
    stricter: [
      'infinity',
      '10000-01-01T00:00:00Z',
      '0044-03-15T12:00:00Z BC',
      '2016-12-31T23:59:60Z',
      '2026-11-28T24:00:00Z',
      '2026-11-28T12:00:00',
    ],
  },
  date: {
    schema: column.date,
    taken: ['2026-11-28', '0001-01-01', '9999-12-31', '2024-02-29'],
    refused: ['0000-01-01', '0000-02-29', '1900-02-29', '2026-11-31'],
    stricter: ['infinity', '10000-01-01', '0044-03-15 BC', '2026-1-2'],
  },
  inet: {
    schema: column.inet,
    taken: ['192.0.2.1', '192.0.2.1/24', '0.0.0.0/0', '2001:db8::1/32', '::ffff:192.0.2.1', '::'],
    refused: ['192.0.2.256', '192.0.2.0/33', '2001:db8::/129', 'fe80::1%eth0', '1::2::3', ''],
    stricter: ['10/8', '192.0.2.01'],
  },
  cidr: {
    schema: column.cidr,
    taken: [
      '192.0.2.0/24',
      '192.0.2.128/25',
      '192.0.2.1',
      '192.0.2.1/32',
      '0.0.0.0/0',
      '2001:db8::/32',
      '2001:db8::1',
      '::/0',
      '::ffff:192.0.2.0/120',
      '1:2:3:4:5:6:7:8/128',
    ],
    refused: [
      '192.0.2.1/24',
      '192.0.2.0/0',
      '192.0.2.1/31',
      '2001:db8::1/32',
      '::ffff:192.0.2.1/120',
      '::1.2.3.4/96',
      '1:2:3:4:5:6:7:8/124',
      '192.0.2.0/33',
    ],
    stricter: ['10/8', '192.0.2'],
  },
  xid8: {
    schema: column.xid8,
    taken: ['0', '1', '18446744073709551615'],
    refused: ['18446744073709551616', '99999999999999999999', '', 'x'],
    stricter: ['-1', '0x10'],
  },
  bigint: {
    schema: column.readBigint,
    taken: ['0', '-1', '9223372036854775807', '-9223372036854775808'],
    refused: ['9223372036854775808', '-9223372036854775809', '1.0', 'NaN', 'Infinity'],
    stricter: ['0x10'],
  },
};

test.each(Object.entries(TYPES))(
  'of %s a schema refuses what the server refuses, and is stricter only as docs/package.md says',
  async (type, { schema, taken, refused, stricter }) => {
    const isTaken = (value: string) =>
      database().asSuperuser(async (session) => {
        const { ok } = await session.attempt(`select ($1::text)::${type}`, [value]);
        return ok;
      });
    const answersOf = async (values: readonly string[]) => {
      const answers: (readonly [string, boolean, boolean])[] = [];
      for (const value of values)
        answers.push([value, schema.safeParse(value).success, await isTaken(value)]);
      return answers;
    };
    expect(await answersOf(taken)).toEqual(taken.map((value) => [value, true, true]));
    expect(await answersOf(refused)).toEqual(refused.map((value) => [value, false, false]));
    expect(await answersOf(stricter)).toEqual(stricter.map((value) => [value, false, true]));
  },
);

test('a day that never comes is read, as node-postgres gives it and as JSON', async () => {
  const text = `select to_jsonb(t) as json, t.* from public.agreements as a, jsonb_populate_record(
    a, '{"starts_on": "-infinity", "ends_on": "infinity"}') as t limit 1`;
  const { json, ...row } = await database().asSuperuser(
    async (session) => (await session.rows(text))[0] ?? {},
  );
  expect(row).toMatchObject({ ends_on: Number.POSITIVE_INFINITY, starts_on: Number.NEGATIVE_INFINITY });
  for (const each of [row, json]) expect(schemas.agreements.row.safeParse(each).error).toBeUndefined();
  // Which is later is still asked.
  const backwards = { ...row, starts_on: row.ends_on, ends_on: row.starts_on };
  expect(schemas.agreements.row.safeParse(backwards).success).toBe(false);
});

const nested = (levels: number, around: (inner: unknown) => unknown) => {
  let value: unknown = 'x';
  for (let level = 0; level < levels; level += 1) value = around(value);
  return value;
};
const itself: unknown[] = [1];
itself.push(itself, itself);

test.each([
  ['lists', nested(10_000, (inner) => [inner])],
  ['objects', nested(10_000, (a) => ({ a }))],
  ['a hundred thousand levels', nested(100_000, (inner) => [inner])],
  ['one level more than are taken', nested(501, (a) => ({ a }))],
  ['a list within itself', itself],
])('JSON that is nested too deeply is refused and ends nothing: %s', async (_, value) => {
  const started = performance.now();
  for (const answer of [column.jsonb.safeParse(value), await column.jsonb.safeParseAsync(value)]) {
    expect(answer.success).toBe(false);
    expect(answer.error?.issues).toEqual([
      expect.objectContaining({ path: [], message: 'expected JSON of at most 500 levels' }),
    ]);
  }
  expect(performance.now() - started).toBeLessThan(2_000);
});

test('JSON of as many levels as are taken is taken, within a row too', async () => {
  const deepest = nested(500, (a) => ({ a }));
  expect(column.jsonb.parse(deepest)).toEqual(deepest);
  expect((await column.jsonb.safeParseAsync(deepest)).success).toBe(true);
  const { details } = schemas.case_activity_log.insert.shape;
  expect(details.safeParse(deepest).success).toBe(true);
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['null', null],
  ['a number that is none', Number.NaN],
  ['a number without end', { a: [Number.POSITIVE_INFINITY] }],
  ['a key that is not there', { a: undefined }],
  ['a NUL', ['\0']],
  ['a NUL in a key', { a: { '\0': 1 } }],
  ['half a character', { '\ud800': '😀' }],
  ['a Date', new Date(0)],
])('what is no JSON of PostgreSQL is refused: %s', (_, value) => {
  expect(column.jsonb.safeParse(value).success).toBe(false);
});
