-- migrate:up
-- Why: charts by sensitivity and version, whom a patient shuts out, and glass that is broken for an hour and reviewed by somebody else.
-- Access: +30 grants, +64 policies, 10 definer functions
--   ~ authz.lock_chart is written, and runs with the rights of its owner
--   + cordon_definer may execute function authz.rules_access_restrictions()
--   + cordon_definer may execute function authz.rules_emergency_access_grants()
--   + cordon_definer may execute function authz.rules_emergency_access_reasons()
--   + cordon_definer may execute function authz.rules_medical_record_details()
--   + cordon_definer may execute function authz.rules_medical_records()
--   ~ authz.tg_access_restrictions__lift is written, and runs with the rights of its owner
--   ~ authz.tg_medical_record_details__superseded is written, and runs with the rights of its owner
--   ~ authz.tg_medical_records__protect is written, and runs with the rights of its owner
--   ~ authz.tg_medical_records__security is written, and runs with the rights of its owner
--   ~ authz.tg_medical_records__version is written, and runs with the rights of its owner
--   ~ public.close_emergency_access is written, and runs with the rights of its owner
--   + authenticated may execute function public.close_emergency_access(uuid)
--   ~ public.open_emergency_access is written, and runs with the rights of its owner
--   + authenticated may execute function public.open_emergency_access(uuid, text, integer)
--   ~ public.review_emergency_access is written, and runs with the rights of its owner
--   + authenticated may execute function public.review_emergency_access(uuid, text, text)
--   ~ authz.tg_medical_records__prescribed is written, and runs with the rights of its owner
--   + policy provider_fence on public.access_restrictions: restrictive, all to authenticated
--   + policy patient_fence on public.access_restrictions: restrictive, all to patient
--   + policy internal_ops_fence on public.access_restrictions: restrictive, all to internal_ops
--   + policy anon_fence on public.access_restrictions: restrictive, all to anon
--   + policy provider_select on public.access_restrictions: select to authenticated
--   + policy provider_select_rows on public.access_restrictions: restrictive, select to authenticated
--   + policy provider_insert on public.access_restrictions: insert to authenticated
--   + policy provider_insert_rows on public.access_restrictions: restrictive, insert to authenticated
--   + policy provider_update on public.access_restrictions: update to authenticated
--   + policy provider_update_rows on public.access_restrictions: restrictive, update to authenticated
--   + policy patient_select on public.access_restrictions: select to patient
--   + policy patient_insert on public.access_restrictions: insert to patient
--   + policy patient_update on public.access_restrictions: update to patient
--   + policy definer_select on public.access_restrictions: select to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.access_restrictions: update to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.emergency_access_grants: restrictive, all to authenticated
--   + policy patient_fence on public.emergency_access_grants: restrictive, all to patient
--   + policy internal_ops_fence on public.emergency_access_grants: restrictive, all to internal_ops
--   + policy anon_fence on public.emergency_access_grants: restrictive, all to anon
--   + policy provider_select on public.emergency_access_grants: select to authenticated
--   + policy provider_select_rows on public.emergency_access_grants: restrictive, select to authenticated
--   + policy patient_select on public.emergency_access_grants: select to patient
--   + policy definer_select on public.emergency_access_grants: select to cordon_definer, WITHOUT a condition
--   + policy definer_insert on public.emergency_access_grants: insert to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.emergency_access_grants: update to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.emergency_access_reasons: restrictive, all to authenticated
--   + policy patient_fence on public.emergency_access_reasons: restrictive, all to patient
--   + policy internal_ops_fence on public.emergency_access_reasons: restrictive, all to internal_ops
--   + policy anon_fence on public.emergency_access_reasons: restrictive, all to anon
--   + policy provider_select on public.emergency_access_reasons: select to authenticated
--   + policy provider_select_rows on public.emergency_access_reasons: restrictive, select to authenticated
--   + policy definer_select on public.emergency_access_reasons: select to cordon_definer, WITHOUT a condition
--   + policy definer_insert on public.emergency_access_reasons: insert to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.emergency_access_reasons: update to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.medical_record_details: restrictive, all to authenticated
--   + policy patient_fence on public.medical_record_details: restrictive, all to patient
--   + policy internal_ops_fence on public.medical_record_details: restrictive, all to internal_ops
--   + policy anon_fence on public.medical_record_details: restrictive, all to anon
--   + policy provider_select on public.medical_record_details: select to authenticated
--   + policy provider_select_rows on public.medical_record_details: restrictive, select to authenticated
--   + policy provider_insert on public.medical_record_details: insert to authenticated
--   + policy provider_insert_rows on public.medical_record_details: restrictive, insert to authenticated
--   + policy provider_update on public.medical_record_details: update to authenticated
--   + policy provider_update_rows on public.medical_record_details: restrictive, update to authenticated
--   + policy patient_select on public.medical_record_details: select to patient
--   + policy definer_select on public.medical_record_details: select to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.medical_record_details: update to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.medical_records: restrictive, all to authenticated
--   + policy patient_fence on public.medical_records: restrictive, all to patient
--   + policy internal_ops_fence on public.medical_records: restrictive, all to internal_ops
--   + policy anon_fence on public.medical_records: restrictive, all to anon
--   + policy provider_select on public.medical_records: select to authenticated
--   + policy provider_select_rows on public.medical_records: restrictive, select to authenticated
--   + policy provider_insert on public.medical_records: insert to authenticated
--   + policy provider_insert_rows on public.medical_records: restrictive, insert to authenticated
--   + policy provider_update on public.medical_records: update to authenticated
--   + policy provider_update_rows on public.medical_records: restrictive, update to authenticated
--   + policy patient_select on public.medical_records: select to patient
--   + policy definer_select on public.medical_records: select to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.medical_records: update to cordon_definer, WITHOUT a condition
--   + policy definer_select on public.organisation_networks: select to cordon_definer, WITHOUT a condition
--   + policy definer_select on public.organisation_settings: select to cordon_definer, WITHOUT a condition
--   + policy definer_select on public.professionals: select to cordon_definer, WITHOUT a condition
--   + policy definer_select on public.profiles: select to cordon_definer, WITHOUT a condition
--   + authenticated may select, insert (id, organisation_id, patient_id, restricted_user_id), update (lifted_at) on public.access_restrictions
--   + cordon_definer may select (7 columns), update (patient_status) on public.access_restrictions
--   + patient may select, insert (id, organisation_id, patient_id, restricted_user_id), update (lifted_at) on public.access_restrictions
--   + service_role may select, insert, update on public.access_restrictions
--   + authenticated may select on public.emergency_access_grants
--   + cordon_definer may select (11 columns), insert (expires_at, opened_at, organisation_id, patient_id, user_id), update (ended_at, patient_status, review_outcome, reviewed_at, reviewed_by_user_id) on public.emergency_access_grants
--   + patient may select on public.emergency_access_grants
--   + service_role may select on public.emergency_access_grants
--   + authenticated may select on public.emergency_access_reasons
--   + cordon_definer may select (archived_at, id, organisation_id, patient_id), insert (id, organisation_id, patient_id, reason), update (patient_status, review_note) on public.emergency_access_reasons
--   + service_role may select on public.emergency_access_reasons
--   + authenticated may select, insert (7 columns), update (codes, diagnosis, physician_notes, treatment_plan) on public.medical_record_details
--   + cordon_definer may select (archived_at, id, organisation_id, patient_id, patient_status, treatment_consent_until), update (archived_at, patient_status, treatment_consent_until) on public.medical_record_details
--   + patient may select on public.medical_record_details
--   + service_role may select, insert, update on public.medical_record_details
--   + authenticated may select on public.medical_record_overview
--   + patient may select on public.medical_record_overview
--   + service_role may select on public.medical_record_overview
--   + authenticated may select, insert (9 columns), update (medications, segments, vitals) on public.medical_records
--   + cordon_definer may select (13 columns), update (patient_status, segments, treatment_consent_until) on public.medical_records
--   + patient may select on public.medical_records
--   + service_role may select, insert, update on public.medical_records
-- Locks: 7 existing tables, until the migration commits
--   ACCESS EXCLUSIVE public.organisation_networks
--   ACCESS EXCLUSIVE public.organisation_settings
--   ACCESS EXCLUSIVE public.professionals
--   ACCESS EXCLUSIVE public.profiles
--   SHARE ROW EXCLUSIVE public.organisation_members
--   SHARE ROW EXCLUSIVE public.patients
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
-- What is in force once is in force: thousands of copies would slow down every read of the chart. What the patient wrote and what the
-- clinic wrote stand beside each other: lifting the one leaves the other.
create unique index access_restrictions_in_force_idx
  on public.access_restrictions (organisation_id, patient_id, restricted_user_id, created_by_user_id) nulls not distinct
  where lifted_at is null and archived_at is null;
