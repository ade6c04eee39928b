import { withoutRecorder } from '../../policy/recorded.ts';
import { type SqlToken, sqlTokens } from '../../sql/tokens.ts';
import { all, any, type Formula } from './formula.ts';
import { type Asked, opposite, readAtom } from './read-atom.ts';

interface Token extends SqlToken {
  /** In upper case. */
  readonly word: string;
}

/** A condition as tokens; every bracket, and every CASE, knows where it closes. */
interface Scanned {
  readonly tokens: readonly Token[];
  readonly closes: ReadonlyMap<number, number>;
  readonly expression: string;
  readonly composites: readonly string[];
}

/** Tokens from one to before another. */
type Part = readonly [from: number, to: number];

/**
 * Reads a condition as `pg_get_expr()` prints it: every AND, OR and NOT in parentheses of its own. What stands between them is an
 * atom, told by its text.
 *
 * The parser must have been loaded.
 *
 * @param composites columns that hold several values in one, which are null in a way of their own.
 * @param asked whether the formula is asked where the condition is true, or where it is false.
 */
export function parseCondition(
  expression: string,
  composites: readonly string[] = [],
  asked: Asked = 'truth',
): Formula {
  const scanned = { ...scan(withoutRecorder(expression)), composites };
  return read(scanned, [0, scanned.tokens.length], asked);
}

function scan(expression: string): Omit<Scanned, 'composites'> {
  const tokens = sqlTokens(expression).map((token) => ({ ...token, word: token.text.toUpperCase() }));
  const closes = new Map<number, number>();
  const open: number[] = [];
  tokens.forEach(({ word }, index) => {
    if (word === '(' || word === '[' || word === 'CASE') open.push(index);
    if (word !== ')' && word !== ']' && word !== 'END') return;
    const opened = open.pop();
    if (opened !== undefined) closes.set(opened, index);
  });
  return { tokens, closes, expression };
}

function read(scanned: Scanned, part: Part, asked: Asked): Formula {
  const { tokens } = scanned;
  const [from, to] = unwrap(scanned, part);
  for (const [word, join] of [
    ['OR', any],
    ['AND', all],
  ] as const) {
    const parts = split(scanned, [from, to], word);
    if (parts.length > 1) return join(parts.map((inner) => read(scanned, inner, asked)));
  }
  if (tokens[from]?.word === 'NOT') {
    return { kind: 'not', of: read(scanned, [from + 1, to], opposite(asked)) };
  }
  const { composites } = scanned;
  return (
    readTest(scanned, [from, to]) ??
    readAtom(textOf(scanned, [from, to]), asked, {
      composites,
      parse: (text, inner) => parseCondition(text, composites, inner),
    })
  );
}

/** `x IS NOT TRUE`. `x IS NULL` asks something else and stays an atom. */
function readTest(scanned: Scanned, [from, to]: Part): Formula | undefined {
  const { tokens } = scanned;
  const last = tokens[to - 1]?.word;
  if (last !== 'TRUE' && last !== 'FALSE') return;
  const negated = tokens[to - 2]?.word === 'NOT';
  const is = to - (negated ? 3 : 2);
  if (is <= from || tokens[is]?.word !== 'IS') return;
  const value = last === 'TRUE';
  return { kind: 'is', value, negated, of: read(scanned, [from, is], value ? 'truth' : 'falsehood') };
}

/** Without the parentheses that hold all of it; a sub-select keeps its own. */
function unwrap({ tokens, closes }: Scanned, [from, to]: Part): Part {
  let [first, last] = [from, to];
  while (
    tokens[first]?.text === '(' &&
    closes.get(first) === last - 1 &&
    !/^(SELECT|WITH|VALUES|TABLE)$/.test(tokens[first + 1]?.word ?? '')
  ) {
    first += 1;
    last -= 1;
  }
  return [first, last];
}

/** Parts between the words that stand outside of everything that opens and closes. */
function split({ tokens, closes }: Scanned, [from, to]: Part, word: string): readonly Part[] {
  const parts: Part[] = [];
  let start = from;
  for (let index = from; index < to; index += 1) {
    index = closes.get(index) ?? index;
    if (tokens[index]?.word !== word) continue;
    parts.push([start, index]);
    start = index + 1;
  }
  return [...parts, [start, to]];
}

function textOf({ tokens, expression }: Scanned, [from, to]: Part): string {
  return expression.slice(tokens[from]?.start ?? 0, tokens[to - 1]?.end ?? 0);
}
