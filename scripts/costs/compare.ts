import type { Costs, StatementCost } from './read.ts';

/** What is kept of costs to compare with: one of before there was `stats_reset` lacks it. */
export type Snapshot = Pick<Costs, 'statements'> & Partial<Pick<Costs, 'stats_reset'>>;

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

/**
 * Statements that were called at least {@link LEAST_CALLS} times before and again since, and that now take more than {@link TOLERANCE} times as long;
 * the worst first. The server adds up from a reset on, so what was counted before is taken off, unless there was a reset in between.
 */
export function slowerThan(before: Snapshot, now: Snapshot): readonly Slower[] {
  const wasReset = Boolean(before.stats_reset && now.stats_reset) && before.stats_reset !== now.stats_reset;
  const known = new Map(before.statements.map((statement) => [statement.id, statement]));
  return now.statements
    .flatMap((statement) => {
      const earlier = known.get(statement.id);
      if (earlier === undefined) return [];
      const since = wasReset ? statement : sinceThen(earlier, statement);
      if (Math.min(earlier.calls, since.calls) < LEAST_CALLS) return [];
      const ratio = since.mean_ms / earlier.mean_ms;
      return ratio > TOLERANCE ? [{ statement: since, before_ms: earlier.mean_ms, ratio }] : [];
    })
    .sort((a, b) => b.ratio - a.ratio);
}

function sinceThen(earlier: StatementCost, now: StatementCost): StatementCost {
  if (now.calls < earlier.calls) return now;
  const calls = now.calls - earlier.calls;
  const spent = now.calls * now.mean_ms - earlier.calls * earlier.mean_ms;
  return { ...now, calls, mean_ms: calls === 0 ? 0 : Math.max(0, spent) / calls };
}
