import type { Costs, StatementCost } from './read.ts';

/** One statement that takes longer than it did. */
export interface Slower {
  readonly statement: StatementCost;
  readonly before_ms: number;
  /** Times as long as before. */
  readonly ratio: number;
}

/** How many times as long a statement may take before it is a regression. [N-34] */
export const TOLERANCE = 1.2;
/** A mean of fewer calls says more about those calls than about the statement. */
export const LEAST_CALLS = 20;

/** Statements that both know by at least {@link LEAST_CALLS} calls, and that now take more than {@link TOLERANCE} times as long; the worst first. */
export function slowerThan(
  before: Pick<Costs, 'statements'>,
  now: Pick<Costs, 'statements'>,
): readonly Slower[] {
  const known = new Map(before.statements.map((statement) => [statement.id, statement]));
  return now.statements
    .flatMap((statement) => {
      const earlier = known.get(statement.id);
      if (earlier === undefined || Math.min(earlier.calls, statement.calls) < LEAST_CALLS) return [];
      const ratio = statement.mean_ms / earlier.mean_ms;
      return ratio > TOLERANCE ? [{ statement, before_ms: earlier.mean_ms, ratio }] : [];
    })
    .sort((a, b) => b.ratio - a.ratio);
}
