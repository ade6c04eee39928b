import { loadModule } from 'libpg-query';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Decision, type Situations } from '../../../scripts/review/conditions/decision.ts';
import { parseCondition } from '../../../scripts/review/conditions/parse-condition.ts';
import { atomsIn } from '../../../scripts/review/conditions/print-condition.ts';
import { useDatabase } from '../../support/database.ts';

const database = useDatabase();
let client: pg.Client;

beforeAll(async () => {
  await loadModule();
  client = new pg.Client({ connectionString: database().url('postgres') });
  await client.connect();
  await client.query(`
    create type pg_temp.pair as (one integer, two integer);
    create temporary table odd (
      a boolean, b boolean, x integer, y integer, at timestamptz, note text, tags text[], p pg_temp.pair,
      "a AND (b" boolean, ") OR (" text, "NOT" boolean, "Ünïcode ✓" text, "case" text, "end" boolean
    );
    create policy asked on odd using (true)`);
});
afterAll(async () => {
  await client.end();
});

/** As PostgreSQL prints a condition of a policy. */
async function printed(sql: string): Promise<string> {
  await client.query(`alter policy asked on odd using (${sql})`);
  const { rows } = await client.query<{ text: string }>(
    `select pg_get_expr(polqual, polrelid) as text from pg_policy where polname = 'asked'`,
  );
  return rows[0]?.text ?? '';
}

async function atomsOf(sql: string): Promise<readonly string[]> {
  return [...new Set(atomsIn(parseCondition(await printed(sql), ['p'])))];
}

/** Whether both let through the same, as far as anybody can tell from their text. */
async function areEqual(one: string, other: string): Promise<boolean> {
  const decision = new Decision();
  const [first, second] = [await printed(one), await printed(other)].map((text) =>
    decision.truth(parseCondition(text, ['p'])),
  ) as [Situations, Situations];
  return decision.isWithin(first, second) && decision.isWithin(second, first);
}

describe('what is printed is read as PostgreSQL meant it [S-30 +]', () => {
  test.each<readonly [what: string, sql: string, atoms: readonly string[]]>([
    ['words and parentheses in names', '"a AND (b" and (b or "NOT")', ['"a AND (b"', 'b', '"NOT"']],
    [
      'words and parentheses in literals',
      `note = 'x) OR (true' or note = 'it''s ( AND' or note = E'\\\\'') OR ('`,
      [`note = 'x) OR (true'::text`, `note = 'it''s ( AND'::text`, `note = '\\'') OR ('::text`],
    ],
    ['a name that closes and opens', `") OR (" = 'y' and a`, [`") OR (" = 'y'::text`, 'a']],
    ['names that are words of CASE', `"case" = 'x' and "end"`, [`"case" = 'x'::text`, '"end"']],
    ['other alphabets', `"Ünïcode ✓" = '✓ AND ü' and a`, [`"Ünïcode ✓" = '✓ AND ü'::text`, 'a']],
    [
      'CASE, whatever its branches ask',
      'case when a and b then x = 1 or y = 2 else not a end and b',
      ['\nCASE\n    WHEN (a AND b) THEN ((x = 1) OR (y = 2))\n    ELSE (NOT a)\nEND'.trim(), 'b'],
    ],
    ['BETWEEN as its two halves', 'x between 1 and 5', ['1 <= x', 'x <= 5']],
    ['IS DISTINCT FROM as one', 'x is distinct from y and a', ['x IS DISTINCT FROM y', 'a']],
    ['IS NOT DISTINCT FROM true as one', 'a is not distinct from true', ['a IS DISTINCT FROM true']],
    ['IN as alternatives', 'x in (1, 2)', ['x = 1', 'x = 2']],
    ['rows as PostgreSQL takes them apart', '(x, y) = (1, 2)', ['x = 1', 'y = 2']],
    ['a row that is tested whole as one', 'p is not null or p is null', ['p IS NOT NULL', 'p IS NULL']],
    [
      'a sub-select, whatever stands in it',
      'exists (select 1 from pg_class as c where c.relname = note and (c.relhasindex or a)) and b',
      [
        'EXISTS ( SELECT 1\n   FROM pg_class c\n  WHERE ((c.relname = odd.note) AND (c.relhasindex OR odd.a)))',
        'b',
      ],
    ],
    [
      'arrays and their subscripts',
      `tags[1] = 'AND' and 'OR' = any (tags)`,
      [`'AND'::text = tags[1]`, `'OR'::text = ANY (tags)`],
    ],
    ['a cast of a condition', `(a and b)::text = 'true'`, [`'true'::text = ((a AND b))::text`]],
  ])('%s', async (_, sql, atoms) => {
    const found = await atomsOf(sql);
    expect(found.map((text) => text.replaceAll(/\s+/g, ' '))).toEqual(
      atoms.map((text) => text.replaceAll(/\s+/g, ' ')),
    );
  });
});

describe('what is the same is known as the same', () => {
  test.each<readonly [one: string, other: string]>([
    ['x in (1, 2)', 'x = 2 or x = 1'],
    ['x not in (1, 2)', 'not (x = 1 or x = 2)'],
    [`note in ('a', 'b')`, `note = any ('{b,a}'::text[])`],
    ['x <> y', 'not (y = x)'],
    ['x > 3', '3 < x'],
    ['a = true', 'a'],
    ['a <> true', 'not a'],
    ['coalesce(a, false)', 'a is true'],
    ['x between 1 and 5', 'x >= 1 and x <= 5'],
    ['x is not null', 'not (x is null)'],
    ['(x, y) <> (1, 2)', 'x <> 1 or y <> 2'],
  ])('%s, and %s [S-30 +]', async (one, other) => {
    expect(await areEqual(one, other)).toBe(true);
  });
});

describe('what only looks the same is told apart', () => {
  test.each<readonly [one: string, other: string]>([
    [`note = any ('{a,null}'::text[])`, `note = 'a' or note = 'null'`],
    [`note = any ('{a,null}'::text[])`, `note = any ('{a,"null"}'::text[])`],
    ['p is not null', 'not (p is null)'],
    ['a is not true', 'not a'],
    ['coalesce(a, true)', 'a is true'],
    ['x = any (array[1, 2])', 'x = all (array[1, 2])'],
    [`note = 'a OR b'`, `note = 'a' or note = 'b'`],
    [`note = 'it''s'`, `note = 'its'`],
    ['"a AND (b"', 'a and b'],
  ])('%s, and %s [S-30 -]', async (one, other) => {
    expect(await areEqual(one, other)).toBe(false);
  });
});

test('conditions nested 500 deep are read [S-30 +]', async () => {
  const deep = (inner: string) =>
    Array.from({ length: 500 }).reduce<string>((sql, _, at) => `(not (${sql}) or x = ${at % 7})`, inner);
  expect(await areEqual(deep('a and b'), deep('b and a'))).toBe(true);
  expect(await areEqual(deep('a and b'), deep('a'))).toBe(false);
});
