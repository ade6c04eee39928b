import { scanSync } from 'libpg-query';
import { all, any, type Formula } from './formula.ts';
import { readAtom } from './read-atom.ts';

interface Token {
  readonly text: string;
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Reads a condition as `pg_get_expr()` prints it: every AND, OR and NOT in parentheses of its own. What stands between them is an
 * atom, told by its text.
 *
 * @param expression undefined where a policy has none: it lets everything through. The parser must have been loaded.
 */
export function parseCondition(expression: string | null | undefined): Formula {
  if (expression === null || expression === undefined) return { kind: 'constant', value: true };
  const bytes = Buffer.from(expression, 'utf8');
  const tokens = scanSync(expression).tokens.map(({ start, end }): Token => {
    const text = bytes.subarray(start, end).toString('utf8');
    return { text, word: text.toUpperCase(), start, end };
  });
  const textOf = (part: readonly Token[]) =>
    bytes.subarray(part[0]?.start ?? 0, part.at(-1)?.end ?? 0).toString('utf8');
  return read(tokens, textOf);
}

type TextOf = (tokens: readonly Token[]) => string;

function read(tokens: readonly Token[], textOf: TextOf): Formula {
  if (isWrapped(tokens)) return read(tokens.slice(1, -1), textOf);
  const alternatives = split(tokens, 'OR');
  if (alternatives.length > 1) return any(alternatives.map((part) => read(part, textOf)));
  const conjuncts = split(tokens, 'AND');
  if (conjuncts.length > 1) return all(conjuncts.map((part) => read(part, textOf)));
  if (tokens[0]?.word === 'NOT') return { kind: 'not', of: read(tokens.slice(1), textOf) };
  const tested = readTest(tokens, textOf);
  return tested ?? readAtom(textOf(tokens), (inner) => parseCondition(inner));
}

/** `x IS NOT TRUE`. `x IS NULL` asks something else and stays an atom. */
function readTest(tokens: readonly Token[], textOf: TextOf): Formula | undefined {
  const last = tokens.at(-1)?.word;
  if (last !== 'TRUE' && last !== 'FALSE') return;
  const negated = tokens.at(-2)?.word === 'NOT';
  const is = tokens.length - (negated ? 3 : 2);
  if (is < 1 || tokens[is]?.word !== 'IS' || depthAt(tokens, is) !== 0) return;
  return { kind: 'is', value: last === 'TRUE', negated, of: read(tokens.slice(0, is), textOf) };
}

/** Whether one pair of parentheses holds all of it. */
function isWrapped(tokens: readonly Token[]): boolean {
  if (tokens[0]?.text !== '(' || tokens.at(-1)?.text !== ')' || tokens[1]?.word === 'SELECT') return false;
  return tokens.every((_, index) => index === 0 || index === tokens.length || depthAt(tokens, index) > 0);
}

/** Parts between the words of depth 0; what stands in CASE … END is one part. */
function split(tokens: readonly Token[], word: string): readonly (readonly Token[])[] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.text === '(' || token.text === '[' || token.word === 'CASE') depth += 1;
    if (token.text === ')' || token.text === ']' || token.word === 'END') depth -= 1;
    if (depth === 0 && token.word === word) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

/** How many parentheses are open before a token. */
function depthAt(tokens: readonly Token[], index: number): number {
  let depth = 0;
  for (const { text } of tokens.slice(0, index)) {
    if (text === '(') depth += 1;
    if (text === ')') depth -= 1;
  }
  return depth;
}
