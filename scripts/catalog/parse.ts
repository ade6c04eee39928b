import { hasSqlDetails, loadModule, parseSync } from 'libpg-query';
import { finding } from '../console/errors.ts';

/** The grammar's tree is deep and loosely typed; each reader picks the few fields that it knows. */
// biome-ignore lint/suspicious/noExplicitAny: PostgreSQL's parse tree, read field by field
export type Tree = any;

/** One statement of a text, with the comments that stand directly above it. */
export interface ParsedStatement {
  /** The grammar's name: `CreatePolicyStmt`. */
  readonly kind: string;
  readonly tree: Tree;
  /** The statement without comments around it and without its semicolon. */
  readonly sql: string;
  /** As {@link sql}, with the comment lines above it and the semicolon: what a person would copy. */
  readonly text: string;
  /** Line of the text (from 1) on which the statement begins. */
  readonly line: number;
}

/**
 * Splits SQL with PostgreSQL's own grammar.
 *
 * @param file names the text in errors.
 * @throws CordonError (1) naming file, line and column of a syntax error.
 */
export async function parseSql(text: string, file: string): Promise<ParsedStatement[]> {
  await loadModule();
  // The parser counts bytes, JavaScript UTF-16 units.
  const bytes = Buffer.from(text, 'utf8');
  let end = 0;
  return parse(text, file).map(({ stmt = {}, stmt_location: from = 0, stmt_len: length }) => {
    const above = bytes.subarray(end, from).toString('utf8');
    end = length ? from + length : bytes.length;
    const raw = bytes.subarray(from, end).toString('utf8');
    if (bytes[end] === 0x3b) end += 1;
    const [kind = '', tree] = Object.entries(stmt)[0] ?? [];
    const sql = raw.trim();
    const before =
      bytes.subarray(0, from).toString('utf8') + raw.slice(0, raw.length - raw.trimStart().length);
    return { kind, tree, sql, text: `${commentsIn(above)}${sql};`, line: before.split('\n').length };
  });
}

function parse(text: string, file: string): { stmt?: object; stmt_location?: number; stmt_len?: number }[] {
  try {
    return text.trim() === '' ? [] : (parseSync(text).stmts ?? []);
  } catch (cause) {
    if (!hasSqlDetails(cause)) throw cause;
    const before = [...text]
      .slice(0, cause.sqlDetails?.cursorPosition ?? 0)
      .join('')
      .split('\n');
    throw finding(
      {
        problem: `${file}:${before.length}:${[...(before.at(-1) ?? '')].length + 1} ${cause.message}`,
        expected: 'SQL that PostgreSQL can parse',
        details: [`line   ${text.split('\n')[before.length - 1]?.trim() ?? ''}`],
        remedy: 'mend the statement',
      },
      { cause },
    );
  }
}

/** Comment lines directly above a statement; what stands above a blank line belongs to the file, unless all is comment. */
function commentsIn(above: string): string {
  const lines = above.split('\n').map((line) => line.trimEnd());
  const last = lines.findLastIndex((line) => line !== '');
  const first = lines.findLastIndex((line, index) => index <= last && !line.startsWith('--')) + 1;
  return lines
    .slice(first, last + 1)
    .map((line) => `${line}\n`)
    .join('');
}
