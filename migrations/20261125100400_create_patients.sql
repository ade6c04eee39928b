-- migrate:up
-- Why: patients, what is known of them by sensitivity, and their portal accounts.
-- Access: +16 grants, +40 policies
--   + policy provider_fence on public.patient_accounts: restrictive, all to authenticated
--   + policy patient_fence on public.patient_accounts: restrictive, all to patient
--   + policy internal_ops_fence on public.patient_accounts: restrictive, all to internal_ops
--   + policy anon_fence on public.patient_accounts: restrictive, all to anon
--   + policy provider_select on public.patient_accounts: select to authenticated
--   + policy provider_insert on public.patient_accounts: insert to authenticated
--   + policy provider_update on public.patient_accounts: update to authenticated
--   + policy patient_select on public.patient_accounts: select to patient
--   + policy definer_select on public.patient_accounts: select to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.patient_accounts: update to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.patient_clinical: restrictive, all to authenticated
--   + policy patient_fence on public.patient_clinical: restrictive, all to patient
--   + policy internal_ops_fence on public.patient_clinical: restrictive, all to internal_ops
--   + policy anon_fence on public.patient_clinical: restrictive, all to anon
--   + policy provider_select on public.patient_clinical: select to authenticated
--   + policy provider_insert on public.patient_clinical: insert to authenticated
--   + policy provider_update on public.patient_clinical: update to authenticated
--   + policy patient_select on public.patient_clinical: select to patient
--   + policy definer_select on public.patient_clinical: select to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.patient_clinical: update to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.patient_identity: restrictive, all to authenticated
--   + policy patient_fence on public.patient_identity: restrictive, all to patient
--   + policy internal_ops_fence on public.patient_identity: restrictive, all to internal_ops
--   + policy anon_fence on public.patient_identity: restrictive, all to anon
--   + policy provider_select on public.patient_identity: select to authenticated
--   + policy provider_insert on public.patient_identity: insert to authenticated
--   + policy provider_update on public.patient_identity: update to authenticated
--   + policy patient_select on public.patient_identity: select to patient
--   + policy definer_select on public.patient_identity: select to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.patient_identity: update to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.patients: restrictive, all to authenticated
--   + policy patient_fence on public.patients: restrictive, all to patient
--   + policy internal_ops_fence on public.patients: restrictive, all to internal_ops
--   + policy anon_fence on public.patients: restrictive, all to anon
--   + policy provider_select on public.patients: select to authenticated
--   + policy provider_insert on public.patients: insert to authenticated
--   + policy provider_update on public.patients: update to authenticated
--   + policy patient_select on public.patients: select to patient
--   + policy definer_select on public.patients: select to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.patients: update to cordon_definer, WITHOUT a condition
--   + authenticated may select, insert (id, organisation_id, patient_id, relationship, user_id), update (archived_at, confirmed_at, revoked_at) on public.patient_accounts
--   + cordon_definer may select (archived_at, confirmed_at, organisation_id, patient_id, revoked_at, user_id), update (patient_status) on public.patient_accounts
--   + patient may select on public.patient_accounts
--   + service_role may select, insert, update on public.patient_accounts
--   + authenticated may select, insert (alerts, allergies, id, organisation_id), update (alerts, allergies) on public.patient_clinical
--   + cordon_definer may select (id, organisation_id), update (patient_status, treatment_consent_until) on public.patient_clinical
--   + patient may select on public.patient_clinical
--   + service_role may select, insert, update on public.patient_clinical
--   + authenticated may select, insert (7 columns), update (birth_date, email, id_last4, nationality, phone) on public.patient_identity
--   + cordon_definer may select (id, organisation_id), update (patient_status) on public.patient_identity
--   + patient may select on public.patient_identity
--   + service_role may select, insert, update on public.patient_identity
--   + authenticated may select, insert (full_name, id, language, mrn, organisation_id, status), update (archived_at, full_name, language, mrn, status) on public.patients
--   + cordon_definer may select (archived_at, id, organisation_id, status), update (name_key) on public.patients
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
create index patients_organisation_id_created_at_idx on public.patients (organisation_id, created_at desc);
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
  constraint patient_accounts_organisation_id_user_id_patient_id_key unique (organisation_id, user_id, patient_id),
  constraint patient_accounts_organisation_id_patient_id_fkey
    foreign key (organisation_id, patient_id) references public.patients (organisation_id, id) on delete restrict,
  constraint patient_accounts_user_id_fkey
    foreign key (user_id) references public.profiles (user_id) on delete restrict,
  constraint patient_accounts_relationship_check check (relationship in ('self', 'guardian', 'proxy')),
  constraint patient_accounts_patient_status_check check (patient_status in ('active', 'inactive', 'archived')),
  constraint patient_accounts_actor_kind_check check (actor_kind in ('user', 'system'))
);
create index patient_accounts_user_id_idx on public.patient_accounts (user_id);
create index patient_accounts_organisation_id_patient_id_idx on public.patient_accounts (organisation_id, patient_id);
alter table public.patient_accounts alter column organisation_id set (n_distinct = 100);
comment on table public.patient_accounts is 'Portal accounts: a login linked to a patient as self, guardian or proxy. [N-15]';
comment on column public.patient_accounts.confirmed_at is 'Stamped when a second member confirms; until then it opens nothing. [N-15]';
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
  ('public', 'patient_accounts', 'INTERNAL', 'identity', 'general');

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

