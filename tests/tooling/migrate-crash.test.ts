import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { migrate } from '../../scripts/migrate/apply.ts';
import { LEDGER } from '../../scripts/migrate/ledger.ts';
import { push } from '../../scripts/migrate/push.ts';
import { runnerUrl } from '../../scripts/migrate/runner-url.ts';
import { dbmate } from '../../scripts/migrate/runners.ts';
import { migrationStatus } from '../../scripts/migrate/status.ts';
import { isAlive } from '../../scripts/postgres/cluster/pid.ts';
import {
  eraseCluster,
  type ScratchCluster,
  startCluster,
  startScratchCluster,
} from '../../scripts/postgres/cluster.ts';
import { connect } from '../../scripts/postgres/connect.ts';
import { createDatabase } from '../../scripts/postgres/databases.ts';
import { ensurePlatform } from '../../scripts/postgres/platform.ts';
import { refusal } from '../support/refusal.ts';
import {
  callRunner,
  hasTable,
  ledgerOf,
  makeProject,
  migrationText,
  type Project,
  startCommand,
} from './migrate-fixtures.ts';

/** A migration that stops in its middle until the test opens the gate. Applied twice, it would fail. */
const SLOW = `set local lock_timeout = '60s';
create table public.slow ();
select pg_advisory_xact_lock(1);`;

