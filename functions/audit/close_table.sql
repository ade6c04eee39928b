-- audit.close_table: the moment up to which everything that was written is there to be sealed. It waits until nobody is writing, notes the time and
-- lets the writers go on: whatever was written before is visible to the next statement, so that a row found later and dated earlier was not
-- written when it says. Seals take turns; that lock is kept until the seal is committed. Definer of the owner: locking takes a right to write,
-- which the owner of the seals does not have on what it seals.
create or replace function audit.close_table(table_name text)
  returns timestamptz
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_closed_at timestamptz;
begin
  lock table audit.seals in exclusive mode;
  begin
    perform set_config('lock_timeout', '5s', true);
    execute format('lock table %s in share mode', table_name::regclass);
    v_closed_at := clock_timestamp();
    -- Taking back what this block did is what gives the lock back before the transaction ends.
    raise exception 'writers may go on' using errcode = 'CD000';
  exception
    when sqlstate 'CD000' then
      null;
    when lock_not_available then
      raise exception 'records are still being written'
        using errcode = 'CD018', detail = table_name, hint = 'Seal again when the transaction that writes has ended.';
  end;
  return v_closed_at;
end
$$;
comment on function audit.close_table(text) is
  'Waits for writers of the table and tells when there was none; has seals take turns. CD018 where somebody writes for more than five seconds. [S-20]';
revoke all on function audit.close_table(text) from public;
grant execute on function audit.close_table(text) to cordon_definer;
