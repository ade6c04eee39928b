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
    const statements = await statementsOf(migration);
    const control = statements.find(({ kind }) => kind === 'TransactionStmt');
    if (!control) continue;
    throw finding({
      problem: `${migration.path}:${control.line} controls the transaction itself: ${control.sql}`,
      expected: 'a migration that is exactly one transaction, opened and closed by the runner',
      remedy: 'remove the statement; nothing was applied',
    });
  }
}
