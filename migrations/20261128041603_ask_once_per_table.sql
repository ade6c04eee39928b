-- migrate:up
-- Why: every read of a tenant table verified the caller twice: once for the fence, once for the audience
-- Access: +62 policies, 89 changed
--   ~ policy provider_fence on public.access_restrictions
--   ~ policy provider_select on public.access_restrictions
--   + policy provider_select_rows on public.access_restrictions: restrictive, select to authenticated
--   ~ policy provider_insert on public.access_restrictions
--   + policy provider_insert_rows on public.access_restrictions: restrictive, insert to authenticated
--   ~ policy provider_update on public.access_restrictions
--   + policy provider_update_rows on public.access_restrictions: restrictive, update to authenticated
--   ~ policy provider_fence on public.admissions
--   ~ policy provider_select on public.admissions
--   + policy provider_select_rows on public.admissions: restrictive, select to authenticated
--   ~ policy provider_insert on public.admissions
--   + policy provider_insert_rows on public.admissions: restrictive, insert to authenticated
--   ~ policy provider_update on public.admissions
--   + policy provider_update_rows on public.admissions: restrictive, update to authenticated
--   ~ policy provider_fence on public.agreements
--   ~ policy provider_select on public.agreements
--   + policy provider_select_rows on public.agreements: restrictive, select to authenticated
--   ~ policy provider_update on public.agreements
--   + policy provider_update_rows on public.agreements: restrictive, update to authenticated
--   ~ policy provider_select on public.appointment_reasons
--   + policy provider_select_rows on public.appointment_reasons: restrictive, select to authenticated
--   ~ policy provider_insert on public.appointment_reasons
--   + policy provider_insert_rows on public.appointment_reasons: restrictive, insert to authenticated
--   ~ policy provider_update on public.appointment_reasons
--   + policy provider_update_rows on public.appointment_reasons: restrictive, update to authenticated
--   ~ policy provider_fence on public.appointments
--   ~ policy provider_select on public.appointments
--   + policy provider_select_rows on public.appointments: restrictive, select to authenticated
--   ~ policy provider_insert on public.appointments
--   + policy provider_insert_rows on public.appointments: restrictive, insert to authenticated
--   ~ policy provider_update on public.appointments
--   + policy provider_update_rows on public.appointments: restrictive, update to authenticated
--   ~ policy provider_fence on public.beds
--   ~ policy provider_select on public.beds
--   + policy provider_select_rows on public.beds: restrictive, select to authenticated
--   ~ policy provider_update on public.beds
--   + policy provider_update_rows on public.beds: restrictive, update to authenticated
--   ~ policy provider_fence on public.care_relationships
--   ~ policy provider_select on public.care_relationships
--   + policy provider_select_rows on public.care_relationships: restrictive, select to authenticated
--   ~ policy provider_insert on public.care_relationships
--   + policy provider_insert_rows on public.care_relationships: restrictive, insert to authenticated
--   ~ policy provider_update on public.care_relationships
--   + policy provider_update_rows on public.care_relationships: restrictive, update to authenticated
--   ~ policy provider_fence on public.case_activity_log
--   ~ policy provider_fence on public.cases
--   ~ policy provider_select on public.cases
--   + policy provider_select_rows on public.cases: restrictive, select to authenticated
--   ~ policy provider_insert on public.cases
--   + policy provider_insert_rows on public.cases: restrictive, insert to authenticated
--   ~ policy provider_update on public.cases
--   + policy provider_update_rows on public.cases: restrictive, update to authenticated
--   ~ policy provider_fence on public.claims
--   ~ policy provider_select on public.claims
--   + policy provider_select_rows on public.claims: restrictive, select to authenticated
--   ~ policy provider_fence on public.consents
--   ~ policy provider_select on public.consents
--   + policy provider_select_rows on public.consents: restrictive, select to authenticated
--   ~ policy provider_insert on public.consents
--   + policy provider_insert_rows on public.consents: restrictive, insert to authenticated
--   ~ policy provider_fence on public.emergency_access_grants
--   ~ policy provider_select on public.emergency_access_grants
--   + policy provider_select_rows on public.emergency_access_grants: restrictive, select to authenticated
--   ~ policy provider_fence on public.emergency_access_reasons
--   ~ policy provider_select on public.emergency_access_reasons
--   + policy provider_select_rows on public.emergency_access_reasons: restrictive, select to authenticated
--   ~ policy provider_fence on public.guarantees_of_payment
--   ~ policy provider_select on public.guarantees_of_payment
--   + policy provider_select_rows on public.guarantees_of_payment: restrictive, select to authenticated
--   ~ policy provider_fence on public.invoice_lines
--   ~ policy provider_select on public.invoice_lines
--   + policy provider_select_rows on public.invoice_lines: restrictive, select to authenticated
--   ~ policy provider_update on public.invoice_lines
--   + policy provider_update_rows on public.invoice_lines: restrictive, update to authenticated
--   ~ policy provider_fence on public.invoices
--   ~ policy provider_select on public.invoices
--   + policy provider_select_rows on public.invoices: restrictive, select to authenticated
--   ~ policy provider_update on public.invoices
--   + policy provider_update_rows on public.invoices: restrictive, update to authenticated
--   ~ policy provider_fence on public.medical_record_details
--   ~ policy provider_select on public.medical_record_details
--   + policy provider_select_rows on public.medical_record_details: restrictive, select to authenticated
--   ~ policy provider_insert on public.medical_record_details
--   + policy provider_insert_rows on public.medical_record_details: restrictive, insert to authenticated
--   ~ policy provider_update on public.medical_record_details
--   + policy provider_update_rows on public.medical_record_details: restrictive, update to authenticated
--   ~ policy provider_fence on public.medical_records
--   ~ policy provider_select on public.medical_records
--   + policy provider_select_rows on public.medical_records: restrictive, select to authenticated
--   ~ policy provider_insert on public.medical_records
--   + policy provider_insert_rows on public.medical_records: restrictive, insert to authenticated
--   ~ policy provider_update on public.medical_records
--   + policy provider_update_rows on public.medical_records: restrictive, update to authenticated
--   ~ policy provider_fence on public.organisation_members
--   ~ policy provider_select on public.organisation_members
--   + policy provider_select_rows on public.organisation_members: restrictive, select to authenticated
--   ~ policy provider_insert on public.organisation_members
--   + policy provider_insert_rows on public.organisation_members: restrictive, insert to authenticated
--   ~ policy provider_update on public.organisation_members
--   + policy provider_update_rows on public.organisation_members: restrictive, update to authenticated
--   ~ policy provider_fence on public.organisation_networks
--   ~ policy provider_select on public.organisation_networks
--   + policy provider_select_rows on public.organisation_networks: restrictive, select to authenticated
--   ~ policy provider_update on public.organisation_networks
--   + policy provider_update_rows on public.organisation_networks: restrictive, update to authenticated
--   ~ policy provider_fence on public.organisation_settings
--   ~ policy provider_select on public.organisation_settings
--   + policy provider_select_rows on public.organisation_settings: restrictive, select to authenticated
--   ~ policy provider_update on public.organisation_settings
--   + policy provider_update_rows on public.organisation_settings: restrictive, update to authenticated
--   ~ policy provider_fence on public.organisations
--   ~ policy provider_select on public.organisations
--   + policy provider_select_rows on public.organisations: restrictive, select to authenticated
--   ~ policy provider_fence on public.patient_accounts
--   ~ policy provider_select on public.patient_accounts
--   + policy provider_select_rows on public.patient_accounts: restrictive, select to authenticated
--   ~ policy provider_insert on public.patient_accounts
--   + policy provider_insert_rows on public.patient_accounts: restrictive, insert to authenticated
--   ~ policy provider_update on public.patient_accounts
--   + policy provider_update_rows on public.patient_accounts: restrictive, update to authenticated
--   ~ policy provider_fence on public.patient_clinical
--   ~ policy provider_select on public.patient_clinical
--   + policy provider_select_rows on public.patient_clinical: restrictive, select to authenticated
--   ~ policy provider_insert on public.patient_clinical
--   + policy provider_insert_rows on public.patient_clinical: restrictive, insert to authenticated
--   ~ policy provider_update on public.patient_clinical
--   + policy provider_update_rows on public.patient_clinical: restrictive, update to authenticated
--   ~ policy provider_fence on public.patient_identity
--   ~ policy provider_select on public.patient_identity
--   + policy provider_select_rows on public.patient_identity: restrictive, select to authenticated
--   ~ policy provider_insert on public.patient_identity
--   + policy provider_insert_rows on public.patient_identity: restrictive, insert to authenticated
--   ~ policy provider_update on public.patient_identity
--   + policy provider_update_rows on public.patient_identity: restrictive, update to authenticated
--   ~ policy provider_fence on public.patients
--   ~ policy provider_select on public.patients
--   + policy provider_select_rows on public.patients: restrictive, select to authenticated
--   ~ policy provider_insert on public.patients
--   + policy provider_insert_rows on public.patients: restrictive, insert to authenticated
--   ~ policy provider_update on public.patients
--   + policy provider_update_rows on public.patients: restrictive, update to authenticated
--   ~ policy provider_fence on public.payments
--   ~ policy provider_select on public.payments
--   + policy provider_select_rows on public.payments: restrictive, select to authenticated
--   ~ policy provider_update on public.payments
--   + policy provider_update_rows on public.payments: restrictive, update to authenticated
--   ~ policy provider_fence on public.professionals
--   ~ policy provider_select on public.professionals
--   + policy provider_select_rows on public.professionals: restrictive, select to authenticated
--   ~ policy provider_update on public.professionals
--   + policy provider_update_rows on public.professionals: restrictive, update to authenticated
-- Locks: 28 existing tables, until the migration commits
--   ACCESS EXCLUSIVE public.access_restrictions
--   ACCESS EXCLUSIVE public.admissions
--   ACCESS EXCLUSIVE public.agreements
--   ACCESS EXCLUSIVE public.appointment_reasons
--   ACCESS EXCLUSIVE public.appointments
--   ACCESS EXCLUSIVE public.beds
--   ACCESS EXCLUSIVE public.care_relationships
--   ACCESS EXCLUSIVE public.case_activity_log
--   ACCESS EXCLUSIVE public.cases
--   ACCESS EXCLUSIVE public.claims
--   ACCESS EXCLUSIVE public.consents
--   ACCESS EXCLUSIVE public.emergency_access_grants
--   ACCESS EXCLUSIVE public.emergency_access_reasons
--   ACCESS EXCLUSIVE public.guarantees_of_payment
--   ACCESS EXCLUSIVE public.invoice_lines
--   ACCESS EXCLUSIVE public.invoices
--   ACCESS EXCLUSIVE public.medical_record_details
--   ACCESS EXCLUSIVE public.medical_records
--   ACCESS EXCLUSIVE public.organisation_members
--   ACCESS EXCLUSIVE public.organisation_networks
--   ACCESS EXCLUSIVE public.organisation_settings
--   ACCESS EXCLUSIVE public.organisations
--   ACCESS EXCLUSIVE public.patient_accounts
--   ACCESS EXCLUSIVE public.patient_clinical
--   ACCESS EXCLUSIVE public.patient_identity
--   ACCESS EXCLUSIVE public.patients
--   ACCESS EXCLUSIVE public.payments
--   ACCESS EXCLUSIVE public.professionals

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

