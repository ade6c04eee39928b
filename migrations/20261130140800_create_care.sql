-- migrate:up
-- Why: who treats whom, and when a patient comes.
-- Access: +18 grants, +39 policies, 1 definer function
--   + cordon_definer may execute function authz.rules_appointment_reasons()
--   + cordon_definer may execute function authz.rules_appointments()
--   + cordon_definer may execute function authz.rules_care_relationships()
--   ~ authz.tg_care_relationships__written is written, and runs with the rights of its owner
--   + policy provider_fence on public.appointment_reasons: restrictive, all to authenticated
--   + policy patient_fence on public.appointment_reasons: restrictive, all to patient
--   + policy internal_ops_fence on public.appointment_reasons: restrictive, all to internal_ops
--   + policy anon_fence on public.appointment_reasons: restrictive, all to anon
--   + policy provider_select on public.appointment_reasons: select to authenticated
--   + policy provider_select_rows on public.appointment_reasons: restrictive, select to authenticated
--   + policy provider_insert on public.appointment_reasons: insert to authenticated
--   + policy provider_insert_rows on public.appointment_reasons: restrictive, insert to authenticated
--   + policy provider_update on public.appointment_reasons: update to authenticated
--   + policy provider_update_rows on public.appointment_reasons: restrictive, update to authenticated
--   + policy patient_select on public.appointment_reasons: select to patient
--   + policy definer_select on public.appointment_reasons: select to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.appointment_reasons: update to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.appointments: restrictive, all to authenticated
--   + policy patient_fence on public.appointments: restrictive, all to patient
--   + policy internal_ops_fence on public.appointments: restrictive, all to internal_ops
--   + policy anon_fence on public.appointments: restrictive, all to anon
--   + policy provider_select on public.appointments: select to authenticated
--   + policy provider_select_rows on public.appointments: restrictive, select to authenticated
--   + policy provider_insert on public.appointments: insert to authenticated
--   + policy provider_insert_rows on public.appointments: restrictive, insert to authenticated
--   + policy provider_update on public.appointments: update to authenticated
--   + policy provider_update_rows on public.appointments: restrictive, update to authenticated
--   + policy patient_select on public.appointments: select to patient
--   + policy definer_select on public.appointments: select to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.appointments: update to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.care_relationships: restrictive, all to authenticated
--   + policy patient_fence on public.care_relationships: restrictive, all to patient
--   + policy internal_ops_fence on public.care_relationships: restrictive, all to internal_ops
--   + policy anon_fence on public.care_relationships: restrictive, all to anon
--   + policy provider_select on public.care_relationships: select to authenticated
--   + policy provider_select_rows on public.care_relationships: restrictive, select to authenticated
--   + policy provider_insert on public.care_relationships: insert to authenticated
--   + policy provider_insert_rows on public.care_relationships: restrictive, insert to authenticated
--   + policy provider_update on public.care_relationships: update to authenticated
--   + policy provider_update_rows on public.care_relationships: restrictive, update to authenticated
--   + policy patient_select on public.care_relationships: select to patient
--   + policy definer_select on public.care_relationships: select to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.care_relationships: update to cordon_definer, WITHOUT a condition
--   + authenticated may select on public.appointment_details
--   + patient may select on public.appointment_details
--   + service_role may select on public.appointment_details
--   + authenticated may select, insert (id, organisation_id, patient_id, reason), update (reason) on public.appointment_reasons
--   + cordon_definer may select (archived_at, id, organisation_id, patient_id, patient_status), update (patient_status) on public.appointment_reasons
--   + patient may select on public.appointment_reasons
--   + service_role may select, insert, update on public.appointment_reasons
--   + authenticated may select, insert (7 columns), update (ends_at, professional_user_id, starts_at, status) on public.appointments
--   + cordon_definer may select (archived_at, id, organisation_id, patient_id, patient_status), update (patient_status) on public.appointments
--   + patient may select on public.appointments
--   + service_role may select, insert, update on public.appointments
--   + authenticated may select, insert (7 columns), update (archived_at, ends_at, kind, starts_at) on public.care_relationships
--   + cordon_definer may select (9 columns), update (patient_status) on public.care_relationships
--   + patient may select on public.care_relationships
--   + service_role may select, insert, update on public.care_relationships
-- Locks: 4 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE public.organisation_members
--   SHARE ROW EXCLUSIVE public.patients
--   SHARE ROW EXCLUSIVE public.professionals
--   ROW EXCLUSIVE governance.classification

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- public.care_relationships: who treats whom, from when to when.
create table public.care_relationships (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  patient_id uuid not null,
  user_id uuid not null,
  kind text not null,
  starts_at timestamptz not null default now(),
  ends_at timestamptz,
  patient_status text not null default 'archived',
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint care_relationships_pkey primary key (organisation_id, id),
  constraint care_relationships_organisation_id_patient_id_fkey
    foreign key (organisation_id, patient_id) references public.patients (organisation_id, id) on delete restrict,
  constraint care_relationships_organisation_id_user_id_fkey
    foreign key (organisation_id, user_id)
    references public.organisation_members (organisation_id, user_id) on delete restrict,
  constraint care_relationships_kind_check check (kind in ('primary', 'consulting', 'nursing', 'covering')),
  constraint care_relationships_period_check check (ends_at > starts_at),
  constraint care_relationships_patient_status_check check (patient_status in ('active', 'inactive', 'archived')),
  constraint care_relationships_actor_kind_check check (actor_kind in ('user', 'system'))
);
create index care_relationships_organisation_id_patient_id_idx
  on public.care_relationships (organisation_id, patient_id);
