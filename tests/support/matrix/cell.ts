import type { Operation } from '../../../policies/vocabulary.ts';

/** What a connection got: something, or why not. The words of expected.ts. */
export type Answer = 'allow' | 'no_grant' | 'no_row' | 'not_pinned';

/** One cell of the access matrix: who, what, on which table, in whose tenant. */
export interface Cell {
  /** `public.patients` */
  readonly relation: string;
  readonly persona: string;
  readonly operation: Operation;
  readonly whose: 'own' | 'other';
  /** What the rules declare. */
  readonly expected: Answer;
  /** What the catalog holds: a privilege and a policy, a privilege alone, or neither. */
  readonly held: 'open' | 'no_policy' | 'no_grant';
  /** What a real connection got. */
  readonly observed: Answer;
}

export interface Matrix {
  readonly cells: readonly Cell[];
  /** Tables and views of the catalog that no rule speaks of. */
  readonly unruled: readonly string[];
}

/** The cells where rules, catalog and connection do not say the same. */
export function differingCells({ cells }: Matrix): readonly Cell[] {
  return cells.filter(({ expected, held, observed }) => expected !== observed || !agrees(held, observed));
}

/** A policy that exists may still hide the row; whatever is allowed needs both. */
function agrees(held: Cell['held'], observed: Answer): boolean {
  if (held === 'no_grant' || observed === 'no_grant') return held === observed;
  return held === 'open' || observed === 'no_row';
}

/**
 * What was observed as one object, and what the command ends with.
 *
 * @param stale whether the committed document is another one; undefined where nobody asked.
 */
export function matrixAsJson(
  matrix: Matrix,
  stale?: boolean,
): { readonly text: string; readonly exitCode: 0 | 1 } {
  const differing = differingCells(matrix);
  return {
    text: JSON.stringify({ cells: matrix.cells.length, differing, unruled: matrix.unruled, stale }),
    exitCode: differing.length + matrix.unruled.length > 0 || stale === true ? 1 : 0,
  };
}