create policy provider_fence on public.patient_accounts
  as restrictive for all to authenticated
  using (organisation_id = (select authz.organisation_id()))
  with check (organisation_id = (select authz.organisation_id()));
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
  using (
    organisation_id = (select authz.organisation_for('{}', '{}'))
    and (archived_at is null or archived_at = now())
  );
comment on policy provider_select on public.patient_accounts is
  'any member of the current organisation may read rows that are not archived. [N-02, S-02]';

create policy provider_insert on public.patient_accounts
  for insert to authenticated
  with check (
    organisation_id = (select authz.organisation_for('{clinic_admin,receptionist}', '{}'))
    and user_id <> (select authz.user_id())
    and patient_status = 'active'
  );
comment on policy provider_insert on public.patient_accounts is
  'clinic_admin or receptionist of the current organisation may create rows that are another user''s and of an active patient. [N-02, N-15, N-27, S-03]';

create policy provider_update on public.patient_accounts
  for update to authenticated
  using (
    organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
    and user_id <> (select authz.user_id())
    and (archived_at is null or archived_at = now())
  )
  with check (
    organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
    and user_id <> (select authz.user_id())
    and (archived_at is null or archived_at = now())
  );
comment on policy provider_update on public.patient_accounts is
  'clinic_admin of the current organisation may change rows that are another user''s and not archived. [N-02, N-15, S-03]';

