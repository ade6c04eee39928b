import type pg from 'pg';
import { misuse } from '../console/errors.ts';
import { rollBack } from '../postgres/roll-back.ts';

/** Rows of one table and organisation whose time is over. */
export interface Due {
  readonly organisation_id: string;
  readonly table: string;
  /** What of the rows is forgotten, where they stay. */
  readonly column?: string;
  readonly retention: string;
  readonly rows: number;
  /** SHA-256 of their keys, sorted, one a line. */
  readonly keys_sha256: string;
}

/** What is due, and the digest by which a run is asked for. */
export interface Plan {
  readonly plan_sha256: string;
  readonly rows: readonly Due[];
}

/** What was deleted. */
export interface Run extends Plan {
  readonly run_id: string;
}

/** What a run would delete now. Changes nothing. @throws the database's CD020 while a run is under way. */
export async function planRetention(client: pg.ClientBase): Promise<Plan> {
  await requireRetention(client);
  const { rows } = await client.query<{ plan: Plan }>('select governance.plan_retention() as plan');
  return (rows[0] as { plan: Plan }).plan;
}

/**
 * Deletes what the plan listed. Only the answer commits: the server finishes a statement whose client is gone, and would delete for nobody.
 *
 * @throws the database's CD020 where anything else is due by now, or another run is under way.
 */
export async function runRetention(client: pg.ClientBase, digest: string): Promise<Run> {
  await requireRetention(client);
  await client.query('begin');
  try {
    const { rows } = await client.query<{ run: Run }>('select governance.run_retention($1) as run', [digest]);
    await client.query('commit');
    return (rows[0] as { run: Run }).run;
  } catch (error) {
    await rollBack(client);
    throw error;
  }
}

/** @throws CommandError (2) for a database that is older than retention, or a login that is not its owner's. */
async function requireRetention(client: pg.ClientBase): Promise<void> {
  const ask = async (question: string) => {
    const { rows } = await client.query<{ answer: boolean | null }>(`select ${question} as answer`);
    return rows[0]?.answer === true;
  };
  if (!(await ask(`exists (select from pg_proc where proname = 'plan_retention')`))) {
    throw misuse({
      problem: 'this database has no retention yet',
      expected: 'the function governance.plan_retention',
      remedy: 'npm run db:migrate',
    });
  }
  // One after the other: without the schema, naming the function is refused already.
  if (
    (await ask(`has_schema_privilege('governance', 'usage')`)) &&
    (await ask(`has_function_privilege('governance.plan_retention()', 'execute')`))
  ) {
    return;
  }
  throw misuse({ problem: 'this login may not delete', expected: 'the role that migrates, in DATABASE_URL' });
}
