import type { Outcome, Row } from './session.ts';

interface Verdict {
  readonly pass: boolean;
  readonly message: () => string;
}

/** What the matchers add to `expect(…)`. */
export interface CordonMatchers<R = unknown> {
  /** Refused with this SQLSTATE; `42501`, a denial, when left out. */
  toBeDenied(code?: string): Promise<R>;
  /** Got as many rows, or these rows in any order, each compared by the columns that are named. */
  toSee(rows: number | readonly Row[]): Promise<R>;
  /** Changed as many rows. A write that policies hide rows from changes none, without an error. */
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
    const happened = await happenedIn(received);
    const seen = happened.ok ? happened.rows : [];
    const isSeen = typeof rows === 'number' ? seen.length === rows : areSame(seen, rows);
    const wanted = typeof rows === 'number' ? `${rows} rows` : `exactly those ${rows.length} rows`;
    return verdict(happened.ok === true && isSeen, `to see ${wanted}`, happened);
  },

  async toAffect(received: unknown, count: number): Promise<Verdict> {
    const happened = await happenedIn(received);
    return verdict(happened.ok === true && happened.count === count, `to change ${count} rows`, happened);
  },
};

async function happenedIn(received: unknown): Promise<Happened> {
  try {
    const value = await (typeof received === 'function' ? received() : received);
    if (Array.isArray(value)) return { ok: true, rows: value, count: value.length };
    if (typeof value === 'number') return { ok: true, rows: [], count: value };
    if (typeof (value as Outcome | undefined)?.ok === 'boolean') return value as Outcome;
    const { rows, rowCount } = (value ?? {}) as { rows?: Row[]; rowCount?: number | null };
    if (Array.isArray(rows)) return { ok: true, rows, count: rowCount ?? rows.length };
    if (value instanceof Error) return { ok: undefined, thrown: value };
  } catch (thrown) {
    return { ok: undefined, thrown };
  }
  throw new TypeError(
    'expected what a query gave: an outcome of session.attempt, rows, a result of pg, or a promise of one',
  );
}

function codeOf(happened: Happened): string | undefined {
  if (happened.ok === undefined) return (happened.thrown as { code?: string } | undefined)?.code;
  return happened.ok ? undefined : happened.code;
}

/** Each wanted row is one of those seen, and none is left over. */
function areSame(seen: readonly Row[], wanted: readonly Row[]): boolean {
  const rest = [...seen];
  for (const each of wanted) {
    const index = rest.findIndex((row) =>
      Object.entries(each).every(([name, value]) => isSame(row[name], value)),
    );
    if (index === -1) return false;
    rest.splice(index, 1);
  }
  return rest.length === 0;
}

const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

function verdict(pass: boolean, wanted: string, happened: Happened): Verdict {
  const code = codeOf(happened);
  const what = happened.ok
    ? `it went through, with ${happened.count} rows${happened.count === 0 ? ' (policies hide rows without an error: toSee(0), toAffect(0))' : ''}`
    : `it failed with ${code ?? String((happened as { thrown?: unknown }).thrown)}`;
  return { pass, message: () => `expected the statement ${pass ? 'not ' : ''}${wanted}; ${what}` };
}
