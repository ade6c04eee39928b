-- migrate:up
-- Why: clinics request and dispatch transfers, transport companies drive them in a tenant of their own
-- Access: +8 grants, +26 policies, 5 changed
--   ~ policy provider_fence on public.crew_members
--   + policy provider_select on public.crew_members: select to authenticated
--   + policy provider_select_rows on public.crew_members: restrictive, select to authenticated
--   + policy provider_insert on public.crew_members: insert to authenticated
--   + policy provider_update on public.crew_members: update to authenticated
--   + policy provider_update_rows on public.crew_members: restrictive, update to authenticated
--   ~ policy provider_fence on public.transfer_jobs
--   + policy provider_select on public.transfer_jobs: select to authenticated
--   + policy provider_select_rows on public.transfer_jobs: restrictive, select to authenticated
--   + policy provider_update on public.transfer_jobs: update to authenticated
--   + policy provider_update_rows on public.transfer_jobs: restrictive, update to authenticated
--   ~ policy provider_fence on public.transfers
--   + policy provider_select on public.transfers: select to authenticated
--   + policy provider_select_rows on public.transfers: restrictive, select to authenticated
--   + policy provider_insert on public.transfers: insert to authenticated
--   + policy provider_insert_rows on public.transfers: restrictive, insert to authenticated
--   + policy provider_update on public.transfers: update to authenticated
--   + policy provider_update_rows on public.transfers: restrictive, update to authenticated
--   + policy patient_select on public.transfers: select to patient
--   ~ policy provider_fence on public.vehicle_assignments
--   + policy provider_select on public.vehicle_assignments: select to authenticated
--   + policy provider_select_rows on public.vehicle_assignments: restrictive, select to authenticated
--   + policy provider_insert on public.vehicle_assignments: insert to authenticated
--   + policy provider_update on public.vehicle_assignments: update to authenticated
--   + policy provider_update_rows on public.vehicle_assignments: restrictive, update to authenticated
--   ~ policy provider_fence on public.vehicles
--   + policy provider_select on public.vehicles: select to authenticated
--   + policy provider_select_rows on public.vehicles: restrictive, select to authenticated
--   + policy provider_insert on public.vehicles: insert to authenticated
--   + policy provider_update on public.vehicles: update to authenticated
--   + policy provider_update_rows on public.vehicles: restrictive, update to authenticated
--   + authenticated may execute function public.cancel_transfer(uuid, uuid)
--   + authenticated may execute function public.dispatch_transfer(uuid, uuid, uuid)
--   + authenticated may select, insert (duty, id, organisation_id, user_id), update (archived_at, duty) on public.crew_members
--   + authenticated may select, update (status) on public.transfer_jobs
--   + authenticated may select, insert (9 columns), update (admission_id, destination, mobility, pickup, pickup_at, status) on public.transfers
--   + patient may select on public.transfers
--   + authenticated may select, insert (attendant_id, driver_id, id, organisation_id, transfer_job_id, vehicle_id), update (archived_at, attendant_id, driver_id, released_at) on public.vehicle_assignments
--   + authenticated may select, insert (id, kind, organisation_id, registration), update (archived_at, kind, registration) on public.vehicles
-- Locks: 5 existing tables, until the migration commits
--   ACCESS EXCLUSIVE public.crew_members
--   ACCESS EXCLUSIVE public.transfer_jobs
--   ACCESS EXCLUSIVE public.transfers
--   ACCESS EXCLUSIVE public.vehicle_assignments
--   ACCESS EXCLUSIVE public.vehicles

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

create or replace function authz.rules_crew_members()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "crew_members", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": null, "columns": ["archived_at", "id", "organisation_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": ["transport"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["clinic_admin"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": [], "capabilities": ["transport"], "conditions": ["unarchived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["S-18", "S-29"]}
  ]}';
end
$$;

create or replace function authz.rules_transfer_jobs()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "transfer_jobs", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": null, "columns": ["archived_at", "expires_at", "id", "organisation_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived", "unexpired"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "N-24", "S-02"]},
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": ["transport"], "conditions": ["not_archived", "unexpired"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "N-24", "S-02"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["unarchived", "unexpired"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-24", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": [], "capabilities": ["transport"], "conditions": ["unarchived", "unexpired"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-24", "S-03"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived", "unexpired"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["S-18", "S-29"]}
  ]}';
end
$$;

create or replace function authz.rules_transfers()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "transfers", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "columns": ["archived_at", "id", "organisation_id", "patient_id", "patient_status"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin", "doctor", "nurse", "assistant", "receptionist"], "capabilities": [], "conditions": ["not_archived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "N-14", "N-27", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["clinic_admin", "doctor", "nurse"], "capabilities": [], "conditions": ["patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin", "doctor", "nurse"], "capabilities": [], "conditions": ["unarchived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-15"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["S-18", "S-29"]},
    {"realm": "internal_ops", "operation": "UPDATE", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["S-18", "S-29"]}
  ]}';
end
$$;

