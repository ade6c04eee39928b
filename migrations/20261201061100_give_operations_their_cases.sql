-- migrate:up
-- Why: operations own cases and their record; their rules come before those of any clinic.
-- Side: operations
-- Access: +23 grants, +33 policies, 6 definer functions
--   ~ authz.record_activity is written, and runs with the rights of its owner
--   + cordon_definer may execute function authz.rules_admissions()
--   + cordon_definer may execute function authz.rules_beds()
--   + cordon_definer may execute function authz.rules_case_activity_log()
--   + cordon_definer may execute function authz.rules_cases()
--   ~ authz.tg_admissions__activity is written, and runs with the rights of its owner
--   ~ authz.tg_admissions__bed is written, and runs with the rights of its owner
--   ~ authz.tg_beds__occupancy is written, and runs with the rights of its owner
--   ~ authz.tg_cases__activity is written, and runs with the rights of its owner
--   ~ authz.tg_cases__handoff is written, and runs with the rights of its owner
--   + policy provider_fence on authz.state_transitions: restrictive, all to authenticated
--   + policy patient_fence on authz.state_transitions: restrictive, all to patient
--   + policy internal_ops_fence on authz.state_transitions: restrictive, all to internal_ops
--   + policy anon_fence on authz.state_transitions: restrictive, all to anon
--   + policy definer_select on authz.state_transitions: select to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.admissions: restrictive, all to authenticated
--   + policy patient_fence on public.admissions: restrictive, all to patient
--   + policy internal_ops_fence on public.admissions: restrictive, all to internal_ops
--   + policy anon_fence on public.admissions: restrictive, all to anon
--   + policy definer_select on public.admissions: select to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.admissions: update to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.beds: restrictive, all to authenticated
--   + policy patient_fence on public.beds: restrictive, all to patient
--   + policy internal_ops_fence on public.beds: restrictive, all to internal_ops
--   + policy anon_fence on public.beds: restrictive, all to anon
--   + policy definer_select on public.beds: select to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.beds: update to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.case_activity_log: restrictive, all to authenticated
--   + policy patient_fence on public.case_activity_log: restrictive, all to patient
--   + policy internal_ops_fence on public.case_activity_log: restrictive, all to internal_ops
--   + policy anon_fence on public.case_activity_log: restrictive, all to anon
--   + policy internal_ops_select on public.case_activity_log: select to internal_ops
--   + policy definer_select on public.case_activity_log: select to cordon_definer, WITHOUT a condition
--   + policy definer_insert on public.case_activity_log: insert to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.cases: restrictive, all to authenticated
--   + policy patient_fence on public.cases: restrictive, all to patient
--   + policy internal_ops_fence on public.cases: restrictive, all to internal_ops
--   + policy anon_fence on public.cases: restrictive, all to anon
--   + policy internal_ops_select on public.cases: select to internal_ops
--   + policy internal_ops_insert on public.cases: insert to internal_ops
--   + policy internal_ops_update on public.cases: update to internal_ops
--   + policy definer_select on public.cases: select to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.cases: update to cordon_definer, WITHOUT a condition
--   + cordon_definer may select on authz.handed_over_cases
--   + cordon_definer may select (from_state, realms, table_name, to_state) on authz.state_transitions
--   + cordon_definer may select (8 columns), update (patient_status) on public.admissions
--   + cordon_insights may select (archived_at, organisation_id, status) on public.admissions
--   + service_role may select, insert, update on public.admissions
--   + cordon_definer may select (archived_at, id, organisation_id), update (status) on public.beds
--   + cordon_insights may select (archived_at, organisation_id, status) on public.beds
--   + service_role may select, insert, update on public.beds
--   + cordon_definer may select (17 columns), insert (8 columns) on public.case_activity_log
--   + cordon_insights may select (actor_realm, actor_user_id, event_type, id, occurred_at, organisation_id) on public.case_activity_log
--   + internal_ops may select on public.case_activity_log
--   + service_role may select on public.case_activity_log
--   + authenticated may select on public.case_timeline
--   + internal_ops may select on public.case_timeline
--   + service_role may select on public.case_timeline
--   + cordon_definer may select (9 columns), update (patient_status) on public.cases
--   + cordon_insights may select (archived_at, organisation_id, status) on public.cases
--   + internal_ops may select, insert (id, number, organisation_id, patient_id, priority, status), update (priority, reopen_reason, status) on public.cases
--   + service_role may select, insert, update on public.cases
-- Locks: 3 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE public.organisations
--   SHARE ROW EXCLUSIVE public.patients
--   ROW EXCLUSIVE governance.classification

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- authz.state_transitions: which state may follow which, and by whom. Data, because five workflows share one trigger.
create table authz.state_transitions (
  table_name text not null,
  from_state text,
  to_state text not null,
  realms text[],
  constraint state_transitions_key unique nulls not distinct (table_name, from_state, to_state),
  constraint state_transitions_realms_check check (realms <@ '{provider,patient,internal_ops,system}')
);
comment on table authz.state_transitions is 'Allowed steps of every workflow, written by migrations. [S-18]';
comment on column authz.state_transitions.from_state is 'NULL: the state in which a row may begin.';
comment on column authz.state_transitions.realms is 'Who may take the step; NULL: whoever may write the row.';
alter table authz.state_transitions enable row level security;
alter table authz.state_transitions force row level security;

