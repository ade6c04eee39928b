import type pg from 'pg';

/** One rule about the whole catalog. */
export interface Invariant {
  /** Also the name of the file that holds it. */
  readonly name: string;
  /** What is true of every object in scope, as a sentence. */
  readonly claim: string;
  /** What goes wrong where it is not. */
  readonly why: string;
  /** Requirement ids that it bears on by itself; none where it is hygiene. */
  readonly requirements: readonly string[];
  /**
   * One row per object in scope: `object` names it, `problem` is NULL or says what is wrong with it.
   * A rule that finds no object to look at proves nothing, so the scope is part of the answer.
   */
  readonly query: string;
  readonly values?: readonly unknown[];
}

interface Offender {
  readonly object: string;
  readonly problem: string;
}

interface Verdict {
  readonly invariant: Invariant;
  /** How many objects the rule looked at. */
  readonly scanned: number;
  readonly offenders: readonly Offender[];
}

/** Anything that runs a query: a client, or a session of the tests. */
export interface Queryable {
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<{ rows: Row[] }>;
}

/**
 * Holds one rule against a catalog.
 *
 * @param client connected as any role that reads the catalogs; nothing is written.
 */
export async function checkInvariant(client: Queryable, invariant: Invariant): Promise<Verdict> {
  const { rows } = await client.query<{ object: string; problem: string | null }>(invariant.query, [
    ...(invariant.values ?? []),
  ]);
  const offenders = rows.flatMap(({ object, problem }) => (problem === null ? [] : [{ object, problem }]));
  return { invariant, scanned: rows.length, offenders };
}