comment on index public.access_restrictions_in_force_idx is
  'One restriction in force by each who wrote one of a patient, against one person or all.';
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
  occurred_at timestamptz,
  author_name text,
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
  -- created_at is the server's: what is told of tomorrow has not happened.
  constraint medical_records_occurred_at_check check (occurred_at <= created_at),
  -- Whoever writes an entry here is stamped on it; a name is for those that came from elsewhere, which nobody here wrote.
  constraint medical_records_author_name_check
    check (length(btrim(author_name)) between 1 and 200 and (author_name is null or created_by_user_id is null)),
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
create index medical_records_patient_id_idx on public.medical_records (patient_id);
alter table public.medical_records alter column organisation_id set (n_distinct = 100);
comment on table public.medical_records is 'Entries of charts: vitals and medications. PHI. [N-01, N-21]';
comment on column public.medical_records.occurred_at is 'When the care was, where that is told; NULL: when it was written down, created_at. Never in the future.';
comment on column public.medical_records.author_name is 'Who wrote it, with their licence, in the system that it came from; the import''s alone to say. PHI.';
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
  -- Fifty codes of any length are no bound.
  constraint medical_record_details_codes_length_check check (length(codes::text) <= 4000),
  constraint medical_record_details_treatment_plan_check check (length(treatment_plan) <= 20000),
  constraint medical_record_details_physician_notes_check check (length(physician_notes) <= 20000),
  constraint medical_record_details_patient_status_check check (patient_status in ('active', 'inactive', 'archived')),
  constraint medical_record_details_actor_kind_check check (actor_kind in ('user', 'system'))
);
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
    d.diagnosis, d.codes, d.treatment_plan, d.physician_notes, r.occurred_at, r.author_name
  from public.medical_records as r
  left join public.medical_record_details as d on d.organisation_id = r.organisation_id and d.id = r.id;
comment on view public.medical_record_overview is
  'A record with its diagnosis where the caller may see it, else NULL. [N-01, N-19]';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz, public to cordon_definer;

-- authz.lock_chart: for who writes what a consent gates: the patient, then the consents that gate it, so that the row follows or precedes every change of
-- either. Whoever changes a consent holds it and needs nothing of the patient: with the patient first there, two would wait for each other. Consents to
-- the purpose alone, in force or to come: of those a statement that withdraws several holds one, and not first the one and then the other of two.
create or replace function authz.lock_chart(organisation_id uuid, patient_id uuid, purpose text)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform authz.lock_patient(lock_chart.organisation_id, lock_chart.patient_id);
  perform
  from public.consents as c
  where c.organisation_id = lock_chart.organisation_id
    and c.patient_id = lock_chart.patient_id
    and c.purpose = lock_chart.purpose
    and c.status in ('proposed', 'active')
  order by c.created_at desc, c.id desc -- as a consent to a later text meets the one that it takes the place of
  for share;
end
$$;
comment on function authz.lock_chart(uuid, uuid, text) is
  'Serialises what depends on a patient and their consents to a purpose for the rest of the transaction; CD007 above READ COMMITTED. [N-27, N-45, N-50]';
alter function authz.lock_chart(uuid, uuid, text) owner to cordon_definer;
revoke all on function authz.lock_chart(uuid, uuid, text) from public;

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
  return '{"schema": "public", "table": "emergency_access_reasons", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "columns": ["archived_at", "id", "organisation_id", "patient_id"], "fence": null, "rules": [
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
  return '{"schema": "public", "table": "medical_records", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "handedOverBy": "consenting_patient", "handedOverKey": "patient_id", "columns": ["archived_at", "id", "is_segmented", "organisation_id", "patient_id", "patient_status", "treatment_consent_until"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["doctor"], "capabilities": [], "conditions": ["not_archived", "patient_active", "treating", "consent:treatment"], "hours": [], "network": true, "purposes": ["data_view", "treatment"], "emergencyBypass": true, "auditLevel": "comprehensive", "requirements": ["N-02", "N-14", "N-21", "N-25", "N-28", "N-45", "S-02"]},
    {"realm": "provider", "operation": "SELECT", "roles": ["nurse"], "capabilities": [], "conditions": ["not_archived", "patient_active", "unsegmented", "treating", "consent:treatment"], "hours": [], "network": true, "purposes": ["data_view", "treatment"], "emergencyBypass": true, "auditLevel": "comprehensive", "requirements": ["N-01", "N-02", "N-14", "N-25", "N-28", "N-45", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["doctor"], "capabilities": [], "conditions": ["patient_active", "treating"], "hours": null, "network": true, "purposes": ["treatment"], "emergencyBypass": true, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-21", "N-27", "S-03"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["nurse"], "capabilities": [], "conditions": ["patient_active", "unsegmented", "treating"], "hours": null, "network": true, "purposes": ["treatment"], "emergencyBypass": true, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["doctor"], "capabilities": [], "conditions": ["unarchived", "patient_active", "treating"], "hours": null, "network": true, "purposes": ["treatment"], "emergencyBypass": true, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-21", "N-27", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["nurse"], "capabilities": [], "conditions": ["unarchived", "patient_active", "unsegmented", "treating"], "hours": null, "network": true, "purposes": ["treatment"], "emergencyBypass": true, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-15"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived", "unsegmented", "handed_over"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "comprehensive", "requirements": ["N-45", "S-29"]}
  ]}';
