-- What older projects hand to the API roles of every new object in public, and an empty publication. Runs before auth
-- exists, by which it knows a database that was furnished before.

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