alter policy provider_fence on public.access_restrictions
  to authenticated
  using (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse}', '{}')))
  with check (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse}', '{}')));
comment on policy provider_fence on public.access_restrictions is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only clinic_admin, doctor or nurse of the current organisation. [N-24, S-02, S-03, S-04]';

alter policy provider_select on public.access_restrictions
  to authenticated
  using (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse}', '{}')));

create policy provider_select_rows on public.access_restrictions
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );
comment on policy provider_select_rows on public.access_restrictions is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, N-27, S-02]';

alter policy provider_insert on public.access_restrictions
  to authenticated
  with check (organisation_id = (select authz.organisation_for('{clinic_admin}', '{}')));

create policy provider_insert_rows on public.access_restrictions
  as restrictive for insert to authenticated
  with check (patient_status = 'active');
comment on policy provider_insert_rows on public.access_restrictions is
  'Whatever another policy allows, staff create only rows that the comment of provider_insert names. [N-02, N-18, N-27, S-03]';

alter policy provider_update on public.access_restrictions
  to authenticated
  using (organisation_id = (select authz.organisation_for('{clinic_admin}', '{}')))
  with check (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse}', '{}')));

create policy provider_update_rows on public.access_restrictions
  as restrictive for update to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  )
  with check (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );
comment on policy provider_update_rows on public.access_restrictions is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, N-18, N-27, S-03]';

