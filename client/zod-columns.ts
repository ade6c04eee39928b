/** How each type of PostgreSQL is taken, for the schemas of generated/zod.ts. */
import { z } from 'zod';
import { isNetwork } from './zod-address.ts';
import { holds, type Truth } from './zod-sql.ts';

/** PostgreSQL stores no NUL, and no half of a character. */
const isStorable = (value: string) => !/[\0\p{Surrogate}]/u.test(value);
/** The same within JSON, which escapes both. */
const isStorableJson = (value: unknown) =>
  !/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/.test(JSON.stringify(value));
/** Whether JSON ends within so many levels: what reads it calls itself for each, and so do Zod and `JSON.stringify`. */
const isWithin = (levels: number, value: unknown): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (levels > 0 && Object.values(value).every((inner) => isWithin(levels - 1, inner)));

/** Far below where Zod runs out of stack (some 1,500 objects), of which its caller may have used a part. The server takes some 10,000. */
const LEVELS = 500;

/** The server's parser holds no longer moment, however many digits its second has. */
const MOMENT_LENGTH = 149;

export const text = z.string().refine(isStorable, 'expected whole characters, and no NUL');
export const texts = z.array(text);
/** In any case; PostgreSQL asks no version of it. */
export const uuid = z.guid();
export const boolean = z.boolean();
export const smallint = z.int().min(-32_768).max(32_767);
export const integer = z.int().min(-2_147_483_648).max(2_147_483_647);
export const inet = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]);
/** A network, without bits of one host in it; an address alone is a network of one. */
export const cidr = z
  .union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])
  .refine(isNetwork, 'expected no bits to the right of the mask');
/** A value of JSON. Its `null` is NULL to both drivers, so that only a nullable column takes it. */
export const jsonb = z
  .unknown()
  .refine((value) => isWithin(LEVELS, value), `expected JSON of at most ${LEVELS} levels`)
  .pipe(z.json())
  .refine((value) => value !== null, 'expected a value')
  .refine(isStorableJson, 'expected whole characters, and no NUL');
/** A type that is not known here: anything but nothing. */
export const unknown = z
  .unknown()
  .refine((value) => value !== null && value !== undefined, 'expected a value');

// What is written is JSON, which both drivers send as it is.
/** No year was 0: it is 1 BC. */
const isYear = (value: string) => !value.startsWith('0000');
/**
 * ISO 8601 with seconds and an offset, which PostgreSQL takes below sixteen hours. Its `infinity`, BC, years beyond 9999, a 61st second
 * and 24:00 are not taken.
 */
export const timestamptz = z.iso
  .datetime({ offset: true })
  .max(MOMENT_LENGTH)
  .refine(isYear, 'expected a year from 0001 to 9999')
  .refine((value) => !/[+-](?:1[6-9]|2\d):\d\d$/.test(value), 'expected an offset below 16:00');
/** `2026-11-28` */
export const date = z.iso.date().refine(isYear, 'expected a year from 0001 to 9999');
/** As far as JavaScript counts without a gap. */
export const bigint = z.int();
/** The number of a transaction. */
export const xid8 = z
  .string()
  .regex(/^\d{1,20}$/, { abort: true })
  .refine((value) => BigInt(value) < 2n ** 64n, 'expected a number of 64 bits');

// What is read is what a driver gives: node-postgres a Date and a string, supabase-js JSON.
/** Where something never ends: a number by node-postgres, a text in JSON. */
const infinite = z.literal([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 'infinity', '-infinity']);
export const readTimestamptz = z.union([z.date(), timestamptz, infinite]);
/** Of a Date, the day where the program runs. */
export const readDate = z.union([z.date(), date, infinite]);
const int8 = z
  .bigint()
  .min(-(2n ** 63n))
  .max(2n ** 63n - 1n);
export const readBigint = z.union([
  z.int(),
  int8,
  z
    .string()
    .regex(/^-?\d{1,19}$/, { abort: true })
    .refine((value) => int8.safeParse(BigInt(value)).success, 'expected a number of 64 bits'),
]);
export const readXid8 = z.union([z.int(), z.bigint(), xid8]);

interface Failure {
  readonly error: string;
  readonly params: { readonly constraint: string };
}

/** The CHECK of one column, as `refine` takes it. */
export function check(
  constraint: string,
  definition: string,
  isMet: (value: unknown) => Truth,
): [(value: unknown) => boolean, Failure] {
  return [(value) => holds(() => isMet(value)), failure(constraint, definition)];
}

/**
 * A CHECK of several columns. It is asked where all of them are given: what an insert or update leaves out, only the database
 * knows, with its defaults, its triggers and the row that is there.
 */
export function rule(
  constraint: string,
  definition: string,
  columns: readonly string[],
  isMet: (row: Readonly<Record<string, unknown>>) => Truth,
): [(row: Readonly<Record<string, unknown>>) => boolean, Failure] {
  const isGiven = (row: Readonly<Record<string, unknown>>) =>
    columns.every((column) => row[column] !== undefined);
  return [(row) => !isGiven(row) || holds(() => isMet(row)), failure(constraint, definition)];
}

/** Names the constraint and what it asks, never a value. */
function failure(constraint: string, definition: string): Failure {
  return { error: `violates ${constraint}: ${definition}`, params: { constraint } };
}