create index care_relationships_organisation_id_user_id_idx
  on public.care_relationships (organisation_id, user_id);
create index care_relationships_patient_id_idx on public.care_relationships (patient_id);
alter table public.care_relationships alter column organisation_id set (n_distinct = 100);
comment on table public.care_relationships is 'Who treats whom; written by clinic_admin, never by who profits from it. [N-21]';
comment on column public.care_relationships.ends_at is 'End of the relationship; NULL is open.';
comment on column public.care_relationships.patient_status is
  'Projection of the patient, kept by trigger: archived, or the patient''s status. [N-27]';
alter table public.care_relationships enable row level security;
alter table public.care_relationships force row level security;


-- public.appointments: slot and status are INTERNAL, the reason is not and stands beside.
create table public.appointments (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  patient_id uuid not null,
  professional_user_id uuid not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  status text not null default 'booked',
  last_status_change_at timestamptz,
  last_status_change_by_user_id uuid,
  patient_status text not null default 'archived',
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint appointments_pkey primary key (organisation_id, id),
  constraint appointments_organisation_id_patient_id_fkey
    foreign key (organisation_id, patient_id) references public.patients (organisation_id, id) on delete restrict,
  constraint appointments_organisation_id_professional_user_id_fkey
    foreign key (organisation_id, professional_user_id)
    references public.professionals (organisation_id, user_id) on delete restrict,
  -- Target of appointment_reasons, so that a reason cannot name another patient than its appointment.
  constraint appointments_organisation_id_id_patient_id_key unique (organisation_id, id, patient_id),
  constraint appointments_period_check check (ends_at > starts_at),
  constraint appointments_status_check
    check (status in ('booked', 'confirmed', 'arrived', 'fulfilled', 'cancelled', 'no_show')),
  constraint appointments_patient_status_check check (patient_status in ('active', 'inactive', 'archived')),
  constraint appointments_actor_kind_check check (actor_kind in ('user', 'system'))
);
create index appointments_organisation_id_starts_at_idx on public.appointments (organisation_id, starts_at);
create index appointments_organisation_id_patient_id_idx on public.appointments (organisation_id, patient_id);
create index appointments_organisation_id_professional_user_id_idx
  on public.appointments (organisation_id, professional_user_id, starts_at);
