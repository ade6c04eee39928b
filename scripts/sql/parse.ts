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
  /** Line of the file (from 1) on which the statement begins. */
  readonly line: number;
}

/**
 * Splits SQL with PostgreSQL's own grammar.
 *
 * @param file names the text in errors.
 * @param firstLine line of the file (from 1) on which the text begins.
 * @throws CommandError (1) naming file, line and column of a syntax error, or the line of a NUL byte.
 */
export async function parseSql(text: string, file: string, firstLine = 1): Promise<ParsedStatement[]> {
  refuseNul(text, file, firstLine);
  await loadModule();
  // The parser counts bytes, JavaScript UTF-16 units.
  const bytes = Buffer.from(text, 'utf8');
  let end = 0;
  // Counted from statement to statement: from the beginning each time, a file of a few megabytes takes hours.
  let counted = 0;
  let line = firstLine;
  return parse(text, file, firstLine).map(({ stmt = {}, stmt_location: from = 0, stmt_len: length }) => {
    const above = bytes.subarray(end, from).toString('utf8');
    end = length ? from + length : bytes.length;
    const raw = bytes.subarray(from, end).toString('utf8');
    if (bytes[end] === 0x3b) end += 1;
    const [kind = '', tree] = Object.entries(stmt)[0] ?? [];
    const sql = raw.trim();
    const start = from + Buffer.byteLength(raw.slice(0, raw.length - raw.trimStart().length));
    line += newlinesIn(bytes.subarray(counted, start));
    counted = start;
    return { kind, tree, sql, text: `${commentsIn(above)}${sql};`, line };
  });
}

/**
 * Finds the place in a file of a position that PostgreSQL reports.
 *
 * @param position code points from 0 in the text.
 * @param firstLine line of the file (from 1) on which the text begins.
 * @returns line and column from 1, and the text of that line.
 */
export function placeOf(text: string, position: number, firstLine = 1) {
  const before = [...text].slice(0, position).join('').split('\n');
  const index = before.length - 1;
  return {
    line: firstLine + index,
    column: [...(before[index] ?? '')].length + 1,
    text: text.split('\n')[index] ?? '',
  };
}

function parse(
  text: string,
  file: string,
  firstLine: number,
): { stmt?: object; stmt_location?: number; stmt_len?: number }[] {
  try {
    return text.trim() === '' ? [] : (parseSync(text).stmts ?? []);
  } catch (cause) {
    if (!hasSqlDetails(cause)) throw cause;
    const place = placeOf(text, cause.sqlDetails?.cursorPosition ?? 0, firstLine);
    throw finding(
      {
        problem: `${file}:${place.line} ${cause.message} (SQLSTATE 42601)`,
        expected: 'SQL that PostgreSQL can parse',
        details: [`${String(place.line).padStart(9)}  ${place.text}`, `${' '.repeat(10 + place.column)}^`],
        remedy: 'mend the statement; nothing was applied, every database is exactly as before',
      },
      { cause },
    );
  }
}

/** The grammar takes a NUL byte for the end of the text: what stands behind it would fall away without a word. */
function refuseNul(text: string, file: string, firstLine: number): void {
  const position = text.indexOf('\0');
  if (position === -1) return;
  throw finding({
    problem: `${file}:${firstLine + text.slice(0, position).split('\n').length - 1} holds a NUL byte`,
    expected: 'text that PostgreSQL can store',
    remedy: 'remove it; nothing was applied, every database is exactly as before',
  });
}

function newlinesIn(bytes: Buffer): number {
  let count = 0;
  for (const byte of bytes) if (byte === 0x0a) count += 1;
  return count;
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
