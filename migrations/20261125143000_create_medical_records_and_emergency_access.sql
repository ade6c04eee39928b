-- migrate:up
-- Why: the chart, for who treats under consent in the clinic's hours, and the glass that may be broken.
-- Access: +66 grants, +53 policies, 6 changed, 21 definer functions
--   ~ authz.client_address is written, and runs with the rights of its owner
--   ~ authz.treated_by is written, and runs with the rights of its owner
--   ~ authz.refuses_emergency is written, and runs with the rights of its owner
--   ~ authz.emergency_of is written, and runs with the rights of its owner
--   + authenticated may execute function authz.now()
--   + cordon_definer may execute function authz.now()
--   ~ authz.emergency_patients is written, and runs with the rights of its owner
--   + authenticated may execute function authz.emergency_patients()
--   ~ authz.is_within_hours is written, and runs with the rights of its owner
--   ~ authz.is_within_networks is written, and runs with the rights of its owner
--   + cordon_definer may execute function authz.require_read_committed()
--   ~ authz.lock_patient is written, and runs with the rights of its owner
--   + cordon_definer may execute function authz.purpose()
--   ~ authz.organisation_within is written, and runs with the rights of its owner
--   + authenticated may execute function authz.organisation_within(text[], text[], integer[], boolean, text[])
--   + cordon_definer may execute function authz.rules_access_restrictions()
--   + cordon_definer may execute function authz.rules_appointment_reasons()
--   + cordon_definer may execute function authz.rules_appointments()
--   + cordon_definer may execute function authz.rules_care_relationships()
--   + cordon_definer may execute function authz.rules_consents()
--   + cordon_definer may execute function authz.rules_emergency_access_grants()
--   + cordon_definer may execute function authz.rules_emergency_access_reasons()
--   + cordon_definer may execute function authz.rules_medical_record_details()
--   + cordon_definer may execute function authz.rules_medical_records()
--   + cordon_definer may execute function authz.rules_ops_members()
--   + cordon_definer may execute function authz.rules_organisation_members()
--   + cordon_definer may execute function authz.rules_organisation_networks()
--   + cordon_definer may execute function authz.rules_organisation_settings()
--   + cordon_definer may execute function authz.rules_organisations()
--   + cordon_definer may execute function authz.rules_patient_accounts()
--   + cordon_definer may execute function authz.rules_patient_clinical()
--   + cordon_definer may execute function authz.rules_patient_identity()
--   + cordon_definer may execute function authz.rules_patients()
--   + cordon_definer may execute function authz.rules_professionals()
--   + cordon_definer may execute function authz.rules_profiles()
--   ~ authz.tg__consent is written, and runs with the rights of its owner
--   ~ authz.tg__patient_status is written, and runs with the rights of its owner
--   ~ authz.tg__stamp is written, and runs with the rights of its owner
--   ~ authz.tg_consents__project is written, and runs with the rights of its owner
--   ~ authz.tg_medical_record_details__superseded is written, and runs with the rights of its owner
--   ~ authz.tg_medical_records__protect is written, and runs with the rights of its owner
--   ~ authz.tg_medical_records__version is written, and runs with the rights of its owner
--   ~ authz.tg_patients__project is written, and runs with the rights of its owner
--   ~ authz.treated_patients is written, and runs with the rights of its owner
--   + authenticated may execute function authz.treated_patients(integer[])
--   ~ public.close_emergency_access is written, and runs with the rights of its owner
--   + authenticated may execute function public.close_emergency_access(uuid)
--   ~ public.open_emergency_access is written, and runs with the rights of its owner
--   + authenticated may execute function public.open_emergency_access(uuid, text, integer)
--   ~ public.review_emergency_access is written, and runs with the rights of its owner
--   + authenticated may execute function public.review_emergency_access(uuid, text, text)
--   + policy provider_fence on public.access_restrictions: restrictive, all to authenticated
--   + policy patient_fence on public.access_restrictions: restrictive, all to patient
--   + policy internal_ops_fence on public.access_restrictions: restrictive, all to internal_ops
--   + policy anon_fence on public.access_restrictions: restrictive, all to anon
--   + policy provider_select on public.access_restrictions: select to authenticated
--   + policy provider_insert on public.access_restrictions: insert to authenticated
--   + policy provider_update on public.access_restrictions: update to authenticated
--   + policy patient_select on public.access_restrictions: select to patient
--   + policy patient_insert on public.access_restrictions: insert to patient
--   + policy patient_update on public.access_restrictions: update to patient
--   + policy definer_select on public.access_restrictions: select to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.access_restrictions: update to cordon_definer, WITHOUT a condition
--   ~ policy provider_select on public.appointment_reasons
--   + policy provider_fence on public.emergency_access_grants: restrictive, all to authenticated
--   + policy patient_fence on public.emergency_access_grants: restrictive, all to patient
--   + policy internal_ops_fence on public.emergency_access_grants: restrictive, all to internal_ops
--   + policy anon_fence on public.emergency_access_grants: restrictive, all to anon
--   + policy provider_select on public.emergency_access_grants: select to authenticated
--   + policy patient_select on public.emergency_access_grants: select to patient
--   + policy definer_select on public.emergency_access_grants: select to cordon_definer, WITHOUT a condition
--   + policy definer_insert on public.emergency_access_grants: insert to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.emergency_access_grants: update to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.emergency_access_reasons: restrictive, all to authenticated
--   + policy patient_fence on public.emergency_access_reasons: restrictive, all to patient
--   + policy internal_ops_fence on public.emergency_access_reasons: restrictive, all to internal_ops
--   + policy anon_fence on public.emergency_access_reasons: restrictive, all to anon
--   + policy provider_select on public.emergency_access_reasons: select to authenticated
--   + policy definer_select on public.emergency_access_reasons: select to cordon_definer, WITHOUT a condition
--   + policy definer_insert on public.emergency_access_reasons: insert to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.emergency_access_reasons: update to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.medical_record_details: restrictive, all to authenticated
--   + policy patient_fence on public.medical_record_details: restrictive, all to patient
--   + policy internal_ops_fence on public.medical_record_details: restrictive, all to internal_ops
--   + policy anon_fence on public.medical_record_details: restrictive, all to anon
--   + policy provider_select on public.medical_record_details: select to authenticated
--   + policy provider_insert on public.medical_record_details: insert to authenticated
--   + policy provider_update on public.medical_record_details: update to authenticated
--   + policy patient_select on public.medical_record_details: select to patient
--   + policy definer_select on public.medical_record_details: select to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.medical_record_details: update to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.medical_records: restrictive, all to authenticated
--   + policy patient_fence on public.medical_records: restrictive, all to patient
--   + policy internal_ops_fence on public.medical_records: restrictive, all to internal_ops
--   + policy anon_fence on public.medical_records: restrictive, all to anon
--   + policy provider_select on public.medical_records: select to authenticated
--   + policy provider_insert on public.medical_records: insert to authenticated
--   + policy provider_update on public.medical_records: update to authenticated
--   + policy patient_select on public.medical_records: select to patient
--   + policy definer_select on public.medical_records: select to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.medical_records: update to cordon_definer, WITHOUT a condition
--   + policy definer_select on public.organisation_networks: select to cordon_definer, WITHOUT a condition
--   + policy definer_select on public.organisation_settings: select to cordon_definer, WITHOUT a condition
--   ~ policy provider_select on public.patient_clinical
--   ~ policy provider_insert on public.patient_clinical
--   ~ policy provider_update on public.patient_clinical
--   ~ policy provider_select on public.patients
--   ~ policy provider_update on public.patients
--   + policy definer_select on public.professionals: select to cordon_definer, WITHOUT a condition
--   + policy definer_select on public.profiles: select to cordon_definer, WITHOUT a condition
--   + cordon_definer may select (trusted_address_header) on authz.deployment_settings
--   + authenticated may select, insert (id, organisation_id, patient_id, restricted_user_id), update (lifted_at) on public.access_restrictions
--   + cordon_definer may select (7 columns), update (patient_status) on public.access_restrictions
--   + patient may select, insert (id, organisation_id, patient_id, restricted_user_id), update (lifted_at) on public.access_restrictions
--   + service_role may select, insert, update on public.access_restrictions
--   + cordon_definer may select (archived_at, id, patient_status) on public.appointment_reasons
--   + cordon_definer may select (archived_at, id, patient_status) on public.appointments
--   + cordon_definer may select (archived_at, ends_at, id, patient_status, starts_at, user_id) on public.care_relationships
--   + cordon_definer may select (break_glass_allowed, id, patient_status) on public.consents
--   + authenticated may select on public.emergency_access_grants
--   + cordon_definer may select (11 columns), insert (expires_at, opened_at, organisation_id, patient_id, user_id), update (ended_at, patient_status, review_outcome, reviewed_at, reviewed_by_user_id) on public.emergency_access_grants
--   + patient may select on public.emergency_access_grants
--   + service_role may select on public.emergency_access_grants
--   + authenticated may select on public.emergency_access_reasons
--   + cordon_definer may select (archived_at, id, organisation_id, patient_id), insert (id, organisation_id, patient_id, reason), update (patient_status, review_note) on public.emergency_access_reasons
--   + service_role may select on public.emergency_access_reasons
--   + authenticated may select, insert (7 columns), update (codes, diagnosis, physician_notes, treatment_plan) on public.medical_record_details
--   + cordon_definer may select (archived_at, id, organisation_id, patient_id, patient_status, treatment_consent_until), update (patient_status, treatment_consent_until) on public.medical_record_details
--   + patient may select on public.medical_record_details
--   + service_role may select, insert, update on public.medical_record_details
--   + authenticated may select on public.medical_record_overview
--   + patient may select on public.medical_record_overview
--   + service_role may select on public.medical_record_overview
--   + authenticated may select, insert (8 columns), update (medications, segments, vitals) on public.medical_records
--   + cordon_definer may select (10 columns), update (patient_status, segments, treatment_consent_until) on public.medical_records
--   + patient may select on public.medical_records
--   + service_role may select, insert, update on public.medical_records
--   + cordon_definer may select (id) on public.organisation_members
--   + cordon_definer may select (archived_at, cidr, id, mode, organisation_id) on public.organisation_networks
--   + cordon_definer may select (archived_at, business_hours, organisation_id) on public.organisation_settings
--   + cordon_definer may select (timezone) on public.organisations
--   + cordon_definer may select (id, patient_status) on public.patient_accounts
--   + cordon_definer may select (archived_at, patient_status, treatment_consent_until) on public.patient_clinical
--   + cordon_definer may select (archived_at, patient_status) on public.patient_identity
--   + cordon_definer may select (archived_at, id, organisation_id) on public.professionals
--   + cordon_definer may select (archived_at, user_id) on public.profiles
-- Locks: 9 existing tables, until the migration commits
--   ACCESS EXCLUSIVE public.appointment_reasons
--   ACCESS EXCLUSIVE public.organisation_networks
--   ACCESS EXCLUSIVE public.organisation_settings
--   ACCESS EXCLUSIVE public.patient_clinical
--   ACCESS EXCLUSIVE public.patients
--   ACCESS EXCLUSIVE public.professionals
--   ACCESS EXCLUSIVE public.profiles
--   SHARE ROW EXCLUSIVE public.organisation_members
--   ROW EXCLUSIVE governance.classification

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- public.access_restrictions: whom a patient shuts out. Without a person: everybody, from breaking the glass.
create table public.access_restrictions (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  patient_id uuid not null,
  restricted_user_id uuid,
  lifted_at timestamptz,
  patient_status text not null default 'archived',
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint access_restrictions_pkey primary key (organisation_id, id),
  constraint access_restrictions_organisation_id_patient_id_fkey
    foreign key (organisation_id, patient_id) references public.patients (organisation_id, id) on delete restrict,
  constraint access_restrictions_organisation_id_restricted_user_id_fkey
    foreign key (organisation_id, restricted_user_id)
    references public.organisation_members (organisation_id, user_id) on delete restrict,
  constraint access_restrictions_patient_status_check check (patient_status in ('active', 'inactive', 'archived')),
  constraint access_restrictions_actor_kind_check check (actor_kind in ('user', 'system'))
);
-- What is in force once is in force: thousands of copies would slow down every read of the chart.
create unique index access_restrictions_in_force_idx
  on public.access_restrictions (organisation_id, patient_id, restricted_user_id) nulls not distinct
  where lifted_at is null and archived_at is null;
