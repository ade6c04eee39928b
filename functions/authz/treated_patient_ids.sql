-- authz.treated_patient_ids: the caller's patients, as an array that an index can search. The hours ride along: a call of
-- their own would verify the token once more.
create or replace function authz.treated_patient_ids(required_hours integer[])
  returns uuid[]
  language plpgsql
  stable
  parallel restricted
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation_id constant uuid := authz.organisation_id();
begin
  if v_organisation_id is null
    or (required_hours is not null and not authz.is_within_hours(v_organisation_id, required_hours, authz.now()))
  then
    return '{}';
  end if;
  return authz.treated_by(v_organisation_id, authz.user_id(), authz.now());
end
$$;
comment on function authz.treated_patient_ids(integer[]) is
  'Patients whom the caller treats now in the current organisation, within the hours (NULL: any, empty: business). [N-18, N-21, N-28]';
alter function authz.treated_patient_ids(integer[]) owner to cordon_definer;
revoke all on function authz.treated_patient_ids(integer[]) from public;
grant execute on function authz.treated_patient_ids(integer[]) to authenticated;
