import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { migrate } from '../../scripts/migrate/apply.ts';
import { requireSameHistory } from '../../scripts/migrate/same-history.ts';
import { migrationStatus } from '../../scripts/migrate/status.ts';
import { type ScratchCluster, startScratchCluster } from '../../scripts/postgres/cluster.ts';
import { createDatabase } from '../../scripts/postgres/databases.ts';
import { ensurePlatform } from '../../scripts/postgres/platform.ts';
import { runScript } from '../support/commands.ts';
import { refusal } from '../support/refusal.ts';
import { hasTable, makeProject, type Project, startScript } from './migrate-fixtures.ts';

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
  await createDatabase(cluster, `s${databases}`);
  url = cluster.url(`s${databases}`);
  project = makeProject({
    '20260101000000_a': 'create table public.a ();',
    '20260103000000_c': 'create table public.c ();',
  });
});
afterEach(() => project.remove());

const statesOf = async () =>
  Object.fromEntries((await migrationStatus(url, project.directory)).map(({ name, state }) => [name, state]));
const status = (...args: string[]) =>
  startScript('db-status', project, { DATABASE_URL: url }, ...args).finished;

test('a new database has everything pending, and looking at it writes nothing', async () => {
  expect(await statesOf()).toEqual({ a: 'pending', c: 'pending' });
  expect(await hasTable(url, 'supabase_migrations.schema_migrations')).toBe(false);
});

test('db:status shows what is applied, when, and what is pending, and exits 0 [S-26 +]', async () => {
  await migrate(url, { directory: project.directory });
  project.add('20260104000000_d', 'create table public.d ();');
  const { code, stdout } = await status();
  expect(code).toBe(0);
  expect(stdout).toMatch(/20260101000000\s+a\s+\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\s+applied/);
  expect(stdout).toMatch(/20260104000000\s+d\s+pending/);
  expect(stdout).toMatch(/2 applied, 1 pending$/m);
});

test('db:status exits 1 on an edited, an out-of-order and a vanished migration, as text and as JSON [S-26 -]', async () => {
  await migrate(url, { directory: project.directory });
  project.add('20260101000000_a', 'create table public.changed ();');
  project.add('20260102000000_b', 'create table public.b ();');
  rmSync(join(project.directory, '20260103000000_c.sql'));
  expect(await statesOf()).toEqual({ a: 'edited', b: 'out of order', c: 'missing' });
  const { code, stdout } = await status('--json');
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ pending: 0, faults: 3 });
});

describe('a database of another history', () => {
  const told: string[] = [];
  const ask = async (isActing: boolean) => {
    told.length = 0;
    await requireSameHistory(url, isActing, (line) => told.push(line), project.directory);
    return told;
  };
  const NEWER = /^applied migration has no file: 20260103000000_c$/;

  test('is told to who only looks, and refused to who acts; one that is older is told to both [S-26 +, S-26 -]', async () => {
    await migrate(url, { directory: project.directory });
    expect(await ask(true), 'control').toEqual([]);
    project.add('20260104000000_d', 'create table public.d ();');
    expect(await ask(true)).toEqual(['1 migration of this checkout is not applied there']);
    rmSync(join(project.directory, '20260103000000_c.sql'));
    expect(await ask(false)).toEqual([
      expect.stringMatching(/has no file: 20260103000000_c; fetch the newest/),
    ]);
    expect(await refusal(() => ask(true))).toMatchObject({
      exitCode: 1,
      problem: expect.stringMatching(NEWER),
    });
  });

  test('is left alone by what writes for good: seeding, a run of retention, a record of compliance [N-49 S-26 -]', async () => {
    await ensurePlatform(cluster.adminUrl(`s${databases}`));
    await migrate(url, { directory: project.directory });
    rmSync(join(project.directory, '20260103000000_c.sql'));
    cpSync('docs', join(project.root, 'docs'), { recursive: true });
    const env = { DATABASE_URL: url };
    const commands = ['db-seed.ts', 'compliance.ts --record', `retention.ts --run ${'0'.repeat(64)}`];
    const ended = await Promise.all(
      commands.map((command) => {
        const [script = '', ...args] = command.split(' ');
        return runScript(script, args, { cwd: project.root, env });
      }),
    );
    const refused = expect.stringContaining('✗ applied migration has no file: 20260103000000_c');
    expect(ended).toEqual(
      commands.map(() => expect.objectContaining({ code: 1, stdout: '', stderr: refused })),
    );
  });
});

test('commands explain themselves with --help', async () => {
  const scripts = ['db-push', 'db-seed'];
  const help = await Promise.all(
    scripts.map((script) => startScript(script, project, {}, '--help').finished),
  );
  for (const { code, stdout } of help) {
    expect(code).toBe(0);
    expect(stdout).toMatch(/Usage: npm run \S+ -- [\s\S]*--json[\s\S]*Exit codes/);
  }
});

test('db:seed refuses a server on another machine without its address typed out', async () => {
  const remote = 'postgresql://postgres:secret@db.example.com:5432/clinic';
  const { code, stderr } = await startScript('db-seed', project, { DATABASE_URL: remote }).finished;
  expect(code).toBe(2);
  expect(stderr).toMatch(/--yes-destroy-remote db\.example\.com:5432\/clinic/);
  expect(stderr).not.toMatch(/secret/);
});

test('db:migrate ends with server, migrations with times, URL and next step, and says so when nothing is pending', async () => {
  await ensurePlatform(cluster.adminUrl(`s${databases}`));
  const command = () => startScript('db-migrate', project, { DATABASE_URL: url }).finished;
  const first = await command();
  expect(first.code).toBe(0);
  expect(first.stdout).toMatch(
    /^server\s+PostgreSQL \d+\.\d+, 127\.0\.0\.1:\d+\/s\d+\nmigrations\s+2 applied\n\s+20260101000000_a\s+\d+ ms/,
  );
  expect(first.stdout).toMatch(/^url\s+postgresql:\/\/postgres@127\.0\.0\.1:\d+\/s\d+$/m);
  expect(first.stdout).toMatch(/^next\s+`npm run db:status`/m);
  expect((await command()).stdout).toMatch(/migrations {2}nothing pending, 2 applied before/);
});