insert into authz.state_transitions (table_name, from_state, to_state, realms)
values
  ('beds', null, 'available', null),
  ('beds', null, 'closed', null),
  ('beds', 'available', 'reserved', null),
  ('beds', 'available', 'occupied', null),
  ('beds', 'available', 'isolated', null),
  ('beds', 'available', 'contaminated', null),
  ('beds', 'available', 'closed', null),
  ('beds', 'reserved', 'available', null),
  ('beds', 'reserved', 'occupied', null),
  ('beds', 'reserved', 'closed', null),
  ('beds', 'occupied', 'cleaning', null),
  ('beds', 'cleaning', 'available', null),
  ('beds', 'cleaning', 'isolated', null),
  ('beds', 'cleaning', 'contaminated', null),
  ('beds', 'cleaning', 'closed', null),
  ('beds', 'isolated', 'cleaning', null),
  ('beds', 'contaminated', 'cleaning', null),
  ('beds', 'contaminated', 'closed', null),
  ('beds', 'closed', 'available', null),
  ('beds', 'closed', 'cleaning', null),
  ('admissions', null, 'planned', null),
  ('admissions', null, 'admitted', null),
  ('admissions', 'planned', 'admitted', null),
  ('admissions', 'planned', 'cancelled', null),
  ('admissions', 'admitted', 'discharged', null),
  ('cases', null, 'new', null),
  ('cases', 'new', 'triage', null),
  ('cases', 'new', 'cancelled', null),
  ('cases', 'triage', 'active', null),
  ('cases', 'triage', 'cancelled', null),
  ('cases', 'active', 'awaiting_transfer', null),
  ('cases', 'active', 'cancelled', null),
  ('cases', 'awaiting_transfer', 'in_transfer', null),
  ('cases', 'awaiting_transfer', 'cancelled', null),
  ('cases', 'in_transfer', 'active', null),
  ('cases', 'in_transfer', 'handed_off', null),
  ('cases', 'in_transfer', 'cancelled', null),
  ('cases', 'handed_off', 'closed', null),
  -- A closed case is reopened by operations alone, with a reason.
  ('cases', 'closed', 'active', '{internal_ops}');

-- public.beds: where a patient lies. Occupied exactly while an admission is active.
create table public.beds (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  ward text not null,
  label text not null,
  status text not null default 'available',
  last_status_change_at timestamptz,
  last_status_change_by_user_id uuid,
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint beds_pkey primary key (organisation_id, id),
  constraint beds_organisation_id_fkey
    foreign key (organisation_id) references public.organisations (id) on delete restrict,
  constraint beds_ward_check check (length(btrim(ward)) between 1 and 80),
  constraint beds_label_check check (length(btrim(label)) between 1 and 40),
  constraint beds_status_check
    check (status in ('available', 'reserved', 'occupied', 'cleaning', 'isolated', 'contaminated', 'closed')),
  constraint beds_actor_kind_check check (actor_kind in ('user', 'system'))
);

-- Unique among what is there: what was archived by mistake can be written again.
create unique index beds_organisation_id_ward_label_key
  on public.beds (organisation_id, ward, label) where archived_at is null;
-- Operations know what they hold by id, across organisations.
create index beds_id_idx on public.beds (id);
alter table public.beds alter column organisation_id set (n_distinct = 100);
comment on table public.beds is 'Beds by ward. Status occupied follows from admissions and is set by them alone. [S-17]';
alter table public.beds enable row level security;
alter table public.beds force row level security;

-- public.cases: one matter of one patient, from the first call to its closing.
create table public.cases (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  number text not null,
  patient_id uuid not null,
  status text not null default 'new',
  priority text not null default 'routine',
  handed_off_at timestamptz,
  reopen_reason text,
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
  constraint cases_pkey primary key (organisation_id, id),
  constraint cases_organisation_id_number_key unique (organisation_id, number),
  constraint cases_number_check check (number ~ '^[A-Z0-9][A-Z0-9-]{0,39}$'),
  constraint cases_status_check
    check (status in ('new', 'triage', 'active', 'awaiting_transfer', 'in_transfer', 'handed_off', 'closed', 'cancelled')),
  constraint cases_priority_check check (priority in ('routine', 'urgent', 'emergent', 'critical')),
  -- Target of admissions, so that a stay cannot name a case of another patient.
  constraint cases_organisation_id_id_patient_id_key unique (organisation_id, id, patient_id),
  -- A list and no free text: the reason stands in the activity log, which holds nothing of a patient.
  constraint cases_reopen_reason_check
    check (reopen_reason in ('new_information', 'clinical_change', 'billing', 'closed_in_error')),
  constraint cases_organisation_id_patient_id_fkey
    foreign key (organisation_id, patient_id) references public.patients (organisation_id, id) on delete restrict,
  constraint cases_patient_status_check check (patient_status in ('active', 'inactive', 'archived')),
  constraint cases_actor_kind_check check (actor_kind in ('user', 'system'))
);
create index cases_organisation_id_patient_id_idx on public.cases (organisation_id, patient_id);
create index cases_patient_id_idx on public.cases (patient_id);
-- Few at any moment, whatever has been closed since: operations find what they hold by reading these alone.
create index cases_handed_over_idx on public.cases (organisation_id, patient_id, id)
  where handed_off_at is not null and archived_at is null and status not in ('closed', 'cancelled');
alter table public.cases alter column organisation_id set (n_distinct = 100);
comment on table public.cases is 'Cases, which operations work on. PHI: links a patient to a matter. [S-18]';
comment on column public.cases.number is 'What people call it; unique in the organisation, capitals, digits and hyphens.';
comment on column public.cases.handed_off_at is 'When operations first took it over; stamped, and never changed. [S-18]';
comment on column public.cases.reopen_reason is 'Why operations reopened it last; asked for anew each time.';
comment on column public.cases.patient_status is
  'Projection of the patient, kept by trigger: archived, or the patient''s status. [N-27]';
alter table public.cases enable row level security;
alter table public.cases force row level security;

