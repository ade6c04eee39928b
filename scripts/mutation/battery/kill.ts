import pg from 'pg';

/** What noticed a mutant. */
export interface Kill {
  /** `invariant fence-holds`, `matrix`, `columns`, `pgTAP authz/holds.test.sql`, `tenancy/portal.test.ts`. */
  readonly by: string;
  /** The claim that turned red. */
  readonly claim: string;
}

/** A question that the mutant keeps from ending is no answer, and the others are asked. @throws whatever else ended it. */
export function unlessTimedOut(error: unknown): undefined {
  if (error instanceof pg.DatabaseError && error.code === '57014') return undefined;
  throw error;
}