end
$$;
comment on function authz.rules_medical_records() is
  'The access rules of medical_records, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_medical_records() from public;
grant execute on function authz.rules_medical_records() to cordon_definer;

-- authz.tg_access_restrictions__lift: when a restriction was lifted is the clock's to say, and once lifted it is over. What the patient wrote in the
-- portal is theirs to lift: staff lift what staff wrote down from a paper. What is put away is lifted with it: brought back, it would be as if it had
-- held all the time, and nothing would tell who was let in meanwhile. After tg__stamp, which says whether it is put away. Definer, because staff need
-- not see who holds an account.
create or replace function authz.tg_access_restrictions__lift()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- A refusal only closes, and anybody may write one who acts for the patient; to lift it opens, and takes the patient in person.
  if tg_op = 'UPDATE' and old.lifted_at is null and (new.lifted_at is not null or new.archived_at is not null)
    and authz.acting_realm() = 'patient' and authz.own_session_id() is null
  then
    raise exception 'a restriction is not yours to lift'
      using errcode = 'insufficient_privilege', hint = 'The patient lifts it in person, signed in with a session.';
  end if;
  if tg_op = 'UPDATE' and old.lifted_at is null and new.lifted_at is not null
    and authz.acting_realm() <> 'patient' and not authz.is_system()
    and old.created_by_user_id is not null
    and (
      exists (
        select
        from public.patient_accounts as a
        where a.organisation_id = old.organisation_id
          and a.patient_id = old.patient_id
          and a.user_id = old.created_by_user_id
      )
      -- An erasure takes the account and keeps the restriction with the chart: whoever was never staff wrote it as the patient.
      or not exists (
        select
        from public.organisation_members as m
        where m.organisation_id = old.organisation_id
          and m.user_id = old.created_by_user_id
      )
    )
  then
    raise exception 'the patient wrote this restriction'
      using errcode = 'CD009', hint = 'It is the patient''s to lift, in the portal.';
  end if;
  new.lifted_at := case
    when tg_op = 'INSERT' then null
    when old.lifted_at is not null then old.lifted_at
    when new.lifted_at is not null or new.archived_at is not null then clock_timestamp()
  end;
  return new;
end
$$;
comment on function authz.tg_access_restrictions__lift() is
  'Stamps lifted_at, also of what is archived; a value sent by anyone is ignored, and an end is final. CD009 for staff who lift what the patient wrote, 42501 for a patient who is not there in a session of their own. [N-12, N-18, S-16]';
alter function authz.tg_access_restrictions__lift() owner to cordon_definer;
revoke all on function authz.tg_access_restrictions__lift() from public;

-- authz.tg_emergency_access_grants__fixed: who broke a glass, and for how long, is what the event of it tells and what is reviewed: passed on, prolonged,
-- or opened again once it is closed or judged, it lets somebody in who has broken none; with another reason it was judged for nothing. Its triggers say
-- in WHEN what changed.
create or replace function authz.tg_emergency_access_grants__fixed()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception 'an emergency access stays whose it is, as long as it was, and as it was judged'
    using errcode = 'CD014', hint = 'End it; whoever needs one opens it: open_emergency_access.';
end
$$;
comment on function authz.tg_emergency_access_grants__fixed() is
  'Refuses with CD014 that emergency access passes to another, lasts longer, is taken up or judged again, or has another reason. [N-18, N-37]';
revoke all on function authz.tg_emergency_access_grants__fixed() from public;

-- authz.tg_medical_record_details__superseded: the details of a superseded version stay as they were, with the version; and none is written to, or
-- brought back under, a record that was put away: a diagnosis would be read on without it, by the doctor and on the portal. New ones lock the record
-- before it is asked, the patient before it, as everywhere. A change holds the details alone, which who supersedes or archives the record comes by
-- after it: were the record locked here too, the server that archives it and the doctor who edits would wait for each other.
create or replace function authz.tg_medical_record_details__superseded()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_comes_to_sight boolean;
begin
  if tg_op = 'INSERT' then
    if authz.is_out_of_reach(new.organisation_id) then
      new.organisation_id := null; -- no policy lets it in
      return new;
    end if;
    perform authz.lock_chart(new.organisation_id, new.patient_id, 'treatment');
    perform
    from public.medical_records as r
    where r.organisation_id = new.organisation_id
      and r.id = new.id
      for no key update;
    v_comes_to_sight := true;
  else
    v_comes_to_sight := old.archived_at is not null and new.archived_at is null;
    if not v_comes_to_sight and (new.diagnosis, new.codes, new.treatment_plan, new.physician_notes)
      is not distinct from (old.diagnosis, old.codes, old.treatment_plan, old.physician_notes)
    then
      return new;
    end if;
  end if;
  perform authz.require_read_committed();
  if v_comes_to_sight and exists (
    select
    from public.medical_records as r
    where r.organisation_id = new.organisation_id
      and r.id = new.id
      and r.archived_at is not null
  ) then
    raise exception 'record not found'
      using errcode = 'CD010', hint = 'Name a record that is not archived; one that is brought back brings its details along.';
  end if;
  -- Archived and brought back, what was superseded says what it said.
  if tg_op = 'UPDATE' and (new.diagnosis, new.codes, new.treatment_plan, new.physician_notes)
    is not distinct from (old.diagnosis, old.codes, old.treatment_plan, old.physician_notes)
  then
    return new;
  end if;
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
  'Keeps the details of superseded versions unchanged (CD011, CD007 above READ COMMITTED), and those of a record that was put away out of sight (CD010). [N-01, N-15, S-16]';
alter function authz.tg_medical_record_details__superseded() owner to cordon_definer;
revoke all on function authz.tg_medical_record_details__superseded() from public;

-- authz.tg_medical_records__protect: what makes a version protected protects the versions before it: the same visit would
-- otherwise be read there. Each of them passes it on. So does what protects a version later on, to those that superseded it before: a nurse's correction,
-- written while the doctor protects what it corrects, is of the same visit.
create or replace function authz.tg_medical_records__protect()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_added text[] := '{}';
begin
  if new.supersedes_id is not null and new.is_segmented then
    update public.medical_records as r
       set segments = array(select distinct s.segment from unnest(r.segments || new.segments) as s (segment) order by 1)
     where r.organisation_id = new.organisation_id
       and r.id = new.supersedes_id
       and not r.segments @> new.segments;
  end if;
  if tg_op = 'UPDATE' then -- by itself: only an UPDATE has a row of before
    v_added := array(select s.segment from unnest(new.segments) as s (segment) where s.segment <> all (old.segments));
  end if;
  if v_added <> '{}' then
    perform authz.require_read_committed(); -- an older snapshot would not show the version that was recorded meanwhile
    update public.medical_records as r
       set segments = array(select distinct s.segment from unnest(r.segments || v_added) as s (segment) order by 1)
     where r.organisation_id = new.organisation_id
       and r.supersedes_id = new.id
       and not r.segments @> v_added;
  end if;
  return null;
end
$$;
comment on function authz.tg_medical_records__protect() is
  'Carries protected segments to the versions that a record supersedes, and those that are added to the versions that supersede it; CD007 to add one above READ COMMITTED. [N-01]';
