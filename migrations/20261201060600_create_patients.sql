-- migrate:up
-- Why: patients, their identity, their health in short, and the logins that may see them.
-- Access: +27 grants, +52 policies, 5 definer functions
--   + cordon_definer may execute function authz.rules_patient_accounts()
--   + cordon_definer may execute function authz.rules_patient_clinical()
--   + cordon_definer may execute function authz.rules_patient_identity()
--   + cordon_definer may execute function authz.rules_patients()
--   ~ authz.tg_patient_accounts__confirm is written, and runs with the rights of its owner
--   ~ authz.tg_patients__named is written, and runs with the rights of its owner
--   ~ authz.tg_patients__project is written, and runs with the rights of its owner
--   ~ authz.portal_capacity is written, and runs with the rights of its owner
--   ~ authz.tg_patient_identity__of_age is written, and runs with the rights of its owner
--   + authenticated may execute function public.search_patients(uuid, text, integer)
--   + policy provider_fence on public.patient_accounts: restrictive, all to authenticated
--   + policy patient_fence on public.patient_accounts: restrictive, all to patient
--   + policy internal_ops_fence on public.patient_accounts: restrictive, all to internal_ops
--   + policy anon_fence on public.patient_accounts: restrictive, all to anon
--   + policy provider_select on public.patient_accounts: select to authenticated
--   + policy provider_select_rows on public.patient_accounts: restrictive, select to authenticated
--   + policy provider_insert on public.patient_accounts: insert to authenticated
--   + policy provider_insert_rows on public.patient_accounts: restrictive, insert to authenticated
--   + policy provider_update on public.patient_accounts: update to authenticated
--   + policy provider_update_rows on public.patient_accounts: restrictive, update to authenticated
--   + policy patient_select on public.patient_accounts: select to patient
--   + policy definer_select on public.patient_accounts: select to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.patient_accounts: update to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.patient_clinical: restrictive, all to authenticated
--   + policy patient_fence on public.patient_clinical: restrictive, all to patient
--   + policy internal_ops_fence on public.patient_clinical: restrictive, all to internal_ops
--   + policy anon_fence on public.patient_clinical: restrictive, all to anon
--   + policy provider_select on public.patient_clinical: select to authenticated
--   + policy provider_select_rows on public.patient_clinical: restrictive, select to authenticated
--   + policy provider_insert on public.patient_clinical: insert to authenticated
--   + policy provider_insert_rows on public.patient_clinical: restrictive, insert to authenticated
--   + policy provider_update on public.patient_clinical: update to authenticated
--   + policy provider_update_rows on public.patient_clinical: restrictive, update to authenticated
--   + policy patient_select on public.patient_clinical: select to patient
--   + policy definer_select on public.patient_clinical: select to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.patient_clinical: update to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.patient_identity: restrictive, all to authenticated
--   + policy patient_fence on public.patient_identity: restrictive, all to patient
--   + policy internal_ops_fence on public.patient_identity: restrictive, all to internal_ops
--   + policy anon_fence on public.patient_identity: restrictive, all to anon
--   + policy provider_select on public.patient_identity: select to authenticated
--   + policy provider_select_rows on public.patient_identity: restrictive, select to authenticated
--   + policy provider_insert on public.patient_identity: insert to authenticated
--   + policy provider_insert_rows on public.patient_identity: restrictive, insert to authenticated
--   + policy provider_update on public.patient_identity: update to authenticated
--   + policy provider_update_rows on public.patient_identity: restrictive, update to authenticated
--   + policy patient_select on public.patient_identity: select to patient
--   + policy definer_select on public.patient_identity: select to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.patient_identity: update to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.patients: restrictive, all to authenticated
--   + policy patient_fence on public.patients: restrictive, all to patient
--   + policy internal_ops_fence on public.patients: restrictive, all to internal_ops
--   + policy anon_fence on public.patients: restrictive, all to anon
--   + policy provider_select on public.patients: select to authenticated
--   + policy provider_select_rows on public.patients: restrictive, select to authenticated
--   + policy provider_insert on public.patients: insert to authenticated
--   + policy provider_insert_rows on public.patients: restrictive, insert to authenticated
--   + policy provider_update on public.patients: update to authenticated
--   + policy provider_update_rows on public.patients: restrictive, update to authenticated
--   + policy patient_select on public.patients: select to patient
--   + policy definer_select on public.patients: select to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.patients: update to cordon_definer, WITHOUT a condition
--   + cordon_definer may select on authz.live_patient_accounts
--   + authenticated may select, insert (id, organisation_id, patient_id, relationship, user_id), update (archived_at, confirmed_at, ends_at, revoked_at) on public.patient_accounts
--   + cordon_definer may select (10 columns), update (ends_at, patient_status) on public.patient_accounts
--   + patient may select on public.patient_accounts
--   + service_role may select, insert, update on public.patient_accounts
--   + authenticated may select, insert (alerts, allergies, id, organisation_id), update (alerts, allergies) on public.patient_clinical
--   + cordon_definer may select (archived_at, id, organisation_id, patient_status, treatment_consent_until), update (patient_status, treatment_consent_until) on public.patient_clinical
--   + patient may select on public.patient_clinical
--   + service_role may select, insert, update on public.patient_clinical
--   + authenticated may select, insert (7 columns), update (birth_date, email, id_last4, nationality, phone) on public.patient_identity
--   + cordon_definer may select (archived_at, birth_date, id, organisation_id, patient_status), update (patient_status) on public.patient_identity
--   + patient may select on public.patient_identity
--   + service_role may select, insert, update on public.patient_identity
--   + authenticated may select on public.patient_profiles
--   + internal_ops may select on public.patient_profiles
--   + patient may select on public.patient_profiles
--   + service_role may select on public.patient_profiles
--   + authenticated may select, insert (full_name, id, language, mrn, organisation_id, status), update (archived_at, full_name, language, mrn, status) on public.patients
--   + cordon_definer may select (archived_at, full_name, id, language, organisation_id, status), update (name_key) on public.patients
--   + cordon_insights may select (archived_at, organisation_id, status) on public.patients
--   + patient may select on public.patients
--   + service_role may select, insert, update on public.patients
-- Locks: 3 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE public.organisations
--   SHARE ROW EXCLUSIVE public.profiles
--   ROW EXCLUSIVE governance.classification

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- public.patients: INTERNAL. Enough to find and schedule a person; identity and health stand in side tables.
create table public.patients (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  mrn text not null,
  full_name text not null,
  -- Prefix search that keeps its index under RLS: LIKE and lower() do not, ^@ and comparisons on "C" do.
  name_key text collate "C" not null generated always as (lower(full_name)) stored,
  language text not null default 'en',
  status text not null default 'active',
  last_status_change_at timestamptz,
  last_status_change_by_user_id uuid,
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint patients_pkey primary key (organisation_id, id),
  constraint patients_organisation_id_mrn_key unique (organisation_id, mrn),
  constraint patients_organisation_id_fkey
    foreign key (organisation_id) references public.organisations (id) on delete restrict,
  constraint patients_mrn_check check (mrn = btrim(mrn) and length(mrn) between 1 and 40),
  constraint patients_full_name_check check (full_name = btrim(full_name) and length(full_name) between 1 and 200),
  constraint patients_language_check check (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}$'),
  constraint patients_status_check check (status in ('active', 'inactive')),
  constraint patients_actor_kind_check check (actor_kind in ('user', 'system'))
);
create index patients_organisation_id_name_key_idx on public.patients (organisation_id, name_key);
-- What every policy on patients asks stands in the index: a count or a page of one's own tenant reads no table.
create index patients_organisation_id_created_at_idx
  on public.patients (organisation_id, created_at desc) include (status, archived_at);