create index access_restrictions_organisation_id_patient_id_idx
  on public.access_restrictions (organisation_id, patient_id);
create index access_restrictions_organisation_id_restricted_user_id_idx
  on public.access_restrictions (organisation_id, restricted_user_id);
create index access_restrictions_patient_id_idx on public.access_restrictions (patient_id);
alter table public.access_restrictions alter column organisation_id set (n_distinct = 100);
comment on table public.access_restrictions is
  'Whom a patient shuts out of treating them and of breaking the glass, or that nobody may break it. [N-18, N-21]';
comment on column public.access_restrictions.restricted_user_id is 'The member shut out; NULL: nobody may break the glass.';
comment on column public.access_restrictions.lifted_at is 'When the patient took it back; stamped, and final.';
comment on column public.access_restrictions.patient_status is
  'Projection of the patient, kept by trigger: archived, or the patient''s status. [N-27]';
alter table public.access_restrictions enable row level security;
alter table public.access_restrictions force row level security;


-- public.emergency_access_grants: broken glass. One patient, at most an hour, and none while one awaits its review.
create table public.emergency_access_grants (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  patient_id uuid not null,
  user_id uuid not null,
  opened_at timestamptz not null,
  opened_in xid8 not null default pg_current_xact_id(),
  expires_at timestamptz not null,
  ended_at timestamptz,
  review_outcome text,
  reviewed_by_user_id uuid,
  reviewed_at timestamptz,
  patient_status text not null default 'archived',
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint emergency_access_grants_pkey primary key (organisation_id, id),
  -- Target of emergency_access_reasons, so that a reason cannot name another patient than its grant.
  constraint emergency_access_grants_organisation_id_id_patient_id_key unique (organisation_id, id, patient_id),
  constraint emergency_access_grants_organisation_id_patient_id_fkey
    foreign key (organisation_id, patient_id) references public.patients (organisation_id, id) on delete restrict,
  constraint emergency_access_grants_organisation_id_user_id_fkey
    foreign key (organisation_id, user_id)
    references public.organisation_members (organisation_id, user_id) on delete restrict,
  constraint emergency_access_grants_period_check
    check (expires_at > opened_at and expires_at <= opened_at + interval '60 minutes'),
  constraint emergency_access_grants_review_outcome_check check (review_outcome in ('justified', 'unjustified')),
  constraint emergency_access_grants_reviewed_at_check check ((review_outcome is null) = (reviewed_at is null)),
  constraint emergency_access_grants_four_eyes_check check (reviewed_by_user_id <> user_id),
  constraint emergency_access_grants_patient_status_check check (patient_status in ('active', 'inactive', 'archived')),
  constraint emergency_access_grants_actor_kind_check check (actor_kind in ('user', 'system'))
);
create unique index emergency_access_grants_one_unreviewed_idx
  on public.emergency_access_grants (organisation_id, user_id) where review_outcome is null;
create index emergency_access_grants_organisation_id_user_id_idx
  on public.emergency_access_grants (organisation_id, user_id);
create index emergency_access_grants_organisation_id_patient_id_idx
  on public.emergency_access_grants (organisation_id, patient_id);
create index emergency_access_grants_patient_id_idx on public.emergency_access_grants (patient_id);
alter table public.emergency_access_grants alter column organisation_id set (n_distinct = 100);
comment on table public.emergency_access_grants is
  'Who broke the glass for whom, until when, and how it was judged: the review queue is review_outcome IS NULL. [N-18, N-37]';
comment on column public.emergency_access_grants.opened_at is 'When the glass was broken.';
comment on column public.emergency_access_grants.opened_in is
  'The transaction that broke it, which reads nothing by it: rolled back, it would leave no trace.';
comment on column public.emergency_access_grants.expires_at is 'When access ends by itself; at most 60 minutes later.';
comment on column public.emergency_access_grants.ended_at is 'When its holder or a reviewer ended it.';
comment on column public.emergency_access_grants.review_outcome is 'NULL until somebody else has judged it: justified or unjustified.';
comment on column public.emergency_access_grants.reviewed_by_user_id is 'Never the holder (four eyes).';
comment on column public.emergency_access_grants.patient_status is
  'Projection of the patient, kept by trigger: archived, or the patient''s status. [N-27]';
alter table public.emergency_access_grants enable row level security;
alter table public.emergency_access_grants force row level security;


-- public.emergency_access_reasons: HIGHLY_RESTRICTED, 1:1 with the grant.
create table public.emergency_access_reasons (
  organisation_id uuid not null,
  id uuid not null,
  patient_id uuid not null,
  reason text not null,
  review_note text,
  patient_status text not null default 'archived',
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint emergency_access_reasons_pkey primary key (organisation_id, id),
  constraint emergency_access_reasons_organisation_id_id_patient_id_fkey
    foreign key (organisation_id, id, patient_id)
    references public.emergency_access_grants (organisation_id, id, patient_id) on delete restrict,
  constraint emergency_access_reasons_reason_check check (length(btrim(reason)) between 20 and 2000),
  constraint emergency_access_reasons_review_note_check check (length(btrim(review_note)) between 1 and 2000),
  constraint emergency_access_reasons_patient_status_check check (patient_status in ('active', 'inactive', 'archived')),
  constraint emergency_access_reasons_actor_kind_check check (actor_kind in ('user', 'system'))
);
create index emergency_access_reasons_organisation_id_id_patient_id_idx
  on public.emergency_access_reasons (organisation_id, id, patient_id);
create index emergency_access_reasons_organisation_id_patient_id_idx
  on public.emergency_access_reasons (organisation_id, patient_id);
alter table public.emergency_access_reasons alter column organisation_id set (n_distinct = 100);
comment on table public.emergency_access_reasons is 'Why the glass was broken and what the review found. [N-18]';
comment on column public.emergency_access_reasons.id is 'The grant''s id.';
comment on column public.emergency_access_reasons.reason is 'In the words of who broke it; PHI.';
comment on column public.emergency_access_reasons.review_note is 'In the words of who judged it; PHI.';
comment on column public.emergency_access_reasons.patient_status is
  'Projection of the patient, kept by trigger: archived, or the patient''s status. [N-27]';
alter table public.emergency_access_reasons enable row level security;
alter table public.emergency_access_reasons force row level security;


-- public.medical_records: one entry of a chart, without its diagnosis. A correction is a new version.
create table public.medical_records (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  patient_id uuid not null,
  record_type text not null,
  vitals jsonb not null default '{}',
  medications jsonb not null default '[]',
  segments text[] not null default '{}',
  is_segmented boolean not null generated always as (segments <> '{}') stored,
  -- Counted by hand of a person; drivers read bigint as text.
  -- squawk-ignore prefer-bigint-over-int
  version integer not null default 1,
  supersedes_id uuid,
  treatment_consent_until timestamptz,
  patient_status text not null default 'archived',
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint medical_records_pkey primary key (organisation_id, id),
  -- Target of details and of later versions, so that neither can name another patient.
  constraint medical_records_organisation_id_id_patient_id_key unique (organisation_id, id, patient_id),
  -- One version follows another: history does not fork.
  constraint medical_records_organisation_id_supersedes_id_key unique (organisation_id, supersedes_id),
  constraint medical_records_organisation_id_patient_id_fkey
    foreign key (organisation_id, patient_id) references public.patients (organisation_id, id) on delete restrict,
  constraint medical_records_organisation_id_supersedes_id_patient_id_fkey
    foreign key (organisation_id, supersedes_id, patient_id)
    references public.medical_records (organisation_id, id, patient_id) on delete restrict,
  constraint medical_records_record_type_check
    check (record_type in ('consultation', 'observation', 'procedure', 'prescription', 'discharge_summary')),
  constraint medical_records_vitals_check check (jsonb_typeof(vitals) = 'object' and length(vitals::text) <= 10000),
  constraint medical_records_medications_check
    check (jsonb_typeof(medications) = 'array' and length(medications::text) <= 20000),
  constraint medical_records_segments_check check (segments <@ '{HIV,PSY,SDV,ETH}'),
  constraint medical_records_version_check check (version >= 1),
  constraint medical_records_patient_status_check check (patient_status in ('active', 'inactive', 'archived')),
  constraint medical_records_actor_kind_check check (actor_kind in ('user', 'system'))
);
create index medical_records_organisation_id_patient_id_idx
  on public.medical_records (organisation_id, patient_id, id);
create index medical_records_organisation_id_supersedes_id_patient_id_idx
  on public.medical_records (organisation_id, supersedes_id, patient_id);
create index medical_records_patient_id_idx on public.medical_records (patient_id);
alter table public.medical_records alter column organisation_id set (n_distinct = 100);
comment on table public.medical_records is 'Entries of charts: vitals and medications. PHI. [N-01, N-21]';
comment on column public.medical_records.vitals is 'Measurements by name; PHI.';
comment on column public.medical_records.medications is 'What was given or prescribed; PHI.';
comment on column public.medical_records.segments is
  'Specially protected kinds (HL7 ActCode): HIV, PSY psychiatry, SDV sexual assault and domestic violence, ETH substance abuse.';
comment on column public.medical_records.is_segmented is 'Whether any segment protects it: a nurse''s policy compares this.';
comment on column public.medical_records.version is 'One more than what it supersedes; numbered by trigger.';
comment on column public.medical_records.supersedes_id is 'The version that this one corrects, of the same patient.';
comment on column public.medical_records.treatment_consent_until is
  'Projection of consents, kept by trigger: until when consent to treatment holds. [N-45]';
comment on column public.medical_records.patient_status is
  'Projection of the patient, kept by trigger: archived, or the patient''s status. [N-27]';
alter table public.medical_records enable row level security;
alter table public.medical_records force row level security;


-- public.medical_record_details: HIGHLY_RESTRICTED, 1:1 with the record.
create table public.medical_record_details (
  organisation_id uuid not null,
  id uuid not null,
  patient_id uuid not null,
  diagnosis text not null,
  codes text[] not null default '{}',
  treatment_plan text,
  physician_notes text,
  treatment_consent_until timestamptz,
  patient_status text not null default 'archived',
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint medical_record_details_pkey primary key (organisation_id, id),
  constraint medical_record_details_organisation_id_id_patient_id_fkey
    foreign key (organisation_id, id, patient_id)
    references public.medical_records (organisation_id, id, patient_id) on delete restrict,
  constraint medical_record_details_diagnosis_check check (length(btrim(diagnosis)) between 1 and 4000),
  constraint medical_record_details_codes_check check (cardinality(codes) <= 50),
  constraint medical_record_details_treatment_plan_check check (length(treatment_plan) <= 20000),
  constraint medical_record_details_physician_notes_check check (length(physician_notes) <= 20000),
  constraint medical_record_details_patient_status_check check (patient_status in ('active', 'inactive', 'archived')),
  constraint medical_record_details_actor_kind_check check (actor_kind in ('user', 'system'))
);
create index medical_record_details_organisation_id_id_patient_id_idx
  on public.medical_record_details (organisation_id, id, patient_id);
create index medical_record_details_organisation_id_patient_id_idx
  on public.medical_record_details (organisation_id, patient_id);
