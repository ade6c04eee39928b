-- authz.holds_within: the guard of a branch whose audience depends on hours or network.
create or replace function authz.holds_within(
  required_roles text[], required_capabilities text[], required_hours integer[], required_network boolean,
  required_purposes text[]
)
  returns boolean
  language plpgsql
  stable
  parallel restricted
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
begin
  return authz.organisation_within(required_roles, required_capabilities, required_hours, required_network, required_purposes) is not null;
end
$$;
comment on function authz.holds_within(text[], text[], integer[], boolean, text[]) is
  'Whether organisation_within gives the caller an organisation. [N-04, N-25, N-28]';
alter function authz.holds_within(text[], text[], integer[], boolean, text[]) owner to cordon_definer;
revoke all on function authz.holds_within(text[], text[], integer[], boolean, text[]) from public;
grant execute on function authz.holds_within(text[], text[], integer[], boolean, text[]) to authenticated;
