-- authz.organisation_within: membership_within, where only the organisation is asked.
create or replace function authz.organisation_within(
  required_roles text[], required_capabilities text[], required_hours integer[], required_network boolean,
  required_purposes text[]
)
  returns uuid
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    authz.membership_within(required_roles, required_capabilities, required_hours, required_network, required_purposes)
  ).organisation_id;
end
$$;
comment on function authz.organisation_within(text[], text[], integer[], boolean, text[]) is
  'Current organisation if organisation_for gives it, within the hours (NULL: any, empty: business), the listed networks (true) and the purposes (empty: any), else NULL. [N-04, N-28, N-48]';
alter function authz.organisation_within(text[], text[], integer[], boolean, text[]) owner to cordon_definer;
revoke all on function authz.organisation_within(text[], text[], integer[], boolean, text[]) from public;
grant execute on function authz.organisation_within(text[], text[], integer[], boolean, text[]) to authenticated;