-- The portal knows its patients by id, across organisations.
create index patients_id_idx on public.patients (id);
alter table public.patients alter column organisation_id set (n_distinct = 100);
comment on table public.patients is 'Patients of an organisation: name, record number, language. [N-27]';
comment on column public.patients.mrn is 'Medical record number, unique in the organisation. PHI.';
comment on column public.patients.full_name is 'PHI.';
comment on column public.patients.name_key is 'Lower-case name for prefix search. PHI.';
comment on column public.patients.language is 'BCP 47.';
comment on column public.patients.status is 'inactive: hidden from all staff but clinic_admin. [N-27]';
alter table public.patients enable row level security;
alter table public.patients force row level security;


-- public.patient_identity: CONFIDENTIAL identity, 1:1. Never a full national id: four characters to tell namesakes apart.
create table public.patient_identity (
  organisation_id uuid not null,
  id uuid not null,
  birth_date date,
  phone text,
  email text,
  nationality text,
  id_last4 text,
  patient_status text not null default 'archived',
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint patient_identity_pkey primary key (organisation_id, id),
  constraint patient_identity_organisation_id_id_fkey
    foreign key (organisation_id, id) references public.patients (organisation_id, id) on delete restrict,
  constraint patient_identity_birth_date_check check (birth_date between '1850-01-01' and '2199-12-31'),
  constraint patient_identity_phone_check check (length(phone) <= 40),
  constraint patient_identity_email_check check (length(email) <= 320),
  constraint patient_identity_nationality_check check (nationality ~ '^[A-Z]{2}$'),
  constraint patient_identity_id_last4_check check (id_last4 ~ '^[0-9A-Z]{1,4}$'),
  constraint patient_identity_patient_status_check check (patient_status in ('active', 'inactive', 'archived')),
  constraint patient_identity_actor_kind_check check (actor_kind in ('user', 'system'))
);
create index patient_identity_id_idx on public.patient_identity (id);
alter table public.patient_identity alter column organisation_id set (n_distinct = 100);
comment on table public.patient_identity is 'Birth date, contact and nationality of a patient; shares the patient''s key.';
comment on column public.patient_identity.id is 'The patient''s id.';
comment on column public.patient_identity.birth_date is 'PHI.';
comment on column public.patient_identity.phone is 'PHI.';
comment on column public.patient_identity.email is 'PHI.';
comment on column public.patient_identity.nationality is 'ISO 3166-1 alpha-2. PHI.';
comment on column public.patient_identity.id_last4 is 'Last four characters of an identity document, never more. [S-38]';
comment on column public.patient_identity.patient_status is
  'Projection of the patient, kept by trigger: archived, or the patient''s status. [N-27]';
alter table public.patient_identity enable row level security;
alter table public.patient_identity force row level security;


-- public.patient_clinical: CONFIDENTIAL health, 1:1, gated by consent to treatment.
create table public.patient_clinical (
  organisation_id uuid not null,
  id uuid not null,
  allergies text,
  alerts text,
  treatment_consent_until timestamptz,
  patient_status text not null default 'archived',
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  -- INCLUDE keeps a page or a count of consented rows index-only (1.06 and 1.22 of no gate, measured).
  constraint patient_clinical_pkey primary key (organisation_id, id) include (treatment_consent_until),
  constraint patient_clinical_organisation_id_id_fkey
    foreign key (organisation_id, id) references public.patients (organisation_id, id) on delete restrict,
  constraint patient_clinical_allergies_check check (length(allergies) <= 4000),
  constraint patient_clinical_alerts_check check (length(alerts) <= 4000),
  constraint patient_clinical_patient_status_check check (patient_status in ('active', 'inactive', 'archived')),
  constraint patient_clinical_actor_kind_check check (actor_kind in ('user', 'system'))
);
create index patient_clinical_id_idx on public.patient_clinical (id);
alter table public.patient_clinical alter column organisation_id set (n_distinct = 100);
comment on table public.patient_clinical is 'Allergies and alerts of a patient; shares the patient''s key. [N-45]';
comment on column public.patient_clinical.id is 'The patient''s id.';
comment on column public.patient_clinical.allergies is 'PHI.';
comment on column public.patient_clinical.alerts is 'PHI.';
comment on column public.patient_clinical.treatment_consent_until is
  'Projection of consents, kept by trigger: until when treatment is consented to, NULL never. [N-45]';
comment on column public.patient_clinical.patient_status is
  'Projection of the patient, kept by trigger: archived, or the patient''s status. [N-27]';
alter table public.patient_clinical enable row level security;
alter table public.patient_clinical force row level security;


-- public.patient_accounts: which login may see which patient through the portal, as self or as guardian.
create table public.patient_accounts (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  user_id uuid not null,
  patient_id uuid not null,
  relationship text not null,
  confirmed_at timestamptz,
  confirmed_by_user_id uuid,
  ends_at timestamptz,
  revoked_at timestamptz,
  patient_status text not null default 'archived',
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint patient_accounts_pkey primary key (organisation_id, id),
  constraint patient_accounts_organisation_id_patient_id_fkey
    foreign key (organisation_id, patient_id) references public.patients (organisation_id, id) on delete restrict,
  constraint patient_accounts_user_id_fkey
    foreign key (user_id) references public.profiles (user_id) on delete restrict,
  constraint patient_accounts_relationship_check check (relationship in ('self', 'guardian', 'proxy')),
  constraint patient_accounts_patient_status_check check (patient_status in ('active', 'inactive', 'archived')),
  constraint patient_accounts_actor_kind_check check (actor_kind in ('user', 'system'))
);
-- Unique among what lasts: a login that was unlinked can be linked again, by two members as before.
create unique index patient_accounts_organisation_id_user_id_patient_id_key
  on public.patient_accounts (organisation_id, user_id, patient_id)
  where revoked_at is null and archived_at is null;
