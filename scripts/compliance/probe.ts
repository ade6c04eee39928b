import type { Invariant } from '../catalog/invariants/invariant.ts';
import type { DoctorCheck } from '../doctor/check.ts';
import type { Cast, Who } from './world.ts';

/** What one look must find. A value is compared as text; NULL is `null`. */
export type Expectation =
  | { readonly value: string | number | boolean | null }
  /** SQLSTATEs, any of which is the refusal that is meant. */
  | { readonly refused: readonly string[] }
  /** Rows that the statement changed. */
  | { readonly rows: number }
  /** A regular expression that the answer, line by line, matches. */
  | { readonly matches: string };

/** A statement that somebody of the synthetic world, or the connecting role, sends. */
export interface Act {
  readonly kind: 'act';
  readonly claim: string;
  readonly as: Who | undefined;
  readonly sql: string;
  readonly expected: Expectation;
}

/** A question about every object of a kind: one row each, `object`, and `problem`, which is NULL or says what is wrong. */
export interface Survey {
  readonly kind: 'survey';
  readonly claim: string;
  readonly as: Who | undefined;
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** The rules of db:scan, asked of this database. */
interface Scan {
  readonly kind: 'scan';
  readonly claim: string;
}

/** What must be so before the next look; no evidence by itself. */
interface Given {
  readonly kind: 'given';
  readonly as: Who | undefined;
  readonly sql: string;
}

/** Looks in a world of their own: what they change is taken back before the next. */
interface Apart {
  readonly kind: 'apart';
  readonly looks: readonly Look[];
}

export type Look = Act | Survey | Scan | Given | Apart;

/** How one requirement is looked at on a live database. */
export interface Probe {
  readonly id: string;
  /** What of it no database can show. A line with such a part is never held by itself. */
  readonly outside?: string;
  /** What of it the product does not promise, and why. A line with such a part is never held by itself. */
  readonly except?: string;
  /** Objects that the feature is made of: `public.documents`, `public.issue_read_ticket()`. Where one is missing, it is not built. */
  readonly needs: readonly string[];
  readonly looks: readonly Look[];
}

interface Further {
  readonly outside?: string;
  readonly except?: string;
  readonly needs?: readonly string[];
}

/** A probe of one requirement. */
export function probe(
  id: string,
  looks: readonly Look[],
  { outside, except, needs = [] }: Further = {},
): Probe {
  return {
    id,
    looks,
    needs,
    ...(outside !== undefined && { outside }),
    ...(except !== undefined && { except }),
  };
}

/** Rules about the whole catalog, which must hold on this database. */
export function keeps(...invariants: readonly Invariant[]): Survey[] {
  return invariants.map(({ claim, query, values = [] }) => ({
    kind: 'survey',
    claim,
    as: undefined,
    sql: query,
    values,
  }));
}

/** What the deployment is examined for by db:doctor, and must pass here too. */
export function examines(...checks: readonly DoctorCheck[]): Survey[] {
  return checks.map(({ claim, query }) => ({
    kind: 'survey',
    claim,
    as: undefined,
    sql: `select object, case state when 'fault' then 'is ' || found || ', not ' || expected when 'unseen' then 'is not to be seen' end as problem\nfrom (${query}\n) as examined`,
    values: [],
  }));
}

/** A rule of this probe alone, asked as {@link keeps} asks; it must find something to look at. */
export function surveys(
  claim: string,
  sql: string,
  options: { values?: readonly unknown[]; as?: Who } = {},
): Survey {
  return { kind: 'survey', claim, as: options.as, sql, values: options.values ?? [] };
}

export function scans(claim: string): Look {
  return { kind: 'scan', claim };
}

/** Somebody reads this value: the first column of the first row. Nobody named is the connecting role. */
export function sees(
  as: Who | undefined,
  claim: string,
  sql: string,
  value: string | number | boolean | null,
): Act {
  return { kind: 'act', claim, as, sql, expected: { value } };
}

/** Somebody's plan, or another answer of several lines, matches. */
export function matches(as: Who | undefined, claim: string, sql: string, pattern: string): Act {
  return { kind: 'act', claim, as, sql, expected: { matches: pattern } };
}

/** Somebody tries and is refused. */
export function refused(as: Who | undefined, claim: string, sql: string, ...codes: readonly string[]): Act {
  return { kind: 'act', claim, as, sql, expected: { refused: codes } };
}

/** Somebody changes so many rows; none is a refusal that nobody is told of. */
export function changes(as: Who | undefined, claim: string, sql: string, rows: number): Act {
  return { kind: 'act', claim, as, sql, expected: { rows } };
}

export function given(sql: string, as?: Who): Look {
  return { kind: 'given', as, sql };
}

export function apart(...looks: readonly Look[]): Look {
  return { kind: 'apart', looks };
}

/** Somebody with another choice, header or token than the seed gives them. */
export function as(name: Cast, changed: Omit<Exclude<Who, string>, 'name'>): Who {
  return { name, ...changed };
}
