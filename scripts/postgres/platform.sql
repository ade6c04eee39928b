-- A stand-in for the part of Supabase that this project builds on, for servers that are not Supabase.
--
-- Names, types, owners, grants and function bodies follow what hosted projects have (supabase/postgres, supabase/auth
-- and supabase/storage): API roles, auth.users with its sessions, identities and refresh tokens, storage.buckets and
-- storage.objects, their row-level security, the helper functions policies call, an empty publication, and the
-- default privileges of older projects, which hand every new object in public to the API roles.
--
-- It is not a migration, and migrations/ may depend on nothing beyond it that real Supabase lacks. In some things it
-- is looser than the platform, and nothing may rely on that either:
--   * hosted Supabase refuses `alter role authenticated …`, event triggers and `alter database … set` of custom
--     settings to the role postgres; a plain server may allow them;
--   * `postgres` is a member of supabase_storage_admin here, because a plain server knows no other way to let it create
--     policies on storage.objects; on the platform it may do that and nothing more to those tables.
-- In others it has less: no MFA, SSO or OAuth tables, no multipart uploads, no Realtime, Vault, GraphQL or pg_net.
--
-- platform.ts runs this file in one transaction, and only on a server that is not Supabase and lacks part of it.
-- Roles, schemas, types, tables and functions are created where they are missing and kept where they are not; owners,
-- row-level security and grants of the named ones are stated again.

-- roles ---------------------------------------------------------------------------------------------------------------

do $$
begin
  -- A role that creates roles without being superuser (16 and later) has to be able to act as them below.
  if current_setting('server_version_num')::int >= 160000 then
    perform set_config('createrole_self_grant', 'set, inherit', true);
  end if;

  -- The superuser of Supabase is supabase_admin; postgres is what people and migrations work as. On a plain server
  -- postgres is often the superuser, and stays it.
  if current_user = 'supabase_admin' and not exists (select from pg_roles where rolname = 'postgres') then
    create role postgres login createdb createrole replication bypassrls;
    alter role postgres set search_path to "$user", public, extensions;
    grant pg_monitor to postgres;
  end if;

  if not exists (select from pg_roles where rolname = 'anon') then
    create role anon nologin;
    alter role anon set statement_timeout to '3s';
  end if;
  if not exists (select from pg_roles where rolname = 'authenticated') then
    create role authenticated nologin;
    alter role authenticated set statement_timeout to '8s';
  end if;
  if not exists (select from pg_roles where rolname = 'service_role') then
    create role service_role nologin bypassrls;
  end if;

  -- Login roles come without a password, so nobody can use them before somebody sets one.
  if not exists (select from pg_roles where rolname = 'authenticator') then
    create role authenticator login noinherit;
    alter role authenticator set statement_timeout to '8s';
    alter role authenticator set lock_timeout to '8s';
  end if;
  if not exists (select from pg_roles where rolname = 'supabase_auth_admin') then
    create role supabase_auth_admin login noinherit;
    alter role supabase_auth_admin set search_path to auth;
  end if;
  if not exists (select from pg_roles where rolname = 'supabase_storage_admin') then
    create role supabase_storage_admin login noinherit createrole;
    alter role supabase_storage_admin set search_path to storage;
  end if;
end
$$;

do $$
declare
  developer name := current_user;
  api_role name;
begin
  -- Each grant is skipped where it holds: granting again would fail for whoever may not grant.
  foreach api_role in array array['anon', 'authenticated', 'service_role'] loop
    if not pg_has_role('authenticator', api_role, 'member') then
      execute format('grant %I to authenticator', api_role);
    end if;
    if not pg_has_role('supabase_storage_admin', api_role, 'member') then
      execute format('grant %I to supabase_storage_admin', api_role);
    end if;
  end loop;

  if exists (select from pg_roles where rolname = 'postgres' and not rolsuper) and developer <> 'postgres' then
    grant anon, authenticated, service_role to postgres with admin option;
    grant supabase_storage_admin to postgres;
  end if;
end
$$;

-- public --------------------------------------------------------------------------------------------------------------

do $$
declare
  -- Whoever may create tables in public here.
  creator name;
  holders text := 'anon, authenticated, service_role';
