-- migrate:up
-- Why: who treats whom, and when a patient comes.
-- Access: +19 grants, +40 policies, 9 definer functions
--   + cordon_definer may execute function authz.rules_appointment_reasons()
--   + cordon_definer may execute function authz.rules_appointments()
--   + cordon_definer may execute function authz.rules_care_relationships()
--   ~ authz.tg_care_relationships__written is written, and runs with the rights of its owner
--   ~ authz.is_taken_off is written, and runs with the rights of its owner
--   ~ authz.tg_appointment_reasons__appointment is written, and runs with the rights of its owner
--   ~ authz.tg_appointments__care is written, and runs with the rights of its owner
--   ~ authz.tg_appointments__given_back is written, and runs with the rights of its owner
--   ~ authz.tg_care_relationships__handed_on is written, and runs with the rights of its owner
--   ~ authz.tg_care_relationships__security is written, and runs with the rights of its owner
--   ~ authz.tg_care_relationships__taken_off is written, and runs with the rights of its owner
--   ~ public.assign_care is written, and runs with the rights of its owner
--   + authenticated may execute function public.assign_care(uuid, uuid, text, timestamp with time zone)
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
--   + policy definer_insert on public.care_relationships: insert to cordon_definer, WITHOUT a condition
--   + authenticated may select on public.appointment_details
--   + patient may select on public.appointment_details
--   + service_role may select on public.appointment_details
--   + authenticated may select, insert (id, organisation_id, patient_id, reason), update (reason) on public.appointment_reasons
--   + cordon_definer may select (archived_at, id, organisation_id, patient_id, patient_status), update (archived_at, patient_status) on public.appointment_reasons
--   + patient may select on public.appointment_reasons
--   + service_role may select, insert, update on public.appointment_reasons
--   + authenticated may select, insert (7 columns), update (ends_at, professional_user_id, starts_at, status) on public.appointments
--   + cordon_definer may select (archived_at, id, organisation_id, patient_id, patient_status), update (patient_status) on public.appointments
--   + patient may select on public.appointments
--   + service_role may select, insert, update on public.appointments
--   + authenticated may select, insert (7 columns), update (archived_at, ends_at, kind, starts_at) on public.care_relationships
--   + cordon_definer may select (15 columns), insert (9 columns), update (archived_at, ends_at, patient_status) on public.care_relationships
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
  ground text not null default 'assignment',
  ground_id uuid,
  handed_from_id uuid,
  taken_off_at timestamptz,
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
  constraint care_relationships_ground_check check (
    (ground = 'assignment' and ground_id is null) or (ground in ('appointment', 'admission') and ground_id is not null)
  ),
  constraint care_relationships_patient_status_check check (patient_status in ('active', 'inactive', 'archived')),
  constraint care_relationships_actor_kind_check check (actor_kind in ('user', 'system'))
);
create index care_relationships_organisation_id_patient_id_idx
  on public.care_relationships (organisation_id, patient_id);
create index care_relationships_organisation_id_user_id_idx
  on public.care_relationships (organisation_id, user_id);
create index care_relationships_organisation_id_user_id_ends_at_idx
  on public.care_relationships (organisation_id, user_id, ends_at)
  where archived_at is null;
create index care_relationships_organisation_id_handed_from_id_idx
  on public.care_relationships (organisation_id, handed_from_id)
  where handed_from_id is not null;
create index care_relationships_patient_id_idx on public.care_relationships (patient_id);
alter table public.care_relationships alter column organisation_id set (n_distinct = 100);
comment on table public.care_relationships is
  'Who treats whom; written by a clinic_admin, by assign_care, or by booking, never by who profits from it. [N-21]';
comment on column public.care_relationships.ends_at is 'End of the relationship; NULL is open.';
comment on column public.care_relationships.ground is
  'What the relationship comes from: assignment, appointment or admission.';
comment on column public.care_relationships.ground_id is
  'The appointment or stay that it comes from, and ends with; NULL for an assignment.';
comment on column public.care_relationships.handed_from_id is
  'The relationship that it was handed on from, and ends with; NULL where a clinic_admin, a visit or a stay gave it.';
comment on column public.care_relationships.taken_off_at is
  'When a clinic_admin ended it at once by hand, or put it away, before its time: no colleague and no visit gives it back; NULL else.';
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

grant create on schema authz, public to cordon_definer;

create or replace function authz.rules_appointment_reasons()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "appointment_reasons", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "columns": ["archived_at", "id", "organisation_id", "patient_id", "patient_status"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["doctor", "nurse", "assistant"], "capabilities": [], "conditions": ["not_archived", "patient_active"], "hours": null, "network": false, "purposes": ["data_view", "treatment", "scheduling"], "emergencyBypass": false, "auditLevel": "comprehensive", "requirements": ["N-02", "N-14", "N-19", "N-27", "S-02"]},
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

