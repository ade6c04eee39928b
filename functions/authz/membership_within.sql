-- authz.membership_within: membership_for, at these hours, from these networks and for these purposes. What does not depend on the row
-- stays inside the scalar: a boolean beside it would filter every row of the tenant instead.
create or replace function authz.membership_within(
  required_roles text[], required_capabilities text[], required_hours integer[], required_network boolean,
  required_purposes text[]
)
  returns authz.membership
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_membership constant authz.membership := authz.membership_for(required_roles, required_capabilities);
begin
  if v_membership.organisation_id is null
    or (required_hours is not null and not authz.is_within_hours(v_membership.organisation_id, required_hours, authz.now()))
    or (cardinality(required_purposes) > 0 and authz.purpose() <> all (required_purposes))
  then
    return null;
  end if;
  -- Most organisations list no network: nobody needs an address then.
  if required_network
    and exists (
      select
      from public.organisation_networks as n
      where n.organisation_id = v_membership.organisation_id
        and n.archived_at is null
    )
  then
    if not authz.is_within_networks(v_membership.organisation_id, authz.client_address()) then
      return null;
    end if;
  end if;
  return v_membership;
end
$$;
comment on function authz.membership_within(text[], text[], integer[], boolean, text[]) is
  'Membership of the caller if membership_for gives it, within the hours (NULL: any, empty: business), the listed networks (true) and the purposes (empty: any), else NULL. [N-04, N-28, N-48]';
alter function authz.membership_within(text[], text[], integer[], boolean, text[]) owner to cordon_definer;
revoke all on function authz.membership_within(text[], text[], integer[], boolean, text[]) from public;
grant execute on function authz.membership_within(text[], text[], integer[], boolean, text[]) to authenticated;
