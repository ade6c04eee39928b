import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ScratchCluster, startScratchCluster } from '../../scripts/postgres/cluster.ts';
import { connect, withClient } from '../../scripts/postgres/connect.ts';
import { createDatabase } from '../../scripts/postgres/databases.ts';
import { ensurePlatform } from '../../scripts/postgres/platform.ts';
import { refusal } from '../support/refusal.ts';

const USER = '00000000-0000-4000-8000-000000000001';

/** Everything the stand-in makes, with owners, privileges and settings, as one comparable text. */
const FINGERPRINT = `
  select jsonb_agg(line order by line) as lines from (
    select concat_ws(' ', 'role', to_jsonb(r)) from pg_roles r
    union all select concat_ws(' ', 'member', roleid::regrole, member::regrole, admin_option) from pg_auth_members
    union all select concat_ws(' ', 'schema', nspname, nspowner::regrole, nspacl) from pg_namespace
    union all select concat_ws(' ', 'relation', oid::regclass, relowner::regrole, relacl, relrowsecurity) from pg_class
      where relnamespace::regnamespace::text in ('auth', 'storage', 'public')
    union all select concat_ws(' ', 'function', oid::regprocedure, proowner::regrole, proacl, md5(prosrc)) from pg_proc
      where pronamespace::regnamespace::text in ('auth', 'storage', 'public')
    union all select concat_ws(' ', 'default', defaclrole::regrole, defaclnamespace::regnamespace, defaclobjtype, defaclacl) from pg_default_acl
    union all select concat_ws(' ', 'trigger', tgname, tgrelid::regclass) from pg_trigger where not tgisinternal
    union all select concat_ws(' ', 'publication', pubname) from pg_publication
  ) as everything (line)`;

const fingerprint = (url: string) =>
  withClient(url, async (client) => (await client.query(FINGERPRINT)).rows[0].lines);
const query = (url: string, sql: string) => withClient(url, async (client) => (await client.query(sql)).rows);
/** The SQLSTATE a statement is refused with, or `done`. */
const outcome = (client: pg.Client, sql: string) =>
  client.query(sql).then(
    () => 'done',
    (error: { code: string }) => error.code,
  );