create or replace function authz.rules_vehicle_assignments()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "vehicle_assignments", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": null, "columns": ["archived_at", "id", "organisation_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": ["transport"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["clinic_admin"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "provider", "operation": "INSERT", "roles": [], "capabilities": ["transport"], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": [], "capabilities": ["transport"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["S-18", "S-29"]}
  ]}';
end
$$;

create or replace function authz.rules_vehicles()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "vehicles", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": null, "columns": ["archived_at", "id", "organisation_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": ["transport"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["clinic_admin"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": [], "capabilities": ["transport"], "conditions": ["unarchived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["S-18", "S-29"]}
  ]}';
end
$$;

alter policy provider_fence on public.crew_members
  to authenticated
  using (organisation_id = coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))))
  with check (organisation_id = coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))));
comment on policy provider_fence on public.crew_members is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with transport of the current organisation or clinic_admin of the current organisation. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.crew_members
  for select to authenticated
  using (organisation_id = coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))));
comment on policy provider_select on public.crew_members is
  'any member with transport of the current organisation may read rows that are not archived; clinic_admin of the current organisation may read rows that are not archived. [N-02, S-02]';

create policy provider_select_rows on public.crew_members
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.crew_members is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, S-02]';

create policy provider_insert on public.crew_members
  for insert to authenticated
  with check (organisation_id = (select authz.organisation_for('{clinic_admin}', '{}')));
comment on policy provider_insert on public.crew_members is
  'clinic_admin of the current organisation may create rows. [N-02, S-03]';

create policy provider_update on public.crew_members
  for update to authenticated
  using (organisation_id = coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))))
  with check (organisation_id = coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))));
comment on policy provider_update on public.crew_members is
  'any member with transport of the current organisation may change rows that are not archived, and stay so; clinic_admin of the current organisation may change rows that are not archived. [N-02, S-03]';

create policy provider_update_rows on public.crew_members
  as restrictive for update to authenticated
  using (
    (
      archived_at is null
      and organisation_id = (select authz.organisation_for('{}', '{transport}'))
    )
    or (
      (archived_at is null or archived_at = now())
      and organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
    )
  )
  with check (
    (
      archived_at is null
      and organisation_id = (select authz.organisation_for('{}', '{transport}'))
    )
    or (
      (archived_at is null or archived_at = now())
      and organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
    )
  );
comment on policy provider_update_rows on public.crew_members is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, S-03]';

alter policy provider_fence on public.transfer_jobs
  to authenticated
  using (organisation_id = coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))))
  with check (organisation_id = coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))));
comment on policy provider_fence on public.transfer_jobs is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with transport of the current organisation or clinic_admin of the current organisation. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.transfer_jobs
  for select to authenticated
  using (organisation_id = coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))));
comment on policy provider_select on public.transfer_jobs is
  'any member with transport of the current organisation may read rows that are not archived and not expired; clinic_admin of the current organisation may read rows that are not archived and not expired. [N-02, N-24, S-02]';

create policy provider_select_rows on public.transfer_jobs
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and expires_at > (select authz.now())
  );
comment on policy provider_select_rows on public.transfer_jobs is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, N-24, S-02]';

create policy provider_update on public.transfer_jobs
  for update to authenticated
  using (organisation_id = coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))))
  with check (organisation_id = coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))));
comment on policy provider_update on public.transfer_jobs is
  'any member with transport of the current organisation may change rows that are not archived, and stay so and not expired; clinic_admin of the current organisation may change rows that are not archived, and stay so and not expired. [N-02, N-24, S-03]';

create policy provider_update_rows on public.transfer_jobs
  as restrictive for update to authenticated
  using (
    archived_at is null
    and expires_at > (select authz.now())
  )
  with check (
    archived_at is null
    and expires_at > (select authz.now())
  );
comment on policy provider_update_rows on public.transfer_jobs is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, N-24, S-03]';

alter policy provider_fence on public.transfers
  to authenticated
  using (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}')))
  with check (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}')));
comment on policy provider_fence on public.transfers is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only clinic_admin, doctor, nurse, assistant or receptionist of the current organisation. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.transfers
  for select to authenticated
  using (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}')));
comment on policy provider_select on public.transfers is
  'clinic_admin, doctor, nurse, assistant or receptionist of the current organisation may read rows that are not archived and of an active patient. [N-02, N-14, N-27, S-02]';

create policy provider_select_rows on public.transfers
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );
comment on policy provider_select_rows on public.transfers is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, N-14, N-27, S-02]';

create policy provider_insert on public.transfers
  for insert to authenticated
  with check (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse}', '{}')));
comment on policy provider_insert on public.transfers is
  'clinic_admin, doctor or nurse of the current organisation may create rows that are of an active patient. [N-02, N-14, N-27, S-03]';

create policy provider_insert_rows on public.transfers
  as restrictive for insert to authenticated
  with check (patient_status = 'active');
comment on policy provider_insert_rows on public.transfers is
  'Whatever another policy allows, staff create only rows that the comment of provider_insert names. [N-02, N-14, N-27, S-03]';

