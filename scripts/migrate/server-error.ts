import type pg from 'pg';
import { type ParsedStatement, placeOf } from '../sql/parse.ts';

const SHOWN_LINES = 8;
/** Classes of errors whose DETAIL names objects, never row values: features, dependencies, names, locks, our own. */
const SAFE_DETAIL = /^(0A|2B|2F|3[DF]|42|55|CD)/;

/**
 * Says what the server answered to a statement, and where that stands, without any value of a row.
 *
 * @param statement undefined if it failed at commit.
 * @returns a headline with file, line and SQLSTATE, and lines with the statement, detail, hint and context.
 */
export function explainServerError(
  path: string,
  statement: ParsedStatement | undefined,
  error: pg.DatabaseError,
) {
  const { code = 'unknown', detail, hint, where = '' } = error;
  const place = statement ? `:${lineOf(statement, error)}` : '';
  const contexts = where.split('\n').filter((line) => line.startsWith('PL/pgSQL function '));
  const own = statement && RAISED_BY_BLOCK.test(where) ? statement.sql : undefined;
  const message = own === undefined ? withoutValues(error.message, code) : wordsOf(error.message, own);
  return {
    problem: `${path}${place} ${message} (SQLSTATE ${code})`,
    details: [
      ...(statement ? quote(statement) : ['at commit: a deferred constraint or trigger']),
      ...(detail && SAFE_DETAIL.test(code) && own === undefined ? [`detail  ${detail}`] : []),
      ...(hint ? [`hint    ${own === undefined ? hint : wordsOf(hint, own)}`] : []),
      ...contexts.map((context) => `in      ${context}`),
    ],
  };
}

/** What a block raises itself: nobody but its author said what stands in it. */
const RAISED_BY_BLOCK = /^PL\/pgSQL function inline_code_block line \d+ at (RAISE|ASSERT)$/m;

/** The words of a block that it raised, with a sign for each value that it put in. */
function wordsOf(said: string, sql: string): string {
  const texts = [...sql.matchAll(/'((?:[^']|'')*)'/g)].map(([, text = '']) => text.replaceAll("''", "'"));
  return texts.find((text) => text !== '%' && isFilledIn(text, said))?.replaceAll('%', '…') ?? '…';
}

/** Whether a text with values for its signs says that. Looked for from left to right: a pattern would try every place of a long value for each sign. */
function isFilledIn(text: string, said: string): boolean {
  const [first = '', ...parts] = text.split('%');
  const last = parts.pop();
  if (last === undefined) return text === said;
  if (!said.startsWith(first) || !said.endsWith(last)) return false;
  let at = first.length;
  for (const part of parts) {
    const found = said.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= said.length - last.length;
}

/** What the server answered, in one line, without any value of a row. */
export function serverSaid({ message, code = 'unknown' }: pg.DatabaseError): string {
  return `the server said: ${withoutValues(message, code)} (SQLSTATE ${code})`;
}

/**
 * Leaves out of a runner's output what may hold row values. A value may hold line breaks, so that nobody can tell where it ends: what
 * stands below its first line is left out as well, but for the exit code.
 */
export function withoutRowValues(printed: string): string[] {
  const lines = withoutBrokenValues(printed).split('\n');
  const first = lines.findIndex((line) => /DETAIL|Key \(|Failing row/i.test(line));
  const shown =
    first === -1 ? lines : [...lines.slice(0, first), ...lines.slice(first).filter(isExitCode).slice(-1)];
  return shown
    .filter((line) => line.trim() !== '')
    .map((line) => withoutValues(line, /\b22[0-9A-Z]{3}\b/.exec(line)?.[0] ?? ''));
}

const isExitCode = (line: string) => /^exit code \w+$/.test(line);

/** A value with a line break in it: its first line carries no SQLSTATE, which a runner prints behind the last. */
function withoutBrokenValues(printed: string): string {
  return printed.replace(/"[\s\S]*"(?=[^"\n]*\b22[0-9A-Z]{3}\b)/g, '"…"');
}

/** Class 22, data exceptions, quotes the offending value: `invalid input syntax for type integer: "Maria"`. */
function withoutValues(message: string, code: string): string {
  return code.startsWith('22') ? message.replace(/"[\s\S]*"/, '"…"') : message;
}

/** The line of the position that the server names, else that of the statement. */
function lineOf({ sql, line }: ParsedStatement, { position }: pg.DatabaseError): number {
  return position === undefined ? line : placeOf(sql, Number(position) - 1, line).line;
}

function quote({ sql, line }: ParsedStatement): string[] {
  const lines = sql.split('\n').map((content, index) => `${String(line + index).padStart(9)}  ${content}`);
  const hidden = lines.length - SHOWN_LINES;
  return hidden > 0 ? [...lines.slice(0, SHOWN_LINES), `${'…'.padStart(9)}  ${hidden} more lines`] : lines;
}
