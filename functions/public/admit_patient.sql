-- public.admit_patient: a patient into a bed: the planned stay where there is one, else a new one. Invoker: the caller's own
-- rules decide, and another tenant's bed is as unknown as a random one. It opens no chart: who admits would
-- profit from it. While the stay lasts, they let in a colleague (assign_care).
create or replace function public.admit_patient(patient_id uuid, bed_id uuid, case_id uuid default null)
  returns uuid
  language plpgsql
  volatile
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation_id uuid;
  v_admission_id uuid;
begin
  select b.organisation_id
    into v_organisation_id
    from public.beds as b
   where b.id = admit_patient.bed_id
     and b.archived_at is null;
  if v_organisation_id is null then
    raise exception 'bed not found'
      using errcode = 'CD010', hint = 'Name a bed of the current organisation that is in use.';
  end if;

  update public.admissions as a
     set status = 'admitted',
         bed_id = admit_patient.bed_id,
         case_id = coalesce(admit_patient.case_id, a.case_id)
   where a.organisation_id = v_organisation_id
     and a.id = (
       select p.id
       from public.admissions as p
       where p.organisation_id = v_organisation_id
         and p.patient_id = admit_patient.patient_id
         and p.status = 'planned'
         and p.archived_at is null
       order by p.created_at
       limit 1
     )
     -- Somebody else may have admitted them while this waited: they are not moved by an admission.
     and a.status = 'planned'
  returning a.id into v_admission_id;
  if v_admission_id is null then
    insert into public.admissions as a (organisation_id, patient_id, bed_id, case_id, status)
    values (v_organisation_id, admit_patient.patient_id, admit_patient.bed_id, admit_patient.case_id, 'admitted')
    returning a.id into v_admission_id;
  end if;
  return v_admission_id;
end
$$;
comment on function public.admit_patient(uuid, uuid, uuid) is
  'Admits a patient to a bed, within a case or none (NULL); returns the admission. CD010 for a bed that is not the organisation''s, CD013 for one that is not free, 23505 where bed or patient has an active admission. [S-17, S-18]';
revoke all on function public.admit_patient(uuid, uuid, uuid) from public;
grant execute on function public.admit_patient(uuid, uuid, uuid) to authenticated;
