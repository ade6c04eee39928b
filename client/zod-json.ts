/**
 * What PostgreSQL means by jsonb, and by arrays as text, in the CHECK constraints of generated/zod.ts. In here `undefined` is
 * SQL's NULL, and `null` the JSON value of that name.
 */

/** A jsonb column: what has no value is NULL. */
export const json = (value: unknown): unknown => value ?? undefined;

/** `jsonb_typeof(value)` */
export function jsonType(value: unknown): string | null {
  if (value === undefined) return null;
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

const isObject = (value: unknown): value is Record<string, unknown> => jsonType(value) === 'object';

/** `value -> 'key'` */
export const jsonField = (value: unknown, key: string): unknown =>
  isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;

/** `value ->> 'key'` */
export function jsonFieldText(value: unknown, key: string): string | null {
  const field = jsonField(value, key);
  return typeof field === 'string' ? field : field === null ? null : jsonText(field);
}

/** `text::numeric`; throws where PostgreSQL would. */
export function numeric(text: string | null): number | null {
  if (text === null) return null;
  if (!/^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text)) throw new RangeError('not a number');
  return Number(text);
}

/** `value ?& keys` */
export function hasKeys(value: unknown, keys: readonly string[]): boolean | null {
  if (value === undefined) return null;
  const held = isObject(value) ? Object.keys(value) : Array.isArray(value) ? value : [value];
  return keys.every((key) => held.includes(key));
}

/** `value - keys`; throws for a scalar, as PostgreSQL does. */
export function jsonWithout(value: unknown, keys: readonly string[]): unknown {
  if (value === undefined) return undefined;
  const isKept = (key: unknown) => !keys.includes(key as string);
  if (Array.isArray(value)) return value.filter(isKept);
  if (!isObject(value)) throw new TypeError('cannot delete from scalar');
  return Object.fromEntries(Object.entries(value).filter(([key]) => isKept(key)));
}

/** `value::text` of a jsonb: a space after each comma and colon, numbers without an exponent. Equal values, equal texts. */
export function jsonText(value: unknown): string | null {
  if (value === undefined) return null;
  if (Array.isArray(value)) return `[${value.map(jsonText).join(', ')}]`;
  if (isObject(value)) {
    const keys = Object.keys(value)
      .filter((key) => value[key] !== undefined)
      .sort();
    return `{${keys.map((key) => `${JSON.stringify(key)}: ${jsonText(value[key])}`).join(', ')}}`;
  }
  return typeof value === 'number' ? plainNumber(value) : JSON.stringify(value);
}

/** `1e+21` → `1000000000000000000000`, `1.5e-7` → `0.00000015` */
function plainNumber(value: number): string {
  const [, sign = '', whole = '', fraction = '', power = ''] =
    /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(JSON.stringify(value)) ?? [];
  if (power === '') return JSON.stringify(value);
  const digits = whole + fraction;
  const point = whole.length + Number(power);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return sign + digits.padEnd(point, '0');
}

/** `array::text` of a text array. */
export function arrayText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return `{${(value as string[]).map(element).join(',')}}`;
}

function element(text: string): string {
  const isBare = text !== '' && !/[\s{},"\\]/.test(text) && text.toLowerCase() !== 'null';
  return isBare ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
}
