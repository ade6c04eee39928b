import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeReport } from '../../scripts/console/folder.ts';
import { landedHistory } from '../../scripts/migrate/landed-history.ts';
import { replay } from '../../scripts/migrate/replay.ts';
import { applySeeds } from '../../scripts/migrate/seed.ts';
import { type ScratchCluster, startScratchCluster } from '../../scripts/postgres/cluster.ts';
import { commandArguments, type Finished, run, runScript } from '../support/commands.ts';
import { refusal } from '../support/refusal.ts';
import { makeFolder, removeFolder } from './cluster-fixtures.ts';
import { rowsOf } from './migrate-fixtures.ts';

// Half of a result must not pass for the whole, and what was interrupted leaves nothing of people behind.
const folder = makeFolder();
const within = (...names: string[]) => join(folder, ...names);
let cluster: ScratchCluster;
beforeAll(async () => {
  cluster = await startScratchCluster({ content: landedHistory() });
  await replay(cluster, 'written');
  await applySeeds(cluster.url('written'));
});
afterAll(() => {
  cluster?.remove();
  removeFolder(folder);
});
const environment = () => ({ ...process.env, NO_COLOR: '1', DATABASE_URL: cluster.url('written') });

/** With one stream on a disk without room. */
function onFullDisk(stream: 'stdout' | 'stderr', ...args: readonly string[]): Promise<Finished> {
  const redirection = stream === 'stdout' ? '>/dev/full' : '2>/dev/full';
  return run('/bin/sh', ['-c', `exec "$@" ${redirection}`, 'sh', process.execPath, ...args], {
    env: environment(),
  });
}

