-- audit.access_slot_name: slots are named once a server, so that two databases of one server must not share a name.
create or replace function audit.access_slot_name()
  returns text
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return 'cordon_access_' || (select d.oid from pg_database as d where d.datname = current_database());
end
$$;
comment on function audit.access_slot_name() is
  'Name of the replication slot that the access log of this database is drained from. [N-35]';
revoke all on function audit.access_slot_name() from public;
grant execute on function audit.access_slot_name() to cordon_definer;
