import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createSlot, drainAll, drainOnce } from '../../scripts/audit/drain-access-log.ts';
import { landedHistory } from '../../scripts/migrate/landed-history.ts';
import { replay } from '../../scripts/migrate/replay.ts';
import { type ScratchCluster, startScratchCluster } from '../../scripts/postgres/cluster.ts';
import { commandArguments } from '../support/commands.ts';

// A server of its own: a backend that is killed takes all the others with it.
let cluster: ScratchCluster;
const NAME = 'crash';
/** How often each test kills; CORDON_CRASH_ROUNDS asks for more. */
const { CORDON_CRASH_ROUNDS = '12' } = process.env;
const ROUNDS = Number(CORDON_CRASH_ROUNDS);

beforeAll(async () => {
  cluster = await startScratchCluster({ content: landedHistory() });
  await replay(cluster, NAME);
  await withServer((client) => createSlot(client));
});
afterAll(() => cluster?.remove());

/** A connection, as soon as the server takes one again. */
async function connected(url = cluster.url(NAME)): Promise<pg.Client> {
  for (let attempt = 0; ; attempt++) {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => {});
    try {
      await client.connect();
      return client;
    } catch (error) {
      if (attempt > 200) throw error;
      await sleep(50);
    }
  }
}

/** A connection that answers: the server may yet be on its way down. */
async function awake(): Promise<{ client: pg.Client; pid: number }> {
  for (;;) {
    const client = await connected();
    try {
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      return { client, pid: rows[0]?.pid ?? 0 };
    } catch {
      await client.end().catch(() => {});
      await sleep(20);
    }
  }
}

async function withServer<T>(work: (client: pg.Client) => Promise<T>, url?: string): Promise<T> {
  const client = await connected(url);
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

/** @returns whether it was there: the server may be on its way down from the kill before. */
function killBackend(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}

/** Writes records without a pause, each in a transaction that is on the disk when it is counted. */
class Writer {
  static #next = 1;
  readonly written: number[] = [];
  #isRunning = true;
  readonly #done = this.#run();

  async #run(): Promise<void> {
    while (this.#isRunning) {
      await withServer(async (client) => {
        // Servers for tests answer a commit before it is written.
        await client.query('set synchronous_commit = on; set role cordon_definer');
        while (this.#isRunning) {
          const n = Writer.#next++;
          await client.query(
            `select pg_current_xact_id(), authz.emit_access('provider', null, 'patients', 'SELECT', 'comprehensive', 'disclosed', null,
               ('00000000-0000-0000-0000-' || lpad($1::text, 12, '0'))::uuid, null)`,
            [n],
          );
          this.written.push(n);
        }
      }, cluster.adminUrl(NAME)).catch(() => sleep(20));
    }
  }

  async stop(): Promise<readonly number[]> {
    this.#isRunning = false;
    await this.#done;
    return this.written;
  }
}

let earlier = 0;
beforeEach(async () => {
  earlier = await withServer(async (client) => {
    while ((await drainAll(client)).state === 'busy') await sleep(20);
    const { rows } = await client.query('select count(*)::integer as count from audit.access_log');
    return rows[0].count;
  }, cluster.adminUrl(NAME));
});

/** Everything that was written stands in the log, once, and nothing else was noticed. */
async function expectEachOnce(written: readonly number[]): Promise<void> {
  await withServer(async (client) => {
    // The server goes on for a moment with what a killed process had asked for.
    while ((await drainAll(client)).state === 'busy') await sleep(20);
    const { rows } = await client.query<{ n: number; times: number }>(
      `select right(row_id::text, 12)::integer as n, count(*)::integer as times from audit.access_log group by 1`,
    );
    const times = new Map(rows.map((row) => [row.n, row.times]));
    expect(rows.filter((row) => row.times !== 1)).toEqual([]);
    expect(written.filter((n) => !times.has(n))).toEqual([]);
    expect(written.length).toBeGreaterThan(ROUNDS);
    expect(rows.length - earlier).toBeGreaterThanOrEqual(written.length);
    const exceptions = await client.query('select kind, cause from audit.access_log_exceptions');
    expect(exceptions.rows).toEqual([{ kind: 'gap', cause: 'first slot' }]);
  }, cluster.adminUrl(NAME));
}

test('loses and doubles nothing when its backend is killed at any moment, under load [N-35 N-47 +]', async () => {
  const writers = [new Writer(), new Writer()];
  // On a busy machine one run alone may take longer than a few on a quiet one.
  const start = performance.now();
  await withServer((client) => drainOnce(client, 40), cluster.adminUrl(NAME));
  const some = Math.max(60, 4 * (performance.now() - start));
  let killed = 0;
  let drained = 0;
  while (killed < ROUNDS) {
    const { client, pid } = await awake();
    const drain = (async () => {
      for (;;) drained += (await drainOnce(client, 40)).records;
    })();
    // From within the first run to some runs later.
    const timer = sleep(Math.random() * some).then(() => killBackend(pid));
    await expect(drain).rejects.toThrow();
    killed += (await timer) ? 1 : 0;
    await client.end().catch(() => {});
  }
  const written = (await Promise.all(writers.map((writer) => writer.stop()))).flat();
  expect(killed).toBe(ROUNDS);
  expect(drained).toBeGreaterThan(0);
  await expectEachOnce(written);
});

test('loses and doubles nothing when the process that drains is killed, under load [N-35 N-47 +]', async () => {
  const writers = [new Writer()];
  let output = 0;
  for (let round = 0; round < Math.max(3, ROUNDS / 4); round++) {
    const child: ChildProcess = spawn(
      process.execPath,
      commandArguments('audit-drain.ts', '--watch', '--json'),
      { env: { ...process.env, DATABASE_URL: cluster.url(NAME) }, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const ended = new Promise((resolve) => child.once('exit', resolve));
    await new Promise<void>((resolve) =>
      child.stdout?.on('data', (text: Buffer) => {
        output += text.length;
        resolve();
      }),
    );
    await sleep(Math.random() * 1_500);
    child.kill('SIGKILL');
    await ended;
  }
  const written = (await Promise.all(writers.map((writer) => writer.stop()))).flat();
  expect(output).toBeGreaterThan(0);
  await expectEachOnce(written);
});
