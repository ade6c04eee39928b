/**
 * What a change does to somebody's reach. `changed`: something is gained and something lost, or nobody can tell from the catalog
 * alone, as of a function's text: to be read like a widening. `equal`: written anew, and proven to let through the same.
 */
export type Mark = 'widened' | 'changed' | 'narrowed' | 'equal';

export interface Verdict {
  readonly mark: Mark;
  /** The role whose reach it is; `everybody` where it is nobody's in particular. */
  readonly realm: string;
  /** One line, as a clinician reads it. It tells the verdict apart. */
  readonly sentence: string;
  /** The object: `public.patients`, `authz.holds(text[], text[])`. */
  readonly about: string;
  /** Of rows: what observation can confirm. */
  readonly command?: 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';
  /** Conditions, definitions: for whoever wants to know why. */
  readonly details?: readonly string[];
}

export const EVERYBODY = 'everybody';

/** Strongest first. */
export const MARKS: readonly Mark[] = ['widened', 'changed', 'narrowed', 'equal'];

/** Whether somebody may reach more by it. */
export function mayWiden({ mark }: Verdict): boolean {
  return mark === 'widened' || mark === 'changed';
}
