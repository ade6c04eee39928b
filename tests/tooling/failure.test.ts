import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readCatalog } from '../../scripts/catalog/snapshot.ts';
import { migrate } from '../../scripts/migrate/apply.ts';
import { push } from '../../scripts/migrate/push.ts';
import { applySeeds } from '../../scripts/migrate/seed.ts';
import { explainServerError } from '../../scripts/migrate/server-error.ts';
import { type ScratchCluster, startScratchCluster } from '../../scripts/postgres/cluster.ts';
import { withClient } from '../../scripts/postgres/connect.ts';
import { createDatabase } from '../../scripts/postgres/databases.ts';
import { ensurePlatform } from '../../scripts/postgres/platform.ts';
import { refusal } from '../support/refusal.ts';
import { hasTable, ledgerOf, makeProject, type Project, rowsOf, startScript } from './migrate-fixtures.ts';

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
  await createDatabase(cluster, `f${databases}`);
  url = cluster.url(`f${databases}`);
  project = makeProject({
    '20260101000000_create_people':
      "create table public.people (id int primary key, name text not null);\ninsert into public.people values (1, 'Marie Curie');",
  });
});
afterEach(() => project.remove());

const run = (apply = migrate) => refusal(() => apply(url, { directory: project.directory }));

test.each([
  ['dbmate', migrate],
  ['the Supabase CLI', push],
] as const)(
  'with %s, a migration that fails in its third statement leaves catalog and ledger exactly as before',
  async (_, apply) => {
    await migrate(url, { directory: project.directory });
    const state = async () => [await withClient(url, (client) => readCatalog(client)), await ledgerOf(url)];
    const before = await state();
    const path = project.add(
      '20260102000000_break',
      `create table public.é (id int); -- €😀
-- the third statement of the file
insert into public.é (id)
values (1),
  (missing);
create table public.later ();`,
    );
    const { exitCode, problem, expected, details } = await run(apply);
    expect(exitCode).toBe(1);
    expect(problem).toBe(`${path}:10 column "missing" does not exist (SQLSTATE 42703)`);
    expect(expected).toMatch(/the database is exactly as before/);
    expect(details?.slice(0, 3)).toEqual([
      '        8  insert into public.é (id)',
      '        9  values (1),',
      '       10    (missing)',
    ]);
    expect(await state()).toEqual(before);
  },
);

test('migrations before the failing one stay applied, and the report says so', async () => {
  project.add('20260102000000_break', 'drop table public.nothing;');
  const { expected, text } = await run();
  expect(expected).toMatch(/nothing of this file remains; 1 before it is applied/);
  expect(text).toMatch(/applied {4}20260101000000_create_people\.sql/);
  expect(await ledgerOf(url)).toHaveLength(1);
  expect(await hasTable(url, 'public.people')).toBe(true);
});