-- authz.is_taken_off: whether a clinic_admin's word stands against what a colleague, or a visit, would open: they put somebody out of a patient's care, since a
-- moment where one is given, and neither a clinic_admin nor the server has assigned them anew. A visit that was left to them when they were put out of
-- something else stays theirs.
create or replace function authz.is_taken_off(
  organisation_id uuid, patient_id uuid, user_id uuid, since timestamptz default '-infinity', appointment_id uuid default null
)
  returns boolean
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (
    select
    from public.care_relationships as c
    where c.organisation_id = is_taken_off.organisation_id
      and c.patient_id = is_taken_off.patient_id
      and c.user_id = is_taken_off.user_id
      -- Its transaction's moment, which may be before this visit was booked: who was put out of the visit itself is out of it.
      and (c.taken_off_at >= since or (c.taken_off_at is not null and c.ground = 'appointment' and c.ground_id = is_taken_off.appointment_id))
      and not exists (
        select
        from public.care_relationships as a
        where a.organisation_id = c.organisation_id
          and a.patient_id = c.patient_id
          and a.user_id = c.user_id
          and a.handed_from_id is null
          and a.taken_off_at is null
          and (
            (a.ground = 'assignment' and a.created_at >= c.taken_off_at)
            or (
              a.ground = 'appointment'
              and a.ground_id = appointment_id
              and a.created_at < c.taken_off_at
              and a.ends_at > c.taken_off_at
              and (a.archived_at is null or a.archived_at > c.taken_off_at)
            )
          )
      )
  );
end
$$;
comment on function authz.is_taken_off(uuid, uuid, uuid, timestamptz, uuid) is
  'Whether a clinic_admin put somebody out of a patient''s care, since then, and nobody assigned them anew; not where this visit was left to them. [N-21]';
alter function authz.is_taken_off(uuid, uuid, uuid, timestamptz, uuid) owner to cordon_definer;
revoke all on function authz.is_taken_off(uuid, uuid, uuid, timestamptz, uuid) from public;

-- authz.tg_appointment_reasons__appointment: no reason is written to, or brought back under, an appointment that was put away: it would be read on
-- without it. New ones lock the appointment before it is asked, the patient before it, as everywhere.
create or replace function authz.tg_appointment_reasons__appointment()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    if authz.is_out_of_reach(new.organisation_id) then
      new.organisation_id := null; -- no policy lets it in
      return new;
    end if;
    perform authz.lock_patient(new.organisation_id, new.patient_id);
    perform
    from public.appointments as a
    where a.organisation_id = new.organisation_id
      and a.id = new.id
      for share;
  end if;
  if exists (
    select
    from public.appointments as a
    where a.organisation_id = new.organisation_id
      and a.id = new.id
      and a.archived_at is not null
  ) then
    raise exception 'appointment not found'
      using errcode = 'CD010',
        hint = 'Name an appointment that is not archived; one that is brought back brings its reason along.';
  end if;
  return new;
end
$$;
comment on function authz.tg_appointment_reasons__appointment() is
  'Keeps the reason of an appointment that was put away out of sight (CD010; CD007 above READ COMMITTED). Its triggers say in WHEN that one comes to sight. [N-01, N-15]';
alter function authz.tg_appointment_reasons__appointment() owner to cordon_definer;
revoke all on function authz.tg_appointment_reasons__appointment() from public;

-- authz.tg_appointments__care: whom reception books a patient with treats them around that time, from a day before, to read, until three days after, to
-- write down what was found. By the hand of who books, reception or a clinic_admin, and reads no chart by it. Whoever moves an appointment to
-- themselves, or to a later day, opens nothing: that takes who books, and so does giving back what was cancelled (_060_given_back). What no longer
-- stands ends at once, whoever cancels it, with what was handed on; a visit that is under way when its times are put right goes on, no longer than it
-- would have, but by the hand of who books. And whom a clinic_admin put out of the patient's care, no visit lets in that stood in the diary by then, whoever
-- moves it, gives it back or gives it to them: that takes a clinic_admin who assigns them anew, or a visit that is booked for them afterwards.
-- No client of a third party opens a chart for whom it acts: what it books stands in the diary, and opens nothing until reception confirms it; what it
-- moves, or anybody wrote to meanwhile, until reception moves it or books it anew. Whose tokens never have a session books as everybody does.
-- It waits half a second for a patient: who archives one holds them, and waits for the appointment that is held here. Then one is to ask again, before
-- the server would make either a deadlock's victim.
create or replace function authz.tg_appointments__care()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '500ms'
as $$
declare
  v_now constant timestamptz := authz.now();
  v_books_at uuid;
  v_booked uuid[];