begin
  if exists (select from pg_namespace where nspname = 'auth') then
    return; -- this database was furnished before; what became of its privileges since is its owner's affair
  end if;
  if exists (select from pg_roles where rolname = 'postgres') then
    holders := 'postgres, ' || holders;
  end if;
  execute format('grant usage on schema public to %s', holders);

  for creator in
    select current_user union select rolname from pg_roles where rolname = 'postgres' and pg_has_role(oid, 'member')
  loop
    execute format('alter default privileges for role %I in schema public grant all on tables to %s', creator, holders);
    execute format('alter default privileges for role %I in schema public grant all on functions to %s', creator, holders);
    execute format('alter default privileges for role %I in schema public grant all on sequences to %s', creator, holders);
  end loop;

  if not exists (select from pg_publication where pubname = 'supabase_realtime') then
    create publication supabase_realtime;
  end if;
end
$$;

-- extensions ----------------------------------------------------------------------------------------------------------

create schema if not exists extensions;
grant usage on schema extensions to anon, authenticated, service_role;

do $$
declare
  wanted name;
begin
  if exists (select from pg_roles where rolname = 'postgres') then
    grant all on schema extensions to postgres;
  end if;
  foreach wanted in array array['pgcrypto', 'uuid-ossp', 'pg_stat_statements'] loop
    -- Only a superuser creates the last one, and nothing of ours needs it: it counts what statements cost.
    if exists (select from pg_available_extensions where name = wanted)
      and (wanted <> 'pg_stat_statements' or (select r.rolsuper from pg_roles as r where r.rolname = current_user))
      and not exists (select from pg_extension where extname = wanted)
    then
      execute format('create extension %I with schema extensions', wanted);
    end if;
  end loop;
end
$$;

-- auth ----------------------------------------------------------------------------------------------------------------

create schema if not exists auth;
grant usage on schema auth to anon, authenticated, service_role;
grant all on schema auth to supabase_auth_admin;

do $$
begin
  if not exists (select from pg_type where typname = 'aal_level' and typnamespace = 'auth'::regnamespace) then
    create type auth.aal_level as enum ('aal1', 'aal2', 'aal3');
    alter type auth.aal_level owner to supabase_auth_admin;
  end if;
end
$$;

create table if not exists auth.users (
  instance_id uuid,
  id uuid not null,
  aud character varying(255),
  role character varying(255),
  email character varying(255),
  encrypted_password character varying(255),
  email_confirmed_at timestamptz,
  invited_at timestamptz,
  confirmation_token character varying(255),
  confirmation_sent_at timestamptz,
  recovery_token character varying(255),
  recovery_sent_at timestamptz,
  email_change_token_new character varying(255),
  email_change character varying(255),
  email_change_sent_at timestamptz,
  last_sign_in_at timestamptz,
  raw_app_meta_data jsonb,
  raw_user_meta_data jsonb,
  is_super_admin boolean,
  created_at timestamptz,
  updated_at timestamptz,
  phone text default null::character varying,
  phone_confirmed_at timestamptz,
  phone_change text default ''::character varying,
  phone_change_token character varying(255) default ''::character varying,
  phone_change_sent_at timestamptz,
  confirmed_at timestamptz generated always as (least(email_confirmed_at, phone_confirmed_at)) stored,
  email_change_token_current character varying(255) default ''::character varying,
  email_change_confirm_status smallint default 0,
  banned_until timestamptz,
  reauthentication_token character varying(255) default ''::character varying,
  reauthentication_sent_at timestamptz,
  is_sso_user boolean not null default false,
  deleted_at timestamptz,
  is_anonymous boolean not null default false,
  constraint users_pkey primary key (id),
  constraint users_phone_key unique (phone),
  constraint users_email_change_confirm_status_check
    check (email_change_confirm_status >= 0 and email_change_confirm_status <= 2)
);
create unique index if not exists users_email_partial_key on auth.users (email) where is_sso_user = false;
create index if not exists users_instance_id_email_idx on auth.users (instance_id, lower(email::text));
create index if not exists users_instance_id_idx on auth.users (instance_id);
create index if not exists users_is_anonymous_idx on auth.users (is_anonymous);

