-- authz.tg_patients__project: hides and shows what is known of a patient together with the patient, in the same
-- transaction (N-27). Each row's own trigger computes the value, the one place that does.
create or replace function authz.tg_patients__project()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.status is not distinct from old.status
    and (new.archived_at is null) = (old.archived_at is null)
  then
    return null;
  end if;

  perform authz.lock_patient(new.organisation_id, new.id);
  -- Consents before what they gate, as whoever changes one holds it and goes on to those.
  update public.consents as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.patient_identity as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.id = new.id;
  update public.patient_clinical as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.id = new.id;
  update public.appointments as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.appointment_reasons as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.care_relationships as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.patient_accounts as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  -- Records before details: who archives a record, or supersedes it, holds it and goes on to its details. The latest version first: who protects it
  -- holds it and goes on to those before it.
  perform
  from public.medical_records as r
  where r.organisation_id = new.organisation_id
    and r.patient_id = new.id
  order by r.version desc, r.id
  for no key update;
  update public.medical_records as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.medical_record_details as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.access_restrictions as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.emergency_access_grants as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.emergency_access_reasons as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.cases as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.admissions as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.documents as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.signed_forms as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  if new.status <> 'active' or new.archived_at is not null then
    perform authz.forget_passengers(new.organisation_id, new.id, '-infinity');
  end if;
  update public.transfers as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  return null;
end
$$;
comment on function authz.tg_patients__project() is
  'Keeps patient_status of everything that hangs on a patient equal to the patient''s. [N-27]';
alter function authz.tg_patients__project() owner to cordon_definer;
revoke all on function authz.tg_patients__project() from public;