create index patient_accounts_user_id_idx on public.patient_accounts (user_id);
create index patient_accounts_organisation_id_patient_id_idx on public.patient_accounts (organisation_id, patient_id);
alter table public.patient_accounts alter column organisation_id set (n_distinct = 100);
comment on table public.patient_accounts is 'Portal accounts: a login linked to a patient as self, guardian or proxy. [N-15]';
comment on column public.patient_accounts.confirmed_at is 'Stamped when a second member confirms; until then it opens nothing. [N-15]';
comment on column public.patient_accounts.ends_at is
  'The day on which whoever confirmed it lets it end; NULL until it is revoked, and of a guardian until the patient comes of age. Once it is over it stays so. [N-15]';
comment on column public.patient_accounts.revoked_at is 'Set to end the account; it stays closed. [N-15]';
comment on column public.patient_accounts.patient_status is
  'Projection of the patient, kept by trigger: archived, or the patient''s status. [N-27]';
alter table public.patient_accounts enable row level security;
alter table public.patient_accounts force row level security;


insert into governance.classification (schema_name, table_name, level, domain, retention)
values
  ('public', 'patients', 'INTERNAL', 'identity', 'chart'),
  ('public', 'patient_identity', 'CONFIDENTIAL', 'identity', 'chart'),
  ('public', 'patient_clinical', 'CONFIDENTIAL', 'clinical', 'chart'),
  ('public', 'patient_accounts', 'INTERNAL', 'identity', 'chart');

-- authz.live_patient_accounts: the one definition of a portal account that counts now. What is kept of somebody is theirs, at a clinic that was
-- closed too. The last column says as whom: what a signature and a consent ask.
create view authz.live_patient_accounts with (security_invoker = true) as
  select a.organisation_id, a.user_id, a.patient_id, a.relationship
  from public.patient_accounts as a
  join public.patients as p on p.organisation_id = a.organisation_id and p.id = a.patient_id
  where a.confirmed_at is not null
    and a.revoked_at is null
    and a.archived_at is null
    and case
      when a.ends_at is not null then a.ends_at > clock_timestamp()
      when a.relationship = 'guardian' then
        coalesce(authz.guardianship_ends_at(a.organisation_id, a.patient_id), 'infinity') > clock_timestamp()
      else true
    end
    and p.archived_at is null;
comment on view authz.live_patient_accounts is
  'Portal accounts confirmed, not revoked, not over (ends_at, or of a guardian the patient''s coming of age), not archived, of patients not archived; of organisations that are closed too. [N-15, N-16, N-49]';

-- LEFT JOIN: what the caller may not see is NULL. Read-only by use; write the tables.
create view public.patient_profiles with (security_invoker = true) as
  select
    p.organisation_id, p.id, p.mrn, p.full_name, p.language, p.status,
    i.birth_date, i.phone, i.email, i.nationality, i.id_last4,
    c.allergies, c.alerts
  from public.patients as p
  left join public.patient_identity as i on i.organisation_id = p.organisation_id and i.id = p.id
  left join public.patient_clinical as c on c.organisation_id = p.organisation_id and c.id = p.id;