create table if not exists auth.sessions (
  id uuid not null,
  user_id uuid not null,
  created_at timestamptz,
  updated_at timestamptz,
  factor_id uuid,
  aal auth.aal_level,
  not_after timestamptz,
  refreshed_at timestamp without time zone,
  user_agent text,
  ip inet,
  tag text,
  oauth_client_id uuid,
  refresh_token_hmac_key text,
  refresh_token_counter bigint,
  scopes text,
  constraint sessions_pkey primary key (id),
  constraint sessions_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade
);
create index if not exists sessions_user_id_idx on auth.sessions (user_id);
create index if not exists sessions_not_after_idx on auth.sessions (not_after desc);
create index if not exists user_id_created_at_idx on auth.sessions (user_id, created_at);

create table if not exists auth.refresh_tokens (
  instance_id uuid,
  id bigserial not null,
  token character varying(255),
  user_id character varying(255),
  revoked boolean,
  created_at timestamptz,
  updated_at timestamptz,
  parent character varying(255),
  session_id uuid,
  constraint refresh_tokens_pkey primary key (id),
  constraint refresh_tokens_token_unique unique (token),
  constraint refresh_tokens_session_id_fkey
    foreign key (session_id) references auth.sessions (id) on delete cascade
);
create index if not exists refresh_tokens_session_id_revoked_idx on auth.refresh_tokens (session_id, revoked);

create table if not exists auth.identities (
  provider_id text not null,
  user_id uuid not null,
  identity_data jsonb not null,
  provider text not null,
  last_sign_in_at timestamptz,
  created_at timestamptz,
  updated_at timestamptz,
  email text generated always as (lower(identity_data ->> 'email'::text)) stored,
  id uuid not null default gen_random_uuid(),
  constraint identities_pkey primary key (id),
  constraint identities_provider_id_provider_unique unique (provider_id, provider),
  constraint identities_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade
);
create index if not exists identities_user_id_idx on auth.identities (user_id);

do $$
declare
  relation name;
