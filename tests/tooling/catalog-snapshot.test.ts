import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareCatalogs } from '../../scripts/catalog/differences.ts';
import { readCatalog } from '../../scripts/catalog/snapshot.ts';
import { connect } from '../../scripts/postgres/connect.ts';
import { createDatabase } from '../../scripts/postgres/databases.ts';
import { useCluster } from './catalog-fixtures.ts';

const cluster = useCluster();
let client: pg.Client;

beforeAll(async () => {
  await createDatabase(cluster(), 'snapshot');
  client = await connect(cluster().adminUrl('snapshot'));
  await client.query(`
    create role app nologin;
    create role patient nologin;
    create schema authz;
    create table public.notes (id uuid not null, body text, n bigint default 1, constraint notes_pkey primary key (id));
    create table public.tags (id uuid not null, note_id uuid);
    create view public.open_notes with (security_invoker = true) as select id from public.notes;
    create function authz.f(a text[], b int default 1) returns int language sql set search_path = '' as 'select 1';
    create function authz.tg() returns trigger language plpgsql as 'begin return new; end';
    create function authz.evt() returns event_trigger language plpgsql as 'begin end';
    create trigger _100_stamp before insert on public.notes for each row execute function authz.tg();
    create policy read_all on public.notes for select to app using (true);
    create sequence public.numbers;
    create type public.mood as enum ('good', 'bad');
    create domain public.short as text constraint short_check check (length(value) < 10);
    create schema shop;
    create table shop.orders (id uuid);
    create publication feed;`);
});
afterAll(() => client?.end());

/** kind of change → a statement that makes it, and the keys under which it must show. */
const CHANGES: readonly [claim: string, statement: string, keys: readonly string[]][] = [
  ['a column', 'alter table public.notes add column extra int', ['column public.notes.extra']],
  ['a type', 'alter table public.notes alter column n type int', ['column public.notes.n']],
  ['a default', 'alter table public.notes alter column n set default 2', ['column public.notes.n']],
  ['not null', 'alter table public.notes alter column body set not null', ['column public.notes.body']],
  [
    'a column option',
    'alter table public.notes alter column id set (n_distinct = 100)',
    ['column public.notes.id'],
  ],
  [
    'a collation',
    'alter table public.notes alter column body type text collate "C"',
    ['column public.notes.body'],
  ],
  ['a check', 'alter table public.notes add constraint c check (n > 0)', ['constraint c on public.notes']],
  [
    'a check that is not validated',
    'alter table public.notes add constraint c check (n > 0) not valid',
    ['constraint c on public.notes'],
  ],
  [
    'a foreign key',
    'alter table public.tags add constraint tags_fkey foreign key (note_id) references public.notes',
    ['constraint tags_fkey on public.tags'],
  ],
  [
    'a trigger of ours on a table of others',
    'create trigger kept after update on shop.orders for each row execute function authz.tg()',
    ['outer trigger kept on shop.orders'],
  ],
  [
    'a policy of ours on a table of others',
    'create policy cordon_fence on shop.orders as restrictive for all to public using (false)',
    ['outer policy cordon_fence on shop.orders'],
  ],
  ['an index', 'create index notes_n_idx on public.notes (n) where n > 0', ['index public.notes_n_idx']],
  ['row security', 'alter table public.notes enable row level security', ['table public.notes']],
  ['forced row security', 'alter table public.notes force row level security', ['table public.notes']],
  ['an owner', 'alter table public.tags owner to app', ['table public.tags']],
  ['storage parameters', 'alter table public.notes set (fillfactor = 70)', ['table public.notes']],
  [
    'a view',
    'create or replace view public.open_notes as select id from public.notes where n > 0',
    ['view public.open_notes'],
  ],
  [
    'a view that runs as its owner',
    'alter view public.open_notes set (security_invoker = false)',
    ['view public.open_notes'],
  ],
  [
    'a body',
    `create or replace function authz.f(a text[], b int default 1) returns int language sql set search_path = '' as 'select 2'`,
    ['function authz.f(text[], integer)'],
  ],
  ['security definer', 'alter function authz.f security definer', ['function authz.f(text[], integer)']],
  ['an open search_path', 'alter function authz.f reset search_path', ['function authz.f(text[], integer)']],
  ['a function owner', 'alter function authz.f owner to app', ['function authz.f(text[], integer)']],
  ['an overload', `create function authz.f() returns int language sql as 'select 1'`, ['function authz.f()']],
  [
    'an EXECUTE taken away',
    'revoke execute on function authz.f from public',
    ['grants on function authz.f(text[], integer) to PUBLIC'],
  ],
  [
    'a disabled trigger',
    'alter table public.notes disable trigger _100_stamp',
    ['trigger _100_stamp on public.notes'],
  ],
  [
    'a trigger on fewer commands',
    'create or replace trigger _100_stamp after insert on public.notes for each row execute function authz.tg()',
    ['trigger _100_stamp on public.notes'],
  ],
  ['a policy role', 'alter policy read_all on public.notes to public', ['policy read_all on public.notes']],
  [
    'a policy expression',
    'alter policy read_all on public.notes using (n > 0)',
    ['policy read_all on public.notes'],
  ],
  ['a dropped policy', 'drop policy read_all on public.notes', ['policy read_all on public.notes']],
  ['a table grant', 'grant select on public.notes to app', ['grants on public.notes to app']],
  ['a column grant', 'grant update (body) on public.notes to app', ['grants on public.notes to app']],
  [
    'a grant option',
    'grant select on public.notes to app with grant option',
    ['grants on public.notes to app'],
  ],
  [
    'a grant to everyone',
    'grant select on public.open_notes to public',
    ['grants on public.open_notes to PUBLIC'],
  ],
  ['a schema grant', 'grant usage on schema authz to app', ['grants on schema authz to app']],
  ['a sequence grant', 'grant usage on sequence public.numbers to app', ['grants on public.numbers to app']],
  ['a type grant', 'revoke usage on type public.mood from public', ['grants on type public.mood to PUBLIC']],
  [
    'default privileges',
    'alter default privileges in schema public grant select on tables to app',
    ['default privileges of supabase_admin in schema public on tables'],
  ],
  [
    'default privileges everywhere',
    'alter default privileges revoke execute on functions from public',
    ['default privileges of supabase_admin on functions'],
  ],
  ['a sequence', 'alter sequence public.numbers increment 2', ['sequence public.numbers']],
  ['a label of an enum', `alter type public.mood rename value 'bad' to 'worse'`, ['type public.mood']],
  [
    'a domain',
    'alter domain public.short drop constraint short_check',
    ['constraint short_check on domain public.short'],
  ],
  ['a publication', 'alter publication feed add table public.notes', ['publication feed of public.notes']],
  [
    'a published schema',
    'alter publication feed add tables in schema public',
    ['publication feed of schema public'],
  ],
  [
    'an event trigger',
    'create event trigger watch on ddl_command_end execute function authz.evt()',
    ['event trigger watch'],
  ],
  ['a role attribute', 'alter role patient bypassrls', ['role patient']],
  ['a membership', 'grant patient to app', ['membership of app in patient']],
  [
    'comments',
    `comment on table public.notes is 'x'; comment on column public.notes.n is 'x';
      comment on function authz.f is 'x'; comment on policy read_all on public.notes is 'x';
      comment on trigger _100_stamp on public.notes is 'x'; comment on role patient is 'x'`,
    [
      'comment on column public.notes.n',
      'comment on function authz.f(text[], integer)',
      'comment on policy read_all on public.notes',
      'comment on role patient',
      'comment on table public.notes',
      'comment on trigger _100_stamp on public.notes',
    ],
  ],
];