alter function authz.tg_medical_records__protect() owner to cordon_definer;
revoke all on function authz.tg_medical_records__protect() from public;

-- authz.tg_medical_records__security: who takes a protected segment off a record opens it to nurses, and to operations: for a night, and put back in the
-- morning, it would leave no trace. Which record, and not which segment: who reads the list is told nothing that the segment is there to keep.
create or replace function authz.tg_medical_records__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform authz.record_security_event(new.organisation_id, 'medical_record.unprotected', new.id, '{}');
  return null;
end
$$;
comment on function authz.tg_medical_records__security() is
  'Records that a protected segment was taken off a record. Its trigger says in WHEN where one was. [N-01, N-37]';
alter function authz.tg_medical_records__security() owner to cordon_definer;
revoke all on function authz.tg_medical_records__security() from public;

-- authz.tg_medical_records__version: a record is corrected by a new version that names the one before; what was superseded
-- stays as it was read and relied upon. What was put away is brought back before it is corrected. A version that a nurse may not see is not there to be superseded by one. What protects a version protects its
-- correction, which is of the same visit, and whose writer may have said nothing of it: a segment is taken off afterwards, of which the events tell.
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
    if (new.record_type, new.vitals, new.medications, new.occurred_at, new.author_name, new.archived_at is null)
        is not distinct from (old.record_type, old.vitals, old.medications, old.occurred_at, old.author_name, old.archived_at is null)
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
  if new.supersedes_id is null then
    return new;
  end if;
  if authz.is_out_of_reach(new.organisation_id) then
    new.organisation_id := null; -- no policy lets it in
    return new;
  end if;
  -- Patient and consents first: whoever changes a consent goes on to its records.
  perform authz.lock_chart(new.organisation_id, new.patient_id, 'treatment');
  select r.version + 1,
         case
           when r.segments <@ new.segments then new.segments
           else array(select distinct s.segment from unnest(r.segments || new.segments) as s (segment) order by 1)
         end
    into new.version, new.segments
    from public.medical_records as r
   where r.organisation_id = new.organisation_id
     and r.id = new.supersedes_id
     and r.patient_id = new.patient_id
     and r.archived_at is null -- nobody could bring it back: what is superseded never changes
     and (
       not r.is_segmented
       or authz.is_system()
       or authz.organisation_for('{doctor}', '{}') = new.organisation_id
     )
     for no key update;
  if not found then
    raise exception 'the record to be superseded was not found'
      using errcode = 'foreign_key_violation', hint = 'Name a record of the same patient that you may read, and that is not archived.';
  end if;
  -- Whoever is changing its details comes before this version, or after it and finds them superseded.
  perform
  from public.medical_record_details as d
  where d.organisation_id = new.organisation_id
    and d.id = new.supersedes_id
    for no key update;
  return new;
end
$$;
comment on function authz.tg_medical_records__version() is
  'Numbers versions, protects each as the one before, and keeps superseded ones unchanged (CD011, CD007 above READ COMMITTED). [S-16, N-01]';
alter function authz.tg_medical_records__version() owner to cordon_definer;
revoke all on function authz.tg_medical_records__version() from public;

-- public.close_emergency_access: the end of an emergency, said by who opened it. One that is over ended when its time was: it let nobody in since, and
-- what was seen afterwards was not seen in it.
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
     set ended_at = least(g.expires_at, authz.now())
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
  'Ends the caller''s own emergency access; returns when. CD010 where there is no open one of that id. [N-18]';
alter function public.close_emergency_access(uuid) owner to cordon_definer;
revoke all on function public.close_emergency_access(uuid) from public;
grant execute on function public.close_emergency_access(uuid) to authenticated;

-- public.open_emergency_access: breaks the glass for one patient. Everything that would make it a habit is refused: no
-- reason, no second one while one awaits its review, no token without a session to trace it to, nobody to whom no rule shows anything
-- by it: doctors, nurses, and assistants who hold break_glass, who read allergies by it. It counts from the next transaction on, so that no
-- rollback takes back the grant and keeps what was read.
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
    authz.organisation_for('{doctor,nurse}', '{}'), authz.organisation_for('{assistant}', '{break_glass}')
  );
  v_opened_at constant timestamptz := authz.now();
  v_reason constant text := authz.trimmed(reason);
  v_grant_id uuid;
begin
  if v_organisation_id is null or authz.own_session_id() is null then
    raise exception 'emergency access is not yours to open'
      using errcode = 'insufficient_privilege',
        hint = 'It takes a doctor, a nurse, or an assistant with the capability break_glass, signed in with a session.';
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
  'Opens emergency access to one patient for 1 to 60 minutes, from the next transaction on; returns the grant''s id. 42501 without the right, CD009 where it is refused, CD010 for no such patient. [N-18, N-37]';
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
  v_note constant text := authz.trimmed(note);
  v_reviewed_at timestamptz;
begin
  if v_organisation_id is null or authz.own_session_id() is null then
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

-- authz.tg_medical_records__occurred: care that is told of lies in the past, by the server's clock. That of whoever writes may run ahead a little: up to
-- five minutes it was now; what is told of later has not happened. And who was treated more than 120 years before it was written down is nobody's
-- patient: old systems write such a date where they had none. No CHECK asks for that: what was brought in before would be refused at its next change,
-- though that is only a consent that ends. In days, since a year is of no one length. Its trigger calls it for such rows alone.
create or replace function authz.tg_medical_records__occurred()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.occurred_at < new.created_at then
    -- What stood there before is not this writer's.
    if tg_op = 'UPDATE' then
      if new.occurred_at = old.occurred_at then
        return new;
      end if;
    end if;
    raise exception 'medical_records.occurred_at lies before anybody who lives was born'
      using errcode = 'check_violation', hint = 'Leave out when the care was, where nobody knows: an entry then stands under the moment at which it was written.';
  end if;
  if new.occurred_at > new.created_at + interval '5 minutes' then
    raise exception 'medical_records.occurred_at lies ahead'
      using errcode = 'check_violation', constraint = 'medical_records_occurred_at_check',
        hint = 'Say when the care was, once it was; a clock that is five minutes ahead at most is taken for now.';
  end if;
  new.occurred_at := new.created_at;
  return new;
end
$$;
comment on function authz.tg_medical_records__occurred() is
  'Takes a clock that is up to five minutes ahead for now, and refuses with 23514 care of later, or of more than 120 years ago. [S-16]';
revoke all on function authz.tg_medical_records__occurred() from public;

-- authz.tg_medical_records__prescribed: what is prescribed, and how a stay is summed up at its end, is a doctor's to write: a nurse writes neither, and no
-- version that would take the place of one.
create or replace function authz.tg_medical_records__prescribed()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if authz.is_system() or authz.organisation_for('{doctor}', '{}') = new.organisation_id then
    return new;
  end if;
  if new.record_type in ('prescription', 'discharge_summary')
    or exists (
      select
      from public.medical_records as r
      where r.organisation_id = new.organisation_id
        and r.id = new.supersedes_id
        and r.record_type in ('prescription', 'discharge_summary')
    )
  then
    raise exception 'a prescription or discharge summary is a doctor''s to write'
      using errcode = 'insufficient_privilege', hint = 'Record an observation, and have a doctor prescribe.';
  end if;
  return new;
