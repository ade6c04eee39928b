import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CommandError } from '../../scripts/console/errors.ts';
import { proposalsOf, sharedObjects, type Theirs } from '../../scripts/handshake/proposal.ts';
import { answerTo, propose } from '../../scripts/handshake/store.ts';
import { migrate } from '../../scripts/migrate/apply.ts';
import { type Migration, readMigrations } from '../../scripts/migrate/history.ts';
import { replay } from '../../scripts/migrate/replay.ts';
import { withClient } from '../../scripts/postgres/connect.ts';
import { useCluster } from './catalog-fixtures.ts';

const cluster = useCluster();
let folder: string;

const CASCADED = 'whatever hangs on what the migration drops or empties, by CASCADE';
const ADMIN = 'f1000000-0000-7000-8000-000000000001';
const asOwner = <T>(work: Parameters<typeof withClient<T>>[1]) =>
  withClient(cluster().url('protected'), work);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cordon-handshake-'));
  cpSync('migrations', folder, { recursive: true });
  await replay(cluster(), 'protected', { directory: folder });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A migration of one's own, the newest. */
function write(name: string, statements: string): Migration {
  const path = join(folder, name);
  writeFileSync(
    path,
    `-- migrate:up\n-- Why: a test\n-- Access: none\n-- Locks: none\n\nset local lock_timeout = '5s';\nset local statement_timeout = '60s';\n\n${statements}\n\n-- migrate:down\n`,
  );
  const migration = readMigrations(folder).find(({ fileName }) => fileName === name);
  if (!migration) throw new Error(`${name} was not read`);
  return migration;
}
const apply = () => migrate(cluster().url('protected'), { directory: folder });