create index appointments_patient_id_idx on public.appointments (patient_id);
alter table public.appointments alter column organisation_id set (n_distinct = 100);
comment on table public.appointments is 'Booked encounters: who, with whom, when. PHI: links a patient to a time. [N-14]';
comment on column public.appointments.patient_status is
  'Projection of the patient, kept by trigger: archived, or the patient''s status. [N-27]';
alter table public.appointments enable row level security;
alter table public.appointments force row level security;


-- public.appointment_reasons: CONFIDENTIAL clinical, 1:1.
create table public.appointment_reasons (
  organisation_id uuid not null,
  id uuid not null,
  patient_id uuid not null,
  reason text not null,
  patient_status text not null default 'archived',
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint appointment_reasons_pkey primary key (organisation_id, id),
  -- The patient stands here too, because a policy may not join; the key keeps both rows about one patient.
  constraint appointment_reasons_organisation_id_id_patient_id_fkey
    foreign key (organisation_id, id, patient_id)
    references public.appointments (organisation_id, id, patient_id) on delete restrict,
  constraint appointment_reasons_reason_check check (length(btrim(reason)) between 1 and 2000),
  constraint appointment_reasons_patient_status_check check (patient_status in ('active', 'inactive', 'archived')),
  constraint appointment_reasons_actor_kind_check check (actor_kind in ('user', 'system'))
);
create index appointment_reasons_organisation_id_id_patient_id_idx
  on public.appointment_reasons (organisation_id, id, patient_id);
create index appointment_reasons_patient_id_idx on public.appointment_reasons (patient_id);
alter table public.appointment_reasons alter column organisation_id set (n_distinct = 100);
comment on table public.appointment_reasons is 'Why a patient comes; shares the appointment''s key. [N-14]';
comment on column public.appointment_reasons.id is 'The appointment''s id.';
comment on column public.appointment_reasons.reason is 'PHI.';
comment on column public.appointment_reasons.patient_status is
  'Projection of the patient, kept by trigger: archived, or the patient''s status. [N-27]';
alter table public.appointment_reasons enable row level security;
alter table public.appointment_reasons force row level security;


insert into governance.classification (schema_name, table_name, level, domain, retention)
values
  ('public', 'care_relationships', 'INTERNAL', 'clinical', 'chart'),
  ('public', 'appointments', 'INTERNAL', 'clinical', 'chart'),
  ('public', 'appointment_reasons', 'CONFIDENTIAL', 'clinical', 'chart');

-- LEFT JOIN: what the caller may not see is NULL. Read-only by use; write the tables.
create view public.appointment_details with (security_invoker = true) as
  select
    a.organisation_id, a.id, a.patient_id, a.professional_user_id, a.starts_at, a.ends_at, a.status,
    r.reason
  from public.appointments as a
  left join public.appointment_reasons as r on r.organisation_id = a.organisation_id and r.id = a.id;
comment on view public.appointment_details is 'An appointment with its reason where the caller may see it, else NULL. [N-19]';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

create or replace function authz.rules_appointment_reasons()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "appointment_reasons", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "columns": ["archived_at", "id", "organisation_id", "patient_id", "patient_status"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["doctor", "nurse", "assistant"], "capabilities": [], "conditions": ["not_archived", "patient_active"], "hours": null, "network": false, "purposes": ["data_view", "treatment", "scheduling"], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-19", "N-27", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["doctor", "nurse"], "capabilities": [], "conditions": ["patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["doctor", "nurse"], "capabilities": [], "conditions": ["not_archived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-15"]}
  ]}';
end
$$;
comment on function authz.rules_appointment_reasons() is
  'The access rules of appointment_reasons, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_appointment_reasons() from public;
grant execute on function authz.rules_appointment_reasons() to cordon_definer;

