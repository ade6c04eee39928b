-- migrate:up
-- Why: clinics admit, move and discharge, and work on their cases beside operations
-- Access: +11 grants, +11 policies
--   + authenticated may execute function public.admit_patient(uuid, uuid, uuid)
--   + authenticated may execute function public.discharge_patient(uuid, text)
--   + policy provider_select on public.admissions: select to authenticated
--   + policy provider_insert on public.admissions: insert to authenticated
--   + policy provider_update on public.admissions: update to authenticated
--   + policy provider_select on public.beds: select to authenticated
--   + policy provider_insert on public.beds: insert to authenticated
--   + policy provider_update on public.beds: update to authenticated
--   + policy provider_select on public.case_activity_log: select to authenticated
--   + policy provider_select on public.cases: select to authenticated
--   + policy provider_insert on public.cases: insert to authenticated
--   + policy provider_update on public.cases: update to authenticated
--   + policy patient_select on public.cases: select to patient
--   + authenticated may select, insert (bed_id, case_id, id, organisation_id, patient_id, status), update (archived_at, bed_id, case_id, disposition, status) on public.admissions
--   + cordon_definer may select (patient_status) on public.admissions
--   + authenticated may select, insert (id, label, organisation_id, status, ward), update (archived_at, label, status, ward) on public.beds
--   + authenticated may select on public.case_activity_log
--   + authenticated may select on public.case_timeline
--   + service_role may select on public.case_timeline
--   + authenticated may select, insert (id, number, organisation_id, patient_id, priority, status), update (priority, status) on public.cases
--   + cordon_definer may select (patient_status) on public.cases
--   + patient may select on public.cases
-- Locks: 4 existing tables, until the migration commits
--   ACCESS EXCLUSIVE public.admissions
--   ACCESS EXCLUSIVE public.beds
--   ACCESS EXCLUSIVE public.case_activity_log
--   ACCESS EXCLUSIVE public.cases

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

create or replace function authz.rules_admissions()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "admissions", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "columns": ["archived_at", "id", "organisation_id", "patient_status"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin", "doctor", "nurse", "assistant", "receptionist"], "capabilities": [], "conditions": ["not_archived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "N-14", "N-27", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["clinic_admin", "doctor", "nurse"], "capabilities": [], "conditions": ["patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-27", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["doctor", "nurse", "assistant"], "capabilities": [], "conditions": ["unarchived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]}
  ]}';
end
$$;

create or replace function authz.rules_beds()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "beds", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": null, "columns": ["archived_at", "id", "organisation_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin", "doctor", "nurse", "assistant", "receptionist"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["clinic_admin", "doctor", "nurse"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03", "S-17"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["doctor", "nurse", "assistant"], "capabilities": [], "conditions": ["unarchived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03", "S-17"]}
  ]}';
end
$$;

create or replace function authz.rules_case_activity_log()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "case_activity_log", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": null, "columns": ["id", "organisation_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02", "S-18", "S-20"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent", "auditor"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["S-18", "S-20", "S-29"]}
  ]}';
end
$$;

create or replace function authz.rules_cases()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "cases", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "columns": ["archived_at", "id", "organisation_id", "patient_id", "patient_status"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin", "doctor", "nurse", "assistant", "receptionist"], "capabilities": [], "conditions": ["not_archived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "N-14", "N-27", "S-02"]},
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": ["finance"], "conditions": ["not_archived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "N-27", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["clinic_admin", "doctor", "nurse", "assistant", "receptionist"], "capabilities": [], "conditions": ["patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin", "doctor", "nurse"], "capabilities": [], "conditions": ["unarchived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-15"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["S-18", "S-29"]},
    {"realm": "internal_ops", "operation": "INSERT", "roles": ["ops_agent"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["S-18", "S-29"]},
    {"realm": "internal_ops", "operation": "UPDATE", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["S-18", "S-29"]}
  ]}';
end
$$;

-- public.admit_patient: a patient into a bed: the planned stay where there is one, else a new one. Invoker: the caller's own
-- rules decide, and another tenant's bed is as unknown as a random one. It opens no chart: who admits would profit from it.
create or replace function public.admit_patient(patient_id uuid, bed_id uuid, case_id uuid)
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

-- public.discharge_patient: the end of a stay; its bed goes to cleaning. Invoker: the caller's own rules decide.
create or replace function public.discharge_patient(admission_id uuid, disposition text)
  returns timestamptz
  language plpgsql
  volatile
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_discharged_at timestamptz;
begin
  update public.admissions as a
     set status = 'discharged',
         disposition = discharge_patient.disposition
   where a.id = admission_id
  returning a.discharged_at into v_discharged_at;
  if v_discharged_at is null then
    raise exception 'admission not found'
      using errcode = 'CD010', hint = 'Name an admission of the current organisation.';
  end if;
  return v_discharged_at;
end
$$;
comment on function public.discharge_patient(uuid, text) is
  'Discharges a patient (home, transferred, left_against_advice, deceased, other); returns when. CD010 for an admission that is not the organisation''s, CD013 for one that is not active. [S-17, S-18]';
revoke all on function public.discharge_patient(uuid, text) from public;
grant execute on function public.discharge_patient(uuid, text) to authenticated;

