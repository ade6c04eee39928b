import { wordsOfConstraint } from './constraint-words.ts';
import { type BrokenConstraint, CordonError, errorClassOf } from './errors.ts';

const SQLSTATE = /^(?:42501|CD\d{3}|23(?:502|503|505|514))$/;

/** Of a denial nothing of the server's text is repeated: an application's own function may have put a value into it. */
const DENIED = 'the database denied it to this caller';

/**
 * Turns a driver's error into the class of its SQLSTATE: `42501`, every `CD` code of `docs/errors.md`, and what a constraint refuses.
 *
 * @param error what was thrown: by pg, by Kysely over pg, by Prisma's driver adapter, or anything else.
 * @returns a {@link CordonError} of the code's class with `error` as its `cause` (a plain `CordonError` for a `CD` code that
 *   this version does not know), or `error` itself. The message holds no value of a row; the cause's detail may.
 */
export function toCordonError(error: unknown): unknown {
  if (isOurs(error)) return error;
  const found = find(error, SQLSTATE);
  if (!found) return error;
  const { code } = found;
  const options = { ...wordsOf(found), cause: error };
  const Class = errorClassOf(code);
  return Class ? new Class(options.message, options) : new CordonError(code, options.message, options);
}

function wordsOf(found: Found): { message: string; hint: string | undefined } & BrokenConstraint {
  if (found.code === '42501') return { message: DENIED, hint: undefined };
  return found.code.startsWith('23')
    ? wordsOfConstraint(found)
    : { message: found.message, hint: found.hint };
}

export interface Found extends BrokenConstraint {
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
}

/** The first of these SQLSTATEs that an error names. Drivers nest: Prisma keeps the server's answer a few levels down. */
export function find(value: unknown, states: RegExp, depth = 0): Found | undefined {
  if (typeof value !== 'object' || value === null || depth > 4) return undefined;
  const of = (name: string) => read(value, name);
  const state = [of('originalCode'), of('code')].find(
    (each): each is string => typeof each === 'string' && states.test(each),
  );
  if (state !== undefined) {
    return {
      code: state,
      message: firstText(of('originalMessage'), of('message')) ?? state,
      hint: firstText(of('hint')),
      table: firstText(of('table')),
      column: firstText(of('column')),
      constraint: firstText(of('constraint')),
    };
  }
  return ['cause', 'meta', 'driverAdapterError'].reduce<Found | undefined>(
    (found, next) => found ?? find(of(next), states, depth + 1),
    undefined,
  );
}

/** Whoever catches must not be thrown at instead: a getter or a proxy, of whatever the function of a session threw, may throw itself. */
function read(value: object, name: string): unknown {
  try {
    return Reflect.get(value, name);
  } catch {
    return undefined;
  }
}

function isOurs(error: unknown): boolean {
  try {
    return error instanceof CordonError;
  } catch {
    return false;
  }
}

function firstText(...values: readonly unknown[]): string | undefined {
  return values.find((value): value is string => typeof value === 'string' && value !== '');
}
