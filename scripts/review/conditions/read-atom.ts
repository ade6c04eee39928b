import { any, atom, FALSE, type Formula, TRUE } from './formula.ts';
import { isAudience, isOfOwnTenant } from './read-scalar.ts';
import { argumentsOf, between, splitAt, wordsOf } from './scan-text.ts';

/** Which of its values a condition is asked for: what is exact for one need not be for the other, as null is neither. */
export type Asked = 'truth' | 'falsehood';

/** What surrounds an atom. */
interface Context {
  /** Reads a part that is a condition itself. */
  readonly parse: (text: string, asked: Asked) => Formula;
  /** Columns that hold several values in one. */
  readonly composites: readonly string[];
}

type Parse = Context['parse'];

/**
 * Looks into the conditions whose meaning is known: who is asked for by our own scalars, lists, comparisons. Everything else is
 * told by its text.
 */
export function readAtom(text: string, asked: Asked, { parse, composites }: Context): Formula {
  if (/^true$/i.test(text)) return TRUE;
  if (/^false$/i.test(text)) return FALSE;
  if (/^NULL(::boolean)?$/i.test(text)) return { kind: 'constant', value: null };
  return (
    isAudience(text) ??
    readCoalesce(text, parse) ??
    readNullTest(text, composites) ??
    readList(text, asked, parse) ??
    readComparison(text, asked, parse)
  );
}

/** `COALESCE(condition, false)` is never null. */
function readCoalesce(text: string, parse: Parse): Formula | undefined {
  const [condition, otherwise = '', ...more] = argumentsOf(between(text, 'COALESCE(') ?? '');
  if (!condition || more.length > 0 || !/^(true|false)$/i.test(otherwise)) return;
  const isTrue = /^true$/i.test(otherwise);
  return {
    kind: 'is',
    value: !isTrue,
    negated: isTrue,
    of: parse(condition, isTrue ? 'falsehood' : 'truth'),
  };
}

/**
 * `x IS NOT NULL` negates `x IS NULL` where x is one value. Of a composite one it does not: some of its fields may be null. So
 * only a column is taken for one value, and a scalar of ours.
 */
function readNullTest(text: string, composites: readonly string[]): Formula | undefined {
  const tested = /^(.+) IS NOT NULL$/s.exec(text)?.[1];
  if (tested === undefined || splitAt(text, ' IS NOT NULL').length !== 2) return;
  const audience = isAudience(tested, 'organisation');
  if (audience) return audience;
  return /^\w+$/.test(tested) && !composites.includes(tested)
    ? { kind: 'not', of: atom(`${tested} IS NULL`) }
    : atom(text);
}

/** `status = ANY ('{a,b}')` is `status = a or status = b`, and `<> ALL` its negation. */
function readList(text: string, asked: Asked, parse: Parse): Formula | undefined {
  for (const operator of [' = ANY ', ' <> ALL ']) {
    const [left, right, ...more] = splitAt(text, operator);
    if (left === undefined || right === undefined || more.length > 0) continue;
    const items = itemsOf(between(right, '(') ?? '');
    if (!items || items.length === 0) return;
    const isAny = operator === ' = ANY ';
    const inside = isAny ? asked : opposite(asked);
    const listed = any(items.map((item) => equality(left, item, inside, parse)));
    return isAny ? listed : { kind: 'not', of: listed };
  }
  return;
}

/** The elements of `ARRAY[a, b]` or `'{a,b}'::text[]`; undefined where they cannot be told. */
function itemsOf(text: string): readonly string[] | undefined {
  const listed = between(text, 'ARRAY[');
  if (listed !== undefined) return argumentsOf(listed);
  const words = wordsOf(text);
  return words?.map((word) => `'${word}'::text`);
}

/** Equal things stay equal whichever side they stand on; `<>` is the negation of `=`, and `>` is `<` turned round. */
function readComparison(text: string, asked: Asked, parse: Parse): Formula {
  const parts = (operator: string) => {
    const [left, right, ...more] = splitAt(text, operator);
    return left && right && more.length === 0 && !/^(ANY|ALL)\b/.test(right) ? [left, right] : undefined;
  };
  const [left, right] = parts(' = ') ?? [];
  if (left && right) return equality(left, right, asked, parse);
  const [one, other] = parts(' <> ') ?? [];
  if (one && other) return { kind: 'not', of: equality(one, other, opposite(asked), parse) };
  for (const [operator, turned] of [
    [' > ', '<'],
    [' >= ', '<='],
  ] as const) {
    const [more, less] = parts(operator) ?? [];
    if (more && less) return atom(`${less} ${turned} ${more}`);
  }
  return atom(text);
}

function equality(left: string, right: string, asked: Asked, parse: Parse): Formula {
  // `1 = 1`. Anything but a constant may be null, and is not even equal to itself then.
  if (left === right && /^(-?\d+|'[^']*'::[\w ]+)$/.test(left)) return TRUE;
  for (const [value, condition] of [
    [left, right],
    [right, left],
  ] as const) {
    if (/^true$/i.test(value)) return parse(condition, asked);
    if (/^false$/i.test(value)) return { kind: 'not', of: parse(condition, opposite(asked)) };
  }
  const [first = '', second = ''] = [left, right].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  // Without a membership the scalar is null, and so is the comparison: only where it is true is it what we read into it.
  const tenant = asked === 'truth' ? isOfOwnTenant(first, second) : undefined;
  return tenant ?? atom(`${first} = ${second}`);
}

/** What is asked of a condition whose negation is asked for `asked`. */
export function opposite(asked: Asked): Asked {
  return asked === 'truth' ? 'falsehood' : 'truth';
}

/** A plain column stands first. */
function rank(side: string): number {
  return /^(?!\d)\w+$/.test(side) ? 0 : 1;
}
