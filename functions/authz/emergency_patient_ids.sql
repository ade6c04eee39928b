-- authz.emergency_patient_ids: for whom the caller broke the glass. Empty for almost everybody almost always.
create or replace function authz.emergency_patient_ids()
  returns uuid[]
  language plpgsql
  stable
  parallel restricted
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
begin
  return authz.emergency_of(authz.organisation_id(), authz.user_id(), authz.now());
end
$$;
comment on function authz.emergency_patient_ids() is
  'Patients for whom the caller holds a live emergency grant in the current organisation. [N-18]';
alter function authz.emergency_patient_ids() owner to cordon_definer;
revoke all on function authz.emergency_patient_ids() from public;
grant execute on function authz.emergency_patient_ids() to authenticated;