create or replace function authz.rules_appointments()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "appointments", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "columns": ["archived_at", "id", "organisation_id", "patient_id", "patient_status"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin", "doctor", "nurse", "assistant", "receptionist"], "capabilities": [], "conditions": ["not_archived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "N-14", "N-27", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["clinic_admin", "receptionist"], "capabilities": [], "conditions": ["patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin", "doctor", "nurse", "assistant", "receptionist"], "capabilities": [], "conditions": ["not_archived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-15"]}
  ]}';
end
$$;
comment on function authz.rules_appointments() is
  'The access rules of appointments, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_appointments() from public;
grant execute on function authz.rules_appointments() to cordon_definer;

create or replace function authz.rules_care_relationships()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "care_relationships", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "columns": ["archived_at", "id", "organisation_id", "patient_id", "patient_status"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["not_archived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "N-14", "N-27", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-27", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-27", "S-03"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-15"]}
  ]}';
end
$$;
comment on function authz.rules_care_relationships() is
  'The access rules of care_relationships, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_care_relationships() from public;
grant execute on function authz.rules_care_relationships() to cordon_definer;

-- authz.tg_care_relationships__written: a relationship covers nothing before it was written down, and what was over when somebody read is not made to have
-- gone on: it is ended and begun, never begun earlier or taken up again. Another one is written instead, which counts from its own moment on. Nor is
-- what went on when somebody read made to have been over, or not to have begun: who treated would stand there as one who looked into a stranger's
-- chart. An end that is over is now.
create or replace function authz.tg_care_relationships__written()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_now constant timestamptz := authz.now();
begin
  if (new.starts_at, new.ends_at) is not distinct from (old.starts_at, old.ends_at) or authz.is_system() then
    return new;
  end if;
  if (new.starts_at < old.starts_at and new.starts_at < v_now)
    or (new.starts_at > old.starts_at and old.starts_at <= v_now)
    or (old.ends_at <= v_now and new.ends_at is distinct from old.ends_at)
  then
    raise exception 'a care relationship is not written back in time'
      using errcode = 'CD013', hint = 'End what goes on, and write another one: it counts from now on; what is over stays as it was.';
  end if;
  if old.starts_at < v_now and new.ends_at < v_now and new.ends_at is distinct from old.ends_at then
    new.ends_at := v_now;
  end if;
  return new;
end
$$;
comment on function authz.tg_care_relationships__written() is
  'Refuses with CD013 an earlier start that is over, a later one for what has begun, and another end for what has ended; an end in the past is now. [N-21, N-39]';
alter function authz.tg_care_relationships__written() owner to cordon_definer;
revoke all on function authz.tg_care_relationships__written() from public;

revoke create on schema authz from cordon_definer;

create policy provider_fence on public.appointment_reasons
  as restrictive for all to authenticated
  using (organisation_id = (select authz.organisation_id()))
  with check (organisation_id = (select authz.organisation_id()));
comment on policy provider_fence on public.appointment_reasons is
  'Whatever another policy allows, staff reach rows of the current organisation only. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.appointment_reasons
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.appointment_reasons is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.appointment_reasons
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.appointment_reasons is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.appointment_reasons
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.appointment_reasons is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.appointment_reasons
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse,assistant}', '{}', null, false, '{data_view,treatment,scheduling}'), 'appointment_reasons', 'SELECT', 'detailed')));
comment on policy provider_select on public.appointment_reasons is
  'doctor, nurse or assistant of the current organisation, for data_view, treatment or scheduling where a purpose is named, may read rows that are not archived and of an active patient. [N-02, N-14, N-19, N-27, S-02]';

create policy provider_select_rows on public.appointment_reasons
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );
comment on policy provider_select_rows on public.appointment_reasons is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, N-14, N-19, N-27, S-02]';

create policy provider_insert on public.appointment_reasons
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{doctor,nurse}', '{}'), 'appointment_reasons', 'INSERT', 'detailed')));
comment on policy provider_insert on public.appointment_reasons is
  'doctor or nurse of the current organisation may create rows that are of an active patient. [N-02, N-14, N-27, S-03]';