end
$$;
comment on function authz.tg_medical_records__prescribed() is
  'Refuses with 42501 a prescription or discharge summary, or a version of one, of who is no doctor there. [N-02, N-21]';
alter function authz.tg_medical_records__prescribed() owner to cordon_definer;
revoke all on function authz.tg_medical_records__prescribed() from public;

revoke create on schema authz, public from cordon_definer;

create policy provider_fence on public.access_restrictions
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse}', '{}'), 'access_restrictions', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse}', '{}'), 'access_restrictions', 'SELECT', 'basic')));
comment on policy provider_fence on public.access_restrictions is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only clinic_admin, doctor or nurse of the current organisation. [N-24, S-02, S-03, S-04]';

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
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse}', '{}'), 'access_restrictions', 'SELECT', 'basic')));
comment on policy provider_select on public.access_restrictions is
  'clinic_admin, doctor or nurse of the current organisation may read rows that are not archived and of an active patient. [N-02, N-27, S-02]';

create policy provider_select_rows on public.access_restrictions
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );
comment on policy provider_select_rows on public.access_restrictions is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, N-27, S-02]';

create policy provider_insert on public.access_restrictions
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'access_restrictions', 'INSERT', 'detailed')));
comment on policy provider_insert on public.access_restrictions is
  'clinic_admin of the current organisation may create rows that are of an active patient. [N-02, N-18, N-27, S-03]';

create policy provider_insert_rows on public.access_restrictions
  as restrictive for insert to authenticated
  with check (patient_status = 'active');
comment on policy provider_insert_rows on public.access_restrictions is
  'Whatever another policy allows, staff create only rows that the comment of provider_insert names. [N-02, N-18, N-27, S-03]';

create policy provider_update on public.access_restrictions
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'access_restrictions', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse}', '{}'), 'access_restrictions', 'SELECT', 'basic')));
comment on policy provider_update on public.access_restrictions is
  'clinic_admin of the current organisation may change rows that are not archived and of an active patient. [N-02, N-18, N-27, S-03]';

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

create policy patient_select on public.access_restrictions
  for select to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'access_restrictions', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.access_restrictions is
  'a patient may read rows that are their own and not archived. [N-15]';

create policy patient_insert on public.access_restrictions
  for insert to patient
  with check (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'access_restrictions', 'INSERT', 'detailed'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
  );
comment on policy patient_insert on public.access_restrictions is
  'a patient may create rows that are their own. [N-15, N-18]';

create policy patient_update on public.access_restrictions
  for update to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'access_restrictions', 'UPDATE', 'detailed'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  )
  with check (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'access_restrictions', 'UPDATE', 'detailed'))::uuid[])
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

create policy provider_fence on public.emergency_access_grants
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'emergency_access_grants', 'SELECT', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'emergency_access_grants', 'SELECT', 'detailed')));
comment on policy provider_fence on public.emergency_access_grants is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with privacy_officer of the current organisation or clinic_admin of the current organisation. [N-24, S-02, S-03, S-04]';

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
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'emergency_access_grants', 'SELECT', 'detailed')));
comment on policy provider_select on public.emergency_access_grants is
  'any member with privacy_officer of the current organisation may read rows that are not archived; clinic_admin of the current organisation may read rows that are not archived. [N-02, N-18, N-37, S-02]';

create policy provider_select_rows on public.emergency_access_grants
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.emergency_access_grants is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, N-18, N-37, S-02]';

create policy patient_select on public.emergency_access_grants
  for select to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'emergency_access_grants', 'SELECT', 'basic'))::uuid[])
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
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'emergency_access_reasons', 'SELECT', 'comprehensive')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'emergency_access_reasons', 'SELECT', 'comprehensive')));
comment on policy provider_fence on public.emergency_access_reasons is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with privacy_officer of the current organisation. [N-24, S-02, S-03, S-04]';

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
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'emergency_access_reasons', 'SELECT', 'comprehensive')));
comment on policy provider_select on public.emergency_access_reasons is
  'any member with privacy_officer of the current organisation may read rows that are not archived. [N-02, N-18, S-02]';

create policy provider_select_rows on public.emergency_access_reasons
  as restrictive for select to authenticated
  using (
    case
      when
        archived_at is null
        or archived_at = now()
      then authz.log_disclosure((select authz.disclosure_stamp('provider', 'emergency_access_reasons', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
  );
comment on policy provider_select_rows on public.emergency_access_reasons is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, N-18, S-02]';

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
  using (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor}', '{}', null, true, '{data_view,treatment}'), 'medical_record_details', 'SELECT', 'comprehensive')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor}', '{}', null, true, '{data_view,treatment}'), 'medical_record_details', 'SELECT', 'comprehensive')));
comment on policy provider_fence on public.medical_record_details is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only doctor of the current organisation, from a listed network, for data_view or treatment where a purpose is named. [N-24, S-02, S-03, S-04]';

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
  using (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor}', '{}', null, true, '{data_view,treatment}'), 'medical_record_details', 'SELECT', 'comprehensive')));
comment on policy provider_select on public.medical_record_details is
  'doctor of the current organisation, from a listed network, for data_view or treatment where a purpose is named, may read rows that are not archived and of an active patient and either of a patient whom they treat and under a consent to treatment in force and within business hours, or of a patient for whom they broke the glass. [N-02, N-14, N-18, N-21, N-25, N-28, N-45, S-02]';

create policy provider_select_rows on public.medical_record_details
  as restrictive for select to authenticated
  using (
    case
      when
        (archived_at is null or archived_at = now())
        and patient_status = 'active'
        and (
          (
            (select authz.patients_in_care('treating', '{}')) #>> array[organisation_id::text, patient_id::text] is not null
            and treatment_consent_until > (select authz.now())
          )
          or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, patient_id::text] is not null
        )
      then authz.log_disclosure((select authz.disclosure_stamp('provider', 'medical_record_details', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
    and patient_id = any ((select authz.reachable_patients())::uuid[])
  );
comment on policy provider_select_rows on public.medical_record_details is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, N-14, N-18, N-21, N-25, N-28, N-45, S-02]';

create policy provider_insert on public.medical_record_details
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor}', '{}', null, true, '{treatment}'), 'medical_record_details', 'INSERT', 'detailed')));
comment on policy provider_insert on public.medical_record_details is
  'doctor of the current organisation, from a listed network, for treatment where a purpose is named, may create rows that are of an active patient and either of a patient whom they treat, or of a patient for whom they broke the glass. [N-02, N-14, N-21, N-27, S-03]';

create policy provider_insert_rows on public.medical_record_details
  as restrictive for insert to authenticated
  with check (
    patient_status = 'active'
    and (
      (select authz.patients_in_care('treating', null)) #>> array[organisation_id::text, patient_id::text] is not null
      or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, patient_id::text] is not null
    )
  );