comment on view public.patient_profiles is 'A patient with identity and clinical data where the caller may see them, else NULL. [N-19]';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

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
  return '{"schema": "public", "table": "patient_clinical", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "id", "handedOverBy": "consenting_patient", "handedOverKey": "id", "columns": ["archived_at", "id", "organisation_id", "patient_status", "treatment_consent_until"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["doctor", "nurse", "assistant"], "capabilities": [], "conditions": ["not_archived", "patient_active", "consent:treatment"], "hours": null, "network": false, "purposes": ["data_view", "treatment"], "emergencyBypass": true, "auditLevel": "comprehensive", "requirements": ["N-02", "N-14", "N-19", "N-27", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["doctor", "nurse"], "capabilities": [], "conditions": ["patient_active", "consent:treatment"], "hours": null, "network": false, "purposes": ["treatment"], "emergencyBypass": true, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["doctor", "nurse"], "capabilities": [], "conditions": ["not_archived", "patient_active", "consent:treatment"], "hours": null, "network": false, "purposes": ["treatment"], "emergencyBypass": true, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-15"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived", "handed_over"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "comprehensive", "requirements": ["S-29"]}
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
  return '{"schema": "public", "table": "patient_identity", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "id", "handedOverBy": "patient", "handedOverKey": "id", "columns": ["archived_at", "id", "organisation_id", "patient_status"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin", "doctor", "nurse", "assistant", "receptionist"], "capabilities": [], "conditions": ["not_archived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-19", "N-27", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["clinic_admin", "receptionist"], "capabilities": [], "conditions": ["patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-27", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin", "doctor", "nurse", "receptionist"], "capabilities": [], "conditions": ["not_archived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-27", "S-03"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-15"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived", "handed_over"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["S-29"]}
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
  return '{"schema": "public", "table": "patients", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "id", "handedOverBy": "patient", "handedOverKey": "id", "columns": ["archived_at", "id", "organisation_id", "status"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "N-27", "S-02"]},
    {"realm": "provider", "operation": "SELECT", "roles": ["doctor", "nurse", "assistant", "receptionist"], "capabilities": [], "conditions": ["active", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "N-14", "N-27", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["clinic_admin", "receptionist"], "capabilities": [], "conditions": ["active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-27", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["doctor", "nurse", "receptionist"], "capabilities": [], "conditions": ["active", "unarchived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-15"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived", "handed_over"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["S-29"]}
  ]}';
end
$$;
comment on function authz.rules_patients() is
  'The access rules of patients, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_patients() from public;
grant execute on function authz.rules_patients() to cordon_definer;

-- authz.tg_patient_accounts__confirm: a portal account opens a chart, so two members open it: who creates it cannot
-- confirm it (reception alone, with a friend's login, could otherwise consent in a patient's name). An end is final. A guardian's account ends by itself
-- when the patient comes of age, unless whoever confirms it says another day; to make it last longer afterwards opens as much, and takes as many.
create or replace function authz.tg_patient_accounts__confirm()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_is_system constant boolean := authz.subject() is null and authz.is_system();
  v_user_id constant uuid := authz.user_id();
  v_of_age_at timestamptz;
  v_ended_at timestamptz;
  v_ends_at timestamptz;
begin
  -- Who decides here is compared with who decided before: it is asked of the row, and not only once a statement.
  if v_user_id is null and not v_is_system then
    raise exception 'no live session'
      using errcode = 'insufficient_privilege', hint = 'Keep the claims of one live session for the whole statement.';
  end if;
  if tg_op = 'INSERT' then
    new.confirmed_at := case when v_is_system then clock_timestamp() end;
    new.confirmed_by_user_id := null;
    new.revoked_at := case when v_is_system then new.revoked_at end;
    new.ends_at := case when v_is_system then new.ends_at end;
    if new.relationship = 'guardian' and new.ends_at is null and new.confirmed_at is not null and new.revoked_at is null
      and authz.guardianship_ends_at(new.organisation_id, new.patient_id) <= authz.now()
    then
      raise exception 'a portal account would be confirmed that is over already'
        using errcode = 'CD013', hint = 'The patient is of age: say until when (ends_at), as a guardian of an adult has no end by age, or since when it is over (revoked_at).';
    end if;
    return new;
  end if;

  if new.relationship = 'guardian' then
    v_of_age_at := authz.guardianship_ends_at(new.organisation_id, new.patient_id);
  end if;
  v_ended_at := coalesce(old.ends_at, v_of_age_at, 'infinity');
  v_ends_at := coalesce(new.ends_at, v_of_age_at, 'infinity');
  if old.confirmed_at is not null and v_ends_at > v_ended_at then
    if v_ended_at <= authz.now() then
      raise exception 'a portal account that is over cannot be prolonged'
        using errcode = 'CD013', hint = 'Revoke it, and link the login again: another clinic_admin confirms that, with the end that it is to have.';
    end if;
    if authz.own_session_id() is null and not v_is_system then
      raise exception 'a portal account is not yours to prolong'
        using errcode = 'insufficient_privilege', hint = 'It takes a clinic_admin, signed in with a session.';
    end if;
    if v_user_id = old.created_by_user_id then
      raise exception 'who created a portal account cannot prolong it'
        using errcode = 'CD008', hint = 'Ask another clinic_admin.';
    end if;
  end if;

  if old.confirmed_at is not null then
    -- For good, by what looks like no end at all.
    if new.ends_at is null and v_ends_at <= authz.now() and v_ended_at > authz.now() then
      raise exception 'a portal account would end by having no end of its own'
        using errcode = 'CD013', hint = 'The patient is of age: say until when (ends_at), or revoke it.';
    end if;
    new.confirmed_at := old.confirmed_at;
    new.confirmed_by_user_id := old.confirmed_by_user_id;
  elsif new.confirmed_at is not null then
    if authz.own_session_id() is null and not v_is_system then
      raise exception 'a portal account is not yours to confirm'
        using errcode = 'insufficient_privilege', hint = 'It takes a clinic_admin, signed in with a session.';
    end if;
    if v_user_id = old.created_by_user_id then
      raise exception 'who created a portal account cannot confirm it'
        using errcode = 'CD008', hint = 'Ask another clinic_admin, or let reception create it.';
    end if;
    if v_ends_at <= authz.now() then
      raise exception 'a portal account would be confirmed that is over already'
        using errcode = 'CD013', hint = 'Say until when in the statement that confirms it (ends_at): a guardian of an adult has no end by age.';
    end if;
    new.confirmed_at := clock_timestamp();
    new.confirmed_by_user_id := v_user_id;
  else
    -- Who confirms says until when, and nobody before them: it would be agreed to unseen.
    if new.ends_at is distinct from old.ends_at and not v_is_system then
      raise exception 'the end of a portal account is said by who confirms it'
        using errcode = 'CD013', hint = 'Set ends_at in the statement that confirms it, or once it is confirmed.';
    end if;
    new.confirmed_by_user_id := null;
  end if;
  new.revoked_at := case
    when old.revoked_at is not null then old.revoked_at
    when new.revoked_at is not null then clock_timestamp()
  end;
  return new;
end
$$;
comment on function authz.tg_patient_accounts__confirm() is
  'Stamps confirmed_* and revoked_at; the creator can neither confirm nor prolong (CD008), nor who is not there in a session of their own (42501), and an end is final: CD013 for one that would not count. [N-12, N-15]';
alter function authz.tg_patient_accounts__confirm() owner to cordon_definer;
revoke all on function authz.tg_patient_accounts__confirm() from public;

-- authz.tg_patients__named: a chart is found by its number, and a patient told from another by number and name: two numbers that look alike are two charts
-- of one patient, or one that is opened for another. A name keeps what belongs to it, joiners and the shapes of signs; a number is written in one way. A
-- trigger and no CHECK: what was written before anybody asked stays, until it is changed.
create or replace function authz.tg_patients__named()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_is_renumbered boolean := true;
  v_is_renamed boolean := true;
begin
  if tg_op <> 'INSERT' then -- by itself: only an UPDATE has a row of before
    v_is_renumbered := new.mrn <> old.mrn;
    v_is_renamed := new.full_name <> old.full_name;
  end if;
  if v_is_renumbered and (
    new.mrn <> authz.trimmed(new.mrn)
    or authz.has_hidden_signs(new.mrn)
    or new.mrn ~ E'[\u180b-\u180f\u200c\u200d\ufe00-\ufe0f\U000e0000-\U000e0fff]'
    or new.mrn is not nfc normalized
  ) then
    raise exception 'the number of a chart is one that everybody sees'
      using errcode = 'check_violation', hint = 'Leave out blanks at its ends and signs without width; write each sign as one (NFC).';
  end if;
  if v_is_renamed and (new.full_name <> authz.trimmed(new.full_name) or authz.has_hidden_signs(new.full_name)) then
    raise exception 'the name of a patient is one that everybody sees'
      using errcode = 'check_violation', hint = 'Give a name of one line, without blanks at its ends and signs that nobody sees.';
  end if;
  return new;
end
$$;
comment on function authz.tg_patients__named() is
  'Refuses with 23514 a number or a name with signs that nobody sees, or blanks at its ends, and a number that is not NFC. [N-01, S-04]';
alter function authz.tg_patients__named() owner to cordon_definer;
revoke all on function authz.tg_patients__named() from public;

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
  -- Consents before what they gate, as whoever changes one holds it and goes on to those.
  update public.consents as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
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
  update public.patient_accounts as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  -- Records before details: who archives a record, or supersedes it, holds it and goes on to its details. The latest version first: who protects it
  -- holds it and goes on to those before it.
  perform
  from public.medical_records as r
  where r.organisation_id = new.organisation_id
    and r.patient_id = new.id
  order by r.version desc, r.id
  for no key update;
  update public.medical_records as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.medical_record_details as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.access_restrictions as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.emergency_access_grants as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.emergency_access_reasons as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.cases as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.admissions as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.documents as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.signed_forms as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  if new.status <> 'active' or new.archived_at is not null then
    perform authz.forget_passengers(new.organisation_id, new.id, '-infinity');
  end if;
  update public.transfers as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  return null;
end
$$;
comment on function authz.tg_patients__project() is
  'Keeps patient_status of everything that hangs on a patient equal to the patient''s. [N-27]';
alter function authz.tg_patients__project() owner to cordon_definer;
revoke all on function authz.tg_patients__project() from public;

-- authz.portal_capacity: as whom a login acts for a patient, by the words of a signature: what the portal account says that the clinic confirmed, and
-- not what whoever signs says of themselves.
create or replace function authz.portal_capacity(organisation_id uuid, patient_id uuid, user_id uuid)
  returns text
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select case a.relationship when 'self' then 'patient' when 'guardian' then 'guardian' else 'representative' end
    from authz.live_patient_accounts as a
    where a.organisation_id = portal_capacity.organisation_id
      and a.patient_id = portal_capacity.patient_id
      and a.user_id = portal_capacity.user_id
  );
end
$$;
comment on function authz.portal_capacity(uuid, uuid, uuid) is
  'As whom a login acts for a patient on the portal now: patient, guardian, representative; NULL without a live account. [N-15, N-45, S-31]';
alter function authz.portal_capacity(uuid, uuid, uuid) owner to cordon_definer;
revoke all on function authz.portal_capacity(uuid, uuid, uuid) from public;

-- authz.tg_patient_identity__of_age: a birth date that is put right, or taken away, lets no guardian act for longer, by the hand of whoever keeps
-- addresses, where prolonging an account takes a second clinic_admin: each account keeps the end that it had. Only then is that end written down, since
-- who sees an account need not see a birth date. Nothing is refused, and an earlier birth date ends it earlier: by itself, or, where an end is written
-- down that no birthday had passed, by that end. One that a clinic_admin set for later than the birthday is theirs, and one of whom no birth date was
-- known may be. What is not confirmed yet has no end to keep: whoever confirms it does so by the birth date that they find.
create or replace function authz.tg_patient_identity__of_age()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  -- By the birth date that still stands: the row is not written yet.
  v_ends_at constant timestamptz := authz.guardianship_ends_at(new.organisation_id, new.id);
  v_would_end_at timestamptz;
begin
  if coalesce(new.birth_date, 'infinity') > old.birth_date then
    -- Whoever confirms one at this moment is waited for: they go by the birth date that still stands.
    perform
    from public.patient_accounts as a
    where a.organisation_id = new.organisation_id
      and a.patient_id = new.id
    for no key update;
    update public.patient_accounts as a
       set ends_at = v_ends_at
     where a.organisation_id = new.organisation_id
       and a.patient_id = new.id
       and a.relationship = 'guardian'
       and a.confirmed_at is not null
       and a.revoked_at is null
       and a.ends_at is null;
  elsif new.birth_date < old.birth_date then
    v_would_end_at := (
      select (new.birth_date + interval '18 years') at time zone o.timezone
      from public.organisations as o
      where o.id = new.organisation_id
    );
    update public.patient_accounts as a
       set ends_at = v_would_end_at
     where a.organisation_id = new.organisation_id
       and a.patient_id = new.id
       and a.relationship = 'guardian'
       and a.confirmed_at is not null
       and a.revoked_at is null
       and a.ends_at > v_would_end_at
       and a.ends_at <= v_ends_at;
  end if;
  return new;
end
$$;
comment on function authz.tg_patient_identity__of_age() is
  'Keeps the end that guardians'' accounts had where a later birth date, or none, would put it off, and moves it nearer with an earlier one; whoever writes. [N-12, N-15]';
alter function authz.tg_patient_identity__of_age() owner to cordon_definer;
revoke all on function authz.tg_patient_identity__of_age() from public;

-- public.search_patients: patients of an organisation whose name has this in it, wherever. Invoker: the rules of patients decide, and record, as for any
-- SELECT of it; a definer would need them written a second time. What a definer would win, an index by parts of words, is not there to be
-- used: position() is not leakproof, so that it is asked of rows that the policies have let through, of one tenant, in the order of their names. For the
-- beginning of a name alone name_key has an index (docs/client.md).
--
-- Letters count without their accents, and however they are composed. A name of ASCII is compared as it stands: that costs a tenth.
create or replace function public.search_patients(organisation_id uuid, part_of_name text, most integer default 20)
  returns table (id uuid, mrn text, full_name text, language text, status text)
  language plpgsql
  stable
  parallel unsafe
  security invoker
  set search_path = pg_catalog, pg_temp
  set plan_cache_mode = force_generic_plan -- planning costs more than the search of a small clinic
as $$
declare
  v_marks constant text := E'[\u0300-\u036f]';
  v_letters constant text := 'łøđħı'; -- those that no decomposition takes apart
  v_part constant text := translate(regexp_replace(normalize(lower(btrim(left(part_of_name, 201))), NFD), v_marks, '', 'g'), v_letters, 'lodhi');
begin
  -- One sign of three octets is a word by itself in scripts that have thousands.
  if v_part is null or (length(v_part) < 2 and octet_length(v_part) < 3) or length(part_of_name) > 200 then
    raise exception 'a search takes a part of a name'
      using errcode = 'invalid_parameter_value', hint = 'Give 2 to 200 characters of it.';
  end if;
  if most is null or most not between 1 and 50 then
    raise exception 'a search gives 1 to 50 patients'
      using errcode = 'invalid_parameter_value', hint = 'Give most between 1 and 50; where there are more, ask for more of the name.';
  end if;
  return query
  select p.id, p.mrn, p.full_name, p.language, p.status
  from public.patients as p
  where p.organisation_id = search_patients.organisation_id
    and position(
      v_part in case
        when octet_length(p.name_key) = length(p.name_key) then p.name_key
        else translate(regexp_replace(normalize(p.name_key, NFD), v_marks, '', 'g'), v_letters, 'lodhi')
      end
    ) > 0
  order by p.name_key, p.id
  limit most;
end
$$;
comment on function public.search_patients(uuid, text, integer) is
  'Patients of an organisation whom the caller may read and whose name has these characters in it, accents and case aside, by name; at most 50. 22023 for less than 2 characters or more than 200, and another number of rows. [N-02, N-26, S-02]';
revoke all on function public.search_patients(uuid, text, integer) from public;
grant execute on function public.search_patients(uuid, text, integer) to authenticated;

revoke create on schema authz from cordon_definer;

create policy provider_fence on public.patient_accounts
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'patient_accounts', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'patient_accounts', 'SELECT', 'basic')));
comment on policy provider_fence on public.patient_accounts is
  'Whatever another policy allows, staff reach rows of the current organisation only. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.patient_accounts
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.patient_accounts is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.patient_accounts
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.patient_accounts is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.patient_accounts
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.patient_accounts is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.patient_accounts
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'patient_accounts', 'SELECT', 'basic')));
comment on policy provider_select on public.patient_accounts is
  'any member of the current organisation may read rows that are not archived. [N-02, S-02]';

