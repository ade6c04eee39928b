-- migrate:up
-- Why: clinics admit, move and discharge, and work on their cases beside operations.
-- Access: +7 grants, +19 policies, 1 definer function
--   + authenticated may execute function public.admit_patient(uuid, uuid, uuid)
--   + authenticated may execute function public.discharge_patient(uuid, text)
--   ~ authz.tg_admissions__care is written, and runs with the rights of its owner
--   + policy provider_select on public.admissions: select to authenticated
--   + policy provider_select_rows on public.admissions: restrictive, select to authenticated
--   + policy provider_insert on public.admissions: insert to authenticated
--   + policy provider_insert_rows on public.admissions: restrictive, insert to authenticated
--   + policy provider_update on public.admissions: update to authenticated
--   + policy provider_update_rows on public.admissions: restrictive, update to authenticated
--   + policy provider_select on public.beds: select to authenticated
--   + policy provider_select_rows on public.beds: restrictive, select to authenticated
--   + policy provider_insert on public.beds: insert to authenticated
--   + policy provider_update on public.beds: update to authenticated
--   + policy provider_update_rows on public.beds: restrictive, update to authenticated
--   + policy provider_select on public.case_activity_log: select to authenticated
--   + policy provider_select on public.cases: select to authenticated
--   + policy provider_select_rows on public.cases: restrictive, select to authenticated
--   + policy provider_insert on public.cases: insert to authenticated
--   + policy provider_insert_rows on public.cases: restrictive, insert to authenticated
--   + policy provider_update on public.cases: update to authenticated
--   + policy provider_update_rows on public.cases: restrictive, update to authenticated
--   + policy patient_select on public.cases: select to patient
--   + authenticated may select, insert (bed_id, case_id, id, organisation_id, patient_id, status), update (archived_at, bed_id, case_id, disposition, status) on public.admissions
--   + authenticated may select, insert (id, label, organisation_id, status, ward), update (archived_at, label, status, ward) on public.beds
--   + authenticated may select on public.case_activity_log
--   + authenticated may select, insert (id, number, organisation_id, patient_id, priority, status), update (priority, status) on public.cases
--   + patient may select on public.cases
-- Locks: 4 existing tables, until the migration commits
--   ACCESS EXCLUSIVE public.admissions
--   ACCESS EXCLUSIVE public.beds
--   ACCESS EXCLUSIVE public.case_activity_log
--   ACCESS EXCLUSIVE public.cases

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

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
     and a.status <> 'discharged'
  returning a.discharged_at into v_discharged_at;
  if v_discharged_at is null and exists (select from public.admissions as a where a.id = admission_id) then
    raise exception 'the stay has ended already'
      using errcode = 'CD013', hint = 'A discharge is said once; a wrong disposition is corrected on the admission itself.';
  end if;
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

-- authz.tg_admissions__care: who was let in for a stay is out three days after it, and has written its end by then; out at once where there was none.
create or replace function authz.tg_admissions__care()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_now constant timestamptz := authz.now();
begin
  -- An older snapshot does not show what a colleague gave since, and would leave it open without an end.
  if current_setting('transaction_isolation') <> 'read committed' and exists (
    select
    from changed as a
    join before as b on b.organisation_id = a.organisation_id and b.id = a.id
    where (a.status, a.archived_at is null) is distinct from (b.status, b.archived_at is null)
  ) then
    perform authz.require_read_committed();
  end if;
  update public.care_relationships as c
     set ends_at = least(c.ends_at, v_now + case when a.archived_at is null then interval '3 days' else interval '0' end)
    from changed as a
    join before as b on b.organisation_id = a.organisation_id and b.id = a.id
   where c.organisation_id = a.organisation_id
     and c.patient_id = a.patient_id
     and c.ground = 'admission'
     and c.ground_id = a.id
     and (c.ends_at is null or c.ends_at > v_now)
     and c.archived_at is null
     and (a.status, a.archived_at is null) is distinct from (b.status, b.archived_at is null)
     and (a.status <> 'admitted' or a.archived_at is not null);
  return null;
end
$$;
comment on function authz.tg_admissions__care() is
  'Ends what assign_care gave for a stay three days after its end, and at once where it is archived; CD007 above READ COMMITTED. [N-21, S-17]';
alter function authz.tg_admissions__care() owner to cordon_definer;
revoke all on function authz.tg_admissions__care() from public;

revoke create on schema authz from cordon_definer;

create policy provider_select on public.admissions
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'admissions', 'SELECT', 'basic')));
comment on policy provider_select on public.admissions is
  'clinic_admin, doctor, nurse, assistant or receptionist of the current organisation may read rows that are not archived and of an active patient. [N-02, N-14, N-27, S-02]';