create index medical_record_details_patient_id_idx on public.medical_record_details (patient_id);
alter table public.medical_record_details alter column organisation_id set (n_distinct = 100);
comment on table public.medical_record_details is 'Diagnosis, codes, plan and notes of a record. PHI. [N-18, N-21]';
comment on column public.medical_record_details.id is 'The record''s id.';
comment on column public.medical_record_details.diagnosis is 'PHI.';
comment on column public.medical_record_details.codes is 'Classification codes such as ICD-10; PHI.';
comment on column public.medical_record_details.treatment_plan is 'PHI.';
comment on column public.medical_record_details.physician_notes is 'PHI; for involved physicians alone. [N-21]';
comment on column public.medical_record_details.treatment_consent_until is
  'Projection of consents, kept by trigger: until when consent to treatment holds. [N-45]';
comment on column public.medical_record_details.patient_status is
  'Projection of the patient, kept by trigger: archived, or the patient''s status. [N-27]';
alter table public.medical_record_details enable row level security;
alter table public.medical_record_details force row level security;


insert into governance.classification (schema_name, table_name, level, domain, retention)
values
  ('public', 'access_restrictions', 'CONFIDENTIAL', 'identity', 'consent'),
  ('public', 'emergency_access_grants', 'RESTRICTED', 'ops', 'audit'),
  ('public', 'emergency_access_reasons', 'HIGHLY_RESTRICTED', 'ops', 'audit'),
  ('public', 'medical_records', 'RESTRICTED', 'clinical', 'chart'),
  ('public', 'medical_record_details', 'HIGHLY_RESTRICTED', 'clinical', 'chart');

-- LEFT JOIN: what the caller may not see is NULL. Read-only by use; write the tables.
create view public.medical_record_overview with (security_invoker = true) as
  select
    r.organisation_id, r.id, r.patient_id, r.record_type, r.vitals, r.medications, r.segments, r.version,
    r.supersedes_id, r.created_at, r.created_by_user_id,
    d.diagnosis, d.codes, d.treatment_plan, d.physician_notes
  from public.medical_records as r
  left join public.medical_record_details as d on d.organisation_id = r.organisation_id and d.id = r.id;
comment on view public.medical_record_overview is
  'A record with its diagnosis where the caller may see it, else NULL. [N-01, N-19]';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz, public to cordon_definer;

-- authz.client_address: where the caller connects from, read from the one header that the deployment trusts. A proxy
-- appends what it saw, so that only the last entry is its word; what stands before it is the client's own claim.
create or replace function authz.client_address()
  returns inet
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_header constant text := (select lower(d.trusted_address_header) from authz.deployment_settings as d);
  v_value text;
  v_address inet;
begin
  if v_header is null then
    return null;
  end if;
  v_value := nullif(current_setting('request.headers', true), '')::jsonb ->> v_header;
  v_value := trim(split_part(v_value, ',', -1));
  v_address := host(v_value::inet)::inet;
  -- An IPv4 address in IPv6 clothes is the same address.
  if v_address <<= inet '::ffff:0:0/96' then
    return inet '0.0.0.0' + (v_address - inet '::ffff:0:0');
  end if;
  return v_address;
exception
  when data_exception or program_limit_exceeded then -- whole classes: not JSON, not an address, a NUL escape, too deep
    return null;
end
$$;
comment on function authz.client_address() is
  'Address of the client by the trusted header (deployment_settings), NULL where none is trusted, sent or legible: unknown. [N-28]';
alter function authz.client_address() owner to cordon_definer;
revoke all on function authz.client_address() from public;

-- authz.treated_by: the one definition of treating. A relationship counts from its start to its end, half-open; a patient
-- may shut one person out, and nobody treats by a relationship of their own making (care_relationships says who writes).
create or replace function authz.treated_by(organisation_id uuid, user_id uuid, at timestamptz)
  returns uuid[]
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    (
      select array_agg(c.patient_id)
      from public.care_relationships as c
      where c.organisation_id = treated_by.organisation_id
        and c.user_id = treated_by.user_id
        and c.archived_at is null
        and c.starts_at <= at
        and (c.ends_at is null or c.ends_at > at)
        and not exists (
          select
          from public.access_restrictions as r
          where r.organisation_id = c.organisation_id
            and r.patient_id = c.patient_id
            and r.restricted_user_id = c.user_id
            and r.lifted_at is null
            and r.archived_at is null
        )
    ),
    '{}'
  );
end
$$;
comment on function authz.treated_by(uuid, uuid, timestamptz) is
  'Patients of an organisation whom a user treats at a moment, without those who shut them out. [N-21]';
alter function authz.treated_by(uuid, uuid, timestamptz) owner to cordon_definer;
revoke all on function authz.treated_by(uuid, uuid, timestamptz) from public;

-- authz.refuses_emergency: a patient's explicit refusal, the one thing beside the tenant that no emergency bypasses.
create or replace function authz.refuses_emergency(organisation_id uuid, patient_id uuid, user_id uuid)
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
    from public.access_restrictions as r
    where r.organisation_id = refuses_emergency.organisation_id
      and r.patient_id = refuses_emergency.patient_id
      and (r.restricted_user_id is null or r.restricted_user_id = refuses_emergency.user_id)
      and r.lifted_at is null
      and r.archived_at is null
  ) or exists (
    select
    from public.consents as c
    where c.organisation_id = refuses_emergency.organisation_id
      and c.patient_id = refuses_emergency.patient_id
      and c.status = 'active'
      and not c.break_glass_allowed
      and c.archived_at is null
  );
end
$$;
comment on function authz.refuses_emergency(uuid, uuid, uuid) is
  'Whether a patient refuses emergency access by this user: by a restriction in force or an active consent that excludes it. [N-18]';
alter function authz.refuses_emergency(uuid, uuid, uuid) owner to cordon_definer;
revoke all on function authz.refuses_emergency(uuid, uuid, uuid) from public;

-- authz.emergency_of: the one definition of a broken glass that counts. It opens nothing of a patient who refused it, in a
-- consent in force or by a restriction, also when the refusal came after it was opened.
create or replace function authz.emergency_of(organisation_id uuid, user_id uuid, at timestamptz)
  returns uuid[]
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    (
      select array_agg(g.patient_id)
      from public.emergency_access_grants as g
      where g.organisation_id = emergency_of.organisation_id
        and g.user_id = emergency_of.user_id
        and g.opened_at <= at
        and g.expires_at > at
        and g.ended_at is null
        -- Not in the transaction that opened it: rolled back, it would have been read without a trace.
        and g.opened_in is distinct from pg_current_xact_id_if_assigned()
        and g.review_outcome is null
        and g.archived_at is null
        and not authz.refuses_emergency(g.organisation_id, g.patient_id, g.user_id)
    ),
    '{}'
  );
end
$$;
comment on function authz.emergency_of(uuid, uuid, timestamptz) is
  'Patients of an organisation for whom a user holds a live emergency grant at a moment. [N-18]';
alter function authz.emergency_of(uuid, uuid, timestamptz) owner to cordon_definer;
revoke all on function authz.emergency_of(uuid, uuid, timestamptz) from public;

-- authz.now: the moment that conditions are held against: of the statement, so that a transaction held open outlives
-- nothing. One place, so that tests can put a clock of their own here; nothing that a client sets can.
create or replace function authz.now()
  returns timestamptz
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return statement_timestamp();
end
$$;
comment on function authz.now() is
  'The moment at which this statement began, for conditions that depend on time. [N-28, N-40]';
revoke all on function authz.now() from public;
grant execute on function authz.now() to authenticated, cordon_definer;

-- authz.emergency_patients: for whom the caller broke the glass. Empty for almost everybody almost always.
create or replace function authz.emergency_patients()
  returns text[]
  language plpgsql
  stable
  parallel restricted
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation_id constant uuid := authz.organisation_id();
begin
  return array(
    select v_organisation_id::text || p.id::text
    from unnest(authz.emergency_of(v_organisation_id, authz.user_id(), authz.now())) as p (id)
  );
end
$$;
comment on function authz.emergency_patients() is
  'Organisation and patient, as one text, of those for whom the caller holds a live emergency grant in the current organisation. [N-18]';
alter function authz.emergency_patients() owner to cordon_definer;
revoke all on function authz.emergency_patients() from public;
grant execute on function authz.emergency_patients() to authenticated;

-- authz.is_within_hours: half-open, by the clock on the organisation's wall, so that the change to summer time moves the
-- window with the people. A window that starts later than it ends runs over midnight.
create or replace function authz.is_within_hours(organisation_id uuid, hours integer[], at timestamptz)
  returns boolean
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_start numeric := hours[1];
  v_end numeric := hours[2];
  v_hour numeric;
begin
  select extract(epoch from (at at time zone o.timezone)::time) / 3600
    into v_hour
    from public.organisations as o
   where o.id = is_within_hours.organisation_id;
  if v_start is null then
    select (s.business_hours ->> 'start')::numeric, (s.business_hours ->> 'end')::numeric
      into v_start, v_end
      from public.organisation_settings as s
     where s.organisation_id = is_within_hours.organisation_id
       and s.archived_at is null;
  end if;
  return coalesce(
    case
      when v_start <= v_end then v_hour >= v_start and v_hour < v_end
      else v_hour >= v_start or v_hour < v_end
    end,
    false
  );
end
$$;
comment on function authz.is_within_hours(uuid, integer[], timestamptz) is
  'Whether a moment lies within [start, end) of a day in the organisations zone; empty hours: its business hours. Unknown is false. [N-28]';
alter function authz.is_within_hours(uuid, integer[], timestamptz) owner to cordon_definer;
revoke all on function authz.is_within_hours(uuid, integer[], timestamptz) from public;

-- authz.is_within_networks: an organisation that lists no network restricts nobody; one that does is reached from an
-- allowed network that is not denied, and from nowhere else: an unknown address is not inside.
create or replace function authz.is_within_networks(organisation_id uuid, address inet)
  returns boolean
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select
      count(*) = 0
      or coalesce(
        not coalesce(bool_or(address <<= n.cidr) filter (where n.mode = 'deny'), false)
        and (bool_or(address <<= n.cidr) filter (where n.mode = 'allow') or count(*) filter (where n.mode = 'allow') = 0)
        and address is not null,
        false
      )
    from public.organisation_networks as n
    where n.organisation_id = is_within_networks.organisation_id
      and n.archived_at is null
  );
end
$$;
comment on function authz.is_within_networks(uuid, inet) is
  'Whether an address may reach an organisation by its list of networks; an unknown one may not where there is a list. [N-28]';
alter function authz.is_within_networks(uuid, inet) owner to cordon_definer;
revoke all on function authz.is_within_networks(uuid, inet) from public;

-- authz.require_read_committed: a write that must see what others have just committed cannot run on an older snapshot.
create or replace function authz.require_read_committed()
  returns void
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'this write has to run in READ COMMITTED'
      using errcode = 'CD007', hint = 'Begin the transaction without an isolation level.';
  end if;
end
$$;
comment on function authz.require_read_committed() is
  'CD007 above READ COMMITTED. [N-27, N-45, S-16]';
revoke all on function authz.require_read_committed() from public;
grant execute on function authz.require_read_committed() to cordon_definer;

-- authz.lock_patient: makes changes that project a patient's state onto other rows follow each other, until the
-- transaction ends. Without it, the later commit could carry the older answer. A row lock, not an advisory one: anybody
-- may take those by name, and they fill shared memory. READ COMMITTED only: an older snapshot would not see what the
-- lock waited for, and would leave a gate open for good.
create or replace function authz.lock_patient(organisation_id uuid, patient_id uuid)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform authz.require_read_committed();
  perform
  from public.patients as p
  where p.organisation_id = lock_patient.organisation_id
    and p.id = lock_patient.patient_id
  for no key update;
end
$$;

-- authz.purpose: what the caller says the data is for: the setting (set_context), else the header. Naming one narrows what
-- is seen; naming none leaves it to the other conditions.
create or replace function authz.purpose()
  returns text
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    nullif(current_setting('app.purpose', true), ''),
    nullif(nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-purpose', '')
  );
exception
  when data_exception or program_limit_exceeded then -- whole classes: not JSON, a NUL escape, too deep
    raise exception 'the request headers are not valid JSON'
      using errcode = 'CD002', hint = 'Set request.headers to a JSON object, or the purpose in app.purpose.';