create policy provider_select_rows on public.patient_accounts
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.patient_accounts is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, S-02]';

create policy provider_insert on public.patient_accounts
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,receptionist}', '{}'), 'patient_accounts', 'INSERT', 'detailed')));
comment on policy provider_insert on public.patient_accounts is
  'clinic_admin or receptionist of the current organisation may create rows that are another user''s and of an active patient. [N-02, N-15, N-27, S-03]';

create policy provider_insert_rows on public.patient_accounts
  as restrictive for insert to authenticated
  with check (
    user_id <> (select authz.user_id())
    and patient_status = 'active'
  );
comment on policy provider_insert_rows on public.patient_accounts is
  'Whatever another policy allows, staff create only rows that the comment of provider_insert names. [N-02, N-15, N-27, S-03]';

create policy provider_update on public.patient_accounts
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'patient_accounts', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'patient_accounts', 'SELECT', 'basic')));
comment on policy provider_update on public.patient_accounts is
  'clinic_admin of the current organisation may change rows that are another user''s and not archived. [N-02, N-15, S-03]';

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

create policy patient_select on public.patient_accounts
  for select to patient
  using (
    user_id = (select authz.log_decision(authz.user_id(), 'patient', 'patient_accounts', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.patient_accounts is
  'a patient may read rows that are their own and not archived. [N-15]';

create policy definer_select on public.patient_accounts
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.patient_accounts is
  'definer functions may read every row (authz.live_patient_accounts: the live lookup behind every patient policy; authz.portal_capacity: as whom they sign and consent; authz.simulate: explains a decision by what it depends on). [N-08, N-15, N-16]';

create policy definer_update on public.patient_accounts
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.patient_accounts is
  'definer functions may change every row (authz.tg_patients__project: what hangs on a patient is hidden with the patient; authz.tg_patient_identity__of_age: no birth date puts an end off). [N-15, N-27]';

create policy provider_fence on public.patient_clinical
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse,assistant}', '{}', null, false, '{data_view,treatment}'), 'patient_clinical', 'SELECT', 'comprehensive')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse,assistant}', '{}', null, false, '{data_view,treatment}'), 'patient_clinical', 'SELECT', 'comprehensive')));
comment on policy provider_fence on public.patient_clinical is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only doctor, nurse or assistant of the current organisation, for data_view or treatment where a purpose is named. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.patient_clinical
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.patient_clinical is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.patient_clinical
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.patient_clinical is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.patient_clinical
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.patient_clinical is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.patient_clinical
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse,assistant}', '{}', null, false, '{data_view,treatment}'), 'patient_clinical', 'SELECT', 'comprehensive')));
comment on policy provider_select on public.patient_clinical is
  'doctor, nurse or assistant of the current organisation, for data_view or treatment where a purpose is named, may read rows that are not archived and of an active patient and either under a consent to treatment in force, or of a patient for whom they broke the glass. [N-02, N-14, N-19, N-27, S-02]';