-- public.admissions: a stay: who lies where, from when to when.
create table public.admissions (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  patient_id uuid not null,
  bed_id uuid,
  case_id uuid,
  status text not null default 'planned',
  admitted_at timestamptz,
  discharged_at timestamptz,
  disposition text,
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
  constraint admissions_pkey primary key (organisation_id, id),
  constraint admissions_organisation_id_bed_id_fkey
    foreign key (organisation_id, bed_id) references public.beds (organisation_id, id) on delete restrict,
  -- The patient stands in the key too: an admission belongs to a case of the same patient.
  constraint admissions_organisation_id_case_id_patient_id_fkey
    foreign key (organisation_id, case_id, patient_id)
    references public.cases (organisation_id, id, patient_id) on delete restrict,
  constraint admissions_status_check check (status in ('planned', 'admitted', 'discharged', 'cancelled')),
  constraint admissions_bed_check check (bed_id is not null or status in ('planned', 'cancelled')),
  constraint admissions_disposition_check
    check (disposition in ('home', 'transferred', 'left_against_advice', 'deceased', 'other')),
  constraint admissions_discharged_check check ((disposition is not null) = (status = 'discharged')),
  constraint admissions_organisation_id_patient_id_fkey
    foreign key (organisation_id, patient_id) references public.patients (organisation_id, id) on delete restrict,
  constraint admissions_patient_status_check check (patient_status in ('active', 'inactive', 'archived')),
  constraint admissions_actor_kind_check check (actor_kind in ('user', 'system'))
);
create unique index admissions_active_bed_key
  on public.admissions (organisation_id, bed_id) where status = 'admitted' and archived_at is null;
create unique index admissions_active_patient_key
  on public.admissions (organisation_id, patient_id) where status = 'admitted' and archived_at is null;
-- Target of transfers, so that a movement cannot name a stay of another patient.
create unique index admissions_organisation_id_id_patient_id_key on public.admissions (organisation_id, id, patient_id);
create index admissions_organisation_id_bed_id_idx on public.admissions (organisation_id, bed_id);
create index admissions_organisation_id_patient_id_idx on public.admissions (organisation_id, patient_id);
create index admissions_organisation_id_case_id_patient_id_idx
  on public.admissions (organisation_id, case_id, patient_id);
create index admissions_case_id_idx on public.admissions (case_id);
alter table public.admissions alter column organisation_id set (n_distinct = 100);
comment on table public.admissions is 'Stays. One active per bed and per patient. PHI: links a patient to a place and a time. [S-18]';
comment on column public.admissions.admitted_at is 'When the patient was admitted; stamped.';
comment on column public.admissions.discharged_at is 'When the patient was discharged; stamped.';
comment on column public.admissions.disposition is 'Where the patient went; given exactly on discharge.';
comment on column public.admissions.patient_status is
  'Projection of the patient, kept by trigger: archived, or the patient''s status. [N-27]';
alter table public.admissions enable row level security;
alter table public.admissions force row level security;

-- public.case_activity_log: what happened, once, for timeline and auditor alike. Written by triggers, changed by nobody.
create table public.case_activity_log (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  case_id uuid,
  entity_type text not null,
  entity_id uuid not null,
  event_type text not null,
  actor_user_id uuid,
  actor_realm text not null,
  occurred_at timestamptz not null default clock_timestamp(),
  details jsonb not null,
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint case_activity_log_pkey primary key (organisation_id, id),
  constraint case_activity_log_organisation_id_case_id_fkey
    foreign key (organisation_id, case_id) references public.cases (organisation_id, id) on delete restrict,
  constraint case_activity_log_event_type_check
    check (split_part(event_type, '.', 1) = entity_type and authz.activity_keys(event_type) is not null),
  constraint case_activity_log_actor_realm_check
    check (actor_realm in ('provider', 'patient', 'internal_ops', 'system')),
  -- Every key of the type and no other: nothing that nobody thought of gets into the record.
  constraint case_activity_log_details_check check (
    jsonb_typeof(details) = 'object'
    and details ?& authz.activity_keys(event_type)
    and details - authz.activity_keys(event_type) = '{}'
  ),
  constraint case_activity_log_actor_kind_check check (actor_kind in ('user', 'system'))
);
create index case_activity_log_organisation_id_case_id_occurred_at_idx
  on public.case_activity_log (organisation_id, case_id, occurred_at);
create index case_activity_log_organisation_id_occurred_at_idx
  on public.case_activity_log (organisation_id, occurred_at desc);
alter table public.case_activity_log alter column organisation_id set (n_distinct = 100);
comment on table public.case_activity_log is
  'One row per real transition; append-only for everybody, its owner included. Ids and states, no free text. [S-18, S-19, S-20]';
comment on column public.case_activity_log.event_type is 'Entity and event: case.opened, admission.discharged, …; authz.activity_keys lists them.';
comment on column public.case_activity_log.details is 'The keys of the event''s type, all of them and no other. [S-19]';
alter table public.case_activity_log enable row level security;
alter table public.case_activity_log force row level security;

insert into governance.classification (schema_name, table_name, level, domain, retention, subjects)
values
  ('authz', 'state_transitions', 'INTERNAL', 'ops', 'general', '{}'),
  ('public', 'beds', 'INTERNAL', 'ops', 'general', '{}'),
  ('public', 'cases', 'INTERNAL', 'ops', 'chart', null),
  ('public', 'admissions', 'INTERNAL', 'clinical', 'chart', null),
  ('public', 'case_activity_log', 'INTERNAL', 'ops', 'audit', null);

-- What happened in a case, in order. A view, so that the timeline and the auditor's record are the same rows (S-20).
create view public.case_timeline with (security_invoker = true) as
  select
    l.organisation_id, l.case_id, c.number as case_number, l.occurred_at, l.event_type, l.entity_type, l.entity_id,
    l.actor_user_id, l.actor_realm, l.details
  from public.case_activity_log as l
  left join public.cases as c on c.organisation_id = l.organisation_id and c.id = l.case_id;
comment on view public.case_timeline is 'The activity log with the case''s number; order it by occurred_at. [S-20]';

-- Cases that operations hold: from the handoff until they are closed. The one definition behind authz.is_handed_over.
create view authz.handed_over_cases with (security_invoker = true) as
  select c.organisation_id, c.id, c.patient_id
  from public.cases as c
  where c.handed_off_at is not null
    and c.archived_at is null
    and c.status not in ('closed', 'cancelled');