end
$$;
comment on function authz.purpose() is
  'Purpose that the caller names in app.purpose or the header x-purpose, NULL without one; CD002 for malformed headers. [N-48]';
revoke all on function authz.purpose() from public;
grant execute on function authz.purpose() to cordon_definer;

-- authz.organisation_within: organisation_for, at these hours, from these networks and for these purposes. What does not depend on the row
-- stays inside the scalar: a boolean beside it would filter every row of the tenant instead.
create or replace function authz.organisation_within(
  required_roles text[], required_capabilities text[], required_hours integer[], required_network boolean,
  required_purposes text[]
)
  returns uuid
  language plpgsql
  stable
  parallel restricted
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation_id constant uuid := authz.organisation_for(required_roles, required_capabilities);
begin
  if v_organisation_id is null
    or (required_hours is not null and not authz.is_within_hours(v_organisation_id, required_hours, authz.now()))
    or (required_network and not authz.is_within_networks(v_organisation_id, authz.client_address()))
    or (cardinality(required_purposes) > 0 and authz.purpose() <> all (required_purposes))
  then
    return null;
  end if;
  return v_organisation_id;
end
$$;
comment on function authz.organisation_within(text[], text[], integer[], boolean, text[]) is
  'Current organisation if organisation_for gives it, within the hours (NULL: any, empty: business), the listed networks (true) and the purposes (empty: any), else NULL. [N-04, N-28, N-48]';
alter function authz.organisation_within(text[], text[], integer[], boolean, text[]) owner to cordon_definer;
revoke all on function authz.organisation_within(text[], text[], integer[], boolean, text[]) from public;
grant execute on function authz.organisation_within(text[], text[], integer[], boolean, text[]) to authenticated;

create or replace function authz.rules_access_restrictions()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "access_restrictions", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "columns": ["archived_at", "id", "organisation_id", "patient_id", "patient_status"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin", "doctor", "nurse"], "capabilities": [], "conditions": ["not_archived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "N-27", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-18", "N-27", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-18", "N-27", "S-03"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-15"]},
    {"realm": "patient", "operation": "INSERT", "roles": [], "capabilities": [], "conditions": ["own_patient"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-15", "N-18"]},
    {"realm": "patient", "operation": "UPDATE", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-15", "N-18"]}
  ]}';
end
$$;
comment on function authz.rules_access_restrictions() is
  'The access rules of access_restrictions, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_access_restrictions() from public;
grant execute on function authz.rules_access_restrictions() to cordon_definer;

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

create or replace function authz.rules_consents()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "consents", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "columns": ["archived_at", "id", "organisation_id", "patient_id", "patient_status", "status"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin", "doctor", "nurse", "assistant", "receptionist"], "capabilities": [], "conditions": ["not_archived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "N-27", "N-45", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["doctor", "nurse", "receptionist"], "capabilities": [], "conditions": ["proposed", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-27", "N-45", "S-03"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-15", "N-45"]},
    {"realm": "patient", "operation": "UPDATE", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-15", "N-45", "N-50"]}
  ]}';
end
$$;
comment on function authz.rules_consents() is
  'The access rules of consents, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_consents() from public;
grant execute on function authz.rules_consents() to cordon_definer;

create or replace function authz.rules_emergency_access_grants()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "emergency_access_grants", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "columns": ["archived_at", "id", "organisation_id", "patient_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-18", "N-37", "S-02"]},
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": ["privacy_officer"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-18", "N-37", "S-02"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-15", "N-18"]}
  ]}';
end
$$;
comment on function authz.rules_emergency_access_grants() is
  'The access rules of emergency_access_grants, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_emergency_access_grants() from public;
grant execute on function authz.rules_emergency_access_grants() to cordon_definer;

create or replace function authz.rules_emergency_access_reasons()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "emergency_access_reasons", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "columns": ["archived_at", "id", "organisation_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": ["privacy_officer"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "comprehensive", "requirements": ["N-02", "N-18", "S-02"]}
  ]}';
end
$$;
comment on function authz.rules_emergency_access_reasons() is
  'The access rules of emergency_access_reasons, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_emergency_access_reasons() from public;
grant execute on function authz.rules_emergency_access_reasons() to cordon_definer;

create or replace function authz.rules_medical_record_details()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "medical_record_details", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "columns": ["archived_at", "id", "organisation_id", "patient_id", "patient_status", "treatment_consent_until"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["doctor"], "capabilities": [], "conditions": ["not_archived", "patient_active", "treating", "consent:treatment"], "hours": [], "network": true, "purposes": ["data_view", "treatment"], "emergencyBypass": true, "auditLevel": "comprehensive", "requirements": ["N-02", "N-14", "N-18", "N-21", "N-25", "N-28", "N-45", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["doctor"], "capabilities": [], "conditions": ["patient_active", "treating"], "hours": null, "network": true, "purposes": ["treatment"], "emergencyBypass": true, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-21", "N-27", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["doctor"], "capabilities": [], "conditions": ["unarchived", "patient_active", "treating"], "hours": null, "network": true, "purposes": ["treatment"], "emergencyBypass": true, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-21", "N-27", "S-03"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-15"]}
  ]}';
end
$$;
comment on function authz.rules_medical_record_details() is
  'The access rules of medical_record_details, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_medical_record_details() from public;
grant execute on function authz.rules_medical_record_details() to cordon_definer;

create or replace function authz.rules_medical_records()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "medical_records", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "columns": ["archived_at", "id", "is_segmented", "organisation_id", "patient_id", "patient_status", "treatment_consent_until"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["doctor"], "capabilities": [], "conditions": ["not_archived", "patient_active", "treating", "consent:treatment"], "hours": [], "network": true, "purposes": ["data_view", "treatment"], "emergencyBypass": true, "auditLevel": "comprehensive", "requirements": ["N-02", "N-14", "N-21", "N-25", "N-28", "N-45", "S-02"]},
    {"realm": "provider", "operation": "SELECT", "roles": ["nurse"], "capabilities": [], "conditions": ["not_archived", "patient_active", "unsegmented", "treating", "consent:treatment"], "hours": [], "network": true, "purposes": ["data_view", "treatment"], "emergencyBypass": true, "auditLevel": "comprehensive", "requirements": ["N-01", "N-02", "N-14", "N-25", "N-28", "N-45", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["doctor"], "capabilities": [], "conditions": ["patient_active", "treating"], "hours": null, "network": true, "purposes": ["treatment"], "emergencyBypass": true, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-21", "N-27", "S-03"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["nurse"], "capabilities": [], "conditions": ["patient_active", "unsegmented", "treating"], "hours": null, "network": true, "purposes": ["treatment"], "emergencyBypass": true, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["doctor"], "capabilities": [], "conditions": ["unarchived", "patient_active", "treating"], "hours": null, "network": true, "purposes": ["treatment"], "emergencyBypass": true, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-21", "N-27", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["nurse"], "capabilities": [], "conditions": ["unarchived", "patient_active", "unsegmented", "treating"], "hours": null, "network": true, "purposes": ["treatment"], "emergencyBypass": true, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-15"]}
  ]}';
end
$$;
comment on function authz.rules_medical_records() is
  'The access rules of medical_records, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_medical_records() from public;
grant execute on function authz.rules_medical_records() to cordon_definer;

create or replace function authz.rules_ops_members()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "ops_members", "rowKey": "user_id", "tenantKey": null, "patientKey": null, "columns": ["archived_at", "user_id"], "fence": {"internal_ops": ["operator"]}, "rules": [
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_user", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02"]}
  ]}';
end
$$;
comment on function authz.rules_ops_members() is
  'The access rules of ops_members, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_ops_members() from public;
grant execute on function authz.rules_ops_members() to cordon_definer;

create or replace function authz.rules_organisation_members()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "organisation_members", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": null, "columns": ["archived_at", "id", "organisation_id", "rank"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["below_own_rank"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-05", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["below_own_rank", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-05", "S-03"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02"]}
  ]}';
end
$$;
comment on function authz.rules_organisation_members() is
  'The access rules of organisation_members, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_organisation_members() from public;
grant execute on function authz.rules_organisation_members() to cordon_definer;

create or replace function authz.rules_organisation_networks()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "organisation_networks", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": null, "columns": ["archived_at", "id", "organisation_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin", "doctor", "nurse", "assistant"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["clinic_admin"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]}
  ]}';
end
$$;
comment on function authz.rules_organisation_networks() is
  'The access rules of organisation_networks, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_organisation_networks() from public;
grant execute on function authz.rules_organisation_networks() to cordon_definer;

create or replace function authz.rules_organisation_settings()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "organisation_settings", "rowKey": "organisation_id", "tenantKey": "organisation_id", "patientKey": null, "columns": ["archived_at", "organisation_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02"]},
    {"realm": "internal_ops", "operation": "INSERT", "roles": ["admin"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02"]},
    {"realm": "internal_ops", "operation": "UPDATE", "roles": ["admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02"]}
  ]}';
end
$$;
comment on function authz.rules_organisation_settings() is
  'The access rules of organisation_settings, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_organisation_settings() from public;
grant execute on function authz.rules_organisation_settings() to cordon_definer;

create or replace function authz.rules_organisations()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "organisations", "rowKey": "id", "tenantKey": "id", "patientKey": null, "columns": ["archived_at", "id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_organisation", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-15"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02"]},
    {"realm": "internal_ops", "operation": "INSERT", "roles": ["admin"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-05"]},
    {"realm": "internal_ops", "operation": "UPDATE", "roles": ["admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-05"]},
    {"realm": "anon", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-17"]}
  ]}';
end
$$;
comment on function authz.rules_organisations() is
  'The access rules of organisations, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_organisations() from public;
grant execute on function authz.rules_organisations() to cordon_definer;

create or replace function authz.rules_patient_accounts()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "patient_accounts", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": null, "columns": ["archived_at", "id", "organisation_id", "patient_status", "user_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["clinic_admin", "receptionist"], "capabilities": [], "conditions": ["other_user", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-15", "N-27", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["other_user", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-15", "S-03"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_user", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-15"]}
  ]}';
end
$$;
comment on function authz.rules_patient_accounts() is
  'The access rules of patient_accounts, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_patient_accounts() from public;
grant execute on function authz.rules_patient_accounts() to cordon_definer;

create or replace function authz.rules_patient_clinical()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "patient_clinical", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "id", "columns": ["archived_at", "id", "organisation_id", "patient_status", "treatment_consent_until"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["doctor", "nurse", "assistant"], "capabilities": [], "conditions": ["not_archived", "patient_active", "consent:treatment"], "hours": null, "network": false, "purposes": ["data_view", "treatment"], "emergencyBypass": true, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-19", "N-27", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["doctor", "nurse"], "capabilities": [], "conditions": ["patient_active", "consent:treatment"], "hours": null, "network": false, "purposes": ["treatment"], "emergencyBypass": true, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["doctor", "nurse"], "capabilities": [], "conditions": ["not_archived", "patient_active", "consent:treatment"], "hours": null, "network": false, "purposes": ["treatment"], "emergencyBypass": true, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-15"]}
  ]}';
end
$$;
comment on function authz.rules_patient_clinical() is
  'The access rules of patient_clinical, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_patient_clinical() from public;
grant execute on function authz.rules_patient_clinical() to cordon_definer;

create or replace function authz.rules_patient_identity()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "patient_identity", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "id", "columns": ["archived_at", "id", "organisation_id", "patient_status"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin", "doctor", "nurse", "assistant", "receptionist"], "capabilities": [], "conditions": ["not_archived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-19", "N-27", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["clinic_admin", "receptionist"], "capabilities": [], "conditions": ["patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-27", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin", "doctor", "nurse", "receptionist"], "capabilities": [], "conditions": ["not_archived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-27", "S-03"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-15"]}
  ]}';
end
$$;
comment on function authz.rules_patient_identity() is
  'The access rules of patient_identity, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_patient_identity() from public;
