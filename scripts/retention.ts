import pg from 'pg';
import { command } from './console/command.ts';
import { finding, misuse } from './console/errors.ts';
import { progress, say, table } from './console/report.ts';
import { requireSameHistory } from './migrate/same-history.ts';
import { withClient } from './postgres/connect.ts';
import { resolveTarget } from './postgres/target.ts';
import { type Due, planRetention, runRetention } from './retention/retention.ts';

await command<{ plan?: boolean; run?: string; json?: boolean }>({
  name: 'retention',
  summary: 'Shows what retention would delete, and deletes exactly that.',
  options: [
    ['--plan', 'what is due for deletion, and the digest of that plan; changes nothing (the default)'],
    ['--run <digest>', 'delete what the plan of this digest listed, if that is still exactly what is due'],
    ['--json', 'print the plan, or the run, and nothing else'],
  ],
  notes:
    'Works on DATABASE_URL, else on the embedded server, as the role that migrates. Nothing is deleted under a legal hold, nor what is referred to.\n' +
    'Exits 1 where nothing was deleted: another run is under way, something else is due by now, or the database has another history than this checkout.',
  async run({ plan, run, json }) {
    if (plan && run !== undefined) {
      throw misuse({ problem: 'retention either plans or runs', expected: '--plan, or --run <digest>' });
    }
    if (run !== undefined && !/^[0-9a-f]{64}$/.test(run)) {
      throw misuse({
        problem: 'that is no digest of a plan',
        expected: '64 hexadecimal digits in small letters',
        remedy: 'npm run retention -- --plan',
      });
    }
    const target = resolveTarget();
    await requireSameHistory(target.url, run !== undefined, progress);
    const outcome = await withClient(target.url, (client) =>
      run === undefined ? planRetention(client) : runRetention(client, run),
    ).catch((error: unknown) => {
      if (!(error instanceof pg.DatabaseError) || !error.code?.startsWith('CD')) throw error;
      throw finding(
        {
          problem: error.message,
          expected: 'nothing was deleted',
          ...(error.hint && { remedy: error.hint }),
        },
        { cause: error },
      );
    });
    if (json) return void say(JSON.stringify(outcome));
    if (outcome.rows.length === 0) say('nothing is due');
    else say(tableOf(outcome.rows));
    say();
    if ('run_id' in outcome) {
      say(`deleted, and on record as run ${outcome.run_id}`);
      return void say('next  npm run documents:remove-erased -- --run');
    }
    say(`plan  ${outcome.plan_sha256}`);
    if (outcome.rows.length > 0) say(`next  npm run retention -- --run ${outcome.plan_sha256}`);
  },
});

function tableOf(rows: readonly Due[]): string {
  return table(
    ['organisation', 'table', 'class', 'rows'],
    rows.map((row) => [
      row.organisation_id,
      row.column ? `${row.table} (${row.column} alone)` : row.table,
      row.retention,
      row.rows,
    ]),
  );
}