begin
  -- The server imports what was, and opens nothing by it.
  if authz.acting_realm() = 'provider' then
    v_books_at := authz.organisation_for('{clinic_admin,receptionist}', '{}');
    if v_books_at is not null and authz.acts_through_client() then
      v_books_at := null;
    end if;
  end if;
  if tg_op = 'UPDATE' then
    -- An older snapshot does not show what was opened since, and would leave it.
    if current_setting('transaction_isolation') <> 'read committed' and exists (
      select
      from changed as a
      join before as b on b.organisation_id = a.organisation_id and b.id = a.id
      where (a.status, a.archived_at is null, a.professional_user_id, a.starts_at, a.ends_at)
        is distinct from (b.status, b.archived_at is null, b.professional_user_id, b.starts_at, b.ends_at)
    ) then
      perform authz.require_read_committed();
    end if;
    -- A visit of a month opens a chart for no month.
    update public.care_relationships as c
       set ends_at = case
             when a.organisation_id = v_books_at and c.user_id = a.professional_user_id and c.taken_off_at is null then v.ends_at
             else least(c.ends_at, v.ends_at)
           end
      from changed as a
      join before as b on b.organisation_id = a.organisation_id and b.id = a.id
      cross join lateral (select least(a.ends_at, a.starts_at + interval '1 day') + interval '3 days') as v (ends_at)
     where c.organisation_id = a.organisation_id
       and c.patient_id = a.patient_id
       and c.ground = 'appointment'
       and c.ground_id = a.id
       and c.starts_at < v_now
       and c.ends_at > v_now
       and c.archived_at is null
       and a.status not in ('cancelled', 'no_show')
       and a.archived_at is null
       and a.professional_user_id = b.professional_user_id
       and (a.starts_at, a.ends_at) <> (b.starts_at, b.ends_at)
       and a.starts_at - interval '1 day' < v_now
       and v.ends_at > v_now;
    -- What has not begun is put away: it never was.
    update public.care_relationships as c
       set ends_at = case when c.starts_at < v_now then v_now else c.ends_at end,
           archived_at = case when c.starts_at < v_now then c.archived_at else now() end
      from changed as a
      join before as b on b.organisation_id = a.organisation_id and b.id = a.id
     where c.organisation_id = a.organisation_id
       and c.patient_id = a.patient_id
       and c.ground = 'appointment'
       and c.ground_id = a.id
       and c.ends_at > v_now
       and c.archived_at is null
       and (
         a.status in ('cancelled', 'no_show')
         or a.archived_at is not null
         or a.professional_user_id <> b.professional_user_id
         -- Its times, where it does not go on.
         or (
           (a.starts_at, a.ends_at) <> (b.starts_at, b.ends_at)
           and (c.starts_at >= v_now or a.starts_at - interval '1 day' >= v_now
             or least(a.ends_at, a.starts_at + interval '1 day') + interval '3 days' <= v_now)
         )
       );
  end if;
  if v_books_at is null then
    return null;
  end if;
  if tg_op = 'UPDATE' then
    v_booked := array(
      select a.id
      from changed as a
      join before as b on b.organisation_id = a.organisation_id and b.id = a.id
      where (a.professional_user_id, a.starts_at, a.ends_at) <> (b.professional_user_id, b.starts_at, b.ends_at)
        or b.status in ('cancelled', 'no_show')
        -- Again, by the hand of who receives the patient: what was opened for this visit once, and ended as somebody moved it away and back, which the
        -- diary does not show. Not to whom it was handed on, who then took the visit over, nor to whom a clinic_admin put out.
        or (
          a.status <> b.status
          and (
            select bool_and(c.taken_off_at is null)
            from public.care_relationships as c
            where c.organisation_id = a.organisation_id
              and c.patient_id = a.patient_id
              and c.user_id = a.professional_user_id
              and c.ground = 'appointment'
              and c.ground_id = a.id
              and c.handed_from_id is null
          )
        )
        -- Or for the first time, where it stands as a third party's client booked it. Not once it was written since: nothing tells
        -- whether somebody gave it to themselves by that.
        or (
          a.status <> b.status
          and b.updated_at = b.created_at
          and b.created_by_user_id is not null
          and not exists (
            select
            from public.care_relationships as c
            where c.organisation_id = a.organisation_id
              and c.patient_id = a.patient_id
              and c.ground = 'appointment'
              and c.ground_id = a.id
          )
        )
    );
  else
    v_booked := array(select a.id from changed as a);
  end if;
  insert into public.care_relationships (organisation_id, patient_id, user_id, kind, starts_at, ends_at, ground, ground_id)
  select
    a.organisation_id, a.patient_id, a.professional_user_id, case m.role when 'doctor' then 'consulting' else 'nursing' end,
    a.starts_at - interval '1 day', v.ends_at, 'appointment', a.id
  from changed as a
  join authz.live_memberships as m on m.organisation_id = a.organisation_id and m.user_id = a.professional_user_id
  cross join lateral (select least(a.ends_at, a.starts_at + interval '1 day') + interval '3 days') as v (ends_at)
  where a.organisation_id = v_books_at
    and a.id = any (v_booked)
    and a.status not in ('cancelled', 'no_show')
    and a.archived_at is null
    and a.patient_status = 'active'
    and m.role in ('doctor', 'nurse')
    and v.ends_at > v_now
    and not authz.is_taken_off(a.organisation_id, a.patient_id, a.professional_user_id, a.created_at, a.id)
    -- A visit that went on has it still. By the clock as it is by now: what was ended above was stamped with a moment after v_now (_300_written).
    and not exists (
      select
      from public.care_relationships as c
      where c.organisation_id = a.organisation_id
        and c.patient_id = a.patient_id
        and c.user_id = a.professional_user_id
        and c.ground = 'appointment'
        and c.ground_id = a.id
        and c.ends_at > authz.now()
        and c.archived_at is null
    )
  order by a.patient_id, a.id;
  return null;