test.each([
  ['a duplicate key', "insert into public.people values (1, 'x');", '23505'],
  ['a failing row', 'alter table public.people add check (id > 1);', '23514'],
  ['a value that cannot be cast', 'alter table public.people alter name type int using name::int;', '22P02'],
  ['a division of a row', 'select 1 / (id - 1) from public.people;', '22012'],
  [
    'a deferred constraint',
    'alter table public.people add unique (name) deferrable initially deferred;\ninsert into public.people select 2, name from public.people;',
    '23505',
  ],
])('a report of %s holds the SQLSTATE and no value of any row', async (_, sql, code) => {
  await migrate(url, { directory: project.directory });
  project.add('20260102000000_break', sql);
  const { problem, text } = await run();
  expect(problem).toContain(`(SQLSTATE ${code})`);
  expect(text).not.toMatch(/Marie|Curie|Key \(|Failing row/);
});

test('however long the value is that a block raises, and however many signs its other texts have, it is told at once [S-39 +]', () => {
  const sql = `do $$ begin if name like '${'%a'.repeat(7)}%b' then return; end if; raise exception 'person % is gone', name; end $$`;
  const error = {
    code: 'P0001',
    message: `person ${'a'.repeat(2_000)} is gone`,
    where: 'PL/pgSQL function inline_code_block line 1 at RAISE',
  } as pg.DatabaseError;
  const start = performance.now();
  const { problem } = explainServerError('x.sql', { kind: 'DoStmt', tree: {}, sql, line: 1 } as never, error);
  expect(problem).toContain('person … is gone');
  expect(performance.now() - start).toBeLessThan(1_000);
});

test('a block that raises a value of a row is told by its own words, without the value, its hint too [S-39 -]', async () => {
  await migrate(url, { directory: project.directory });
  project.add(
    '20260102000000_break',
    `do $$ declare who text; begin
  select name into who from public.people;
  raise exception '% cannot stay: % (so be it)', who, 1 using hint = 'ask ' || who, detail = who;
end $$;`,
  );
  const { problem, text } = await run();
  expect(problem).toMatch(/:6 … cannot stay: … \(so be it\) \(SQLSTATE P0001\)/);
  expect(text).not.toMatch(/Marie|Curie/);
});

test.each([
  ['dbmate', migrate],
  ['the Supabase CLI', push],
] as const)(
  'what a migration tells of rows while it runs is not in the report of %s [S-39 -]',
  async (_, apply) => {
    await migrate(url, { directory: project.directory });
    await rowsOf(url, 'create sequence public.turns');
    project.add(
      '20260102000000_break',
      `do $$ declare who text; begin
  select name into who from public.people;
  raise notice 'seen % %', who, e'\\n' || who;
  raise warning '%', who;
  if nextval('public.turns') = 1 then perform 1 / 0; end if;
end $$;`,
    );
    const { problem, text } = await run(apply);
    expect(problem).toMatch(/did not fail again/);
    expect(text).toMatch(/division by zero/);
    expect(text).not.toMatch(/Marie|Curie/);
  },
);

test('the detail of an error that names objects is shown', async () => {
  project.add(
    '20260102000000_break',
    'create view public.names as select name from public.people;\ndrop table public.people;',
  );
  const { problem, text } = await run();
  expect(problem).toMatch(/:7 cannot drop table .* \(SQLSTATE 2BP01\)/);
  expect(text).toMatch(/view (public\.)?names depends on table (public\.)?people/);
});

test('an error inside a function names the function and its line', async () => {
  project.add(
    '20260102000000_break',
    `create function public.fail() returns void language plpgsql as $$
begin
  raise exception 'not today' using errcode = 'CD001', hint = 'try tomorrow';
end $$;
select public.fail();`,
  );
  const { problem, text } = await run();
  expect(problem).toMatch(/:10 not today \(SQLSTATE CD001\)/);
  expect(text).toMatch(/hint {4}try tomorrow/);
  expect(text).toMatch(/PL\/pgSQL function (public\.)?fail\(\) line 3 at RAISE/);
});

test('a lock that another session holds is named as the likely cause', async () => {
  await migrate(url, { directory: project.directory });
  project.add('20260102000000_blocked', "set local lock_timeout = '100ms';\ndrop table public.people;");
  await withClient(url, async (holder) => {
    await holder.query('begin; lock table public.people');
    const { problem, remedy } = await run();
    expect(problem).toMatch(/:7 canceling statement due to lock timeout \(SQLSTATE 55P03\)/);
    expect(remedy).toMatch(/another session was in its way/);
  });
});

test('a role that may not write the ledger is told so', async () => {
  await migrate(url, { directory: project.directory });
  await rowsOf(url, 'create role stranger_to_ledger login password $$postgres$$');
  const stranger = new URL(url);
  stranger.username = 'stranger_to_ledger';
  const { exitCode, problem } = await refusal(() => migrate(stranger.href, { directory: project.directory }));
  expect(exitCode).toBe(2);
  expect(problem).toMatch(
    /may not read the ledger supabase_migrations\.schema_migrations: permission denied/,
  );
});

test('a role that may write the ledger, and not what stands beside it, is told so before anything is applied', async () => {
  await migrate(url, { directory: project.directory });
  await rowsOf(
    url,
    `create role half_a_stranger login password $$postgres$$; grant usage on schema supabase_migrations to half_a_stranger;
     grant all on supabase_migrations.schema_migrations to half_a_stranger; grant create on schema public to half_a_stranger`,
  );
  const stranger = new URL(url);
  stranger.username = 'half_a_stranger';
  project.add('20260102000000_more', 'create table public.more ();');
  const { exitCode, problem } = await refusal(() => migrate(stranger.href, { directory: project.directory }));
  expect(exitCode).toBe(2);
  expect(problem).toMatch(/may not write supabase_migrations\.started_migrations beside the ledger/);
  expect(await hasTable(url, 'public.more')).toBe(false);
});

test('a syntax error is found before anything is applied', async () => {
  const path = project.add('20260102000000_break', 'create table public.x (;');
  expect((await run()).problem).toMatch(`${path}:6 syntax error at or near ";" (SQLSTATE 42601)`);
  expect(await hasTable(url, 'public.people')).toBe(false);
});

test('a failure that does not happen again is told as what the runner printed', async () => {
  await migrate(url, { directory: project.directory });
  await rowsOf(url, 'create sequence public.attempts');
  // A sequence does not roll back, so the replay takes the other branch.
  project.add('20260102000000_break', "select 1 / (nextval('public.attempts') - 1);");
  const { problem, text } = await run();
  expect(problem).toMatch(/did not fail again when they were replayed/);
  expect(text).toMatch(/division by zero/);
});

test('a seed that fails names file, line and statement, and leaves nothing of itself', async () => {
  await migrate(url, { directory: project.directory });
  const seeds = makeProject();
  seeds.write('01_people.sql', "insert into public.people values (2, 'A')\n  on conflict do nothing;");
  seeds.write(
    '02_more.sql',
    "insert into public.people values (3, 'B');\ninsert into public.people\nvalues (4, null);",
  );
  const { problem, details } = await refusal(() => applySeeds(url, seeds.directory));
  expect(problem).toMatch(/02_more\.sql:2 null value in column "name" .*\(SQLSTATE 23502\)/);
  expect(details?.[0]).toBe('        2  insert into public.people');
  expect(await rowsOf(url, 'select id from public.people order by id')).toEqual([{ id: 1 }, { id: 2 }]);
  seeds.remove();
});

test.each([
  [
    'ends its own transaction',
    "insert into public.people values (4, 'C');\ncommit;",
    /02_more\.sql:2 controls/,
  ],
  ['cannot be parsed', "insert into public.people values (4, 'C');\nselec;", /02_more\.sql:2 syntax error/],
])('a seed that %s is refused before the one before it is applied', async (_, text, says) => {
  await migrate(url, { directory: project.directory });
  const seeds = makeProject();
  seeds.write('01_people.sql', "insert into public.people values (2, 'A') on conflict do nothing;");
  const path = seeds.write('02_more.sql', text);
  mkdirSync(join(seeds.directory, '03_folder.sql'));
  const { exitCode, problem, remedy } = await refusal(() => applySeeds(url, seeds.directory));
  expect(exitCode).toBe(1);
  expect(problem).toMatch(says);
  expect(remedy).toMatch(/nothing was applied/);
  expect(await rowsOf(url, 'select id from public.people')).toEqual([{ id: 1 }]);
  rmSync(path);
  expect(await applySeeds(url, seeds.directory)).toHaveLength(1);
  seeds.remove();
});

test('a seed does not go on as whom the one before it became', async () => {
  await migrate(url, { directory: project.directory });
  const seeds = makeProject();
  seeds.write('01_people.sql', "insert into public.people values (2, 'A');\nset role pg_monitor;");
  seeds.write('02_more.sql', 'insert into public.people values (3, current_user);');
  await applySeeds(url, seeds.directory);
  expect(await rowsOf(url, 'select name from public.people where id = 3')).toEqual([{ name: 'postgres' }]);
  seeds.remove();
});

test('of two that seed at once, one waits for the other, and both succeed', async () => {
  await migrate(url, { directory: project.directory });
  const seeds = makeProject();
  seeds.write(
    '01_people.sql',
    `insert into public.people select 2, 'A' from pg_sleep(0.8)
  where not exists (select from public.people where id = 2);`,
  );
  const told: string[] = [];
  const seed = () => applySeeds(url, seeds.directory, (line) => told.push(line));
  expect(await Promise.all([seed(), seed()])).toHaveLength(2);
  expect(told.filter((line) => /waiting for/.test(line))).toHaveLength(1);
  expect(await rowsOf(url, 'select id from public.people order by id')).toEqual([{ id: 1 }, { id: 2 }]);
  seeds.remove();
});

test('a value with a line break is left out of what the runner printed', async () => {
  await migrate(url, { directory: project.directory });
  await rowsOf(url, "insert into public.people values (2, E'Irène\\nJoliot')");
  await rowsOf(url, 'create sequence public.attempts');
  project.add(
    '20260102000000_break',
    "select case when nextval('public.attempts') = 1 then name::int end from public.people where id = 2;",
  );
  const { problem, text } = await run();
  expect(problem).toMatch(/did not fail again when they were replayed/);
  expect(text).toMatch(/invalid input syntax for type integer: .*22P02/);
  expect(text).not.toMatch(/Irène|Joliot/);
});

test('a key with a line break is left out of what a runner printed about it', async () => {
  await migrate(url, { directory: project.directory });
  await rowsOf(
    url,
    `create table public.names (name text unique); insert into public.names values (E'Irène\nJoliot'); create sequence public.attempts;`,
  );
  project.add(
    '20260102000000_break',
    "insert into public.names select case when nextval('public.attempts') = 1 then name else 'nobody' end from public.names;",
  );
  const { problem, text } = await refusal(() => push(url, { directory: project.directory }));
  expect(problem).toMatch(/did not fail again when they were replayed/);
  expect(text).toMatch(/duplicate key value violates unique constraint/);
  expect(text).toMatch(/exit code 1/);
  expect(text).not.toMatch(/Irène|Joliot/);
});

describe('of a server, a command says what is the matter', () => {
  const migrateIt = () => startScript('db-migrate', project, { DATABASE_URL: url });
  beforeEach(() => ensurePlatform(cluster.adminUrl(`f${databases}`)));

  test('that only reads', async () => {
    const admin = cluster.adminUrl('postgres');
    await rowsOf(admin, `alter database f${databases} set default_transaction_read_only = on`);
    const { code, stderr } = await migrateIt().finished;
    expect(code).toBe(2);
    expect(stderr).toMatch(/✗ the server only reads: cannot execute CREATE SCHEMA/);
    expect(stderr).not.toMatch(/internal error/);
    await rowsOf(admin, `alter database f${databases} reset default_transaction_read_only`);
    expect((await migrateIt().finished).code).toBe(0);
  });

  test('that ends its session while it waits for another migration', async () => {
    await withClient(url, async (holder) => {
      await holder.query('select pg_advisory_lock(109330311704430)');
      const waiting = migrateIt();
      await waiting.printed(/waiting for/);
      await rowsOf(
        cluster.adminUrl('postgres'),
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name ^@ 'cordon lock'",
      );
      const { code, stderr } = await waiting.finished;
      expect(code).toBe(2);
      expect(stderr).toMatch(/✗ the connection to the server was lost/);
      expect(stderr).not.toMatch(/internal error/);
    });
  });
});
