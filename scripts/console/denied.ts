import { type CordonError, misuse } from './errors.ts';

interface Refusal {
  readonly problem: string;
  readonly expected: string;
  readonly remedy: string;
}

/** What a server refuses whoever asks, by SQLSTATE. These messages name the object or the command, and never a value. */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  42501: {
    problem: 'the login may not do that',
    expected: 'the role that migrates (on Supabase it is postgres), or what --help names',
    remedy: 'name another login in DATABASE_URL',
  },
  25006: {
    problem: 'the server only reads',
    expected: 'a database that accepts writes: the primary, without default_transaction_read_only',
    remedy: 'name it in DATABASE_URL',
  },
};

/** What pg says of a session that ended between two statements, or while one ran. */
const LOST = /^(terminating connection|Connection terminated|Client has encountered a connection error)/;

/** What a user is told where the server refused what the command needs, or went away; undefined for every other error. */
export function explainDenied(error: unknown): CordonError | undefined {
  // Not by class: a command that needs no database loads no driver.
  if (!(error instanceof Error)) return undefined;
  const refused = REFUSALS[String((error as { code?: unknown }).code)];
  if (refused) {
    const { problem, ...rest } = refused;
    return misuse({ problem: `${problem}: ${error.message}`, ...rest }, { cause: error });
  }
  if (!LOST.test(error.message)) return undefined;
  return misuse(
    {
      problem: 'the connection to the server was lost',
      expected: 'a server that stays up, and leaves the session alone',
      remedy: 'run the command again; what it had not committed is not there',
    },
    { cause: error },
  );
}
