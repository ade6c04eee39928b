import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { migrate } from '../../scripts/migrate/apply.ts';
import { push } from '../../scripts/migrate/push.ts';
import { runnerUrl, withoutSecret } from '../../scripts/migrate/runner-url.ts';
import { dbmate } from '../../scripts/migrate/runners.ts';
import { isAlive } from '../../scripts/postgres/cluster/pid.ts';
import { type ScratchCluster, startScratchCluster } from '../../scripts/postgres/cluster.ts';
import { withClient } from '../../scripts/postgres/connect.ts';
import { createDatabase } from '../../scripts/postgres/databases.ts';
import { ensurePlatform } from '../../scripts/postgres/platform.ts';
import { refusal } from '../support/refusal.ts';
import {
  type Command,
  callRunner,
  hasTable,
  makeProject,
  migrationText,
  type Project,
  rowsOf,
  start,
  startCommand,
} from './migrate-fixtures.ts';

let cluster: ScratchCluster;
let project: Project;
let url: string;
let databases = 0;

beforeAll(async () => {
  cluster = await startScratchCluster();
});
afterAll(() => cluster.remove());
beforeEach(async () => {
  databases += 1;
  await createDatabase(cluster, `v${databases}`);
  await ensurePlatform(cluster.adminUrl(`v${databases}`));
  url = cluster.url(`v${databases}`);
  project = makeProject({ '20260101000000_create_a': 'create table public.a ();' });
});
afterEach(() => project.remove());

describe('what is applied', () => {
  test.each([
    ['dbmate', migrate],
    ['the Supabase CLI', push],
  ] as const)(
    'by %s is what was checked, whatever becomes of the folder meanwhile [S-26 -]',
    async (_, apply) => {
      project.add('20260102000000_create_b', 'create table public.b ();');
      const onProgress = (line: string) => {
        if (!line.includes('create_a')) return;
        project.add('20260102000000_create_b', 'create table public.unseen ();');
        project.add('20260103000000_create_c', 'create table public.unseen_too ();');
      };
      // The first one waits, so that the second is edited before a runner that reads a file when its turn comes gets to it.
      project.add('20260101000000_create_a', 'create table public.a ();\nselect pg_sleep(1);');
      expect((await apply(url, { directory: project.directory, onProgress })).applied).toHaveLength(2);
      expect(await hasTable(url, 'public.b')).toBe(true);
      for (const name of ['unseen', 'unseen_too']) expect(await hasTable(url, `public.${name}`)).toBe(false);
      // Its checksum is that of what was applied: the edit is one.
      expect((await refusal(() => apply(url, { directory: project.directory }))).problem).toMatch(
        /was edited: .*create_b/,
      );
    },
  );

  test('is what stands in the folder when it is its turn, and not when it began to wait [S-26 +]', async () => {
    await withClient(url, async (holder) => {
      await holder.query('select pg_advisory_lock(109330311704430)');
      let release: () => void = () => {};
      const waiting = new Promise<void>((resolve) => {
        release = resolve;
      });
      const migrating = migrate(url, { directory: project.directory, onProgress: release });
      await waiting;
      project.add('20260101000000_create_a', 'create table public.pulled ();');
      await holder.query('select pg_advisory_unlock(109330311704430)');
      expect((await migrating).applied).toHaveLength(1);
    });
    expect(await hasTable(url, 'public.pulled')).toBe(true);
    expect(await migrate(url, { directory: project.directory })).toEqual({ applied: [], alreadyApplied: 1 });
  });
});

