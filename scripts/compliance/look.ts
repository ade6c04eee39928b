import pg from 'pg';
import { OWN_SCHEMAS } from '../catalog/extension-members.ts';
import { checkInvariant } from '../catalog/invariants/invariant.ts';
import { scanThrough } from '../scan/scan.ts';
import type { Act, Expectation, Look, Survey } from './probe.ts';
import { nameOf, type Who, type World } from './world.ts';

/** What one look found: names of objects, counts, codes; of rows only those of the synthetic world. */
export interface Found {
  readonly claim: string;
  /** Who asked. */
  readonly as: string;
  readonly sql: string;
  readonly expected: string;
  readonly found: string;
  /** `null` where it could not be looked at; `found` says why. */
  readonly held: boolean | null;
}

/** As the looks of applications find names. */
export const USUAL_PATH = 'set local search_path = public, extensions';

/** A function of public whose arguments fit better than PostgreSQL's would be asked for the problem, and could say that there is none. */
const CATALOGS_ONLY = 'set local search_path = pg_catalog, pg_temp';

/** Objects that break a rule are named up to here; the count says how many there are. */
const MOST_NAMED = 10;

/** Looks once, inside the transaction that the world stands in. Where the world could not be staged, `unstaged` says why. */
async function look(
  client: pg.Client,
  world: World,
  one: Look,
  unstaged: string | undefined,
): Promise<Found[]> {
  switch (one.kind) {
    case 'apart':
      return undone(client, () => inOrder(client, world, one.looks, unstaged));
    case 'given':
      return given(client, world, one, unstaged);
    case 'scan':
      return [await scanned(client, one.claim)];
    case 'survey':
      return [await surveyed(client, world, one, unstaged)];
    case 'act':
      return [await acted(client, world, one, unstaged)];
  }
}

/** One after the other; once something that the rest stands on is missing, the rest is not looked at. */
export async function inOrder(
  client: pg.Client,
  world: World,
  looks: readonly Look[],
  unstaged: string | undefined,
): Promise<Found[]> {
  const found: Found[] = [];
  let missing = unstaged;
  for (const one of looks) {
    const own = await look(client, world, one, missing);
    found.push(...own);
    if (one.kind === 'given' && own.length > 0) missing = own[0]?.found;
  }
  return found;
}

/** Runs `work` and takes back everything it did. */
export async function undone<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query('savepoint compliance');
  try {
    return await work();
  } finally {
    await client.query('rollback to savepoint compliance; release savepoint compliance');
  }
}

/** Silent where it succeeds. */
async function given(
  client: pg.Client,
  world: World,
  { as, sql }: Look & { kind: 'given' },
  unstaged?: string,
) {
  const base = { claim: 'what the next looks stand on', as: nameOf(as), sql, expected: 'done' };
  if (unstaged !== undefined) return [];
  const outcome = await attempt(client, world, as, sql);
  return outcome.ok ? [] : [{ ...base, found: `not looked at: ${outcome.told}`, held: null }];
}

async function scanned(client: pg.Client, claim: string): Promise<Found> {
  const base = { claim, as: nameOf(undefined), sql: '-- npm run db:scan', expected: 'no findings' };
  try {
    const { findings, rules } = await undone(client, () =>
      scanThrough(client, { schemas: [...OWN_SCHEMAS], roles: [] }),
    );
    const names = findings.map(({ rule, object }) => `${rule}: ${object}`);
    return { ...base, found: told(rules.length, 'rules', names), held: names.length === 0 };
  } catch (error) {
    return { ...base, found: `not looked at: ${error instanceof Error ? error.message : error}`, held: null };
  }
}