exception
  when lock_not_available then
    raise exception 'somebody is changing the patient of this appointment'
      using errcode = 'CD018', hint = 'Ask again in a moment; nothing was changed.';
end
$$;
comment on function authz.tg_appointments__care() is
  'Lets the doctor or nurse whom reception or a clinic_admin books, by no client of a third party, treat the patient, from a day before until three days after; ends that with the appointment. Not whom a clinic_admin put out since. CD007 above READ COMMITTED, CD018 while somebody changes the patient. [N-12, N-21, S-05]';
alter function authz.tg_appointments__care() owner to cordon_definer;
revoke all on function authz.tg_appointments__care() from public;

-- authz.tg_appointments__given_back: what was cancelled or missed is given back by who books, whose hand opens its chart again. Anybody else would
-- leave a visit in the diary that looks like any other and opens nothing: a whole day of them, one after the other, and no doctor reads. So would the
-- client of a third party that acts for who books.
create or replace function authz.tg_appointments__given_back()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if old.status in ('cancelled', 'no_show') and new.status not in ('cancelled', 'no_show')
    and not authz.is_system()
    and (
      authz.organisation_for('{clinic_admin,receptionist}', '{}') is distinct from new.organisation_id or authz.acts_through_client()
    )
  then
    raise exception 'what was cancelled or missed is given back by who books'
      using errcode = 'insufficient_privilege',
        hint = 'Ask reception or a clinic_admin, signed in themselves and through no third party''s client: it opens the chart again to whom it is with.';
  end if;
  return new;
end
$$;
comment on function authz.tg_appointments__given_back() is
  'Refuses with 42501 that a cancelled or missed appointment is given back by anybody but reception or a clinic_admin, through no third party''s client, or the server. [N-12, N-21, S-05]';
alter function authz.tg_appointments__given_back() owner to cordon_definer;
revoke all on function authz.tg_appointments__given_back() from public;

-- authz.tg_care_relationships__handed_on: what was handed on ends with what it came from, and that which was handed on from it in turn, whoever ends it and
-- whatever for: else the one whom a clinic_admin puts out keeps a door at a colleague's. Never lengthened: that is assigned anew. Who hands on holds
-- what they have (assign_care), so that each hand-on is before this, and found, or after it, and refused.
create or replace function authz.tg_care_relationships__handed_on()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_now constant timestamptz := authz.now();
  v_until constant timestamptz := greatest(v_now, case when new.archived_at is null then new.ends_at end);
begin
  -- What has not begun is put away: it never was.
  update public.care_relationships as c
     set ends_at = case when c.starts_at < v_until then v_until else c.ends_at end,
         archived_at = case when c.starts_at < v_until then c.archived_at else now() end
   where c.organisation_id = new.organisation_id
     and c.handed_from_id = new.id
     and c.archived_at is null
     and (c.ends_at is null or c.ends_at > v_until);
  return null;
end
$$;
comment on function authz.tg_care_relationships__handed_on() is
  'Ends what was handed on from a relationship with it, where that ends earlier or is archived. [N-21]';
alter function authz.tg_care_relationships__handed_on() owner to cordon_definer;
revoke all on function authz.tg_care_relationships__handed_on() from public;

