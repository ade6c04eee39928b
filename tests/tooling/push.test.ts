import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Catalog, readCatalog } from '../../scripts/catalog/snapshot.ts';
import { migrate } from '../../scripts/migrate/apply.ts';
import { LEDGER } from '../../scripts/migrate/ledger.ts';
import { push } from '../../scripts/migrate/push.ts';
import { runnerUrl } from '../../scripts/migrate/runner-url.ts';
import { dbmate, supabaseCli } from '../../scripts/migrate/runners.ts';
import { type ScratchCluster, startScratchCluster } from '../../scripts/postgres/cluster.ts';
import { withClient } from '../../scripts/postgres/connect.ts';
import { createDatabase } from '../../scripts/postgres/databases.ts';
import { ensurePlatform } from '../../scripts/postgres/platform.ts';
import { refusal } from '../support/refusal.ts';
import { callRunner, hasTable, ledgerOf, makeProject, type Project, rowsOf } from './migrate-fixtures.ts';

/** What differs between splitters of SQL: bodies with semicolons and markers in strings, comments, both quotings. */
const HISTORY = {
  '20260101000000_create_base': `
create schema authz;
create table public.base (
  organisation_id uuid not null,
  id uuid not null,
  note text default 'a; -- b',
  constraint base_pkey primary key (organisation_id, id)
);
comment on table public.base is 'Semicolon; and ''quotes'', and -- a dash.';`,
  '20260102000000_create_functions': `
create function authz.shout(word text) returns text
  language plpgsql stable set search_path = ''
as $body$
begin
  -- a comment; with a semicolon
  return upper(word) || ';' || $$ /* not a comment */ $$;
end
$body$;
create function authz.twice(number integer) returns integer
  language sql immutable
begin atomic
  select number + number;
end;
do $$ begin perform authz.shout('x;'); end $$;`,
  '20260103000000_secure_base': `
alter table public.base enable row level security;
alter table public.base force row level security;
create policy base_select on public.base for select to authenticated
  using (note = (select authz.shout('é;€')));
grant select (id, note) on public.base to authenticated;`,
  '20260104000000_create_view': `
create view public.base_notes with (security_invoker = true) as
  select id, note from public.base; -- the last statement has a comment behind it`,
};

let cluster: ScratchCluster;
let project: Project;
let databases = 0;

beforeAll(async () => {
  cluster = await startScratchCluster();
});
afterAll(() => cluster.remove());
beforeEach(() => {
  project = makeProject();
});
afterEach(() => project.remove());

async function database(): Promise<string> {
  databases += 1;
  await createDatabase(cluster, `p${databases}`);
  await ensurePlatform(cluster.adminUrl(`p${databases}`));
  return `p${databases}`;
}

type Step = readonly [apply: typeof migrate, upTo: number];

/** Applies the history in steps, each with its runner, as one role. */
async function applyInSteps(url: string, steps: readonly Step[]): Promise<Catalog> {
  const whole = makeProject(HISTORY);
  const fileNames = readdirSync(whole.directory).sort();
  let written = 0;
  for (const [apply, upTo] of steps) {
    for (; written < upTo; written += 1) {
      const fileName = fileNames[written] ?? '';
      project.write(fileName, readFileSync(join(whole.directory, fileName), 'utf8'));
    }
    await apply(url, { directory: project.directory });
  }
  whole.remove();
  return withClient(url, (client) => readCatalog(client));
}

const ORDERS: Record<string, readonly Step[]> = {
  'dbmate, then the Supabase CLI': [
    [migrate, 2],
    [push, 4],
  ],
  'the Supabase CLI, then dbmate': [
    [push, 2],
    [migrate, 4],
  ],
};

describe('both runners, one ledger', () => {
  let reference: Catalog;
  beforeAll(async () => {
    project = makeProject();
    reference = await applyInSteps(cluster.url(await database()), [[migrate, 4]]);
    project.remove();
  });

  for (const [order, steps] of Object.entries(ORDERS)) {
    test(`${order}: the catalog is the same as with dbmate alone, as a role that is not superuser [S-26 +]`, async () => {
      const url = cluster.url(await database());
      expect(await rowsOf(url, 'select rolsuper from pg_roles where rolname = current_user')).toEqual([
        { rolsuper: false },
      ]);
      const catalog = await applyInSteps(url, steps);
      expect([...catalog.keys()]).toEqual(
        expect.arrayContaining(['table public.base', 'function authz.twice(integer)']),
      );
      expect(Object.fromEntries(catalog)).toEqual(Object.fromEntries(reference));
      expect(await ledgerOf(url)).toEqual(
        Object.keys(HISTORY).map((key) => ({
          version: key.slice(0, 14),
          name: key.slice(15),
          checked: true,
        })),
      );
      const columns = `select attname from pg_attribute where attrelid = '${LEDGER}'::regclass and attnum > 0 order by 1`;
      expect((await rowsOf(url, columns)).map(({ attname }) => attname)).toEqual([
        'applied_at',
        'checksum',
        'name',
        'statements',
        'version',
      ]);
    });
  }

  test('the Supabase CLI alone, as a superuser: the same tables, functions and policies', async () => {
    const name = await database();
    await rowsOf(cluster.adminUrl(), `create role superuser_of_test login superuser password 'p@ss/w:rd'`);
    const url = new URL(cluster.url(name));
    url.username = 'superuser_of_test';
    url.password = encodeURIComponent('p@ss/w:rd');
    const catalog = await applyInSteps(url.href, [[push, 4]]);
    const unowned = (from: Catalog) =>
      [...from.keys()].filter((key) => !/^(grants|default privileges)/.test(key));
    expect(unowned(catalog)).toEqual(unowned(reference));
  });
});