alter policy provider_fence on public.admissions
  to authenticated
  using (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}')))
  with check (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}')));
comment on policy provider_fence on public.admissions is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only clinic_admin, doctor, nurse, assistant or receptionist of the current organisation. [N-24, S-02, S-03, S-04]';

alter policy provider_select on public.admissions
  to authenticated
  using (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}')));

create policy provider_select_rows on public.admissions
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );
comment on policy provider_select_rows on public.admissions is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, N-14, N-27, S-02]';

alter policy provider_insert on public.admissions
  to authenticated
  with check (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse}', '{}')));

create policy provider_insert_rows on public.admissions
  as restrictive for insert to authenticated
  with check (patient_status = 'active');
comment on policy provider_insert_rows on public.admissions is
  'Whatever another policy allows, staff create only rows that the comment of provider_insert names. [N-02, N-14, N-27, S-03]';

alter policy provider_update on public.admissions
  to authenticated
  using (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant}', '{}')))
  with check (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}')));

create policy provider_update_rows on public.admissions
  as restrictive for update to authenticated
  using (
    patient_status = 'active'
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
    patient_status = 'active'
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
comment on policy provider_update_rows on public.admissions is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, N-14, N-27, S-03]';

alter policy provider_fence on public.agreements
  to authenticated
  using (organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))))
  with check (organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))));
comment on policy provider_fence on public.agreements is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with finance of the current organisation or clinic_admin of the current organisation. [N-24, S-02, S-03, S-04]';

alter policy provider_select on public.agreements
  to authenticated
  using (organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))));

create policy provider_select_rows on public.agreements
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.agreements is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, S-02]';

alter policy provider_update on public.agreements
  to authenticated
  using (organisation_id = (select authz.organisation_for('{clinic_admin}', '{}')))
  with check (organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))));

create policy provider_update_rows on public.agreements
  as restrictive for update to authenticated
  using (
    archived_at is null
    or archived_at = now()
  )
  with check (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_update_rows on public.agreements is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, S-03]';

alter policy provider_select on public.appointment_reasons
  to authenticated
  using (organisation_id = (select authz.organisation_within('{doctor,nurse,assistant}', '{}', null, false, '{data_view,treatment,scheduling}')));

create policy provider_select_rows on public.appointment_reasons
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );
comment on policy provider_select_rows on public.appointment_reasons is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, N-14, N-19, N-27, S-02]';

alter policy provider_insert on public.appointment_reasons
  to authenticated
  with check (organisation_id = (select authz.organisation_for('{doctor,nurse}', '{}')));

create policy provider_insert_rows on public.appointment_reasons
  as restrictive for insert to authenticated
  with check (patient_status = 'active');
comment on policy provider_insert_rows on public.appointment_reasons is
  'Whatever another policy allows, staff create only rows that the comment of provider_insert names. [N-02, N-14, N-27, S-03]';

alter policy provider_update on public.appointment_reasons
  to authenticated
  using (organisation_id = (select authz.organisation_for('{doctor,nurse}', '{}')))
  with check (organisation_id = (select authz.organisation_for('{doctor,nurse}', '{}')));

create policy provider_update_rows on public.appointment_reasons
  as restrictive for update to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  )
  with check (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );
comment on policy provider_update_rows on public.appointment_reasons is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, N-14, N-27, S-03]';

alter policy provider_fence on public.appointments
  to authenticated
  using (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}')))
  with check (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}')));
comment on policy provider_fence on public.appointments is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only clinic_admin, doctor, nurse, assistant or receptionist of the current organisation. [N-24, S-02, S-03, S-04]';

alter policy provider_select on public.appointments
  to authenticated
  using (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}')));

create policy provider_select_rows on public.appointments
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );
comment on policy provider_select_rows on public.appointments is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, N-14, N-27, S-02]';

alter policy provider_insert on public.appointments
  to authenticated
  with check (organisation_id = (select authz.organisation_for('{clinic_admin,receptionist}', '{}')));

create policy provider_insert_rows on public.appointments
  as restrictive for insert to authenticated
  with check (patient_status = 'active');
comment on policy provider_insert_rows on public.appointments is
  'Whatever another policy allows, staff create only rows that the comment of provider_insert names. [N-02, N-14, N-27, S-03]';

alter policy provider_update on public.appointments
  to authenticated
  using (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}')))
  with check (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}')));

create policy provider_update_rows on public.appointments
  as restrictive for update to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  )
  with check (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );
comment on policy provider_update_rows on public.appointments is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, N-14, N-27, S-03]';

alter policy provider_fence on public.beds
  to authenticated
  using (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}')))
  with check (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}')));
comment on policy provider_fence on public.beds is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only clinic_admin, doctor, nurse, assistant or receptionist of the current organisation. [N-24, S-02, S-03, S-04]';

alter policy provider_select on public.beds
  to authenticated
  using (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}')));