comment on policy provider_insert_rows on public.medical_record_details is
  'Whatever another policy allows, staff create only rows that the comment of provider_insert names. [N-02, N-14, N-21, N-27, S-03]';

create policy provider_update on public.medical_record_details
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor}', '{}', null, true, '{treatment}'), 'medical_record_details', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor}', '{}', null, true, '{data_view,treatment}'), 'medical_record_details', 'SELECT', 'comprehensive')));
comment on policy provider_update on public.medical_record_details is
  'doctor of the current organisation, from a listed network, for treatment where a purpose is named, may change rows that are not archived, and stay so and of an active patient and either of a patient whom they treat, or of a patient for whom they broke the glass. [N-02, N-14, N-21, N-27, S-03]';

create policy provider_update_rows on public.medical_record_details
  as restrictive for update to authenticated
  using (
    archived_at is null
    and patient_status = 'active'
    and (
      (select authz.patients_in_care('treating', null)) #>> array[organisation_id::text, patient_id::text] is not null
      or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, patient_id::text] is not null
    )
    and patient_id = any ((select authz.reachable_patients())::uuid[])
  )
  with check (
    archived_at is null
    and patient_status = 'active'
    and (
      (select authz.patients_in_care('treating', null)) #>> array[organisation_id::text, patient_id::text] is not null
      or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, patient_id::text] is not null
    )
  );
comment on policy provider_update_rows on public.medical_record_details is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, N-14, N-21, N-27, S-03]';

create policy patient_select on public.medical_record_details
  for select to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'medical_record_details', 'SELECT', 'detailed'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.medical_record_details is
  'a patient may read rows that are their own and not archived. [N-15]';

create policy definer_select on public.medical_record_details
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.medical_record_details is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_consents__project, authz.tg_patients__project, authz.tg__archived: find the rows of a patient, or of a record). [N-08, N-27, N-45]';

create policy definer_update on public.medical_record_details
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.medical_record_details is
  'definer functions may change every row (authz.tg_consents__project, authz.tg_patients__project, authz.tg__archived: take effect in their own transaction). [N-27, N-45, N-50]';

create policy provider_fence on public.medical_records
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse}', '{}', null, true, '{data_view,treatment}'), 'medical_records', 'SELECT', 'comprehensive')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse}', '{}', null, true, '{data_view,treatment}'), 'medical_records', 'SELECT', 'comprehensive')));
comment on policy provider_fence on public.medical_records is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only doctor or nurse of the current organisation, from a listed network, for data_view or treatment where a purpose is named. [N-24, S-02, S-03, S-04]';

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
  using (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse}', '{}', null, true, '{data_view,treatment}'), 'medical_records', 'SELECT', 'comprehensive')));
comment on policy provider_select on public.medical_records is
  'doctor of the current organisation, from a listed network, for data_view or treatment where a purpose is named, may read rows that are not archived and of an active patient and either of a patient whom they treat and under a consent to treatment in force and within business hours, or of a patient for whom they broke the glass; nurse of the current organisation, from a listed network, for data_view or treatment where a purpose is named, may read rows that are not archived and of an active patient and without a protected segment and either of a patient whom they treat and under a consent to treatment in force and within business hours, or of a patient for whom they broke the glass. [N-01, N-02, N-14, N-21, N-25, N-28, N-45, S-02]';

create policy provider_select_rows on public.medical_records
  as restrictive for select to authenticated
  using (
    case
      when
        (archived_at is null or archived_at = now())
        and patient_status = 'active'
        and (
          (
            (select authz.patients_in_care('treating', '{}')) #>> array[organisation_id::text, patient_id::text] is not null
            and treatment_consent_until > (select authz.now())
          )
          or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, patient_id::text] is not null
        )
        and (
          is_segmented = false
          or organisation_id = (select authz.organisation_within('{doctor}', '{}', null, true, '{data_view,treatment}'))
        )
      then authz.log_disclosure((select authz.disclosure_stamp('provider', 'medical_records', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
    and patient_id = any ((select authz.reachable_patients())::uuid[])
  );
comment on policy provider_select_rows on public.medical_records is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-01, N-02, N-14, N-21, N-25, N-28, N-45, S-02]';

create policy provider_insert on public.medical_records
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse}', '{}', null, true, '{treatment}'), 'medical_records', 'INSERT', 'detailed')));
comment on policy provider_insert on public.medical_records is
  'doctor of the current organisation, from a listed network, for treatment where a purpose is named, may create rows that are of an active patient and either of a patient whom they treat, or of a patient for whom they broke the glass; nurse of the current organisation, from a listed network, for treatment where a purpose is named, may create rows that are of an active patient and without a protected segment and either of a patient whom they treat, or of a patient for whom they broke the glass. [N-02, N-14, N-21, N-27, S-03]';

create policy provider_insert_rows on public.medical_records
  as restrictive for insert to authenticated
  with check (
    patient_status = 'active'
    and (
      (select authz.patients_in_care('treating', null)) #>> array[organisation_id::text, patient_id::text] is not null
      or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, patient_id::text] is not null
    )
    and (
      is_segmented = false
      or organisation_id = (select authz.organisation_within('{doctor}', '{}', null, true, '{treatment}'))
    )
  );
comment on policy provider_insert_rows on public.medical_records is
  'Whatever another policy allows, staff create only rows that the comment of provider_insert names. [N-02, N-14, N-21, N-27, S-03]';

create policy provider_update on public.medical_records
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse}', '{}', null, true, '{treatment}'), 'medical_records', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse}', '{}', null, true, '{data_view,treatment}'), 'medical_records', 'SELECT', 'comprehensive')));
comment on policy provider_update on public.medical_records is
  'doctor of the current organisation, from a listed network, for treatment where a purpose is named, may change rows that are not archived, and stay so and of an active patient and either of a patient whom they treat, or of a patient for whom they broke the glass; nurse of the current organisation, from a listed network, for treatment where a purpose is named, may change rows that are not archived, and stay so and of an active patient and without a protected segment and either of a patient whom they treat, or of a patient for whom they broke the glass. [N-02, N-14, N-21, N-27, S-03]';

create policy provider_update_rows on public.medical_records
  as restrictive for update to authenticated
  using (
    archived_at is null
    and patient_status = 'active'
    and (
      (select authz.patients_in_care('treating', null)) #>> array[organisation_id::text, patient_id::text] is not null
      or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, patient_id::text] is not null
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
      (select authz.patients_in_care('treating', null)) #>> array[organisation_id::text, patient_id::text] is not null
      or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, patient_id::text] is not null
    )
    and (
      is_segmented = false
      or organisation_id = (select authz.organisation_within('{doctor}', '{}', null, true, '{treatment}'))
    )
  );
comment on policy provider_update_rows on public.medical_records is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, N-14, N-21, N-27, S-03]';

create policy patient_select on public.medical_records
  for select to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'medical_records', 'SELECT', 'detailed'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.medical_records is
  'a patient may read rows that are their own and not archived. [N-15]';

create policy definer_select on public.medical_records
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.medical_records is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_medical_records__version, authz.tg_medical_records__prescribed, authz.tg_consents__project, authz.tg_patients__project: versions, and the rows of a patient; authz.tg__settled: whose it is, and since when). [N-08, N-27, N-45, S-16]';

