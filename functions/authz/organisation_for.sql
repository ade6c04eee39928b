-- authz.organisation_for: membership_for, where only the organisation is asked: of a branch's guard, and by functions. It asks for the caller
-- itself: one call less for whatever asks it.
create or replace function authz.organisation_for(required_roles text[], required_capabilities text[])
  returns uuid
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
begin
  -- Of whoever is no member both are NULL, and open nothing.
  if (cardinality(required_roles) = 0 or v_caller.role = any (required_roles))
    and v_caller.capabilities @> required_capabilities
  then
    return v_caller.member_of;
  end if;
  return null;
end
$$;
comment on function authz.organisation_for(text[], text[]) is
  'Current organisation if the caller holds one of the roles (empty: any) and all capabilities there, else NULL. [S-02, N-04, N-16, N-22, N-31]';
alter function authz.organisation_for(text[], text[]) owner to cordon_definer;
revoke all on function authz.organisation_for(text[], text[]) from public;
grant execute on function authz.organisation_for(text[], text[]) to authenticated;