create policy provider_select_rows on public.beds
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.beds is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, S-02]';

alter policy provider_update on public.beds
  to authenticated
  using (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant}', '{}')))
  with check (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}')));

create policy provider_update_rows on public.beds
  as restrictive for update to authenticated
  using (
    (
      (archived_at is null or archived_at = now())
      and organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
    )
    or (
      archived_at is null
      and organisation_id = (select authz.organisation_for('{doctor,nurse,assistant}', '{}'))
    )
  )
  with check (
    (
      (archived_at is null or archived_at = now())
      and organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
    )
    or (
      archived_at is null
      and organisation_id = (select authz.organisation_for('{doctor,nurse,assistant}', '{}'))
    )
  );
comment on policy provider_update_rows on public.beds is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, S-03, S-17]';

alter policy provider_fence on public.care_relationships
  to authenticated
  using (organisation_id = (select authz.organisation_for('{}', '{}')))
  with check (organisation_id = (select authz.organisation_for('{}', '{}')));

alter policy provider_select on public.care_relationships
  to authenticated
  using (organisation_id = (select authz.organisation_for('{}', '{}')));

create policy provider_select_rows on public.care_relationships
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );
comment on policy provider_select_rows on public.care_relationships is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, N-14, N-27, S-02]';

alter policy provider_insert on public.care_relationships
  to authenticated
  with check (organisation_id = (select authz.organisation_for('{clinic_admin}', '{}')));

create policy provider_insert_rows on public.care_relationships
  as restrictive for insert to authenticated
  with check (patient_status = 'active');
comment on policy provider_insert_rows on public.care_relationships is
  'Whatever another policy allows, staff create only rows that the comment of provider_insert names. [N-02, N-27, S-03]';

alter policy provider_update on public.care_relationships
  to authenticated
  using (organisation_id = (select authz.organisation_for('{clinic_admin}', '{}')))
  with check (organisation_id = (select authz.organisation_for('{}', '{}')));

create policy provider_update_rows on public.care_relationships
  as restrictive for update to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  )
  with check (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );
comment on policy provider_update_rows on public.care_relationships is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, N-27, S-03]';

alter policy provider_fence on public.case_activity_log
  to authenticated
  using (organisation_id = (select authz.organisation_for('{}', '{}')))
  with check (organisation_id = (select authz.organisation_for('{}', '{}')));

alter policy provider_fence on public.cases
  to authenticated
  using (organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'))))
  with check (organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'))));
comment on policy provider_fence on public.cases is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with finance of the current organisation or clinic_admin, doctor, nurse, assistant or receptionist of the current organisation. [N-24, S-02, S-03, S-04]';

alter policy provider_select on public.cases
  to authenticated
  using (organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'))));

create policy provider_select_rows on public.cases
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );
comment on policy provider_select_rows on public.cases is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, N-14, N-27, S-02]';

alter policy provider_insert on public.cases
  to authenticated
  with check (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}')));

create policy provider_insert_rows on public.cases
  as restrictive for insert to authenticated
  with check (patient_status = 'active');
comment on policy provider_insert_rows on public.cases is
  'Whatever another policy allows, staff create only rows that the comment of provider_insert names. [N-02, N-14, N-27, S-03]';

alter policy provider_update on public.cases
  to authenticated
  using (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse}', '{}')))
  with check (organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'))));

create policy provider_update_rows on public.cases
  as restrictive for update to authenticated
  using (
    archived_at is null
    and patient_status = 'active'
  )
  with check (
    archived_at is null
    and patient_status = 'active'
  );
comment on policy provider_update_rows on public.cases is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, N-14, N-27, S-03]';

alter policy provider_fence on public.claims
  to authenticated
  using (organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))))
  with check (organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))));
comment on policy provider_fence on public.claims is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with finance of the current organisation or clinic_admin of the current organisation. [N-24, S-02, S-03, S-04]';

alter policy provider_select on public.claims
  to authenticated
  using (organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))));

create policy provider_select_rows on public.claims
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.claims is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, S-02]';

alter policy provider_fence on public.consents
  to authenticated
  using (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}')))
  with check (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}')));
comment on policy provider_fence on public.consents is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only clinic_admin, doctor, nurse, assistant or receptionist of the current organisation. [N-24, S-02, S-03, S-04]';

alter policy provider_select on public.consents
  to authenticated
  using (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}')));

create policy provider_select_rows on public.consents
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );
comment on policy provider_select_rows on public.consents is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, N-27, N-45, S-02]';

alter policy provider_insert on public.consents
  to authenticated
  with check (organisation_id = (select authz.organisation_for('{doctor,nurse,receptionist}', '{}')));

create policy provider_insert_rows on public.consents
  as restrictive for insert to authenticated
  with check (
    status = 'proposed'
    and patient_status = 'active'
  );
comment on policy provider_insert_rows on public.consents is
  'Whatever another policy allows, staff create only rows that the comment of provider_insert names. [N-02, N-27, N-45, S-03]';

alter policy provider_fence on public.emergency_access_grants
  to authenticated
  using (organisation_id = coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))))
  with check (organisation_id = coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))));
comment on policy provider_fence on public.emergency_access_grants is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with privacy_officer of the current organisation or clinic_admin of the current organisation. [N-24, S-02, S-03, S-04]';

alter policy provider_select on public.emergency_access_grants
  to authenticated
  using (organisation_id = coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))));

create policy provider_select_rows on public.emergency_access_grants
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.emergency_access_grants is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, N-18, N-37, S-02]';

alter policy provider_fence on public.emergency_access_reasons
  to authenticated
  using (organisation_id = (select authz.organisation_for('{}', '{privacy_officer}')))
  with check (organisation_id = (select authz.organisation_for('{}', '{privacy_officer}')));
comment on policy provider_fence on public.emergency_access_reasons is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with privacy_officer of the current organisation. [N-24, S-02, S-03, S-04]';