create policy provider_select_rows on public.patient_clinical
  as restrictive for select to authenticated
  using (
    case
      when
        (archived_at is null or archived_at = now())
        and patient_status = 'active'
        and (
          treatment_consent_until > (select authz.now())
          or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, id::text] is not null
        )
      then authz.log_disclosure((select authz.disclosure_stamp('provider', 'patient_clinical', 'SELECT')), organisation_id, id, id)
      else false
    end
  );
comment on policy provider_select_rows on public.patient_clinical is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, N-14, N-19, N-27, S-02]';

create policy provider_insert on public.patient_clinical
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse}', '{}', null, false, '{treatment}'), 'patient_clinical', 'INSERT', 'detailed')));
comment on policy provider_insert on public.patient_clinical is
  'doctor or nurse of the current organisation, for treatment where a purpose is named, may create rows that are of an active patient and either under a consent to treatment in force, or of a patient for whom they broke the glass. [N-02, N-14, N-27, S-03]';

create policy provider_insert_rows on public.patient_clinical
  as restrictive for insert to authenticated
  with check (
    patient_status = 'active'
    and (
      treatment_consent_until > (select authz.now())
      or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, id::text] is not null
    )
  );
comment on policy provider_insert_rows on public.patient_clinical is
  'Whatever another policy allows, staff create only rows that the comment of provider_insert names. [N-02, N-14, N-27, S-03]';

create policy provider_update on public.patient_clinical
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse}', '{}', null, false, '{treatment}'), 'patient_clinical', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse,assistant}', '{}', null, false, '{data_view,treatment}'), 'patient_clinical', 'SELECT', 'comprehensive')));
comment on policy provider_update on public.patient_clinical is
  'doctor or nurse of the current organisation, for treatment where a purpose is named, may change rows that are not archived and of an active patient and either under a consent to treatment in force, or of a patient for whom they broke the glass. [N-02, N-14, N-27, S-03]';

create policy provider_update_rows on public.patient_clinical
  as restrictive for update to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
    and (
      treatment_consent_until > (select authz.now())
      or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, id::text] is not null
    )
  )
  with check (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
    and (
      treatment_consent_until > (select authz.now())
      or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, id::text] is not null
    )
  );
comment on policy provider_update_rows on public.patient_clinical is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, N-14, N-27, S-03]';

create policy patient_select on public.patient_clinical
  for select to patient
  using (
    id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'patient_clinical', 'SELECT', 'detailed'))::uuid[])
    and authz.is_own_patient(organisation_id, id)
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.patient_clinical is
  'a patient may read rows that are their own and not archived. [N-15]';

create policy definer_select on public.patient_clinical
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.patient_clinical is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_consents__project, authz.tg_patients__project: find the row that they gate). [N-08, N-27, N-45, N-50]';

create policy definer_update on public.patient_clinical
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.patient_clinical is
  'definer functions may change every row (authz.tg_consents__project, authz.tg_patients__project: both take effect in their own transaction). [N-27, N-45, N-50]';

create policy provider_fence on public.patient_identity
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'patient_identity', 'SELECT', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'patient_identity', 'SELECT', 'detailed')));
comment on policy provider_fence on public.patient_identity is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only clinic_admin, doctor, nurse, assistant or receptionist of the current organisation. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.patient_identity
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.patient_identity is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.patient_identity
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.patient_identity is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.patient_identity
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.patient_identity is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.patient_identity
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'patient_identity', 'SELECT', 'detailed')));
comment on policy provider_select on public.patient_identity is
  'clinic_admin, doctor, nurse, assistant or receptionist of the current organisation may read rows that are not archived and of an active patient. [N-02, N-14, N-19, N-27, S-02]';

create policy provider_select_rows on public.patient_identity
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );
comment on policy provider_select_rows on public.patient_identity is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, N-14, N-19, N-27, S-02]';

create policy provider_insert on public.patient_identity
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,receptionist}', '{}'), 'patient_identity', 'INSERT', 'detailed')));
comment on policy provider_insert on public.patient_identity is
  'clinic_admin or receptionist of the current organisation may create rows that are of an active patient. [N-02, N-27, S-03]';

create policy provider_insert_rows on public.patient_identity
  as restrictive for insert to authenticated
  with check (patient_status = 'active');
comment on policy provider_insert_rows on public.patient_identity is
  'Whatever another policy allows, staff create only rows that the comment of provider_insert names. [N-02, N-27, S-03]';