describe('the copy that a runner reads', () => {
  const temporary = () => {
    const folder = join(project.root, 'temporary');
    mkdirSync(folder);
    return { folder, env: { DATABASE_URL: url, TMPDIR: folder } };
  };
  const copies = (folder: string) =>
    readdirSync(folder).filter((name) => name.startsWith('cordon-verified-'));

  test.each(['db-migrate', 'db-push'])(
    'of %s is there while it is at work, and gone when it has ended or is told to stop',
    async (script) => {
      const { folder, env } = temporary();
      expect((await startCommand(script, project, env).finished).code).toBe(0);
      expect(copies(folder)).toEqual([]);
      project.add('20260102000000_slow', 'select pg_sleep(60);');
      const stopped = startCommand(script, project, env);
      const sleeping = `from pg_stat_activity where query like '%pg_sleep(60)%' and datname = current_database() and pid <> pg_backend_pid()`;
      await vi.waitUntil(async () => (await rowsOf(url, `select ${sleeping}`)).length > 0, {
        timeout: 60_000,
        interval: 100,
      });
      expect(copies(folder)).toHaveLength(1);
      process.kill(stopped.pid, 'SIGTERM');
      expect((await stopped.finished).code).toBe(1);
      expect(copies(folder)).toEqual([]);
    },
  );

  test('is gone too where somebody else ends the process by the signal', async () => {
    const { folder, env } = temporary();
    project.write('20260101000000_create_a.sql', migrationText('select pg_sleep(60);'));
    const text = `
      import { startScratchCluster } from './scripts/postgres/cluster.ts';
      import { migrate } from './scripts/migrate/apply.ts';
      const cluster = await startScratchCluster();
      await migrate(cluster.url(), { directory: ${JSON.stringify(project.directory)}, onProgress: () => console.log('under way') });`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', text], {
      env: { ...process.env, ...env },
    });
    const ended = new Promise((resolve) => child.once('close', (code, by) => resolve(by ?? code)));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    expect(copies(folder)).toHaveLength(1);
    child.kill('SIGTERM');
    expect(await ended).toBe('SIGTERM');
    expect(copies(folder)).toEqual([]);
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'is gone where the signal comes before a runner was started: %s',
    async (signal) => {
      const { folder, env } = temporary();
      const work = `() => { console.log('made'); return new Promise((done) => setTimeout(done, 20_000)); }`;
      const holder = copyFor(work, env);
      await holder.printed(/made/);
      expect(copies(folder)).toHaveLength(1);
      process.kill(holder.pid, signal);
      await holder.finished;
      expect(copies(folder)).toEqual([]);
    },
  );

  test('of a killed command goes with the next one, once no runner reads it, and with nothing else that stands there', async () => {
    const { folder, env } = temporary();
    const holder = copyFor(
      `(_, started) => {
        const runner = spawn('sleep', ['100'], { stdio: 'ignore' });
        started(runner);
        console.log('runner ' + runner.pid);
        return new Promise((done) => runner.once('exit', done));
      }`,
      env,
    );
    const runner = Number((await holder.printed(/runner (\d+)/))[1]);
    holder.kill();
    await holder.finished;
    const [left = ''] = copies(folder);
    const kept = join(project.root, 'kept');
    mkdirSync(join(kept, 'inside'), { recursive: true });
    // Of a process that lives, by nobody, a link to what is ours, and a file.
    const alive = `cordon-verified-${process.pid}-alive`;
    for (const name of [alive, 'cordon-verified-nobody']) mkdirSync(join(folder, name));
    symlinkSync(kept, join(folder, `cordon-verified-${holder.pid}-link`));
    writeFileSync(join(folder, `cordon-verified-${holder.pid}-file`), '');
    const others = copies(folder).filter((name) => name !== left);
    const next = async () => {
      expect((await copyFor('async () => {}', env, 'removeLeftCopies();').finished).code).toBe(0);
      return copies(folder);
    };
    try {
      expect((await next()).sort()).toEqual([left, ...others].sort());
    } finally {
      process.kill(runner, 'SIGKILL');
    }
    await vi.waitUntil(() => !isAlive(runner));
    expect((await next()).sort()).toEqual(others.sort());
    expect(others).toHaveLength(4);
    expect(existsSync(join(kept, 'inside'))).toBe(true);
  });

  test.each([
    ['there is no temporary folder', `process.env.TMPDIR = '/dev/null';`, '', 'ENOTDIR'],
    ['there is no room for a file', '', 'x'.repeat(2000), 'EFBIG'],
    [
      'a link stands in its way',
      `surround = (_, to) => symlinkSync('elsewhere', join(to, 'migrations'));`,
      '',
      'EEXIST',
    ],
  ])('is told of as what it is where %s', async (_, before, sql, code) => {
    const { folder, env } = temporary();
    const { stdout, stderr } = await copyFor('async () => {}', env, before, sql).finished;
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      problem: expect.stringMatching(
        new RegExp(`^the migrations cannot be copied into a folder in .*: ${code}`),
      ),
      expected: expect.stringContaining('a temporary folder with room'),
      remedy: 'look at TMPDIR; nothing was applied',
    });
    expect(copies(folder)).toEqual([]);
  });

  /** A process that has a copy made, as `work` is written, where no file may be larger than a kilobyte; what it is refused, it prints. */
  function copyFor(work: string, env: NodeJS.ProcessEnv, before = '', sql = ''): Command {
    const text = `
      import { spawn } from 'node:child_process';
      import { symlinkSync } from 'node:fs';
      import { join } from 'node:path';
      import { removeLeftCopies, withVerified } from '${join(process.cwd(), 'scripts/migrate/verified-folder.ts')}';
      process.on('SIGXFSZ', () => {});
      let surround;
      ${before}
      const migration = { fileName: '20260101000000_a.sql', sql: '${sql}' };
      await withVerified({ name: 'none', surround }, [migration], ${JSON.stringify(project.directory)}, ${work}).catch((error) =>
        console.log(JSON.stringify(error.explanation ?? String(error))));`;
    const args = [process.execPath, '--import', 'tsx', '--input-type=module', '--eval', text];
    return start('/bin/sh', ['-c', 'ulimit -f 1; exec "$@"', 'sh', ...args], { cwd: process.cwd(), env });
  }
});