create policy provider_update on public.transfers
  for update to authenticated
  using (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse}', '{}')))
  with check (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}')));
comment on policy provider_update on public.transfers is
  'clinic_admin, doctor or nurse of the current organisation may change rows that are not archived, and stay so and of an active patient. [N-02, N-14, N-27, S-03]';

create policy provider_update_rows on public.transfers
  as restrictive for update to authenticated
  using (
    archived_at is null
    and patient_status = 'active'
  )
  with check (
    archived_at is null
    and patient_status = 'active'
  );
comment on policy provider_update_rows on public.transfers is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, N-14, N-27, S-03]';

create policy patient_select on public.transfers
  for select to patient
  using (
    patient_id = any ((select authz.own_patient_ids())::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.transfers is
  'a patient may read rows that are their own and not archived. [N-15]';

alter policy provider_fence on public.vehicle_assignments
  to authenticated
  using (organisation_id = coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))))
  with check (organisation_id = coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))));
comment on policy provider_fence on public.vehicle_assignments is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with transport of the current organisation or clinic_admin of the current organisation. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.vehicle_assignments
  for select to authenticated
  using (organisation_id = coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))));
comment on policy provider_select on public.vehicle_assignments is
  'any member with transport of the current organisation may read rows that are not archived; clinic_admin of the current organisation may read rows that are not archived. [N-02, S-02]';

create policy provider_select_rows on public.vehicle_assignments
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.vehicle_assignments is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, S-02]';

create policy provider_insert on public.vehicle_assignments
  for insert to authenticated
  with check (organisation_id = coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))));
comment on policy provider_insert on public.vehicle_assignments is
  'any member with transport of the current organisation may create rows; clinic_admin of the current organisation may create rows. [N-02, S-03]';

create policy provider_update on public.vehicle_assignments
  for update to authenticated
  using (organisation_id = coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))))
  with check (organisation_id = coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))));
comment on policy provider_update on public.vehicle_assignments is
  'any member with transport of the current organisation may change rows that are not archived; clinic_admin of the current organisation may change rows that are not archived. [N-02, S-03]';

create policy provider_update_rows on public.vehicle_assignments
  as restrictive for update to authenticated
  using (
    archived_at is null
    or archived_at = now()
  )
  with check (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_update_rows on public.vehicle_assignments is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, S-03]';

alter policy provider_fence on public.vehicles
  to authenticated
  using (organisation_id = coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))))
  with check (organisation_id = coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))));
comment on policy provider_fence on public.vehicles is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with transport of the current organisation or clinic_admin of the current organisation. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.vehicles
  for select to authenticated
  using (organisation_id = coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))));
comment on policy provider_select on public.vehicles is
  'any member with transport of the current organisation may read rows that are not archived; clinic_admin of the current organisation may read rows that are not archived. [N-02, S-02]';

create policy provider_select_rows on public.vehicles
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.vehicles is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, S-02]';

create policy provider_insert on public.vehicles
  for insert to authenticated
  with check (organisation_id = (select authz.organisation_for('{clinic_admin}', '{}')));
comment on policy provider_insert on public.vehicles is
  'clinic_admin of the current organisation may create rows. [N-02, S-03]';

create policy provider_update on public.vehicles
  for update to authenticated
  using (organisation_id = coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))))
  with check (organisation_id = coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))));
comment on policy provider_update on public.vehicles is
  'any member with transport of the current organisation may change rows that are not archived, and stay so; clinic_admin of the current organisation may change rows that are not archived. [N-02, S-03]';

create policy provider_update_rows on public.vehicles
  as restrictive for update to authenticated
  using (
    (
      archived_at is null
      and organisation_id = (select authz.organisation_for('{}', '{transport}'))
    )
    or (
      (archived_at is null or archived_at = now())
      and organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
    )
  )
  with check (
    (
      archived_at is null
      and organisation_id = (select authz.organisation_for('{}', '{transport}'))
    )
    or (
      (archived_at is null or archived_at = now())
      and organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
    )
  );
comment on policy provider_update_rows on public.vehicles is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, S-03]';

grant execute on function public.cancel_transfer(uuid, uuid) to authenticated;

grant execute on function public.dispatch_transfer(uuid, uuid, uuid) to authenticated;

grant
  select,
  insert (duty, id, organisation_id, user_id),
  update (archived_at, duty)
  on public.crew_members to authenticated;

grant select, update (status) on public.transfer_jobs to authenticated;

grant
  select,
  insert (admission_id, case_id, destination, id, mobility, organisation_id, patient_id, pickup, pickup_at),
  update (admission_id, destination, mobility, pickup, pickup_at, status)
  on public.transfers to authenticated;
grant select on public.transfers to patient;

grant
  select,
  insert (attendant_id, driver_id, id, organisation_id, transfer_job_id, vehicle_id),
  update (archived_at, attendant_id, driver_id, released_at)
  on public.vehicle_assignments to authenticated;

grant
  select,
  insert (id, kind, organisation_id, registration),
  update (archived_at, kind, registration)
  on public.vehicles to authenticated;

-- migrate:down
