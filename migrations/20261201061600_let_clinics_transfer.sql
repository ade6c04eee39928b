-- migrate:up
-- Why: clinics request and dispatch transfers, transport companies drive them in a tenant of their own.
-- Access: +7 grants, +28 policies
--   + policy provider_select on public.crew_members: select to authenticated
--   + policy provider_select_rows on public.crew_members: restrictive, select to authenticated
--   + policy provider_insert on public.crew_members: insert to authenticated
--   + policy provider_update on public.crew_members: update to authenticated
--   + policy provider_update_rows on public.crew_members: restrictive, update to authenticated
--   + policy provider_select on public.transfer_job_patients: select to authenticated
--   + policy provider_select_rows on public.transfer_job_patients: restrictive, select to authenticated
--   + policy provider_select on public.transfer_jobs: select to authenticated
--   + policy provider_select_rows on public.transfer_jobs: restrictive, select to authenticated
--   + policy provider_update on public.transfer_jobs: update to authenticated
--   + policy provider_update_rows on public.transfer_jobs: restrictive, update to authenticated
--   + policy provider_select on public.transfers: select to authenticated
--   + policy provider_select_rows on public.transfers: restrictive, select to authenticated
--   + policy provider_insert on public.transfers: insert to authenticated
--   + policy provider_insert_rows on public.transfers: restrictive, insert to authenticated
--   + policy provider_update on public.transfers: update to authenticated
--   + policy provider_update_rows on public.transfers: restrictive, update to authenticated
--   + policy patient_select on public.transfers: select to patient
--   + policy provider_select on public.vehicle_assignments: select to authenticated
--   + policy provider_select_rows on public.vehicle_assignments: restrictive, select to authenticated
--   + policy provider_insert on public.vehicle_assignments: insert to authenticated
--   + policy provider_update on public.vehicle_assignments: update to authenticated
--   + policy provider_update_rows on public.vehicle_assignments: restrictive, update to authenticated
--   + policy provider_select on public.vehicles: select to authenticated
--   + policy provider_select_rows on public.vehicles: restrictive, select to authenticated
--   + policy provider_insert on public.vehicles: insert to authenticated
--   + policy provider_update on public.vehicles: update to authenticated
--   + policy provider_update_rows on public.vehicles: restrictive, update to authenticated
--   + authenticated may select, insert (duty, id, organisation_id, user_id), update (archived_at, duty) on public.crew_members
--   + authenticated may select (expires_at, id, language, organisation_id, patient_name) on public.transfer_job_patients
--   + authenticated may select, update (status) on public.transfer_jobs
--   + authenticated may select, insert (9 columns), update (admission_id, destination, mobility, pickup, pickup_at, status) on public.transfers
--   + patient may select on public.transfers
--   + authenticated may select, insert (attendant_id, driver_id, id, organisation_id, transfer_job_id, vehicle_id), update (archived_at, attendant_id, driver_id, released_at) on public.vehicle_assignments
--   + authenticated may select, insert (id, kind, organisation_id, registration), update (archived_at, kind, registration) on public.vehicles
-- Locks: 6 existing tables, until the migration commits
--   ACCESS EXCLUSIVE public.crew_members
--   ACCESS EXCLUSIVE public.transfer_job_patients
--   ACCESS EXCLUSIVE public.transfer_jobs
--   ACCESS EXCLUSIVE public.transfers
--   ACCESS EXCLUSIVE public.vehicle_assignments
--   ACCESS EXCLUSIVE public.vehicles

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

create policy provider_select on public.crew_members
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'crew_members', 'SELECT', 'basic')));
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
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'crew_members', 'INSERT', 'detailed')));
comment on policy provider_insert on public.crew_members is
  'clinic_admin of the current organisation may create rows. [N-02, S-03]';

create policy provider_update on public.crew_members
  for update to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'crew_members', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'crew_members', 'SELECT', 'basic')));
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

create policy provider_select on public.transfer_job_patients
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'transfer_job_patients', 'SELECT', 'detailed')));
comment on policy provider_select on public.transfer_job_patients is
  'any member with transport of the current organisation may read rows that are not archived and not expired; clinic_admin of the current organisation may read rows that are not archived and not expired. [N-02, N-24, S-02]';

create policy provider_select_rows on public.transfer_job_patients
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and expires_at > (select authz.now())
  );
comment on policy provider_select_rows on public.transfer_job_patients is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, N-24, S-02]';

create policy provider_select on public.transfer_jobs
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'transfer_jobs', 'SELECT', 'basic')));
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
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'transfer_jobs', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'transfer_jobs', 'SELECT', 'basic')));
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

create policy provider_select on public.transfers
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'transfers', 'SELECT', 'basic')));
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
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse}', '{}'), 'transfers', 'INSERT', 'detailed')));
comment on policy provider_insert on public.transfers is
  'clinic_admin, doctor or nurse of the current organisation may create rows that are of an active patient. [N-02, N-14, N-27, S-03]';

create policy provider_insert_rows on public.transfers
  as restrictive for insert to authenticated
  with check (patient_status = 'active');
comment on policy provider_insert_rows on public.transfers is
  'Whatever another policy allows, staff create only rows that the comment of provider_insert names. [N-02, N-14, N-27, S-03]';

create policy provider_update on public.transfers
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse}', '{}'), 'transfers', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'transfers', 'SELECT', 'basic')));
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
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'transfers', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.transfers is
  'a patient may read rows that are their own and not archived. [N-15]';

create policy provider_select on public.vehicle_assignments
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'vehicle_assignments', 'SELECT', 'basic')));
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
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'vehicle_assignments', 'INSERT', 'detailed')));
comment on policy provider_insert on public.vehicle_assignments is
  'any member with transport of the current organisation may create rows; clinic_admin of the current organisation may create rows. [N-02, S-03]';

create policy provider_update on public.vehicle_assignments
  for update to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'vehicle_assignments', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'vehicle_assignments', 'SELECT', 'basic')));
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

create policy provider_select on public.vehicles
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'vehicles', 'SELECT', 'basic')));
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
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'vehicles', 'INSERT', 'detailed')));
comment on policy provider_insert on public.vehicles is
  'clinic_admin of the current organisation may create rows. [N-02, S-03]';

create policy provider_update on public.vehicles
  for update to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'vehicles', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'vehicles', 'SELECT', 'basic')));
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

grant
  select,
  insert (duty, id, organisation_id, user_id),
  update (archived_at, duty)
  on public.crew_members to authenticated;

grant
  select (expires_at, id, language, organisation_id, patient_name)
  on public.transfer_job_patients to authenticated;

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
