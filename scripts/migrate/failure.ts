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

/** Lock timeout, deadlock, cancellation. */
const IN_THE_WAY = new Set(['55P03', '40P01', '57014']);
const ANOTHER_SESSION =
  'run again: most likely another session was in its way (pg_stat_activity shows which)';

/**
 * Finds out which statement of a failed migration failed, by applying them one by one in a transaction that is
 * rolled back.
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
  const found = await reproduce(url, migration);
  const { problem, details } = found
    ? explainServerError(migration.path, found.statement, found.error)
    : {
        problem: `${migration.path} failed, and its statements did not fail again when they were replayed`,
        details: withoutRowValues(printed),
      };
  const unchanged =
    applied.length === 0
      ? 'the database is exactly as before'
      : `nothing of this file remains; ${applied.length} before it ${applied.length === 1 ? 'is' : 'are'} applied`;
  return {
    problem,
    expected: `every statement to succeed; ${unchanged}`,
    details: [...details, ...applied],
    remedy:
      found && !IN_THE_WAY.has(found.error.code ?? '') ? 'mend the statement and run again' : ANOTHER_SESSION,
  };
}

interface Reproduction {
  /** Undefined: it failed at commit. */
  readonly statement: ParsedStatement | undefined;
  readonly error: pg.DatabaseError;
}

async function reproduce(url: string, migration: Migration): Promise<Reproduction | undefined> {
  const statements = await statementsOf(migration);
  const client = await connect(url, { applicationName: `${RUNNER_APPLICATION}, replay, pid ${process.pid}` });
  let statement: ParsedStatement | undefined;
  try {
    await client.query('begin');
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