describe('what operations are asked about', () => {
  let theirs: Theirs;
  beforeAll(async () => {
    theirs = await asOwner(sharedObjects);
  });
  const bare = {
    version: '20990101000000',
    name: 'x',
    fileName: 'x.sql',
    path: 'x.sql',
    sql: '',
    checksum: '',
  };
  const askedOf = async (...pending: readonly string[]) =>
    (
      await proposalsOf(
        pending.map((up) => ({ ...bare, up })),
        theirs,
      )
    ).map(({ shared }) => shared);
  const asked = async (up: string) => (await askedOf(up))[0];

  test('is read off forty files of the history within seconds, each beside all before it', async () => {
    const pending = readMigrations('migrations').slice(0, 40);
    const from = process.cpuUsage();
    const proposals = await proposalsOf(pending, theirs);
    const { user } = process.cpuUsage(from);
    expect(proposals).toHaveLength(40);
    expect(proposals.filter(({ shared }) => shared.length > 0).length).toBeGreaterThan(10);
    expect(user / 1e6).toBeLessThan(25);
  });

  test.each([
    ['alter table public.cases add column note text', ['public.cases']],
    ['create policy x on public.cases for select to authenticated using (true)', ['public.cases']],
    ['drop policy provider_select on public.cases', ['public.cases']],
    ['grant select on public.cases to anon', ['public.cases']],
    ['create index on public.claims (amount_minor)', ['public.claims']],
    ['drop table public.claims', ['public.claims']],
    [
      `create or replace function public.detach_invoice(organisation_id uuid, invoice_id uuid) returns void language sql as ''`,
      ['function public.detach_invoice(uuid, uuid)'],
    ],
    ['grant select on public.appointments to internal_ops', ['the role internal_ops']],
    ['alter role internal_ops bypassrls', ['the role internal_ops']],
    [
      `do $$ begin execute 'drop table public.cases'; end $$`,
      ['a DO block, whose statements nobody can read off', 'public.cases'],
    ],
    ['alter function authz.is_operator(text[]) security invoker', ['function authz.is_operator(text[])']],
    ['alter function public.attach_invoice rename to other', ['function public.attach_invoice']],
    ['drop function public.attach_invoice', ['function public.attach_invoice']],
    ['alter table public.cases set schema governance', ['public.cases']],
    [
      `create or replace function authz.tg__append_only() returns trigger language plpgsql as $$ begin return new; end $$`,
      ['function authz.tg__append_only()'],
    ],
    ['alter function authz.caller() volatile', ['function authz.caller()']],
    ['create rule r as on update to public.cases do instead nothing', ['public.cases']],
    ['grant authenticated, internal_ops to patient', ['the role internal_ops']],
    ['delete from governance.schema_changes', ['governance.schema_changes']],
    [
      `with x as (update public.ops_members set role = 'admin' returning 1) select from x`,
      ['public.ops_members'],
    ],
    [
      'grant select on all tables in schema public to anon',
      ['whatever stands in a schema, or belongs to a role, at once'],
    ],
    [
      `create function public.x() returns void language sql as 'drop table public.claims'; select public.x(); drop function public.x()`,
      [
        'a function that the migration brings and calls, whose statements nobody can read off',
        'public.claims',
      ],
    ],
    [
      `create procedure public.x() language sql as 'drop table public.claims'; call public.x()`,
      [
        'a function that the migration brings and calls, whose statements nobody can read off',
        'public.claims',
      ],
    ],
    // A search path decides what a name without a schema means.
    ['delete from cases', ['public.cases']],
    ['alter table cases disable row level security', ['public.cases']],
    ['drop policy provider_select on cases', ['public.cases']],
    ['truncate public.appointments, cases', ['public.cases']],
    ['grant select on cases to anon', ['public.cases']],
    ['delete from schema_changes', ['governance.schema_changes']],
    ['drop function attach_invoice', ['function public.attach_invoice(uuid, uuid, uuid)']],
    ['drop function attach_invoice(uuid, uuid, uuid)', ['function public.attach_invoice(uuid, uuid, uuid)']],
    ['drop routine public.attach_invoice', ['function public.attach_invoice']],
    ['drop table postgres.public.cases', ['postgres.public.cases']],
    [
      `create or replace function attach_invoice(organisation_id uuid, invoice_id uuid, case_id uuid) returns timestamptz language sql as ''`,
      ['function public.attach_invoice(uuid, uuid, uuid)'],
    ],
    // Called instead of the one that operations decide by, wherever its arguments fit better.
    [
      `create function authz.is_operator(roles varchar[]) returns boolean language sql as 'select true'`,
      ['function authz.is_operator(character varying[])'],
    ],
    // The switch of the handshake itself.
    ['update authz.deployment_settings set require_acknowledgement = false', ['authz.deployment_settings']],
    ['alter role internal_ops rename to gone', ['the role internal_ops']],
    ['set local role internal_ops', ['the role internal_ops']],
    ["select set_config('role', 'internal_ops', true)", ['the role internal_ops']],
    // Through a view: one that the migration makes, one on another, one that stands.
    ['create view public.v as select * from public.cases; delete from public.v', ['public.cases']],
    [
      'create view public.v as select * from cases; create view public.w as select * from v; delete from w',
      ['public.cases'],
    ],
    ['delete from authz.handed_over_cases', ['public.cases']],
    // By a function that stands.
    [`select public.attach_invoice('${ADMIN}', '${ADMIN}', '${ADMIN}')`, ['public.invoices']],
    [
      'alter schema public rename to p; alter table p.cases add column x int; alter schema p rename to public',
      ['whatever stands in a schema, or belongs to a role, at once'],
    ],
    ['drop domain public.clock cascade', [CASCADED]],
    ['truncate public.patients cascade', ['public.patients', CASCADED]],
    ['alter table public.appointments drop column reason cascade', [CASCADED]],
  ])('is whatever touches theirs: %s [S-28 S-29 +]', async (statement, shared) => {
    expect(await asked(statement)).toEqual(shared);
  });

  test.each([
    [
      'grants them',
      'create table public.rooms (id uuid primary key); grant select on public.rooms to internal_ops',
      'drop table public.rooms',
      ['public.rooms'],
    ],
    [
      'makes for what is theirs',
      'create function public.guard() returns trigger language plpgsql as $$ begin return new; end $$; create trigger g before insert on public.cases for each row execute function public.guard()',
      'create or replace function public.guard() returns trigger language plpgsql as $$ begin return null; end $$',
      ['function public.guard()'],
    ],
    [
      'shows of theirs',
      'create view public.v as select * from public.cases',
      'delete from public.v',
      ['public.cases'],
    ],
    [
      'makes, and this one calls',
      `create function public.clear() returns void language sql as 'delete from public.cases'`,
      'select public.clear()',
      ['public.cases'],
    ],
    [
      'hangs on what this one writes',
      'create table public.rooms (id uuid); create function public.clear() returns trigger language plpgsql as $$ begin delete from public.cases; return new; end $$; create trigger c before insert on public.rooms for each row execute function public.clear()',
      'insert into public.rooms values (null)',
      ['public.cases'],
    ],
    [
      'makes and nobody can read off, and this one calls',
      'create function public.run(it text) returns void language plpgsql as $$ begin execute it; end $$',
      `select public.run('x')`,
      ['a function that runs statements which nobody can read off'],
    ],
  ])('counts what an earlier pending one %s [S-28 S-29 +]', async (_, earlier, statement, shared) => {
    expect((await askedOf(earlier, statement))[1]).toEqual(shared);
    expect(await askedOf('create table public.rooms (id uuid primary key)', statement)).not.toContainEqual([
      'public.rooms',
    ]);
  });

  test.each([
    ['create table public.rooms (id uuid primary key)', 'drop table public.rooms'],
    [`create function public.own() returns void language sql as ''`, 'select public.own()'],
    ['create view public.v as select * from public.appointments', 'delete from public.v'],
  ])('and nothing of one that has nothing of theirs: %s, then %s [S-28 -]', async (...pending) => {
    expect(await askedOf(...pending)).toEqual([[], []]);
  });

  test.each([
    'alter table public.appointments add column room text',
    'create view public.v as select * from public.appointments; delete from public.v',
    'update authz.state_transitions set from_state = from_state',
    'alter role patient rename to gone',
    'drop domain public.clock',
    'truncate public.appointments',
    `select public.close_emergency_access()`,
    'alter table appointments add column room text',
    'delete from other.cases',
    'create table my_cases (id uuid primary key)',
    'drop function attach',
    'create function cases() returns void language sql as $$$$',
    'create table public.rooms (id uuid primary key)',
    'grant select on public.appointments to authenticated',
    `create or replace function public.own() returns void language sql as ''`,
    `create or replace function authz.tg_admissions__bed() returns trigger language plpgsql as $$ begin return new; end $$`,
  ])('is nothing else: %s [S-28 -]', async (statement) => {
    expect(await asked(statement)).toEqual([]);
  });
});

