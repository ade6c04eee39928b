import fc from 'fast-check';
import { loadModule } from 'libpg-query';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Decision } from '../../../scripts/review/conditions/decision.ts';
import { parseCondition } from '../../../scripts/review/conditions/parse-condition.ts';
import { useDatabase } from '../../support/database.ts';
import { COLUMNS, choices, rewritten, sqlOf, type Written, written } from './formulas.ts';

/** Each run looks elsewhere; a failure prints its seed, and CORDON_SEED repeats it. */
const SEED = Number(process.env.CORDON_SEED ?? Date.now() % 2 ** 31);
const run = (numRuns: number) => ({ numRuns, seed: SEED, endOnFailure: true });

const database = useDatabase();
let client: pg.Client;

/** Every row that three values of four columns make, and a policy whose text PostgreSQL itself prints. */
beforeAll(async () => {
  await loadModule();
  client = new pg.Client({ connectionString: database().url('postgres') });
  await client.connect();
  const values = '(values (true), (false), (null)) as';
  await client.query(`
    create temporary table every as
      select ${COLUMNS.join(', ')} from ${COLUMNS.map((name) => `${values} ${name}_ (${name})`).join(' cross join ')};
    create policy asked on every using (true)`);
});
afterAll(async () => {
  await client.end();
});

/** What PostgreSQL prints of a condition, and the rows it lets through. */
async function asPrinted(condition: Written): Promise<{ text: string; rows: ReadonlySet<string> }> {
  const sql = sqlOf(condition);
  await client.query(`alter policy asked on every using (${sql})`);
  const { rows } = await client.query<{ text: string; rows: string[] }>(`
    select (select pg_get_expr(polqual, polrelid) from pg_policy where polname = 'asked') as text,
           array(select e::text from every as e where ${sql}) as rows`);
  return { text: rows[0]?.text ?? '', rows: new Set(rows[0]?.rows) };
}

/** Whether the first lets through no more than the second: proven, and as PostgreSQL answers. */
async function compared(one: Written, other: Written): Promise<{ proven: boolean; observed: boolean }> {
  const [narrow, wide] = [await asPrinted(one), await asPrinted(other)];
  const decision = new Decision();
  const truth = (text: string) => decision.truth(parseCondition(text));
  return {
    proven: decision.isWithin(truth(narrow.text), truth(wide.text)),
    observed: [...narrow.rows].every((row) => wide.rows.has(row)),
  };
}

test('one condition is within another exactly where PostgreSQL finds no row that only it lets through [S-30 +]', async () => {
  const seen = { within: 0, beyond: 0 };
  await fc.assert(
    fc.asyncProperty(written, written, async (one, other) => {
      const { proven, observed } = await compared(one, other);
      seen[observed ? 'within' : 'beyond'] += 1;
      expect(proven, `${sqlOf(one)} within ${sqlOf(other)}, seed ${SEED}`).toBe(observed);
    }),
    run(500),
  );
  expect(Math.min(seen.within, seen.beyond)).toBeGreaterThan(20);
});

test('a condition written otherwise is the same, and one with more or less beside it is told apart [S-30 -]', async () => {
  await fc.assert(
    fc.asyncProperty(written, choices, written, async (condition, how, beside) => {
      const other = rewritten(condition, how);
      for (const [one, second] of [
        [condition, other],
        [other, condition],
      ] as const) {
        expect((await compared(one, second)).proven, `${sqlOf(one)} is ${sqlOf(second)}, seed ${SEED}`).toBe(
          true,
        );
      }
      for (const kind of ['or', 'and'] as const) {
        const changed: Written = { kind, parts: [other, beside] };
        const there = await compared(condition, changed);
        const back = await compared(changed, condition);
        expect([there.proven, back.proven], `${kind} ${sqlOf(beside)}, seed ${SEED}`).toEqual([
          there.observed,
          back.observed,
        ]);
      }
    }),
    run(150),
  );
});

test('what is unknown is let through by neither a condition nor its negation', () => {
  const decision = new Decision();
  const truth = (text: string) => decision.truth(parseCondition(text));
  expect(decision.isWithin(truth('(a OR (NOT a))'), truth('false'))).toBe(false);
  expect(decision.isWithin(truth('true'), truth('(a OR (NOT a))'))).toBe(false);
  expect(decision.isWithin(truth('true'), truth('((a IS TRUE) OR (a IS NOT TRUE))'))).toBe(true);
});
