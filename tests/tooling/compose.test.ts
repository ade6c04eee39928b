import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { amend, draftNew } from '../../scripts/catalog/new-migration.ts';
import { loadSources } from '../../scripts/catalog/sources.ts';
import { recordChecksum } from '../../scripts/migrate/checksums.ts';
import {
  composedStatements,
  functionSource,
  grantsChunk,
  migrationFiles,
  policyChunk,
  type SmallProject,
  useCluster,
  useProjects,
} from './catalog-fixtures.ts';
import { refusal } from './migrate-fixtures.ts';

const cluster = useCluster();
const newProject = useProjects(cluster);

const READ_OPEN = "for select to authenticated\n  using (status = 'open')";

/** A project whose sources and history agree: two functions, a trigger, a policy, grants. */
async function settled(): Promise<SmallProject> {
  const project = await newProject();
  project.write(
    'functions/authz/a_last.sql',
    functionSource('authz.a_last', { body: 'return authz.b_first(array[1])' }),
  );
  project.write(
    'functions/authz/b_first.sql',
    functionSource('authz.b_first', {
      args: 'ids int[]',
      types: 'int[]',
      extra: '\n  security definer',
      grants: `alter function authz.b_first(int[]) owner to cordon_definer;
revoke all on function authz.b_first(int[]) from public;
grant execute on function authz.b_first(int[]) to authenticated;
`,
    }),
  );
  project.write(
    'functions/authz/tg__stamp.sql',
    functionSource('authz.tg__stamp', { returns: 'trigger', body: 'return new' }).replace('\n  stable', ''),
  );
  project.write('triggers/notes.sql', TRIGGER);
  project.policies = [
    policyChunk('provider_select', READ_OPEN),
    grantsChunk('authenticated', 'select, insert (body, id)'),
  ];
  if (installed === undefined) {
    installed = await project.compose('install_access', { now: new Date('2026-02-01T00:00:00Z') });
  } else project.write('migrations/20260201000000_install_access.sql', installed);
  return project;
}
let installed: string | undefined;

const TRIGGER = `create or replace trigger _100_stamp
  before insert on public.notes
  for each row
  execute function authz.tg__stamp();
alter table public.notes enable always trigger _100_stamp;
comment on trigger _100_stamp on public.notes is 'Stamps.';
`;

/** Composes the next migration, and proves that the history then says what the sources say. */
async function compose(project: SmallProject): Promise<string[]> {
  const text = await project.compose('change_access');
  expect((await project.findings()).filter((line) => !line.startsWith('generated/'))).toEqual([]);
  return composedStatements(text);
}

