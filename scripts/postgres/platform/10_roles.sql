-- The API roles, the owners of auth and storage, and who may act as whom.

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
