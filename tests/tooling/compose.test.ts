import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareCatalogs } from '../../scripts/catalog/differences.ts';
import { readCatalog } from '../../scripts/catalog/snapshot.ts';
import { compose } from '../../scripts/compose/compose.ts';
import { connect } from '../../scripts/postgres/connect.ts';
import { createDatabase } from '../../scripts/postgres/databases.ts';
import { ensurePlatform } from '../../scripts/postgres/platform.ts';
import { applySources } from '../../scripts/sources/apply.ts';
import { selectSources } from '../../scripts/sources/select-sources.ts';
import { loadSources } from '../../scripts/sources/sources.ts';
import { parseSql } from '../../scripts/sql/parse.ts';
import { refusal } from '../support/refusal.ts';
import {
  FIRST,
  functionSource,
  grantsChunk,
  policyChunk,
  READ_OPEN,
  type SmallProject,
  TRIGGER,
  useCluster,
  useProjects,
  writeSources,
} from './catalog-fixtures.ts';

const cluster = useCluster();
const newProject = useProjects(cluster);
let client: pg.Client;
let installed: readonly string[];

beforeAll(async () => {
  await createDatabase(cluster(), 'compose');
  await ensurePlatform(cluster().adminUrl('compose'));
  client = await connect(cluster().url('compose'));
  await client.query(FIRST);
  const project = await newProject();
  writeSources(project);
  await client.query('begin');
  installed = await step(project);
  await client.query('commit');
});
afterAll(() => client?.end());

/**
 * Composes what leads from the database to a project's sources, applies it, and proves that nothing is left to compose.
 * Returns its statements, white space collapsed.
 */
async function step(project: SmallProject): Promise<string[]> {
  const sources = await loadSources({ root: project.root, policies: project.policies });
  await client.query('savepoint attempt');
  const { before, after } = await applySources(client, sources);
  await client.query('rollback to savepoint attempt');
  const text = compose(before, after, sources);
  await client.query(text);
  expect(compareCatalogs(after, await readCatalog(client))).toEqual([]);
  return (await parseSql(text, 'composed')).map(({ sql }) => sql.replaceAll(/\s+/g, ' '));
}

/** Runs in a transaction, on a database whose catalog agrees with the sources: functions, a trigger, a policy, grants. */
async function settled(work: (project: SmallProject) => Promise<void>): Promise<void> {
  const project = await newProject();
  writeSources(project);
  await client.query('begin');
  try {
    await work(project);
  } finally {
    await client.query('rollback');
  }
}

const shortened = (statements: readonly string[], words: number) =>
  statements.map((statement) => statement.split(' ').slice(0, words).join(' '));

