import pg from 'pg';
import { Parser, type Result } from 'tap-parser';
import { PGTAP_SCHEMA } from './pgtap.ts';

interface Assertion {
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  /** What pgTAP says about a failure: have, want, the failed line. */
  readonly diagnostics: readonly string[];
}

export interface TapReport {
  readonly assertions: readonly Assertion[];
  /** What is wrong with the file itself: it died, ran another number of assertions than planned, or none. */
  readonly problems: readonly string[];
}

/**
 * Runs one pgTAP file as `supabase test db` would: as the migrating role, the whole file in one connection.
 *
 * @param url a database with pgTAP in it; the file's `rollback` leaves it as it was.
 * @param sql the file's text: plain SQL, no psql commands.
 */
export async function runTap(url: string, sql: string): Promise<TapReport> {
  const client = new pg.Client({
    connectionString: url,
    options: `-c search_path=public,extensions,${PGTAP_SCHEMA}`,
    application_name: 'cordon pgTAP',
  });
  await client.connect();
  try {
    return await runTapOn(client, sql);
  } finally {
    await client.end();
  }
}

/** As {@link runTap}, on a connection that is set up already. */
export async function runTapOn(client: pg.Client, sql: string): Promise<TapReport> {
  const { lines, death } = await execute(client, sql);
  const report = await parse(lines.join('\n'));
  return death ? { ...report, problems: [death, ...report.problems] } : report;
}

/** Collects rows as they arrive, so that what ran before an error is reported with it. */
function execute(client: pg.Client, sql: string): Promise<{ lines: string[]; death?: string }> {
  const lines: string[] = [];
  return new Promise((resolve) => {
    const query = new pg.Query(sql);
    query.on('row', (row: object) => lines.push(Object.values(row).join('|')));
    query.on('end', () => resolve({ lines }));
    query.on('error', (error) => resolve({ lines, death: describeDeath(error, sql) }));
    client.query(query);
  });
}

function describeDeath(error: Error, sql: string): string {
  if (!(error instanceof pg.DatabaseError)) return `died: ${error.message}`;
  const line = error.position ? `line ${sql.slice(0, Number(error.position)).split('\n').length}: ` : '';
  const where = error.where ? ` (${error.where.split('\n')[0]})` : '';
  return `died: ${line}${error.message} [${error.code}]${where}`;
}

function parse(tap: string): Promise<TapReport> {
  return new Promise((resolve) => {
    const assertions: (Assertion & { diagnostics: string[] })[] = [];
    const parser = new Parser((results) => {
      const problems = results.failures.flatMap((failure) => (failure.tapError ? [tapProblem(failure)] : []));
      if (results.bailout) problems.push(`bailed out: ${results.bailout}`);
      if (assertions.length === 0) problems.push('no assertion ran');
      resolve({ assertions, problems });
    });
    parser.on('assert', (result: Result) => {
      assertions.push({
        title: result.name || `assertion ${result.id}`,
        state: stateOf(result),
        diagnostics: [],
      });
    });
    parser.on('comment', (comment: string) => assertions.at(-1)?.diagnostics.push(comment.trimEnd()));
    parser.end(tap);
  });
}

function tapProblem(failure: { tapError?: string | null; name?: string }): string {
  return failure.name ? `${failure.tapError}: ${failure.name}` : `${failure.tapError}`;
}

function stateOf(result: Result): Assertion['state'] {
  if (result.skip || result.todo) return 'skipped';
  return result.ok ? 'passed' : 'failed';
}
