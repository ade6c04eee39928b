import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { amend, draftNew } from '../../scripts/compose/new-migration.ts';
import { listChecksums } from '../../scripts/migrate/checksums.ts';
import { readMigrations } from '../../scripts/migrate/history.ts';
import { loadSources } from '../../scripts/sources/sources.ts';
import { refusal } from '../support/refusal.ts';
import {
  composedStatements,
  grantsChunk,
  migrationFiles,
  policyChunk,
  READ_OPEN,
  type SmallProject,
  useCluster,
  useProjects,
  writeSources,
} from './catalog-fixtures.ts';

const cluster = useCluster();
const newProject = useProjects(cluster);
const INSTALLED = 'migrations/20260201000000_install_access.sql';
let installed: string;

beforeAll(async () => {
  const project = await newProject();
  writeSources(project);
  installed = await project.compose('install_access', { now: new Date('2026-02-01T00:00:00Z') });
});

/** A project whose sources and history agree. */
async function settled(): Promise<SmallProject> {
  const project = await newProject();
  writeSources(project);
  project.write(INSTALLED, installed);
  return project;
}

const exceptTypes = (findings: readonly string[]) =>
  findings.filter((line) => !line.startsWith('generated/'));

describe('db:new refuses', () => {
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
    // Whose it is may be said later too, once, and stays.
    const theirs = await project.amend({ isOperations: true, why: 'who waits for a bed' });
    expect(theirs.match(/^-- Side: operations$/gm)).toHaveLength(1);
    expect(theirs).toContain('-- Why: who waits for a bed');
    expect(await project.amend({ isOperations: true })).toBe(theirs);
    expect(await project.amend()).toBe(theirs);
    expect(exceptTypes(await project.findings())).toEqual([]);
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
    listChecksums(project.migrations, readMigrations(project.migrations));
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

  test('to write a version that no command would read, after the last that there can be [S-26 -]', async () => {
    const project = await settled();
    project.write('migrations/99999999999999_add_last.sql', installed);
    const draft = () => draftNew('add_beds', { directory: project.migrations, empty: true });
    expect((await refusal(draft)).problem).toBe('no version comes after 99999999999999');
    rmSync(join(project.migrations, '99999999999999_add_last.sql'));
    expect((await draft()).path).toMatch(/\/\d{14}_add_beds\.sql$/);
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
    expect(readFileSync(draft.path, 'utf8')).toBe(draft.text);
  });
});

describe('a new migration', () => {
  test('leads to the sources, after which there is nothing more to compose [N-10 +]', async () => {
    const project = await settled();
    expect(exceptTypes(await project.findings())).toEqual([]);
    expect(await refusal(() => project.compose('change_nothing'))).toMatchObject({
      exitCode: 1,
      problem: expect.stringContaining('nothing to compose'),
      // Whoever has just written one may want to say it otherwise.
      remedy: expect.stringMatching(
        /for \d{14}_\w+\.sql, which has not landed: `npm run db:new -- --amend --why/,
      ),
    });
  });

  test('is the same text twice from the same sources [N-10 +]', async () => {
    const project = await newProject();
    writeSources(project);
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
    const text = project.read(INSTALLED);
    expect(text.split('\n').slice(0, text.split('\n').indexOf(''))).toEqual([
      '-- migrate:up',
      '-- Why: a test',
      '-- Access: +2 grants, +1 policy, 1 definer function',
      '--   ~ authz.b_first is written, and runs with the rights of its owner',
      '--   + authenticated may execute function authz.b_first(integer[])',
      '--   + policy provider_select on public.notes: select to authenticated',
      '--   + authenticated may select, insert (body, id) on public.notes',
      '--   widens: authz.tg__stamp() is new, which 1 trigger asks',
      '--   widens: clinic staff can now call authz.b_first(integer[]), which acts with the rights of cordon_definer',
      '--   widens: clinic staff can now read public.notes, of any organisation, where its policies let them',
      '--   widens: the trigger _100_stamp now guards public.notes',
      '-- Locks: 1 existing table, until the migration commits',
      '--   ACCESS EXCLUSIVE public.notes',
    ]);
  });
});