describe('composing a migration', () => {
  test('writes everything new in an order that applies, and then has nothing more to say [N-10 +]', async () => {
    expect(shortened(installed, 4)).toEqual([
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
    await settled(async (project) => expect(await step(project)).toEqual([]));
  });

  test('writes only what stands in the files asked for, and drops nothing', () =>
    settled(async (project) => {
      project.remove('triggers/notes.sql');
      project.policies = [];
      project.write('functions/authz/two.sql', functionSource('authz.two'));
      project.write('functions/authz/three.sql', functionSource('authz.three'));
      const sources = await loadSources({ root: project.root, policies: project.policies });
      const { before, after } = await applySources(
        client,
        selectSources(sources, ['functions/authz/two.sql']),
      );
      expect(compareCatalogs(before, after).map(({ key }) => key)).toEqual([
        'comment on function authz.two()',
        'function authz.two()',
      ]);
    }));

  test('a changed body as one statement, with nothing that stayed', () =>
    settled(async (project) => {
      project.write('functions/authz/a_last.sql', functionSource('authz.a_last', { body: 'return 2' }));
      expect(await step(project)).toEqual([
        expect.stringMatching(/^create or replace function authz\.a_last\(\)/),
      ]);
    }));

  test('a changed comment as one statement', () =>
    settled(async (project) => {
      project.write('triggers/notes.sql', TRIGGER.replace('Stamps.', 'Stamps rows.'));
      expect(await step(project)).toEqual([
        "comment on trigger _100_stamp on public.notes is 'Stamps rows.'",
      ]);
    }));

  test('a changed policy as ALTER POLICY, and as drop and create where ALTER cannot say it', () =>
    settled(async (project) => {
      const [, grants] = project.policies;
      const changed =
        "for select to authenticated, anon\n  using (status = 'open' and body <> 'for all to public')";
      project.policies = [policyChunk('provider_select', changed), grants as never];
      expect(await step(project)).toEqual([
        "alter policy provider_select on public.notes to authenticated, anon using (status = 'open' and body <> 'for all to public')",
      ]);
      project.policies = [
        policyChunk('provider_select', READ_OPEN.replace('for select', 'as restrictive for all')),
        grants as never,
      ];
      expect((await step(project)).map((statement) => statement.split(' on ')[0])).toEqual([
        'drop policy provider_select',
        'create policy provider_select',
        'comment',
      ]);
    }));

  test('a removed policy, trigger and function as drops, the users before what they use', () =>
    settled(async (project) => {
      project.policies = project.policies.slice(1);
      project.remove('triggers/notes.sql');
      project.remove('functions/authz/tg__stamp.sql');
      expect(await step(project)).toEqual([
        'drop policy provider_select on public.notes',
        'drop trigger _100_stamp on public.notes',
        'drop function authz.tg__stamp()',
      ]);
    }));

  test('a changed signature as a new function, with the old one dropped last', () =>
    settled(async (project) => {
      project.policies = [
        policyChunk('provider_select', 'for select to authenticated\n  using (authz.a_last() = 1)'),
      ];
      await step(project);
      project.write(
        'functions/authz/a_last.sql',
        functionSource('authz.a_last', { args: 'n int', types: 'int' }),
      );
      project.policies = [
        policyChunk('provider_select', 'for select to authenticated\n  using (authz.a_last(1) = 1)'),
      ];
      const statements = await step(project);
      expect(statements.map((statement) => statement.replace(/ returns .*| using .*| is .*/, ''))).toEqual([
        'create or replace function authz.a_last(n int)',
        'comment on function authz.a_last(int)',
        'alter policy provider_select on public.notes to authenticated',
        'drop function authz.a_last()',
      ]);
    }));

  test('grants as the fewest statements: what is lost is revoked, what is gained is granted', () =>
    settled(async (project) => {
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
      expect(await step(project)).toEqual([
        'grant execute on function authz.b_first(integer[]) to anon',
        'revoke execute on function authz.b_first(integer[]) from authenticated',
        'grant select (id) on public.notes to anon',
        'revoke select on public.notes from authenticated',
        'grant select (id), insert (status) on public.notes to authenticated',
      ]);
    }));

  test('columns that stay granted are granted again after a table-wide revoke', () =>
    settled(async (project) => {
      const [policy] = project.policies;
      project.policies = [policy as never, grantsChunk('authenticated', 'select (id), select')];
      await step(project);
      project.policies = [policy as never, grantsChunk('authenticated', 'select (id)')];
      expect(await step(project)).toEqual([
        'revoke select on public.notes from authenticated',
        'grant select (id) on public.notes to authenticated',
      ]);
    }));

  test('a function without an owner in its source back to the migrating role', () =>
    settled(async (project) => {
      project.write(
        'functions/authz/b_first.sql',
        project
          .read('functions/authz/b_first.sql')
          .replace(/^alter function.*\n/m, '')
          .replace('\n  security definer', ''),
      );
      expect((await step(project)).at(-1)).toBe(
        'alter function authz.b_first(integer[]) owner to current_user',
      );
    }));

  test('a trigger with its state, which replacing it would reset', () =>
    settled(async (project) => {
      project.write('triggers/notes.sql', TRIGGER.replace('before insert', 'before insert or update'));
      expect((await step(project)).map((statement) => statement.split(' ').slice(0, 5).join(' '))).toEqual([
        'create or replace trigger _100_stamp',
        'alter table public.notes enable always',
      ]);
    }));

  test('stops at what it cannot drop, because something written by hand uses it', () =>
    settled(async (project) => {
      await client.query('create view public.uses as select authz.a_last() as n');
      project.remove('functions/authz/a_last.sql');
      const error = await refusal(() => step(project));
      expect(error).toMatchObject({
        exitCode: 1,
        problem: expect.stringMatching(/function authz\.a_last\(\).*2BP01/),
      });
      expect(error.remedy).toMatch(/restore its source/);
    }));

  test('refuses a changed return type, and says what to do', () =>
    settled(async (project) => {
      project.write(
        'functions/authz/a_last.sql',
        functionSource('authz.a_last', { returns: 'text', body: "return 'x'" }),
      );
      const error = await refusal(() => step(project));
      expect(error).toMatchObject({
        exitCode: 1,
        problem: expect.stringMatching(/functions\/authz\/a_last\.sql.*42P13/),
      });
      expect(error.remedy).toMatch(/new name.*drop it by hand/s);
    }));
});
