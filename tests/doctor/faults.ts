/** The settings with one of another value: a temporary view stands before the catalog's own, and is rolled back. */
export const setting = (name: string, value: string, source = 'configuration file') =>
  `create temporary view pg_settings as
     select name, case when name = '${name}' then '${value}' else setting end as setting,
            case when name = '${name}' then '${source}' else source end as source
     from pg_catalog.pg_settings`;
export const ofAuthenticator = (name: string, value: string, database = '0') =>
  `create temporary view pg_db_role_setting as
     select setdatabase, setrole, setconfig from pg_catalog.pg_db_role_setting
     union all select ${database}, (select oid from pg_catalog.pg_roles where rolname = 'authenticator'), array['${name}=${value}']`;

/** A logical slot of this database, read just now unless `lsn` or `since` says otherwise. */
const slot = (
  name: string,
  status = 'reserved',
  { lsn = 'pg_current_wal_lsn()', room = 1e9, since = '1 minute' } = {},
) =>
  `create temporary view pg_replication_slots as
     select '${name}'::name as slot_name, 'logical' as slot_type, current_database() as database, '${status}' as wal_status,
            (${lsn})::pg_lsn as confirmed_flush_lsn, false as active, ${room}::bigint as safe_wal_size,
            now() - interval '${since}' as inactive_since`;
/** pg_cron, calling what has to be called; one of them it may not. */
export const jobs = (name = '', active = true) =>
  `create schema cron; create table cron.job (schedule text, command text, database text, active boolean);
   insert into cron.job select '* * * * *', 'select ' || f || '()', current_database(), f not like '%${name || 'none'}' or ${active}
   from unnest(array['audit.drain_access_log', 'public.seal_records', 'watch_catalog']) as f`;

const UNGUARDED = 'alter table authz.deployment_settings disable trigger user';

interface Plant {
  /** What must be found: `check: object found`. */
  readonly finds: RegExp;
  readonly sql: string;
}

