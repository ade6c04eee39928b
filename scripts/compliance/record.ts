import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { isServersOwn } from '../console/denied.ts';
import { misuse } from '../console/errors.ts';
import { withClient } from '../postgres/connect.ts';
import type { ComplianceReport, Status } from './run.ts';

/** A run as governance.compliance_results holds it. */
interface RecordedRun {
  readonly runId: string;
  /** ISO 8601. */
  readonly ranAt: string;
  readonly lines: readonly { readonly id: string; readonly status: Status; readonly digest: string }[];
}

/** A line that is not as the run before left it; `same verdict` where only its evidence differs. */
export interface Change {
  readonly id: string;
  readonly before: Status | null;
  readonly after: Status;
}

/**
 * Records every line of a run in governance.compliance_results: append-only, and sealed with the rest of the trail. [N-51]
 *
 * @returns the id of the run.
 * @throws CommandError (exit code 2) where the table is missing or the connecting role may not write there.
 */
export async function recordRun(url: string, { lines }: ComplianceReport): Promise<string> {
  const runId = randomUUID();
  await asking(url, 'recorded', (client) =>
    client.query(
      `insert into governance.compliance_results (run_id, requirement, verdict, looks, evidence_sha256)
       select $1, r.requirement, r.verdict, r.looks, r.evidence_sha256
       from unnest($2::text[], $3::text[], $4::bigint[], $5::text[]) as r (requirement, verdict, looks, evidence_sha256)`,
      [
        runId,
        lines.map(({ id }) => id),
        lines.map(({ status }) => status),
        lines.map(({ evidence }) => evidence.length),
        lines.map(({ digest }) => digest),
      ],
    ),
  );
  return runId;
}

/** The newest recorded run that looked at everything; undefined where there is none. Errors as {@link recordRun}. */
export async function lastRun(url: string, requirements: number): Promise<RecordedRun | undefined> {
  const { rows } = await asking(url, 'compared', (client) =>
    client.query<{
      run_id: string;
      ran_at: Date;
      requirement: string;
      verdict: Status;
      evidence_sha256: string;
    }>(
      `select r.run_id, r.ran_at, r.requirement, r.verdict, r.evidence_sha256
       from governance.compliance_results as r
       where r.run_id = (
         select c.run_id from governance.compliance_results as c
         group by c.run_id having count(*) >= $1 order by max(c.ran_at) desc, c.run_id limit 1
       )`,
      [requirements],
    ),
  );
  const [first] = rows;
  if (!first) return undefined;
  return {
    runId: first.run_id,
    ranAt: first.ran_at.toISOString(),
    lines: rows.map(({ requirement, verdict, evidence_sha256 }) => ({
      id: requirement,
      status: verdict,
      digest: evidence_sha256,
    })),
  };
}

/** What differs between a recorded run and this one, in the order of the report. */
export function changesSince(last: RecordedRun, { lines }: ComplianceReport): readonly Change[] {
  return lines.flatMap(({ id, status, digest }) => {
    const before = last.lines.find((line) => line.id === id);
    return before?.digest === digest ? [] : [{ id, before: before?.status ?? null, after: status }];
  });
}

async function asking<T>(url: string, what: string, ask: (client: pg.Client) => Promise<T>): Promise<T> {
  try {
    return await withClient(url, ask, { applicationName: 'cordon compliance' });
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || isServersOwn(error)) throw error;
    throw misuse(
      {
        problem: `the run cannot be ${what}: ${error.code}: ${error.message}`,
        expected: 'governance.compliance_results, and the role that migrates',
        remedy: 'apply the migrations with `npm run db:migrate`, and connect as who applied them',
      },
      { cause: error },
    );
  }
}