create policy provider_insert_rows on public.appointment_reasons
  as restrictive for insert to authenticated
  with check (patient_status = 'active');
comment on policy provider_insert_rows on public.appointment_reasons is
  'Whatever another policy allows, staff create only rows that the comment of provider_insert names. [N-02, N-14, N-27, S-03]';

create policy provider_update on public.appointment_reasons
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{doctor,nurse}', '{}'), 'appointment_reasons', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{doctor,nurse}', '{}'), 'appointment_reasons', 'UPDATE', 'detailed')));
comment on policy provider_update on public.appointment_reasons is
  'doctor or nurse of the current organisation may change rows that are not archived and of an active patient. [N-02, N-14, N-27, S-03]';

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

create policy patient_select on public.appointment_reasons
  for select to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'appointment_reasons', 'SELECT', 'detailed'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.appointment_reasons is
  'a patient may read rows that are their own and not archived. [N-15]';

create policy definer_select on public.appointment_reasons
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.appointment_reasons is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_patients__project: finds the rows of a patient). [N-08, N-27]';

create policy definer_update on public.appointment_reasons
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.appointment_reasons is
  'definer functions may change every row (authz.tg_patients__project: what is known of a patient is hidden with the patient). [N-27]';

create policy provider_fence on public.appointments
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'appointments', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'appointments', 'SELECT', 'basic')));
comment on policy provider_fence on public.appointments is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only clinic_admin, doctor, nurse, assistant or receptionist of the current organisation. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.appointments
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.appointments is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.appointments
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.appointments is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.appointments
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.appointments is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.appointments
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'appointments', 'SELECT', 'basic')));
comment on policy provider_select on public.appointments is
  'clinic_admin, doctor, nurse, assistant or receptionist of the current organisation may read rows that are not archived and of an active patient. [N-02, N-14, N-27, S-02]';

create policy provider_select_rows on public.appointments
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );
comment on policy provider_select_rows on public.appointments is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, N-14, N-27, S-02]';

create policy provider_insert on public.appointments
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,receptionist}', '{}'), 'appointments', 'INSERT', 'detailed')));
comment on policy provider_insert on public.appointments is
  'clinic_admin or receptionist of the current organisation may create rows that are of an active patient. [N-02, N-14, N-27, S-03]';

create policy provider_insert_rows on public.appointments
  as restrictive for insert to authenticated
  with check (patient_status = 'active');
comment on policy provider_insert_rows on public.appointments is
  'Whatever another policy allows, staff create only rows that the comment of provider_insert names. [N-02, N-14, N-27, S-03]';

create policy provider_update on public.appointments
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'appointments', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'appointments', 'SELECT', 'basic')));
comment on policy provider_update on public.appointments is
  'clinic_admin, doctor, nurse, assistant or receptionist of the current organisation may change rows that are not archived and of an active patient. [N-02, N-14, N-27, S-03]';

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

create policy patient_select on public.appointments
  for select to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'appointments', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.appointments is
  'a patient may read rows that are their own and not archived. [N-15]';

create policy definer_select on public.appointments
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.appointments is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_patients__project: finds the rows of a patient). [N-08, N-27]';

create policy definer_update on public.appointments
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.appointments is
  'definer functions may change every row (authz.tg_patients__project: what is known of a patient is hidden with the patient). [N-27]';

create policy provider_fence on public.care_relationships
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'care_relationships', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'care_relationships', 'SELECT', 'basic')));
comment on policy provider_fence on public.care_relationships is
  'Whatever another policy allows, staff reach rows of the current organisation only. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.care_relationships
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.care_relationships is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.care_relationships
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.care_relationships is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.care_relationships
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.care_relationships is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.care_relationships
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'care_relationships', 'SELECT', 'basic')));
comment on policy provider_select on public.care_relationships is
  'any member of the current organisation may read rows that are not archived and of an active patient. [N-02, N-14, N-27, S-02]';

