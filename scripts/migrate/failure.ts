import pg from 'pg';
import { isLost } from '../console/denied.ts';
import type { Explanation } from '../console/errors.ts';
import { connect } from '../postgres/connect.ts';
import { rollBack } from '../postgres/roll-back.ts';
import type { ParsedStatement } from '../sql/parse.ts';
import type { Migration } from './history.ts';
import { RUNNER_APPLICATION } from './lock.ts';
import { explainServerError, withoutRowValues } from './server-error.ts';
import { statementsOf } from './syntax.ts';

/** Lock timeout, deadlock. */
const IN_THE_WAY = new Set(['55P03', '40P01']);
const ANOTHER_SESSION =
  'run again: most likely another session was in its way (pg_stat_activity shows which)';

/** A statement that took too long, or that somebody cancelled: on a login with a timeout it fails the same each time. */
const CUT_SHORT = '57014';
const TOO_SHORT =
  'run again if somebody cancelled it; where statement_timeout is in the way: alter role <login> set statement_timeout = 0, ' +
  'or `set local statement_timeout` to something longer in the file';

/** As the runners print it: `(SQLSTATE 57014)`, before the statement, in which other numbers stand in brackets; or `(57014)`. */
const PRINTED_CODES = [/\(SQLSTATE ([0-9A-Z]{5})\)/g, /\(([0-9A-Z]{5})\)/g];

/** How long a replay waits for a lock, and for a statement, where somebody was in the way: the server is at work. */
const BRIEFLY = "set local lock_timeout = '100ms'; set local statement_timeout = '1s'";

/**
 * Finds out which statement of a failed migration failed, by applying them one by one in a transaction that is
 * rolled back. What took too long is not done a second time on a server that others work on; for what was in its way it is looked briefly.
 *
 * @param printed what the runner printed: shown where the failure does not happen again.
 * @param applied lines about migrations that the same run applied before.
 * @returns file, line, SQLSTATE, statement and the server's message, without row values.
 * @throws CommandError (2) if the server cannot be reached any more.
 */
export async function explainFailure(
  url: string,
  migration: Migration,
  printed: string,
  applied: readonly string[] = [],
): Promise<Explanation> {
  const codes = PRINTED_CODES.map((pattern) => [...printed.matchAll(pattern)].at(-1)?.[1]);
  const code = codes.find((one) => one !== undefined) ?? '';
  const found = await lookAgain(url, migration, code);
  const { problem, details } = found
    ? explainServerError(migration.path, found.statement, found.error)
    : { problem: `${migration.path} ${untold(code)}`, details: withoutRowValues(printed) };
  const unchanged =
    applied.length === 0
      ? 'the database is exactly as before'
      : `nothing of this file remains; ${applied.length} before it ${applied.length === 1 ? 'is' : 'are'} applied`;
  return {
    problem,
    expected: `every statement to succeed; ${unchanged}`,
    details: [...details, ...applied],
    remedy: remedyOf(found ? found.error.code : code, found !== undefined),
  };
}

function untold(code: string): string {
  if (code === CUT_SHORT) return `was cut short by the server (SQLSTATE ${code})`;
  return IN_THE_WAY.has(code)
    ? `met another session (SQLSTATE ${code})`
    : 'failed, and its statements did not fail again when they were replayed';
}

function remedyOf(code: string | undefined, isFound: boolean): string {
  if (code === CUT_SHORT) return TOO_SHORT;
  return isFound && !IN_THE_WAY.has(code ?? '') ? 'mend the statement and run again' : ANOTHER_SESSION;
}

async function lookAgain(url: string, migration: Migration, code: string): Promise<Reproduction | undefined> {
  if (code === CUT_SHORT) return undefined;
  if (!IN_THE_WAY.has(code)) return reproduce(url, migration);
  const found = await reproduce(url, migration, BRIEFLY);
  return IN_THE_WAY.has(found?.error.code ?? '') ? found : undefined;
}

interface Reproduction {
  /** Undefined: it failed at commit. */
  readonly statement: ParsedStatement | undefined;
  readonly error: pg.DatabaseError;
}

async function reproduce(
  url: string,
  migration: Migration,
  patience = '',
): Promise<Reproduction | undefined> {
  const statements = (await statementsOf(migration)).filter(
    ({ kind, tree }) => !patience || kind !== 'VariableSetStmt' || !/_timeout$/.test(tree.name ?? ''),
  );
  const client = await connect(url, { applicationName: `${RUNNER_APPLICATION}, replay, pid ${process.pid}` });
  let statement: ParsedStatement | undefined;
  try {
    await client.query(`begin; ${patience}`);
    for (statement of statements) await client.query(statement.sql);
    statement = undefined;
    await client.query('set constraints all immediate'); // what would fail at commit fails here
    return undefined;
  } catch (error) {
    // A statement that ends its own session leaves a server that answers.
    if (error instanceof pg.DatabaseError && (!isLost(error) || (await answers(url))))
      return { statement, error };
    throw error;
  } finally {
    await rollBack(client);
    await client.end().catch(() => {});
  }
}

function answers(url: string): Promise<boolean> {
  return connect(url, { applicationName: RUNNER_APPLICATION }).then(
    (client) => client.end().then(() => true),
    () => false,
  );
}
