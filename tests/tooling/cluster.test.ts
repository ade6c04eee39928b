import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isAlive } from '../../scripts/postgres/cluster/pid.ts';
import {
  type Cluster,
  clusterStatus,
  eraseCluster,
  startCluster,
  stopCluster,
  withScratchCluster,
} from '../../scripts/postgres/cluster.ts';
import { withClient } from '../../scripts/postgres/connect.ts';
import { isRoot } from '../support/commands.ts';
import { refusal } from '../support/refusal.ts';
import { makeFolder, occupy, removeFolder, uidOf } from './cluster-fixtures.ts';

// One server, started and stopped over and over: the tests follow its life, in order.
let folder: string;
let directory: string;
let cluster: Cluster;

const start = (port?: number) => startCluster({ directory, port, durable: false });
const values = (text: string) =>
  withClient(cluster.url(), async (client) => (await client.query({ text, rowMode: 'array' })).rows[0]);

beforeAll(async () => {
  folder = makeFolder();
  directory = join(folder, 'server');
  cluster = await startCluster({ directory, port: 'random', durable: false });
});

afterAll(async () => {
  await stopCluster(directory);
  removeFolder(folder);
});

test('a started server offers the database cordon to the role postgres, which is not superuser', async () => {
  expect(
    await values(
      'select current_database(), current_user, rolsuper from pg_roles where rolname = current_user',
    ),
  ).toEqual(['cordon', 'postgres', false]);
  expect(new URL(cluster.adminUrl()).username).toBe('supabase_admin');
});

test('it speaks UTF-8 and UTC, decodes its log for replication, and listens on this machine only', async () => {
  expect(
    await values(`select current_setting('server_encoding'), current_setting('timezone'),
      current_setting('wal_level'), current_setting('listen_addresses'), current_setting('unix_socket_directories')`),
  ).toEqual(['UTF8', 'UTC', 'logical', '127.0.0.1', '']);
});

test.skipIf(!isRoot)('as root it runs as another OS user (skipped unless root)', () => {
  expect(uidOf(cluster.pid)).not.toBe(0);
});

test('starting a running server changes nothing', async () => {
  const again = await start();
  expect([again.pid, again.port]).toEqual([cluster.pid, cluster.port]);
});

test('a running server is found even when its record was lost', async () => {
  rmSync(join(directory, 'cluster.json'));
  expect((await start()).pid).toBe(cluster.pid);
});

test('stopping ends the server and keeps the data', async () => {
  await values('create table kept as select 42 as answer');
  expect(await stopCluster(directory)).toBe(true);
  expect(isAlive(cluster.pid)).toBe(false);
  expect(await stopCluster(directory)).toBe(false);
  cluster = await start();
  expect(await values('select answer from kept')).toEqual([42]);
});

test('a server killed with SIGKILL starts again with its data', async () => {
  const killed = cluster.pid;
  process.kill(killed, 'SIGKILL');
  cluster = await start();
  expect(cluster.pid).not.toBe(killed);
  expect(await values('select answer from kept')).toEqual([42]);
});

test('a postmaster.pid whose process id now belongs to another program does not keep it from starting', async () => {
  process.kill(cluster.pid, 'SIGKILL');
  while (isAlive(cluster.pid)) await sleep(10);
  const file = join(cluster.home, 'data', 'postmaster.pid');
  const other = spawn('sleep', ['60']);
  try {
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^\d+/, String(other.pid)));
    cluster = await start();
    expect(await values('select answer from kept')).toEqual([42]);
  } finally {
    other.kill();
  }
});

test('two starts at once give the same server, once', async () => {
  await stopCluster(directory);
  const [one, two] = await Promise.all([start(), start()]);
  expect(one.pid).toBe(two.pid);
  cluster = one;
});

test('the lock of a process that was killed while starting is not waited for', async () => {
  await stopCluster(directory);
  const dead = spawn('true');
  await new Promise((resolve) => dead.once('exit', resolve));
  writeFileSync(join(directory, 'start.lock'), String(dead.pid));
  cluster = await start();
  expect(existsSync(join(directory, 'start.lock'))).toBe(false);
});

test('a recorded port that another program took is exchanged for a free one, which is then kept', async () => {
  await stopCluster(directory);
  const { port, server } = await occupy(cluster.port);
  try {
    cluster = await start();
    expect(cluster.port).not.toBe(port);
  } finally {
    server.close();
  }
  await stopCluster(directory);
  const { port: kept } = cluster;
  cluster = await start();
  expect(cluster.port).toBe(kept);
});

test('a port that was asked for and is taken is an error naming the port and CORDON_PORT', async () => {
  await stopCluster(directory);
  const { port, server } = await occupy();
  try {
    const { exitCode, text } = await refusal(() => start(port));
    expect(exitCode).toBe(2);
    expect(text).toContain(`port ${port} `);
    expect(text).toContain('CORDON_PORT=');
  } finally {
    server.close();
  }
  cluster = await start(port);
  expect(cluster.port).toBe(port);
});

test('data of another major version is refused, naming both versions and db:reset, and erasing mends it', async () => {
  await stopCluster(directory);
  const version = join(cluster.home, 'data', 'PG_VERSION');
  const original = readFileSync(version, 'utf8');
  writeFileSync(version, '9\n');
  const { exitCode, text } = await refusal(() => start());
  expect(exitCode).toBe(2);
  expect(text).toContain(`PostgreSQL 9; this is PostgreSQL ${original.trim()}`);
  expect(text).toContain('npm run db:reset');
  await eraseCluster(directory);
  expect(existsSync(version)).toBe(false);
  expect(await clusterStatus(directory)).toEqual({ state: 'stopped', port: cluster.port });
});

test('what an interrupted initialisation left behind is removed and does not count as data', async () => {
  const unfinished = join(cluster.home, 'data.new-1');
  mkdirSync(unfinished, { recursive: true });
  cluster = await start();
  expect(existsSync(unfinished)).toBe(false);
  expect(await values('select 1')).toEqual([1]);
});

test('a scratch server and its folder are gone when the work is over, also when it fails', async () => {
  let scratch: Cluster | undefined;
  const work = withScratchCluster(
    async (given) => {
      scratch = given;
      expect(isAlive(given.pid)).toBe(true);
      throw new Error('the work failed');
    },
    { flavour: 'plain' },
  );
  await expect(work).rejects.toThrow('the work failed');
  expect(scratch && isAlive(scratch.pid)).toBe(false);
  expect(scratch && existsSync(scratch.home)).toBe(false);
});

test('a scratch server lives in the temporary folder that is named, and on a disk where that is asked', async () => {
  const before = process.env.TMPDIR;
  const named = mkdtempSync(join(tmpdir(), 'cordon-named-'));
  chmodSync(named, 0o755);
  const homeWith = (options: { readonly onDisk?: boolean }) =>
    withScratchCluster(({ home }) => Promise.resolve(home), { flavour: 'plain', ...options });
  try {
    delete process.env.TMPDIR;
    expect(await homeWith({ onDisk: true })).toContain(join(tmpdir(), 'cordon-scratch-'));
    process.env.TMPDIR = named;
    expect(await homeWith({})).toContain(join(named, 'cordon-scratch-'));
    expect(readdirSync(named)).toEqual([]);
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    rmSync(named, { recursive: true });
  }
});
