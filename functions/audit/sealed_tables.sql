-- audit.sealed_tables: what is sealed: every table whose rows nobody may change, read off the trigger that says so, and whatever was sealed
-- before: a table does not leave the trail by losing its trigger. The trail's own tables are held by the chain.
create or replace function audit.sealed_tables()
  returns setof text
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return query
  select n.nspname || '.' || c.relname as table_name
  from pg_trigger as g
  join pg_class as c on c.oid = g.tgrelid
  join pg_namespace as n on n.oid = c.relnamespace
  where g.tgfoid = 'authz.tg__append_only()'::regprocedure
    and not g.tgisinternal
    and not c.relispartition
    and not (n.nspname = 'audit' and c.relname in ('seals', 'leaves', 'nodes'))
  union
  select s.table_name
  from audit.seals as s
  where to_regclass(s.table_name) is not null
  order by 1;
end
$$;
comment on function audit.sealed_tables() is
  'Names of the tables whose rows are sealed: those that carry tg__append_only, and those sealed before. [S-20]';
revoke all on function audit.sealed_tables() from public;
grant execute on function audit.sealed_tables() to cordon_definer;