begin
  foreach relation in array array['users', 'sessions', 'refresh_tokens', 'identities'] loop
    execute format('alter table auth.%I owner to supabase_auth_admin', relation);
    execute format('alter table auth.%I enable row level security', relation);
    if exists (select from pg_roles where rolname = 'postgres' and not rolsuper) then
      execute format('grant all on auth.%I to postgres', relation);
      execute format('grant select on auth.%I to postgres with grant option', relation);
    end if;
  end loop;

  if exists (select from pg_roles where rolname = 'postgres' and not rolsuper) then
    grant usage on schema auth to postgres;
    grant all on sequence auth.refresh_tokens_id_seq to postgres;
  end if;

  if to_regprocedure('auth.uid()') is null then
    create function auth.uid() returns uuid language sql stable as $function$
      select coalesce(
        nullif(current_setting('request.jwt.claim.sub', true), ''),
        (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')
      )::uuid
    $function$;
    alter function auth.uid() owner to supabase_auth_admin;
  end if;
  if to_regprocedure('auth.role()') is null then
    create function auth.role() returns text language sql stable as $function$
      select coalesce(
        nullif(current_setting('request.jwt.claim.role', true), ''),
        (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role')
      )::text
    $function$;
    alter function auth.role() owner to supabase_auth_admin;
  end if;
  if to_regprocedure('auth.email()') is null then
    create function auth.email() returns text language sql stable as $function$
      select coalesce(
        nullif(current_setting('request.jwt.claim.email', true), ''),
        (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email')
      )::text
    $function$;
    alter function auth.email() owner to supabase_auth_admin;
  end if;
  if to_regprocedure('auth.jwt()') is null then
    create function auth.jwt() returns jsonb language sql stable as $function$
      select coalesce(
        nullif(current_setting('request.jwt.claim', true), ''),
        nullif(current_setting('request.jwt.claims', true), '')
      )::jsonb
    $function$;
    alter function auth.jwt() owner to supabase_auth_admin;
  end if;
end
$$;

-- storage -------------------------------------------------------------------------------------------------------------

create schema if not exists storage;
grant usage on schema storage to anon, authenticated, service_role;
grant all on schema storage to supabase_storage_admin with grant option;

do $$
begin
  if not exists (select from pg_type where typname = 'buckettype' and typnamespace = 'storage'::regnamespace) then
    create type storage.buckettype as enum ('STANDARD', 'ANALYTICS', 'VECTOR');
    alter type storage.buckettype owner to supabase_storage_admin;
  end if;
end
$$;

create table if not exists storage.buckets (
  id text not null,
  name text not null,
  owner uuid,
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  public boolean default false,
  avif_autodetection boolean default false,
  file_size_limit bigint,
  allowed_mime_types text[],
  owner_id text,
  type storage.buckettype not null default 'STANDARD'::storage.buckettype,
  constraint buckets_pkey primary key (id)
);
create unique index if not exists bname on storage.buckets (name);
comment on column storage.buckets.owner is 'Field is deprecated, use owner_id instead';

create table if not exists storage.objects (
  id uuid not null default gen_random_uuid(),
  bucket_id text,
  name text,
  owner uuid,
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  last_accessed_at timestamptz default now(),
  metadata jsonb,
  path_tokens text[] generated always as (string_to_array(name, '/'::text)) stored,
  version text,
  owner_id text,
  user_metadata jsonb,
  constraint objects_pkey primary key (id),
  constraint "objects_bucketId_fkey" foreign key (bucket_id) references storage.buckets (id)
);
create unique index if not exists bucketid_objname on storage.objects (bucket_id, name);
create index if not exists name_prefix_search on storage.objects (name text_pattern_ops);
comment on column storage.objects.owner is 'Field is deprecated, use owner_id instead';

do $$
begin
  if to_regprocedure('storage.foldername(text)') is null then
    create function storage.foldername(name text) returns text[] language plpgsql immutable as $function$
    declare
      _parts text[];
    begin
      select string_to_array(name, '/') into _parts;
      return _parts[1 : array_length(_parts, 1) - 1];
    end
    $function$;
    alter function storage.foldername(text) owner to supabase_storage_admin;
  end if;
  if to_regprocedure('storage.filename(text)') is null then
    create function storage.filename(name text) returns text language plpgsql as $function$
    declare
      _parts text[];
    begin
      select string_to_array(name, '/') into _parts;
      return _parts[array_length(_parts, 1)];
    end
    $function$;
    alter function storage.filename(text) owner to supabase_storage_admin;
  end if;
  if to_regprocedure('storage.extension(text)') is null then
    create function storage.extension(name text) returns text language plpgsql immutable as $function$
    declare
      _parts text[];
      _filename text;
    begin
      select string_to_array(name, '/') into _parts;
      select _parts[array_length(_parts, 1)] into _filename;
      return reverse(split_part(reverse(_filename), '.', 1));
    end
    $function$;
    alter function storage.extension(text) owner to supabase_storage_admin;
  end if;
  if to_regprocedure('storage.operation()') is null then
    create function storage.operation() returns text language plpgsql stable as $function$
    begin
      return current_setting('storage.operation', true);
    end
    $function$;
    alter function storage.operation() owner to supabase_storage_admin;
  end if;
  if to_regprocedure('storage.update_updated_at_column()') is null then
    create function storage.update_updated_at_column() returns trigger language plpgsql as $function$
    begin
      new.updated_at = now();
      return new;
    end
    $function$;
    alter function storage.update_updated_at_column() owner to supabase_storage_admin;
  end if;
  if to_regprocedure('storage.protect_delete()') is null then
    create function storage.protect_delete() returns trigger language plpgsql as $function$
    begin
      if coalesce(current_setting('storage.allow_delete_query', true), 'false') != 'true' then
        raise exception 'Direct deletion from storage tables is not allowed. Use the Storage API instead.'
          using hint = 'This prevents accidental data loss from orphaned objects.', errcode = '42501';
      end if;
      return null;
    end
    $function$;
    alter function storage.protect_delete() owner to supabase_storage_admin;
  end if;
end
$$;

create or replace trigger protect_buckets_delete
  before delete on storage.buckets for each statement execute function storage.protect_delete();
create or replace trigger protect_objects_delete
  before delete on storage.objects for each statement execute function storage.protect_delete();
create or replace trigger update_objects_updated_at
  before update on storage.objects for each row execute function storage.update_updated_at_column();

do $$
declare
  relation name;
begin
  foreach relation in array array['buckets', 'objects'] loop
    execute format('alter table storage.%I owner to supabase_storage_admin', relation);
    execute format('alter table storage.%I enable row level security', relation);
    execute format('grant all on storage.%I to anon, authenticated, service_role', relation);
    if exists (select from pg_roles where rolname = 'postgres' and not rolsuper) then
      execute format('grant all on storage.%I to postgres with grant option', relation);
    end if;
  end loop;
  if exists (select from pg_roles where rolname = 'postgres' and not rolsuper) then
    grant usage on schema storage to postgres;
  end if;
end
$$;