const WAITING = /another migration is running: waiting for server process \d+ \(cordon lock, pid \d+ on /;

let cluster: ScratchCluster;
let project: Project;
let url: string;
let gate: pg.Client;
let databases = 0;

beforeAll(async () => {
  cluster = await startScratchCluster();
});
afterAll(() => cluster.remove());
beforeEach(async () => {
  databases += 1;
  await createDatabase(cluster, `c${databases}`);
  await ensurePlatform(cluster.adminUrl(`c${databases}`));
  url = cluster.url(`c${databases}`);
  project = makeProject({ '20260101000000_slow': SLOW });
  gate = await closeGate();
});
afterEach(async () => {
  await gate.end();
  project.remove();
});

async function closeGate(): Promise<pg.Client> {
  const client = await connect(url);
  await client.query('select pg_advisory_lock(1)');
  return client;
}

const openGate = () => gate.query('select pg_advisory_unlock(1)');

/** Waits until a question finds a row. Asked on the gate's connection: one anew for each look costs more than all that is looked at. */
const found = (sql: string) =>
  vi.waitUntil(
    () =>
      gate.query(sql).then(
        ({ rowCount }) => rowCount !== 0,
        () => false, // the ledger is not there yet
      ),
    { timeout: 30_000, interval: 50 },
  );

/** Waits until the migration stands at the gate, inside its transaction. */
const underWay = () => found(`select from pg_locks where locktype = 'advisory' and not granted`);

test('of two db:migrate at once, one applies and the other says that it waits, then finds nothing pending', async () => {
  const one = startCommand('db-migrate', project, { DATABASE_URL: url }, '--json');
  await underWay();
  const two = startCommand('db-migrate', project, { DATABASE_URL: url }, '--json');
  await two.printed(WAITING);
  await openGate();
  const [a, b] = await Promise.all([one.finished, two.finished]);
  expect([a.code, b.code]).toEqual([0, 0]);
  expect(JSON.parse(a.stdout).applied).toHaveLength(1);
  expect(JSON.parse(b.stdout)).toMatchObject({ applied: [], alreadyApplied: 1 });
  expect(await ledgerOf(url)).toHaveLength(1);
});

test('a push waits for a migrate all the same', async () => {
  const { directory } = project;
  const migrating = migrate(url, { directory });
  await underWay();
  const onProgress = (line: string) => void (WAITING.test(line) && openGate());
  const pushed = push(url, { directory, onProgress });
  expect(await Promise.all([migrating, pushed])).toMatchObject([
    { applied: [{ name: 'slow' }], alreadyApplied: 0 },
    { applied: [], alreadyApplied: 1 },
  ]);
});

test('a command that is told to stop says where it was, and the next one applies the migration', async () => {
  const stopped = startCommand('db-migrate', project, { DATABASE_URL: url });
  await underWay();
  process.kill(stopped.pid, 'SIGTERM');
  const { code, stderr } = await stopped.finished;
  expect(code).toBe(1);
  expect(stderr).toMatch(/dbmate was ended by SIGTERM while it applied migrations\/20260101000000_slow\.sql/);
  await openGate();
  expect((await migrate(url, { directory: project.directory })).applied).toHaveLength(1);
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'a command that is told to stop while it migrates a server of its own takes that away and ends by the signal: %s',
  async (signal) => {
    const text = `
      import { startScratchCluster } from './scripts/postgres/cluster.ts';
      import { migrate } from './scripts/migrate/apply.ts';
      const cluster = await startScratchCluster();
      await migrate(cluster.url(), {
        directory: ${JSON.stringify(project.directory)},
        onProgress: () => console.log(cluster.directory, cluster.pid),
      });`;
    project.write('20260101000000_slow.sql', migrationText('select pg_sleep(60);'));
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', text]);
    const ended = new Promise((resolve) => child.once('close', (code, by) => resolve(by ?? code)));
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (more: string) => {
      stderr += more;
    });
    const [folder = '', pid] = await new Promise<string[]>((resolve) =>
      child.stdout.once('data', (line: Buffer) => resolve(line.toString().split(' '))),
    );
    child.kill(signal);
    expect({ ended: await ended, stderr }).toEqual({ ended: signal, stderr: '' });
    expect([existsSync(folder), isAlive(Number(pid))]).toEqual([false, false]);
  },
);

test.each([
  ['db-migrate', migrate],
  ['db-push', push],
] as const)(
  'after kill -9 of %s the next run waits for the runner that outlived it, and nothing is applied twice',
  async (script, apply) => {
    const killed = startCommand(script, project, { DATABASE_URL: url });
    await underWay();
    killed.kill();
    const copies = readdirSync(tmpdir()).filter((one) => one.startsWith(`cordon-verified-${killed.pid}-`));
    expect(copies).toHaveLength(1);
    const heard: string[] = [];
    const onProgress = (line: string) => {
      heard.push(line);
      if (line.startsWith('a migration outlived')) void openGate();
    };
    const { applied, alreadyApplied } = await apply(url, { directory: project.directory, onProgress });
    expect(heard.join('\n')).toMatch(
      /a migration outlived the command that started it: waiting for server process \d+/,
    );
    expect(applied.length + alreadyApplied).toBe(1);
    expect(await hasTable(url, 'public.slow')).toBe(true);
    expect(await ledgerOf(url)).toEqual([{ version: '20260101000000', name: 'slow', checked: true }]);
    // The copy that the runner read goes too, once that has ended; its session may end a little earlier.
    await vi.waitUntil(async () => {
      await apply(url, { directory: project.directory });
      return !existsSync(join(tmpdir(), copies[0] as string));
    });
  },
);

test.each([
  ['db-migrate', migrate],
  ['db-push', push],
] as const)(
  'after kill -9 of %s a file that is edited before the next run is not taken for what the runner applied [S-26 -]',
  async (script, apply) => {
    const { directory } = project;
    const killed = startCommand(script, project, { DATABASE_URL: url });
    await underWay();
    killed.kill();
    await openGate();
    await found(`select where to_regclass('public.slow') is not null`);
    await found(`select from ${LEDGER}`);
    const applied = readFileSync(join(directory, '20260101000000_slow.sql'), 'utf8');
    project.add('20260101000000_slow', SLOW.replace('slow', 'other'));
    expect(await migrationStatus(url, directory)).toMatchObject([{ name: 'slow', state: 'edited' }]);
    expect((await refusal(() => apply(url, { directory }))).problem).toMatch(/was edited: .*_slow\.sql/);
    project.write('20260101000000_slow.sql', applied);
    expect(await apply(url, { directory })).toEqual({ applied: [], alreadyApplied: 1 });
    expect(await ledgerOf(url)).toEqual([{ version: '20260101000000', name: 'slow', checked: true }]);
  },
);

test('a file that failed may be mended, and what a runner applies by hand afterwards is no edit [S-26 +]', async () => {
  const { directory } = project;
  await openGate();
  project.add('20260102000000_broken', 'select 1 / 0;');
  await refusal(() => migrate(url, { directory }));
  project.add('20260102000000_broken', 'create table public.mended ();');
  expect((await callRunner(dbmate, runnerUrl(url, false), directory)).code).toBe(0);
  expect(await migrationStatus(url, directory)).toMatchObject([{ state: 'applied' }, { state: 'applied' }]);
  expect(await migrate(url, { directory })).toEqual({ applied: [], alreadyApplied: 2 });
});

test('kill -9 of the server in the middle of a migration leaves nothing of it, and the next start applies it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'cordon-crash-'));
  chmodSync(directory, 0o755); // the server's OS user has to pass
  try {
    const before = await startCluster({ directory, port: 'random' });
    await gate.end();
    url = before.url();
    gate = await closeGate();
    const failing = refusal(() => migrate(url, { directory: project.directory }));
    await underWay();
    process.kill(before.pid, 'SIGKILL');
    const { exitCode, problem, remedy } = await failing;
    expect(exitCode).toBe(2);
    expect(problem).toMatch(/connection to the server was lost while .*20260101000000_slow\.sql was applied/);
    expect(remedy).toMatch(/run the same command again/);
    const after = await startCluster({ directory });
    expect(after.pid).not.toBe(before.pid);
    expect(await hasTable(after.url(), 'public.slow')).toBe(false);
    expect((await migrate(after.url(), { directory: project.directory })).applied).toHaveLength(1);
    expect(await hasTable(after.url(), 'public.slow')).toBe(true);
  } finally {
    await eraseCluster(directory);
    rmSync(directory, { recursive: true, force: true });
  }
});