/** Of every check a fault that it must find; `none` where no database can tell. */
export const FAULTS: Readonly<Record<string, readonly Plant[] | 'none'>> = {
  'statements-logged': [
    { sql: setting('log_statement', 'all'), finds: /log_statement all/ },
    { sql: setting('log_statement', 'mod'), finds: /log_statement mod/ },
    { sql: setting('log_min_duration_statement', '0'), finds: /log_min_duration_statement 0/ },
    { sql: setting('log_min_duration_sample', '100'), finds: /log_min_duration_sample 100/ },
    { sql: setting('log_transaction_sample_rate', '0.1'), finds: /log_transaction_sample_rate 0.1/ },
    { sql: ofAuthenticator('log_statement', 'all'), finds: /log_statement of role authenticator all/ },
  ],
  'errors-logged-terse': [
    { sql: setting('log_error_verbosity', 'default'), finds: /log_error_verbosity default/ },
    { sql: setting('log_min_error_statement', 'error'), finds: /log_min_error_statement error/ },
    {
      sql: `${setting('log_min_error_statement', 'error')}; ${ofAuthenticator('log_min_messages', 'error')}`,
      finds: /log_min_error_statement error/,
    },
    {
      sql: ofAuthenticator('log_error_verbosity', 'verbose'),
      finds: /log_error_verbosity of role authenticator verbose/,
    },
    {
      sql: `${setting('log_error_verbosity', 'default')}; ${ofAuthenticator('log_min_messages', 'fatal', "(select oid from pg_database where datname = 'postgres')")}`,
      finds: /log_error_verbosity default/,
    },
  ],
  'parameters-logged': [
    { sql: setting('log_parameter_max_length', '-1'), finds: /log_parameter_max_length -1/ },
    { sql: setting('log_parameter_max_length_on_error', '64'), finds: /_on_error 64/ },
  ],
  'exposed-schemas': [
    { sql: ofAuthenticator('pgrst.db_schemas', 'public, authz'), finds: /public, authz/ },
    { sql: ofAuthenticator('pgrst.db_schemas', 'storage'), finds: /storage/ },
    { sql: ofAuthenticator('pgrst.db_schemas', 'public,\tauthz'), finds: /public,\tauthz/ },
    { sql: ofAuthenticator('pgrst.db_schemas', 'public, vault'), finds: /public, vault/ },
    { sql: ofAuthenticator('pgrst.db_schemas', 'public, access_log_months'), finds: /access_log_months/ },
    { sql: ofAuthenticator('pgrst.db_schemas', 'public, etl'), finds: /public, etl/ },
    { sql: ofAuthenticator('pgrst.db_schemas', 'tiger_data, public'), finds: /tiger_data/ },
    {
      sql: ofAuthenticator('pgrst.db_schemas', 'public,_timescaledb_catalog'),
      finds: /_timescaledb_catalog/,
    },
    {
      sql: ofAuthenticator('pgrst.db_schemas', 'public, timescaledb_information'),
      finds: /timescaledb_information/,
    },
    { sql: ofAuthenticator('pgrst.db_schemas', 'public,pg_toast'), finds: /pg_toast/ },
  ],
  'pre-request-set': [
    { sql: ofAuthenticator('pgrst.db_pre_request', 'public.other'), finds: /public.other/ },
    { sql: ofAuthenticator('pgrst.db_pre_request', ''), finds: /pgrst\.db_pre_request $/ },
  ],
  'token-lifetime': [
    { sql: `set local app.settings.jwt_exp = '604800'`, finds: /604800/ },
    { sql: `set local app.settings.jwt_exp = 'never'`, finds: /never/ },
  ],
  'token-audience': [{ sql: ofAuthenticator('pgrst.jwt_aud', 'other'), finds: /other/ }],
  'token-hook': [
    {
      sql: 'grant execute on function authz.custom_access_token_hook(jsonb) to anon; grant usage on schema authz to anon',
      finds: /anon, supabase_auth_admin/,
    },
    { sql: 'revoke usage on schema authz from supabase_auth_admin', finds: /nobody/ },
    {
      sql: 'create role planted; grant usage on schema authz to planted; grant execute on function authz.custom_access_token_hook(jsonb) to planted',
      finds: /planted, supabase_auth_admin/,
    },
    { sql: 'drop function authz.custom_access_token_hook(jsonb)', finds: /nobody/ },
  ],
  'leaked-passwords': 'none',
  'realtime-private': 'none',
  'login-triggers': [
    { sql: 'alter table auth.users disable trigger _800_password', finds: /_800_password disabled/ },
    { sql: 'alter table auth.users enable replica trigger _700_profile', finds: /_700_profile disabled/ },
    { sql: 'drop trigger _800_password on auth.users', finds: /_800_password missing/ },
    {
      sql: `drop trigger _800_password on auth.users; create trigger _800_password after update on auth.users
        for each row when (false) execute function authz.tg_users__password()`,
      finds: /_800_password not for every login/,
    },
    {
      sql: `drop trigger _800_password on auth.users; create trigger _800_password after delete on auth.users
        for each row execute function authz.tg_users__password()`,
      finds: /_800_password not for every login/,
    },
    {
      sql: `drop trigger _800_password on auth.users;
        create function extensions.tg_users__password() returns trigger language plpgsql as 'begin return new; end';
        create trigger _800_password after update on auth.users for each row execute function extensions.tg_users__password()`,
      finds: /_800_password missing/,
    },
  ],
  'storage-triggers': [
    {
      sql: `create trigger planted before insert on storage.objects for each row
        execute function pg_catalog.suppress_redundant_updates_trigger()`,
      finds: /storage\.objects planted calls pg_catalog\.suppress_redundant_updates_trigger/,
    },
    {
      sql: 'drop trigger cordon_kept_delete on storage.objects',
      finds: /storage\.objects cordon_kept_delete missing/,
    },
    {
      sql: 'alter table storage.buckets disable trigger cordon_private_update',
      finds: /storage\.buckets cordon_private_update disabled/,
    },
    {
      sql: `drop trigger cordon_kept_delete on storage.objects; create trigger cordon_kept_delete after delete on storage.objects
        for each row when (old.bucket_id = 'another'::text) execute function authz.tg_objects__kept()`,
      finds: /storage\.objects cordon_kept_delete not for what it guards/,
    },
    {
      sql: `drop trigger cordon_private_update on storage.buckets; create trigger cordon_private_update after update of name on storage.buckets
        for each row when (old.id = 'patient-documents' or new.id = 'patient-documents') execute function authz.tg_buckets__private()`,
      finds: /storage\.buckets cordon_private_update not for what it guards/,
    },
    {
      sql: `drop trigger cordon_kept_update on storage.objects; create trigger cordon_kept_update before update on storage.objects
        for each row execute function storage.update_updated_at_column()`,
      finds: /storage\.objects cordon_kept_update calls storage\.update_updated_at_column/,
    },
  ],
  'nothing-published': [
    { sql: 'create publication planted for table public.patients', finds: /planted public.patients/ },
    { sql: 'create publication planted for all tables', finds: /planted all tables/ },
    { sql: 'create publication planted for tables in schema audit', finds: /planted audit/ },
  ],
  'extensions-granted': [
    {
      sql: `create extension lo schema extensions; grant usage on schema extensions to anon;
            create function extensions.lo_send() returns integer language sql as 'select 1';
            alter extension lo add function extensions.lo_send()`,
      finds: /extension lo .*may call/,
    },
  ],
  'statements-unread': [
    {
      sql: 'grant select on extensions.pg_stat_statements to public',
      finds: /pg_stat_statements anon, authenticated may read it/,
    },
    {
      sql: `revoke select on extensions.pg_stat_statements from public; grant select on extensions.pg_stat_statements to authenticated`,
      finds: /pg_stat_statements authenticated may read it/,
    },
  ],
  'roles-bypassing': [
    { sql: 'create role planted bypassrls', finds: /planted bypasses/ },
    { sql: 'create role planted superuser', finds: /planted superuser/ },
    { sql: 'create role planted; grant postgres to planted', finds: /planted becomes postgres/ },
    { sql: 'grant service_role to patient', finds: /patient becomes service_role/ },
    { sql: 'grant service_role to authenticated', finds: /authenticated becomes service_role/ },
    { sql: 'grant postgres to authenticator', finds: /becomes postgres, service_role/ },
  ],
  'definers-bound': [
    {
      sql: 'alter function authz.holds(text[], text[]) owner to postgres',
      finds: /function authz\.holds\(text\[\],text\[\]\) belongs to postgres/,
    },
    {
      sql: 'alter function public.smart_insights_payload() owner to postgres',
      finds: /smart_insights_payload\(\) belongs to postgres/,
    },
    {
      sql: `create function public.planted() returns boolean language sql security definer return true;
        alter function public.planted() owner to postgres`,
      finds: /function public\.planted\(\) belongs to postgres/,
    },
    {
      sql: `create role planted bypassrls; create function public.planted() returns boolean language sql security definer return true;
        grant create on schema public to planted; alter function public.planted() owner to planted`,
      finds: /function public\.planted\(\) belongs to planted/,
    },
  ],
  'wal-level': [{ sql: setting('wal_level', 'replica'), finds: /replica/ }],
  'slots-bounded': [{ sql: setting('max_slot_wal_keep_size', '-1'), finds: /-1/ }],
  'slots-drained': [
    { sql: slot('planted', 'lost'), finds: /planted lost/ },
    { sql: slot('supabase_realtime_replication_slot'), finds: /access log no slot of its own/ },
    { sql: slot('planted', 'reserved', { lsn: "'0/0'", room: 1 }), finds: /planted \d+ [MG]B behind/ },
    { sql: slot('planted', 'reserved', { since: '26 hours' }), finds: /planted nobody has read it for 26 h/ },
  ],
  'scheduler-present': [
    { sql: jobs('seal_records', false), finds: /^pg_cron seal_records switched off$/m },
    { sql: jobs('drain_access_log', false), finds: /^pg_cron drain_access_log switched off$/m },
    { sql: jobs('watch_catalog', false), finds: /^pg_cron watch_catalog switched off$/m },
  ],
  'sealed-lately': [
    {
      sql: `set local session_replication_role = replica; alter table audit.seals disable trigger user; delete from audit.seals`,
      finds: /last seal nothing was ever sealed/,
    },
    {
      sql: `set local session_replication_role = replica; alter table audit.seals disable trigger user;
        update audit.seals set closed_at = '2026-01-05 06:30Z';
        alter table audit.security_events disable trigger user;
        update audit.security_events set occurred_at = '2026-01-05 06:31Z'`,
      finds: /last seal closed 2026-01-05 06:30 UTC/,
    },
  ],
  'catalog-watched': [
    {
      sql: `set local session_replication_role = replica; alter table audit.deployment_events disable trigger user;
        delete from audit.deployment_events where event_type like 'catalog.%'`,
      finds: /nobody has looked yet/,
    },
    {
      sql: `select public.watch_catalog(); drop policy if exists planted on public.patients; create policy planted on public.patients using (false)`,
      finds: /1 object is otherwise than recorded/,
    },
  ],
  'address-header': [
    { sql: 'update authz.deployment_settings set trusted_address_header = null', finds: /none/ },
    { sql: `${UNGUARDED}; delete from authz.deployment_settings`, finds: /none/ },
  ],
  'sessions-demanded': [
    { sql: 'update authz.deployment_settings set allow_sessionless_tokens = true', finds: /true/ },
    { sql: `${UNGUARDED}; delete from authz.deployment_settings`, finds: /no settings/ },
  ],
  'clients-refused': [
    { sql: 'update authz.deployment_settings set allow_oauth_clients = true', finds: /true/ },
    { sql: `${UNGUARDED}; delete from authz.deployment_settings`, finds: /no settings/ },
  ],
};
