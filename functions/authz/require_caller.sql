-- authz.require_caller: for a record of something that leaves no row: tg__stamped verifies who wrote rows, and there are none to verify.
create or replace function authz.require_caller()
  returns void
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if authz.subject() is distinct from authz.user_id() then
    raise exception 'no live session'
      using errcode = 'insufficient_privilege', hint = 'Keep the claims of one live session for the whole statement.';
  end if;
end
$$;
comment on function authz.require_caller() is
  'Refuses with 42501 claims that name another than the verified caller. [N-16, S-35]';
alter function authz.require_caller() owner to cordon_definer;
revoke all on function authz.require_caller() from public;
