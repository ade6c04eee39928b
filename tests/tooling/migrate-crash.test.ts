import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { migrate } from '../../scripts/migrate/apply.ts';
import { push } from '../../scripts/migrate/push.ts';
import {
  eraseCluster,
  type ScratchCluster,
  startCluster,
  startScratchCluster,
} from '../../scripts/postgres/cluster.ts';
import { createDatabase } from '../../scripts/postgres/databases.ts';
import { ensurePlatform } from '../../scripts/postgres/platform.ts';
import {
  hasTable,
  ledgerOf,
  makeProject,
  type Project,
  refusal,
  rowsOf,
  startScript,
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
  await createDatabase(cluster, `c${databases}`);
  await ensurePlatform(cluster.adminUrl(`c${databases}`));
  url = cluster.url(`c${databases}`);
  // Without `if not exists`: applied twice, it would fail.
  project = makeProject({ '20260101000000_slow': 'create table public.slow ();\nselect pg_sleep(1.2);' });
});
afterEach(() => project.remove());

/** Waits until the slow migration is inside its transaction. */
async function underWay(): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const rows = await rowsOf(
      url,
      `select from pg_stat_activity where query ~ 'pg_sleep\\(1' and state = 'active' and pid <> pg_backend_pid() and datname = current_database()`,
    );
    if (rows.length > 0) return;
    await sleep(20);
  }
  throw new Error('the migration did not start');
}

test.each([
  ['db-migrate', 'db-migrate'],
  ['db-migrate', 'db-push'],
])(
  'of %s and %s at once, one applies and the other says that it waits, then finds nothing pending',
  async (first, second) => {
    const one = startScript(first, project, { DATABASE_URL: url }, '--json');
    await underWay();
    const two = startScript(second, project, { DATABASE_URL: url }, '--json');
    const [a, b] = await Promise.all([one.finished, two.finished]);
    expect([a.code, b.code]).toEqual([0, 0]);
    expect(b.stderr).toMatch(
      /another migration is running: waiting for server process \d+ \(cordon lock, pid \d+ on /,
    );
    expect(JSON.parse(a.stdout).applied).toHaveLength(1);
    expect(JSON.parse(b.stdout)).toMatchObject({ applied: [], alreadyApplied: 1 });
    expect(await ledgerOf(url)).toHaveLength(1);
  },
);

test.each([
  ['db-migrate', migrate],
  ['db-push', push],
] as const)(
  'after kill -9 of %s the next run waits for the runner that outlived it, and nothing is applied twice',
  async (script, apply) => {
    const killed = startScript(script, project, { DATABASE_URL: url });
    await underWay();
    killed.kill();
    await killed.finished;
    const heard: string[] = [];
    const { applied, alreadyApplied } = await apply(url, {
      directory: project.directory,
      onProgress: (line) => heard.push(line),
    });
    expect(heard[0]).toMatch(
      /a migration outlived the command that started it: waiting for server process \d+/,
    );
    expect(applied.length + alreadyApplied).toBe(1);
    expect(await hasTable(url, 'public.slow')).toBe(true);
    expect(await ledgerOf(url)).toEqual([{ version: '20260101000000', name: 'slow', checked: true }]);
  },
);

test('kill -9 of the server in the middle of a migration leaves nothing of it, and the next start applies it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'cordon-crash-'));
  chmodSync(directory, 0o755);
  try {
    const before = await startCluster({ directory, port: 'random' });
    url = before.url();
    const failing = refusal(() => migrate(url, { directory: project.directory }));
    await underWay();
    process.kill(before.pid, 'SIGKILL');
    const { exitCode, problem, remedy } = await failing;
    expect(exitCode).toBe(1);
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