alter policy provider_select on public.emergency_access_reasons
  to authenticated
  using (organisation_id = (select authz.organisation_for('{}', '{privacy_officer}')));

create policy provider_select_rows on public.emergency_access_reasons
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.emergency_access_reasons is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, N-18, S-02]';

alter policy provider_fence on public.guarantees_of_payment
  to authenticated
  using (organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))))
  with check (organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))));
comment on policy provider_fence on public.guarantees_of_payment is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with finance of the current organisation or clinic_admin of the current organisation. [N-24, S-02, S-03, S-04]';

alter policy provider_select on public.guarantees_of_payment
  to authenticated
  using (organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))));

create policy provider_select_rows on public.guarantees_of_payment
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.guarantees_of_payment is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, S-02]';

alter policy provider_fence on public.invoice_lines
  to authenticated
  using (organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))))
  with check (organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))));
comment on policy provider_fence on public.invoice_lines is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with finance of the current organisation or clinic_admin of the current organisation. [N-24, S-02, S-03, S-04]';

alter policy provider_select on public.invoice_lines
  to authenticated
  using (organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))));

create policy provider_select_rows on public.invoice_lines
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.invoice_lines is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, S-02]';

alter policy provider_update on public.invoice_lines
  to authenticated
  using (organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))))
  with check (organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))));

create policy provider_update_rows on public.invoice_lines
  as restrictive for update to authenticated
  using (
    archived_at is null
    or archived_at = now()
  )
  with check (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_update_rows on public.invoice_lines is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, S-03, S-34]';

alter policy provider_fence on public.invoices
  to authenticated
  using (organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))))
  with check (organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))));
comment on policy provider_fence on public.invoices is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with finance of the current organisation or clinic_admin of the current organisation. [N-24, S-02, S-03, S-04]';

alter policy provider_select on public.invoices
  to authenticated
  using (organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))));

create policy provider_select_rows on public.invoices
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.invoices is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, S-02]';

alter policy provider_update on public.invoices
  to authenticated
  using (organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))))
  with check (organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))));

create policy provider_update_rows on public.invoices
  as restrictive for update to authenticated
  using (
    archived_at is null
    or archived_at = now()
  )
  with check (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_update_rows on public.invoices is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, S-03, S-34]';

alter policy provider_fence on public.medical_record_details
  to authenticated
  using (organisation_id = (select authz.organisation_within('{doctor}', '{}', null, true, '{data_view,treatment}')))
  with check (organisation_id = (select authz.organisation_within('{doctor}', '{}', null, true, '{data_view,treatment}')));
comment on policy provider_fence on public.medical_record_details is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only doctor of the current organisation, from a listed network, for data_view or treatment where a purpose is named. [N-24, S-02, S-03, S-04]';

alter policy provider_select on public.medical_record_details
  to authenticated
  using (organisation_id = (select authz.organisation_within('{doctor}', '{}', null, true, '{data_view,treatment}')));
comment on policy provider_select on public.medical_record_details is
  'doctor of the current organisation, from a listed network, for data_view or treatment where a purpose is named, may read rows that are not archived and of an active patient and either of a patient whom they treat and under a consent to treatment in force and within business hours, or of a patient for whom they broke the glass. [N-02, N-14, N-18, N-21, N-25, N-28, N-45, S-02]';

create policy provider_select_rows on public.medical_record_details
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
    and (
      (
        organisation_id::text || patient_id::text = any ((select authz.treated_patients('{}'))::text[])
        and treatment_consent_until > (select authz.now())
      )
      or organisation_id::text || patient_id::text = any ((select authz.emergency_patients())::text[])
    )
    and patient_id = any ((select authz.reachable_patients())::uuid[])
  );
comment on policy provider_select_rows on public.medical_record_details is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, N-14, N-18, N-21, N-25, N-28, N-45, S-02]';

alter policy provider_insert on public.medical_record_details
  to authenticated
  with check (organisation_id = (select authz.organisation_within('{doctor}', '{}', null, true, '{treatment}')));
comment on policy provider_insert on public.medical_record_details is
  'doctor of the current organisation, from a listed network, for treatment where a purpose is named, may create rows that are of an active patient and either of a patient whom they treat, or of a patient for whom they broke the glass. [N-02, N-14, N-21, N-27, S-03]';

create policy provider_insert_rows on public.medical_record_details
  as restrictive for insert to authenticated
  with check (
    patient_status = 'active'
    and (
      organisation_id::text || patient_id::text = any ((select authz.treated_patients(null))::text[])
      or organisation_id::text || patient_id::text = any ((select authz.emergency_patients())::text[])
    )
  );
comment on policy provider_insert_rows on public.medical_record_details is
  'Whatever another policy allows, staff create only rows that the comment of provider_insert names. [N-02, N-14, N-21, N-27, S-03]';

alter policy provider_update on public.medical_record_details
  to authenticated
  using (organisation_id = (select authz.organisation_within('{doctor}', '{}', null, true, '{treatment}')))
  with check (organisation_id = (select authz.organisation_within('{doctor}', '{}', null, true, '{data_view,treatment}')));
comment on policy provider_update on public.medical_record_details is
  'doctor of the current organisation, from a listed network, for treatment where a purpose is named, may change rows that are not archived, and stay so and of an active patient and either of a patient whom they treat, or of a patient for whom they broke the glass. [N-02, N-14, N-21, N-27, S-03]';

create policy provider_update_rows on public.medical_record_details
  as restrictive for update to authenticated
  using (
    archived_at is null
    and patient_status = 'active'
    and (
      organisation_id::text || patient_id::text = any ((select authz.treated_patients(null))::text[])
      or organisation_id::text || patient_id::text = any ((select authz.emergency_patients())::text[])
    )
    and patient_id = any ((select authz.reachable_patients())::uuid[])
  )
  with check (
    archived_at is null
    and patient_status = 'active'
    and (
      organisation_id::text || patient_id::text = any ((select authz.treated_patients(null))::text[])
      or organisation_id::text || patient_id::text = any ((select authz.emergency_patients())::text[])
    )
  );
