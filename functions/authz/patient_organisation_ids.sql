-- authz.patient_organisation_ids: the fence of realm patient. A person may hold accounts at several clinics.
create or replace function authz.patient_organisation_ids()
  returns uuid[]
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    (
      select array_agg(distinct a.organisation_id)
      from authz.live_patient_accounts as a
      where a.user_id = authz.user_id()
    ),
    '{}'
  );
end
$$;
comment on function authz.patient_organisation_ids() is
  'Organisations where the caller holds a live patient account. [N-15]';
alter function authz.patient_organisation_ids() owner to cordon_definer;
revoke all on function authz.patient_organisation_ids() from public;
grant execute on function authz.patient_organisation_ids() to patient;
