import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import {
  createSlot,
  type Drained,
  type DrainStatus,
  drainAll,
  drainStatus,
  requireAccessLog,
  SCHEDULE,
  schedule,
} from './audit/drain-access-log.ts';
import { command } from './console/command.ts';
import { counted } from './console/counted.ts';
import { finding, misuse } from './console/errors.ts';
import { progress, say, table, unread } from './console/report.ts';
import { withClient } from './postgres/connect.ts';
import { resolveTarget } from './postgres/target.ts';

interface Options {
  readonly createSlot?: boolean;
  readonly watch?: boolean;
  readonly status?: boolean;
  readonly schedule?: boolean;
  readonly json?: boolean;
}

/** Between two looks of --watch. */
const PAUSE_MS = 1_000;
/** End --watch after the round that is under way; one that is given again ends the process. */
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** So long one Ctrl-C may be told: the terminal tells it to everybody, and npm tells it once more. */
const TOLD_TWICE_MS = 1_000;

await command<Options>({
  name: 'audit:drain',
  summary: 'Writes what the policies decided from the WAL into audit.access_log, each record once.',
  options: [
    ['--create-slot', 'first create the replication slot: once a database, from then on drain it'],
    ['--watch', 'go on until interrupted'],
    ['--status', 'drain nothing, and tell where the drain stands'],
    ['--schedule', 'drain nothing, and have pg_cron do it every minute; prints the line where there is none'],
    ['--json', 'print one JSON object a round, with --schedule {"scheduled","statement"}, and nothing else'],
  ],
  notes:
    'Works on DATABASE_URL, else on the embedded server, as a role with REPLICATION; it needs no superuser.\n' +
    'The server keeps its WAL until it was drained: drain it, or drop the slot. max_slot_wal_keep_size bounds it.\n' +
    'Exits 1 where records are missing (a gap, which is recorded) or messages were not genuine; --watch when it is interrupted, and 2 where nobody reads it any more.',
  async run(options) {
    const beside = (['watch', 'status'] as const).find((name) => options[name]);
    if (options.schedule && beside) {
      throw misuse({
        problem: `--schedule drains nothing, and --${beside} beside it would be passed over`,
        expected: 'one of the two',
        remedy: 'leave one out',
      });
    }
    const target = resolveTarget();
    return await withClient(target.url, (client) => drain(client, options)).catch(told);
  },
});

async function drain(client: pg.Client, options: Options): Promise<number> {
  await requireAccessLog(client);
  if (options.createSlot) progress(`slot ${await createSlot(client)}`);
  if (options.schedule) {
    const scheduled = await schedule(client);
    if (options.json) say(JSON.stringify({ scheduled, statement: SCHEDULE }));
    else if (scheduled) say('pg_cron drains the access log every minute');
    else say(`pg_cron is not installed here. Where it is, run:\n${SCHEDULE};`);
    return 0;
  }
  const interrupted = new AbortController();
  const interrupt = () => {
    if (interrupted.signal.aborted) return;
    interrupted.abort();
    setTimeout(() => {
      for (const signal of SIGNALS) process.off(signal, interrupt);
    }, TOLD_TWICE_MS).unref();
  };
  if (options.watch) for (const signal of SIGNALS) process.on(signal, interrupt);
  unread.addEventListener('abort', () => interrupted.abort());
  let code = 0;
  do {
    let records = 0;
    const run = options.status
      ? null
      : await drainAll(client, (each) => {
          records += each.records;
          if (each.more) progress(counted(records, 'record'));
        });
    const status = await drainStatus(client);
    const isBad = run !== null && (run.gap !== null || run.forged + run.replayed > 0);
    if (isBad) code = 1;
    if (!options.watch || run === null || run.records > 0 || isBad) print(run, status, options);
    if (options.watch) await sleep(PAUSE_MS, undefined, interrupted).catch(() => {});
  } while (options.watch && !interrupted.signal.aborted);
  // Whoever restarts it must see that it stopped: nobody told it to.
  if (options.watch && unread.aborted) {
    throw misuse({
      problem: 'nobody reads what --watch finds: its standard output was closed',
      expected: 'a reader for as long as it runs; what the last round found is written down',
      remedy: 'send it into a file, or to a reader that stays',
    });
  }
  return code;
}

function print(run: Drained | null, status: DrainStatus, { json }: Options): void {
  if (json) return void say(JSON.stringify({ ...(run && { run }), status }));
  if (run?.state === 'busy') say('another drain is at work');
  if (run?.state === 'standby') say('a standby has no access log of its own: drain the primary');
  if (run?.gap) say(`records are missing: ${run.gap}; see audit.access_log_exceptions`);
  if (run && run.forged + run.replayed > 0)
    say('messages were not genuine, and are not in the log: see audit.access_log_exceptions');
  say(
    table(
      ['records', 'forged', 'replayed', 'in all', 'lag', 'WAL kept', 'until lost'],
      [
        [
          run?.records ?? '–',
          run?.forged ?? '–',
          run?.replayed ?? '–',
          status.records ?? 0,
          bytes(status.lag_bytes),
          status.slot_exists ? bytes(status.slot_bytes) : 'no slot',
          bytes(status.safe_bytes),
        ],
      ],
    ),
  );
}

function bytes(count: number | null): string {
  if (count === null) return '–';
  return count < 1_048_576 ? `${Math.ceil(count / 1024)} kB` : `${Math.round(count / 1_048_576)} MB`;
}

function told(error: unknown): never {
  if (!(error instanceof pg.DatabaseError) || !['CD030', '55000'].includes(error.code ?? '')) throw error;
  throw finding(
    {
      problem: error.message,
      expected: 'a replication slot of this database, wal_level = logical, and a role with REPLICATION',
      ...(error.hint && { remedy: error.hint }),
    },
    { cause: error },
  );
}
