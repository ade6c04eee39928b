-- migrate:up
-- Why: what a patient has agreed to, which gates health data from the first day.
-- Access: +9 grants, +20 policies
--   + policy provider_fence on public.consent_purposes: restrictive, all to authenticated
--   + policy patient_fence on public.consent_purposes: restrictive, all to patient
--   + policy internal_ops_fence on public.consent_purposes: restrictive, all to internal_ops
--   + policy anon_fence on public.consent_purposes: restrictive, all to anon
--   + policy provider_select on public.consent_purposes: select to authenticated
--   + policy patient_select on public.consent_purposes: select to patient
--   + policy internal_ops_select on public.consent_purposes: select to internal_ops
--   + policy internal_ops_insert on public.consent_purposes: insert to internal_ops
--   + policy internal_ops_update on public.consent_purposes: update to internal_ops
--   + policy definer_select on public.consent_purposes: select to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.consents: restrictive, all to authenticated
--   + policy patient_fence on public.consents: restrictive, all to patient
--   + policy internal_ops_fence on public.consents: restrictive, all to internal_ops
--   + policy anon_fence on public.consents: restrictive, all to anon
--   + policy provider_select on public.consents: select to authenticated
--   + policy provider_insert on public.consents: insert to authenticated
--   + policy patient_select on public.consents: select to patient
--   + policy patient_update on public.consents: update to patient
--   + policy definer_select on public.consents: select to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.consents: update to cordon_definer, WITHOUT a condition
--   + authenticated may select on public.consent_purposes
--   + cordon_definer may select (purpose) on public.consent_purposes
--   + internal_ops may select, insert (alias, description, purpose), update (alias, archived_at, description) on public.consent_purposes
--   + patient may select on public.consent_purposes
--   + service_role may select, insert, update on public.consent_purposes
--   + authenticated may select, insert (8 columns) on public.consents
--   + cordon_definer may select (archived_at, expires_at, organisation_id, patient_id, purpose, status), update (patient_status) on public.consents
--   + patient may select, update (status) on public.consents
--   + service_role may select, insert, update on public.consents
-- Locks: 2 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE public.patients
--   ROW EXCLUSIVE governance.classification

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- public.consent_purposes: the purposes that exist. One consent names one purpose; a generic one unlocks nothing clinical
-- (LGPD art. 8 par. 4).
create table public.consent_purposes (
  purpose text not null,
  description text not null,
  alias text,
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint consent_purposes_pkey primary key (purpose),
  constraint consent_purposes_alias_key unique (alias),
  constraint consent_purposes_purpose_check check (purpose ~ '^[a-z_]{1,40}$'),
  constraint consent_purposes_description_check check (length(description) between 1 and 500),
  constraint consent_purposes_actor_kind_check check (actor_kind in ('user', 'system'))
);
comment on table public.consent_purposes is 'Purposes for which data may be used. PUBLIC. [N-45, N-48]';
comment on column public.consent_purposes.alias is 'neonpro''s name of the purpose.';
alter table public.consent_purposes enable row level security;
alter table public.consent_purposes force row level security;

insert into public.consent_purposes (purpose, description, alias)
values
  ('data_view', 'Viewing a patient''s data.', 'visualizacao_dados_paciente'),
  ('treatment', 'Medical treatment (TREAT).', 'tratamento_medico'),
  ('scheduling', 'Booking and managing appointments (HOPERAT).', 'agendamento_consultas'),
  ('billing', 'Invoicing and payment (HPAYMT).', 'faturamento_pagamento'),
  ('general_operations', 'Running the organisation; unlocks nothing clinical (LGPD art. 8 par. 4).', 'operacao_geral'),
  ('ops_handoff', 'Handing a case to operations.', null),
  ('insurer_disclosure', 'Disclosure to an insurer.', null),
  ('transfer_disclosure', 'Disclosure to a transport company for a transfer.', null),
  ('research', 'Research (HRESCH).', null),
  ('marketing', 'Marketing (HMARKT); unlocks marketing alone.', null);


