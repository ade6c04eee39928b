import { finding } from '../console/errors.ts';
import { type ParsedStatement, parseSql } from '../sql/parse.ts';
import type { Migration } from './history.ts';
import { refuseEndlessLocks } from './lock-timeout.ts';

/** The statements of a migration that run, placed in its file: they start on the second line, below the marker. */
export function statementsOf({ path, up }: Pick<Migration, 'path' | 'up'>): Promise<ParsedStatement[]> {
  return parseSql(up, path, 2);
}

/**
 * Refuses migrations that PostgreSQL's grammar does not accept, or that would end the transaction they run in, or the lock timeout that
 * their first statement sets.
 *
 * @throws CommandError (1) naming file and line.
 */
export async function checkSyntax(migrations: readonly Migration[]): Promise<void> {
  for (const migration of migrations) {
    const statements = await statementsOf(migration);
    refuseTransactionControl(statements, migration.path, 'a migration');
    refuseEndlessLocks(statements, migration.path, migration.up);
  }
}

/**
 * Refuses statements that begin or end a transaction: what stands before a COMMIT would remain when what follows fails.
 *
 * @param what the file is: `a migration`.
 * @throws CommandError (1) naming file and line.
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
