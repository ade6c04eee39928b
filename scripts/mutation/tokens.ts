import { scanSync } from 'libpg-query';

/** One word of SQL or PL/pgSQL, as PostgreSQL's own lexer sees it. */
export interface Token {
  /** As written. */
  readonly text: string;
  /** In lower case, unless it is quoted. */
  readonly word: string;
  readonly start: number;
  readonly end: number;
  /** How many parentheses and brackets stand open before it; a closing one has the depth of its opening one. */
  readonly depth: number;
}

/**
 * Splits a text into words, comments left out. `loadModule` of libpg-query must have run.
 *
 * @throws what the lexer says of a text that is not SQL.
 */
export function tokensOf(text: string): readonly Token[] {
  const place = unitsOf(text);
  let depth = 0;
  return scanSync(text).tokens.flatMap(({ start, end, tokenName }) => {
    if (tokenName === 'SQL_COMMENT' || tokenName === 'C_COMMENT') return [];
    const [from, to] = [place(start), place(end)];
    const written = text.slice(from, to);
    if (written === ')' || written === ']') depth -= 1;
    const token = {
      text: written,
      word: /^["']/.test(written) ? written : written.toLowerCase(),
      start: from,
      end: to,
      depth,
    };
    if (written === '(' || written === '[') depth += 1;
    return [token];
  });
}

/** The text with one stretch replaced. */
export function replaced(text: string, { start, end }: { start: number; end: number }, by: string): string {
  return text.slice(0, start) + by + text.slice(end);
}

/** The lexer counts bytes, JavaScript UTF-16 units. */
function unitsOf(text: string): (byte: number) => number {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length === text.length) return (byte) => byte;
  return (byte) => bytes.subarray(0, byte).toString('utf8').length;
}