grant execute on function authz.rules_patient_identity() to cordon_definer;

create or replace function authz.rules_patients()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "patients", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "id", "columns": ["archived_at", "id", "organisation_id", "status"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "N-27", "S-02"]},
    {"realm": "provider", "operation": "SELECT", "roles": ["doctor", "nurse", "assistant", "receptionist"], "capabilities": [], "conditions": ["active", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "N-14", "N-27", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["clinic_admin", "receptionist"], "capabilities": [], "conditions": ["active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-27", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["doctor", "nurse", "receptionist"], "capabilities": [], "conditions": ["active", "unarchived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-15"]}
  ]}';
end
$$;
comment on function authz.rules_patients() is
  'The access rules of patients, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_patients() from public;
grant execute on function authz.rules_patients() to cordon_definer;

create or replace function authz.rules_professionals()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "professionals", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": null, "columns": ["archived_at", "id", "organisation_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin", "doctor", "nurse", "assistant"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["clinic_admin"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]}
  ]}';
end
$$;
comment on function authz.rules_professionals() is
  'The access rules of professionals, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_professionals() from public;
grant execute on function authz.rules_professionals() to cordon_definer;

create or replace function authz.rules_profiles()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "profiles", "rowKey": "user_id", "tenantKey": null, "patientKey": null, "columns": ["archived_at", "user_id"], "fence": {"provider": ["colleague"], "patient": ["own_user"], "internal_ops": ["operator"]}, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["colleague", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_user", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-15"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02"]}
  ]}';
end
$$;
comment on function authz.rules_profiles() is
  'The access rules of profiles, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_profiles() from public;
grant execute on function authz.rules_profiles() to cordon_definer;

-- authz.tg__consent: the column is a projection; nobody else writes it. A row created after the consent starts out with
-- the right answer. Argument: the column that names the patient.
create or replace function authz.tg__consent()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_patient_id uuid;
begin
  -- Only an INSERT can be out of reach: what is updated has been seen. Asked of an UPDATE, it would believe a clinic
  -- that the caller switched to in between, and blank the row.
  if tg_op = 'INSERT' and authz.is_out_of_reach(new.organisation_id) then
    new.treatment_consent_until := null;
    return new;
  end if;
  if tg_argv[0] = 'id' then
    v_patient_id := new.id;
  else
    v_patient_id := new.patient_id;
  end if;
  if tg_op = 'INSERT' then
    perform authz.lock_patient(new.organisation_id, v_patient_id);
  end if;
  new.treatment_consent_until := authz.treatment_consent_until(new.organisation_id, v_patient_id);
  return new;
end
$$;
comment on function authz.tg__consent() is
  'Recomputes treatment_consent_until on every write: a value sent by anyone is ignored. [N-45]';
alter function authz.tg__consent() owner to cordon_definer;
revoke all on function authz.tg__consent() from public;

-- authz.tg__patient_status: what is known of a patient is hidden with the patient (N-27). The status stands on the row
-- itself, because a policy may not join; nobody else writes it. Argument: the column that names the patient.
create or replace function authz.tg__patient_status()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_patient_id uuid;
begin
  if tg_argv[0] = 'id' then
    v_patient_id := new.id;
  else
    v_patient_id := new.patient_id;
  end if;
  if tg_op = 'INSERT' then
    -- Only an INSERT can be out of reach: what is updated has been seen. Waiting for a stranger's lock would tell of them.
    if authz.is_out_of_reach(new.organisation_id)
      or (current_setting('role') = 'patient' and not authz.is_own_patient(new.organisation_id, v_patient_id))
    then
      new.patient_status := 'archived';
      return new;
    end if;
    perform authz.lock_patient(new.organisation_id, v_patient_id);
  end if;
  -- A patient that does not exist counts as archived: the foreign key refuses it for who gets past the policy.
  new.patient_status := coalesce(
    (
      select case when p.archived_at is null then p.status else 'archived' end
      from public.patients as p
      where p.organisation_id = new.organisation_id
        and p.id = v_patient_id
    ),
    'archived'
  );
  return new;
end
$$;

-- authz.tg__stamp: who did what and when, on every row and every path; what a client sends is overwritten (S-16).
-- Definer, because callers have no USAGE on authz. archived_at is the transaction's time, not the clock's: policies
-- show a row archived by the running transaction, since PostgreSQL holds an updated row against the SELECT policy.
create or replace function authz.tg__stamp()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_user_id constant uuid := authz.user_id();
begin
  -- Policies looked the caller up before; who is gone in mid-statement took the claims away to sign as nobody.
  if v_user_id is null and current_setting('role') in ('authenticated', 'patient', 'internal_ops') then
    raise exception 'no live session'
      using errcode = 'insufficient_privilege', hint = 'Keep the claims of the token for the whole statement.';
  end if;
  new.updated_at := clock_timestamp();
  new.updated_by_user_id := v_user_id;
  new.actor_kind := case when v_user_id is null then 'system' else 'user' end;

  if tg_op = 'INSERT' then
    new.created_at := new.updated_at;
    new.created_by_user_id := v_user_id;
    new.archived_at := null;
    new.archived_by_user_id := null;
    return new;
  end if;

  new.created_at := old.created_at;
  new.created_by_user_id := old.created_by_user_id;
  if new.archived_at is null then
    new.archived_by_user_id := null;
  elsif old.archived_at is null then
    new.archived_at := now();
    new.archived_by_user_id := v_user_id;
  else
    new.archived_at := old.archived_at;
    new.archived_by_user_id := old.archived_by_user_id;
  end if;
  return new;
end
$$;

-- authz.tg_access_restrictions__lift: when a restriction was lifted is the clock's to say, and once lifted it is over.
create or replace function authz.tg_access_restrictions__lift()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  new.lifted_at := case
    when tg_op = 'INSERT' then null
    when old.lifted_at is not null then old.lifted_at
    when new.lifted_at is not null then clock_timestamp()
  end;
  return new;
end
$$;
comment on function authz.tg_access_restrictions__lift() is
  'Stamps lifted_at; a value sent by anyone is ignored, and an end is final. [S-16]';
revoke all on function authz.tg_access_restrictions__lift() from public;

-- authz.tg_consents__project: carries the state of consents onto the rows they gate, in the same transaction, so that
-- the policy compares a column of the row itself (1.06 of no gate, measured) and a withdrawal bites at once.
create or replace function authz.tg_consents__project()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform authz.lock_patient(new.organisation_id, new.patient_id);
  update public.patient_clinical as p
     set treatment_consent_until = null -- computed by the row's own trigger, the one place that does
   where p.organisation_id = new.organisation_id
     and p.id = new.patient_id;
  -- Details before records: who writes details holds them and then locks the record.
  update public.medical_record_details as d
     set treatment_consent_until = null
   where d.organisation_id = new.organisation_id
     and d.patient_id = new.patient_id;
  update public.medical_records as r
     set treatment_consent_until = null
   where r.organisation_id = new.organisation_id
     and r.patient_id = new.patient_id;
  return null;
end
$$;
comment on function authz.tg_consents__project() is
  'Keeps treatment_consent_until of what a consent gates equal to the consents of the patient. [N-45, N-50]';

-- authz.tg_medical_record_details__superseded: the details of a superseded version stay as they were, with the version. The
-- record is locked before it is asked, so that no version comes in between; the patient before it, as everywhere.
create or replace function authz.tg_medical_record_details__superseded()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    if authz.is_out_of_reach(new.organisation_id) then
      return new;
    end if;
    perform authz.lock_patient(new.organisation_id, new.patient_id);
  elsif (new.diagnosis, new.codes, new.treatment_plan, new.physician_notes)
    is not distinct from (old.diagnosis, old.codes, old.treatment_plan, old.physician_notes)
  then
    return new;
  end if;
  perform authz.require_read_committed();
  perform
  from public.medical_records as r
  where r.organisation_id = new.organisation_id
    and r.id = new.id
    for no key update;
  if exists (
    select
    from public.medical_records as r
    where r.organisation_id = new.organisation_id
      and r.supersedes_id = new.id
  ) then
    raise exception 'the details of a superseded version of a record never change'
      using errcode = 'CD011', hint = 'Change the latest version, or record a new one that supersedes it.';
  end if;
  return new;
end
$$;
comment on function authz.tg_medical_record_details__superseded() is
  'Keeps the details of superseded versions unchanged (CD011, CD007 above READ COMMITTED). [S-16]';
alter function authz.tg_medical_record_details__superseded() owner to cordon_definer;
revoke all on function authz.tg_medical_record_details__superseded() from public;

-- authz.tg_medical_records__protect: what makes a version protected protects the versions before it: the same visit would
-- otherwise be read there. Each of them passes it on.
create or replace function authz.tg_medical_records__protect()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.supersedes_id is not null and new.is_segmented then
    update public.medical_records as r
       set segments = array(select distinct s.segment from unnest(r.segments || new.segments) as s (segment) order by 1)
     where r.organisation_id = new.organisation_id
       and r.id = new.supersedes_id
       and not r.segments @> new.segments;
  end if;
  return null;
end
$$;
comment on function authz.tg_medical_records__protect() is
  'Carries protected segments to the versions that a record supersedes. [N-01]';
alter function authz.tg_medical_records__protect() owner to cordon_definer;
revoke all on function authz.tg_medical_records__protect() from public;

-- authz.tg_medical_records__version: a record is corrected by a new version that names the one before; what was superseded
-- stays as it was read and relied upon. A version that a nurse may not see is not there to be superseded by one.
create or replace function authz.tg_medical_records__version()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'UPDATE' then
    new.version := old.version;
    new.supersedes_id := old.supersedes_id;
    if (new.record_type, new.vitals, new.medications, new.archived_at is null)
        is not distinct from (old.record_type, old.vitals, old.medications, old.archived_at is null)
      and new.segments @> old.segments -- more protection may come later
    then
      return new;
    end if;
    perform authz.require_read_committed();
    if exists (
      select
      from public.medical_records as r
      where r.organisation_id = old.organisation_id
        and r.supersedes_id = old.id
    ) then
      raise exception 'a superseded version of a record never changes'
        using errcode = 'CD011', hint = 'Change the latest version, or record a new one that supersedes it.';
    end if;
    return new;
  end if;

  new.version := 1;
  if new.supersedes_id is null or authz.is_out_of_reach(new.organisation_id) then
    return new;
  end if;
  -- The patient first, as whoever changes a consent does.
  perform authz.lock_patient(new.organisation_id, new.patient_id);
  select r.version + 1
    into new.version
    from public.medical_records as r
   where r.organisation_id = new.organisation_id
     and r.id = new.supersedes_id
     and r.patient_id = new.patient_id
     and (
       not r.is_segmented
       or current_setting('role') <> 'authenticated'
       or authz.organisation_for('{doctor}', '{}') = new.organisation_id
     )
     for no key update;
  if not found then
    raise exception 'the record to be superseded was not found'
      using errcode = 'foreign_key_violation', hint = 'Name a record of the same patient that you may read.';
  end if;
  return new;
end
$$;
comment on function authz.tg_medical_records__version() is
  'Numbers versions and keeps superseded ones unchanged (CD011, CD007 above READ COMMITTED). [S-16, N-01]';
alter function authz.tg_medical_records__version() owner to cordon_definer;
revoke all on function authz.tg_medical_records__version() from public;

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
  update public.consents as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.patient_accounts as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  -- Details before records: who writes details holds them and then locks the record.
  update public.medical_record_details as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.medical_records as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.access_restrictions as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.emergency_access_grants as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.emergency_access_reasons as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  return null;
end
$$;