describe('db:new composes', () => {
  test('everything new in an order that applies, and then has nothing more to say [N-10 +]', async () => {
    const project = await settled();
    const text = project.read('migrations/20260201000000_install_access.sql');
    const kinds = (await composedStatements(text)).map((statement) =>
      statement.split(' ').slice(0, 4).join(' '),
    );
    expect(kinds).toEqual([
      'grant create on schema',
      'create or replace function', // what another one calls comes first
      'comment on function authz.b_first(int[])',
      'alter function authz.b_first(int[]) owner',
      'revoke all on function',
      'grant execute on function',
      'create or replace function',
      'comment on function authz.a_last()',
      'create or replace function',
      'comment on function authz.tg__stamp()',
      'revoke create on schema',
      'create policy provider_select on',
      'comment on policy provider_select',
      'create or replace trigger',
      'alter table public.notes enable',
      'comment on trigger _100_stamp',
      'grant select, insert (body,',
    ]);
    expect(await refusal(() => project.compose('change_nothing'))).toMatchObject({
      exitCode: 1,
      problem: expect.stringContaining('nothing to compose'),
    });
  });

  test('the same text twice from the same sources [N-10 +]', async () => {
    const project = await newProject();
    project.write('functions/authz/one.sql', functionSource('authz.one'));
    project.policies = [
      policyChunk('b', READ_OPEN),
      policyChunk('a', READ_OPEN),
      grantsChunk('anon', 'select'),
    ];
    const options = {
      directory: project.migrations,
      cluster: cluster(),
      sources: await loadSources({ root: project.root, policies: project.policies }),
      now: new Date('2026-03-01T00:00:00Z'),
    };
    expect((await draftNew('add_one', options)).text).toBe((await draftNew('add_one', options)).text);
  });

  test('a changed body as one statement, with nothing that stayed', async () => {
    const project = await settled();
    project.write('functions/authz/a_last.sql', functionSource('authz.a_last', { body: 'return 2' }));
    expect(await compose(project)).toEqual([
      expect.stringMatching(/^create or replace function authz\.a_last\(\)/),
    ]);
  });

  test('a changed comment as one statement', async () => {
    const project = await settled();
    project.write('triggers/notes.sql', TRIGGER.replace('Stamps.', 'Stamps rows.'));
    expect(await compose(project)).toEqual([
      "comment on trigger _100_stamp on public.notes is 'Stamps rows.'",
    ]);
  });

  test('a changed policy as ALTER POLICY, and as drop and create where ALTER cannot say it', async () => {
    const project = await settled();
    const [, grants] = project.policies;
    const changed =
      "for select to authenticated, anon\n  using (status = 'open' and body <> 'for all to public')";
    project.policies = [policyChunk('provider_select', changed), grants as never];
    expect(await compose(project)).toEqual([
      "alter policy provider_select on public.notes to authenticated, anon using (status = 'open' and body <> 'for all to public')",
    ]);
    project.policies = [
      policyChunk('provider_select', READ_OPEN.replace('for select', 'as restrictive for all')),
      grants as never,
    ];
    expect((await compose(project)).map((statement) => statement.split(' on ')[0])).toEqual([
      'drop policy provider_select',
      'create policy provider_select',
      'comment',
    ]);
  });

  test('a removed policy, trigger and function as drops, the users before what they use', async () => {
    const project = await settled();
    project.policies = project.policies.slice(1);
    project.remove('triggers/notes.sql');
    project.remove('functions/authz/tg__stamp.sql');
    expect(await compose(project)).toEqual([
      'drop policy provider_select on public.notes',
      'drop trigger _100_stamp on public.notes',
      'drop function authz.tg__stamp()',
    ]);
  });

  test('a changed signature as a new function, with the old one dropped last', async () => {
    const project = await settled();
    project.policies = [
      policyChunk('provider_select', 'for select to authenticated\n  using (authz.a_last() = 1)'),
    ];
    await compose(project);
    project.write(
      'functions/authz/a_last.sql',
      functionSource('authz.a_last', { args: 'n int', types: 'int' }),
    );
    project.policies = [
      policyChunk('provider_select', 'for select to authenticated\n  using (authz.a_last(1) = 1)'),
    ];
    const statements = await compose(project);
    expect(statements.map((statement) => statement.replace(/ returns .*| using .*| is .*/, ''))).toEqual([
      'create or replace function authz.a_last(n int)',
      'comment on function authz.a_last(int)',
      'alter policy provider_select on public.notes to authenticated',
      'drop function authz.a_last()',
    ]);
  });

  test('grants as the fewest statements: what is lost is revoked, what is gained is granted', async () => {
    const project = await settled();
    const [policy] = project.policies;
    project.policies = [
      policy as never,
      grantsChunk('authenticated', 'select (id), insert (body, id, status)'),
      grantsChunk('anon', 'select (id)'),
    ];
    project.write(
      'functions/authz/b_first.sql',
      project.read('functions/authz/b_first.sql').replace('to authenticated', 'to anon'),
    );
    expect(await compose(project)).toEqual([
      'grant execute on function authz.b_first(integer[]) to anon',
      'revoke execute on function authz.b_first(integer[]) from authenticated',
      'grant select (id) on public.notes to anon',
      'revoke select on public.notes from authenticated',
      'grant select (id), insert (status) on public.notes to authenticated',
    ]);
  });

  test('columns that stay granted are granted again after a table-wide revoke', async () => {
    const project = await settled();
    const [policy] = project.policies;
    project.policies = [policy as never, grantsChunk('authenticated', 'select (id), select')];
    await compose(project);
    project.policies = [policy as never, grantsChunk('authenticated', 'select (id)')];
    expect(await compose(project)).toEqual([
      'revoke select on public.notes from authenticated',
      'grant select (id) on public.notes to authenticated',
    ]);
  });

  test('a function without an owner in its source back to the migrating role', async () => {
    const project = await settled();
    project.write(
      'functions/authz/b_first.sql',
      project
        .read('functions/authz/b_first.sql')
        .replace(/^alter function.*\n/m, '')
        .replace('\n  security definer', ''),
    );
    expect((await compose(project)).at(-1)).toBe('alter function authz.b_first(integer[]) owner to postgres');
  });

  test('a trigger with its state, which replacing it would reset', async () => {
    const project = await settled();
    project.write('triggers/notes.sql', TRIGGER.replace('before insert', 'before insert or update'));
    expect((await compose(project)).map((statement) => statement.split(' ').slice(0, 5).join(' '))).toEqual([
      'create or replace trigger _100_stamp',
      'alter table public.notes enable',
    ]);
  });
});

