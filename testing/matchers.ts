import { isDeepStrictEqual } from 'node:util';
import type { Outcome, Row } from './session.ts';

interface Verdict {
  readonly pass: boolean;
  readonly message: () => string;
}

/** What the matchers add to `expect(…)`. */
export interface CordonMatchers<R = unknown> {
  /** Refused with this SQLSTATE; `42501`, a denial, when left out. */
  toBeDenied(code?: string): Promise<R>;
  /** Went through, with or without `not`, and got as many rows, or these rows in any order, each compared by the columns that are named. A write that gave
   * none of its rows back is no row seen: `toAffect`. */
  toSee(rows: number | readonly Row[]): Promise<R>;
  /** Went through, with or without `not`, and changed as many rows. A write that policies hide rows from changes none, without an error. */
  toAffect(count: number): Promise<R>;
}

/** What happened: an outcome, or what a query threw. */
type Happened = Outcome | { readonly ok: undefined; readonly thrown: unknown };

/**
 * For `expect.extend` of Vitest, Jest or whatever takes the same shape. Each takes an outcome of `session.attempt`, rows, a promise of
 * either, or a function that gives one; await the expectation. No message repeats a value of a row.
 *
 * @example
 * expect.extend(matchers);
 * await expect(database.as(personas.receptionist, (session) => session.attempt('delete from public.patients'))).toBeDenied();
 */
export const matchers = {
  async toBeDenied(received: unknown, code = '42501'): Promise<Verdict> {
    const happened = await happenedIn(received);
    const found = codeOf(happened);
    return verdict(found === code, `to be refused with ${code}`, happened);
  },

  async toSee(received: unknown, rows: number | readonly Row[]): Promise<Verdict> {
    const happened = wentThrough(await happenedIn(received));
    const seen = happened.rows;
    if (seen.length === 0 && happened.count > 0) {
      throw new TypeError(
        `toSee compares rows, and this changed ${happened.count} and gave none back: ask toAffect, or for them by \`returning\``,
      );
    }
    const isSeen = typeof rows === 'number' ? seen.length === rows : areSame(seen, rows);
    const wanted = typeof rows === 'number' ? `${rows} rows` : `exactly those ${rows.length} rows`;
    return verdict(isSeen, `to see ${wanted}`, happened);
  },

  async toAffect(received: unknown, count: number): Promise<Verdict> {
    const happened = wentThrough(await happenedIn(received));
    return verdict(happened.count === count, `to change ${count} rows`, happened);
  },
};

async function happenedIn(received: unknown): Promise<Happened> {
  try {
    const value = await (typeof received === 'function' ? received() : received);
    const changed = changedIn(Array.isArray(value) ? value : [value]);
    if (changed !== undefined) return { ok: true, rows: [], count: changed };
    if (Array.isArray(value)) return { ok: true, rows: value, count: value.length };
    if (typeof value === 'number') return { ok: true, rows: [], count: value };
    if (typeof (value as Outcome | undefined)?.ok === 'boolean') return value as Outcome;
    if (isAnswer(value)) return answered(value);
    const { rows, rowCount } = (value ?? {}) as { rows?: Row[]; rowCount?: number | null };
    if (Array.isArray(rows)) return { ok: true, rows, count: rowCount ?? rows.length };
    if (value instanceof Error) return { ok: undefined, thrown: value };
  } catch (thrown) {
    return { ok: undefined, thrown };
  }
  throw new TypeError(
    'expected what a query gave: an outcome of session.attempt, rows, a result of pg or of a write by Kysely, an answer of supabase-js, or a promise of one',
  );
}

/** What supabase-js answers, which throws nothing. */
interface Answer {
  readonly data: unknown;
  readonly error: unknown;
  readonly count?: number | null;
}

function isAnswer(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null && 'data' in value && 'error' in value;
}

/** Without rows, what was written is told by nothing but a count: an upsert that updates is a 200 too, as `.maybeSingle()` of nothing is. */
function answered({ data, error, count }: Answer): Happened {
  if (error) return { ok: undefined, thrown: error };
  const rows = (Array.isArray(data) ? data : data === null ? [] : [data]) as Row[];
  return { ok: true, rows, count: count ?? (data === null ? Number.NaN : rows.length) };
}

/** What Kysely gives for a write without RETURNING: one object, that counts. As a row, it would be one changed row, whatever it counts. */
function changedIn([first, ...others]: readonly unknown[]): number | undefined {
  if (typeof first !== 'object' || first === null || others.length > 0) return undefined;
  const counts = first as Readonly<Record<string, unknown>>;
  const count = KYSELY_COUNTS.map((name) => counts[name]).find((each) => typeof each === 'bigint');
  return count === undefined ? undefined : Number(count);
}

const KYSELY_COUNTS = ['numUpdatedRows', 'numDeletedRows', 'numInsertedOrUpdatedRows', 'numChangedRows'];

function codeOf(happened: Happened): string | undefined {
  if (happened.ok === undefined) return (happened.thrown as { code?: string } | undefined)?.code;
  return happened.ok ? undefined : happened.code;
}

/** What failed has no rows to compare, and must not pass as having others than those. */
function wentThrough(happened: Happened): Extract<Outcome, { ok: true }> {
  if (happened.ok) {
    // A write that policies hide every row from is answered as one that changed them all.
    if (Number.isNaN(happened.count)) {
      throw new TypeError(
        "supabase-js counts what a write changed where it is asked to: give the write { count: 'exact' }, or ask for its rows by .select()",
      );
    }
    return happened;
  }
  throw new Error(
    `expected a statement that goes through; ${whatHappened(happened)} (a refusal: toBeDenied)`,
  );
}

/** Each wanted row is one of those seen, and none is left over: one that fits several gives way to one that has no other. */
function areSame(seen: readonly Row[], wanted: readonly Row[]): boolean {
  if (seen.length !== wanted.length) return false;
  const takers = new Map<number, Row>();
  const place = (each: Row, tried = new Set<number>()): boolean => {
    const fitting = [...seen.keys()].filter((index) => !tried.has(index) && fits(seen[index] ?? {}, each));
    for (const index of fitting.sort((a, b) => Number(takers.has(a)) - Number(takers.has(b)))) {
      const taker = takers.get(index);
      if (tried.has(index)) continue;
      tried.add(index);
      if (taker !== undefined && !place(taker, tried)) continue;
      takers.set(index, each);
      return true;
    }
    return false;
  };
  return wanted.every((each) => place(each));
}

const fits = (row: Row, wanted: Row) =>
  Object.entries(wanted).every(
    ([name, value]) =>
      Object.hasOwn(row, name) && isDeepStrictEqual(comparable(row[name]), comparable(value)),
  );

/** A time may be named by its text. */
const comparable = (value: unknown) => (value instanceof Date ? value.toJSON() : value);

function verdict(pass: boolean, wanted: string, happened: Happened): Verdict {
  return {
    pass,
    message: () => `expected the statement ${pass ? 'not ' : ''}${wanted}; ${whatHappened(happened)}`,
  };
}

function whatHappened(happened: Happened): string {
  if (happened.ok && Number.isNaN(happened.count)) return 'it went through, and nobody counted its rows';
  return happened.ok
    ? `it went through, with ${happened.count} rows${happened.count === 0 ? ' (policies hide rows without an error: toSee(0), toAffect(0))' : ''}`
    : `it failed with ${codeOf(happened) ?? String((happened as { thrown?: unknown }).thrown)}`;
}
