-- authz.user_id: who is calling. Used by policies on rows that belong to one user, and by the stamp trigger.
create or replace function authz.user_id()
  returns uuid
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (authz.caller()).user_id;
end
$$;
comment on function authz.user_id() is
  'The live caller, NULL for anon, service and ended sessions. [N-11, N-16]';
alter function authz.user_id() owner to cordon_definer;
revoke all on function authz.user_id() from public;
grant execute on function authz.user_id() to authenticated, internal_ops, patient;
