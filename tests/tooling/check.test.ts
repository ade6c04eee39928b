import { basename, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { recordNew } from '../../scripts/check/record.ts';
import { runChecks } from '../../scripts/check/run.ts';
import { historyLine } from '../../scripts/codegen/access-matrix.ts';
import { writeGenerated } from '../../scripts/codegen/write-generated.ts';
import { WHY_PLACEHOLDER } from '../../scripts/compose/header.ts';
import { reheadUnlanded } from '../../scripts/compose/new-migration.ts';
import { historyDigest, listChecksums } from '../../scripts/migrate/checksums.ts';
import { readMigrations } from '../../scripts/migrate/history.ts';
import { replay } from '../../scripts/migrate/replay.ts';
import { loadSources } from '../../scripts/sources/sources.ts';
import { refusal } from '../support/refusal.ts';
import {
  functionSource,
  grantsChunk,
  policyChunk,
  type SmallProject,
  useCluster,
  useProjects,
  writeSources,
} from './catalog-fixtures.ts';

const cluster = useCluster();
const newProject = useProjects(cluster);
const FIRST_FILE = 'migrations/20260101000000_create_notes.sql';
const INSTALLED = 'migrations/20260201000000_install_access.sql';
let clean: Record<string, string>;

beforeAll(async () => {
  const project = await newProject();
  writeSources(project);
  await project.compose('install_access', { now: new Date('2026-02-01T00:00:00Z') });
  await replay(cluster(), 'clean', { directory: project.migrations });
  const generated = await writeGenerated(cluster().url('clean'), { directory: project.generated });
  const files = [INSTALLED, ...generated.files.map((path) => `generated/${basename(path)}`)];
  clean = Object.fromEntries(files.map((file) => [file, project.read(file)]));
});

/** A project in which db:check finds nothing: sources, history and generated files agree, and all is recorded. */
async function cleanProject(): Promise<SmallProject> {
  const project = await newProject();
  writeSources(project);
  for (const [file, text] of Object.entries(clean)) project.write(file, text);
  listChecksums(project.migrations, readMigrations(project.migrations));
  return project;
}

/** The same before it has landed: only then are headers still checked and files still changed. */
async function unlanded(): Promise<SmallProject> {
  const project = await cleanProject();
  project.remove('migrations/SHA256SUMS');
  return project;
}

describe('db:check finds', () => {
  test('nothing where sources, history and generated files agree [S-26 +, N-10 +]', async () => {
    const { findings, looked } = await (await cleanProject()).check();
    expect(findings).toEqual([]);
    expect(Object.fromEntries(looked)).toEqual({
      history: 2,
      checksums: 2,
      headers: 2,
      replay: 2,
      sources: 7,
      generated: 7,
    });
  });

  test('a function that no migration has applied [N-10 -]', async () => {
    const project = await cleanProject();
    project.write('functions/authz/two.sql', functionSource('authz.two'));
    expect(await project.findings()).toEqual([
      'comment on function authz.two() (functions/authz/two.sql) has a source that no migration has applied',
      'function authz.two() (functions/authz/two.sql) has a source that no migration has applied',
    ]);
  });

  test('objects of the catalog that have no source [N-10 -]', async () => {
    const project = await cleanProject();
    project.remove('functions/authz/a_last.sql');
    project.remove('triggers/notes.sql');
    project.policies = [];
    const findings = await project.findings();
    expect(findings.every((line) => line.endsWith('stands in the history and has no source'))).toBe(true);
    expect(findings.map((line) => line.replace(' stands in the history and has no source', ''))).toEqual([
      'comment on function authz.a_last()',
      'comment on policy provider_select on public.notes',
      'comment on trigger _100_stamp on public.notes',
      'function authz.a_last()',
      'grants on public.notes to authenticated',
      'policy provider_select on public.notes',
      'trigger _100_stamp on public.notes',
    ]);
  });

  test('an object without a source that something written by hand still uses', async () => {
    const project = await unlanded();
    await project.history(
      '20260301000000_create_uses',
      "set local lock_timeout = '5s';\ncreate view public.uses as select authz.a_last() as n;",
    );
    project.remove('functions/authz/a_last.sql');
    expect(await project.findings()).toContain(
      'function authz.a_last() stands in the history and has no source',
    );
  });

  test('a policy that reads differently in source and history, with both readings [N-10 -]', async () => {
    const project = await cleanProject();
    project.policies[0] = policyChunk('provider_select', 'for select to authenticated\n  using (true)');
    const [finding, ...others] = (await project.check()).findings;
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      check: 'sources',
      where: 'policy provider_select on public.notes (policies/notes.ts)',
      details: [
        expect.stringContaining("- using ((status = 'open'::text))"),
        expect.stringContaining('+ using (true)'),
      ],
    });
  });

  test('a grant written by hand into a migration, behind the rules [N-10 -]', async () => {
    const project = await cleanProject();
    await project.history(
      '20260301000000_grant_more',
      "set local lock_timeout = '5s';\ngrant select (body) on public.notes to anon;",
    );
    expect((await project.findings()).filter((line) => line.includes('anon'))).toEqual([
      'grants on public.notes to anon stands in the history and has no source',
    ]);
    project.policies.push(grantsChunk('anon', 'select (body)'));
    expect((await project.findings()).filter((line) => line.includes('anon'))).toEqual([]);
  });

  test('stale generated files, and a missing one', async () => {
    const project = await cleanProject();
    project.write('generated/kysely.d.ts', project.read('generated/kysely.d.ts').replace('body', 'text'));
    project.remove('generated/supabase.d.ts');
    project.write('generated/zod.ts', project.read('generated/zod.ts').replace('strictObject', 'object'));
    project.write(
      'generated/tenant-keys.ts',
      project.read('generated/tenant-keys.ts').replace('patients', 'people'),
    );
    project.write('generated/policies.ts', project.read('generated/policies.ts').replace('false', 'true'));
    project.write('generated/reference.md', project.read('generated/reference.md').replace('- `', '- `x'));
    expect(await project.findings()).toEqual([
      'generated/kysely.d.ts is stale',
      'generated/supabase.d.ts is stale',
      'generated/zod.ts is stale',
      'generated/tenant-keys.ts is stale',
      'generated/policies.ts is stale',
      'generated/reference.md is stale',
    ]);
  });

  test('an access matrix that was observed on another history, until it is observed anew', async () => {
    const project = await cleanProject();
    const options = { directory: project.migrations, generated: project.generated };
    const path = join(project.generated, 'access-matrix.md');
    const check = async () => {
      const sources = await loadSources({ root: project.root, policies: [] });
      return (await runChecks({ ...options, accessMatrix: path, sources, cluster: cluster() })).findings
        .filter(({ where }) => where === path)
        .map(({ problem }) => problem);
    };
    project.write('generated/access-matrix.md', historyLine('0'.repeat(64)));
    expect(await check()).toEqual(['was observed on another history']);
    project.write('generated/access-matrix.md', historyLine(historyDigest(project.migrations)));
    expect(await check()).toEqual([]);
  });

  test('an edited landed migration [S-26 -]', async () => {
    const project = await cleanProject();
    project.write(
      FIRST_FILE,
      project.read(FIRST_FILE).replace('-- Why: a fixture.', '-- Why: a better fixture.'),
    );
    expect(await project.findings()).toEqual([`${FIRST_FILE} was edited after it landed`]);
  });

  test('a landed migration that is gone [S-26 -]', async () => {
    const project = await cleanProject();
    project.remove(INSTALLED);
    expect(await project.findings()).toContain(`${INSTALLED} has landed and is gone`);
  });

  test('a new migration that is older than one that has landed [S-26 -]', async () => {
    const project = await cleanProject();
    await project.history(
      '20260115000000_create_late',
      "set local lock_timeout = '5s';\ncreate table public.late ();",
    );
    expect((await project.findings()).filter((line) => line.startsWith('migrations/'))).toEqual([
      'migrations/20260115000000_create_late.sql is new, and older than 20260201000000_install_access.sql, which has landed',
    ]);
  });

  test('a down section that is not empty', async () => {
    const project = await unlanded();
    project.write(INSTALLED, `${project.read(INSTALLED)}drop table public.notes;\n`);
    expect(await project.findings()).toEqual([
      expect.stringMatching(/install_access\.sql:\d+ the down section is not empty/),
    ]);
  });

  test('a name that says nothing [S-26 -]', async () => {
    const project = await unlanded();
    project.write('migrations/20260201000000_access.sql', project.read(INSTALLED));
    project.remove(INSTALLED);
    expect(await project.findings()).toEqual([
      'migrations/20260201000000_access.sql not a name for a migration: "access"',
    ]);
  });

  test('a header that counts wrong, and one without a reason; --headers mends the first', async () => {
    const project = await unlanded();
    const text = project
      .read(INSTALLED)
      .replace('+2 grants, +1 policy', '+1 grant')
      .replace('a test', WHY_PLACEHOLDER);
    project.write(INSTALLED, text);
    expect(await project.findings()).toEqual([
      `${INSTALLED} gives no reason`,
      `${INSTALLED} has a header that is not true of its statements`,
    ]);
    for (const file of await reheadUnlanded({ directory: project.migrations, cluster: cluster() }))
      file.write();
    expect(await project.findings()).toEqual([`${INSTALLED} gives no reason`]);
  });

  test('a migration that is not recorded yet, and says how to record it [S-26 -]', async () => {
    const project = await unlanded();
    const { findings } = await project.check();
    expect(findings).toEqual([
      expect.objectContaining({
        problem: 'is not recorded yet',
        remedy: expect.stringContaining('--record'),
      }),
      expect.objectContaining({ problem: 'is not recorded yet' }),
    ]);
    expect(findings.map(({ kind }) => kind)).toEqual(['unrecorded', 'unrecorded']);
  });

  test('what to record by what it is, whatever its sentence says, and tells what it recorded [S-26 +]', async () => {
    const project = await unlanded();
    const { findings: found, checked } = await project.check();
    const said = found.map((finding) => ({ ...finding, problem: 'heißt heute anders' }));
    const other = {
      check: 'headers',
      where: INSTALLED,
      problem: 'is not recorded yet',
      expected: '',
      remedy: '',
    } as const;
    expect(recordNew([...said, other], project.migrations, checked), 'with a finding').toEqual({
      findings: [other],
      recorded: [],
    });
    expect((await project.check()).findings).toHaveLength(2);
    expect(recordNew(said, project.migrations, checked)).toEqual({
      findings: [],
      recorded: found.map(({ where }) => where),
    });
    expect((await project.check()).findings).toEqual([]);
  });

  test('a migration that does not apply, with its line, and goes no further', async () => {
    const project = await unlanded();
    project.write(
      INSTALLED,
      project
        .read(INSTALLED)
        .replace(
          'create policy provider_select on public.notes',
          'create policy provider_select on public.nots',
        ),
    );
    const { findings, looked } = await project.check();
    expect(looked.has('sources')).toBe(false);
    expect(findings).toContainEqual(
      expect.objectContaining({
        check: 'replay',
        problem: expect.stringMatching(/install_access\.sql:\d+ .*nots/),
      }),
    );
  });
});