test("the project's own history is the same under both runners, in place, as a role that is not superuser", async () => {
  const [migrated, pushed] = [await database(), await database()];
  await migrate(cluster.url(migrated));
  await push(cluster.url(pushed));
  const [expected, catalog] = await Promise.all(
    [migrated, pushed].map((name) => withClient(cluster.url(name), (client) => readCatalog(client))),
  );
  expect(catalog?.size).toBeGreaterThan(10);
  expect(Object.fromEntries(catalog ?? [])).toEqual(Object.fromEntries(expected ?? []));
});

test('no runner gets the password on its command line, where every user of the machine can read it', () => {
  const url = runnerUrl('postgresql://postgres:s%40cret@127.0.0.1:1/x', false);
  for (const runner of [dbmate, supabaseCli]) {
    const { args, env } = runner.process(url, project.directory);
    expect(args.join(' ')).not.toMatch(/s(@|%40)cret/);
    expect(Object.values(env).join(' ')).toMatch(/s(@|%40)cret/);
  }
});

describe('called by hand, without any of our commands', () => {
  test('each runner sees what the other applied, with our columns in the ledger or without', async () => {
    const url = cluster.url(await database());
    const raw = runnerUrl(url, false);
    project.add('20260101000000_a', 'create table public.a ();');
    expect((await callRunner(dbmate, raw, project.directory)).code).toBe(0);
    project.add('20260102000000_b', 'create table public.b ();');
    expect((await callRunner(supabaseCli, raw, project.directory)).code).toBe(0);
    expect(await migrate(url, { directory: project.directory })).toEqual({ applied: [], alreadyApplied: 2 });
    project.add('20260103000000_c', 'create table public.c ();');
    expect((await callRunner(supabaseCli, raw, project.directory)).code).toBe(0);
    expect((await callRunner(dbmate, raw, project.directory)).code).toBe(0);
    expect(await migrate(url, { directory: project.directory })).toEqual({ applied: [], alreadyApplied: 3 });
    expect((await ledgerOf(url)).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  test('the Supabase CLI executes what stands below the down marker: why it has to be empty; and keeps what it executed, which tells an edit [S-26 -]', async () => {
    const url = cluster.url(await database());
    const path = project.add('20260101000000_a', 'create table public.a ();');
    const text = readFileSync(path, 'utf8');
    project.write('20260101000000_a.sql', `${text}drop table public.a;\n`);
    expect((await callRunner(supabaseCli, runnerUrl(url, false), project.directory)).code).toBe(0);
    expect(await hasTable(url, 'public.a')).toBe(false);
    const pushing = () => push(url, { directory: project.directory });
    expect((await refusal(pushing)).text).toMatch(/down section is not empty/);
    project.write('20260101000000_a.sql', text);
    expect((await refusal(pushing)).problem).toMatch(/edited: .*20260101000000_a/);
  });
});

describe('a runner that ends well and has applied nothing', () => {
  const pushing = (url: string) => push(url, { directory: project.directory });
  const disable = (file: string, line: string) =>
    writeFileSync(join(project.root, file), line, { flag: 'a' });

  test.each([
    ['its settings', 'supabase/config.toml', '\n[db.migrations]\nenabled = false\n'],
    ['a file of the project', '.env', 'SUPABASE_DB_MIGRATIONS_ENABLED=false\n'],
  ])('as %s tell it is a finding, with what it printed [S-26 -]', async (_, file, line) => {
    const url = cluster.url(await database());
    project.add('20260101000000_a', 'create table public.a ();');
    disable(file, line);
    const { exitCode, problem, text } = await refusal(() => pushing(url));
    expect(exitCode).toBe(1);
    expect(problem).toBe('supabase db push ended well, and 1 migration is not applied');
    expect(text).toMatch(/pending {4}[^"]*20260101000000_a\.sql/);
    expect(text).toMatch(/Skipping migrations/);
    expect(await hasTable(url, 'public.a')).toBe(false);
  });

  test('is not told so by what a shell says [S-26 +]', async () => {
    const url = cluster.url(await database());
    project.add('20260101000000_a', 'create table public.a ();');
    vi.stubEnv('SUPABASE_DB_MIGRATIONS_ENABLED', 'false');
    vi.stubEnv('SUPABASE_CA_SKIP_VERIFY', 'true');
    vi.stubEnv('SUPABASE_CLI_BINARY_OVERRIDE', '');
    vi.stubEnv('DBMATE_STRICT', 'false');
    try {
      const names = Object.keys(supabaseCli.process(runnerUrl(url, false), project.directory).env);
      expect(names.filter((name) => /^(SUPABASE|DBMATE)_/.test(name)).sort()).toEqual([
        'SUPABASE_CLI_BINARY_OVERRIDE',
        'SUPABASE_NO_UPDATE_NOTIFIER',
        'SUPABASE_TELEMETRY_DISABLED',
      ]);
      expect((await pushing(url)).applied).toHaveLength(1);
    } finally {
      vi.unstubAllEnvs();
    }
    expect(await hasTable(url, 'public.a')).toBe(true);
  });

  test('is told what its settings ask of the environment, by name, and nothing else of it [S-26 +, S-39 -]', async () => {
    const url = cluster.url(await database());
    project.add('20260101000000_a', 'create table public.a ();');
    disable(
      'supabase/config.toml',
      `\n[db.migrations]\nenabled = "env(SUPABASE_OWN_SWITCH)"\n# "env(SUPABASE_OWN_WORD)" "env(SUPABASE_CA_SKIP_VERIFY)"\n`,
    );
    vi.stubEnv('SUPABASE_OWN_SWITCH', 'true');
    vi.stubEnv('SUPABASE_OWN_WORD', 'swordfish');
    vi.stubEnv('SUPABASE_ACCESS_TOKEN', 'swordfish');
    try {
      const { env } = supabaseCli.process(runnerUrl(url, false), project.directory);
      expect(
        Object.keys(env)
          .filter((name) => name.startsWith('SUPABASE_'))
          .sort(),
      ).toEqual(['SUPABASE_NO_UPDATE_NOTIFIER', 'SUPABASE_OWN_SWITCH', 'SUPABASE_TELEMETRY_DISABLED']);
      expect(JSON.stringify(env)).not.toContain('swordfish');
      expect((await pushing(url)).applied).toHaveLength(1);
      // Whom it trusts is not its settings' to say.
      disable('supabase/config.toml', `[storage.s3]\nkey = "env(SUPABASE_CA_SKIP_VERIFY)"\n`);
      vi.stubEnv('SUPABASE_CA_SKIP_VERIFY', 'true');
      expect(supabaseCli.process(runnerUrl(url, false), project.directory).env).not.toHaveProperty(
        'SUPABASE_CA_SKIP_VERIFY',
      );
    } finally {
      vi.unstubAllEnvs();
    }
    expect(await hasTable(url, 'public.a')).toBe(true);
  });

  test('where its folder is another one, is not started; without any, it needs none [S-26 -, S-26 +]', async () => {
    const url = cluster.url(await database());
    project.add('20260101000000_a', 'create table public.a ();');
    rmSync(join(project.root, 'supabase', 'migrations'));
    const { exitCode, problem, remedy } = await refusal(() => pushing(url));
    expect({ exitCode, problem }).toEqual({
      exitCode: 1,
      problem: 'supabase/migrations is not the folder migrations/',
    });
    expect(remedy).toContain('ln -sfn ../migrations supabase/migrations');
    expect(await hasTable(url, LEDGER)).toBe(false);
    rmSync(join(project.root, 'supabase'), { recursive: true });
    expect((await pushing(url)).applied).toHaveLength(1);
  });
});

test('db:push refuses what db:migrate refuses: edited, out of order, gone [S-26 -]', async () => {
  const url = cluster.url(await database());
  project.add('20260102000000_b', 'create table public.b ();');
  await migrate(url, { directory: project.directory });
  const pushing = () => push(url, { directory: project.directory });
  project.add('20260101000000_a', 'create table public.a ();');
  expect((await refusal(pushing)).problem).toMatch(/out-of-order migration: .*20260101000000_a/);
  rmSync(join(project.directory, '20260101000000_a.sql'));
  project.add('20260102000000_b', 'create table public.edited ();');
  expect((await refusal(pushing)).problem).toMatch(/was edited: .*20260102000000_b/);
  rmSync(join(project.directory, '20260102000000_b.sql'));
  expect((await refusal(pushing)).problem).toMatch(/no file: 20260102000000_b/);
});