create policy provider_select on public.admissions
  for select to authenticated
  using (
    organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'))
    and (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );
comment on policy provider_select on public.admissions is
  'clinic_admin, doctor, nurse, assistant or receptionist of the current organisation may read rows that are not archived and of an active patient. [N-02, N-14, N-27, S-02]';

create policy provider_insert on public.admissions
  for insert to authenticated
  with check (
    organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse}', '{}'))
    and patient_status = 'active'
  );
comment on policy provider_insert on public.admissions is
  'clinic_admin, doctor or nurse of the current organisation may create rows that are of an active patient. [N-02, N-14, N-27, S-03]';

create policy provider_update on public.admissions
  for update to authenticated
  using (
    organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant}', '{}'))
    and patient_status = 'active'
    and (
      (
        (archived_at is null or archived_at = now())
        and organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
      )
      or (
        archived_at is null
        and organisation_id = (select authz.organisation_for('{doctor,nurse,assistant}', '{}'))
      )
    )
  )
  with check (
    organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant}', '{}'))
    and patient_status = 'active'
    and (
      (
        (archived_at is null or archived_at = now())
        and organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
      )
      or (
        archived_at is null
        and organisation_id = (select authz.organisation_for('{doctor,nurse,assistant}', '{}'))
      )
    )
  );
comment on policy provider_update on public.admissions is
  'clinic_admin of the current organisation may change rows that are not archived and of an active patient; doctor, nurse or assistant of the current organisation may change rows that are not archived, and stay so and of an active patient. [N-02, N-14, N-27, S-03]';

create policy provider_select on public.beds
  for select to authenticated
  using (
    organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'))
    and (archived_at is null or archived_at = now())
  );
comment on policy provider_select on public.beds is
  'clinic_admin, doctor, nurse, assistant or receptionist of the current organisation may read rows that are not archived. [N-02, S-02]';

create policy provider_insert on public.beds
  for insert to authenticated
  with check (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse}', '{}')));
comment on policy provider_insert on public.beds is
  'clinic_admin, doctor or nurse of the current organisation may create rows. [N-02, S-03]';

create policy provider_update on public.beds
  for update to authenticated
  using (
    organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant}', '{}'))
    and (
      (
        (archived_at is null or archived_at = now())
        and organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
      )
      or (
        archived_at is null
        and organisation_id = (select authz.organisation_for('{doctor,nurse,assistant}', '{}'))
      )
    )
  )
  with check (
    organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant}', '{}'))
    and (
      (
        (archived_at is null or archived_at = now())
        and organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
      )
      or (
        archived_at is null
        and organisation_id = (select authz.organisation_for('{doctor,nurse,assistant}', '{}'))
      )
    )
  );
comment on policy provider_update on public.beds is
  'clinic_admin of the current organisation may change rows that are not archived; doctor, nurse or assistant of the current organisation may change rows that are not archived, and stay so. [N-02, S-03, S-17]';

create policy provider_select on public.case_activity_log
  for select to authenticated
  using (organisation_id = (select authz.organisation_for('{}', '{}')));
comment on policy provider_select on public.case_activity_log is
  'any member of the current organisation may read rows. [N-02, S-02, S-18, S-20]';

create policy provider_select on public.cases
  for select to authenticated
  using (
    organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}')))
    and (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );
comment on policy provider_select on public.cases is
  'any member with finance of the current organisation may read rows that are not archived and of an active patient; clinic_admin, doctor, nurse, assistant or receptionist of the current organisation may read rows that are not archived and of an active patient. [N-02, N-14, N-27, S-02]';

create policy provider_insert on public.cases
  for insert to authenticated
  with check (
    organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'))
    and patient_status = 'active'
  );
comment on policy provider_insert on public.cases is
  'clinic_admin, doctor, nurse, assistant or receptionist of the current organisation may create rows that are of an active patient. [N-02, N-14, N-27, S-03]';

create policy provider_update on public.cases
  for update to authenticated
  using (
    organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse}', '{}'))
    and archived_at is null
    and patient_status = 'active'
  )
  with check (
    organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse}', '{}'))
    and archived_at is null
    and patient_status = 'active'
  );
comment on policy provider_update on public.cases is
  'clinic_admin, doctor or nurse of the current organisation may change rows that are not archived, and stay so and of an active patient. [N-02, N-14, N-27, S-03]';

create policy patient_select on public.cases
  for select to patient
  using (
    patient_id = any ((select authz.own_patient_ids())::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.cases is
  'a patient may read rows that are their own and not archived. [N-15]';

grant
  select,
  insert (bed_id, case_id, id, organisation_id, patient_id, status),
  update (archived_at, bed_id, case_id, disposition, status)
  on public.admissions to authenticated;
grant select (patient_status) on public.admissions to cordon_definer;

grant
  select,
  insert (id, label, organisation_id, status, ward),
  update (archived_at, label, status, ward)
  on public.beds to authenticated;

grant select on public.case_activity_log to authenticated;

grant select on public.case_timeline to authenticated;
grant select on public.case_timeline to service_role;

grant
  select,
  insert (id, number, organisation_id, patient_id, priority, status),
  update (priority, status)
  on public.cases to authenticated;
grant select (patient_status) on public.cases to cordon_definer;
grant select on public.cases to patient;

-- migrate:down