-- authz.treated_patients: the caller's patients, each with the organisation where they are theirs: a policy compares both at
-- once. The hours ride along: a call of their own would verify the token once more.
create or replace function authz.treated_patients(required_hours integer[])
  returns text[]
  language plpgsql
  stable
  parallel restricted
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation_id constant uuid := authz.organisation_id();
begin
  if v_organisation_id is null
    or (required_hours is not null and not authz.is_within_hours(v_organisation_id, required_hours, authz.now()))
  then
    return '{}';
  end if;
  return array(
    select v_organisation_id::text || p.id::text
    from unnest(authz.treated_by(v_organisation_id, authz.user_id(), authz.now())) as p (id)
  );
end
$$;
comment on function authz.treated_patients(integer[]) is
  'Organisation and patient, as one text, of whom the caller treats now in the current organisation, within the hours (NULL: any, empty: business). [N-18, N-21, N-28]';
alter function authz.treated_patients(integer[]) owner to cordon_definer;
revoke all on function authz.treated_patients(integer[]) from public;
grant execute on function authz.treated_patients(integer[]) to authenticated;

-- public.close_emergency_access: the end of an emergency, said by who opened it.
create or replace function public.close_emergency_access(grant_id uuid)
  returns timestamptz
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_ended_at timestamptz;
begin
  update public.emergency_access_grants as g
     set ended_at = authz.now()
   where g.organisation_id = authz.organisation_id()
     and g.id = grant_id
     and g.user_id = authz.user_id()
     and g.ended_at is null
     and g.review_outcome is null
  returning g.ended_at into v_ended_at;
  if v_ended_at is null then
    raise exception 'emergency access not found'
      using errcode = 'CD010', hint = 'Name an open grant of your own in the current organisation.';
  end if;
  return v_ended_at;
end
$$;
comment on function public.close_emergency_access(uuid) is
  'Ends the callers own emergency access; returns when. CD010 where there is no open one of that id. [N-18]';
alter function public.close_emergency_access(uuid) owner to cordon_definer;
revoke all on function public.close_emergency_access(uuid) from public;
grant execute on function public.close_emergency_access(uuid) to authenticated;

-- public.open_emergency_access: breaks the glass for one patient. Everything that would make it a habit is refused: no
-- reason, no second one while one awaits its review, no token without a session to trace it to. It counts from the next
-- transaction on, so that no rollback takes back the grant and keeps what was read.
create or replace function public.open_emergency_access(patient_id uuid, reason text, minutes integer default 60)
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_user_id constant uuid := authz.user_id();
  v_organisation_id constant uuid := coalesce(
    authz.organisation_for('{doctor,nurse}', '{}'), authz.organisation_for('{}', '{break_glass}')
  );
  v_opened_at constant timestamptz := authz.now();
  v_reason constant text := btrim(reason, E' \t\n\r\f\u000b\u00a0\u2007\u200b\u202f\u3000\ufeff');
  v_grant_id uuid;
begin
  if v_organisation_id is null or nullif(authz.claims() ->> 'session_id', '') is null then
    raise exception 'emergency access is not yours to open'
      using errcode = 'insufficient_privilege',
        hint = 'It takes a doctor, a nurse or the capability break_glass, signed in with a session.';
  end if;
  if coalesce(length(v_reason), 0) not between 20 and 2000 then
    raise exception 'emergency access needs a reason'
      using errcode = 'CD009', hint = 'Say why, in 20 to 2000 characters: somebody else will review it.';
  end if;
  if minutes is null or minutes not between 1 and 60 then
    raise exception 'emergency access lasts from 1 to 60 minutes'
      using errcode = 'CD009', hint = 'Give minutes between 1 and 60.';
  end if;
  if not exists (
    select
    from public.patients as p
    where p.organisation_id = v_organisation_id
      and p.id = open_emergency_access.patient_id
      and p.status = 'active'
      and p.archived_at is null
  ) then
    raise exception 'patient not found'
      using errcode = 'CD010', hint = 'Name an active patient of the current organisation.';
  end if;
  if authz.refuses_emergency(v_organisation_id, open_emergency_access.patient_id, v_user_id) then
    raise exception 'the patient has refused emergency access'
      using errcode = 'CD009', hint = 'An explicit refusal holds in an emergency too.';
  end if;

  -- The unique index lets one of two at once through; the other waits for it and is refused.
  insert into public.emergency_access_grants as g (organisation_id, patient_id, user_id, opened_at, expires_at)
  values (
    v_organisation_id, open_emergency_access.patient_id, v_user_id,
    v_opened_at, v_opened_at + make_interval(mins => minutes)
  )
  on conflict do nothing
  returning g.id into v_grant_id;
  if v_grant_id is null then
    raise exception 'an emergency access of yours awaits its review'
      using errcode = 'CD009', hint = 'Ask a clinic_admin or the privacy officer to review it.';
  end if;
  insert into public.emergency_access_reasons (organisation_id, id, patient_id, reason)
  values (v_organisation_id, v_grant_id, open_emergency_access.patient_id, v_reason);
  return v_grant_id;
end
$$;
comment on function public.open_emergency_access(uuid, text, integer) is
  'Opens emergency access to one patient for 1 to 60 minutes, from the next transaction on; returns the grants id. 42501 without the right, CD009 where it is refused, CD010 for no such patient. [N-18, N-37]';
alter function public.open_emergency_access(uuid, text, integer) owner to cordon_definer;
revoke all on function public.open_emergency_access(uuid, text, integer) from public;
grant execute on function public.open_emergency_access(uuid, text, integer) to authenticated;

-- public.review_emergency_access: four eyes. Who broke the glass never judges it, whatever else they are; a review ends
-- what still runs, because nobody waits an hour to stop a snooper.
create or replace function public.review_emergency_access(grant_id uuid, outcome text, note text)
  returns timestamptz
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_user_id constant uuid := authz.user_id();
  v_organisation_id constant uuid := coalesce(
    authz.organisation_for('{clinic_admin}', '{}'), authz.organisation_for('{}', '{privacy_officer}')
  );
  v_note constant text := btrim(note, E' \t\n\r\f\u000b\u00a0\u2007\u200b\u202f\u3000\ufeff');
  v_reviewed_at timestamptz;
begin
  if v_organisation_id is null or nullif(authz.claims() ->> 'session_id', '') is null then
    raise exception 'emergency access is not yours to review'
      using errcode = 'insufficient_privilege',
        hint = 'It takes a clinic_admin or the privacy officer, signed in with a session.';
  end if;
  if outcome is null or outcome not in ('justified', 'unjustified') then
    raise exception 'unknown outcome of a review'
      using errcode = 'CD009', hint = 'Use justified or unjustified.';
  end if;
  if coalesce(length(v_note), 0) not between 1 and 2000 then
    raise exception 'a review needs a note'
      using errcode = 'CD009', hint = 'Say what was found, in 1 to 2000 characters.';
  end if;
  update public.emergency_access_grants as g
     set review_outcome = outcome,
         reviewed_by_user_id = v_user_id,
         reviewed_at = clock_timestamp(),
         ended_at = coalesce(g.ended_at, least(g.expires_at, authz.now()))
   where g.organisation_id = v_organisation_id
     and g.id = grant_id
     and g.user_id <> v_user_id
     and g.review_outcome is null
     and g.archived_at is null
  returning g.reviewed_at into v_reviewed_at;
  if v_reviewed_at is null then
    raise exception 'emergency access not found'
      using errcode = 'CD010', hint = 'Name an unreviewed grant of somebody else in the current organisation.';
  end if;
  update public.emergency_access_reasons as r
     set review_note = v_note
   where r.organisation_id = v_organisation_id
     and r.id = grant_id;
  return v_reviewed_at;
end
$$;
comment on function public.review_emergency_access(uuid, text, text) is
  'Judges somebody elses emergency access, justified or unjustified, and ends it; returns when. 42501 without the right, CD009 for a bad outcome or note, CD010 for no such grant. [N-18, N-37]';
alter function public.review_emergency_access(uuid, text, text) owner to cordon_definer;
revoke all on function public.review_emergency_access(uuid, text, text) from public;
grant execute on function public.review_emergency_access(uuid, text, text) to authenticated;

revoke create on schema authz, public from cordon_definer;

comment on policy definer_select on authz.deployment_settings is
  'definer functions may read every row (authz.live_user_id: whether a token without a session opens anything; authz.client_address: whose word counts). [N-12, S-13]';

create policy provider_fence on public.access_restrictions
  as restrictive for all to authenticated
  using (organisation_id = (select authz.organisation_id()))
  with check (organisation_id = (select authz.organisation_id()));
comment on policy provider_fence on public.access_restrictions is
  'Whatever another policy allows, staff reach rows of the current organisation only. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.access_restrictions
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.access_restrictions is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.access_restrictions
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.access_restrictions is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.access_restrictions
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.access_restrictions is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.access_restrictions
  for select to authenticated
  using (
    organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse}', '{}'))
    and (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );
comment on policy provider_select on public.access_restrictions is
  'clinic_admin, doctor or nurse of the current organisation may read rows that are not archived and of an active patient. [N-02, N-27, S-02]';

create policy provider_insert on public.access_restrictions
  for insert to authenticated
  with check (
    organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
    and patient_status = 'active'
  );
comment on policy provider_insert on public.access_restrictions is
  'clinic_admin of the current organisation may create rows that are of an active patient. [N-02, N-18, N-27, S-03]';