create policy provider_select_rows on public.admissions
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );
comment on policy provider_select_rows on public.admissions is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, N-14, N-27, S-02]';

create policy provider_insert on public.admissions
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse}', '{}'), 'admissions', 'INSERT', 'detailed')));
comment on policy provider_insert on public.admissions is
  'clinic_admin, doctor or nurse of the current organisation may create rows that are of an active patient. [N-02, N-14, N-27, S-03]';

create policy provider_insert_rows on public.admissions
  as restrictive for insert to authenticated
  with check (patient_status = 'active');
comment on policy provider_insert_rows on public.admissions is
  'Whatever another policy allows, staff create only rows that the comment of provider_insert names. [N-02, N-14, N-27, S-03]';

create policy provider_update on public.admissions
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant}', '{}'), 'admissions', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'admissions', 'SELECT', 'basic')));
comment on policy provider_update on public.admissions is
  'clinic_admin of the current organisation may change rows that are not archived and of an active patient; doctor, nurse or assistant of the current organisation may change rows that are not archived, and stay so and of an active patient. [N-02, N-14, N-27, S-03]';

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

create policy provider_select on public.beds
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'beds', 'SELECT', 'basic')));
comment on policy provider_select on public.beds is
  'clinic_admin, doctor, nurse, assistant or receptionist of the current organisation may read rows that are not archived. [N-02, S-02]';

create policy provider_select_rows on public.beds
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.beds is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, S-02]';

create policy provider_insert on public.beds
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse}', '{}'), 'beds', 'INSERT', 'detailed')));
comment on policy provider_insert on public.beds is
  'clinic_admin, doctor or nurse of the current organisation may create rows. [N-02, S-03]';

create policy provider_update on public.beds
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant}', '{}'), 'beds', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'beds', 'SELECT', 'basic')));
comment on policy provider_update on public.beds is
  'clinic_admin of the current organisation may change rows that are not archived; doctor, nurse or assistant of the current organisation may change rows that are not archived, and stay so. [N-02, S-03, S-17]';

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

create policy provider_select on public.case_activity_log
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'case_activity_log', 'SELECT', 'basic')));
comment on policy provider_select on public.case_activity_log is
  'any member of the current organisation may read rows. [N-02, S-02, S-18, S-20]';

create policy provider_select on public.cases
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'))), 'provider', 'cases', 'SELECT', 'basic')));
comment on policy provider_select on public.cases is
  'any member with finance of the current organisation may read rows that are not archived and of an active patient; clinic_admin, doctor, nurse, assistant or receptionist of the current organisation may read rows that are not archived and of an active patient. [N-02, N-14, N-27, S-02]';

create policy provider_select_rows on public.cases
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );
comment on policy provider_select_rows on public.cases is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, N-14, N-27, S-02]';

create policy provider_insert on public.cases
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'cases', 'INSERT', 'detailed')));
comment on policy provider_insert on public.cases is
  'clinic_admin, doctor, nurse, assistant or receptionist of the current organisation may create rows that are of an active patient. [N-02, N-14, N-27, S-03]';

create policy provider_insert_rows on public.cases
  as restrictive for insert to authenticated
  with check (patient_status = 'active');
comment on policy provider_insert_rows on public.cases is
  'Whatever another policy allows, staff create only rows that the comment of provider_insert names. [N-02, N-14, N-27, S-03]';

create policy provider_update on public.cases
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse}', '{}'), 'cases', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'))), 'provider', 'cases', 'SELECT', 'basic')));
comment on policy provider_update on public.cases is
  'clinic_admin, doctor or nurse of the current organisation may change rows that are not archived, and stay so and of an active patient. [N-02, N-14, N-27, S-03]';

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

create policy patient_select on public.cases
  for select to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'cases', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.cases is
  'a patient may read rows that are their own and not archived. [N-15]';

create or replace trigger _750_care
  after update on public.admissions
  referencing old table as before new table as changed
  for each statement
  execute function authz.tg_admissions__care();
alter table public.admissions enable always trigger _750_care;
comment on trigger _750_care on public.admissions is
  'Ends what a stay let somebody treat, some time after it. [N-21, S-17]';

grant
  select,
  insert (bed_id, case_id, id, organisation_id, patient_id, status),
  update (archived_at, bed_id, case_id, disposition, status)
  on public.admissions to authenticated;

grant
  select,
  insert (id, label, organisation_id, status, ward),
  update (archived_at, label, status, ward)
  on public.beds to authenticated;

grant select on public.case_activity_log to authenticated;

grant
  select,
  insert (id, number, organisation_id, patient_id, priority, status),
  update (priority, status)
  on public.cases to authenticated;
grant select on public.cases to patient;

-- migrate:down
