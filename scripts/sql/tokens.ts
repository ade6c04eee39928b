import { scanSync } from 'libpg-query';

/** One word of SQL or PL/pgSQL. */
export interface SqlToken {
  /** As written. */
  readonly text: string;
  /** Where it begins in the text, and where what follows does. */
  readonly start: number;
  readonly end: number;
}

/**
 * Splits a text into words as PostgreSQL's own lexer does, comments left out: what stands in a literal is one word, whatever it holds.
 * `loadModule` of libpg-query must have run.
 *
 * @throws what the lexer says of a text that is not SQL.
 */
export function sqlTokens(text: string): readonly SqlToken[] {
  const place = unitsOf(text);
  return scanSync(text)
    .tokens.filter(({ tokenName }) => tokenName !== 'SQL_COMMENT' && tokenName !== 'C_COMMENT')
    .map((token) => {
      const [start, end] = [place(token.start), place(token.end)];
      return { text: text.slice(start, end), start, end };
    });
}

/** The lexer counts bytes, JavaScript UTF-16 units. Asked in their order: each stretch of the text is counted once. */
function unitsOf(text: string): (byte: number) => number {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length === text.length) return (byte) => byte;
  let [counted, units] = [0, 0];
  return (byte) => {
    units += bytes.subarray(counted, byte).toString('utf8').length;
    counted = byte;
    return units;
  };
}