describe('a file .env', () => {
  test('leads dbmate nowhere else, and nothing of it is printed [S-26 S-39 -]', async () => {
    writeFileSync(
      join(project.root, '.env'),
      'PGHOSTADDR=127.0.0.9\nPGSERVICE=elsewhere\nPGOPTIONS=-c search_path=nowhere\n',
    );
    expect(await startCommand('db-migrate', project, { DATABASE_URL: url }).finished).toMatchObject({
      code: 0,
    });
    expect(await hasTable(url, 'public.a')).toBe(true);
    project.add('20260102000000_create_b', 'create table public.b ();');
    writeFileSync(join(project.root, '.env'), 'WORD=x "y\nswordfish of mine\n');
    const { code, stdout, stderr } = await startCommand('db-migrate', project, { DATABASE_URL: url })
      .finished;
    expect(stdout + stderr).not.toContain('swordfish');
    expect(code).toBe(0);
  });

  test('is none of what dbmate reads, called by hand', async () => {
    writeFileSync(join(project.directory, '.env'), 'swordfish of mine\n');
    expect((await callRunner(dbmate, runnerUrl(url, false), project.directory)).code).toBe(0);
  });
});

test('the password is taken out of what a runner printed, as it stands in the URL and as it is [S-39 -]', () => {
  const given = 'postgresql://me:s%40cret@127.0.0.1:1/x';
  const printed = `dial postgresql://me:s%40cret@127.0.0.1:1/x; me:s@cret@h; host=h password=s@cret; me at 127.0.0.1`;
  expect(withoutSecret(printed, given)).toBe(
    'dial postgresql://me:…@127.0.0.1:1/x; me:…@h; host=h password=…; me at 127.0.0.1',
  );
  expect(withoutSecret(printed, 'postgresql://me@127.0.0.1/x')).toBe(printed);
  const other = 'postgresql://me:a&b%2Fc@127.0.0.1/x';
  expect(withoutSecret(`${other} password='a&b/c'`, other)).toBe('postgresql://me:…@127.0.0.1/x password=…');
});
