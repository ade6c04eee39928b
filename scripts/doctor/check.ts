/**
 * What a check saw: `ok` and `fault` are read from the database; `unseen` is what no database can tell, or not to this login:
 * then `found` says why, and `remedy` where to look. Never ok for what was not seen.
 */
export const STATES = ['fault', 'unseen', 'ok'] as const;
export type State = (typeof STATES)[number];

/** One thing that a deployment has to be told, because no migration can set it. */
export interface DoctorCheck {
  readonly name: string;
  /** What holds of a deployment without findings. */
  readonly claim: string;
  readonly why: string;
  /** How to mend it, or where to look for what cannot be seen: a statement or a place. */
  readonly remedy: string;
  /** Promises that it bears on. */
  readonly requirements: readonly string[];
  /**
   * One row per thing looked at: `object`, `found`, `expected` and `state`. Names of catalogs stand unqualified; the search path is
   * pg_catalog alone. No rows mean that there was nothing to see.
   */
  readonly query: string;
}

/** One thing that was looked at. */
export interface Sight {
  readonly check: string;
  readonly object: string;
  readonly found: string;
  readonly expected: string;
  readonly state: State;
}