describe('a source is refused, with its file, when it', () => {
  const good = functionSource('authz.one');
  const cases: readonly [claim: string, file: string, text: string, problem: RegExp][] = [
    [
      'holds a syntax error',
      'functions/authz/one.sql',
      good.replace('returns', 'return'),
      /one\.sql:3 syntax error/,
    ],
    ['is named after another function', 'functions/authz/two.sql', good, /two\.sql defines authz\.one/],
    ['stands in another schema', 'functions/public/one.sql', good, /one\.sql defines authz\.one/],
    [
      'holds two functions',
      'functions/authz/one.sql',
      good + functionSource('authz.two'),
      /holds 2 functions/,
    ],
    ['is empty', 'functions/authz/one.sql', '', /holds 0 functions/],
    ['has no comment', 'functions/authz/one.sql', good.replace(/comment on.*\n/, ''), /has no comment/],
    [
      'comments on another function',
      'functions/authz/one.sql',
      good.replace('comment on function authz.one()', 'comment on function authz.one(text)'),
      /one\.sql:\d+ speaks of function authz\.one\(text\)/,
    ],
    [
      'does not replace',
      'functions/authz/one.sql',
      good.replace('or replace ', ''),
      /does not say `create or replace`/,
    ],
    [
      'is a definer function with an open search_path, whatever its body says',
      'functions/authz/one.sql',
      good
        .replace('set search_path = pg_catalog, pg_temp', "set search_path = '' security definer")
        .replace(
          'return 1',
          "perform set_config('search_path', '', true); -- set search_path = pg_catalog, pg_temp\n  return 1",
        ),
      /SECURITY DEFINER with an open search_path/,
    ],
    [
      'does something else as well',
      'functions/authz/one.sql',
      `${good}grant select on public.notes to anon;\n`,
      /one\.sql:\d+ holds a statement that has no place in it: grant select/,
    ],
    [
      'reads like a migration marker',
      'functions/authz/one.sql',
      good.replace('begin\n', 'begin\n-- migrate:down\n'),
      /one\.sql:8 reads like the marker/,
    ],
    ['names no schema', 'functions/authz/one.sql', good.replaceAll('authz.one', 'one'), /without a schema/],
    [
      'is a trigger of another table',
      'triggers/notes.sql',
      "create or replace trigger t before insert on public.other for each row execute function authz.tg();\ncomment on trigger t on public.other is 'x';",
      /triggers\/notes\.sql holds trigger t on public\.other/,
    ],
    [
      'is a trigger without a comment',
      'triggers/notes.sql',
      'create or replace trigger t before insert on public.notes for each row execute function authz.tg();',
      /trigger t on public\.notes has no comment/,
    ],
  ];

  test.each(cases)('%s', async (_claim, file, text, problem) => {
    const project = await newProject();
    project.write(file, text);
    const error = await refusal(() => loadSources({ root: project.root, policies: [] }));
    expect(error).toMatchObject({ exitCode: 1, problem: expect.stringMatching(problem) });
  });

  test('is well-formed, it is loaded', async () => {
    const project = await newProject();
    project.write('functions/authz/one.sql', good);
    const { functions } = await loadSources({ root: project.root, policies: [] });
    expect(functions.map(({ key }) => key)).toEqual(['function authz.one()']);
  });
});
