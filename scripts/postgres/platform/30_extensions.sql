-- The schema of extensions, and those that every project has.

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
