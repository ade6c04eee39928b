-- authz.membership_for: what the scalar of every provider policy asks. One call a statement (InitPlan), one membership probe by
-- index; NULL denies, and "= NULL" scans nothing. plpgsql because its plan is cached (a sql function is planned anew
-- in every statement); STABLE because an IMMUTABLE one would serve another tenant's rows from a prepared statement.
-- It gives who was let in, too: the record of the decision needs no second look, and cannot tell of somebody else.
create or replace function authz.membership_for(required_roles text[], required_capabilities text[])
  returns authz.membership
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
    return row(v_caller.user_id, v_caller.session_id, v_caller.member_of, v_caller.role);
  end if;
  return null;
end
$$;
comment on function authz.membership_for(text[], text[]) is
  'Membership of the caller in the current organisation if they hold one of the roles (empty: any) and all capabilities there, else NULL. [S-02, N-04, N-16, N-22, N-31]';
alter function authz.membership_for(text[], text[]) owner to cordon_definer;
revoke all on function authz.membership_for(text[], text[]) from public;
grant execute on function authz.membership_for(text[], text[]) to authenticated;