create policy patient_select on public.patient_accounts
  for select to patient
  using (
    user_id = (select authz.user_id())
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.patient_accounts is
  'a patient may read rows that are their own and not archived. [N-15]';

create policy definer_select on public.patient_accounts
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.patient_accounts is
  'definer functions may read every row (authz.live_patient_accounts: the live lookup behind every patient policy). [N-15, N-16]';

create policy definer_update on public.patient_accounts
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.patient_accounts is
  'definer functions may change every row (authz.tg_patients__project: what hangs on a patient is hidden with the patient). [N-27]';

create policy provider_fence on public.patient_clinical
  as restrictive for all to authenticated
  using (organisation_id = (select authz.organisation_id()))
  with check (organisation_id = (select authz.organisation_id()));
comment on policy provider_fence on public.patient_clinical is
  'Whatever another policy allows, staff reach rows of the current organisation only. [N-24, S-02, S-03, S-04]';

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
  using (
    organisation_id = (select authz.organisation_for('{doctor,nurse,assistant}', '{}'))
    and (archived_at is null or archived_at = now())
    and patient_status = 'active'
    and treatment_consent_until > statement_timestamp()
  );
comment on policy provider_select on public.patient_clinical is
  'doctor, nurse or assistant of the current organisation may read rows that are not archived and of an active patient and under a consent to treatment in force. [N-02, N-14, N-19, N-27, S-02]';

create policy provider_insert on public.patient_clinical
  for insert to authenticated
  with check (
    organisation_id = (select authz.organisation_for('{doctor,nurse}', '{}'))
    and patient_status = 'active'
    and treatment_consent_until > statement_timestamp()
  );
comment on policy provider_insert on public.patient_clinical is
  'doctor or nurse of the current organisation may create rows that are of an active patient and under a consent to treatment in force. [N-02, N-14, N-27, S-03]';

create policy provider_update on public.patient_clinical
  for update to authenticated
  using (
    organisation_id = (select authz.organisation_for('{doctor,nurse}', '{}'))
    and (archived_at is null or archived_at = now())
    and patient_status = 'active'
    and treatment_consent_until > statement_timestamp()
  )
  with check (
    organisation_id = (select authz.organisation_for('{doctor,nurse}', '{}'))
    and (archived_at is null or archived_at = now())
    and patient_status = 'active'
    and treatment_consent_until > statement_timestamp()
  );
comment on policy provider_update on public.patient_clinical is
  'doctor or nurse of the current organisation may change rows that are not archived and of an active patient and under a consent to treatment in force. [N-02, N-14, N-27, S-03]';

create policy patient_select on public.patient_clinical
  for select to patient
  using (
    id = any ((select authz.own_patient_ids())::uuid[])
    and authz.is_own_patient(organisation_id, id)
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.patient_clinical is
  'a patient may read rows that are their own and not archived. [N-15]';

create policy definer_select on public.patient_clinical
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.patient_clinical is
  'definer functions may read every row (authz.tg_consents__project, authz.tg_patients__project: find the row that they gate). [N-27, N-45, N-50]';

create policy definer_update on public.patient_clinical
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.patient_clinical is
  'definer functions may change every row (authz.tg_consents__project, authz.tg_patients__project: both take effect in their own transaction). [N-27, N-45, N-50]';

create policy provider_fence on public.patient_identity
  as restrictive for all to authenticated
  using (organisation_id = (select authz.organisation_id()))
  with check (organisation_id = (select authz.organisation_id()));
comment on policy provider_fence on public.patient_identity is
  'Whatever another policy allows, staff reach rows of the current organisation only. [N-24, S-02, S-03, S-04]';

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
  using (
    organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'))
    and (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );
comment on policy provider_select on public.patient_identity is
  'clinic_admin, doctor, nurse, assistant or receptionist of the current organisation may read rows that are not archived and of an active patient. [N-02, N-14, N-19, N-27, S-02]';

create policy provider_insert on public.patient_identity
  for insert to authenticated
  with check (
    organisation_id = (select authz.organisation_for('{clinic_admin,receptionist}', '{}'))
    and patient_status = 'active'
  );
comment on policy provider_insert on public.patient_identity is
  'clinic_admin or receptionist of the current organisation may create rows that are of an active patient. [N-02, N-27, S-03]';

create policy provider_update on public.patient_identity
  for update to authenticated
  using (
    organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,receptionist}', '{}'))
    and (archived_at is null or archived_at = now())
    and patient_status = 'active'
  )
  with check (
    organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,receptionist}', '{}'))
    and (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );
comment on policy provider_update on public.patient_identity is
  'clinic_admin, doctor, nurse or receptionist of the current organisation may change rows that are not archived and of an active patient. [N-02, N-27, S-03]';

create policy patient_select on public.patient_identity
  for select to patient
  using (
    id = any ((select authz.own_patient_ids())::uuid[])
    and authz.is_own_patient(organisation_id, id)
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.patient_identity is
  'a patient may read rows that are their own and not archived. [N-15]';

create policy definer_select on public.patient_identity
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.patient_identity is
  'definer functions may read every row (authz.tg_patients__project: finds the rows of a patient). [N-27]';

create policy definer_update on public.patient_identity
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.patient_identity is
  'definer functions may change every row (authz.tg_patients__project: what is known of a patient is hidden with the patient). [N-27]';

create policy provider_fence on public.patients
  as restrictive for all to authenticated
  using (organisation_id = (select authz.organisation_id()))
  with check (organisation_id = (select authz.organisation_id()));
comment on policy provider_fence on public.patients is
  'Whatever another policy allows, staff reach rows of the current organisation only. [N-24, S-02, S-03, S-04]';

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
  using (
    organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'))
    and (
      (
        (select authz.holds('{clinic_admin}', '{}'))
        and (archived_at is null or archived_at = now())
      )
      or (
        (select authz.holds('{doctor,nurse,assistant,receptionist}', '{}'))
        and status = 'active'
        and (archived_at is null or archived_at = now())
      )
    )
  );
comment on policy provider_select on public.patients is
  'clinic_admin of the current organisation may read rows that are not archived; doctor, nurse, assistant or receptionist of the current organisation may read rows that are active and not archived. [N-02, N-14, N-27, S-02]';

create policy provider_insert on public.patients
  for insert to authenticated
  with check (
    organisation_id = (select authz.organisation_for('{clinic_admin,receptionist}', '{}'))
    and status = 'active'
  );
comment on policy provider_insert on public.patients is
  'clinic_admin or receptionist of the current organisation may create rows that are active. [N-02, N-14, S-03]';

create policy provider_update on public.patients
  for update to authenticated
  using (
    organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,receptionist}', '{}'))
    and (
      (
        (select authz.holds('{clinic_admin}', '{}'))
        and (archived_at is null or archived_at = now())
      )
      or (
        (select authz.holds('{doctor,nurse,receptionist}', '{}'))
        and status = 'active'
        and archived_at is null
      )
    )
  )
  with check (
    organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,receptionist}', '{}'))
    and (
      (
        (select authz.holds('{clinic_admin}', '{}'))
        and (archived_at is null or archived_at = now())
      )
      or (
        (select authz.holds('{doctor,nurse,receptionist}', '{}'))
        and status = 'active'
        and archived_at is null
      )
    )
  );
comment on policy provider_update on public.patients is
  'clinic_admin of the current organisation may change rows that are not archived; doctor, nurse or receptionist of the current organisation may change rows that are active and not archived, and stay so. [N-02, N-14, N-27, S-03]';

create policy patient_select on public.patients
  for select to patient
  using (
    id = any ((select authz.own_patient_ids())::uuid[])
    and authz.is_own_patient(organisation_id, id)
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.patients is
  'a patient may read rows that are their own and not archived. [N-15]';

create policy definer_select on public.patients
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.patients is
  'definer functions may read every row (authz.tg__patient_status, authz.live_patient_accounts: whether a patient is active, or archived). [N-15, N-27]';

create policy definer_update on public.patients
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.patients is
  'definer functions may change every row (authz.lock_patient: a row lock takes the right to update some column). [N-27, N-45]';

create or replace trigger _050_tenant
  before insert or update on public.patient_accounts
  for each row
  execute function authz.tg__tenant('patient_accounts');
alter table public.patient_accounts enable always trigger _050_tenant;
comment on trigger _050_tenant on public.patient_accounts is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _300_confirm
  before insert or update on public.patient_accounts
  for each row
  execute function authz.tg_patient_accounts__confirm();
alter table public.patient_accounts enable always trigger _300_confirm;
comment on trigger _300_confirm on public.patient_accounts is
  'Two members open a portal account, and its end is final. [N-15]';

create or replace trigger _100_stamp
  before insert or update on public.patient_accounts
  for each row
  execute function authz.tg__stamp();
alter table public.patient_accounts enable always trigger _100_stamp;
comment on trigger _100_stamp on public.patient_accounts is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _400_patient_status
  before insert or update on public.patient_accounts
  for each row
  execute function authz.tg__patient_status('patient_id');
alter table public.patient_accounts enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.patient_accounts is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';

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

create or replace trigger _500_consent
  before insert or update on public.patient_clinical
  for each row
  execute function authz.tg_patient_clinical__consent();
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

create or replace trigger _050_tenant
  before insert or update on public.patient_identity
  for each row
  execute function authz.tg__tenant('patient_identity');
alter table public.patient_identity enable always trigger _050_tenant;
comment on trigger _050_tenant on public.patient_identity is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.patient_identity
  for each row
  execute function authz.tg__stamp();
alter table public.patient_identity enable always trigger _100_stamp;
comment on trigger _100_stamp on public.patient_identity is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _400_patient_status
  before insert or update on public.patient_identity
  for each row
  execute function authz.tg__patient_status('id');
alter table public.patient_identity enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.patient_identity is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';

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

grant
  select,
  insert (id, organisation_id, patient_id, relationship, user_id),
  update (archived_at, confirmed_at, revoked_at)
  on public.patient_accounts to authenticated;
grant
  select (archived_at, confirmed_at, organisation_id, patient_id, revoked_at, user_id),
  update (patient_status)
  on public.patient_accounts to cordon_definer;
grant select on public.patient_accounts to patient;
grant select, insert, update on public.patient_accounts to service_role;

grant
  select,
  insert (alerts, allergies, id, organisation_id),
  update (alerts, allergies)
  on public.patient_clinical to authenticated;
grant
  select (id, organisation_id),
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
  select (id, organisation_id),
  update (patient_status)
  on public.patient_identity to cordon_definer;
grant select on public.patient_identity to patient;
grant select, insert, update on public.patient_identity to service_role;

grant
  select,
  insert (full_name, id, language, mrn, organisation_id, status),
  update (archived_at, full_name, language, mrn, status)
  on public.patients to authenticated;
grant
  select (archived_at, id, organisation_id, status),
  update (name_key)
  on public.patients to cordon_definer;
grant select on public.patients to patient;
grant select, insert, update on public.patients to service_role;

-- migrate:down