comment on view authz.handed_over_cases is 'Cases handed to operations, neither closed nor archived. [S-29]';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.record_activity: one event. For triggers: the log refuses everybody else. The actor is who is stamped on the row that the event tells of,
-- which tg__stamped verifies: claims that name another when this trigger fires name nobody. A trigger whose row is not written
-- names authz.subject(), and asks authz.require_caller first.
create or replace function authz.record_activity(
  organisation_id uuid, case_id uuid, entity_id uuid, event_type text, details jsonb, actor_user_id uuid
)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  insert into public.case_activity_log
    (organisation_id, case_id, entity_type, entity_id, event_type, actor_user_id, actor_realm, details)
  values
    (organisation_id, case_id, split_part(event_type, '.', 1), entity_id, event_type, actor_user_id, authz.acting_realm(), details);
end
$$;
comment on function authz.record_activity(uuid, uuid, uuid, text, jsonb, uuid) is
  'Writes one row into case_activity_log. [S-18]';
alter function authz.record_activity(uuid, uuid, uuid, text, jsonb, uuid) owner to cordon_definer;
revoke all on function authz.record_activity(uuid, uuid, uuid, text, jsonb, uuid) from public;

create or replace function authz.rules_admissions()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "admissions", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "handedOverBy": "case", "handedOverKey": "case_id", "columns": ["archived_at", "case_id", "id", "organisation_id", "patient_status"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin", "doctor", "nurse", "assistant", "receptionist"], "capabilities": [], "conditions": ["not_archived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "N-14", "N-27", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["clinic_admin", "doctor", "nurse"], "capabilities": [], "conditions": ["patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-27", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["doctor", "nurse", "assistant"], "capabilities": [], "conditions": ["unarchived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived", "handed_over"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["S-29"]}
  ]}';
end
$$;
comment on function authz.rules_admissions() is
  'The access rules of admissions, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_admissions() from public;
grant execute on function authz.rules_admissions() to cordon_definer;

create or replace function authz.rules_beds()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "beds", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": null, "handedOverBy": "bed", "handedOverKey": "id", "columns": ["archived_at", "id", "organisation_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin", "doctor", "nurse", "assistant", "receptionist"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["clinic_admin", "doctor", "nurse"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03", "S-17"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["doctor", "nurse", "assistant"], "capabilities": [], "conditions": ["unarchived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03", "S-17"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived", "handed_over"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["S-29"]}
  ]}';
end
$$;
comment on function authz.rules_beds() is
  'The access rules of beds, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_beds() from public;
grant execute on function authz.rules_beds() to cordon_definer;

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
comment on function authz.rules_case_activity_log() is
  'The access rules of case_activity_log, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_case_activity_log() from public;
grant execute on function authz.rules_case_activity_log() to cordon_definer;

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
comment on function authz.rules_cases() is
  'The access rules of cases, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_cases() from public;
grant execute on function authz.rules_cases() to cordon_definer;

-- authz.tg_admissions__activity: one row per change of a stay that is one (S-18).
create or replace function authz.tg_admissions__activity()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- A disposition that is corrected is told as the discharge is: beside the first, which stays.
  if tg_op = 'INSERT' or (new.status, new.disposition) is distinct from (old.status, old.disposition) then
    perform authz.record_activity(
      new.organisation_id, new.case_id, new.id, 'admission.' || new.status,
      case new.status
        when 'admitted' then jsonb_build_object('bed_id', new.bed_id)
        when 'discharged' then jsonb_build_object('bed_id', new.bed_id, 'disposition', new.disposition)
        else '{}'
      end, new.updated_by_user_id
    );
  elsif new.bed_id is distinct from old.bed_id then
    perform authz.record_activity(
      new.organisation_id, new.case_id, new.id, 'admission.moved', jsonb_build_object('from', old.bed_id, 'to', new.bed_id), new.updated_by_user_id
    );
  end if;
  if tg_op = 'UPDATE' and (new.archived_at is null) <> (old.archived_at is null) then
    perform authz.record_activity(
      new.organisation_id, new.case_id, new.id, case when new.archived_at is null then 'admission.restored' else 'admission.archived' end,
      jsonb_build_object('status', new.status, 'bed_id', new.bed_id), new.updated_by_user_id
    );
  end if;
  -- Both cases tell of it: in the timeline of the one that it left, which may go to an insurer by itself, the patient would lie there still.
  if tg_op = 'UPDATE' and new.case_id is distinct from old.case_id then
    perform authz.record_activity(
      new.organisation_id, c.case_id, new.id, 'admission.case_changed', jsonb_build_object('from', old.case_id, 'to', new.case_id), new.updated_by_user_id
    )
    from unnest(array[old.case_id, new.case_id]) as c (case_id)
    where c.case_id is not null;
  end if;
  return null;
end
$$;
comment on function authz.tg_admissions__activity() is
  'Records planning, admission, moves, discharge and its correction, cancellation, archiving, its undoing, and in both the case of a stay. [S-18]';
alter function authz.tg_admissions__activity() owner to cordon_definer;
revoke all on function authz.tg_admissions__activity() from public;

-- authz.tg_admissions__bed: the bed follows the stay (S-17): taken, it is occupied; left, it is cleaned. Nobody is archived who lies in one.
create or replace function authz.tg_admissions__bed()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_left uuid;
  v_taken uuid;