describe.runIf(existsSync('/dev/full'))('standard output without room', () => {
  test.each([
    ['audit-seal.ts', '--json'],
    ['privacy-register.ts', '--csv'],
    ['db-scan.ts', '--list'],
    ['audit-verify.mjs', '--help'],
  ])('is told without a stack trace, and is no finding: %s %s', async (script, flag) => {
    const args = script.endsWith('.mjs') ? [`scripts/${script}`, flag] : commandArguments(script, flag);
    const { code, stderr } = await onFullDisk('stdout', ...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^✗ the result could not be written to its end \(ENOSPC\)\n/);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('of progress nothing depends: where that cannot be written, the work is done all the same', async () => {
    const file = within('without-progress');
    const { code } = await onFullDisk('stderr', ...commandArguments('audit-export.ts', file));
    expect(code).toBe(0);
    expect(readFileSync(file, 'utf8')).toMatch(/\n\{"end":.*\}\n$/);
  });
});

describe('a reader that has seen enough and closes the pipe', () => {
  /** Whose streams nobody reads from the beginning on. */
  function unread(
    streams: readonly ('stdout' | 'stderr')[],
    args: readonly string[],
  ): Promise<number | null> {
    const child = spawn(process.execPath, args, { env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
    for (const name of ['stdout', 'stderr'] as const)
      if (streams.includes(name)) child[name].destroy();
      else child[name].resume();
    return new Promise((resolve) => child.once('exit', resolve));
  }

  test.each([
    ['what it found', ['stdout'], 1],
    ['what it found', ['stdout', 'stderr'], 1],
    ['that it could not', ['stdout', 'stderr'], 2],
  ] as const)('ends no work, and the exit code tells %s all the same: %s, %i', async (_, streams, code) => {
    const done = within(`done-${streams.length}-${code}`);
    const text = `
      import { writeFileSync } from 'node:fs';
      import { command } from '${join(process.cwd(), 'scripts/console/command.ts')}';
      import { misuse } from '${join(process.cwd(), 'scripts/console/errors.ts')}';
      import { progress, say } from '${join(process.cwd(), 'scripts/console/report.ts')}';
      await command({ name: 'told', summary: 'Tells, and goes on.', async run() {
        for (let line = 0; line < 5; line++) {
          say('x'.repeat(100_000));
          progress('at work');
          await new Promise((wait) => setTimeout(wait, 20));
        }
        writeFileSync(${JSON.stringify(done)}, 'done');
        if (${code} === 2) throw misuse({ problem: 'it cannot' });
        return ${code};
      } });`;
    expect(await unread(streams, ['--import', 'tsx', '--input-type=module', '--eval', text])).toBe(code);
    expect(readFileSync(done, 'utf8')).toBe('done');
  });

  test('leaves an export whole: of its progress nothing depends', async () => {
    const file = within('unread-progress');
    expect(await unread(['stderr'], commandArguments('audit-export.ts', file))).toBe(0);
    expect(readFileSync(file, 'utf8')).toMatch(/\n\{"end":.*\}\n$/);
  });
});

describe('a report', () => {
  test('that finds no room leaves what stood there, and nothing beside it', async () => {
    mkdirSync(within('kept'));
    writeFileSync(within('kept', 'page.html'), 'last week');
    const write = `
      import { writeReport } from '${join(process.cwd(), 'scripts/console/folder.ts')}';
      process.on('SIGXFSZ', () => {});
      writeReport(${JSON.stringify(within('kept', 'page.html'))}, 'x'.repeat(100_000));`;
    const { code, stderr } = await limited(write);
    expect(code).not.toBe(0);
    expect(stderr).toContain('page.html cannot be written (EFBIG)');
    expect(readFileSync(within('kept', 'page.html'), 'utf8')).toBe('last week');
    expect(readdirSync(within('kept'))).toEqual(['page.html']);
  });

  test('replaces the file behind a link, with the permissions that it had', () => {
    const [file, link] = [within('file'), within('link')];
    writeFileSync(file, 'before', { mode: 0o600 });
    symlinkSync(file, link);
    writeReport(link, 'after');
    expect(readFileSync(file, 'utf8')).toBe('after');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('goes into a device as it is', async () => {
    writeReport('/dev/null', 'seen by nobody');
    expect(statSync('/dev/null').isFile()).toBe(false);
    if (existsSync('/dev/full'))
      expect((await refusal(() => writeReport('/dev/full', 'x'))).text).toContain('(ENOSPC)');
  });

  test('of the checkout is written no other way: the list of checksums, the documents, the generated code', async () => {
    const migrations = within('migrations');
    cpSync('migrations', migrations, { recursive: true });
    writeFileSync(join(migrations, 'SHA256SUMS'), '');
    const record = `
      import { listChecksums } from '${join(process.cwd(), 'scripts/migrate/checksums.ts')}';
      import { readMigrations } from '${join(process.cwd(), 'scripts/migrate/history.ts')}';
      process.on('SIGXFSZ', () => {});
      listChecksums(${JSON.stringify(migrations)}, readMigrations(${JSON.stringify(migrations)}));`;
    const { stderr } = await limited(record);
    expect(stderr).toContain('SHA256SUMS cannot be written (EFBIG)');
    expect(readFileSync(join(migrations, 'SHA256SUMS'), 'utf8')).toBe('');
    const writers = readdirSync('scripts', { recursive: true, encoding: 'utf8' }).filter(
      (name) =>
        name.endsWith('.ts') && /\bwriteFile(?:Sync)?\(/.test(readFileSync(join('scripts', name), 'utf8')),
    );
    expect(writers.sort()).toEqual([
      'console/folder.ts',
      'migrate/replay.ts', // into a temporary folder
      'migrate/verified-folder.ts', // likewise
      'mutation/battery/reach.ts', // what is seen anew where half of it is there
      'mutation/kill-order.ts', // likewise
      'postgres/cluster/files.ts', // a server's own
      'postgres/cluster/kept-data.ts',
      'postgres/cluster/lock.ts',
      'postgres/cluster/scratch.ts',
      'review/history/base.ts', // into a temporary folder
      'test-majors.ts', // likewise
    ]);
  });

  /** Where no file may be larger than 512 bytes, or a kilobyte. */
  function limited(text: string): Promise<Finished> {
    const args = [process.execPath, '--import', 'tsx', '--input-type=module', '--eval', text];
    return run('/bin/sh', ['-c', 'ulimit -f 1; exec "$@"', 'sh', ...args]);
  }
});

describe('an export', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'that is interrupted leaves no half of it behind: %s',
    async (signal) => {
      const file = within(signal);
      const admin = cluster.adminUrl('written');
      const child = spawn(process.execPath, commandArguments('audit-export.ts', file), {
        env: environment(),
        stdio: 'ignore',
      });
      const ended = new Promise((resolve) => child.once('exit', (code, by) => resolve(by ?? code)));
      const size = () => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
      while (size() === 0 && child.exitCode === null) await sleep(1);
      child.kill(signal);
      expect(await ended).toBe(signal);
      expect(existsSync(file)).toBe(false);
      expect(await rowsOf(admin, "select from pg_locks where locktype = 'advisory'")).toEqual([]);
    },
  );

  test.each([
    ['', 'the name of the file to write is empty'],
    ['.', 'it is a folder'],
    ['no/export', 'there is no folder'],
  ])('needs a place: %s', async (name, problem) => {
    const path = name && within(name);
    const { code, stderr } = await runScript('audit-export.ts', [path], {
      env: { DATABASE_URL: cluster.url('written') },
    });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(problem) });
  });
});
