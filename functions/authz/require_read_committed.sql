-- authz.require_read_committed: a write that must see what others have just committed cannot run on an older snapshot.
create or replace function authz.require_read_committed()
  returns void
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'this write has to run in READ COMMITTED'
      using errcode = 'CD007', hint = 'Begin the transaction without an isolation level.';
  end if;
end
$$;
comment on function authz.require_read_committed() is
  'CD007 above READ COMMITTED. [N-27, N-45, S-16]';
revoke all on function authz.require_read_committed() from public;
grant execute on function authz.require_read_committed() to cordon_definer;
