import { finding } from '../console/errors.ts';
import { type ParsedStatement, parseSql } from '../sql/parse.ts';
import type { Migration } from './history.ts';

/** The statements of a migration that run, placed in its file: they start on the second line, below the marker. */
export function statementsOf({ path, up }: Pick<Migration, 'path' | 'up'>): Promise<ParsedStatement[]> {
  return parseSql(up, path, 2);
}

/**
 * Refuses migrations that PostgreSQL's grammar does not accept, or that would end the transaction they run in.
 *
 * @throws CordonError (1) naming file and line.
 */
export async function checkSyntax(migrations: readonly Migration[]): Promise<void> {
  for (const migration of migrations) {
    refuseTransactionControl(await statementsOf(migration), migration.path, 'a migration');
  }
}

/**
 * Refuses statements that begin or end a transaction: what stands before a COMMIT would remain when what follows fails.
 *
 * @param what the file is: `a migration`.
 * @throws CordonError (1) naming file and line.
 */
export function refuseTransactionControl(
  statements: readonly ParsedStatement[],
  path: string,
  what: string,
): void {
  const control = statements.find(({ kind }) => kind === 'TransactionStmt');
  if (!control) return;
  throw finding({
    problem: `${path}:${control.line} controls the transaction itself: ${control.sql}`,
    expected: `${what} that is exactly one transaction, opened and closed by the runner`,
    remedy: 'remove the statement; nothing was applied',
  });
}