-- public.consents: one purpose, one patient, one decision. Terms never change: a new decision is a new row.
create table public.consents (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  patient_id uuid not null,
  purpose text not null,
  status text not null default 'proposed',
  legal_basis text not null default 'consent',
  break_glass_allowed boolean not null default true,
  expires_at timestamptz,
  withdrawn_at timestamptz,
  patient_status text not null default 'archived',
  last_status_change_at timestamptz,
  last_status_change_by_user_id uuid,
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint consents_pkey primary key (organisation_id, id),
  constraint consents_organisation_id_patient_id_fkey
    foreign key (organisation_id, patient_id) references public.patients (organisation_id, id) on delete restrict,
  constraint consents_purpose_fkey
    foreign key (purpose) references public.consent_purposes (purpose) on delete restrict,
  constraint consents_status_check
    check (status in ('proposed', 'active', 'withdrawn', 'expired', 'rejected', 'entered_in_error')),
  constraint consents_legal_basis_check
    check (legal_basis in ('consent', 'health_protection', 'vital_interest', 'legal_obligation')),
  constraint consents_withdrawn_at_check check ((status = 'withdrawn') = (withdrawn_at is not null)),
  constraint consents_patient_status_check check (patient_status in ('active', 'inactive', 'archived')),
  constraint consents_actor_kind_check check (actor_kind in ('user', 'system'))
);
create index consents_organisation_id_patient_id_purpose_idx
  on public.consents (organisation_id, patient_id, purpose);
-- One consent in force per purpose, so that withdrawing it withdraws it.
create unique index consents_organisation_id_patient_id_purpose_active_key
  on public.consents (organisation_id, patient_id, purpose) where status = 'active' and archived_at is null;
create index consents_patient_id_idx on public.consents (patient_id);
create index consents_purpose_idx on public.consents (purpose);
alter table public.consents alter column organisation_id set (n_distinct = 100);
comment on table public.consents is 'Consents of patients by purpose. Staff propose; the patient decides. [N-45]';
comment on column public.consents.legal_basis is 'Ground of processing; other than consent only where the law gives it (LGPD art. 11 II). [N-45]';
comment on column public.consents.break_glass_allowed is 'False: the patient refuses access even in an emergency.';
comment on column public.consents.expires_at is 'End of the consent; NULL holds until withdrawn. Expiry is computed, not swept.';
comment on column public.consents.withdrawn_at is 'Stamped when withdrawn. [N-50]';
comment on column public.consents.patient_status is
  'Projection of the patient, kept by trigger: archived, or the patient''s status. [N-27]';
alter table public.consents enable row level security;
alter table public.consents force row level security;

insert into governance.classification (schema_name, table_name, level, domain, retention)
values
  ('public', 'consent_purposes', 'PUBLIC', 'ops', 'general'),
  ('public', 'consents', 'INTERNAL', 'clinical', 'consent');

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

create policy provider_fence on public.consent_purposes
  as restrictive for all to authenticated
  using (true)
  with check (true);
comment on policy provider_fence on public.consent_purposes is
  'Whatever another policy allows, staff reach every row. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.consent_purposes
  as restrictive for all to patient
  using (true)
  with check (true);
comment on policy patient_fence on public.consent_purposes is
  'Whatever another policy allows, patients reach every row. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.consent_purposes
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.consent_purposes is
  'Whatever another policy allows, operations reach a row only as a live member of operations. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.consent_purposes
  as restrictive for all to anon
  using (true)
  with check (false);
comment on policy anon_fence on public.consent_purposes is
  'Whatever another policy allows, callers who are not signed in reach every row. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.consent_purposes
  for select to authenticated
  using (
    (select authz.holds('{}', '{}'))
    and (archived_at is null or archived_at = now())
  );
comment on policy provider_select on public.consent_purposes is
  'any member of the current organisation may read rows that are not archived. [N-02, N-48]';

create policy patient_select on public.consent_purposes
  for select to patient
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy patient_select on public.consent_purposes is
  'a patient may read rows that are not archived. [N-48]';

create policy internal_ops_select on public.consent_purposes
  for select to internal_ops
  using (
    (select authz.is_operator('{}'))
    and (archived_at is null or archived_at = now())
  );
comment on policy internal_ops_select on public.consent_purposes is
  'any member of operations may read rows that are not archived. [N-02]';

create policy internal_ops_insert on public.consent_purposes
  for insert to internal_ops
  with check ((select authz.is_operator('{admin}')));
comment on policy internal_ops_insert on public.consent_purposes is
  'admin of operations may create rows. [N-48]';

create policy internal_ops_update on public.consent_purposes
  for update to internal_ops
  using (
    (select authz.is_operator('{admin}'))
    and (archived_at is null or archived_at = now())
  )
  with check (
    (select authz.is_operator('{admin}'))
    and (archived_at is null or archived_at = now())
  );