describe('a protected database', () => {
  const decide = (call: string) =>
    withClient(cluster().adminUrl('protected'), async (client) => {
      await client.query('begin');
      await client.query(`insert into auth.users (id) values ($1) on conflict do nothing`, [ADMIN]);
      await client.query(`insert into auth.sessions (id, user_id) values ($1, $1) on conflict do nothing`, [
        ADMIN,
      ]);
      await client.query(
        `insert into public.profiles (user_id, display_name) values ($1, 'Admin') on conflict do nothing`,
        [ADMIN],
      );
      await client.query(
        `insert into public.ops_members (user_id, role) values ($1, 'admin') on conflict do nothing`,
        [ADMIN],
      );
      await client.query(`select set_config('request.jwt.claims', $1, true)`, [
        JSON.stringify({ sub: ADMIN, role: 'internal_ops', session_id: ADMIN }),
      ]);
      await client.query('set local role internal_ops');
      await client.query(call);
      await client.query('commit');
    });

  test('applies a migration on shared tables only as operations acknowledged it, and nothing before [S-28 S-26 -]', async () => {
    await asOwner((client) =>
      client.query('update authz.deployment_settings set require_acknowledgement = true'),
    );
    write('20990101000001_create_rooms.sql', 'create table public.rooms (id uuid primary key);');
    expect((await apply()).applied).toHaveLength(1);

    let migration = write(
      '20990101000002_add_case_note.sql',
      'alter table public.cases add column note text;',
    );
    const refused = async () =>
      (
        (await apply().then(
          () => undefined,
          (error: CommandError) => error,
        )) as CommandError | undefined
      )?.explanation.details?.join('\n');
    expect(await refused()).toContain('20990101000002_add_case_note.sql: not proposed');
    const ask = () =>
      asOwner(async (client) => {
        for (const one of await proposalsOf([migration], await sharedObjects(client)))
          await propose(client, one);
      });
    await ask();
    expect(await refused()).toContain('waits for operations');

    await decide(`select public.acknowledge_schema_change('20990101000002', '${migration.checksum}')`);
    // Edited after the acknowledgement.
    migration = write('20990101000002_add_case_note.sql', 'alter table public.cases drop column priority;');
    expect(await refused()).toContain('not proposed');
    await ask();
    await decide(
      `select public.reject_schema_change('20990101000002', '${migration.checksum}', 'Priorities are read by operations.')`,
    );
    expect(await refused()).toContain('rejected: Priorities are read by operations.');

    migration = write('20990101000002_add_case_note.sql', 'alter table public.cases add column note text;');
    expect(await asOwner((client) => answerTo(client, migration))).toEqual({
      answer: 'acknowledged',
      note: null,
    });
    expect((await apply()).applied.map(({ name }) => name)).toEqual(['add_case_note']);
  });
});
