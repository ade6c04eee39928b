import { finding } from '../console/errors.ts';
import { type ParsedStatement, parseSql } from '../sql/parse.ts';
import type { Migration } from './history.ts';
import { LOCK_TIMEOUT } from './rules.ts';

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
    refuseEndlessLocks(statements, migration.path);
  }
}

/** Another timeout is fine; none is not, however it is spelt. */
function refuseEndlessLocks(statements: readonly ParsedStatement[], path: string): void {
  const endless = statements.find(
    ({ kind, tree, sql }) =>
      kind === 'VariableSetStmt' &&
      (tree.name === 'lock_timeout' || tree.kind === 'VAR_RESET_ALL') &&
      !LOCK_TIMEOUT.test(`${sql};`),
  );
  if (!endless) return;
  throw finding({
    problem: `${path}:${endless.line} lifts the lock timeout: ${endless.sql}`,
    expected: "a timeout until the end of the migration, written `set local lock_timeout = '30s';`",
    remedy: 'write the one that is needed; nothing was applied',
  });
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
