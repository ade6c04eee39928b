import type { BrokenConstraint } from './errors.ts';

interface Refusal extends BrokenConstraint {
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
}

type Words = Omit<Refusal, 'code'>;

const LISTED = 'generated/constraints.md lists what each constraint asks.';

const SAID: Readonly<Record<string, (of: { table: string; column: string; constraint: string }) => string>> =
  {
    '23502': ({ table, column }) => `${table}: ${column} has no value`,
    '23503': ({ table, constraint }) =>
      `${table}: what the row refers to is not there, or what goes is still referred to (${constraint})`,
    '23505': ({ table, constraint }) => `${table}: there is such a row already (${constraint})`,
    '23514': ({ table, constraint }) => `${table}: the row is not as the table takes it (${constraint})`,
  };

/**
 * Says what a constraint refuses. Of PostgreSQL's own text only the names are kept: what stands behind "Key" and "Failing row" are values.
 * What our functions raise of class 23 has a hint, which PostgreSQL never gives for a constraint, and is said as they say it.
 *
 * @param refusal as a driver tells it; PostgREST and Prisma tell the names in the text alone.
 */
export function wordsOfConstraint({ code, message, hint, ...named }: Refusal): Words {
  const table = named.table ?? /\b(?:relation|table) "([^"]+)"/.exec(message)?.[1];
  const column = named.column ?? /\bcolumn "([^"]+)"/.exec(message)?.[1];
  const constraint = named.constraint ?? /\bconstraint "([^"]+)"/.exec(message)?.[1];
  if (hint !== undefined) return { message, hint, table, column, constraint };
  const names = {
    table: table ?? 'a table',
    column: column ?? 'a column',
    constraint: constraint ?? 'a constraint',
  };
  return {
    message: SAID[code]?.(names) ?? 'a constraint refuses the row',
    hint: LISTED,
    table,
    column,
    constraint,
  };
}