describe('on a server like Supabase', () => {
  let cluster: ScratchCluster;
  let developer: pg.Client;

  beforeAll(async () => {
    cluster = await startScratchCluster();
    developer = await connect(cluster.url());
    await withClient(cluster.adminUrl(), (client) =>
      client.query(`insert into auth.users (id, email) values ('${USER}', 'a@example.com')`),
    );
  });
  afterAll(async () => {
    await developer?.end();
    cluster?.remove();
  });

  test('applying it again changes nothing', async () => {
    const before = await fingerprint(cluster.adminUrl());
    expect(before.length).toBeGreaterThan(40);
    expect(await ensurePlatform(cluster.adminUrl())).toEqual({ platform: 'stand-in', supplied: [] });
    expect(await fingerprint(cluster.adminUrl())).toEqual(before);
  });

  test('postgres is what it is there: no superuser, but it creates roles and databases, replicates and bypasses RLS', async () => {
    const sql = `select rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls from pg_roles where rolname = current_user`;
    expect((await developer.query(sql)).rows).toEqual([
      { rolsuper: false, rolcreaterole: true, rolcreatedb: true, rolreplication: true, rolbypassrls: true },
    ]);
    expect(await outcome(developer, 'create event trigger t on ddl_command_end execute function f()')).toBe(
      '42501',
    );
  });

  test('postgres reads users and sessions, refers to users, and puts triggers on them', async () => {
    await developer.query(`
      begin;
      select id, email, role, encrypted_password, raw_app_meta_data, raw_user_meta_data, is_anonymous, deleted_at from auth.users;
      select id, user_id, created_at, updated_at, factor_id, aal, not_after, refreshed_at, user_agent, ip, tag from auth.sessions;
      create table public.profile (id uuid primary key references auth.users (id) on delete cascade);
      create function public.on_user() returns trigger language plpgsql as 'begin return new; end';
      create trigger on_user after insert on auth.users for each row execute function public.on_user();
      create policy mine on storage.objects for select to authenticated using (owner_id = (select auth.uid())::text);
      rollback`);
  });

  test('postgres neither drops what the platform owns nor passes on the use of its schemas', async () => {
    expect(await outcome(developer, 'drop table auth.users')).toBe('42501');
    expect(await outcome(developer, 'alter table auth.users add column password text')).toBe('42501');
    await developer.query('create role realm_of_ours; grant usage on schema auth to realm_of_ours');
    const usage = `select has_schema_privilege('realm_of_ours', 'auth', 'usage') as granted`;
    expect((await developer.query(usage)).rows).toEqual([{ granted: false }]);
  });

  test('API roles use the schema auth but read none of its tables; service_role bypasses RLS', async () => {
    for (const role of ['anon', 'authenticated', 'service_role']) {
      await developer.query(`set role ${role}`);
      expect(await outcome(developer, 'select auth.uid()')).toBe('done');
      expect(await outcome(developer, 'select from auth.users')).toBe('42501');
      await developer.query('reset role');
    }
    expect((await developer.query('select from auth.users')).rowCount).toBe(1);
    const bypass = `select rolname from pg_roles where rolbypassrls and not rolsuper order by 1`;
    expect((await developer.query(bypass)).rows.map((row) => row.rolname)).toEqual([
      'postgres',
      'service_role',
    ]);
  });

  test('authenticator logs in with nothing of its own and becomes an API role', async () => {
    const url = new URL(cluster.url());
    url.username = 'authenticator';
    await withClient(url.href, async (client) => {
      expect(await outcome(client, 'select from storage.objects')).toBe('42501');
      expect(await outcome(client, 'set role postgres')).toBe('42501');
      expect(await outcome(client, 'set role authenticated')).toBe('done');
      expect(await outcome(client, 'select from storage.objects')).toBe('done');
    });
  });

  test('auth.uid() and its sisters read the claims of the request, old style and new', async () => {
    const read = async (setting: string, value: string) => {
      const sql = `select set_config($1, $2, true), auth.uid() as uid, auth.role() as role, auth.email() as email, auth.jwt() ->> 'aal' as aal`;
      await developer.query('begin');
      await developer.query('select set_config($1, $2, true)', [setting, value]);
      const { uid, role, email, aal } = (await developer.query(sql, [setting, value])).rows[0];
      await developer.query('rollback');
      return { uid, role, email, aal };
    };
    const claims = JSON.stringify({ sub: USER, role: 'authenticated', email: 'a@example.com', aal: 'aal2' });
    expect(await read('request.jwt.claims', claims)).toEqual({
      uid: USER,
      role: 'authenticated',
      email: 'a@example.com',
      aal: 'aal2',
    });
    expect(await read('request.jwt.claim.sub', USER)).toMatchObject({ uid: USER, role: null });
    expect(await read('request.jwt.claims', '')).toEqual({ uid: null, role: null, email: null, aal: null });
  });

  test('storage knows the parts of a path, and refuses direct deletes', async () => {
    const sql = `select storage.foldername('org/patient/scan.v2.pdf') as folder, storage.filename('org/scan.pdf') as file,
      storage.extension('org/scan.v2.pdf') as extension, storage.operation() as operation`;
    expect((await developer.query(sql)).rows).toEqual([
      { folder: ['org', 'patient'], file: 'scan.pdf', extension: 'pdf', operation: null },
    ]);
    expect(await outcome(developer, 'delete from storage.objects')).toBe('42501');
  });

  test('a table that postgres creates in public is open to the API roles, as on older hosted projects', async () => {
    await developer.query('create table public.exposed (); create table extensions.hidden ()');
    const sql = `select has_table_privilege('anon', 'public.exposed', 'truncate') as exposed,
      has_table_privilege('anon', 'extensions.hidden', 'select') as hidden`;
    expect((await developer.query(sql)).rows).toEqual([{ exposed: true, hidden: false }]);
  });

  test('real Supabase, which keeps a ledger in auth, is left alone, and a part of it refused; the same database without one is completed', async () => {
    await createDatabase(cluster, 'real');
    // Auth that has migrated by itself, and no Storage: neither its own nor ours may be put beside it.
    await query(
      cluster.adminUrl('real'),
      'create schema auth; create table auth.schema_migrations (version text)',
    );
    const { exitCode, text } = await refusal(() => ensurePlatform(cluster.adminUrl('real')));
    expect(exitCode).toBe(2);
    expect(text).toMatch(/is missing: .*table storage\.objects/);
    expect(text).toContain('start Auth and Storage both before npm run db:migrate');
    const tables = `select to_regclass('auth.users') as users, to_regnamespace('storage') as storage`;
    expect(await query(cluster.adminUrl('real'), tables)).toEqual([{ users: null, storage: null }]);

    await query(cluster.adminUrl('real'), 'drop table auth.schema_migrations');
    const { supplied } = await ensurePlatform(cluster.adminUrl('real'));
    expect(supplied).toContain('table auth.users');
    expect(supplied).not.toContain('role anon');
    await query(cluster.adminUrl('real'), 'create table auth.schema_migrations (version text)');
    expect(await ensurePlatform(cluster.url('real'))).toEqual({ platform: 'supabase', supplied: [] });
  });
});

