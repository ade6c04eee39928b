-- audit.take_turn: has those who write to a table one after the other wait for each other, until the transaction ends, and nobody else. A lock on the
-- table and no advisory one: anybody may take those by name, and would keep the watch waiting. Definer of the owner: locking
-- takes a right to change what nobody may.
create or replace function audit.take_turn(table_name text)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  execute format('lock table %s in share update exclusive mode', table_name::regclass);
end
$$;
comment on function audit.take_turn(text) is
  'Waits for whoever took a turn at the same table, readers and writers going on. [N-54]';
revoke all on function audit.take_turn(text) from public;
grant execute on function audit.take_turn(text) to cordon_definer;