comment on policy provider_update_rows on public.medical_record_details is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, N-14, N-21, N-27, S-03]';

alter policy provider_fence on public.medical_records
  to authenticated
  using (organisation_id = (select authz.organisation_within('{doctor,nurse}', '{}', null, true, '{data_view,treatment}')))
  with check (organisation_id = (select authz.organisation_within('{doctor,nurse}', '{}', null, true, '{data_view,treatment}')));
comment on policy provider_fence on public.medical_records is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only doctor or nurse of the current organisation, from a listed network, for data_view or treatment where a purpose is named. [N-24, S-02, S-03, S-04]';

alter policy provider_select on public.medical_records
  to authenticated
  using (organisation_id = (select authz.organisation_within('{doctor,nurse}', '{}', null, true, '{data_view,treatment}')));
comment on policy provider_select on public.medical_records is
  'doctor of the current organisation, from a listed network, for data_view or treatment where a purpose is named, may read rows that are not archived and of an active patient and either of a patient whom they treat and under a consent to treatment in force and within business hours, or of a patient for whom they broke the glass; nurse of the current organisation, from a listed network, for data_view or treatment where a purpose is named, may read rows that are not archived and of an active patient and without a protected segment and either of a patient whom they treat and under a consent to treatment in force and within business hours, or of a patient for whom they broke the glass. [N-01, N-02, N-14, N-21, N-25, N-28, N-45, S-02]';

create policy provider_select_rows on public.medical_records
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
    and (
      (
        organisation_id::text || patient_id::text = any ((select authz.treated_patients('{}'))::text[])
        and treatment_consent_until > (select authz.now())
      )
      or organisation_id::text || patient_id::text = any ((select authz.emergency_patients())::text[])
    )
    and (
      is_segmented = false
      or organisation_id = (select authz.organisation_within('{doctor}', '{}', null, true, '{data_view,treatment}'))
    )
    and patient_id = any ((select authz.reachable_patients())::uuid[])
  );
comment on policy provider_select_rows on public.medical_records is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-01, N-02, N-14, N-21, N-25, N-28, N-45, S-02]';

alter policy provider_insert on public.medical_records
  to authenticated
  with check (organisation_id = (select authz.organisation_within('{doctor,nurse}', '{}', null, true, '{treatment}')));
comment on policy provider_insert on public.medical_records is
  'doctor of the current organisation, from a listed network, for treatment where a purpose is named, may create rows that are of an active patient and either of a patient whom they treat, or of a patient for whom they broke the glass; nurse of the current organisation, from a listed network, for treatment where a purpose is named, may create rows that are of an active patient and without a protected segment and either of a patient whom they treat, or of a patient for whom they broke the glass. [N-02, N-14, N-21, N-27, S-03]';

create policy provider_insert_rows on public.medical_records
  as restrictive for insert to authenticated
  with check (
    patient_status = 'active'
    and (
      organisation_id::text || patient_id::text = any ((select authz.treated_patients(null))::text[])
      or organisation_id::text || patient_id::text = any ((select authz.emergency_patients())::text[])
    )
    and (
      is_segmented = false
      or organisation_id = (select authz.organisation_within('{doctor}', '{}', null, true, '{treatment}'))
    )
  );
comment on policy provider_insert_rows on public.medical_records is
  'Whatever another policy allows, staff create only rows that the comment of provider_insert names. [N-02, N-14, N-21, N-27, S-03]';

alter policy provider_update on public.medical_records
  to authenticated
  using (organisation_id = (select authz.organisation_within('{doctor,nurse}', '{}', null, true, '{treatment}')))
  with check (organisation_id = (select authz.organisation_within('{doctor,nurse}', '{}', null, true, '{data_view,treatment}')));
comment on policy provider_update on public.medical_records is
  'doctor of the current organisation, from a listed network, for treatment where a purpose is named, may change rows that are not archived, and stay so and of an active patient and either of a patient whom they treat, or of a patient for whom they broke the glass; nurse of the current organisation, from a listed network, for treatment where a purpose is named, may change rows that are not archived, and stay so and of an active patient and without a protected segment and either of a patient whom they treat, or of a patient for whom they broke the glass. [N-02, N-14, N-21, N-27, S-03]';

create policy provider_update_rows on public.medical_records
  as restrictive for update to authenticated
  using (
    archived_at is null
    and patient_status = 'active'
    and (
      organisation_id::text || patient_id::text = any ((select authz.treated_patients(null))::text[])
      or organisation_id::text || patient_id::text = any ((select authz.emergency_patients())::text[])
    )
    and (
      is_segmented = false
      or organisation_id = (select authz.organisation_within('{doctor}', '{}', null, true, '{treatment}'))
    )
    and patient_id = any ((select authz.reachable_patients())::uuid[])
  )
  with check (
    archived_at is null
    and patient_status = 'active'
    and (
      organisation_id::text || patient_id::text = any ((select authz.treated_patients(null))::text[])
      or organisation_id::text || patient_id::text = any ((select authz.emergency_patients())::text[])
    )
    and (
      is_segmented = false
      or organisation_id = (select authz.organisation_within('{doctor}', '{}', null, true, '{treatment}'))
    )
  );
comment on policy provider_update_rows on public.medical_records is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, N-14, N-21, N-27, S-03]';

alter policy provider_fence on public.organisation_members
  to authenticated
  using (organisation_id = (select authz.organisation_for('{}', '{}')))
  with check (organisation_id = (select authz.organisation_for('{}', '{}')));

alter policy provider_select on public.organisation_members
  to authenticated
  using (organisation_id = (select authz.organisation_for('{}', '{}')));

create policy provider_select_rows on public.organisation_members
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.organisation_members is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, S-02]';

