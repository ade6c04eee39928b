import { CommandError, misuse } from './errors.ts';

interface Refusal {
  readonly problem: string;
  readonly expected: string;
  readonly remedy: string;
}

const NO_ROOM: Refusal = {
  problem: 'the server has no room left',
  expected: 'a server with disk, memory and connections to spare',
  remedy: 'make room there, and run the command again',
};

const IN_THE_WAY: Refusal = {
  problem: 'another session was in the way',
  expected: 'nobody who holds what the command needs',
  remedy: 'run it again; pg_stat_activity shows who is at work',
};

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
  57014: {
    problem: 'the server cut a statement short',
    expected: 'a login whose statements may take as long as they need, and nobody who cancels them',
    remedy:
      'run it again; where statement_timeout is in the way: alter role <login> set statement_timeout = 0',
  },
  '55P03': IN_THE_WAY,
  '40P01': IN_THE_WAY,
  // On a standby too: what the primary cleans up ends whoever still reads it.
  40001: IN_THE_WAY,
  53000: NO_ROOM,
  53100: NO_ROOM,
  53200: NO_ROOM,
  53300: NO_ROOM,
};

/** How a session ends that nobody here ended: by SQLSTATE, because a server speaks its own language, and by the system's names. */
const ENDED = new Set([
  ...['57P01', '57P02', '57P03', '57P05', '25P03', '25P04'],
  ...['08000', '08003', '08006', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'],
]);

/** What pg itself says of a session that ended between two statements, or while one ran. */
const LOST = /^(Connection terminated|Client has encountered a connection error)/;

/** What is told of a lost connection, whichever command lost it. */
export const LOST_CONNECTION = 'the connection to the server was lost';

/** Whether the connection ended from elsewhere: whatever was being done has not failed by itself. */
export function isLost(error: unknown): boolean {
  return error instanceof Error && (ENDED.has(codeOf(error)) || LOST.test(error.message));
}

/**
 * Whether the server refuses this whatever is asked of it: it only reads, has no room, is busy or gone. Who explains what was asked
 * leaves such an error as it is, and the command tells it.
 */
export function isServersOwn(error: unknown): boolean {
  const refused =
    error instanceof Error && codeOf(error) !== '42501' && REFUSALS[codeOf(error)] !== undefined;
  return refused || isLost(error);
}

/** What a user is told where the server refused what the command needs, or went away; undefined for every other error. */
export function explainDenied(error: unknown): CommandError | undefined {
  // Not by class: a command that needs no database loads no driver.
  if (!(error instanceof Error)) return undefined;
  if (error instanceof CommandError) return explainLossBehind(error);
  const refused = REFUSALS[codeOf(error)];
  if (refused) {
    const { problem, ...rest } = refused;
    return misuse({ problem: `${problem}: ${error.message}`, ...rest }, { cause: error });
  }
  return isLost(error) ? lost(error) : explainFile(error);
}

/** What an operating system refuses whoever asks well: a checkout that is another user's, one that only reads, a full disk. */
const NO_FILE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE']);

function explainFile(error: Error): CommandError | undefined {
  const { path, syscall } = error as NodeJS.ErrnoException;
  if (!NO_FILE.has(codeOf(error)) || path === undefined) return undefined;
  return misuse(
    {
      problem: `the system does not let the command ${syscall ?? 'use'} ${path} (${codeOf(error)})`,
      expected: 'files and folders that its user may read and write, and room for more',
      remedy: 'run it as their owner, in a checkout that can be written, or make room',
    },
    { cause: error },
  );
}

/** Whoever explains why a statement failed may not have thought of this; a file's broken pipe is not the server's. */
function explainLossBehind(error: CommandError): CommandError | undefined {
  const { cause } = error;
  if (error.explanation.problem.startsWith(LOST_CONNECTION)) return undefined;
  return isLost(cause) && codeOf(cause as Error) !== 'EPIPE' ? lost(cause) : undefined;
}

function lost(cause: unknown): CommandError {
  return misuse(
    {
      problem: LOST_CONNECTION,
      expected: 'a server that stays up, and leaves the session alone',
      remedy: 'run the command again; what it had not committed is not there',
    },
    { cause },
  );
}

function codeOf(error: Error): string {
  return String((error as { code?: unknown }).code);
}
