import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { migrate } from '../../scripts/migrate/apply.ts';
import { LEDGER } from '../../scripts/migrate/ledger.ts';
import { replay } from '../../scripts/migrate/replay.ts';
import { runnerUrl } from '../../scripts/migrate/runner-url.ts';
import { dbmate, supabaseCli } from '../../scripts/migrate/runners.ts';
import { applySeeds } from '../../scripts/migrate/seed.ts';
import { type ScratchCluster, startScratchCluster } from '../../scripts/postgres/cluster.ts';
import { connect } from '../../scripts/postgres/connect.ts';
import { createDatabase } from '../../scripts/postgres/databases.ts';
import { refusal } from '../support/refusal.ts';
import { startTransactionPooler } from '../support/transaction-pooler.ts';
import {
  callRunner,
  hasTable,
  ledgerOf,
  makeProject,
  migrationText,
  type Project,
  rowsOf,
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
  await createDatabase(cluster, `m${databases}`);
  url = cluster.url(`m${databases}`);
  project = makeProject({
    '20260101000000_create_a': 'create table public.a (id uuid primary key);',
    '20260102000000_create_b': 'create table public.b (id uuid primary key);',
  });
});
afterEach(() => project.remove());

const run = () => migrate(url, { directory: project.directory });

describe('applying', () => {
  test('goes where DATABASE_URL says, whatever a shell says of another server [S-26 -]', async () => {
    for (const [name, value] of Object.entries({
      ...{ PGHOSTADDR: '127.0.0.9', PGHOST: 'elsewhere', PGPORT: '1', PGDATABASE: 'other', PGUSER: 'other' },
      ...{ PGSERVICE: 'other', PGTARGETSESSIONATTRS: 'standby', PGCLIENTENCODING: 'LATIN1' },
    })) {
      vi.stubEnv(name, value);
    }
    try {
      expect((await run()).applied).toHaveLength(2);
      const { env } = supabaseCli.process(runnerUrl(url, false), project.directory);
      expect(
        Object.keys(env)
          .filter((name) => name.startsWith('PG'))
          .sort(),
      ).toEqual(['PGPASSWORD', 'PGPORT']);
      expect(env.PGPORT).toBe(new URL(url).port);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test('every pending migration is applied in order, once, and recorded with name, checksum and time [S-26 +]', async () => {
    const first = await run();
    expect(first.applied.map(({ version, name }) => `${version}_${name}`)).toEqual([
      '20260101000000_create_a',
      '20260102000000_create_b',
    ]);
    expect(await hasTable(url, 'public.b')).toBe(true);
    const rows = await rowsOf(
      url,
      `select name, length(checksum) as length, applied_at > now() - interval '1 minute' as fresh from ${LEDGER}`,
    );
    expect(rows).toEqual([
      { name: 'create_a', length: 64, fresh: true },
      { name: 'create_b', length: 64, fresh: true },
    ]);
    expect(await run()).toEqual({ applied: [], alreadyApplied: 2 });
    project.add('20260103000000_create_c', 'create table public.c ();');
    expect(await run()).toMatchObject({ applied: [{ name: 'create_c' }], alreadyApplied: 2 });
  });

  test('the migrating role is not superuser', async () => {
    expect(await rowsOf(url, `select rolsuper from pg_roles where rolname = current_user`)).toEqual([
      { rolsuper: false },
    ]);
  });

  test('each migration is one transaction under its own lock timeout', async () => {
    const probe = `select pg_current_xact_id()::text as xid, current_setting('lock_timeout') as lock_timeout`;
    project.add(
      '20260103000000_probe',
      `create table public.probe as ${probe};\ninsert into public.probe ${probe};`,
    );
    await run();
    expect(
      await rowsOf(
        url,
        'select count(distinct xid)::int as transactions, min(lock_timeout) as lock_timeout from public.probe',
      ),
    ).toEqual([{ transactions: 1, lock_timeout: '5s' }]);
  });

  test('replay builds a new database from the history alone, with the platform in it', async () => {
    const { applied } = await replay(cluster, 'replayed', { directory: project.directory });
    expect(applied).toHaveLength(2);
    expect(await hasTable(cluster.url('replayed'), 'public.b')).toBe(true);
    expect(await hasTable(cluster.url('replayed'), 'auth.users')).toBe(true);
  });

  test('an empty history is no error', async () => {
    rmSync(join(project.directory, '20260101000000_create_a.sql'));
    rmSync(join(project.directory, '20260102000000_create_b.sql'));
    expect(await run()).toEqual({ applied: [], alreadyApplied: 0 });
  });
});

describe('refusing', () => {
  const unchanged = async (rows: number) => {
    expect(await hasTable(url, 'public.c')).toBe(false);
    if (rows > 0) expect(await ledgerOf(url)).toHaveLength(rows);
  };

  test('an applied migration that was edited stops the command, by name [S-26 -]', async () => {
    await run();
    project.add('20260102000000_create_b', 'create table public.b (id uuid primary key, more text);');
    project.add('20260103000000_create_c', 'create table public.c ();');
    const { exitCode, problem, expected, remedy } = await refusal(run);
    expect(exitCode).toBe(1);
    expect(problem).toMatch(/applied migration was edited: .*20260102000000_create_b\.sql/);
    expect(expected).toMatch(/exactly as it was applied/);
    expect(remedy).toMatch(/git checkout.*db:new/);
    await unchanged(2);
  });

  test('dbmate by itself does not notice the edit', async () => {
    await run();
    project.add('20260102000000_create_b', 'create table public.other ();');
    expect((await callRunner(dbmate, runnerUrl(url, false), project.directory)).code).toBe(0);
  });

  test('a migration older than the newest applied one stops the command, by name [S-26 -]', async () => {
    await run();
    project.add('20260101120000_create_c', 'create table public.c ();');
    const { exitCode, problem, expected, remedy } = await refusal(run);
    expect(exitCode).toBe(1);
    expect(problem).toMatch(/out-of-order migration: .*20260101120000_create_c\.sql/);
    expect(expected).toMatch(/above 20260102000000/);
    expect(remedy).toMatch(/rename/);
    await unchanged(2);
  });

  test("a file that a release lists is renamed with its line, and a project of another application's is told as one [S-26 -]", async () => {
    await run();
    project.add('20260101120000_create_c', 'create table public.c ();');
    expect((await refusal(run)).remedy).toContain('SHA256SUMS');
    await rowsOf(
      url,
      `with gone as (delete from ${LEDGER}) insert into ${LEDGER} (version, name) values ('20250101000000', 'todos'), ('20250102000000', 'likes')`,
    );
    const { exitCode, problem, expected, remedy } = await refusal(run);
    expect(exitCode).toBe(1);
    expect(problem).toBe(
      'applied migration has no file: 20250101000000_todos, 20250102000000_likes; none that is applied here is of this history',
    );
    expect(expected).toContain('a database of its own');
    expect(remedy).toContain('use a project of its own');
    expect(remedy).not.toContain('git pull');
  });

  test('an applied migration whose file is gone stops the command, by version [S-26 -]', async () => {
    await run();
    rmSync(join(project.directory, '20260101000000_create_a.sql'));
    project.add('20260103000000_create_c', 'create table public.c ();');
    const { exitCode, problem } = await refusal(run);
    expect(exitCode).toBe(1);
    expect(problem).toMatch(/no file: 20260101000000_create_a/);
    await unchanged(2);
  });

  test.each([
    ['without its down marker', migrationText('create table public.c ();').replace('-- migrate:down\n', '')],
    ['with SQL in its down section', `${migrationText('create table public.c ();')}drop table public.a;`],
    ['with a syntax error', migrationText('create table public.c (;')],
  ])('a file %s stops the command before anything is applied', async (_, text) => {
    writeFileSync(join(project.directory, '20260103000000_create_c.sql'), text);
    expect((await refusal(run)).exitCode).toBe(1);
    expect(await hasTable(url, 'public.a')).toBe(false);
    expect(await hasTable(url, LEDGER)).toBe(false);
  });

  test('a transaction pooler is refused: the lock lives in a session', async () => {
    const pooler = 'postgresql://postgres.abc:x@aws-0-eu-central-1.pooler.supabase.com:6543/postgres';
    expect((await refusal(() => migrate(pooler, { directory: project.directory }))).problem).toMatch(
      /transaction pooler/,
    );
  });

  test.each([1, 2, 3])(
    'so is one that only its behaviour tells, with %i connections, and it keeps no lock',
    async (count) => {
      await run();
      const connections = await Promise.all(Array.from({ length: count }, () => connect(url)));
      const pooler = await startTransactionPooler(connections);
      try {
        const pooled = new URL(url);
        pooled.port = String(pooler.port);
        for (const work of [
          () => migrate(pooled.href, { directory: project.directory }),
          () => applySeeds(pooled.href, join(project.root, 'seed')),
        ]) {
          expect(await refusal(work)).toMatchObject({
            exitCode: 2,
            problem: `postgres@127.0.0.1:${pooler.port}/m${databases} is a transaction pooler`,
          });
        }
        expect(await rowsOf(url, "select from pg_locks where locktype = 'advisory'")).toEqual([]);
      } finally {
        pooler.close();
      }
    },
  );
});

describe('a ledger that dbmate created by itself', () => {
  test('is adopted: columns are added, names and checksums filled, and dbmate goes on working', async () => {
    expect((await callRunner(dbmate, runnerUrl(url, false), project.directory)).code).toBe(0);
    expect(await run()).toEqual({ applied: [], alreadyApplied: 2 });
    expect(await ledgerOf(url)).toEqual([
      { version: '20260101000000', name: 'create_a', checked: true },
      { version: '20260102000000', name: 'create_b', checked: true },
    ]);
    expect(await rowsOf(url, `select distinct applied_at from ${LEDGER}`)).toEqual([{ applied_at: null }]);
    project.add('20260103000000_create_c', 'create table public.c ();');
    expect((await callRunner(dbmate, runnerUrl(url, false), project.directory)).code).toBe(0);
    expect(await ledgerOf(url)).toHaveLength(3);
  });
});
