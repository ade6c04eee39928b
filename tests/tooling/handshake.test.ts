import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CommandError } from '../../scripts/console/errors.ts';
import { proposalOf, sharedObjects } from '../../scripts/handshake/proposal.ts';
import { answerTo, propose } from '../../scripts/handshake/store.ts';
import { migrate } from '../../scripts/migrate/apply.ts';
import { type Migration, readMigrations } from '../../scripts/migrate/history.ts';
import { replay } from '../../scripts/migrate/replay.ts';
import { withClient } from '../../scripts/postgres/connect.ts';
import { useCluster } from './catalog-fixtures.ts';

const cluster = useCluster();
let folder: string;

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
  let held: ReadonlySet<string>;
  beforeAll(async () => {
    held = await asOwner(sharedObjects);
  });
  const asked = async (up: string) => {
    const migration = {
      version: '20990101000000',
      name: 'x',
      fileName: 'x.sql',
      path: 'x.sql',
      sql: '',
      checksum: '',
    };
    return (await proposalOf({ ...migration, up }, held)).shared;
  };

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
      ['a DO block, whose statements nobody can read off'],
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
      ['a function that the migration brings and calls, whose statements nobody can read off'],
    ],
    [
      `create procedure public.x() language sql as 'drop table public.claims'; call public.x()`,
      ['a function that the migration brings and calls, whose statements nobody can read off'],
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
  ])('is whatever touches theirs: %s [S-28 S-29 +]', async (statement, shared) => {
    expect(await asked(statement)).toEqual(shared);
  });

  test.each([
    'alter table public.appointments add column room text',
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
      asOwner(async (client) => propose(client, await proposalOf(migration, await sharedObjects(client))));
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
