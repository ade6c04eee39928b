import { type SqlToken, sqlTokens } from '../sql/tokens.ts';

/** A word, and how deep it stands. */
export interface Token extends SqlToken {
  /** In lower case, unless it is quoted. */
  readonly word: string;
  /** How many parentheses and brackets stand open before it; a closing one has the depth of its opening one. */
  readonly depth: number;
}

/** The words of a text, each with its depth. */
export function tokensOf(text: string): readonly Token[] {
  let depth = 0;
  return sqlTokens(text).map((token) => {
    if (token.text === ')' || token.text === ']') depth -= 1;
    const word = /^["']/.test(token.text) ? token.text : token.text.toLowerCase();
    const placed = { ...token, word, depth };
    if (token.text === '(' || token.text === '[') depth += 1;
    return placed;
  });
}

/** The text with one stretch replaced. */
export function replaced(text: string, { start, end }: { start: number; end: number }, by: string): string {
  return text.slice(0, start) + by + text.slice(end);
}