describe('db:new refuses', () => {
  test('a changed return type, and says what to do', async () => {
    const project = await settled();
    project.write(
      'functions/authz/a_last.sql',
      functionSource('authz.a_last', { returns: 'text', body: "return 'x'" }),
    );
    const error = await refusal(() => project.compose('change_access'));
    expect(error).toMatchObject({
      exitCode: 1,
      problem: expect.stringMatching(/functions\/authz\/a_last\.sql.*42P13/),
    });
    expect(error.remedy).toMatch(/new name.*drop it by hand/s);
  });

  test('rules for a table that the history does not create, and --amend composes them on its DDL', async () => {
    const project = await settled();
    project.policies.push({
      key: 'policy p on public.beds',
      file: 'policies/beds.ts',
      sql: "create policy p on public.beds for select to authenticated using (ward = 'A');",
    });
    const error = await refusal(() => project.compose('add_beds'));
    expect(error.problem).toContain('policies/beds.ts');
    expect(error.remedy).toContain('--amend');

    const frame = await draftNew('add_beds', { directory: project.migrations, empty: true, why: 'beds' });
    frame.write();
    const file = frame.path.replace(`${project.root}/`, '');
    project.write(
      file,
      project.read(file).replace(/-- By hand.*\n/, 'create table public.beds (ward text);\n'),
    );
    const amended = await project.amend();
    expect(await composedStatements(amended)).toEqual([
      expect.stringMatching(/^create policy p on public\.beds/),
    ]);
    expect(amended).toContain('-- Locks: none on existing tables\n');
    expect(await project.amend()).toBe(amended);
    expect((await project.findings()).filter((line) => !line.startsWith('generated/'))).toEqual([]);
  });

  test('an error in the hand-written part with its file, line and SQLSTATE', async () => {
    const project = await settled();
    const frame = await draftNew('add_beds', { directory: project.migrations, empty: true });
    frame.write();
    const file = frame.path.replace(`${project.root}/`, '');
    project.write(
      file,
      project.read(file).replace(/-- By hand.*\n/, 'create table public.beds (ward txt);\n'),
    );
    const line =
      project
        .read(file)
        .split('\n')
        .findIndex((text) => text.includes('txt')) + 1;
    const error = await refusal(() => project.amend());
    expect(error.problem).toMatch(new RegExp(`_add_beds\\.sql:${line} .*txt.*42704`));
  });

  test('to amend a migration that has landed [S-26 -]', async () => {
    const project = await settled();
    recordChecksum(project.migrations);
    const error = await refusal(() => amend(undefined, { directory: project.migrations }));
    expect(error.problem).toContain('has landed');
  });

  test.each([
    ['a path', '../../etc/passwd'],
    ['one word', 'beds'],
    ['capitals', 'Add_beds'],
    ['a line break', 'add_beds\n-- migrate:down'],
    ['a shell command', 'add_beds; rm -rf /'],
    ['a quote', "add_'beds"],
    ['NUL', 'add_be\0ds'],
    ['no name', ''],
    ['other alphabets', 'добавить_койки'],
    ['61 characters', `add_${'b'.repeat(57)}`],
  ])('%s as a name, and writes nothing [S-26 -]', async (_claim, name) => {
    const project = await newProject();
    const error = await refusal(() => draftNew(name, { directory: project.migrations, empty: true }));
    expect(error.exitCode).toBe(2);
    expect(migrationFiles(project)).toHaveLength(1);
  });

  test('a reason of several lines', async () => {
    const project = await newProject();
    const why = 'x\n-- migrate:down\ndrop table public.notes;';
    expect(
      (await refusal(() => draftNew('add_beds', { directory: project.migrations, empty: true, why })))
        .exitCode,
    ).toBe(2);
  });

  test('to overwrite a file', async () => {
    const project = await newProject();
    const draft = await draftNew('add_beds', { directory: project.migrations, empty: true });
    draft.write();
    expect((await refusal(() => draft.write())).problem).toContain('exists already');
    expect(readFileSync(join(draft.path), 'utf8')).toBe(draft.text);
  });
});

describe('a new migration', () => {
  test('is named by UTC time and its verb and object, after every other one [S-26 +]', async () => {
    const project = await newProject();
    const now = new Date('2026-05-06T07:08:09Z');
    const draft = () => draftNew('add_beds', { directory: project.migrations, empty: true, now });
    const first = await draft();
    first.write();
    expect(first.path).toMatch(/\/20260506070809_add_beds\.sql$/);
    expect((await draft()).path).toMatch(/\/20260506070810_add_beds\.sql$/);
  });

  test('tells in its header what its statements change in access, and which tables they lock', async () => {
    const project = await settled();
    const text = project.read('migrations/20260201000000_install_access.sql');
    expect(text.split('\n').slice(0, 8)).toEqual([
      '-- migrate:up',
      '-- Why: a test',
      '-- Access: +2 grants, +1 policy, +1 definer function',
      '--   + authz.b_first runs with the rights of its owner',
      '--   + authenticated may execute function authz.b_first(integer[])',
      '--   + policy provider_select on public.notes: select to authenticated',
      '--   + authenticated may select, insert (body, id) on public.notes',
      '-- Locks: 1 existing table, until the migration commits',
    ]);
    expect(text.split('\n')[8]).toBe('--   ACCESS EXCLUSIVE public.notes');
  });
});
