/** Splits a text where a separator stands outside of parentheses, brackets and quotes. */
export function splitAt(text: string, separator: string): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  for (const index of outerPositions(text)) {
    if (index < start || !text.startsWith(separator, index)) continue;
    parts.push(text.slice(start, index).trim());
    start = index + separator.length;
  }
  return [...parts, text.slice(start).trim()];
}

/** The arguments of a list; none where it is empty. */
export function argumentsOf(text: string): readonly string[] {
  return text.trim() === '' ? [] : splitAt(text, ',');
}

/** What stands between an opening that ends in `(` or `[` and the very last character, which closes it; else undefined. */
export function between(text: string, opening: string): string | undefined {
  if (!text.startsWith(opening)) return;
  const inner = text.slice(opening.length, -1);
  const closing = opening.endsWith('[') ? ']' : ')';
  return text.endsWith(closing) && isBalanced(inner) ? inner : undefined;
}

/** The words of a literal array of text; undefined where it is none, or holds anything but plain words. */
export function wordsOf(text: string | undefined): readonly string[] | undefined {
  const inner = /^'\{(.*)\}'::text\[\]$/s.exec(text ?? '')?.[1];
  if (inner === '') return [];
  const words = inner?.split(',');
  return words?.every((word) => /^[\w.-]+$/.test(word) && !/^null$/i.test(word)) ? words : undefined;
}

/** A text with its sub-selects of one value, `( SELECT f(x) AS f)`, written as that value. */
export function withoutSelects(text: string): string {
  const start = text.indexOf('( SELECT ');
  if (start < 0) return text;
  for (let end = start + 1; end <= text.length; end += 1) {
    const inner = text[end - 1] === ')' ? between(text.slice(start, end), '( SELECT ') : undefined;
    if (inner === undefined) continue;
    const value = /^(.*) AS \w+$/s.exec(inner)?.[1];
    const isOne = value !== undefined && !/\b(FROM|WHERE|UNION)\b/.test(value);
    return `${text.slice(0, start)}${isOne ? withoutSelects(value) : text.slice(start, end)}${withoutSelects(text.slice(end))}`;
  }
  return text;
}

/** A text whose words are changed where they stand outside of quotes. */
export function outsideQuotes(text: string, change: (part: string) => string): string {
  return text
    .split(/('(?:[^']|'')*'|"(?:[^"]|"")*")/)
    .map((part, index) => (index % 2 === 0 ? change(part) : part))
    .join('');
}

/** Positions outside of parentheses, brackets and quotes. A text that closes what it never opened has no more after that. */
function* outerPositions(text: string): Generator<number> {
  let depth = 0;
  let quote = '';
  for (let index = 0; index < text.length; index += 1) {
    if (depth === 0 && quote === '') yield index;
    const character = text[index] as string;
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === "'" || character === '"') quote = character;
    else if (character === '(' || character === '[') depth += 1;
    else if (character === ')' || character === ']') depth -= 1;
    if (depth < 0) return;
  }
}

function isBalanced(text: string): boolean {
  let depth = 0;
  let quote = '';
  for (const character of text) {
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === "'" || character === '"') quote = character;
    else if (character === '(' || character === '[') depth += 1;
    else if (character === ')' || character === ']') depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0 && quote === '';
}
