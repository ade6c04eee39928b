import { readReport } from '../workflows/read-report.ts';
import type { Snapshot } from './compare.ts';
import type { StatementCost } from './read.ts';

/**
 * Reads what `db:costs --json` printed once.
 *
 * @throws CommandError (2) for a file that cannot be read, or holds something else.
 */
export function readSnapshot(path: string): Snapshot {
  return readReport(path, 'db:costs', isSnapshot);
}

function isSnapshot(value: object): value is Snapshot {
  const { statements, stats_reset } = value as Partial<Snapshot>;
  return (
    (stats_reset === undefined || stats_reset === null || typeof stats_reset === 'string') &&
    Array.isArray(statements) &&
    statements.every(
      (each: Partial<StatementCost> | null) =>
        typeof each?.id === 'string' && isPositive(each.calls) && isPositive(each.mean_ms),
    )
  );
}

function isPositive(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}