describe('on plain PostgreSQL', () => {
  let cluster: ScratchCluster;
  const major = () => Number.parseInt(cluster.version, 10);

  beforeAll(async () => {
    cluster = await startScratchCluster({ flavour: 'plain' });
    for (const name of ['one', 'two', 'weak', 'own']) await createDatabase(cluster, name);
  });
  afterAll(() => cluster?.remove());

  test('two databases completed at once do not disturb each other', async () => {
    const reports = await Promise.all([
      ensurePlatform(cluster.url('one')),
      ensurePlatform(cluster.url('two')),
    ]);
    for (const { supplied } of reports) expect(supplied).toContain('table storage.objects');
    expect(await ensurePlatform(cluster.url('two'))).toEqual({ platform: 'stand-in', supplied: [] });
  });

  test('the superuser postgres stays superuser, and its tables in public are open to the API roles', async () => {
    await query(cluster.url('one'), 'create table public.exposed ()');
    const sql = `select rolsuper, has_table_privilege('anon', 'public.exposed', 'select') as exposed
      from pg_roles where rolname = 'postgres'`;
    expect(await query(cluster.url('one'), sql)).toEqual([{ rolsuper: true, exposed: true }]);
  });

  test('the login roles it brings have no password, so that nobody can use them yet', async () => {
    const sql = `select rolname, rolpassword from pg_authid where rolcanlogin and rolname <> 'postgres' order by 1`;
    expect(await query(cluster.url('one'), sql)).toEqual([
      { rolname: 'authenticator', rolpassword: null },
      { rolname: 'supabase_auth_admin', rolpassword: null },
      { rolname: 'supabase_storage_admin', rolpassword: null },
    ]);
  });

  test('a role without the rights gets an error that names what is missing to it, and changes nothing', async () => {
    await query(cluster.url(), "create role weak login password 'weak'");
    const url = new URL(cluster.url('weak'));
    [url.username, url.password] = ['weak', 'weak'];
    const { exitCode, text } = await refusal(() => ensurePlatform(url.href));
    expect(exitCode).toBe(2);
    expect(text).toContain('weak@127.0.0.1');
    expect(text).toContain('this role may not create it');
    expect(text).toContain('superuser');
    expect(await query(cluster.url('weak'), `select to_regnamespace('auth') as auth`)).toEqual([
      { auth: null },
    ]);
    // Once it is complete, the same role is enough.
    await ensurePlatform(cluster.url('weak'));
    expect(await ensurePlatform(url.href)).toEqual({ platform: 'stand-in', supplied: [] });
  });

  test('from PostgreSQL 16 on, a role with CREATEROLE and BYPASSRLS completes a database of its own without being superuser', async () => {
    await withClient(cluster.url('postgres'), async (client) => {
      await client.query(
        `drop owned by anon, authenticated, service_role, authenticator, supabase_auth_admin, supabase_storage_admin`,
      );
      for (const database of ['one', 'two', 'weak'])
        await client.query(`drop database if exists ${database} with (force)`);
      await client.query(
        'drop role anon, authenticated, service_role, authenticator, supabase_auth_admin, supabase_storage_admin',
      );
      await client.query("create role strong login createrole bypassrls password 'strong'");
      await client.query('alter database own owner to strong');
    });
    const url = new URL(cluster.url('own'));
    [url.username, url.password] = ['strong', 'strong'];
    if (major() < 16) {
      expect((await refusal(() => ensurePlatform(url.href))).text).toContain('may not create it');
      return;
    }
    expect((await ensurePlatform(url.href)).supplied).toContain('table auth.users');
    expect(await query(url.href, 'select auth.uid() as uid')).toEqual([{ uid: null }]);
  });
});