create policy provider_select_rows on public.care_relationships
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );
comment on policy provider_select_rows on public.care_relationships is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, N-14, N-27, S-02]';

create policy provider_insert on public.care_relationships
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'care_relationships', 'INSERT', 'detailed')));
comment on policy provider_insert on public.care_relationships is
  'clinic_admin of the current organisation may create rows that are of an active patient. [N-02, N-27, S-03]';

create policy provider_insert_rows on public.care_relationships
  as restrictive for insert to authenticated
  with check (patient_status = 'active');
comment on policy provider_insert_rows on public.care_relationships is
  'Whatever another policy allows, staff create only rows that the comment of provider_insert names. [N-02, N-27, S-03]';

create policy provider_update on public.care_relationships
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'care_relationships', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'care_relationships', 'SELECT', 'basic')));
comment on policy provider_update on public.care_relationships is
  'clinic_admin of the current organisation may change rows that are not archived and of an active patient. [N-02, N-27, S-03]';

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

create policy patient_select on public.care_relationships
  for select to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'care_relationships', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.care_relationships is
  'a patient may read rows that are their own and not archived. [N-15]';

create policy definer_select on public.care_relationships
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.care_relationships is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.treated_by: who treats whom; authz.care_periods: and since when; authz.tg_patients__project: finds the rows of a patient). [N-08, N-27]';

create policy definer_update on public.care_relationships
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.care_relationships is
  'definer functions may change every row (authz.tg_patients__project: what hangs on a patient is hidden with the patient). [N-27]';

create or replace trigger _080_no_secrets
  before insert or update on public.appointment_reasons
  for each row
  execute function authz.tg__no_secrets('appointment_reasons', 'reason');
alter table public.appointment_reasons enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.appointment_reasons is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _400_patient_status
  before insert or update on public.appointment_reasons
  for each row
  execute function authz.tg__patient_status('patient_id');
alter table public.appointment_reasons enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.appointment_reasons is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';

create or replace trigger _700_patient_status_kept
  after insert on public.appointment_reasons
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.appointment_reasons enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.appointment_reasons is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _110_status_stamp
  before insert or update on public.appointments
  for each row
  execute function authz.tg__status_stamp();
alter table public.appointments enable always trigger _110_status_stamp;
comment on trigger _110_status_stamp on public.appointments is
  'Stamps who flipped the status and when. [S-16]';

create or replace trigger _400_patient_status
  before insert or update on public.appointments
  for each row
  execute function authz.tg__patient_status('patient_id');
alter table public.appointments enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.appointments is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';

create or replace trigger _700_patient_status_kept
  after insert on public.appointments
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.appointments enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.appointments is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _400_patient_status
  before insert or update on public.care_relationships
  for each row
  execute function authz.tg__patient_status('patient_id');
alter table public.care_relationships enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.care_relationships is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';

create or replace trigger _700_patient_status_kept
  after insert on public.care_relationships
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.care_relationships enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.care_relationships is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _300_written
  before update on public.care_relationships
  for each row
  execute function authz.tg_care_relationships__written();
alter table public.care_relationships enable always trigger _300_written;
comment on trigger _300_written on public.care_relationships is
  'Keeps what was over from having gone on, and what begins from having begun before. [N-21, N-39]';

create or replace trigger _060_whose
  before update on public.care_relationships
  for each row
  when ((new.user_id, new.patient_id) is distinct from (old.user_id, old.patient_id))
  execute function authz.tg__whose();
alter table public.care_relationships enable always trigger _060_whose;
comment on trigger _060_whose on public.care_relationships is
  'Keeps who treats whom. [N-21]';

create or replace trigger _015_read_committed
  before insert or update on public.care_relationships
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.care_relationships enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.care_relationships is
  'Says who treats whom, in the newest snapshot alone: an older one shows who may write as they were. [N-16, N-21]';

create or replace trigger _050_tenant
  before insert or update on public.appointment_reasons
  for each row
  execute function authz.tg__tenant('appointment_reasons');
