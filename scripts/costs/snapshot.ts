import { readFileSync } from 'node:fs';
import { misuse } from '../console/errors.ts';
import type { Costs } from './read.ts';

/**
 * Reads what `db:costs --json` printed once.
 *
 * @throws CordonError (2) for a file that is not there, or something else.
 */
export function readSnapshot(path: string): Pick<Costs, 'statements'> {
  let costs: unknown;
  try {
    costs = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw misuse(
      {
        problem: `${path} cannot be read as JSON`,
        expected: 'what `npm run --silent db:costs -- --json` printed earlier',
        remedy: `npm run --silent db:costs -- --json > ${path}`,
      },
      { cause },
    );
  }
  if (isSnapshot(costs)) return costs;
  throw misuse({
    problem: `${path} holds no costs`,
    expected: '{"statements":[{"id","role","text","calls","mean_ms"}], …}',
    remedy: `npm run --silent db:costs -- --json > ${path}`,
  });
}

function isSnapshot(value: unknown): value is Pick<Costs, 'statements'> {
  const statements = (value as Partial<Costs> | null)?.statements;
  return (
    Array.isArray(statements) &&
    statements.every(
      (each: Partial<Costs['statements'][number]> | null) =>
        typeof each?.id === 'string' && isPositive(each.calls) && isPositive(each.mean_ms),
    )
  );
}

function isPositive(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}
