-- authz.holds: the guard that opens each branch of a policy whose branches serve different audiences.
create or replace function authz.holds(required_roles text[], required_capabilities text[])
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
begin
  return authz.organisation_for(required_roles, required_capabilities) is not null;
end
$$;
comment on function authz.holds(text[], text[]) is
  'Whether the caller holds one of the roles and all capabilities in the current organisation. [N-04, N-25]';
alter function authz.holds(text[], text[]) owner to cordon_definer;
revoke all on function authz.holds(text[], text[]) from public;
grant execute on function authz.holds(text[], text[]) to authenticated;