alter table public.appointment_reasons enable always trigger _050_tenant;
comment on trigger _050_tenant on public.appointment_reasons is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.appointment_reasons
  for each row
  execute function authz.tg__stamp();
alter table public.appointment_reasons enable always trigger _100_stamp;
comment on trigger _100_stamp on public.appointment_reasons is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _890_lasting
  before update on public.appointment_reasons
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('appointment_reasons');
alter table public.appointment_reasons enable always trigger _890_lasting;
comment on trigger _890_lasting on public.appointment_reasons is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.appointment_reasons
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.appointment_reasons enable always trigger _900_stamped;
comment on trigger _900_stamped on public.appointment_reasons is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.appointment_reasons
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.appointment_reasons enable always trigger _901_stamped;
comment on trigger _901_stamped on public.appointment_reasons is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _050_tenant
  before insert or update on public.appointments
  for each row
  execute function authz.tg__tenant('appointments');
alter table public.appointments enable always trigger _050_tenant;
comment on trigger _050_tenant on public.appointments is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.appointments
  for each row
  execute function authz.tg__stamp();
alter table public.appointments enable always trigger _100_stamp;
comment on trigger _100_stamp on public.appointments is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _890_lasting
  before update on public.appointments
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('appointments');
alter table public.appointments enable always trigger _890_lasting;
comment on trigger _890_lasting on public.appointments is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.appointments
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.appointments enable always trigger _900_stamped;
comment on trigger _900_stamped on public.appointments is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.appointments
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.appointments enable always trigger _901_stamped;
comment on trigger _901_stamped on public.appointments is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _050_tenant
  before insert or update on public.care_relationships
  for each row
  execute function authz.tg__tenant('care_relationships');
alter table public.care_relationships enable always trigger _050_tenant;
comment on trigger _050_tenant on public.care_relationships is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.care_relationships
  for each row
  execute function authz.tg__stamp();
alter table public.care_relationships enable always trigger _100_stamp;
comment on trigger _100_stamp on public.care_relationships is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _890_lasting
  before update on public.care_relationships
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('care_relationships');
alter table public.care_relationships enable always trigger _890_lasting;
comment on trigger _890_lasting on public.care_relationships is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.care_relationships
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.care_relationships enable always trigger _900_stamped;
comment on trigger _900_stamped on public.care_relationships is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.care_relationships
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.care_relationships enable always trigger _901_stamped;
comment on trigger _901_stamped on public.care_relationships is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

grant select on public.appointment_details to authenticated;
grant select on public.appointment_details to patient;
grant select on public.appointment_details to service_role;

grant
  select,
  insert (id, organisation_id, patient_id, reason),
  update (reason)
  on public.appointment_reasons to authenticated;
grant
  select (archived_at, id, organisation_id, patient_id, patient_status),
  update (patient_status)
  on public.appointment_reasons to cordon_definer;
grant select on public.appointment_reasons to patient;
grant select, insert, update on public.appointment_reasons to service_role;

grant
  select,
  insert (ends_at, id, organisation_id, patient_id, professional_user_id, starts_at, status),
  update (ends_at, professional_user_id, starts_at, status)
  on public.appointments to authenticated;
grant
  select (archived_at, id, organisation_id, patient_id, patient_status),
  update (patient_status)
  on public.appointments to cordon_definer;
grant select on public.appointments to patient;
grant select, insert, update on public.appointments to service_role;

grant
  select,
  insert (ends_at, id, kind, organisation_id, patient_id, starts_at, user_id),
  update (archived_at, ends_at, kind, starts_at)
  on public.care_relationships to authenticated;
grant
  select (archived_at, created_at, ends_at, id, organisation_id, patient_id, patient_status, starts_at, user_id),
  update (patient_status)
  on public.care_relationships to cordon_definer;
grant select on public.care_relationships to patient;
grant select, insert, update on public.care_relationships to service_role;

-- migrate:down
