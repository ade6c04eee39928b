/** How each type of PostgreSQL is taken, for the schemas of generated/zod.ts. */
import { z } from 'zod';
import { holds, type Truth } from './zod-sql.ts';

/** PostgreSQL stores no NUL, and no half of a character. */
const isStorable = (value: string) => !/[\0\p{Surrogate}]/u.test(value);
/** The same within JSON, which escapes both. */
const isStorableJson = (value: unknown) =>
  !/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/.test(JSON.stringify(value));

export const text = z.string().refine(isStorable, 'expected whole characters, and no NUL');
export const texts = z.array(text);
/** In any case; PostgreSQL asks no version of it. */
export const uuid = z.guid();
export const boolean = z.boolean();
export const smallint = z.int().min(-32_768).max(32_767);
export const integer = z.int().min(-2_147_483_648).max(2_147_483_647);
export const inet = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]);
export const cidr = z.union([z.cidrv4(), z.cidrv6()]);
/** A value of JSON. Its `null` is NULL to both drivers, so that only a nullable column takes it. */
export const jsonb = z
  .json()
  .refine((value) => value !== null, 'expected a value')
  .refine(isStorableJson, 'expected whole characters, and no NUL');
/** A type that is not known here: anything but nothing. */
export const unknown = z
  .unknown()
  .refine((value) => value !== null && value !== undefined, 'expected a value');

// What is written is JSON, which both drivers send as it is.
/** ISO 8601 with an offset. PostgreSQL's `infinity` and years beyond 9999 are not taken. */
export const timestamptz = z.iso.datetime({ offset: true });
/** `2026-11-28` */
export const date = z.iso.date();
/** As far as JavaScript counts without a gap. */
export const bigint = z.int();
/** The number of a transaction. */
export const xid8 = z.string().regex(/^\d{1,20}$/);

// What is read is what a driver gives: node-postgres a Date and a string, supabase-js JSON.
/** Infinite where something never ends: a number by node-postgres, a text in JSON. */
export const readTimestamptz = z.union([
  z.date(),
  timestamptz,
  z.literal([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 'infinity', '-infinity']),
]);
/** Of a Date, the day where the program runs. */
export const readDate = z.union([z.date(), date]);
export const readBigint = z.union([z.int(), z.bigint(), z.string().regex(/^-?\d{1,19}$/)]);
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