create policy provider_update on public.patient_identity
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,receptionist}', '{}'), 'patient_identity', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'patient_identity', 'SELECT', 'detailed')));
comment on policy provider_update on public.patient_identity is
  'clinic_admin, doctor, nurse or receptionist of the current organisation may change rows that are not archived and of an active patient. [N-02, N-27, S-03]';

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

create policy patient_select on public.patient_identity
  for select to patient
  using (
    id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'patient_identity', 'SELECT', 'detailed'))::uuid[])
    and authz.is_own_patient(organisation_id, id)
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.patient_identity is
  'a patient may read rows that are their own and not archived. [N-15]';

create policy definer_select on public.patient_identity
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.patient_identity is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_patients__project: finds the rows of a patient; authz.guardianship_ends_at: when they come of age). [N-08, N-15, N-27]';

create policy definer_update on public.patient_identity
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.patient_identity is
  'definer functions may change every row (authz.tg_patients__project: what is known of a patient is hidden with the patient). [N-27]';

create policy provider_fence on public.patients
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'patients', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'patients', 'SELECT', 'basic')));
comment on policy provider_fence on public.patients is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only clinic_admin, doctor, nurse, assistant or receptionist of the current organisation. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.patients
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.patients is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.patients
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.patients is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.patients
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.patients is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.patients
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'patients', 'SELECT', 'basic')));
comment on policy provider_select on public.patients is
  'clinic_admin of the current organisation may read rows that are not archived; doctor, nurse, assistant or receptionist of the current organisation may read rows that are active and not archived. [N-02, N-14, N-27, S-02]';

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

create policy provider_insert on public.patients
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,receptionist}', '{}'), 'patients', 'INSERT', 'detailed')));
comment on policy provider_insert on public.patients is
  'clinic_admin or receptionist of the current organisation may create rows that are active. [N-02, N-14, S-03]';

create policy provider_insert_rows on public.patients
  as restrictive for insert to authenticated
  with check (status = 'active');
comment on policy provider_insert_rows on public.patients is
  'Whatever another policy allows, staff create only rows that the comment of provider_insert names. [N-02, N-14, S-03]';

create policy provider_update on public.patients
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,receptionist}', '{}'), 'patients', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'patients', 'SELECT', 'basic')));
comment on policy provider_update on public.patients is
  'clinic_admin of the current organisation may change rows that are not archived; doctor, nurse or receptionist of the current organisation may change rows that are active and not archived, and stay so. [N-02, N-14, N-27, S-03]';

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

create policy patient_select on public.patients
  for select to patient
  using (
    id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'patients', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, id)
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.patients is
  'a patient may read rows that are their own and not archived. [N-15]';

create policy definer_select on public.patients
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.patients is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg__patient_status, authz.live_patient_accounts: whether a patient is active, or archived; public.dispatch_transfer: whom a packet names, under consent). [N-08, N-15, N-27]';

create policy definer_update on public.patients
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.patients is
  'definer functions may change every row (authz.lock_patient: a row lock takes the right to update some column). [N-27, N-45]';

create or replace trigger _300_confirm
  before insert or update on public.patient_accounts
  for each row
  execute function authz.tg_patient_accounts__confirm();
alter table public.patient_accounts enable always trigger _300_confirm;
comment on trigger _300_confirm on public.patient_accounts is
  'Two members open a portal account, and its end is final. [N-15]';

create or replace trigger _400_patient_status
  before insert or update on public.patient_accounts
  for each row
  execute function authz.tg__patient_status('patient_id');
alter table public.patient_accounts enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.patient_accounts is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';

create or replace trigger _700_patient_status_kept
  after insert on public.patient_accounts
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.patient_accounts enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.patient_accounts is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _060_whose
  before update on public.patient_accounts
  for each row
  when ((new.user_id, new.patient_id, new.relationship) is distinct from (old.user_id, old.patient_id, old.relationship))
  execute function authz.tg__whose();
alter table public.patient_accounts enable always trigger _060_whose;
comment on trigger _060_whose on public.patient_accounts is
  'Keeps a portal account to one login, one patient and what they are to them. [N-15, N-37]';

create or replace trigger _015_read_committed
  before insert or update on public.patient_accounts
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.patient_accounts enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.patient_accounts is
  'Says whose portal account it is, in the newest snapshot alone: an older one shows who may write as they were. [N-15, N-16]';

create or replace trigger _080_no_secrets
  before insert or update on public.patient_clinical
  for each row
  execute function authz.tg__no_secrets('patient_clinical', 'allergies', 'alerts');
alter table public.patient_clinical enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.patient_clinical is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _500_consent
  before insert or update on public.patient_clinical
  for each row
  execute function authz.tg__consent('id');
alter table public.patient_clinical enable always trigger _500_consent;
comment on trigger _500_consent on public.patient_clinical is
  'Recomputes treatment_consent_until; a value sent by anyone is ignored. [N-45]';

create or replace trigger _400_patient_status
  before insert or update on public.patient_clinical
  for each row
  execute function authz.tg__patient_status('id');
alter table public.patient_clinical enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.patient_clinical is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';

create or replace trigger _700_patient_status_kept
  after insert on public.patient_clinical
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('id');
alter table public.patient_clinical enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.patient_clinical is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _015_read_committed
  before update on public.patient_clinical
  for each row
  when (
    (new.allergies, new.alerts) is distinct from (old.allergies, old.alerts)
    and current_setting('transaction_isolation') <> 'read committed'
  )
  execute function authz.tg__read_committed();
alter table public.patient_clinical enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.patient_clinical is
  'Says what a patient must not be given, in the newest snapshot alone: an older one shows who may write as they were. [N-16, S-16]';

create or replace trigger _080_no_secrets
  before insert or update on public.patient_identity
  for each row
  execute function authz.tg__no_secrets('patient_identity', 'email', 'nationality');
alter table public.patient_identity enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.patient_identity is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _400_patient_status
  before insert or update on public.patient_identity
  for each row
  execute function authz.tg__patient_status('id');
alter table public.patient_identity enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.patient_identity is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';

create or replace trigger _700_patient_status_kept
  after insert on public.patient_identity
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('id');
alter table public.patient_identity enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.patient_identity is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _080_no_secrets
  before insert or update on public.patients
  for each row
  execute function authz.tg__no_secrets('patients', 'full_name');
alter table public.patients enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.patients is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _085_named
  before insert or update on public.patients
  for each row
  execute function authz.tg_patients__named();
alter table public.patients enable always trigger _085_named;
comment on trigger _085_named on public.patients is
  'Refuses a number, and a name, that looks like another. [N-01, S-04]';

create or replace trigger _110_status_stamp
  before insert or update on public.patients
  for each row
  execute function authz.tg__status_stamp();
alter table public.patients enable always trigger _110_status_stamp;
comment on trigger _110_status_stamp on public.patients is
  'Stamps who flipped the status and when. [S-16]';

