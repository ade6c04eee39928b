import { all, any, atom, FALSE, type Formula, TRUE } from './formula.ts';

/** What a role, capability or purpose is called as an atom. A caller has one role at a time: see `rolesIn`. */
export const ROLE = 'the role is ';

/** The row stands in the organisation that the caller acts in. */
export const OWN_TENANT = "the row is of the caller's current organisation";
/** The caller is an operator. */
export const OPERATOR = 'the caller is an operator';

const SCALAR = /^\( SELECT authz\.(\w+)\((.*)\) AS \w+\)$/s;
const ARRAY = /^'\{(.*)\}'::text\[\]$/s;
const LISTED = /^(.+) = ANY \((?:'\{(.*)\}'::text\[\]|ARRAY\[(.*)\])\)$/s;
const COALESCE = /^COALESCE\((.*)\)$/s;

/**
 * Looks into the conditions whose meaning is known: who is asked for by our own scalars, and lists of constants. Everything
 * else is told by its text.
 *
 * @param parse reads a part that is a condition itself.
 */
export function readAtom(text: string, parse: (text: string) => Formula): Formula {
  const plain = text.replace(/^\((?! SELECT)(.*)\)$/s, '$1');
  if (/^true$/i.test(plain)) return TRUE;
  if (/^false$/i.test(plain)) return FALSE;
  if (/^NULL(::boolean)?$/i.test(plain)) return { kind: 'constant', value: null };
  return readAudience(plain) ?? readCoalesce(plain, parse) ?? readList(plain) ?? readComparison(plain);
}

/** Equal things stay equal whichever side they stand on; `<>` and `is not null` are the negation of what they negate. */
function readComparison(text: string): Formula {
  const unknown = /^(.+) IS NOT NULL$/s.exec(text)?.[1];
  if (unknown !== undefined) return { kind: 'not', of: atom(`${unknown} IS NULL`) };
  for (const operator of [' = ', ' <> ']) {
    const sides = splitAt(text, operator);
    if (sides.length !== 2 || /^(ANY|ALL) /.test(sides[1] ?? '')) continue;
    const [left = '', right = ''] = sides.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
    const equal = readTenant(left, right) ?? atom(`${left} = ${right}`);
    return operator === ' = ' ? equal : { kind: 'not', of: equal };
  }
  return atom(text);
}

/** A plain column stands first. */
function rank(side: string): number {
  return /^\w+$/.test(side) ? 0 : 1;
}

/** `(select authz.holds('{doctor}', '{}'))` */
function readAudience(text: string): Formula | undefined {
  const call = SCALAR.exec(text);
  const args = call ? argumentsOf(call[2] ?? '') : [];
  const roles = listOf(args[0]);
  if (call?.[1] === 'holds' && args.length === 2) return audience(args);
  if (call?.[1] === 'is_operator' && args.length === 1 && roles) return all([atom(OPERATOR), role(roles)]);
  return;
}

/** `organisation_id = (select authz.organisation_for('{doctor}', '{}'))`, or the first of several such scalars. */
function readTenant(column: string, scalar: string): Formula | undefined {
  if (column !== 'organisation_id') return;
  const several = COALESCE.exec(scalar)?.[1];
  const readings = (several === undefined ? [scalar] : argumentsOf(several)).map(readScalar);
  const read = readings.filter((reading) => reading !== undefined);
  if (read.length < readings.length || read.length === 0) return;
  return all([atom(OWN_TENANT), any(read)]);
}

function readScalar(text: string): Formula | undefined {
  const [, name, list = ''] = SCALAR.exec(text) ?? [];
  const args = argumentsOf(list);
  if (name === 'organisation_id' && list === '') return TRUE;
  if (name === 'organisation_for' && args.length === 2) return audience(args);
  if (name !== 'organisation_within' || args.length !== 5) return;
  const [, , hours = '', network = '', list5] = args;
  const purposes = listOf(list5);
  const who = audience(args);
  if (!who || !purposes) return;
  return all([
    who,
    ...(/^NULL/i.test(hours) ? [] : [atom(`it is within the hours ${hours}`)]),
    ...(network === 'true' ? [atom('the network is allowed')] : network === 'false' ? [] : [atom(network)]),
    ...(purposes.length === 0 ? [] : [any(purposes.map((purpose) => atom(`the purpose is ${purpose}`)))]),
  ]);
}

/** Roles are alternatives, none of them meaning any; capabilities are all needed. */
function audience([roles, capabilities]: readonly string[]): Formula | undefined {
  const [anyOf, allOf] = [listOf(roles), listOf(capabilities)];
  if (!anyOf || !allOf) return;
  return all([role(anyOf), ...allOf.map((capability) => atom(`the capability ${capability} is held`))]);
}

function role(names: readonly string[]): Formula {
  return names.length === 0 ? TRUE : any(names.map((name) => atom(`${ROLE}${name}`)));
}

/** `COALESCE(condition, false)` is never null. */
function readCoalesce(text: string, parse: (text: string) => Formula): Formula | undefined {
  const args = argumentsOf(COALESCE.exec(text)?.[1] ?? '');
  const [condition, otherwise = ''] = args;
  if (args.length !== 2 || !condition || !/^(true|false)$/i.test(otherwise)) return;
  const isTrue = /^true$/i.test(otherwise);
  return { kind: 'is', value: !isTrue, negated: isTrue, of: parse(condition) };
}

/** `status = ANY ('{a,b}')` is `status = a or status = b`. */
function readList(text: string): Formula | undefined {
  const [, left, literal, items] = LISTED.exec(text) ?? [];
  if (left === undefined) return;
  const values =
    literal === undefined
      ? argumentsOf(items ?? '').map((item) => /^'((?:[^']|'')*)'::text$/.exec(item)?.[1])
      : listOf(`'{${literal}}'::text[]`);
  if (!values || values.length === 0 || values.some((value) => value === undefined)) return;
  return any(values.map((value) => atom(`${left} = '${value}'::text`)));
}

/** The words of a literal array; undefined where it is none, or holds anything but plain words. */
function listOf(text: string | undefined): readonly string[] | undefined {
  const inner = ARRAY.exec(text ?? '')?.[1];
  if (inner === undefined || (inner !== '' && !/^[\w. -]+(,[\w. -]+)*$/.test(inner))) return;
  return inner === '' ? [] : inner.split(',');
}

function argumentsOf(text: string): readonly string[] {
  return text.trim() === '' ? [] : splitAt(text, ',');
}

/** Splits a text where a separator stands outside of parentheses and quotes. */
function splitAt(text: string, separator: string): string[] {
  const parts: string[] = [''];
  let depth = 0;
  let quote = '';
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] as string;
    if (quote === '' && depth === 0 && text.startsWith(separator, index)) {
      parts.push('');
      index += separator.length - 1;
      continue;
    }
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === "'" || character === '"') quote = character;
    else if (character === '(' || character === '[') depth += 1;
    else if (character === ')' || character === ']') depth -= 1;
    parts[parts.length - 1] += character;
  }
  return parts.map((part) => part.trim());
}