async function surveyed(
  client: pg.Client,
  world: World,
  { claim, as, sql, values }: Survey,
  unstaged?: string,
): Promise<Found> {
  const base = { claim, as: nameOf(as), sql, expected: 'no object that breaks it' };
  if (as !== undefined && unstaged !== undefined) return { ...base, found: unstaged, held: null };
  await client.query('savepoint survey');
  try {
    await client.query(`${world.become(as)}; ${CATALOGS_ONLY}`);
    const { scanned: count, offenders } = await checkInvariant(client, {
      name: '',
      claim,
      why: '',
      requirements: [],
      query: world.own(sql),
      values,
    });
    await client.query(`${world.home}; ${USUAL_PATH}; release savepoint survey`);
    const names = offenders.map(({ object, problem }) => `${object} ${problem}`);
    if (count === 0) return { ...base, found: 'nothing to look at', held: false };
    return { ...base, found: world.common(told(count, 'objects', names)), held: names.length === 0 };
  } catch (error) {
    await client.query(`rollback to savepoint survey; ${world.home}`);
    return { ...base, found: `not looked at: ${reasonOf(error)}`, held: null };
  }
}

async function acted(client: pg.Client, world: World, act: Act, unstaged?: string): Promise<Found> {
  const base = { claim: act.claim, as: nameOf(act.as), sql: act.sql, expected: expectationOf(act.expected) };
  if (unstaged !== undefined) return { ...base, found: unstaged, held: null };
  const outcome = await attempt(client, world, act.as, act.sql);
  if (!outcome.ok) {
    const isMeant = 'refused' in act.expected && act.expected.refused.includes(outcome.code);
    // What the connecting role may not do says nothing about anybody else.
    const couldNot =
      !isMeant && (CANNOT_LOOK.has(outcome.code) || (act.as === undefined && outcome.code === '42501'));
    return {
      ...base,
      found: couldNot ? `not looked at: ${outcome.told}` : world.common(outcome.told),
      held: couldNot ? null : isMeant,
    };
  }
  const { rows, count } = outcome;
  if ('refused' in act.expected) return { ...base, found: `done: ${count} rows`, held: false };
  if ('rows' in act.expected) return { ...base, found: `${count} rows`, held: count === act.expected.rows };
  if ('matches' in act.expected) {
    const answer = rows.map((row) => Object.values(row).map(String).join(' ')).join('\n');
    return { ...base, found: world.common(answer), held: new RegExp(act.expected.matches, 's').test(answer) };
  }
  const value = rows[0] === undefined ? 'no row' : textOf(Object.values(rows[0])[0]);
  return { ...base, found: world.common(value), held: world.common(value) === textOf(act.expected.value) };
}

type Outcome =
  | { readonly ok: true; readonly rows: readonly Record<string, unknown>[]; readonly count: number }
  | { readonly ok: false; readonly code: string; readonly told: string };

/** A time limit or a lock in the way says nothing about the requirement. */
const CANNOT_LOOK = new Set(['57014', '55P03', '40P01', '53300']);

async function attempt(client: pg.Client, world: World, as: Who | undefined, sql: string): Promise<Outcome> {
  await client.query('savepoint act');
  try {
    await client.query(world.become(as));
    const result = await client.query<Record<string, unknown>>(world.own(sql));
    await client.query(`${world.home}; release savepoint act`);
    return { ok: true, rows: result.rows ?? [], count: result.rowCount ?? 0 };
  } catch (error) {
    await client.query(`rollback to savepoint act; ${world.home}`);
    if (!(error instanceof pg.DatabaseError)) throw error;
    return { ok: false, code: error.code ?? '', told: reasonOf(error) };
  }
}

/** An error's code and message; never its detail, which may hold a row. */
export function reasonOf(error: unknown): string {
  if (error instanceof pg.DatabaseError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}

function expectationOf(expected: Expectation): string {
  if ('refused' in expected) return `refused with ${expected.refused.join(' or ')}`;
  if ('rows' in expected) return `${expected.rows} rows`;
  if ('matches' in expected) return `matches ${expected.matches}`;
  return textOf(expected.value);
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function told(count: number, what: string, names: readonly string[]): string {
  if (names.length === 0) return `${count} ${what} looked at, none breaks it`;
  const more = names.length > MOST_NAMED ? `; and ${names.length - MOST_NAMED} more` : '';
  return `${names.length} of ${count}: ${names.slice(0, MOST_NAMED).join('; ')}${more}`;
}
