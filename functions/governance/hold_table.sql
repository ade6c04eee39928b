-- governance.hold_table: keeps everybody from writing to a table, of which rows are to be deleted, until the transaction ends. It waits for who is
-- writing there, of whatever organisation, as long as whoever calls it does (lock_timeout): everybody who writes after it waits behind it. Who writes
-- there and comes to wait for what is locked here already is waited for no longer than a deadlock takes to be seen.
create or replace function governance.hold_table(relation text)
  returns void
  language plpgsql
  volatile
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  execute format('lock table %s in share row exclusive mode', relation::regclass);
exception
  when lock_not_available or deadlock_detected then
    raise exception 'somebody is writing where something is to be destroyed'
      using errcode = 'CD018', hint = 'Ask again when the transaction that writes has ended; nothing was destroyed.';
end
$$;
comment on function governance.hold_table(text) is
  'Keeps everybody from writing to a table for the rest of the transaction. CD018 where somebody writes there for longer than its caller waits, or waits for what is locked already. [N-49]';
revoke all on function governance.hold_table(text) from public;
