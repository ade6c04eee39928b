-- authz.organisation_for: membership_for, where only the organisation is asked: of a branch's guard, and by functions.
create or replace function authz.organisation_for(required_roles text[], required_capabilities text[])
  returns uuid
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (authz.membership_for(required_roles, required_capabilities)).organisation_id;
end
$$;
comment on function authz.organisation_for(text[], text[]) is
  'Current organisation if the caller holds one of the roles (empty: any) and all capabilities there, else NULL. [S-02, N-04, N-16, N-22, N-31]';
alter function authz.organisation_for(text[], text[]) owner to cordon_definer;
revoke all on function authz.organisation_for(text[], text[]) from public;
grant execute on function authz.organisation_for(text[], text[]) to authenticated;