comment on policy internal_ops_update on public.consent_purposes is
  'admin of operations may change rows that are not archived. [N-48]';

create policy definer_select on public.consent_purposes
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.consent_purposes is
  'definer functions may read every row (public.set_context: refuses a purpose that does not exist). [N-12, N-48]';

create policy provider_fence on public.consents
  as restrictive for all to authenticated
  using (organisation_id = (select authz.organisation_id()))
  with check (organisation_id = (select authz.organisation_id()));
comment on policy provider_fence on public.consents is
  'Whatever another policy allows, staff reach rows of the current organisation only. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.consents
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.consents is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.consents
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.consents is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.consents
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.consents is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.consents
  for select to authenticated
  using (
    organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'))
    and (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );
comment on policy provider_select on public.consents is
  'clinic_admin, doctor, nurse, assistant or receptionist of the current organisation may read rows that are not archived and of an active patient. [N-02, N-27, N-45, S-02]';

create policy provider_insert on public.consents
  for insert to authenticated
  with check (
    organisation_id = (select authz.organisation_for('{doctor,nurse,receptionist}', '{}'))
    and status = 'proposed'
    and patient_status = 'active'
  );
comment on policy provider_insert on public.consents is
  'doctor, nurse or receptionist of the current organisation may create rows that are proposed and of an active patient. [N-02, N-27, N-45, S-03]';

create policy patient_select on public.consents
  for select to patient
  using (
    patient_id = any ((select authz.own_patient_ids())::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.consents is
  'a patient may read rows that are their own and not archived. [N-15, N-45]';

create policy patient_update on public.consents
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
comment on policy patient_update on public.consents is
  'a patient may change rows that are their own and not archived. [N-15, N-45, N-50]';

create policy definer_select on public.consents
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.consents is
  'definer functions may read every row (authz.treatment_consent_until: the one definition of a consent in force). [N-45, N-50]';

create policy definer_update on public.consents
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.consents is
  'definer functions may change every row (authz.tg_patients__project: what hangs on a patient is hidden with the patient). [N-27]';

create or replace trigger _100_stamp
  before insert or update on public.consent_purposes
  for each row
  execute function authz.tg__stamp();
alter table public.consent_purposes enable always trigger _100_stamp;
comment on trigger _100_stamp on public.consent_purposes is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _050_tenant
  before insert or update on public.consents
  for each row
  execute function authz.tg__tenant('consents');
alter table public.consents enable always trigger _050_tenant;
comment on trigger _050_tenant on public.consents is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.consents
  for each row
  execute function authz.tg__stamp();
alter table public.consents enable always trigger _100_stamp;
comment on trigger _100_stamp on public.consents is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _105_transition
  before insert or update on public.consents
  for each row
  execute function authz.tg_consents__transition();
alter table public.consents enable always trigger _105_transition;
comment on trigger _105_transition on public.consents is
  'Holds a consent to its states and keeps its terms unchanged. [N-50]';

create or replace trigger _110_status_stamp
  before insert or update on public.consents
  for each row
  execute function authz.tg__status_stamp();
alter table public.consents enable always trigger _110_status_stamp;
comment on trigger _110_status_stamp on public.consents is
  'Stamps who flipped the status and when. [S-16]';

create or replace trigger _500_project
  after insert or update on public.consents
  for each row
  execute function authz.tg_consents__project();
alter table public.consents enable always trigger _500_project;
comment on trigger _500_project on public.consents is
  'Carries consent to treatment onto the rows it gates, in the same transaction. [N-45, N-50]';

create or replace trigger _400_patient_status
  before insert or update on public.consents
  for each row
  execute function authz.tg__patient_status('patient_id');
alter table public.consents enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.consents is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';

grant select on public.consent_purposes to authenticated;
grant select (purpose) on public.consent_purposes to cordon_definer;
grant
  select,
  insert (alias, description, purpose),
  update (alias, archived_at, description)
  on public.consent_purposes to internal_ops;
grant select on public.consent_purposes to patient;
grant select, insert, update on public.consent_purposes to service_role;

grant
  select,
  insert (break_glass_allowed, expires_at, id, legal_basis, organisation_id, patient_id, purpose, status)
  on public.consents to authenticated;
grant
  select (archived_at, expires_at, organisation_id, patient_id, purpose, status),
  update (patient_status)
  on public.consents to cordon_definer;
grant select, update (status) on public.consents to patient;
grant select, insert, update on public.consents to service_role;

-- migrate:down