begin
  -- Archived is for good, and hides the stay from whoever could end it: the bed would stay occupied. Here, where both who archives a patient and who
  -- admits one meanwhile come by with the patient's row locked. The server and the owner repair what they do.
  if new.status = 'admitted' and new.archived_at is null and new.patient_status = 'archived' and not authz.is_system() then
    raise exception 'a patient who lies in a bed is not archived'
      using errcode = 'CD015', hint = 'Discharge the patient first.';
  end if;
  if tg_op = 'UPDATE' and old.status = 'admitted' and old.archived_at is null then
    v_left := old.bed_id;
  end if;
  if new.status = 'admitted' and new.archived_at is null then
    v_taken := new.bed_id;
  end if;
  if v_left is not distinct from v_taken then
    return null;
  end if;
  if v_left is not null and v_taken is not null then
    -- In the order of ids: two moves across each other wait, instead of each for the other.
    perform
    from public.beds as b
    where b.organisation_id = new.organisation_id
      and b.id in (v_left, v_taken)
    order by b.id
    for no key update;
  end if;
  if v_left is not null then
    update public.beds as b set status = 'cleaning'
     where b.organisation_id = new.organisation_id and b.id = v_left;
  end if;
  if v_taken is null then
    return null;
  end if;
  update public.beds as b set status = 'occupied'
   where b.organisation_id = new.organisation_id and b.id = v_taken and b.archived_at is null;
  if not found then
    raise exception 'bed not found'
      using errcode = 'CD010', hint = 'Name a bed of the current organisation that is in use.';
  end if;
  return null;
end
$$;
comment on function authz.tg_admissions__bed() is
  'Keeps beds.status in step with active admissions; CD015 for whoever archives a patient who has one. [S-17]';
alter function authz.tg_admissions__bed() owner to cordon_definer;
revoke all on function authz.tg_admissions__bed() from public;

-- authz.tg_admissions__times: when a stay began and ended is what the server saw (S-16), and where it ended is where it was: who lay in which bed is
-- asked for when somebody else falls ill, and a bed that is written in with the discharge, or after it, is told as no move. Nor with the archiving: that
-- would be told as a move into a bed which somebody else may lie in.
create or replace function authz.tg_admissions__times()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    new.admitted_at := case when new.status = 'admitted' then clock_timestamp() end;
    new.discharged_at := null;
    return new;
  end if;
  if new.bed_id is distinct from old.bed_id
    and ('discharged' in (old.status, new.status) or new.archived_at is not null)
  then
    raise exception 'a stay ends in the bed that it was in'
      using errcode = 'CD013', hint = 'Move the patient first, and discharge them, or archive the stay, then; one that has ended stays where it was.';
  end if;
  new.admitted_at := coalesce(old.admitted_at, case when new.status = 'admitted' then clock_timestamp() end);
  new.discharged_at := coalesce(old.discharged_at, case when new.status = 'discharged' then clock_timestamp() end);
  return new;
end
$$;
comment on function authz.tg_admissions__times() is
  'Stamps admitted_at and discharged_at once, client values are ignored; refuses with CD013 another bed with discharge or archiving, or after either. [S-16, S-17, S-18]';
revoke all on function authz.tg_admissions__times() from public;

-- authz.tg_beds__occupancy: no bed begins occupied, and nobody occupies a bed by saying so (S-17). The admission does, and this trigger sees it.
-- Nor is one archived under whoever lies in it.
create or replace function authz.tg_beds__occupancy()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_is_archived constant boolean := new.archived_at is not null and old.archived_at is null;
  v_is_taken boolean;
begin
  if new.status is not distinct from old.status and not v_is_archived then
    return new;
  end if;
  v_is_taken := exists (
    select
    from public.admissions as a
    where a.organisation_id = new.organisation_id
      and a.bed_id = new.id
      and a.status = 'admitted'
      and a.archived_at is null
  );
  if v_is_taken and v_is_archived then
    raise exception 'a bed in which a patient lies is not archived'
      using errcode = 'CD015', hint = 'Discharge or move the patient first.';
  end if;
  if (new.status = 'occupied') <> v_is_taken then
    raise exception 'a bed is occupied exactly while a patient is admitted to it'
      using errcode = 'CD015', hint = 'Admit the patient to the bed, or discharge or move who lies there: the bed follows.';
  end if;
  return new;
end
$$;
comment on function authz.tg_beds__occupancy() is
  'Refuses with CD015 a status that contradicts the active admissions, and the archiving of a bed with one. [S-17]';
alter function authz.tg_beds__occupancy() owner to cordon_definer;
revoke all on function authz.tg_beds__occupancy() from public;

-- authz.tg_case_activity_log__written: an event is recorded by the trigger that saw it, and by nobody's say-so (S-18).
create or replace function authz.tg_case_activity_log__written()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- One level is this trigger's own; and ours write as the definer, so that a trigger somebody else hangs up does not pass.
  if pg_trigger_depth() < 2 or current_user <> 'cordon_definer' then
    raise exception 'case_activity_log is written by triggers only'
      using errcode = 'CD014', hint = 'Change the case, admission or transfer: its trigger records that.';
  end if;
  return new;
end
$$;
comment on function authz.tg_case_activity_log__written() is
  'Refuses with CD014 a row that no trigger wrote. [S-18]';
revoke all on function authz.tg_case_activity_log__written() from public;

