import { dirname } from 'node:path';
import pg from 'pg';
import { CommandError, misuse } from '../../scripts/console/errors.ts';
import { MIGRATIONS, type Migration } from '../../scripts/migrate/history.ts';
import { serverSaid } from '../../scripts/migrate/server-error.ts';
import { UnpreparedError } from '../envelope.ts';

/** One of two histories that are measured beside each other. */
export interface History {
  /** As messages name it: `main (11ba7ca0f0d6)`. */
  readonly called: string;
  readonly migrations: readonly Migration[];
  /** Whether its files can be opened: an error that names one says how to mend it, and stands as it is. */
  readonly isCheckedOut: boolean;
  /** How to mend one that cannot be built, filled or asked. */
  readonly remedy: string;
}

/** Answers that are about the machine, not about the history: no connection, no space, a server that stops, a bug of its own. */
const OF_THE_MACHINE = /^(08|53|57|58|XX)/;

/** What a user is told where a history cannot be built, filled or asked; whatever else went wrong is given back as it is. */
export function unfit({ called, isCheckedOut, migrations, remedy }: History, error: unknown): unknown {
  const details = saidOf(error);
  if (details === undefined || (error instanceof CommandError && isCheckedOut)) return error;
  const [first] = migrations;
  const folder = first ? dirname(first.path) : MIGRATIONS;
  return misuse(
    {
      problem: `${called} cannot be measured: its tables cannot be built, filled or asked`,
      expected:
        'migrations that apply, and every column that bench/load/steps.ts fills and bench/queries.ts asks',
      details: details.map((line) => line.replaceAll(folder, MIGRATIONS)),
      remedy,
    },
    { cause: error },
  );
}

function saidOf(error: unknown): readonly string[] | undefined {
  if (error instanceof CommandError) return [error.explanation.problem, ...(error.explanation.details ?? [])];
  if (error instanceof UnpreparedError) return [`the server refused a statement with SQLSTATE ${error.code}`];
  if (!(error instanceof pg.DatabaseError) || OF_THE_MACHINE.test(error.code ?? '')) return undefined;
  return [serverSaid(error)];
}

/** @throws CommandError (2) where no statement finds its tables in both: measuring nothing would look like no regression. */
export function refuseNothing(count: number, before: History): void {
  if (count > 0) return;
  throw misuse({
    problem: `nothing can be compared with ${before.called}: no statement finds its tables in both histories`,
    expected: 'the tables of at least one statement of bench/queries.ts, before the change and after it',
    remedy: `${before.remedy}, or other statements with --queries`,
  });
}
