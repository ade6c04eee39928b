import type { Token } from './tokens.ts';

/** A condition that stands beside others, or alone behind WHERE or ON. */
export interface Term {
  readonly start: number;
  readonly end: number;
  /** What joins it to its neighbours. Leaving out a conjunct widens, leaving out a disjunct narrows. */
  readonly joinedBy: 'and' | 'or';
}

/** What separates conditions in SQL and PL/pgSQL beside parentheses. */
const BOUNDARIES = new Set(
  (
    'where if elsif when on having return then else case loop ; , := select from group order limit for returning union ' +
    'join left inner cross into values set end begin declare as perform update insert exception raise using constant ' +
    'default while do'
  ).split(' '),
);

/** A condition after one of these may be left out even if it stands alone. */
const OPENERS = new Set(['where', 'on', 'having']);

/** The conditions of a text, by the words that join them; BETWEEN's own AND joins none. */
export function termsOf(tokens: readonly Token[]): readonly Term[] {
  return stretchesOf(tokens).flatMap(({ opener, words, isCut }) => {
    const alternatives = split(words, connectives(words, 'or'));
    const conjuncts = alternatives.flatMap((alternative) => {
      const parts = split(alternative, connectives(alternative, 'and'));
      return parts.length > 1 || (alternatives.length === 1 && OPENERS.has(opener))
        ? parts.map((part) => spanOf(part, 'and'))
        : [];
    });
    const disjuncts = alternatives.length > 1 ? alternatives.map((part) => spanOf(part, 'or')) : [];
    const cutAt = isCut ? words.at(-1)?.end : undefined;
    const goesOnAt = opener === 'end' ? words[0]?.start : undefined;
    return [...conjuncts, ...disjuncts].filter(({ start, end }) => end !== cutAt && start !== goesOnAt);
  });
}

/** The ANDs and ORs that join conditions. */
export function connectivesOf(tokens: readonly Token[]): readonly Token[] {
  return stretchesOf(tokens).flatMap(({ words }) => [
    ...connectives(words, 'and'),
    ...connectives(words, 'or'),
  ]);
}

interface Stretch {
  readonly opener: string;
  /** The words of one depth, and with them what stands in their parentheses. */
  readonly words: readonly Token[];
  /** Its last condition goes on behind it, with a CASE, whose END the next stretch goes on from. */
  readonly isCut: boolean;
}

/** Cuts a text into stretches without a boundary, at every depth. */
function stretchesOf(tokens: readonly Token[]): readonly Stretch[] {
  const stretches: Stretch[] = [];
  const open: { opener: string; words: Token[] }[] = [{ opener: '', words: [] }];
  const close = (isCut = false) => {
    const last = open.pop();
    if (last && last.words.length > 0) stretches.push({ ...last, isCut });
  };
  tokens.forEach((token, index) => {
    if (token.text === ')' || token.text === ']') close();
    const inner = open.at(-1);
    if (isBoundary(tokens, index)) {
      close(token.word === 'case');
      // ON CONFLICT opens no condition, and its ON CONSTRAINT neither.
      const opener = /^(conflict|constraint)$/.test(tokens[index + 1]?.word ?? '') ? '' : token.word;
      open.push({ opener, words: [] });
    } else {
      inner?.words.push(token);
    }
    if (token.text === '(' || token.text === '[') open.push({ opener: '(', words: [] });
  });
  while (open.length > 0) close();
  return stretches;
}

function isBoundary(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index] as Token;
  if (!BOUNDARIES.has(token.word)) return false;
  // IS DISTINCT FROM, DISTINCT ON (…); left(…) is a function; a name after a dot is a name.
  if (/^(from|on)$/.test(token.word) && tokens[index - 1]?.word === 'distinct') return false;
  if (token.word === 'left' && tokens[index + 1]?.text === '(') return false;
  return tokens[index - 1]?.text !== '.';
}

function connectives(words: readonly Token[], word: 'and' | 'or'): readonly Token[] {
  let between = false;
  return words.filter((token) => {
    if (token.word === 'between') between = true;
    if (token.word !== word) return false;
    const joins = !(between && word === 'and');
    between = false;
    return joins;
  });
}

function split(words: readonly Token[], at: readonly Token[]): readonly (readonly Token[])[] {
  const parts: Token[][] = [[]];
  for (const token of words) {
    if (at.includes(token)) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts.filter((part) => part.length > 0);
}

function spanOf(part: readonly Token[], joinedBy: Term['joinedBy']): Term {
  return { start: part[0]?.start ?? 0, end: part.at(-1)?.end ?? 0, joinedBy };
}