-- authz.tg_cases__activity: one row per change of a case that is one (S-18).
create or replace function authz.tg_cases__activity()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    perform authz.record_activity(
      new.organisation_id, new.id, new.id, 'case.opened', jsonb_build_object('status', new.status, 'priority', new.priority), new.updated_by_user_id
    );
    return null;
  end if;
  if new.status is distinct from old.status then
    if old.status = 'closed' then
      perform authz.record_activity(
        new.organisation_id, new.id, new.id, 'case.reopened', jsonb_build_object('from', old.status, 'to', new.status, 'reason', new.reopen_reason), new.updated_by_user_id
      );
    else
      perform authz.record_activity(
        new.organisation_id, new.id, new.id, 'case.status_changed', jsonb_build_object('from', old.status, 'to', new.status), new.updated_by_user_id
      );
    end if;
  end if;
  if new.priority is distinct from old.priority then
    perform authz.record_activity(
      new.organisation_id, new.id, new.id, 'case.priority_changed', jsonb_build_object('from', old.priority, 'to', new.priority), new.updated_by_user_id
    );
  end if;
  -- By the server alone, and out of everybody's sight all the same.
  if (new.archived_at is null) <> (old.archived_at is null) then
    perform authz.record_activity(
      new.organisation_id, new.id, new.id, case when new.archived_at is null then 'case.restored' else 'case.archived' end,
      jsonb_build_object('status', new.status), new.updated_by_user_id
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_cases__activity() is
  'Records opening, steps, reopening, priority and archiving of a case, and its undoing. [S-18]';
alter function authz.tg_cases__activity() owner to cordon_definer;
revoke all on function authz.tg_cases__activity() from public;

-- authz.tg_cases__handoff: a case is handed to operations once, and by its clinic, which sends it on its way before they take it: operations see every
-- case, open some themselves, and would by their own hand see whoever any of them is of. Each reopening says why.
create or replace function authz.tg_cases__handoff()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    new.handed_off_at := null;
    new.reopen_reason := null;
    return new;
  end if;
  new.handed_off_at := coalesce(old.handed_off_at, case when new.status = 'handed_off' then clock_timestamp() end);
  if new.status = 'awaiting_transfer'
    and old.status <> 'awaiting_transfer'
    and old.handed_off_at is null
    and not authz.is_system()
    and (
      authz.acting_realm() = 'internal_ops'
      -- Who has put that role off in mid-statement is taken for staff, and is staff of nobody here.
      or not exists (
        select
        from authz.live_memberships as m
        where m.organisation_id = new.organisation_id
          and m.user_id = authz.subject()
      )
    )
  then
    raise exception 'a case is sent on its way by its clinic'
      using errcode = 'CD013', hint = 'A clinic_admin, a doctor or a nurse of the clinic sets awaiting_transfer; operations take it from there.';
  end if;
  if new.status = 'cancelled' and old.status <> 'cancelled' and old.handed_off_at is not null then
    raise exception 'a case that was handed over is not cancelled'
      using errcode = 'CD013', hint = 'Hand it over again, or have operations close it.';
  end if;
  if new.status is not distinct from old.status then
    new.reopen_reason := old.reopen_reason;
  elsif old.status <> 'closed' then
    new.reopen_reason := null;
  elsif new.reopen_reason is null then
    raise exception 'reopening a case takes a reason'
      using errcode = 'CD013', hint = 'Set reopen_reason in the same statement.';
  end if;
  return new;
end
$$;
comment on function authz.tg_cases__handoff() is
  'Stamps handed_off_at, and asks for reopen_reason from closed to active; CD013 for operations who send on its way what its clinic has not. [S-18, S-29]';
alter function authz.tg_cases__handoff() owner to cordon_definer;
revoke all on function authz.tg_cases__handoff() from public;

revoke create on schema authz from cordon_definer;

create policy provider_fence on authz.state_transitions
  as restrictive for all to authenticated
  using (false)
  with check (false);
comment on policy provider_fence on authz.state_transitions is
  'Whatever another policy allows, staff reach no row. [N-24, S-02, S-03, S-04]';

create policy patient_fence on authz.state_transitions
  as restrictive for all to patient
  using (false)
  with check (false);
comment on policy patient_fence on authz.state_transitions is
  'Whatever another policy allows, patients reach no row. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on authz.state_transitions
  as restrictive for all to internal_ops
  using (false)
  with check (false);
comment on policy internal_ops_fence on authz.state_transitions is
  'Whatever another policy allows, operations reach no row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on authz.state_transitions
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on authz.state_transitions is
  'Whatever another policy allows, callers who are not signed in reach no row. [N-24, S-02, S-03, S-04]';

create policy definer_select on authz.state_transitions
  for select to cordon_definer
  using (true);
comment on policy definer_select on authz.state_transitions is
  'definer functions may read every row (authz.tg__transition: what may follow). [S-18]';

create policy provider_fence on public.admissions
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'admissions', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'admissions', 'SELECT', 'basic')));
comment on policy provider_fence on public.admissions is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only clinic_admin, doctor, nurse, assistant or receptionist of the current organisation. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.admissions
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.admissions is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.admissions
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.admissions is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.admissions
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.admissions is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy definer_select on public.admissions
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.admissions is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_patients__project: finds the rows of a patient; authz.tg_beds__occupancy: whether a bed is taken; authz.is_handed_over: who lies in it; public.assign_care: whether the patient lies in one). [N-08, N-27, S-17]';

create policy definer_update on public.admissions
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.admissions is
  'definer functions may change every row (authz.tg_patients__project: what is known of a patient is hidden with the patient). [N-27]';

create policy provider_fence on public.beds
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'beds', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'beds', 'SELECT', 'basic')));
comment on policy provider_fence on public.beds is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only clinic_admin, doctor, nurse, assistant or receptionist of the current organisation. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.beds
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.beds is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.beds
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.beds is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.beds
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.beds is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy definer_select on public.beds
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.beds is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_admissions__bed: the bed of a stay, locked in the order of ids). [N-08, S-17]';

create policy definer_update on public.beds
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.beds is
  'definer functions may change every row (authz.tg_admissions__bed: the bed follows the stay). [S-17]';

create policy provider_fence on public.case_activity_log
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'case_activity_log', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'case_activity_log', 'SELECT', 'basic')));
comment on policy provider_fence on public.case_activity_log is
  'Whatever another policy allows, staff reach rows of the current organisation only. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.case_activity_log
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.case_activity_log is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.case_activity_log
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.case_activity_log is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.case_activity_log
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.case_activity_log is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy internal_ops_select on public.case_activity_log
  for select to internal_ops
  using ((select authz.log_decision(authz.is_operator('{ops_agent,auditor}'), 'internal_ops', 'case_activity_log', 'SELECT', 'basic')));
comment on policy internal_ops_select on public.case_activity_log is
  'ops_agent or auditor of operations may read rows. [S-18, S-20, S-29]';

create policy definer_select on public.case_activity_log
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.case_activity_log is
  'definer functions may read every row (audit.seal_table, audit.sealed_records: what is sealed is the whole row; authz.simulate: explains a decision by what it depends on). [N-08, S-20]';

create policy definer_insert on public.case_activity_log
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on public.case_activity_log is
  'definer functions may create every row (authz.record_activity: what a trigger saw). [S-18]';