create policy definer_update on public.medical_records
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.medical_records is
  'definer functions may change every row (authz.tg_consents__project, authz.tg_patients__project, authz.tg_medical_records__protect: take effect in their own transaction). [N-27, N-45, N-50]';

create policy definer_select on public.organisation_networks
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.organisation_networks is
  'definer functions may read every row (authz.is_within_networks: from where the organisation may be reached; authz.simulate: explains a decision by what it depends on). [N-08, N-28]';

create policy definer_select on public.organisation_settings
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.organisation_settings is
  'definer functions may read every row (authz.is_within_hours: the hours that the organisation has set for itself; public.rely_on_legal_basis: the bases that it relies on; public.consent_receipt: whom to write to; authz.lock_insights: whether insights are on; authz.simulate: explains a decision by what it depends on). [N-08, N-28, N-45, S-21]';

create policy definer_select on public.professionals
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.professionals is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on). [N-08]';

create policy definer_select on public.profiles
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.profiles is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_users__profile: whether a login has one; public.accept_invitation: whether it has a name). [N-08, S-12]';

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

create or replace trigger _700_patient_status_kept
  after insert on public.access_restrictions
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.access_restrictions enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.access_restrictions is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _060_whose
  before update on public.access_restrictions
  for each row
  when ((new.restricted_user_id, new.patient_id) is distinct from (old.restricted_user_id, old.patient_id))
  execute function authz.tg__whose();
alter table public.access_restrictions enable always trigger _060_whose;
comment on trigger _060_whose on public.access_restrictions is
  'Keeps whom a patient shuts out. [N-21]';

create or replace trigger _015_read_committed
  before insert or update on public.access_restrictions
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.access_restrictions enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.access_restrictions is
  'Says whom a patient shuts out, in the newest snapshot alone: an older one shows who may write as they were. [N-16, N-18]';

create or replace trigger _400_patient_status
  before insert or update on public.emergency_access_grants
  for each row
  execute function authz.tg__patient_status('patient_id');
alter table public.emergency_access_grants enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.emergency_access_grants is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';

create or replace trigger _700_patient_status_kept
  after insert on public.emergency_access_grants
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.emergency_access_grants enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.emergency_access_grants is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _060_fixed
  before update on public.emergency_access_grants
  for each row
  when (
    (new.user_id, new.opened_at, new.expires_at) is distinct from (old.user_id, old.opened_at, old.expires_at)
    or (old.ended_at is not null and new.ended_at is distinct from old.ended_at)
    or (
      old.review_outcome is not null
      and (new.review_outcome, new.reviewed_by_user_id, new.reviewed_at)
        is distinct from (old.review_outcome, old.reviewed_by_user_id, old.reviewed_at)
    )
  )
  execute function authz.tg_emergency_access_grants__fixed();
alter table public.emergency_access_grants enable always trigger _060_fixed;
comment on trigger _060_fixed on public.emergency_access_grants is
  'Keeps who broke the glass, until when, and how it was judged. [N-18, N-37]';

create or replace trigger _015_read_committed
  before update on public.emergency_access_grants
  for each row
  when (
    new.review_outcome is distinct from old.review_outcome
    and current_setting('transaction_isolation') <> 'read committed'
  )
  execute function authz.tg__read_committed();
alter table public.emergency_access_grants enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.emergency_access_grants is
  'Judges who broke the glass, in the newest snapshot alone: an older one shows who may write as they were. [N-16, N-18]';

create or replace trigger _080_no_secrets
  before insert or update on public.emergency_access_reasons
  for each row
  execute function authz.tg__no_secrets('emergency_access_reasons', 'reason', 'review_note');
alter table public.emergency_access_reasons enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.emergency_access_reasons is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _400_patient_status
  before insert or update on public.emergency_access_reasons
  for each row
  execute function authz.tg__patient_status('patient_id');
alter table public.emergency_access_reasons enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.emergency_access_reasons is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';

create or replace trigger _700_patient_status_kept
  after insert on public.emergency_access_reasons
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.emergency_access_reasons enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.emergency_access_reasons is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _060_fixed
  before update on public.emergency_access_reasons
  for each row
  when (new.reason <> old.reason or (old.review_note is not null and new.review_note is distinct from old.review_note))
  execute function authz.tg_emergency_access_grants__fixed();
alter table public.emergency_access_reasons enable always trigger _060_fixed;
comment on trigger _060_fixed on public.emergency_access_reasons is
  'Keeps why the glass was broken, and what was found: the reviewer judged that reason. [N-18, N-37]';

create or replace trigger _080_no_secrets
  before insert or update on public.medical_record_details
  for each row
  execute function authz.tg__no_secrets('medical_record_details', 'diagnosis', 'codes', 'treatment_plan', 'physician_notes');
alter table public.medical_record_details enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.medical_record_details is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _086_lists
  before insert or update on public.medical_record_details
  for each row
  when (
    array_ndims(new.codes) > 1 or cardinality(new.codes) > 50 or array_position(new.codes, null) is not null
  )
  execute function authz.tg__lists('medical_record_details', 'codes');
alter table public.medical_record_details enable always trigger _086_lists;
comment on trigger _086_lists on public.medical_record_details is
  'Refuses codes in lists of their own. [N-01]';

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

create or replace trigger _700_patient_status_kept
  after insert on public.medical_record_details
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.medical_record_details enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.medical_record_details is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _080_no_secrets
  before insert or update on public.medical_records
  for each row
  execute function authz.tg__no_secrets('medical_records', 'vitals', 'medications', 'author_name');
alter table public.medical_records enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.medical_records is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _086_lists
  before insert or update on public.medical_records
  for each row
  when (
    array_ndims(new.segments) > 1 or cardinality(new.segments) > 50 or array_position(new.segments, null) is not null
  )
  execute function authz.tg__lists('medical_records', 'segments');
alter table public.medical_records enable always trigger _086_lists;
comment on trigger _086_lists on public.medical_records is
  'Refuses segments that no later version could be joined to. [N-01]';

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
  'Carries protected segments to earlier versions, and what is added to later ones. [N-01]';

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

create or replace trigger _700_patient_status_kept
  after insert on public.medical_records
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.medical_records enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.medical_records is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _600_security
  after update on public.medical_records
  for each row
  when (not new.segments @> old.segments)
  execute function authz.tg_medical_records__security();
alter table public.medical_records enable always trigger _600_security;
comment on trigger _600_security on public.medical_records is
  'Records each protected segment that is taken off. [N-01, N-37]';

create or replace trigger _520_archived
  after update on public.medical_records
  for each row
  when (new.archived_at is distinct from old.archived_at)
  execute function authz.tg__archived('medical_record_details');
alter table public.medical_records enable always trigger _520_archived;
comment on trigger _520_archived on public.medical_records is
  'Puts the details away with their record, and brings them back with it. [N-01, N-15]';

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

