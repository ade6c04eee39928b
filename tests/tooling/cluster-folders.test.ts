import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PROJECT_ROOT, restoreSymlinks } from '../../scripts/postgres/binaries.ts';
import { isAlive } from '../../scripts/postgres/cluster/pid.ts';
import { eraseCluster, startCluster, stopCluster } from '../../scripts/postgres/cluster.ts';
import { isRoot, ordinaryMayRead, runModule } from '../support/commands.ts';
import { refusal } from '../support/refusal.ts';
import { makeFolder, removeFolder, uidOf } from './cluster-fixtures.ts';

let folder: string;
let directory: string;

beforeEach(() => {
  folder = makeFolder();
  directory = join(folder, 'server');
});

afterEach(async () => {
  if (existsSync(directory)) await stopCluster(directory).catch(() => {});
  removeFolder(folder);
});

const start = () => startCluster({ directory, port: 'random', durable: false });

/** Starts the server in a process that ends right afterwards, as db:start does. */
const startElsewhere = () =>
  inOwnProcess('console.log(JSON.stringify({ uid: process.getuid(), ...(await start()) }));');

/** Runs some statements, in which `start` and `refusal` are known, in a process of an ordinary user. */
const inOwnProcess = (statements: string) =>
  runModule(
    `import { startCluster } from ${JSON.stringify(join(PROJECT_ROOT, 'scripts/postgres/cluster.ts'))};
     import { refusal } from ${JSON.stringify(join(PROJECT_ROOT, 'tests/support/refusal.ts'))};
     const start = () => startCluster({ directory: ${JSON.stringify(directory)}, port: 'random', durable: false });
     ${statements}`,
    { ordinary: true },
  );

test.skipIf(!ordinaryMayRead)(
  'an ordinary user starts a server of their own, which outlives the command, and may stop it (skipped where they cannot read the checkout)',
  async () => {
    chmodSync(folder, 0o777);
    const { code, stdout, stderr } = await startElsewhere();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { uid, pid } = JSON.parse(stdout) as { uid: number; pid: number };
    expect(uid).not.toBe(0);
    expect(uidOf(pid)).toBe(uid);
    expect(await stopCluster(directory)).toBe(true);
  },
);

test.skipIf(!ordinaryMayRead)(
  'a folder that may not be written is an error naming it; an open one, in the test before, works (skipped like that one)',
  async () => {
    chmodSync(folder, 0o555);
    const { stdout } = await inOwnProcess('console.log(JSON.stringify(await refusal(start)));');
    const { exitCode, text } = JSON.parse(stdout) as { exitCode: number; text: string };
    expect(exitCode).toBe(2);
    expect(text).toContain(`the folder ${directory} cannot be written`);
    expect(readdirSync(folder)).toEqual([]);
  },
);

test('a file where the folder should be is an error naming the path', async () => {
  writeFileSync(directory, '');
  const { exitCode, text } = await refusal(start);
  expect(exitCode).toBe(2);
  expect(text).toContain(`${directory} cannot be made a folder`);
  rmSync(directory);
});

test.each(['$HOME', '`id`', '"', '\\'])(
  'a folder whose name a shell would read is an error that says so, and nothing of a server is made in it: %s',
  async (name) => {
    const odd = join(folder, `a ${name}`);
    const { exitCode, text } = await refusal(() =>
      startCluster({ directory: odd, port: 'random', durable: false }),
    );
    expect(exitCode).toBe(2);
    expect(text).toContain(`the path ${odd} holds a ${name[0]}`);
    expect(readdirSync(odd)).toEqual([]);
    rmSync(odd, { recursive: true });
  },
);

test("a folder with blanks, a quote, a percent sign and letters of any script in its name is a server's like any other", async () => {
  const odd = join(folder, "a 'b' %41 é患");
  const { home } = await startCluster({ directory: odd, port: 'random', durable: false });
  expect(home).toBe(odd);
  await eraseCluster(odd);
});

/** Mounts a file system of the given options on the server's folder for one test. */
async function mounted(options: string, work: () => Promise<void>): Promise<void> {
  mkdirSync(directory);
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', directory]);
  try {
    await work();
  } finally {
    await stopCluster(directory);
    execFileSync('umount', [directory]);
  }
}

const mayMount = (() => {
  if (!isRoot || process.platform !== 'linux') return false;
  const probe = makeFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', probe], { stdio: 'ignore' });
    execFileSync('umount', [probe]);
    return true;
  } catch {
    return false;
  } finally {
    removeFolder(probe);
  }
})();

test.skipIf(!mayMount)(
  'a read-only file system is an error that says so (skipped where this user may not mount)',
  () =>
    mounted('ro', async () => {
      const { exitCode, text } = await refusal(start);
      expect(exitCode).toBe(2);
      expect(text).toContain(`${directory} is on a read-only file system`);
    }),
);

test.skipIf(!mayMount)(
  'a full disk is an error that says so, and leaves nothing half-done (skipped where this user may not mount)',
  () =>
    mounted('size=10m', async () => {
      const { exitCode, text } = await refusal(start);
      expect(exitCode).toBe(2);
      expect(text).toContain(`the disk under ${directory} is full`);
      expect(readdirSync(directory)).toEqual([]);
    }),
);

test.skipIf(!isRoot)(
  'a folder the server’s OS user cannot reach is replaced by one it can (skipped unless root)',
  async () => {
    chmodSync(folder, 0o700);
    const cluster = await start();
    try {
      expect(cluster.home).toMatch(/^\/var\/tmp\/cordon-[0-9a-f]{12}$/);
      expect((await start()).pid).toBe(cluster.pid);
    } finally {
      await eraseCluster(directory);
    }
    expect(existsSync(cluster.home)).toBe(false);
  },
);

test('a server for one command goes with its folder where the interrupt comes twice, as under npm', async () => {
  // In memory nothing but the next command would ever remove it.
  const text = `
    import { startScratchCluster } from '${join(PROJECT_ROOT, 'scripts/postgres/cluster.ts')}';
    const { home, pid } = await startScratchCluster({ flavour: 'plain' });
    console.log(JSON.stringify({ home, pid }));
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', text], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { home, pid } = JSON.parse(line.toString()) as { home: string; pid: number };
  // One by the terminal and one by npm: the second while what the first one asked for is under way.
  while (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGINT');
    await sleep(2);
  }
  expect(await ended).toEqual([null, 'SIGINT']);
  expect(existsSync(home)).toBe(false);
  expect(readdirSync(folder).filter((name) => name.startsWith('cordon-'))).toEqual([]);
  expect(isAlive(pid)).toBe(false);
});

test('the library symlinks that a skipped postinstall did not make are made', () => {
  const native = join(folder, 'native');
  mkdirSync(join(native, 'lib'), { recursive: true });
  writeFileSync(join(native, 'lib', 'libpq.so.5.17'), '');
  const links = [{ source: 'native/lib/libpq.so.5.17', target: 'native/lib/libpq.so.5' }];
  writeFileSync(join(native, 'pg-symlinks.json'), JSON.stringify(links));
  restoreSymlinks(native);
  restoreSymlinks(native);
  expect(readlinkSync(join(native, 'lib', 'libpq.so.5'))).toBe('libpq.so.5.17');
});
