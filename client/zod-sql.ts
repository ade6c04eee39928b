/**
 * What PostgreSQL means by the parts of a CHECK constraint, for the schemas of generated/zod.ts: three-valued logic, lengths in
 * characters, moments in microseconds. Everything takes NULL (`null`, or `undefined` for what was not given) and hands it on.
 */

/** true, false, or SQL's NULL: unknown. */
export type Truth = boolean | null;
type Ordered = number | bigint | string;

const given = (value: unknown): boolean => value !== null && value !== undefined;

/** A CHECK refuses what is false; what is unknown passes. What PostgreSQL cannot compute it refuses with another code. */
export function holds(check: () => Truth): boolean {
  try {
    return check() !== false;
  } catch {
    return false;
  }
}

export function and(...terms: Truth[]): Truth {
  if (terms.includes(false)) return false;
  return terms.includes(null) ? null : true;
}

export function or(...terms: Truth[]): Truth {
  if (terms.includes(true)) return true;
  return terms.includes(null) ? null : false;
}

export const truth = (value: unknown): Truth => (value === undefined ? null : (value as Truth));
export const not = (term: Truth): Truth => (term === null ? null : !term);
export const isNull = (value: unknown): boolean => !given(value);
export const isNotNull = (value: unknown): boolean => given(value);

function compare(a: unknown, b: unknown, wanted: (order: number) => boolean): Truth {
  if (!given(a) || !given(b)) return null;
  const [left, right] = [a as Ordered, b as Ordered];
  return wanted(left < right ? -1 : left > right ? 1 : 0);
}

export const eq = (a: unknown, b: unknown): Truth => compare(a, b, (order) => order === 0);
export const ne = (a: unknown, b: unknown): Truth => compare(a, b, (order) => order !== 0);
export const lt = (a: unknown, b: unknown): Truth => compare(a, b, (order) => order < 0);
export const le = (a: unknown, b: unknown): Truth => compare(a, b, (order) => order <= 0);
export const gt = (a: unknown, b: unknown): Truth => compare(a, b, (order) => order > 0);
export const ge = (a: unknown, b: unknown): Truth => compare(a, b, (order) => order >= 0);

/** `value = any (array[…])` */
export const oneOf = (value: unknown, list: unknown): Truth =>
  given(list) ? or(...(list as unknown[]).map((each) => eq(value, each))) : null;

/** `array <@ array` */
export const within = (array: unknown, list: readonly string[]): Truth =>
  given(array) ? (array as string[]).every((each) => list.includes(each)) : null;

export const matches = (text: unknown, pattern: RegExp): Truth =>
  given(text) ? pattern.test(text as string) : null;

/** Characters, where JavaScript counts the halves of those beyond the basic plane. */
export const length = (text: unknown): number | null => (given(text) ? [...(text as string)].length : null);
export function btrim(value: unknown): string | null {
  if (!given(value)) return null;
  // No pattern: ` +$` begins anew at each blank of a long run, so that a text of a hundred thousand takes twenty seconds.
  const text = value as string;
  let [from, to] = [0, text.length];
  while (text[from] === ' ') from += 1;
  while (to > from && text[to - 1] === ' ') to -= 1;
  return text.slice(from, to);
}
/** `lower(text collate "C")` */
export const lowerC = (text: unknown): string | null =>
  given(text) ? (text as string).replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : null;
export const cardinality = (array: unknown): number | null =>
  given(array) ? (array as unknown[]).length : null;
export const nonNulls = (...values: unknown[]): number => values.filter(given).length;
export const nulls = (...values: unknown[]): number => values.length - nonNulls(...values);
/** Of a moment, as {@link instant} gives it. */
export const isfinite = (moment: bigint | null): Truth =>
  moment === null ? null : moment !== FOREVER && moment !== -FOREVER;

export const plus = (a: bigint | null, b: bigint): bigint | null => (a === null ? null : a + b);
export const minus = (a: bigint | null, b: bigint | null): bigint | null =>
  a === null || b === null ? null : a - b;

/** A whole number, however the driver hands it out. */
export const integer = (value: unknown): bigint | null =>
  given(value) ? BigInt(value as number | bigint | string) : null;

/** Beyond every moment that PostgreSQL knows. */
const FOREVER = 2n ** 70n;

/** Microseconds since 1970: PostgreSQL keeps six digits of a second, a Date three. */
export function instant(value: unknown): bigint | null {
  if (!given(value)) return null;
  if (/^-?infinity$/i.test(String(value))) return String(value).startsWith('-') ? -FOREVER : FOREVER;
  if (value instanceof Date) return BigInt(value.getTime()) * 1000n;
  const text = value as string;
  const [fraction = ''] = /(?<=\.)\d+/.exec(text) ?? [];
  const seconds = Date.parse(text.replace(/\.\d+/, ''));
  if (Number.isNaN(seconds)) throw new RangeError('not a moment');
  // As the server reads it: rounded to six digits, and ties to even.
  return BigInt(seconds) * 1000n + BigInt(roundHalfEven(Number(`0.${fraction || 0}`) * 1e6));
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** `2026-11-28`: of a Date the day where the program runs, which is what node-postgres sends and reads. */
export function day(value: unknown): string | null {
  if (!given(value)) return null;
  // `infinity`, which node-postgres gives as a number, sorts behind every digit, and `-infinity` before.
  if (typeof value === 'number') return value < 0 ? '-infinity' : 'infinity';
  if (!(value instanceof Date)) return value as string;
  const [year, month, date] = [value.getFullYear(), value.getMonth() + 1, value.getDate()];
  return [String(year).padStart(4, '0'), ...[month, date].map((part) => String(part).padStart(2, '0'))].join(
    '-',
  );
}

export * from './zod-json.ts';