alter policy provider_insert on public.organisation_members
  to authenticated
  with check (organisation_id = (select authz.organisation_for('{clinic_admin}', '{}')));

create policy provider_insert_rows on public.organisation_members
  as restrictive for insert to authenticated
  with check (rank < (select authz.own_rank()));
comment on policy provider_insert_rows on public.organisation_members is
  'Whatever another policy allows, staff create only rows that the comment of provider_insert names. [N-02, N-05, S-03]';

alter policy provider_update on public.organisation_members
  to authenticated
  using (organisation_id = (select authz.organisation_for('{clinic_admin}', '{}')))
  with check (organisation_id = (select authz.organisation_for('{}', '{}')));

create policy provider_update_rows on public.organisation_members
  as restrictive for update to authenticated
  using (
    rank < (select authz.own_rank())
    and (archived_at is null or archived_at = now())
  )
  with check (
    rank < (select authz.own_rank())
    and (archived_at is null or archived_at = now())
  );
comment on policy provider_update_rows on public.organisation_members is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, N-05, S-03]';

alter policy provider_fence on public.organisation_networks
  to authenticated
  using (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant}', '{}')))
  with check (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant}', '{}')));
comment on policy provider_fence on public.organisation_networks is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only clinic_admin, doctor, nurse or assistant of the current organisation. [N-24, S-02, S-03, S-04]';

alter policy provider_select on public.organisation_networks
  to authenticated
  using (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant}', '{}')));

create policy provider_select_rows on public.organisation_networks
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.organisation_networks is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, S-02]';

alter policy provider_update on public.organisation_networks
  to authenticated
  using (organisation_id = (select authz.organisation_for('{clinic_admin}', '{}')))
  with check (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant}', '{}')));

create policy provider_update_rows on public.organisation_networks
  as restrictive for update to authenticated
  using (
    archived_at is null
    or archived_at = now()
  )
  with check (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_update_rows on public.organisation_networks is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, S-03]';

alter policy provider_fence on public.organisation_settings
  to authenticated
  using (organisation_id = (select authz.organisation_for('{}', '{}')))
  with check (organisation_id = (select authz.organisation_for('{}', '{}')));

alter policy provider_select on public.organisation_settings
  to authenticated
  using (organisation_id = (select authz.organisation_for('{}', '{}')));

create policy provider_select_rows on public.organisation_settings
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.organisation_settings is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, S-02]';

alter policy provider_update on public.organisation_settings
  to authenticated
  using (organisation_id = (select authz.organisation_for('{clinic_admin}', '{}')))
  with check (organisation_id = (select authz.organisation_for('{}', '{}')));

create policy provider_update_rows on public.organisation_settings
  as restrictive for update to authenticated
  using (
    archived_at is null
    or archived_at = now()
  )
  with check (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_update_rows on public.organisation_settings is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, S-03]';

alter policy provider_fence on public.organisations
  to authenticated
  using (id = (select authz.organisation_for('{}', '{}')))
  with check (id = (select authz.organisation_for('{}', '{}')));

alter policy provider_select on public.organisations
  to authenticated
  using (id = (select authz.organisation_for('{}', '{}')));

create policy provider_select_rows on public.organisations
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.organisations is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, S-02]';

alter policy provider_fence on public.patient_accounts
  to authenticated
  using (organisation_id = (select authz.organisation_for('{}', '{}')))
  with check (organisation_id = (select authz.organisation_for('{}', '{}')));

alter policy provider_select on public.patient_accounts
  to authenticated
  using (organisation_id = (select authz.organisation_for('{}', '{}')));

create policy provider_select_rows on public.patient_accounts
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.patient_accounts is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, S-02]';

alter policy provider_insert on public.patient_accounts
  to authenticated
  with check (organisation_id = (select authz.organisation_for('{clinic_admin,receptionist}', '{}')));

create policy provider_insert_rows on public.patient_accounts
  as restrictive for insert to authenticated
  with check (
    user_id <> (select authz.user_id())
    and patient_status = 'active'
  );
comment on policy provider_insert_rows on public.patient_accounts is
  'Whatever another policy allows, staff create only rows that the comment of provider_insert names. [N-02, N-15, N-27, S-03]';

alter policy provider_update on public.patient_accounts
  to authenticated
  using (organisation_id = (select authz.organisation_for('{clinic_admin}', '{}')))
  with check (organisation_id = (select authz.organisation_for('{}', '{}')));

create policy provider_update_rows on public.patient_accounts
  as restrictive for update to authenticated
  using (
    user_id <> (select authz.user_id())
    and (archived_at is null or archived_at = now())
  )
  with check (
    user_id <> (select authz.user_id())
    and (archived_at is null or archived_at = now())
  );
comment on policy provider_update_rows on public.patient_accounts is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, N-15, S-03]';

alter policy provider_fence on public.patient_clinical
  to authenticated
  using (organisation_id = (select authz.organisation_within('{doctor,nurse,assistant}', '{}', null, false, '{data_view,treatment}')))
  with check (organisation_id = (select authz.organisation_within('{doctor,nurse,assistant}', '{}', null, false, '{data_view,treatment}')));
comment on policy provider_fence on public.patient_clinical is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only doctor, nurse or assistant of the current organisation, for data_view or treatment where a purpose is named. [N-24, S-02, S-03, S-04]';

alter policy provider_select on public.patient_clinical
  to authenticated
  using (organisation_id = (select authz.organisation_within('{doctor,nurse,assistant}', '{}', null, false, '{data_view,treatment}')));

create policy provider_select_rows on public.patient_clinical
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
    and (
      treatment_consent_until > (select authz.now())
      or organisation_id::text || id::text = any ((select authz.emergency_patients())::text[])
    )
  );
comment on policy provider_select_rows on public.patient_clinical is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, N-14, N-19, N-27, S-02]';

alter policy provider_insert on public.patient_clinical
  to authenticated
  with check (organisation_id = (select authz.organisation_within('{doctor,nurse}', '{}', null, false, '{treatment}')));

