import type { Operation } from '../../../policies/vocabulary.ts';

/** What a connection got: something, or why not. The words of scripts/policy/expected.ts. */
export type Answer = 'allow' | 'no_grant' | 'no_row' | 'not_pinned';

/** One cell of the access matrix: who, what, on which table, in whose tenant. */
export interface Cell {
  /** `public.patients` */
  readonly relation: string;
  readonly persona: string;
  readonly operation: Operation;
  readonly whose: 'own' | 'other';
  readonly expected: Answer;
  readonly observed: Answer;
}

export interface Matrix {
  readonly cells: readonly Cell[];
  /** Tables and views of the catalog that no rule speaks of. */
  readonly unruled: readonly string[];
}

/** The cells where a connection got something else than the rules declare. */
export function differingCells({ cells }: Matrix): readonly Cell[] {
  return cells.filter(({ expected, observed }) => expected !== observed);
}