create policy provider_fence on public.cases
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'))), 'provider', 'cases', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'))), 'provider', 'cases', 'SELECT', 'basic')));
comment on policy provider_fence on public.cases is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with finance of the current organisation or clinic_admin, doctor, nurse, assistant or receptionist of the current organisation. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.cases
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.cases is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.cases
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.cases is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.cases
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.cases is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy internal_ops_select on public.cases
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'cases', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );
comment on policy internal_ops_select on public.cases is
  'ops_agent of operations may read rows that are not archived. [S-18, S-29]';

create policy internal_ops_insert on public.cases
  for insert to internal_ops
  with check ((select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'cases', 'INSERT', 'detailed')));
comment on policy internal_ops_insert on public.cases is
  'ops_agent of operations may create rows. [S-18, S-29]';

create policy internal_ops_update on public.cases
  for update to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'cases', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  )
  with check (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'cases', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  );
comment on policy internal_ops_update on public.cases is
  'ops_agent of operations may change rows that are not archived. [S-18, S-29]';

create policy definer_select on public.cases
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.cases is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_patients__project: finds the rows of a patient; authz.tg__handed_over, public.attach_invoice: whether it is theirs; authz.handed_over_cases: which they hold; public.dispatch_transfer: how urgent; public.export_case_timeline: which case it is). [N-08, N-27]';

create policy definer_update on public.cases
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.cases is
  'definer functions may change every row (authz.tg_patients__project: what is known of a patient is hidden with the patient). [N-27]';

create or replace trigger _110_status_stamp
  before insert or update on public.admissions
  for each row
  execute function authz.tg__status_stamp();
alter table public.admissions enable always trigger _110_status_stamp;
comment on trigger _110_status_stamp on public.admissions is
  'Stamps who flipped the status and when. [S-16]';

create or replace trigger _200_transition
  before insert or update on public.admissions
  for each row
  execute function authz.tg__transition('admissions', 'admitted');
alter table public.admissions enable always trigger _200_transition;
comment on trigger _200_transition on public.admissions is
  'Refuses a state that does not follow from the one before, or not for this realm. [S-18]';

create or replace trigger _400_patient_status
  before insert or update on public.admissions
  for each row
  execute function authz.tg__patient_status('patient_id');
alter table public.admissions enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.admissions is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';

create or replace trigger _300_times
  before insert or update on public.admissions
  for each row
  execute function authz.tg_admissions__times();
alter table public.admissions enable always trigger _300_times;
comment on trigger _300_times on public.admissions is
  'Stamps admission and discharge; a value sent by anyone is ignored. [S-16]';

create or replace trigger _500_bed
  after insert or update on public.admissions
  for each row
  execute function authz.tg_admissions__bed();
alter table public.admissions enable always trigger _500_bed;
comment on trigger _500_bed on public.admissions is
  'Occupies the bed of an active admission, and sends the one it left to cleaning. [S-17]';

create or replace trigger _600_activity
  after insert or update on public.admissions
  for each row
  execute function authz.tg_admissions__activity();
alter table public.admissions enable always trigger _600_activity;
comment on trigger _600_activity on public.admissions is
  'Writes what really changed into the activity log. [S-18]';

create or replace trigger _700_patient_status_kept
  after insert on public.admissions
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.admissions enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.admissions is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _080_no_secrets
  before insert or update on public.beds
  for each row
  execute function authz.tg__no_secrets('beds', 'ward', 'label');
alter table public.beds enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.beds is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _087_labels
  before insert or update on public.beds
  for each row
  execute function authz.tg__labels('beds', 'number', 'ward', 'label');
alter table public.beds enable always trigger _087_labels;
comment on trigger _087_labels on public.beds is
  'Refuses a ward or label that looks like another, or like none. [S-17]';

create or replace trigger _110_status_stamp
  before insert or update on public.beds
  for each row
  execute function authz.tg__status_stamp();
alter table public.beds enable always trigger _110_status_stamp;
comment on trigger _110_status_stamp on public.beds is
  'Stamps who flipped the status and when. [S-16, S-17]';

create or replace trigger _200_transition
  before insert or update on public.beds
  for each row
  execute function authz.tg__transition('beds', 'available');
alter table public.beds enable always trigger _200_transition;
comment on trigger _200_transition on public.beds is
  'Refuses a state that does not follow from the one before, or not for this realm. [S-18]';

create or replace trigger _300_occupancy
  before update on public.beds
  for each row
  execute function authz.tg_beds__occupancy();
alter table public.beds enable always trigger _300_occupancy;
comment on trigger _300_occupancy on public.beds is
  'Keeps occupied to exactly the beds with an active admission. [S-17, S-18]';

create or replace trigger _010_by_trigger
  before insert on public.case_activity_log
  for each row
  execute function authz.tg_case_activity_log__written();
alter table public.case_activity_log enable always trigger _010_by_trigger;
comment on trigger _010_by_trigger on public.case_activity_log is
  'Refuses a row that no trigger wrote. [S-18]';

create or replace trigger _020_append_only
  before update or delete on public.case_activity_log
  for each row
  execute function authz.tg__append_only('case_activity_log');
alter table public.case_activity_log enable always trigger _020_append_only;
comment on trigger _020_append_only on public.case_activity_log is
  'Refuses every change, the owner''s included. [S-20]';

create or replace trigger _021_no_truncate
  before truncate on public.case_activity_log
  for each statement
  execute function authz.tg__append_only('case_activity_log');
alter table public.case_activity_log enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on public.case_activity_log is
  'Refuses to empty the table, the owner included. [S-20]';

create or replace trigger _110_status_stamp
  before insert or update on public.cases
  for each row
  execute function authz.tg__status_stamp();
alter table public.cases enable always trigger _110_status_stamp;
comment on trigger _110_status_stamp on public.cases is
  'Stamps who flipped the status and when. [S-16]';

create or replace trigger _200_transition
  before insert or update on public.cases
  for each row
  execute function authz.tg__transition('cases', 'new');