create or replace trigger _890_lasting
  before update on public.access_restrictions
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('access_restrictions');
alter table public.access_restrictions enable always trigger _890_lasting;
comment on trigger _890_lasting on public.access_restrictions is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.access_restrictions
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.access_restrictions enable always trigger _900_stamped;
comment on trigger _900_stamped on public.access_restrictions is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.access_restrictions
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.access_restrictions enable always trigger _901_stamped;
comment on trigger _901_stamped on public.access_restrictions is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

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

create or replace trigger _890_lasting
  before update on public.emergency_access_grants
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('emergency_access_grants');
alter table public.emergency_access_grants enable always trigger _890_lasting;
comment on trigger _890_lasting on public.emergency_access_grants is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.emergency_access_grants
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.emergency_access_grants enable always trigger _900_stamped;
comment on trigger _900_stamped on public.emergency_access_grants is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.emergency_access_grants
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.emergency_access_grants enable always trigger _901_stamped;
comment on trigger _901_stamped on public.emergency_access_grants is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

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

create or replace trigger _890_lasting
  before update on public.emergency_access_reasons
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('emergency_access_reasons');
alter table public.emergency_access_reasons enable always trigger _890_lasting;
comment on trigger _890_lasting on public.emergency_access_reasons is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.emergency_access_reasons
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.emergency_access_reasons enable always trigger _900_stamped;
comment on trigger _900_stamped on public.emergency_access_reasons is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.emergency_access_reasons
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.emergency_access_reasons enable always trigger _901_stamped;
comment on trigger _901_stamped on public.emergency_access_reasons is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

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

create or replace trigger _110_settled
  before update on public.medical_record_details
  for each row
  when ((new.diagnosis, new.codes, new.treatment_plan, new.physician_notes) is distinct from (old.diagnosis, old.codes, old.treatment_plan, old.physician_notes))
  execute function authz.tg__settled();
alter table public.medical_record_details enable always trigger _110_settled;
comment on trigger _110_settled on public.medical_record_details is
  'An entry is written over by its author alone, and within a day. [N-37, S-16]';

create or replace trigger _115_settled
  after insert on public.medical_record_details
  for each row
  execute function authz.tg__settled();
alter table public.medical_record_details enable always trigger _115_settled;
comment on trigger _115_settled on public.medical_record_details is
  'An entry is given its details by its author alone, and within a day. [N-37, S-16]';

create or replace trigger _610_overwritten
  after update on public.medical_record_details
  for each row
  when ((new.diagnosis, new.codes, new.treatment_plan, new.physician_notes) is distinct from (old.diagnosis, old.codes, old.treatment_plan, old.physician_notes))
  execute function authz.tg__overwritten('diagnosis', 'codes', 'treatment_plan', 'physician_notes');
alter table public.medical_record_details enable always trigger _610_overwritten;
comment on trigger _610_overwritten on public.medical_record_details is
  'Records who wrote over what it said, and which columns, among the security events. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.medical_record_details
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('medical_record_details');
alter table public.medical_record_details enable always trigger _890_lasting;
comment on trigger _890_lasting on public.medical_record_details is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.medical_record_details
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.medical_record_details enable always trigger _900_stamped;
comment on trigger _900_stamped on public.medical_record_details is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.medical_record_details
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.medical_record_details enable always trigger _901_stamped;
comment on trigger _901_stamped on public.medical_record_details is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _050_tenant
  before insert or update on public.medical_records
  for each row
  execute function authz.tg__tenant('medical_records');
alter table public.medical_records enable always trigger _050_tenant;
comment on trigger _050_tenant on public.medical_records is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _087_moments
  before insert or update on public.medical_records
  for each row
  when (not isfinite(new.occurred_at))
  execute function authz.tg__moments('medical_records', 'occurred_at');
alter table public.medical_records enable always trigger _087_moments;
comment on trigger _087_moments on public.medical_records is
  'Refuses infinity where a moment or a day is written. [S-16]';

create or replace trigger _100_stamp
  before insert or update on public.medical_records
  for each row
  execute function authz.tg__stamp();
alter table public.medical_records enable always trigger _100_stamp;
comment on trigger _100_stamp on public.medical_records is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _104_occurred
  before insert or update on public.medical_records
  for each row
  when (new.occurred_at > new.created_at or new.occurred_at < new.created_at - interval '43830 days')
  execute function authz.tg_medical_records__occurred();
alter table public.medical_records enable always trigger _104_occurred;
comment on trigger _104_occurred on public.medical_records is
  'Takes a clock that is a little ahead for now, and care of later, or of before anybody who lives, for none. [S-16]';

create or replace trigger _106_prescribed
  before insert on public.medical_records
  for each row
  when (new.record_type in ('prescription', 'discharge_summary') or new.supersedes_id is not null)
  execute function authz.tg_medical_records__prescribed();
alter table public.medical_records enable always trigger _106_prescribed;
comment on trigger _106_prescribed on public.medical_records is
  'Keeps prescriptions and discharge summaries a doctor''s. [N-02, N-21]';

create or replace trigger _110_settled
  before update on public.medical_records
  for each row
  when ((new.record_type, new.vitals, new.medications) is distinct from (old.record_type, old.vitals, old.medications))
  execute function authz.tg__settled();
alter table public.medical_records enable always trigger _110_settled;
comment on trigger _110_settled on public.medical_records is
  'An entry is written over by its author alone, and within a day. [N-37, S-16]';

create or replace trigger _610_overwritten
  after update on public.medical_records
  for each row
  when (
    (new.record_type, new.vitals, new.medications, new.occurred_at, new.author_name)
    is distinct from (old.record_type, old.vitals, old.medications, old.occurred_at, old.author_name)
  )
  execute function authz.tg__overwritten('record_type', 'vitals', 'medications', 'occurred_at', 'author_name');
alter table public.medical_records enable always trigger _610_overwritten;
comment on trigger _610_overwritten on public.medical_records is
  'Records who wrote over what it said, and which columns, among the security events. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.medical_records
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('medical_records');
alter table public.medical_records enable always trigger _890_lasting;
comment on trigger _890_lasting on public.medical_records is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.medical_records
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.medical_records enable always trigger _900_stamped;
comment on trigger _900_stamped on public.medical_records is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.medical_records
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.medical_records enable always trigger _901_stamped;
comment on trigger _901_stamped on public.medical_records is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

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
  update (archived_at, patient_status, treatment_consent_until)
  on public.medical_record_details to cordon_definer;
grant select on public.medical_record_details to patient;
grant select, insert, update on public.medical_record_details to service_role;

grant select on public.medical_record_overview to authenticated;
grant select on public.medical_record_overview to patient;
grant select on public.medical_record_overview to service_role;

grant
  select,
  insert (id, medications, occurred_at, organisation_id, patient_id, record_type, segments, supersedes_id, vitals),
  update (medications, segments, vitals)
  on public.medical_records to authenticated;
grant
  select (archived_at, created_at, created_by_user_id, id, is_segmented, organisation_id, patient_id, patient_status, record_type, segments, supersedes_id, treatment_consent_until, version),
  update (patient_status, segments, treatment_consent_until)
  on public.medical_records to cordon_definer;
grant select on public.medical_records to patient;
grant select, insert, update on public.medical_records to service_role;

-- migrate:down
