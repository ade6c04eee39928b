-- authz.organisation_for: the scalar of every provider policy. One call a statement (InitPlan), one membership probe by
-- index; NULL denies, and "= NULL" scans nothing. plpgsql because its plan is cached (a sql function is planned anew
-- in every statement); STABLE because an IMMUTABLE one would serve another tenant's rows from a prepared statement.
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
  v_organisation_id uuid;
begin
  if v_caller.user_id is null then
    return null;
  end if;
  -- Nothing chosen: with exactly one live membership none is needed, with several the answer is no row.
  select case
           when count(*) = 1
             then (
               min(m.organisation_id::text) filter (
                 where (cardinality(required_roles) = 0 or m.role = any (required_roles))
                   and m.capabilities @> required_capabilities
               )
             )::uuid
         end
    into v_organisation_id
    from authz.live_memberships as m
   where m.user_id = v_caller.user_id
     and (v_caller.organisation_id is null or m.organisation_id = v_caller.organisation_id);
  return v_organisation_id;
end
$$;
comment on function authz.organisation_for(text[], text[]) is
  'Current organisation if the caller holds one of the roles (empty: any) and all capabilities there, else NULL. [S-02, N-04, N-16, N-22, N-31]';
alter function authz.organisation_for(text[], text[]) owner to cordon_definer;
revoke all on function authz.organisation_for(text[], text[]) from public;
grant execute on function authz.organisation_for(text[], text[]) to authenticated;