-- authz.tg_care_relationships__security: who treats whom opens a chart: by whose hand, on what ground, until when (N-37). Whoever makes visits that
-- nobody comes to, or stays that nobody lies in, so that a confederate reads, has told of it here. Moments in it are written in UTC, not by the
-- caller's clock.
create or replace function authz.tg_care_relationships__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set timezone = 'UTC'
as $$
declare
  v_about constant jsonb := jsonb_build_object('user_id', new.user_id, 'patient_id', new.patient_id);
begin
  -- Whoever brings back what was put away opens it as well.
  if tg_op = 'INSERT' or (old.archived_at is not null and new.archived_at is null) then
    perform authz.record_security_event(
      new.organisation_id, 'care_relationship.opened', new.id,
      v_about || jsonb_build_object('ground', new.ground, 'starts_at', new.starts_at, 'ends_at', new.ends_at)
    );
  elsif old.archived_at is null and new.archived_at is not null then
    perform authz.record_security_event(new.organisation_id, 'care_relationship.archived', new.id, v_about);
  elsif (new.starts_at, new.ends_at) is distinct from (old.starts_at, old.ends_at) then
    perform authz.record_security_event(
      new.organisation_id, 'care_relationship.period_changed', new.id,
      v_about || jsonb_build_object(
        'from', jsonb_build_array(old.starts_at, old.ends_at), 'to', jsonb_build_array(new.starts_at, new.ends_at)
      )
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_care_relationships__security() is
  'Records care relationships opened, archived, brought back, and given another period. [N-21, N-37]';
alter function authz.tg_care_relationships__security() owner to cordon_definer;
revoke all on function authz.tg_care_relationships__security() from public;

-- authz.tg_care_relationships__taken_off: whom a clinic_admin put out before their time is let in again by a clinic_admin alone (assign_care). By hand, and at
-- once: what functions of ours end, ends with a visit, a stay or a giver, and what the server ends, or a clinic_admin lets come to an end later, says
-- nothing of who had it. A quarter of an hour is at once, since an application's clock may be ahead. The same hand that lengthens it, or brings it
-- back, takes that back. The transaction's moment, as created_at is the clock's: who is put out of one and given another at once is not out.
create or replace function authz.tg_care_relationships__taken_off()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_now constant timestamptz := authz.now();
begin
  if (new.archived_at is not null and old.archived_at is null) or new.ends_at < coalesce(old.ends_at, 'infinity') then
    if not authz.is_system()
      and (old.ends_at is null or old.ends_at > v_now) -- what was over is put in order
      and (new.archived_at is not null or new.ends_at <= v_now + interval '15 minutes')
    then
      new.taken_off_at := now();
    end if;
  elsif (new.ends_at, new.archived_at) is distinct from (old.ends_at, old.archived_at) then
    new.taken_off_at := null;
  end if;
  return new;
end
$$;
comment on function authz.tg_care_relationships__taken_off() is
  'Stamps what a clinic_admin ends at once or puts away before its time, and takes it back with that. [N-21]';
alter function authz.tg_care_relationships__taken_off() owner to cordon_definer;
revoke all on function authz.tg_care_relationships__taken_off() from public;

-- public.assign_care: lets a colleague treat a patient. Nobody lets themselves in, and nobody gives more than they have: a clinic_admin, who reads no
-- chart by it, assigns whom they like; who treats the patient hands on what they have, no longer than they have it themselves, and it falls with
-- theirs, and with the visit or the stay that it came from; and while the patient lies in a bed of the clinic, a doctor or nurse lets in another, until
-- the stay is over. Two colleagues can let in each other, as they could read to each other: every opening is a security event that names both. But
-- whom a clinic_admin put out, no colleague lets in again.
create or replace function public.assign_care(patient_id uuid, user_id uuid, kind text, ends_at timestamptz default null)
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_organisation_id constant uuid := authz.organisation_for('{clinic_admin,doctor,nurse}', '{}');
  v_stay_id uuid;
  v_own record;
  v_ground text := 'assignment';
  v_ground_id uuid;
  v_handed_from_id uuid;
  v_ends_at timestamptz := ends_at;
  v_is_treating boolean;
  v_care_id uuid;
begin
  if v_organisation_id is null or authz.own_session_id() is null then
    perform authz.emit_refusal('care_relationships', 'INSERT', null, null, 'role');
    raise exception 'care is not yours to assign'
      using errcode = 'insufficient_privilege', hint = 'It takes a clinic_admin, a doctor or a nurse, signed in with a session.';
  end if;
  if assign_care.user_id = v_caller.user_id then
    perform authz.emit_refusal('care_relationships', 'INSERT', v_organisation_id, null, 'self');
    raise exception 'nobody assigns care to themselves'
      using errcode = 'insufficient_privilege', hint = 'Ask a clinic_admin, or a colleague who treats the patient.';
  end if;
  perform authz.lock_patient(v_organisation_id, assign_care.patient_id);
  if not exists (
    select
    from public.patients as p
    where p.organisation_id = v_organisation_id
      and p.id = assign_care.patient_id
      and p.status = 'active'
      and p.archived_at is null
  ) then
    raise exception 'patient not found'
      using errcode = 'CD010', hint = 'Name an active patient of the current organisation.';
  end if;
  if v_caller.role <> 'clinic_admin' then
    -- What a relationship comes from is held before it is looked at: who ends a stay or a visit holds that, and then ends what hangs on it.
    select a.id
      into v_stay_id
      from public.admissions as a
     where a.organisation_id = v_organisation_id
       and a.patient_id = assign_care.patient_id
       and a.status = 'admitted'
       and a.archived_at is null
       for share;
    perform
    from public.appointments as a
    where a.organisation_id = v_organisation_id
      and a.id in (
        select c.ground_id
        from public.care_relationships as c
        where c.organisation_id = v_organisation_id
          and c.patient_id = assign_care.patient_id
          and c.user_id = v_caller.user_id
          and c.ground = 'appointment'
      )
    order by a.id
    for share;
    select c.id, c.ground, c.ground_id, c.ends_at
      into v_own
      from public.care_relationships as c
     where c.organisation_id = v_organisation_id
       and c.patient_id = assign_care.patient_id
       and c.user_id = v_caller.user_id
       and c.patient_id = any (authz.treated_by(v_organisation_id, v_caller.user_id, authz.now()))
       and c.starts_at <= authz.now()
       and (c.ends_at is null or c.ends_at > authz.now())
       and c.archived_at is null
     order by c.ends_at desc nulls first, c.id
     limit 1
       for share;
    v_is_treating := found;
    -- Who treats gives no less by a stay than who does not.
    if v_stay_id is not null and (not v_is_treating or v_own.ends_at is not null) then
      v_ground := 'admission';
      v_ground_id := v_stay_id;
    elsif v_is_treating then
      v_ground := v_own.ground;
      v_ground_id := v_own.ground_id;
      v_handed_from_id := v_own.id;
      v_ends_at := coalesce(v_ends_at, v_own.ends_at);
    end if;
    if v_stay_id is null and (not v_is_treating or v_ends_at > v_own.ends_at) then
      perform authz.emit_refusal('care_relationships', 'INSERT', v_organisation_id, assign_care.patient_id, 'treating');
      raise exception 'this care is not yours to assign'
        using errcode = 'insufficient_privilege',
          hint = 'Hand on what you have yourself, no longer than you have it; or let a colleague in while the patient is admitted.';
    end if;
    -- Nor by the stay: it is a clinic_admin's word against a colleague's, until a clinic_admin, or the server, assigns them anew.
    if authz.is_taken_off(v_organisation_id, assign_care.patient_id, assign_care.user_id) then
      perform authz.emit_refusal('care_relationships', 'INSERT', v_organisation_id, assign_care.patient_id, 'taken_off');
      raise exception 'this care is not yours to assign'
        using errcode = 'insufficient_privilege', hint = 'A clinic_admin ended what this colleague had, and alone gives it back: ask one.';
    end if;
  end if;
  if not exists (
    select
    from authz.live_memberships as m
    where m.organisation_id = v_organisation_id
      and m.user_id = assign_care.user_id
      and m.role in ('doctor', 'nurse')
  ) then
    raise exception 'colleague not found'
      using errcode = 'CD010', hint = 'Name a doctor or a nurse of the current organisation whose membership is active.';
  end if;
  -- Asked again of whoever waited: they may have been put out, or below, behind a lock of their own other connection's.
  if (authz.caller()).member_of is distinct from v_caller.member_of or (authz.caller()).role is distinct from v_caller.role then
    raise exception 'care is no longer yours to assign'
      using errcode = 'insufficient_privilege', hint = 'The membership ended, or has another role, since this was asked for.';
  end if;
  -- What they have already, from the same hand, is no second one: who calls in a loop fills no list that every statement of theirs reads. But what was left
  -- to whom a clinic_admin put out of something else is no word that they are in again: that is written anew.
  select c.id
    into v_care_id
    from public.care_relationships as c
   where c.organisation_id = v_organisation_id
     and c.patient_id = assign_care.patient_id
     and c.user_id = assign_care.user_id
     and c.kind = assign_care.kind
     and c.ground = v_ground
     and c.ground_id is not distinct from v_ground_id
     and c.handed_from_id is not distinct from v_handed_from_id
     and c.taken_off_at is null
     and c.archived_at is null
     and c.starts_at <= authz.now()
     and (c.ends_at is null or c.ends_at > authz.now())
     and coalesce(c.ends_at, 'infinity') >= coalesce(v_ends_at, 'infinity')
     and (v_ends_at is null or v_ends_at > authz.now()) -- an end that is over is refused
     and not authz.is_taken_off(v_organisation_id, assign_care.patient_id, assign_care.user_id)
   order by c.ends_at desc nulls first, c.id
   limit 1;
  if v_care_id is not null then
    return v_care_id;
  end if;
  insert into public.care_relationships as c (
    organisation_id, patient_id, user_id, kind, starts_at, ends_at, ground, ground_id, handed_from_id
  )
  values (
    v_organisation_id, assign_care.patient_id, assign_care.user_id, assign_care.kind, authz.now(), v_ends_at, v_ground, v_ground_id,
    v_handed_from_id
  )
  returning c.id into v_care_id;
  return v_care_id;
end
$$;
comment on function public.assign_care(uuid, uuid, text, timestamptz) is
  'Lets a doctor or nurse of the clinic treat a patient, as primary, consulting, nursing or covering, until then; returns the relationship''s id, or that of the one which they have already. 42501 for oneself, for who neither is clinic_admin, nor treats the patient that long, nor acts while the patient is admitted, and, but for a clinic_admin, for whom a clinic_admin put out; CD007 above READ COMMITTED, CD010 for no such patient or colleague, 23514 for another kind, or an end that is over. [N-21, N-37, S-05]';
alter function public.assign_care(uuid, uuid, text, timestamptz) owner to cordon_definer;
revoke all on function public.assign_care(uuid, uuid, text, timestamptz) from public;
grant execute on function public.assign_care(uuid, uuid, text, timestamptz) to authenticated;

revoke create on schema authz, public from cordon_definer;

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
  using (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse,assistant}', '{}', null, false, '{data_view,treatment,scheduling}'), 'appointment_reasons', 'SELECT', 'comprehensive')));
comment on policy provider_select on public.appointment_reasons is
  'doctor, nurse or assistant of the current organisation, for data_view, treatment or scheduling where a purpose is named, may read rows that are not archived and of an active patient. [N-02, N-14, N-19, N-27, S-02]';

create policy provider_select_rows on public.appointment_reasons
  as restrictive for select to authenticated
  using (
    case
      when
        organisation_id = (select authz.organisation_within('{doctor,nurse,assistant}', '{}', null, false, '{data_view,treatment,scheduling}'))
        and (archived_at is null or archived_at = now())
        and patient_status = 'active'
      then authz.log_disclosure((select authz.disclosure_stamp('provider', 'appointment_reasons', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
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
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_patients__project, authz.tg__archived: find the rows of a patient, or of an appointment). [N-08, N-15, N-27]';

create policy definer_update on public.appointment_reasons
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.appointment_reasons is
  'definer functions may change every row (authz.tg_patients__project, authz.tg__archived: what is known is hidden with the patient, or with the appointment). [N-15, N-27]';

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
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_patients__project, authz.tg_appointment_reasons__appointment: find the rows of a patient, and whether one was put away; public.assign_care: what a relationship came from). [N-08, N-15, N-27]';

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
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; public.assign_care: what a caller hands on; authz.treated_by: who treats whom; authz.care_periods, authz.record_at: and since when; authz.tg_patients__project: finds the rows of a patient). [N-08, N-27]';

create policy definer_update on public.care_relationships
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.care_relationships is
  'definer functions may change every row (authz.tg_patients__project: what hangs on a patient is hidden with the patient; authz.tg_appointments__care, authz.tg_admissions__care: the end of a visit or stay; authz.tg_care_relationships__handed_on: of what it was handed on from). [N-21, N-27]';

create policy definer_insert on public.care_relationships
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on public.care_relationships is
  'definer functions may create every row (public.assign_care, authz.tg_appointments__care: a relationship that nobody makes for themselves). [N-21]';

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

create or replace trigger _050_in_person
  before insert or update on public.care_relationships
  for each row
  when (current_user <> 'cordon_definer')
  execute function authz.tg__in_person();
alter table public.care_relationships enable always trigger _050_in_person;
comment on trigger _050_in_person on public.care_relationships is
  'Says who treats whom in person, by hand as by assign_care. [N-12, N-21, S-13]';

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

create or replace trigger _500_appointment
  before insert on public.appointment_reasons
  for each row
  execute function authz.tg_appointment_reasons__appointment();
alter table public.appointment_reasons enable always trigger _500_appointment;
comment on trigger _500_appointment on public.appointment_reasons is
  'Writes no reason to an appointment that was put away. [N-01, N-15]';

create or replace trigger _510_brought_back
  before update on public.appointment_reasons
  for each row
  when (old.archived_at is not null and new.archived_at is null)
  execute function authz.tg_appointment_reasons__appointment();
alter table public.appointment_reasons enable always trigger _510_brought_back;
comment on trigger _510_brought_back on public.appointment_reasons is
  'Brings no reason back without its appointment. [N-01, N-15]';

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

create or replace trigger _060_given_back
  before update on public.appointments
  for each row execute function authz.tg_appointments__given_back();
alter table public.appointments enable always trigger _060_given_back;
comment on trigger _060_given_back on public.appointments is
  'Has what was cancelled or missed given back by who books, and opens the chart by it. [N-21, S-05]';

create or replace trigger _087_moments
  before insert or update on public.appointments
  for each row
  when (not isfinite(new.starts_at) or not isfinite(new.ends_at))
  execute function authz.tg__moments('appointments', 'starts_at', 'ends_at');
alter table public.appointments enable always trigger _087_moments;
comment on trigger _087_moments on public.appointments is
  'Refuses infinity where a moment or a day is written. [S-16]';

create or replace trigger _100_stamp
  before insert or update on public.appointments
  for each row
  execute function authz.tg__stamp();
alter table public.appointments enable always trigger _100_stamp;
comment on trigger _100_stamp on public.appointments is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _520_archived
  after update on public.appointments
  for each row
  when (new.archived_at is distinct from old.archived_at)
  execute function authz.tg__archived('appointment_reasons');
alter table public.appointments enable always trigger _520_archived;
comment on trigger _520_archived on public.appointments is
  'Puts the reason away with its appointment, and brings it back with it. [N-01, N-15]';

create or replace trigger _750_care
  after insert on public.appointments
  referencing new table as changed
  for each statement
  execute function authz.tg_appointments__care();
alter table public.appointments enable always trigger _750_care;
comment on trigger _750_care on public.appointments is
  'Lets whom reception books treat the patient around that time. [N-21, S-05]';

create or replace trigger _751_care
  after update on public.appointments
  referencing old table as before new table as changed
  for each statement
  execute function authz.tg_appointments__care();
alter table public.appointments enable always trigger _751_care;
comment on trigger _751_care on public.appointments is
  'Ends what an appointment opened once it no longer stands, and opens it anew for who books it anew. [N-21, S-05]';

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

create or replace trigger _087_moments
  before insert or update on public.care_relationships
  for each row
  when (not isfinite(new.starts_at))
  execute function authz.tg__moments('care_relationships', 'starts_at');
alter table public.care_relationships enable always trigger _087_moments;
comment on trigger _087_moments on public.care_relationships is
  'Refuses infinity where a moment or a day is written. [S-16]';

create or replace trigger _100_stamp
  before insert or update on public.care_relationships
  for each row
  execute function authz.tg__stamp();
alter table public.care_relationships enable always trigger _100_stamp;
comment on trigger _100_stamp on public.care_relationships is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _310_taken_off
  before update on public.care_relationships
  for each row
  when (current_user <> 'cordon_definer')
  execute function authz.tg_care_relationships__taken_off();
alter table public.care_relationships enable always trigger _310_taken_off;
comment on trigger _310_taken_off on public.care_relationships is
  'Stamps whom a clinic_admin put out: no colleague lets them in again. [N-21]';

create or replace trigger _600_security
  after insert or update on public.care_relationships
  for each row
  execute function authz.tg_care_relationships__security();
alter table public.care_relationships enable always trigger _600_security;
comment on trigger _600_security on public.care_relationships is
  'Records who is let into whose chart among the security events. [N-21, N-37]';

create or replace trigger _650_handed_on
  after update on public.care_relationships
  for each row
  when (
    (new.archived_at is not null and old.archived_at is null)
    or coalesce(new.ends_at, 'infinity') < coalesce(old.ends_at, 'infinity')
  )
  execute function authz.tg_care_relationships__handed_on();
alter table public.care_relationships enable always trigger _650_handed_on;
comment on trigger _650_handed_on on public.care_relationships is
  'Ends what was handed on from it with it. [N-21]';

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
  update (archived_at, patient_status)
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
  select (archived_at, created_at, created_by_user_id, ends_at, ground, ground_id, handed_from_id, id, kind, organisation_id, patient_id, patient_status, starts_at, taken_off_at, user_id),
  insert (ends_at, ground, ground_id, handed_from_id, kind, organisation_id, patient_id, starts_at, user_id),
  update (archived_at, ends_at, patient_status)
  on public.care_relationships to cordon_definer;
grant select on public.care_relationships to patient;
grant select, insert, update on public.care_relationships to service_role;

-- migrate:down