create policy provider_update on public.access_restrictions
  for update to authenticated
  using (
    organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
    and (archived_at is null or archived_at = now())
    and patient_status = 'active'
  )
  with check (
    organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
    and (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );
comment on policy provider_update on public.access_restrictions is
  'clinic_admin of the current organisation may change rows that are not archived and of an active patient. [N-02, N-18, N-27, S-03]';

create policy patient_select on public.access_restrictions
  for select to patient
  using (
    patient_id = any ((select authz.own_patient_ids())::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.access_restrictions is
  'a patient may read rows that are their own and not archived. [N-15]';

create policy patient_insert on public.access_restrictions
  for insert to patient
  with check (
    patient_id = any ((select authz.own_patient_ids())::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
  );
comment on policy patient_insert on public.access_restrictions is
  'a patient may create rows that are their own. [N-15, N-18]';

create policy patient_update on public.access_restrictions
  for update to patient
  using (
    patient_id = any ((select authz.own_patient_ids())::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  )
  with check (
    patient_id = any ((select authz.own_patient_ids())::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_update on public.access_restrictions is
  'a patient may change rows that are their own and not archived. [N-15, N-18]';

create policy definer_select on public.access_restrictions
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.access_restrictions is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.treated_by, authz.refuses_emergency: whom a patient shuts out). [N-08, N-18, N-21]';

create policy definer_update on public.access_restrictions
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.access_restrictions is
  'definer functions may change every row (authz.tg_patients__project: what hangs on a patient is hidden with the patient). [N-27]';

alter policy provider_select on public.appointment_reasons
  to authenticated
  using (
    organisation_id = (select authz.organisation_within('{doctor,nurse,assistant}', '{}', null, false, '{data_view,treatment,scheduling}'))
    and (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );
comment on policy provider_select on public.appointment_reasons is
  'doctor, nurse or assistant of the current organisation, for data_view, treatment or scheduling where a purpose is named, may read rows that are not archived and of an active patient. [N-02, N-14, N-19, N-27, S-02]';

comment on policy definer_select on public.appointment_reasons is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_patients__project: finds the rows of a patient). [N-08, N-27]';

comment on policy definer_select on public.appointments is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_patients__project: finds the rows of a patient). [N-08, N-27]';

comment on policy definer_select on public.care_relationships is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.treated_by: who treats whom; authz.tg_patients__project: finds the rows of a patient). [N-08, N-27]';

comment on policy definer_select on public.consents is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.treatment_consent_until, authz.refuses_emergency: what a consent in force says). [N-08, N-45, N-50]';

create policy provider_fence on public.emergency_access_grants
  as restrictive for all to authenticated
  using (organisation_id = (select authz.organisation_id()))
  with check (organisation_id = (select authz.organisation_id()));
comment on policy provider_fence on public.emergency_access_grants is
  'Whatever another policy allows, staff reach rows of the current organisation only. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.emergency_access_grants
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.emergency_access_grants is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.emergency_access_grants
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.emergency_access_grants is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.emergency_access_grants
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.emergency_access_grants is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.emergency_access_grants
  for select to authenticated
  using (
    organisation_id = coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}')))
    and (archived_at is null or archived_at = now())
  );
comment on policy provider_select on public.emergency_access_grants is
  'any member with privacy_officer of the current organisation may read rows that are not archived; clinic_admin of the current organisation may read rows that are not archived. [N-02, N-18, N-37, S-02]';

create policy patient_select on public.emergency_access_grants
  for select to patient
  using (
    patient_id = any ((select authz.own_patient_ids())::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.emergency_access_grants is
  'a patient may read rows that are their own and not archived. [N-15, N-18]';

create policy definer_select on public.emergency_access_grants
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.emergency_access_grants is
  'definer functions may read every row (authz.emergency_of and the three functions that write it: what is open, and whose; authz.simulate: explains a decision by what it depends on). [N-08, N-18]';

create policy definer_insert on public.emergency_access_grants
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on public.emergency_access_grants is
  'definer functions may create every row (public.open_emergency_access). [N-18]';

create policy definer_update on public.emergency_access_grants
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.emergency_access_grants is
  'definer functions may change every row (public.close_emergency_access, public.review_emergency_access; authz.tg_patients__project hides it with the patient). [N-18, N-27]';

create policy provider_fence on public.emergency_access_reasons
  as restrictive for all to authenticated
  using (organisation_id = (select authz.organisation_id()))
  with check (organisation_id = (select authz.organisation_id()));
comment on policy provider_fence on public.emergency_access_reasons is
  'Whatever another policy allows, staff reach rows of the current organisation only. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.emergency_access_reasons
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.emergency_access_reasons is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.emergency_access_reasons
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.emergency_access_reasons is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.emergency_access_reasons
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.emergency_access_reasons is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.emergency_access_reasons
  for select to authenticated
  using (
    organisation_id = (select authz.organisation_for('{}', '{privacy_officer}'))
    and (archived_at is null or archived_at = now())
  );
comment on policy provider_select on public.emergency_access_reasons is
  'any member with privacy_officer of the current organisation may read rows that are not archived. [N-02, N-18, S-02]';

create policy definer_select on public.emergency_access_reasons
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.emergency_access_reasons is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; public.review_emergency_access, authz.tg_patients__project: find the rows). [N-08, N-18, N-27]';

create policy definer_insert on public.emergency_access_reasons
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on public.emergency_access_reasons is
  'definer functions may create every row (public.open_emergency_access). [N-18]';

create policy definer_update on public.emergency_access_reasons
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.emergency_access_reasons is
  'definer functions may change every row (public.review_emergency_access; authz.tg_patients__project hides it with the patient). [N-18, N-27]';

create policy provider_fence on public.medical_record_details
  as restrictive for all to authenticated
  using (organisation_id = (select authz.organisation_id()))
  with check (organisation_id = (select authz.organisation_id()));
comment on policy provider_fence on public.medical_record_details is
  'Whatever another policy allows, staff reach rows of the current organisation only. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.medical_record_details
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.medical_record_details is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.medical_record_details
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.medical_record_details is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.medical_record_details
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.medical_record_details is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.medical_record_details
  for select to authenticated
  using (
    organisation_id = (select authz.organisation_within('{doctor}', '{}', null, true, '{data_view,treatment}'))
    and (archived_at is null or archived_at = now())
    and patient_status = 'active'
    and (
      (
        organisation_id::text || patient_id::text = any ((select authz.treated_patients('{}'))::text[])
        and treatment_consent_until > (select authz.now())
      )
      or organisation_id::text || patient_id::text = any ((select authz.emergency_patients())::text[])
    )
  );
comment on policy provider_select on public.medical_record_details is
  'doctor of the current organisation, from a listed network,, for data_view or treatment where a purpose is named, may read rows that are not archived and of an active patient and either of a patient whom they treat and under a consent to treatment in force and within business hours, or of a patient for whom they broke the glass. [N-02, N-14, N-18, N-21, N-25, N-28, N-45, S-02]';

create policy provider_insert on public.medical_record_details
  for insert to authenticated
  with check (
    organisation_id = (select authz.organisation_within('{doctor}', '{}', null, true, '{treatment}'))
    and patient_status = 'active'
    and (
      organisation_id::text || patient_id::text = any ((select authz.treated_patients(null))::text[])
      or organisation_id::text || patient_id::text = any ((select authz.emergency_patients())::text[])
    )
  );
comment on policy provider_insert on public.medical_record_details is
  'doctor of the current organisation, from a listed network,, for treatment where a purpose is named, may create rows that are of an active patient and either of a patient whom they treat, or of a patient for whom they broke the glass. [N-02, N-14, N-21, N-27, S-03]';

create policy provider_update on public.medical_record_details
  for update to authenticated
  using (
    organisation_id = (select authz.organisation_within('{doctor}', '{}', null, true, '{treatment}'))
    and archived_at is null
    and patient_status = 'active'
    and (
      organisation_id::text || patient_id::text = any ((select authz.treated_patients(null))::text[])
      or organisation_id::text || patient_id::text = any ((select authz.emergency_patients())::text[])
    )
  )
  with check (
    organisation_id = (select authz.organisation_within('{doctor}', '{}', null, true, '{treatment}'))
    and archived_at is null
    and patient_status = 'active'
    and (
      organisation_id::text || patient_id::text = any ((select authz.treated_patients(null))::text[])
      or organisation_id::text || patient_id::text = any ((select authz.emergency_patients())::text[])
    )
  );
comment on policy provider_update on public.medical_record_details is
  'doctor of the current organisation, from a listed network,, for treatment where a purpose is named, may change rows that are not archived, and stay so and of an active patient and either of a patient whom they treat, or of a patient for whom they broke the glass. [N-02, N-14, N-21, N-27, S-03]';

create policy patient_select on public.medical_record_details
  for select to patient
  using (
    patient_id = any ((select authz.own_patient_ids())::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.medical_record_details is
  'a patient may read rows that are their own and not archived. [N-15]';

create policy definer_select on public.medical_record_details
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.medical_record_details is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_consents__project, authz.tg_patients__project: find the rows of a patient). [N-08, N-27, N-45]';

create policy definer_update on public.medical_record_details
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.medical_record_details is
  'definer functions may change every row (authz.tg_consents__project, authz.tg_patients__project: both take effect in their own transaction). [N-27, N-45, N-50]';

create policy provider_fence on public.medical_records
  as restrictive for all to authenticated
  using (organisation_id = (select authz.organisation_id()))
  with check (organisation_id = (select authz.organisation_id()));
comment on policy provider_fence on public.medical_records is
  'Whatever another policy allows, staff reach rows of the current organisation only. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.medical_records
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.medical_records is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.medical_records
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.medical_records is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.medical_records
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.medical_records is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.medical_records
  for select to authenticated
  using (
    organisation_id = (select authz.organisation_within('{doctor,nurse}', '{}', null, true, '{data_view,treatment}'))
    and (archived_at is null or archived_at = now())
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
  );
comment on policy provider_select on public.medical_records is
  'doctor of the current organisation, from a listed network,, for data_view or treatment where a purpose is named, may read rows that are not archived and of an active patient and either of a patient whom they treat and under a consent to treatment in force and within business hours, or of a patient for whom they broke the glass; nurse of the current organisation, from a listed network,, for data_view or treatment where a purpose is named, may read rows that are not archived and of an active patient and without a protected segment and either of a patient whom they treat and under a consent to treatment in force and within business hours, or of a patient for whom they broke the glass. [N-01, N-02, N-14, N-21, N-25, N-28, N-45, S-02]';

create policy provider_insert on public.medical_records
  for insert to authenticated
  with check (
    organisation_id = (select authz.organisation_within('{doctor,nurse}', '{}', null, true, '{treatment}'))
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
comment on policy provider_insert on public.medical_records is
  'doctor of the current organisation, from a listed network,, for treatment where a purpose is named, may create rows that are of an active patient and either of a patient whom they treat, or of a patient for whom they broke the glass; nurse of the current organisation, from a listed network,, for treatment where a purpose is named, may create rows that are of an active patient and without a protected segment and either of a patient whom they treat, or of a patient for whom they broke the glass. [N-02, N-14, N-21, N-27, S-03]';

create policy provider_update on public.medical_records
  for update to authenticated
  using (
    organisation_id = (select authz.organisation_within('{doctor,nurse}', '{}', null, true, '{treatment}'))
    and archived_at is null
    and patient_status = 'active'
    and (
      organisation_id::text || patient_id::text = any ((select authz.treated_patients(null))::text[])
      or organisation_id::text || patient_id::text = any ((select authz.emergency_patients())::text[])
    )
    and (
      is_segmented = false
      or organisation_id = (select authz.organisation_within('{doctor}', '{}', null, true, '{treatment}'))
    )
  )
  with check (
    organisation_id = (select authz.organisation_within('{doctor,nurse}', '{}', null, true, '{treatment}'))
    and archived_at is null
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
comment on policy provider_update on public.medical_records is
  'doctor of the current organisation, from a listed network,, for treatment where a purpose is named, may change rows that are not archived, and stay so and of an active patient and either of a patient whom they treat, or of a patient for whom they broke the glass; nurse of the current organisation, from a listed network,, for treatment where a purpose is named, may change rows that are not archived, and stay so and of an active patient and without a protected segment and either of a patient whom they treat, or of a patient for whom they broke the glass. [N-02, N-14, N-21, N-27, S-03]';

create policy patient_select on public.medical_records
  for select to patient
  using (
    patient_id = any ((select authz.own_patient_ids())::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.medical_records is
  'a patient may read rows that are their own and not archived. [N-15]';

create policy definer_select on public.medical_records
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.medical_records is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_medical_records__version, authz.tg_consents__project, authz.tg_patients__project: versions, and the rows of a patient). [N-08, N-27, N-45, S-16]';

create policy definer_update on public.medical_records
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.medical_records is
  'definer functions may change every row (authz.tg_consents__project, authz.tg_patients__project, authz.tg_medical_records__protect: take effect in their own transaction). [N-27, N-45, N-50]';

comment on policy definer_select on public.ops_members is
  'definer functions may read every row (authz.is_operator: a token opens the realm, a live row opens the data; authz.simulate: explains a decision by what it depends on). [N-08, N-16]';

comment on policy definer_select on public.organisation_members is
  'definer functions may read every row (authz.live_memberships and authz.colleague_ids: the live lookup behind every provider policy; authz.simulate: explains a decision by what it depends on). [N-08, N-16, N-22]';

create policy definer_select on public.organisation_networks
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.organisation_networks is
  'definer functions may read every row (authz.is_within_networks: from where the organisation may be reached; authz.simulate: explains a decision by what it depends on). [N-08, N-28]';

create policy definer_select on public.organisation_settings
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.organisation_settings is
  'definer functions may read every row (authz.is_within_hours: the hours that the organisation has set for itself; authz.simulate: explains a decision by what it depends on). [N-08, N-28]';

comment on policy definer_select on public.organisations is
  'definer functions may read every row (authz.live_memberships, authz.live_patient_accounts: an archived organisation opens nothing; authz.is_within_hours: its clock; authz.simulate: explains a decision by what it depends on). [N-08, N-16, N-22]';

comment on policy definer_select on public.patient_accounts is
  'definer functions may read every row (authz.live_patient_accounts: the live lookup behind every patient policy; authz.simulate: explains a decision by what it depends on). [N-08, N-15, N-16]';

alter policy provider_select on public.patient_clinical
  to authenticated
  using (
    organisation_id = (select authz.organisation_within('{doctor,nurse,assistant}', '{}', null, false, '{data_view,treatment}'))
    and (archived_at is null or archived_at = now())
    and patient_status = 'active'
    and (
      treatment_consent_until > (select authz.now())
      or organisation_id::text || id::text = any ((select authz.emergency_patients())::text[])
    )
  );
comment on policy provider_select on public.patient_clinical is
  'doctor, nurse or assistant of the current organisation, for data_view or treatment where a purpose is named, may read rows that are not archived and of an active patient and either under a consent to treatment in force, or of a patient for whom they broke the glass. [N-02, N-14, N-19, N-27, S-02]';

alter policy provider_insert on public.patient_clinical
  to authenticated
  with check (
    organisation_id = (select authz.organisation_within('{doctor,nurse}', '{}', null, false, '{treatment}'))
    and patient_status = 'active'
    and (
      treatment_consent_until > (select authz.now())
      or organisation_id::text || id::text = any ((select authz.emergency_patients())::text[])
    )
  );
comment on policy provider_insert on public.patient_clinical is
  'doctor or nurse of the current organisation, for treatment where a purpose is named, may create rows that are of an active patient and either under a consent to treatment in force, or of a patient for whom they broke the glass. [N-02, N-14, N-27, S-03]';

alter policy provider_update on public.patient_clinical
  to authenticated
  using (
    organisation_id = (select authz.organisation_within('{doctor,nurse}', '{}', null, false, '{treatment}'))
    and (archived_at is null or archived_at = now())
    and patient_status = 'active'
    and (
      treatment_consent_until > (select authz.now())
      or organisation_id::text || id::text = any ((select authz.emergency_patients())::text[])
    )
  )
  with check (
    organisation_id = (select authz.organisation_within('{doctor,nurse}', '{}', null, false, '{treatment}'))
    and (archived_at is null or archived_at = now())
    and patient_status = 'active'
    and (
      treatment_consent_until > (select authz.now())
      or organisation_id::text || id::text = any ((select authz.emergency_patients())::text[])
    )
  );
comment on policy provider_update on public.patient_clinical is
  'doctor or nurse of the current organisation, for treatment where a purpose is named, may change rows that are not archived and of an active patient and either under a consent to treatment in force, or of a patient for whom they broke the glass. [N-02, N-14, N-27, S-03]';

comment on policy definer_select on public.patient_clinical is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_consents__project, authz.tg_patients__project: find the row that they gate). [N-08, N-27, N-45, N-50]';

comment on policy definer_select on public.patient_identity is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_patients__project: finds the rows of a patient). [N-08, N-27]';

alter policy provider_select on public.patients
  to authenticated
  using (
    organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'))
    and (archived_at is null or archived_at = now())
    and (
      status = 'active'
      or organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
    )
  );

alter policy provider_update on public.patients
  to authenticated
  using (
    organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,receptionist}', '{}'))
    and (
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
  )
  with check (
    organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,receptionist}', '{}'))
    and (
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
  );

comment on policy definer_select on public.patients is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg__patient_status, authz.live_patient_accounts: whether a patient is active, or archived). [N-08, N-15, N-27]';

create policy definer_select on public.professionals
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.professionals is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on). [N-08]';

create policy definer_select on public.profiles
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.profiles is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on). [N-08]';

create or replace trigger _050_tenant
  before insert or update on public.access_restrictions
  for each row
  execute function authz.tg__tenant('access_restrictions');
alter table public.access_restrictions enable always trigger _050_tenant;
comment on trigger _050_tenant on public.access_restrictions is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.access_restrictions
  for each row
  execute function authz.tg__stamp();
alter table public.access_restrictions enable always trigger _100_stamp;
comment on trigger _100_stamp on public.access_restrictions is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _105_lift
  before insert or update on public.access_restrictions
  for each row
  execute function authz.tg_access_restrictions__lift();
alter table public.access_restrictions enable always trigger _105_lift;
comment on trigger _105_lift on public.access_restrictions is
  'Stamps when a restriction was lifted. [S-16]';

create or replace trigger _400_patient_status
  before insert or update on public.access_restrictions
  for each row
  execute function authz.tg__patient_status('patient_id');
alter table public.access_restrictions enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.access_restrictions is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';

create or replace trigger _050_tenant
  before insert or update on public.emergency_access_grants
  for each row
  execute function authz.tg__tenant('emergency_access_grants');
alter table public.emergency_access_grants enable always trigger _050_tenant;
comment on trigger _050_tenant on public.emergency_access_grants is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.emergency_access_grants
  for each row
  execute function authz.tg__stamp();
alter table public.emergency_access_grants enable always trigger _100_stamp;
comment on trigger _100_stamp on public.emergency_access_grants is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _400_patient_status
  before insert or update on public.emergency_access_grants
  for each row
  execute function authz.tg__patient_status('patient_id');
alter table public.emergency_access_grants enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.emergency_access_grants is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';

create or replace trigger _050_tenant
  before insert or update on public.emergency_access_reasons
  for each row
  execute function authz.tg__tenant('emergency_access_reasons');
alter table public.emergency_access_reasons enable always trigger _050_tenant;
comment on trigger _050_tenant on public.emergency_access_reasons is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.emergency_access_reasons
  for each row
  execute function authz.tg__stamp();
alter table public.emergency_access_reasons enable always trigger _100_stamp;
comment on trigger _100_stamp on public.emergency_access_reasons is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _400_patient_status
  before insert or update on public.emergency_access_reasons
  for each row
  execute function authz.tg__patient_status('patient_id');
alter table public.emergency_access_reasons enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.emergency_access_reasons is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';

create or replace trigger _050_tenant
  before insert or update on public.medical_record_details
  for each row
  execute function authz.tg__tenant('medical_record_details');
alter table public.medical_record_details enable always trigger _050_tenant;
comment on trigger _050_tenant on public.medical_record_details is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.medical_record_details
  for each row
  execute function authz.tg__stamp();
alter table public.medical_record_details enable always trigger _100_stamp;
comment on trigger _100_stamp on public.medical_record_details is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _105_superseded
  before insert or update on public.medical_record_details
  for each row
  execute function authz.tg_medical_record_details__superseded();
alter table public.medical_record_details enable always trigger _105_superseded;
comment on trigger _105_superseded on public.medical_record_details is
  'Keeps the details of superseded versions unchanged. [S-16]';

create or replace trigger _400_patient_status
  before insert or update on public.medical_record_details
  for each row
  execute function authz.tg__patient_status('patient_id');
alter table public.medical_record_details enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.medical_record_details is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';

create or replace trigger _500_consent
  before insert or update on public.medical_record_details
  for each row
  execute function authz.tg__consent('patient_id');
alter table public.medical_record_details enable always trigger _500_consent;
comment on trigger _500_consent on public.medical_record_details is
  'Recomputes treatment_consent_until; a value sent by anyone is ignored. [N-45]';

create or replace trigger _050_tenant
  before insert or update on public.medical_records
  for each row
  execute function authz.tg__tenant('medical_records');
alter table public.medical_records enable always trigger _050_tenant;
comment on trigger _050_tenant on public.medical_records is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.medical_records
  for each row
  execute function authz.tg__stamp();
alter table public.medical_records enable always trigger _100_stamp;
comment on trigger _100_stamp on public.medical_records is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _105_version
  before insert or update on public.medical_records
  for each row
  execute function authz.tg_medical_records__version();
alter table public.medical_records enable always trigger _105_version;
comment on trigger _105_version on public.medical_records is
  'Numbers versions; a superseded one never changes. [S-16]';

create or replace trigger _510_protect
  after insert or update on public.medical_records
  for each row
  execute function authz.tg_medical_records__protect();
alter table public.medical_records enable always trigger _510_protect;
comment on trigger _510_protect on public.medical_records is
  'Carries protected segments to earlier versions. [N-01]';

create or replace trigger _400_patient_status
  before insert or update on public.medical_records
  for each row
  execute function authz.tg__patient_status('patient_id');
alter table public.medical_records enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.medical_records is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';

create or replace trigger _500_consent
  before insert or update on public.medical_records
  for each row
  execute function authz.tg__consent('patient_id');
alter table public.medical_records enable always trigger _500_consent;
comment on trigger _500_consent on public.medical_records is
  'Recomputes treatment_consent_until; a value sent by anyone is ignored. [N-45]';

create or replace trigger _500_consent
  before insert or update on public.patient_clinical
  for each row
  execute function authz.tg__consent('id');
alter table public.patient_clinical enable always trigger _500_consent;

grant select (trusted_address_header) on authz.deployment_settings to cordon_definer;

grant
  select,
  insert (id, organisation_id, patient_id, restricted_user_id),
  update (lifted_at)
  on public.access_restrictions to authenticated;
grant
  select (archived_at, id, lifted_at, organisation_id, patient_id, patient_status, restricted_user_id),
  update (patient_status)
  on public.access_restrictions to cordon_definer;
grant
  select,
  insert (id, organisation_id, patient_id, restricted_user_id),
  update (lifted_at)
  on public.access_restrictions to patient;
grant select, insert, update on public.access_restrictions to service_role;

grant select (archived_at, id, patient_status) on public.appointment_reasons to cordon_definer;

grant select (archived_at, id, patient_status) on public.appointments to cordon_definer;

grant
  select (archived_at, ends_at, id, patient_status, starts_at, user_id)
  on public.care_relationships to cordon_definer;

grant select (break_glass_allowed, id, patient_status) on public.consents to cordon_definer;

grant select on public.emergency_access_grants to authenticated;
grant
  select (archived_at, ended_at, expires_at, id, opened_at, opened_in, organisation_id, patient_id, review_outcome, reviewed_at, user_id),
  insert (expires_at, opened_at, organisation_id, patient_id, user_id),
  update (ended_at, patient_status, review_outcome, reviewed_at, reviewed_by_user_id)
  on public.emergency_access_grants to cordon_definer;
grant select on public.emergency_access_grants to patient;
grant select on public.emergency_access_grants to service_role;

grant select on public.emergency_access_reasons to authenticated;
grant
  select (archived_at, id, organisation_id, patient_id),
  insert (id, organisation_id, patient_id, reason),
  update (patient_status, review_note)
  on public.emergency_access_reasons to cordon_definer;
grant select on public.emergency_access_reasons to service_role;

grant
  select,
  insert (codes, diagnosis, id, organisation_id, patient_id, physician_notes, treatment_plan),
  update (codes, diagnosis, physician_notes, treatment_plan)
  on public.medical_record_details to authenticated;
grant
  select (archived_at, id, organisation_id, patient_id, patient_status, treatment_consent_until),
  update (patient_status, treatment_consent_until)
  on public.medical_record_details to cordon_definer;
grant select on public.medical_record_details to patient;
grant select, insert, update on public.medical_record_details to service_role;

grant select on public.medical_record_overview to authenticated;
grant select on public.medical_record_overview to patient;
grant select on public.medical_record_overview to service_role;

grant
  select,
  insert (id, medications, organisation_id, patient_id, record_type, segments, supersedes_id, vitals),
  update (medications, segments, vitals)
  on public.medical_records to authenticated;
grant
  select (archived_at, id, is_segmented, organisation_id, patient_id, patient_status, segments, supersedes_id, treatment_consent_until, version),
  update (patient_status, segments, treatment_consent_until)
  on public.medical_records to cordon_definer;
grant select on public.medical_records to patient;
grant select, insert, update on public.medical_records to service_role;

grant select (id) on public.organisation_members to cordon_definer;

grant
  select (archived_at, cidr, id, mode, organisation_id)
  on public.organisation_networks to cordon_definer;

grant
  select (archived_at, business_hours, organisation_id)
  on public.organisation_settings to cordon_definer;

grant select (timezone) on public.organisations to cordon_definer;

grant select (id, patient_status) on public.patient_accounts to cordon_definer;

grant
  select (archived_at, patient_status, treatment_consent_until)
  on public.patient_clinical to cordon_definer;

grant select (archived_at, patient_status) on public.patient_identity to cordon_definer;

grant select (archived_at, id, organisation_id) on public.professionals to cordon_definer;

grant select (archived_at, user_id) on public.profiles to cordon_definer;

-- migrate:down
