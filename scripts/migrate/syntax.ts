import { hasSqlDetails, loadModule, parseSync } from 'libpg-query';
import { finding } from '../console/errors.ts';
import type { Migration } from './history.ts';

/** Part of a file that PostgreSQL is to execute. */
export interface Source {
  readonly path: string;
  readonly text: string;
  /** Line of the file (from 1) on which `text` begins. */
  readonly firstLine: number;
}

/** One statement, placed in its file. */
export interface Statement {
  readonly text: string;
  /** Line of the file (from 1) on which the statement begins. */
  readonly line: number;
  /** The grammar's name of it: `CreateStmt`. */
  readonly kind: string;
}

/** The part of a migration that runs: it starts on the second line, below the marker. */
export function sourceOf({ path, up }: Migration): Source {
  return { path, text: up, firstLine: 2 };
}

/**
 * Splits SQL with PostgreSQL's own grammar.
 *
 * @returns the statements in order, without the comments before them.
 * @throws CordonError (1) naming file, line and column of a syntax error.
 */
export async function splitStatements(source: Source): Promise<Statement[]> {
  await loadModule();
  const { stmts = [] } = parse(source);
  // The parser counts bytes, JavaScript UTF-16 units.
  const bytes = Buffer.from(source.text, 'utf8');
  return stmts.map(({ stmt, stmt_location: start = 0, stmt_len: length }) => {
    const raw = bytes.subarray(start, length ? start + length : bytes.length).toString('utf8');
    const before = bytes.subarray(0, start).toString('utf8');
    return {
      text: raw.trim(),
      line: source.firstLine + countLines(before) + countLines(raw.slice(0, raw.search(/\S|$/))),
      kind: Object.keys(stmt ?? {})[0] ?? '',
    };
  });
}

/**
 * Refuses migrations that PostgreSQL's grammar does not accept, or that would end the transaction they run in.
 *
 * @throws CordonError (1) naming file and line.
 */
export async function checkSyntax(migrations: readonly Migration[]): Promise<void> {
  for (const migration of migrations) {
    const statements = await splitStatements(sourceOf(migration));
    const control = statements.find(({ kind }) => kind === 'TransactionStmt');
    if (!control) continue;
    throw finding({
      problem: `${migration.path}:${control.line} controls the transaction itself: ${control.text}`,
      expected: 'a migration that is exactly one transaction, opened and closed by the runner',
      remedy: 'remove the statement; nothing was applied',
    });
  }
}

/**
 * Finds the place in the file of a position that PostgreSQL reports.
 *
 * @param position code points from 0 in `text`.
 * @returns line and column from 1, and the text of that line.
 */
export function placeOf({ text, firstLine }: Omit<Source, 'path'>, position: number) {
  const before = [...text].slice(0, position).join('').split('\n');
  const index = before.length - 1;
  return {
    line: firstLine + index,
    column: [...(before[index] ?? '')].length + 1,
    text: text.split('\n')[index] ?? '',
  };
}

function parse(source: Source) {
  try {
    return parseSync(source.text);
  } catch (cause) {
    if (!hasSqlDetails(cause)) throw cause;
    const { line, column, text } = placeOf(source, cause.sqlDetails?.cursorPosition ?? 0);
    throw finding(
      {
        problem: `${source.path}:${line} ${cause.message} (SQLSTATE 42601)`,
        expected: 'SQL that PostgreSQL can parse',
        details: [`${String(line).padStart(9)}  ${text}`, `${' '.repeat(10 + column)}^`],
        remedy: 'mend the statement; nothing was applied, the database is exactly as before',
      },
      { cause },
    );
  }
}

function countLines(text: string): number {
  return text.split('\n').length - 1;
}