alter table public.cases enable always trigger _200_transition;
comment on trigger _200_transition on public.cases is
  'Refuses a state that does not follow from the one before, or not for this realm. [S-18]';

create or replace trigger _400_patient_status
  before insert or update on public.cases
  for each row
  execute function authz.tg__patient_status('patient_id');
alter table public.cases enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.cases is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';

create or replace trigger _300_handoff
  before insert or update on public.cases
  for each row
  execute function authz.tg_cases__handoff();
alter table public.cases enable always trigger _300_handoff;
comment on trigger _300_handoff on public.cases is
  'Stamps the handoff once, and asks for a reason to reopen. [S-18]';

create or replace trigger _600_activity
  after insert or update on public.cases
  for each row
  execute function authz.tg_cases__activity();
alter table public.cases enable always trigger _600_activity;
comment on trigger _600_activity on public.cases is
  'Writes what really changed into the activity log. [S-18]';

create or replace trigger _700_patient_status_kept
  after insert on public.cases
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.cases enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.cases is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _060_whose
  before update on public.cases
  for each row
  when (new.patient_id is distinct from old.patient_id)
  execute function authz.tg__whose();
alter table public.cases enable always trigger _060_whose;
comment on trigger _060_whose on public.cases is
  'Keeps a case its patient''s, whom operations see by it. [N-37, S-29]';

create or replace trigger _050_tenant
  before insert or update on public.admissions
  for each row
  execute function authz.tg__tenant('admissions');
alter table public.admissions enable always trigger _050_tenant;
comment on trigger _050_tenant on public.admissions is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.admissions
  for each row
  execute function authz.tg__stamp();
alter table public.admissions enable always trigger _100_stamp;
comment on trigger _100_stamp on public.admissions is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _890_lasting
  before update on public.admissions
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('admissions');
alter table public.admissions enable always trigger _890_lasting;
comment on trigger _890_lasting on public.admissions is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.admissions
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.admissions enable always trigger _900_stamped;
comment on trigger _900_stamped on public.admissions is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.admissions
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.admissions enable always trigger _901_stamped;
comment on trigger _901_stamped on public.admissions is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _050_tenant
  before insert or update on public.beds
  for each row
  execute function authz.tg__tenant('beds');
alter table public.beds enable always trigger _050_tenant;
comment on trigger _050_tenant on public.beds is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.beds
  for each row
  execute function authz.tg__stamp();
alter table public.beds enable always trigger _100_stamp;
comment on trigger _100_stamp on public.beds is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _890_lasting
  before update on public.beds
  for each row
  when (new.id <> old.id)
  execute function authz.tg__lasting('beds');
alter table public.beds enable always trigger _890_lasting;
comment on trigger _890_lasting on public.beds is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.beds
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.beds enable always trigger _900_stamped;
comment on trigger _900_stamped on public.beds is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.beds
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.beds enable always trigger _901_stamped;
comment on trigger _901_stamped on public.beds is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _050_tenant
  before insert or update on public.case_activity_log
  for each row
  execute function authz.tg__tenant('case_activity_log');
alter table public.case_activity_log enable always trigger _050_tenant;
comment on trigger _050_tenant on public.case_activity_log is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.case_activity_log
  for each row
  execute function authz.tg__stamp();
alter table public.case_activity_log enable always trigger _100_stamp;
comment on trigger _100_stamp on public.case_activity_log is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _050_tenant
  before insert or update on public.cases
  for each row
  execute function authz.tg__tenant('cases');
alter table public.cases enable always trigger _050_tenant;
comment on trigger _050_tenant on public.cases is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.cases
  for each row
  execute function authz.tg__stamp();
alter table public.cases enable always trigger _100_stamp;
comment on trigger _100_stamp on public.cases is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _890_lasting
  before update on public.cases
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('cases');
alter table public.cases enable always trigger _890_lasting;
comment on trigger _890_lasting on public.cases is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.cases
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.cases enable always trigger _900_stamped;
comment on trigger _900_stamped on public.cases is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.cases
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.cases enable always trigger _901_stamped;
comment on trigger _901_stamped on public.cases is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

grant select on authz.handed_over_cases to cordon_definer;

grant
  select (from_state, realms, table_name, to_state)
  on authz.state_transitions to cordon_definer;

grant
  select (archived_at, bed_id, case_id, id, organisation_id, patient_id, patient_status, status),
  update (patient_status)
  on public.admissions to cordon_definer;
grant select (archived_at, organisation_id, status) on public.admissions to cordon_insights;
grant select, insert, update on public.admissions to service_role;

grant select (archived_at, id, organisation_id), update (status) on public.beds to cordon_definer;
grant select (archived_at, organisation_id, status) on public.beds to cordon_insights;
grant select, insert, update on public.beds to service_role;

grant
  select (actor_kind, actor_realm, actor_user_id, archived_at, archived_by_user_id, case_id, created_at, created_by_user_id, details, entity_id, entity_type, event_type, id, occurred_at, organisation_id, updated_at, updated_by_user_id),
  insert (actor_realm, actor_user_id, case_id, details, entity_id, entity_type, event_type, organisation_id)
  on public.case_activity_log to cordon_definer;
grant
  select (actor_realm, actor_user_id, event_type, id, occurred_at, organisation_id)
  on public.case_activity_log to cordon_insights;
grant select on public.case_activity_log to internal_ops;
grant select on public.case_activity_log to service_role;

grant select on public.case_timeline to authenticated;
grant select on public.case_timeline to internal_ops;
grant select on public.case_timeline to service_role;

grant
  select (archived_at, handed_off_at, id, number, organisation_id, patient_id, patient_status, priority, status),
  update (patient_status)
  on public.cases to cordon_definer;
grant select (archived_at, organisation_id, status) on public.cases to cordon_insights;
grant
  select,
  insert (id, number, organisation_id, patient_id, priority, status),
  update (priority, reopen_reason, status)
  on public.cases to internal_ops;
grant select, insert, update on public.cases to service_role;

-- migrate:down
