-- authz.treated_patients: the caller's patients, each with the organisation where they are theirs: a policy compares both at
-- once. The hours ride along: a call of their own would verify the token once more.
create or replace function authz.treated_patients(required_hours integer[])
  returns text[]
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_prefix constant text := v_caller.member_of::text;
begin
  if v_caller.member_of is null
    or (required_hours is not null and not authz.is_within_hours(v_caller.member_of, required_hours, authz.now()))
  then
    return '{}';
  end if;
  return array(
    select v_prefix || p.id::text
    from unnest(authz.treated_by(v_caller.member_of, v_caller.user_id, authz.now())) as p (id)
  );
end
$$;
comment on function authz.treated_patients(integer[]) is
  'Organisation and patient, as one text, of whom the caller treats now in the current organisation, within the hours (NULL: any, empty: business). [N-18, N-21, N-28]';
alter function authz.treated_patients(integer[]) owner to cordon_definer;
revoke all on function authz.treated_patients(integer[]) from public;
grant execute on function authz.treated_patients(integer[]) to authenticated;