create or replace trigger _500_project
  after update on public.patients
  for each row
  execute function authz.tg_patients__project();
alter table public.patients enable always trigger _500_project;
comment on trigger _500_project on public.patients is
  'Hides what is known of a patient together with the patient, in the same transaction. [N-27]';

create or replace trigger _050_tenant
  before insert or update on public.patient_accounts
  for each row
  execute function authz.tg__tenant('patient_accounts');
alter table public.patient_accounts enable always trigger _050_tenant;
comment on trigger _050_tenant on public.patient_accounts is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.patient_accounts
  for each row
  execute function authz.tg__stamp();
alter table public.patient_accounts enable always trigger _100_stamp;
comment on trigger _100_stamp on public.patient_accounts is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _890_lasting
  before update on public.patient_accounts
  for each row
  when (new.id <> old.id)
  execute function authz.tg__lasting('patient_accounts');
alter table public.patient_accounts enable always trigger _890_lasting;
comment on trigger _890_lasting on public.patient_accounts is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.patient_accounts
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.patient_accounts enable always trigger _900_stamped;
comment on trigger _900_stamped on public.patient_accounts is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.patient_accounts
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.patient_accounts enable always trigger _901_stamped;
comment on trigger _901_stamped on public.patient_accounts is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _050_tenant
  before insert or update on public.patient_clinical
  for each row
  execute function authz.tg__tenant('patient_clinical');
alter table public.patient_clinical enable always trigger _050_tenant;
comment on trigger _050_tenant on public.patient_clinical is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.patient_clinical
  for each row
  execute function authz.tg__stamp();
alter table public.patient_clinical enable always trigger _100_stamp;
comment on trigger _100_stamp on public.patient_clinical is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _610_overwritten
  after update on public.patient_clinical
  for each row
  when ((new.allergies, new.alerts) is distinct from (old.allergies, old.alerts))
  execute function authz.tg__overwritten('allergies', 'alerts');
alter table public.patient_clinical enable always trigger _610_overwritten;
comment on trigger _610_overwritten on public.patient_clinical is
  'Records who wrote over what it said, and which columns, among the security events. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.patient_clinical
  for each row
  when (new.id <> old.id)
  execute function authz.tg__lasting('patient_clinical');
alter table public.patient_clinical enable always trigger _890_lasting;
comment on trigger _890_lasting on public.patient_clinical is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.patient_clinical
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.patient_clinical enable always trigger _900_stamped;
comment on trigger _900_stamped on public.patient_clinical is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.patient_clinical
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.patient_clinical enable always trigger _901_stamped;
comment on trigger _901_stamped on public.patient_clinical is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _050_tenant
  before insert or update on public.patient_identity
  for each row
  execute function authz.tg__tenant('patient_identity');
alter table public.patient_identity enable always trigger _050_tenant;
comment on trigger _050_tenant on public.patient_identity is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _060_of_age
  before update on public.patient_identity
  for each row
  when (new.birth_date is distinct from old.birth_date)
  execute function authz.tg_patient_identity__of_age();
alter table public.patient_identity enable always trigger _060_of_age;
comment on trigger _060_of_age on public.patient_identity is
  'Keeps another birth date from putting off the end of a guardian''s account. [N-12, N-15]';

create or replace trigger _100_stamp
  before insert or update on public.patient_identity
  for each row
  execute function authz.tg__stamp();
alter table public.patient_identity enable always trigger _100_stamp;
comment on trigger _100_stamp on public.patient_identity is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _890_lasting
  before update on public.patient_identity
  for each row
  when (new.id <> old.id)
  execute function authz.tg__lasting('patient_identity');
alter table public.patient_identity enable always trigger _890_lasting;
comment on trigger _890_lasting on public.patient_identity is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.patient_identity
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.patient_identity enable always trigger _900_stamped;
comment on trigger _900_stamped on public.patient_identity is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.patient_identity
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.patient_identity enable always trigger _901_stamped;
comment on trigger _901_stamped on public.patient_identity is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _050_tenant
  before insert or update on public.patients
  for each row
  execute function authz.tg__tenant('patients');
alter table public.patients enable always trigger _050_tenant;
comment on trigger _050_tenant on public.patients is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.patients
  for each row
  execute function authz.tg__stamp();
alter table public.patients enable always trigger _100_stamp;
comment on trigger _100_stamp on public.patients is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _890_lasting
  before update on public.patients
  for each row
  when (new.id <> old.id)
  execute function authz.tg__lasting('patients');
alter table public.patients enable always trigger _890_lasting;
comment on trigger _890_lasting on public.patients is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.patients
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.patients enable always trigger _900_stamped;
comment on trigger _900_stamped on public.patients is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.patients
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.patients enable always trigger _901_stamped;
comment on trigger _901_stamped on public.patients is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

grant select on authz.live_patient_accounts to cordon_definer;

grant
  select,
  insert (id, organisation_id, patient_id, relationship, user_id),
  update (archived_at, confirmed_at, ends_at, revoked_at)
  on public.patient_accounts to authenticated;
grant
  select (archived_at, confirmed_at, ends_at, id, organisation_id, patient_id, patient_status, relationship, revoked_at, user_id),
  update (ends_at, patient_status)
  on public.patient_accounts to cordon_definer;
grant select on public.patient_accounts to patient;
grant select, insert, update on public.patient_accounts to service_role;

grant
  select,
  insert (alerts, allergies, id, organisation_id),
  update (alerts, allergies)
  on public.patient_clinical to authenticated;
grant
  select (archived_at, id, organisation_id, patient_status, treatment_consent_until),
  update (patient_status, treatment_consent_until)
  on public.patient_clinical to cordon_definer;
grant select on public.patient_clinical to patient;
grant select, insert, update on public.patient_clinical to service_role;

grant
  select,
  insert (birth_date, email, id, id_last4, nationality, organisation_id, phone),
  update (birth_date, email, id_last4, nationality, phone)
  on public.patient_identity to authenticated;
grant
  select (archived_at, birth_date, id, organisation_id, patient_status),
  update (patient_status)
  on public.patient_identity to cordon_definer;
grant select on public.patient_identity to patient;
grant select, insert, update on public.patient_identity to service_role;

grant select on public.patient_profiles to authenticated;
grant select on public.patient_profiles to internal_ops;
grant select on public.patient_profiles to patient;
grant select on public.patient_profiles to service_role;

grant
  select,
  insert (full_name, id, language, mrn, organisation_id, status),
  update (archived_at, full_name, language, mrn, status)
  on public.patients to authenticated;
grant
  select (archived_at, full_name, id, language, organisation_id, status),
  update (name_key)
  on public.patients to cordon_definer;
grant select (archived_at, organisation_id, status) on public.patients to cordon_insights;
grant select on public.patients to patient;
grant select, insert, update on public.patients to service_role;

-- migrate:down