describe('a snapshot of the catalog', () => {
  test.each(CHANGES)(
    'sees %s change, and is as before once it is mended [S-27 -]',
    async (_claim, statement, keys) => {
      const before = await readCatalog(client);
      await client.query('begin');
      await client.query(statement);
      const differences = compareCatalogs(before, await readCatalog(client));
      await client.query('rollback');
      expect(differences.map(({ key }) => key)).toEqual(expect.arrayContaining([...keys]));
      expect(compareCatalogs(before, await readCatalog(client))).toEqual([]);
    },
  );

  test('of an unchanged database equals the one before it, and leaves search_path alone [S-27 +]', async () => {
    await client.query('set search_path = authz, public');
    const first = await readCatalog(client);
    expect(compareCatalogs(first, await readCatalog(client))).toEqual([]);
    expect((await client.query('show search_path')).rows).toEqual([{ search_path: 'authz, public' }]);
    await client.query('reset search_path');
    expect(compareCatalogs(first, await readCatalog(client))).toEqual([]);
  });

  test('reads as a role without any privilege the same as the superuser does', async () => {
    const asSuperuser = await readCatalog(client);
    await client.query('begin; set local role app');
    const asApp = await readCatalog(client);
    await client.query('rollback');
    expect(compareCatalogs(asSuperuser, asApp)).toEqual([]);
  });

  test('leaves out other schemas unless asked for them', async () => {
    await client.query('begin; create schema elsewhere; create table elsewhere.t ()');
    expect([...(await readCatalog(client)).keys()].filter((key) => key.includes('elsewhere'))).toEqual([]);
    expect((await readCatalog(client, { schemas: ['elsewhere'] })).has('table elsewhere.t')).toBe(true);
    await client.query('rollback');
  });

  test('takes under 0.3 seconds', async () => {
    const started = performance.now();
    for (let run = 0; run < 3; run += 1) await readCatalog(client);
    expect((performance.now() - started) / 3).toBeLessThan(300);
  });
});
