-- authz.is_own_patient: the exact pair behind the index condition of own_patient_ids.
create or replace function authz.is_own_patient(organisation_id uuid, patient_id uuid)
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (
    select
    from authz.live_patient_accounts as a
    where a.organisation_id = is_own_patient.organisation_id
      and a.patient_id = is_own_patient.patient_id
      and a.user_id = authz.user_id()
  );
end
$$;
comment on function authz.is_own_patient(uuid, uuid) is
  'Whether the caller holds a live account for this patient of this organisation. [N-15]';
alter function authz.is_own_patient(uuid, uuid) owner to cordon_definer;
revoke all on function authz.is_own_patient(uuid, uuid) from public;
grant execute on function authz.is_own_patient(uuid, uuid) to patient;
