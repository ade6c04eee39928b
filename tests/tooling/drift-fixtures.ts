/** What reaches ours, or what is guarded with it, from where no schema of ours is. */
export const FROM_OUTSIDE: readonly (readonly [change: string, sentence: string])[] = [
  [
    'create policy planted on storage.objects for select to anon using (true)',
    'outer policy planted on storage.objects is in no migration: permissive for select to anon',
  ],
  [
    'create policy planted on storage.buckets to anon using (true)',
    'outer policy planted on storage.buckets is in no migration: permissive for all to anon',
  ],
  [
    'alter table storage.buckets disable row level security',
    'row-level security of storage.buckets is disabled',
  ],
  [
    `insert into storage.buckets (id, name, public) values ('open', 'open', true)`,
    'bucket open is public, which no migration says',
  ],
  [
    `alter table storage.buckets disable trigger cordon_private_update; update storage.buckets set public = true;
       alter table storage.buckets enable trigger cordon_private_update`,
    'bucket "patient-documents" is public, which no migration says',
  ],
  [
    `alter table storage.buckets disable trigger user; delete from storage.buckets; alter table storage.buckets enable trigger user`,
    'bucket "patient-documents" is missing: it was private',
  ],
  [
    'update authz.deployment_settings set allow_sessionless_tokens = true',
    'deployment setting allow_sessionless_tokens is true, which no migration says',
  ],
  ['grant select on auth.users to anon', 'anon holds select on auth.users, which no migration grants'],
  [
    'grant select (email) on auth.users to authenticated',
    'authenticated holds select (email) on auth.users, which no migration grants',
  ],
  [
    'grant create on schema extensions to authenticated',
    'authenticated holds create on schema extensions, which no migration grants',
  ],
  [
    'create publication leak for table auth.users',
    'auth.users leaves by the publication leak, whatever policies say',
  ],
  [
    'create publication leak for tables in schema auth',
    'schema auth leaves by the publication leak, whatever policies say',
  ],
  [
    'grant service_role to authenticated',
    'authenticated can become service_role, which no migration lets it',
  ],
  ['grant pg_read_all_data to anon', 'anon can become pg_read_all_data, which no migration lets it'],
  ['create role sneaky; grant postgres to sneaky', 'sneaky can become postgres, which no migration lets it'],
  [
    'create role sneaky; grant pg_execute_server_program to sneaky',
    'sneaky can become pg_execute_server_program, which no migration lets it',
  ],
  ['alter role anon login', 'attributes of anon is in no migration: login'],
  ['alter database live owner to authenticator', 'owner of this database is in no migration: authenticator'],
  [
    `create function extensions.planted() returns event_trigger language plpgsql as 'begin end';
       create event trigger planted on ddl_command_end execute function extensions.planted()`,
    'event trigger planted is in no migration',
  ],
  [
    `create schema app; create function app.planted() returns event_trigger language plpgsql as 'begin end';
       create event trigger pgrst_ddl_watch on ddl_command_end execute function app.planted()`,
    'event trigger pgrst_ddl_watch is in no migration',
  ],
  // That of the watch, and it would miss what a replica's session does.
  [
    'create event trigger cordon_watch_ddl on ddl_command_end execute function audit.tg__ddl()',
    'event trigger cordon_watch_ddl is in no migration',
  ],
  [
    `create event trigger cordon_watch_drop on sql_drop when tag in ('DROP TABLE') execute function audit.tg__ddl();
       alter event trigger cordon_watch_drop enable always`,
    'event trigger cordon_watch_drop is in no migration',
  ],
  [
    `create foreign data wrapper far; create server far foreign data wrapper far; create user mapping for public server far`,
    'user mapping of PUBLIC for far is in no migration',
  ],
  [
    'create view auth.planted as select * from public.patients; grant select (id) on auth.planted to anon',
    'outer view auth.planted is in no migration: of public.patients, read by anon',
  ],
  [
    'create materialized view extensions.planted as select * from public.beds; grant select on extensions.planted to authenticated',
    'outer view extensions.planted is in no migration: of public.beds, read by authenticated',
  ],
  [
    `create function storage.planted() returns bigint language sql security definer as 'select count(*) from "public"."patients"'`,
    'outer function storage.planted() is in no migration: names public.patients, called by anon, authenticated',
  ],
  [
    `create function storage.planted() returns bigint language sql security definer as $$ select case when '--' = '' then 0 else count(*) end from public.patients $$`,
    'outer function storage.planted() is in no migration: names public.patients, called by anon, authenticated',
  ],
  [
    'create table extensions.planted () inherits (public.beds)',
    'outer table extensions.planted under public.beds is in no migration: child, without row-level security, owner supabase_admin',
  ],
  [
    `select audit.create_access_month('2026-03-01'); alter table access_log_months.access_log_2026_03 disable row level security;
       grant select on access_log_months.access_log_2026_03 to anon`,
    'outer table access_log_months.access_log_2026_03 under audit.access_log is in no migration: partition, without row-level security, reached by anon',
  ],
];

/** What a project has there by the platform, or by an application that leaves ours alone. */
export const QUIET_OUTSIDE: readonly string[] = [
  'create role cli_login_postgres login noinherit; grant postgres to cli_login_postgres',
  'create role pgsodium_keyholder; grant pgsodium_keyholder to service_role; grant authenticator to supabase_storage_admin',
  `create function extensions.grant_pg_net_access() returns event_trigger language plpgsql as 'begin end';
     create event trigger issue_pg_net_access on ddl_command_end execute function extensions.grant_pg_net_access()`,
  // What npm run audit:watch -- --on-ddl hangs up.
  `create event trigger cordon_watch_ddl on ddl_command_end execute function audit.tg__ddl();
     create event trigger cordon_watch_drop on sql_drop execute function audit.tg__ddl();
     alter event trigger cordon_watch_ddl enable always; alter event trigger cordon_watch_drop enable always`,
  `insert into storage.buckets (id, name, public) values ('kept', 'kept', false)`,
  `update authz.deployment_settings set trusted_address_header = 'x-real-ip', require_acknowledgement = true`,
  `create schema app; grant usage on schema app to authenticated;
     create view app.own with (security_invoker = true) as select * from public.beds; grant select on app.own to authenticated;
     create view app.kept as select * from public.beds;
     create function app.asks() returns bigint language sql as 'select count(*) from public.beds';
     create function app.kept() returns bigint language sql security definer as 'select count(*) from public.beds';
     revoke execute on function app.kept() from public;
     create function app.speaks() returns text language sql security definer as $$ /* public.beds */ select 'public holidays' $$`,
];