create policy provider_insert_rows on public.patient_clinical
  as restrictive for insert to authenticated
  with check (
    patient_status = 'active'
    and (
      treatment_consent_until > (select authz.now())
      or organisation_id::text || id::text = any ((select authz.emergency_patients())::text[])
    )
  );
comment on policy provider_insert_rows on public.patient_clinical is
  'Whatever another policy allows, staff create only rows that the comment of provider_insert names. [N-02, N-14, N-27, S-03]';

alter policy provider_update on public.patient_clinical
  to authenticated
  using (organisation_id = (select authz.organisation_within('{doctor,nurse}', '{}', null, false, '{treatment}')))
  with check (organisation_id = (select authz.organisation_within('{doctor,nurse,assistant}', '{}', null, false, '{data_view,treatment}')));

create policy provider_update_rows on public.patient_clinical
  as restrictive for update to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
    and (
      treatment_consent_until > (select authz.now())
      or organisation_id::text || id::text = any ((select authz.emergency_patients())::text[])
    )
  )
  with check (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
    and (
      treatment_consent_until > (select authz.now())
      or organisation_id::text || id::text = any ((select authz.emergency_patients())::text[])
    )
  );
comment on policy provider_update_rows on public.patient_clinical is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, N-14, N-27, S-03]';

alter policy provider_fence on public.patient_identity
  to authenticated
  using (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}')))
  with check (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}')));
comment on policy provider_fence on public.patient_identity is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only clinic_admin, doctor, nurse, assistant or receptionist of the current organisation. [N-24, S-02, S-03, S-04]';

alter policy provider_select on public.patient_identity
  to authenticated
  using (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}')));

create policy provider_select_rows on public.patient_identity
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );
comment on policy provider_select_rows on public.patient_identity is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, N-14, N-19, N-27, S-02]';

alter policy provider_insert on public.patient_identity
  to authenticated
  with check (organisation_id = (select authz.organisation_for('{clinic_admin,receptionist}', '{}')));

create policy provider_insert_rows on public.patient_identity
  as restrictive for insert to authenticated
  with check (patient_status = 'active');
comment on policy provider_insert_rows on public.patient_identity is
  'Whatever another policy allows, staff create only rows that the comment of provider_insert names. [N-02, N-27, S-03]';

alter policy provider_update on public.patient_identity
  to authenticated
  using (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,receptionist}', '{}')))
  with check (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}')));

create policy provider_update_rows on public.patient_identity
  as restrictive for update to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  )
  with check (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );
comment on policy provider_update_rows on public.patient_identity is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, N-27, S-03]';

alter policy provider_fence on public.patients
  to authenticated
  using (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}')))
  with check (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}')));
comment on policy provider_fence on public.patients is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only clinic_admin, doctor, nurse, assistant or receptionist of the current organisation. [N-24, S-02, S-03, S-04]';

alter policy provider_select on public.patients
  to authenticated
  using (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}')));

create policy provider_select_rows on public.patients
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and (
      status = 'active'
      or organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
    )
  );
comment on policy provider_select_rows on public.patients is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, N-14, N-27, S-02]';

alter policy provider_insert on public.patients
  to authenticated
  with check (organisation_id = (select authz.organisation_for('{clinic_admin,receptionist}', '{}')));

create policy provider_insert_rows on public.patients
  as restrictive for insert to authenticated
  with check (status = 'active');
comment on policy provider_insert_rows on public.patients is
  'Whatever another policy allows, staff create only rows that the comment of provider_insert names. [N-02, N-14, S-03]';

alter policy provider_update on public.patients
  to authenticated
  using (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,receptionist}', '{}')))
  with check (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}')));

create policy provider_update_rows on public.patients
  as restrictive for update to authenticated
  using (
    (
      (archived_at is null or archived_at = now())
      and organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
    )
    or (
      status = 'active'
      and archived_at is null
      and organisation_id = (select authz.organisation_for('{doctor,nurse,receptionist}', '{}'))
    )
  )
  with check (
    (
      (archived_at is null or archived_at = now())
      and organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
    )
    or (
      status = 'active'
      and archived_at is null
      and organisation_id = (select authz.organisation_for('{doctor,nurse,receptionist}', '{}'))
    )
  );
comment on policy provider_update_rows on public.patients is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, N-14, N-27, S-03]';

alter policy provider_fence on public.payments
  to authenticated
  using (organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))))
  with check (organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))));
comment on policy provider_fence on public.payments is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with finance of the current organisation or clinic_admin of the current organisation. [N-24, S-02, S-03, S-04]';

alter policy provider_select on public.payments
  to authenticated
  using (organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))));

create policy provider_select_rows on public.payments
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.payments is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, S-02]';

alter policy provider_update on public.payments
  to authenticated
  using (organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))))
  with check (organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))));

create policy provider_update_rows on public.payments
  as restrictive for update to authenticated
  using (
    archived_at is null
    or archived_at = now()
  )
  with check (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_update_rows on public.payments is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, S-03, S-34]';

alter policy provider_fence on public.professionals
  to authenticated
  using (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant}', '{}')))
  with check (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant}', '{}')));
comment on policy provider_fence on public.professionals is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only clinic_admin, doctor, nurse or assistant of the current organisation. [N-24, S-02, S-03, S-04]';

alter policy provider_select on public.professionals
  to authenticated
  using (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant}', '{}')));

create policy provider_select_rows on public.professionals
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.professionals is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, S-02]';

alter policy provider_update on public.professionals
  to authenticated
  using (organisation_id = (select authz.organisation_for('{clinic_admin}', '{}')))
  with check (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant}', '{}')));

create policy provider_update_rows on public.professionals
  as restrictive for update to authenticated
  using (
    archived_at is null
    or archived_at = now()
  )
  with check (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_update_rows on public.professionals is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, S-03]';

-- migrate:down
