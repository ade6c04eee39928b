-- migrate:up
-- Why: a consent is to one text of one purpose, and a material change ends it (LGPD art. 8 par. 4 and 6).
-- Access: +19 grants, +35 policies, 7 definer functions
--   + cordon_definer may execute function authz.rules_consents()
--   ~ authz.tg_consent_purpose_versions__number is written, and runs with the rights of its owner
--   ~ authz.tg_consent_purpose_versions__supersede is written, and runs with the rights of its owner
--   ~ authz.tg_consent_purposes__first_version is written, and runs with the rights of its owner
--   ~ authz.tg_consents__disclosure is written, and runs with the rights of its owner
--   ~ authz.tg_consents__project is written, and runs with the rights of its owner
--   ~ authz.tg_consents__version is written, and runs with the rights of its owner
--   ~ authz.tg_consent_purposes__narrowed is written, and runs with the rights of its owner
--   + policy provider_fence on public.consent_purpose_versions: restrictive, all to authenticated
--   + policy patient_fence on public.consent_purpose_versions: restrictive, all to patient
--   + policy internal_ops_fence on public.consent_purpose_versions: restrictive, all to internal_ops
--   + policy anon_fence on public.consent_purpose_versions: restrictive, all to anon
--   + policy provider_select on public.consent_purpose_versions: select to authenticated
--   + policy patient_select on public.consent_purpose_versions: select to patient
--   + policy internal_ops_select on public.consent_purpose_versions: select to internal_ops
--   + policy internal_ops_insert on public.consent_purpose_versions: insert to internal_ops
--   + policy definer_select on public.consent_purpose_versions: select to cordon_definer, WITHOUT a condition
--   + policy definer_insert on public.consent_purpose_versions: insert to cordon_definer, WITHOUT a condition
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
--   + policy definer_update on public.consent_purposes: update to cordon_definer, WITHOUT a condition
--   + policy anon_select on public.consent_purposes: select to anon
--   + policy provider_fence on public.consents: restrictive, all to authenticated
--   + policy patient_fence on public.consents: restrictive, all to patient
--   + policy internal_ops_fence on public.consents: restrictive, all to internal_ops
--   + policy anon_fence on public.consents: restrictive, all to anon
--   + policy provider_select on public.consents: select to authenticated
--   + policy provider_select_rows on public.consents: restrictive, select to authenticated
--   + policy provider_insert on public.consents: insert to authenticated
--   + policy provider_insert_rows on public.consents: restrictive, insert to authenticated
--   + policy patient_select on public.consents: select to patient
--   + policy patient_update on public.consents: update to patient
--   + policy definer_select on public.consents: select to cordon_definer, WITHOUT a condition
--   + policy definer_insert on public.consents: insert to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.consents: update to cordon_definer, WITHOUT a condition
--   + authenticated may select on public.consent_purpose_versions
--   + cordon_definer may select (15 columns), insert (description, purpose) on public.consent_purpose_versions
--   + internal_ops may select, insert (7 columns) on public.consent_purpose_versions
--   + patient may select on public.consent_purpose_versions
--   + service_role may select on public.consent_purpose_versions
--   + authenticated may select on public.consent_purposes
--   + cordon_definer may select (allowed_bases, archived_at, purpose, version), update (version) on public.consent_purposes
--   + internal_ops may select, insert (alias, description, purpose), update (alias, archived_at, description) on public.consent_purposes
--   + patient may select on public.consent_purposes
--   + service_role may select, insert, update on public.consent_purposes
--   + anon may select (description, purpose) on public.consent_purposes
--   + authenticated may select, insert (9 columns) on public.consents
--   + cordon_definer may select (22 columns), insert (justification, legal_basis, organisation_id, patient_id, purpose, status), update (patient_status, status, superseded_at, withdrawal_reason) on public.consents
--   + patient may select, update (status) on public.consents
--   + service_role may select, insert, update on public.consents
--   + authenticated may select on public.processing_without_consent
--   + patient may select on public.processing_without_consent
--   + service_role may select on public.processing_without_consent
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
  allowed_bases text[] not null default '{consent}',
  -- Counted by hand of a person; drivers read bigint as text.
  -- squawk-ignore prefer-bigint-over-int
  version integer not null default 0,
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
  constraint consent_purposes_allowed_bases_check check (
    allowed_bases <@ '{consent,health_protection,vital_interest,legal_obligation}'::text[] and 'consent' = any (allowed_bases)
  ),
  constraint consent_purposes_actor_kind_check check (actor_kind in ('user', 'system'))
);
comment on table public.consent_purposes is 'Purposes for which data may be used. PUBLIC. [N-45, N-48]';
comment on column public.consent_purposes.description is 'Its name for people. What is consented to is the text of a version.';
comment on column public.consent_purposes.alias is 'neonpro''s name of the purpose.';
comment on column public.consent_purposes.allowed_bases is
  'Legal bases on which the law lets data be used for this purpose (LGPD art. 7, 11); consent always. No caller writes it. [N-45, N-48]';
comment on column public.consent_purposes.version is 'Newest version of its text; kept by consent_purpose_versions.';
alter table public.consent_purposes enable row level security;
alter table public.consent_purposes force row level security;

insert into public.consent_purposes (purpose, description, alias, version, allowed_bases)
values
  ('data_view', 'Viewing a patient''s data.', 'visualizacao_dados_paciente', 1, '{consent,health_protection,vital_interest,legal_obligation}'),
  ('treatment', 'Medical treatment (TREAT).', 'tratamento_medico', 1, '{consent,health_protection,vital_interest,legal_obligation}'),
  ('scheduling', 'Booking and managing appointments (HOPERAT).', 'agendamento_consultas', 1, '{consent,health_protection,legal_obligation}'),
  ('billing', 'Invoicing and payment (HPAYMT).', 'faturamento_pagamento', 1, '{consent,legal_obligation}'),
  ('general_operations', 'Running the organisation; unlocks nothing clinical (LGPD art. 8 par. 4).', 'operacao_geral', 1, '{consent,legal_obligation}'),
  ('ops_handoff', 'Handing a case to operations.', null, 1, '{consent,health_protection,vital_interest,legal_obligation}'),
  ('insurer_disclosure', 'Disclosure to an insurer.', null, 1, '{consent}'),
  ('transfer_disclosure', 'Disclosure to a transport company for a transfer.', null, 1, '{consent,health_protection,vital_interest,legal_obligation}'),
  ('research', 'Research (HRESCH).', null, 1, '{consent,legal_obligation}'),
  ('marketing', 'Marketing (HMARKT); unlocks marketing alone.', null, 1, '{consent}');


-- public.consent_purpose_versions: the text behind a purpose, version by version. Who consents, consents to one of them.
create table public.consent_purpose_versions (
  purpose text not null,
  -- Counted by hand of a person; drivers read bigint as text.
  -- squawk-ignore prefer-bigint-over-int
  version integer not null,
  description text not null,
  data_categories text[] not null default '{identity}',
  recipients text[] not null default '{}',
  retention text not null default 'consent',
  is_material boolean not null default false,
  takes_effect_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint consent_purpose_versions_pkey primary key (purpose, version),
  constraint consent_purpose_versions_purpose_fkey
    foreign key (purpose) references public.consent_purposes (purpose) on delete restrict,
  constraint consent_purpose_versions_version_check check (version > 0),
  constraint consent_purpose_versions_description_check check (length(description) between 1 and 5000),
  constraint consent_purpose_versions_data_categories_check
    check (data_categories <@ '{clinical,financial,identity,ops}'::text[] and cardinality(data_categories) > 0),
  constraint consent_purpose_versions_recipients_check
    check (cardinality(recipients) <= 20 and length(recipients::text) <= 2000),
  constraint consent_purpose_versions_retention_check
    check (retention in ('chart', 'consent', 'audit', 'incident', 'financial', 'grant', 'general')),
  constraint consent_purpose_versions_takes_effect_at_check check (isfinite(takes_effect_at)),
  -- No version follows one before its time: one that is announced for the end of time would hold up every later one.
  constraint consent_purpose_versions_announced_check check (
    case when isfinite(takes_effect_at) then takes_effect_at - created_at <= interval '366 days' else true end
  ),
  constraint consent_purpose_versions_actor_kind_check check (actor_kind in ('user', 'system'))
);
comment on table public.consent_purpose_versions is
  'Texts of purposes, by version; append-only. A material change ends consents to earlier texts. PUBLIC. [N-45, N-48]';
comment on column public.consent_purpose_versions.version is 'From 1, without gaps; stamped.';
comment on column public.consent_purpose_versions.description is 'What is consented to, as the patient reads it.';
comment on column public.consent_purpose_versions.data_categories is 'Domains of the data that the purpose uses: clinical, financial, identity, ops.';
comment on column public.consent_purpose_versions.recipients is 'To whom beyond the controller data may go for it.';
comment on column public.consent_purpose_versions.retention is 'Class of the retention floor of what is kept for it.';
comment on column public.consent_purpose_versions.is_material is
  'Whether consents to earlier versions end when this one takes effect (LGPD art. 8 par. 6).';
comment on column public.consent_purpose_versions.takes_effect_at is
  'From when on it holds, at most a year ahead; stamped to now where it would lie in the past, and never before the version it follows.';
alter table public.consent_purpose_versions enable row level security;
alter table public.consent_purpose_versions force row level security;

insert into public.consent_purpose_versions (purpose, version, description, data_categories, recipients, retention)
select p.purpose, 1, p.description, v.data_categories, v.recipients, v.retention
from public.consent_purposes as p
join (values
  ('data_view', '{clinical,identity}'::text[], '{}'::text[], 'chart'),
  ('treatment', '{clinical,identity}', '{}', 'chart'),
  ('scheduling', '{identity,ops}', '{}', 'general'),
  ('billing', '{financial,identity}', '{}', 'financial'),
  ('general_operations', '{identity,ops}', '{}', 'general'),
  ('ops_handoff', '{clinical,identity}', '{operations}', 'chart'),
  ('insurer_disclosure', '{clinical,financial,identity}', '{insurer}', 'financial'),
  ('transfer_disclosure', '{identity}', '{transport company}', 'general'),
  ('research', '{clinical}', '{}', 'general'),
  ('marketing', '{identity}', '{}', 'general')
) as v (purpose, data_categories, recipients, retention) on v.purpose = p.purpose;


-- public.consents: one purpose, one patient, one decision. Terms never change: a new decision is a new row.
create table public.consents (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  patient_id uuid not null,
  purpose text not null,
  -- squawk-ignore prefer-bigint-over-int
  purpose_version integer not null default 1,
  status text not null default 'proposed',
  signed_form_id uuid,
  legal_basis text not null default 'consent',
  justification text,
  break_glass_allowed boolean not null default true,
  given_at timestamptz,
  given_how text,
  given_by_user_id uuid,
  given_as text,
  superseded_at timestamptz,
  expires_at timestamptz,
  withdrawn_at timestamptz,
  withdrawal_reason text,
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
  constraint consents_purpose_purpose_version_fkey
    foreign key (purpose, purpose_version) references public.consent_purpose_versions (purpose, version) on delete restrict,
  constraint consents_status_check
    check (status in ('proposed', 'active', 'withdrawn', 'expired', 'rejected', 'entered_in_error')),
  constraint consents_legal_basis_check
    check (legal_basis in ('consent', 'health_protection', 'vital_interest', 'legal_obligation')),
  constraint consents_justification_check
    check (justification is null or (legal_basis <> 'consent' and length(justification) between 20 and 2000)),
  constraint consents_given_how_check check (given_how in ('portal', 'signed_form', 'recorded')),
  constraint consents_given_as_check check (given_as in ('patient', 'guardian', 'representative')),
  constraint consents_given_by_user_id_check check (given_by_user_id is null or given_as is not null),
  constraint consents_withdrawal_reason_check
    check (withdrawal_reason is null or (status = 'withdrawn' and length(withdrawal_reason) <= 500)),
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
create index consents_purpose_purpose_version_idx on public.consents (purpose, purpose_version);
alter table public.consents alter column organisation_id set (n_distinct = 100);
comment on table public.consents is 'Consents of patients by purpose. Staff propose; the patient decides. [N-45]';
comment on column public.consents.purpose_version is 'The text consented to: the newest when it was proposed; stamped. [N-45]';
comment on column public.consents.legal_basis is 'Ground of processing; other than consent only where the law gives it (LGPD art. 11 II). [N-45]';
comment on column public.consents.justification is 'Why the organisation relies on another legal basis than consent (LGPD art. 11 II).';
comment on column public.consents.signed_form_id is 'The form that carries it; NULL where the patient consents on the portal alone. [N-45]';
comment on column public.consents.break_glass_allowed is 'False: the patient refuses access even in an emergency.';
comment on column public.consents.given_at is 'Stamped when it came into force; NULL before, and where that was not recorded yet. [N-45]';
comment on column public.consents.given_how is
  'portal: the patient, on their login. signed_form: by the signature of its form. recorded: by the server, or on another legal basis.';
comment on column public.consents.given_by_user_id is
  'Login that gave it, on the portal or by signing its form there; stamped, and kept whatever becomes of the consent. NULL where it was signed before a witness, recorded, or given before this was kept. [N-45]';
comment on column public.consents.given_as is
  'As whom it was given: what the portal account said, or the form. NULL where the clinic recorded it, or it was given before this was kept. [N-45]';
comment on column public.consents.superseded_at is
  'When a material change of its purpose ends it; computed, NULL where none was announced. [N-45]';
comment on column public.consents.expires_at is 'End of the consent; NULL holds until withdrawn. Expiry is computed, not swept.';
comment on column public.consents.withdrawn_at is 'Stamped when withdrawn. [N-50]';
comment on column public.consents.withdrawal_reason is 'How staff were asked to withdraw it, or why; patients need not say.';
comment on column public.consents.patient_status is
  'Projection of the patient, kept by trigger: archived, or the patient''s status. [N-27]';
alter table public.consents enable row level security;
alter table public.consents force row level security;

insert into governance.classification (schema_name, table_name, level, domain, retention, subjects)
values
  ('public', 'consent_purposes', 'PUBLIC', 'ops', 'general', '{}'),
  ('public', 'consent_purpose_versions', 'PUBLIC', 'ops', 'general', '{}'),
  ('public', 'consents', 'INTERNAL', 'clinical', 'consent', null);

-- public.processing_without_consent: where another legal basis stands in for consent, told apart from it.
create view public.processing_without_consent
with (security_invoker = true)
as
select
  c.organisation_id, c.id as consent_id, c.patient_id, c.purpose, c.legal_basis, c.justification, c.given_at as since,
  c.last_status_change_by_user_id as recorded_by_user_id
from public.consents as c
where c.legal_basis <> 'consent'
  and c.status = 'active'
  and c.archived_at is null;
comment on view public.processing_without_consent is
  'Whose data is used on another legal basis than consent, and why (LGPD art. 11 II). [N-45]';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

create or replace function authz.rules_consents()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "consents", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "handedOverBy": "patient", "handedOverKey": "patient_id", "columns": ["archived_at", "id", "organisation_id", "patient_id", "patient_status", "status"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin", "doctor", "nurse", "assistant", "receptionist"], "capabilities": [], "conditions": ["not_archived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "N-27", "N-45", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["doctor", "nurse", "receptionist"], "capabilities": [], "conditions": ["proposed", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-27", "N-45", "S-03"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-15", "N-45"]},
    {"realm": "patient", "operation": "UPDATE", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-15", "N-45", "N-50"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived", "handed_over"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["S-29"]}
  ]}';
end
$$;
comment on function authz.rules_consents() is
  'The access rules of consents, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_consents() from public;
grant execute on function authz.rules_consents() to cordon_definer;

-- authz.tg_consent_purpose_versions__number: the next number of the purpose, and a moment that is not over: nobody is bound from yesterday on.
-- The purpose's row is the lock: who consents at this moment holds it too (authz.tg_consents__version).
create or replace function authz.tg_consent_purpose_versions__number()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform authz.require_read_committed();
  update public.consent_purposes as p
     set version = p.version + 1
   where p.purpose = new.purpose
  returning p.version into new.version;
  new.takes_effect_at := greatest(
    new.takes_effect_at,
    clock_timestamp(),
    (select max(v.takes_effect_at) from public.consent_purpose_versions as v where v.purpose = new.purpose)
  );
  return new;
end
$$;
comment on function authz.tg_consent_purpose_versions__number() is
  'Stamps version, and takes_effect_at no earlier than now and than the version before; CD007 above READ COMMITTED. [N-48]';
alter function authz.tg_consent_purpose_versions__number() owner to cordon_definer;
revoke all on function authz.tg_consent_purpose_versions__number() from public;

-- authz.tg_consent_purpose_versions__supersede: a material change reaches every consent to an earlier text, at every organisation, in its own
-- transaction: what they gate carries the moment at which they end, so that nobody has to sweep (LGPD art. 8 par. 6).
create or replace function authz.tg_consent_purpose_versions__supersede()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.is_material then
    -- In the order of lock_chart: who writes a chart at this moment waits, or is waited for, and never each for the other.
    perform
    from public.consents as c
    where c.purpose = new.purpose
      and c.status in ('proposed', 'active')
    order by c.organisation_id, c.patient_id, c.created_at desc, c.id desc
    for no key update;
    update public.consents as c
       set superseded_at = null -- computed by the row's own trigger, the one place that does
     where c.purpose = new.purpose
       and c.status in ('proposed', 'active');
  end if;
  return null;
end
$$;
comment on function authz.tg_consent_purpose_versions__supersede() is
  'Has superseded_at of consents to the purpose computed again after a material change. [N-45, N-48]';
alter function authz.tg_consent_purpose_versions__supersede() owner to cordon_definer;
revoke all on function authz.tg_consent_purpose_versions__supersede() from public;

-- authz.tg_consent_purposes__first_version: a purpose has a text from its first moment, so that no consent is to nothing.
create or replace function authz.tg_consent_purposes__first_version()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  insert into public.consent_purpose_versions (purpose, description)
  values (new.purpose, new.description);
  return null;
end
$$;
comment on function authz.tg_consent_purposes__first_version() is
  'Writes version 1 of a new purpose, with its description. [N-48]';
alter function authz.tg_consent_purposes__first_version() owner to cordon_definer;
revoke all on function authz.tg_consent_purposes__first_version() from public;

-- authz.tg_consents__disclosure: chart, health at a glance and files open to operations with the patient's consent to the handoff, or with another legal
-- basis for it, and that may come after the case did: then the handoff told of none, and this does, once for each case that they hold. The cases are
-- locked: who hands one over at this moment comes before, and is seen, or after, and sees the consent.
create or replace function authz.tg_consents__disclosure()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'UPDATE' then -- by itself: only an UPDATE has a row of before
    if old.status = 'active' and old.archived_at is null then
      return null;
    end if;
  end if;
  perform
  from public.cases as c
  where c.organisation_id = new.organisation_id
    and c.patient_id = new.patient_id
  order by c.id
  for share;
  -- Of what is over already, or ended by a later text, operations see nothing; and one that takes the place of another in force shows them nothing new.
  if authz.is_handed_over('consenting_patient', new.organisation_id, new.patient_id) and not exists (
    select
    from public.consents as c
    where c.organisation_id = new.organisation_id
      and c.patient_id = new.patient_id
      and c.purpose = new.purpose
      and c.id <> new.id
      and c.archived_at is null
      and (c.status = 'active' or (c.status = 'expired' and c.last_status_change_at >= new.given_at))
      and least(c.expires_at, c.superseded_at, 'infinity') > authz.now()
  ) then
    perform authz.record_disclosure(
      new.organisation_id, new.patient_id, 'operations', null, 'ops_handoff', '{patient_clinical,documents,medical_records}',
      'public.cases', h.id
    )
    from authz.handed_over_cases as h
    where h.organisation_id = new.organisation_id
      and h.patient_id = new.patient_id
    order by h.id;
  end if;
  return null;
end
$$;
comment on function authz.tg_consents__disclosure() is
  'Writes a disclosure of chart, health at a glance and files to operations where the consent to the handoff comes after the case. [N-37, N-45]';
alter function authz.tg_consents__disclosure() owner to cordon_definer;
revoke all on function authz.tg_consents__disclosure() from public;

-- authz.tg_consents__project: carries the state of consents onto the rows they gate, in the same transaction, so that
-- the policy compares a column of the row itself (1.06 of no gate, measured) and a withdrawal bites at once.
create or replace function authz.tg_consents__project()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- An older snapshot would not show what was written meanwhile under the consent that is withdrawn here: it would stay open for good.
  if current_setting('transaction_isolation') <> 'read committed' then -- a query less for everybody else
    perform authz.require_read_committed();
  end if;
  -- What is new meets rows that are made at this moment at the patient; what changes meets them at the consent itself: see lock_chart.
  if tg_op = 'INSERT' then
    perform authz.lock_patient(new.organisation_id, new.patient_id);
  end if;
  -- What was never in force, or is to another purpose, opens and closes nothing of a chart, which is not written anew for it: of a thousand proposals,
  -- each row would be a thousand times.
  if new.purpose <> 'treatment' or (new.status <> 'active' and (tg_op = 'INSERT' or old.status <> 'active')) then
    perform authz.recall_shares(new.organisation_id, new.patient_id, new.purpose);
    return null;
  end if;
  update public.patient_clinical as p
     set treatment_consent_until = null -- computed by the row's own trigger, the one place that does
   where p.organisation_id = new.organisation_id
     and p.id = new.patient_id;
  -- Records before details: who archives a record, or supersedes it, holds it and goes on to its details. The latest version first: who protects it
  -- holds it and goes on to those before it.
  perform
  from public.medical_records as r
  where r.organisation_id = new.organisation_id
    and r.patient_id = new.patient_id
  order by r.version desc, r.id
  for no key update;
  update public.medical_records as r
     set treatment_consent_until = null
   where r.organisation_id = new.organisation_id
     and r.patient_id = new.patient_id;
  update public.medical_record_details as d
     set treatment_consent_until = null
   where d.organisation_id = new.organisation_id
     and d.patient_id = new.patient_id;
  -- And with them the tickets to read what no longer opens.
  update public.documents as d
     set treatment_consent_until = null
   where d.organisation_id = new.organisation_id
     and d.patient_id = new.patient_id;
  perform authz.recall_shares(new.organisation_id, new.patient_id, new.purpose);
  return null;
end
$$;
comment on function authz.tg_consents__project() is
  'Keeps treatment_consent_until of what a consent gates equal to the consents of the patient, and jobs of transport companies free of who has withdrawn theirs; CD007 above READ COMMITTED. [N-24, N-45, N-50]';
alter function authz.tg_consents__project() owner to cordon_definer;
revoke all on function authz.tg_consents__project() from public;

-- authz.tg_consents__transition: proposed -> active -> withdrawn | expired; proposed -> rejected; a mistake becomes
-- entered_in_error. Terminal states are immutable. What was consented to never changes: consent again instead.
create or replace function authz.tg_consents__transition()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
declare
  -- Not by whose role it is now: in mid-statement a caller can have put it off, whose login is the API's all the same.
  v_is_caller constant boolean := current_user <> 'cordon_definer' and (
    current_user in ('authenticated', 'internal_ops', 'patient', 'anon')
    or (
      current_user <> 'service_role'
      and exists (
        select
        from pg_roles as r
        where r.rolname = session_user
          and not r.rolsuper
          and not r.rolbypassrls
          and pg_has_role(r.oid, 'authenticated', 'member')
      )
    )
  );
begin
  if tg_op = 'UPDATE' then
    if (new.patient_id, new.purpose, new.legal_basis, new.break_glass_allowed, new.expires_at, new.signed_form_id, new.justification)
      is distinct from (old.patient_id, old.purpose, old.legal_basis, old.break_glass_allowed, old.expires_at, old.signed_form_id, old.justification)
    then
      raise exception 'the terms of a consent never change'
        using errcode = 'CD005', hint = 'Withdraw it and record a new consent.';
    end if;
    if new.status is distinct from old.status
      and (old.status, new.status) not in (
        ('proposed', 'active'), ('proposed', 'rejected'), ('proposed', 'entered_in_error'),
        ('active', 'withdrawn'), ('active', 'expired'), ('active', 'entered_in_error')
      )
    then
      raise exception 'a consent cannot go from % to %', old.status, new.status
        using errcode = 'CD005', hint = 'proposed: active, rejected; active: withdrawn, expired; the rest is final.';
    end if;
    if old.legal_basis <> 'consent' and new.status is distinct from old.status and v_is_caller then
      raise exception 'this is no consent: the organisation relies on another legal basis'
        using errcode = 'CD005', hint = 'File an objection (subject_requests, kind objection): the privacy officer answers it, and ends it.';
    end if;
    if new.signed_form_id is not null and old.status = 'proposed' and new.status = 'active' and current_user <> 'cordon_definer' then
      raise exception 'this consent is given by signing its form'
        using errcode = 'CD005', hint = 'sign_form signs the form, and puts what it carries into force.';
    end if;
    new.withdrawn_at := case
      when new.status = 'withdrawn' and old.status <> 'withdrawn' then clock_timestamp()
      else old.withdrawn_at
    end;
  else
    if new.legal_basis <> 'consent' and v_is_caller then
      raise exception 'staff propose consents, and no other legal basis'
        using errcode = 'CD005', hint = 'The privacy officer records another one: rely_on_legal_basis.';
    end if;
    -- Of nobody, the server included: it would say that it was given by a signature that is not there. A form takes it along while it is a draft.
    if new.signed_form_id is not null and new.status <> 'proposed' then
      raise exception 'this consent is given by signing its form'
        using errcode = 'CD005', hint = 'Propose it, and sign the form; a consent on paper names no form.';
    end if;
    -- A receipt and the text that is signed would name no end at all, or, of a year before Christ, the same year after: a refusal that is long over
    -- would read as one that holds.
    if new.expires_at < timestamptz '0001-01-01 00:00:00+00' then
      raise exception 'a consent does not end before all time'
        using errcode = 'CD005', hint = 'Give the day on which it ends, or none.';
    end if;
    new.withdrawn_at := null;
  end if;
  return new;
end
$$;
comment on function authz.tg_consents__transition() is
  'Holds a consent to its states and its terms unchanged, and another legal basis out of the hands of callers; stamps withdrawn_at. [N-45, N-50]';
revoke all on function authz.tg_consents__transition() from public;

-- authz.tg_consents__version: which text a consent is to, when, how, by whom and as what it was given (LGPD art. 8 par. 2, 14 par. 1 and 5), and when a material change of the purpose ends it (LGPD
-- art. 8 par. 6). A consent to a later text takes the place of the one before it, as any does of one whose time is over. A new consent waits for a
-- version that is being written, by the row of the purpose; one that changes is met by that version's own update. Another basis than consent takes one
-- that the law gives the purpose, and no objection of the patient to it that waits for its answer or was upheld (LGPD art. 18 par. 2, GDPR art. 21):
-- to care itself, to what a life hangs on and to what a law commands, nobody objects.
create or replace function authz.tg_consents__version()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_bases text[];
  v_is_given constant boolean := new.status = 'active' and (tg_op = 'INSERT' or old.status <> 'active');
  v_is_back constant boolean := tg_op = 'UPDATE' and new.status = 'active' and old.archived_at is not null and new.archived_at is null;
  v_is_objectable constant boolean := (v_is_given or v_is_back)
    and new.legal_basis not in ('consent', 'vital_interest', 'legal_obligation')
    and new.purpose <> 'treatment';
begin
  if tg_op = 'INSERT' then
    if authz.is_out_of_reach(new.organisation_id) then
      new.organisation_id := null; -- no policy lets it in
      return new;
    end if;
    -- One that changes holds its consent, and needs nothing of the patient: see lock_chart.
    if v_is_objectable then
      perform authz.lock_patient(new.organisation_id, new.patient_id);
    end if;
    select p.version, p.allowed_bases
      into new.purpose_version, v_bases
      from public.consent_purposes as p
     where p.purpose = new.purpose
    for share;
    new.purpose_version := coalesce(new.purpose_version, 1); -- the foreign key says what no purpose is
    new.given_at := null;
    new.given_how := null;
    new.given_by_user_id := null;
    new.given_as := null;
  else
    new.purpose_version := old.purpose_version;
    new.given_at := old.given_at;
    new.given_how := old.given_how;
    new.given_by_user_id := old.given_by_user_id;
    new.given_as := old.given_as;
    if v_is_given or v_is_back then
      -- Not locked: whoever takes a basis from the purpose holds that row, and waits for this one (authz.tg_consent_purposes__narrowed).
      select p.allowed_bases into v_bases from public.consent_purposes as p where p.purpose = new.purpose;
    end if;
  end if;
  -- By whoever's hand, and again when it comes into force: what the law opens to consent alone, nobody records on another ground.
  if new.legal_basis <> all (v_bases) then
    raise exception 'the law does not open this purpose on this basis'
      using errcode = 'CD020', hint = 'consent_purposes.allowed_bases lists the bases of a purpose; ask the patient where it is consent alone.';
  end if;
  if v_is_objectable and exists (
    select
    from public.subject_requests as r
    where r.organisation_id = new.organisation_id
      and r.patient_id = new.patient_id
      and r.kind = 'objection'
      and r.status <> 'refused'
      and r.archived_at is null
  ) then
    raise exception 'the patient has objected'
      using errcode = 'CD020',
        hint = 'Answer the objection: refuse it with its ground (subject_requests); one that was upheld stands, and the patient may consent instead.';
  end if;
  new.superseded_at := (
    select min(v.takes_effect_at)
    from public.consent_purpose_versions as v
    where v.purpose = new.purpose
      and v.version > new.purpose_version
      and v.is_material
  );
  if v_is_given then
    -- What was given to a clinic that is closed is withdrawn there; nothing new is.
    if not authz.is_system()
      and exists (select from public.organisations as o where o.id = new.organisation_id and o.archived_at is not null)
    then
      raise exception 'the organisation is closed'
        using errcode = 'CD005', hint = 'Nothing is consented to there any more; what was is withdrawn: withdraw_consent.';
    end if;
    if new.superseded_at <= authz.now() then
      raise exception 'the purpose has changed since this consent was proposed'
        using errcode = 'CD005', hint = 'Propose it again: a consent is to the text in force.';
    end if;
    if authz.acting_realm() = 'patient' and authz.own_session_id() is null then
      raise exception 'a consent is not yours to give'
        using errcode = 'insufficient_privilege',
          hint = 'The patient gives it in person, signed in with a session; an application of a third party may withdraw, and not consent.';
    end if;
    new.given_at := clock_timestamp();
    new.given_how := case
      when new.legal_basis <> 'consent' then 'recorded'
      when new.signed_form_id is not null then 'signed_form'
      when authz.acting_realm() = 'patient' then 'portal'
      else 'recorded'
    end;
    -- Whose word it was is kept apart from whose the last step was: the next one, a withdrawal say, would write over it.
    if new.given_how = 'signed_form' then
      select f.signed_by_user_id, f.capacity
        into new.given_by_user_id, new.given_as
        from public.signed_forms as f
       where f.organisation_id = new.organisation_id
         and f.id = new.signed_form_id;
    elsif new.given_how = 'portal' then
      new.given_by_user_id := (authz.caller()).user_id;
      new.given_as := authz.portal_capacity(new.organisation_id, new.patient_id, new.given_by_user_id);
      -- The policy was asked before: whose account it is, is asked again, of whoever the token names by now.
      if new.given_as is null then
        raise exception 'this consent is not yours to give'
          using errcode = 'insufficient_privilege', hint = 'It takes the patient''s portal account, signed in with a session.';
      end if;
    end if;
    update public.consents as c
       set status = 'expired'
     where c.organisation_id = new.organisation_id
       and c.patient_id = new.patient_id
       and c.purpose = new.purpose
       and (c.purpose_version < new.purpose_version or c.expires_at <= authz.now())
       and c.status = 'active'
       and c.archived_at is null
       and c.id <> new.id
       -- Another basis is the clinic's word: it ends no refusal of emergency access, which is the patient's.
       and (new.legal_basis = 'consent' or c.break_glass_allowed or coalesce(c.expires_at, 'infinity') <= authz.now());
  end if;
  return new;
end
$$;
comment on function authz.tg_consents__version() is
  'Stamps purpose_version, given_at, given_how, given_by_user_id, given_as and superseded_at; a consent to a later text, or after its time, expires the earlier one. CD020 for a basis that the law does not give the purpose, or to which the patient has objected, CD005 for who consents to a text that is over, or at an organisation that is closed, 42501 for who gives one on the portal without an account of the patient, or not in a session of their own. [N-12, N-45, N-48, N-49]';
alter function authz.tg_consents__version() owner to cordon_definer;
revoke all on function authz.tg_consents__version() from public;

-- authz.tg_consent_purposes__counted: how many versions a purpose has is counted where one is written, by authz.tg_consent_purpose_versions__number, and
-- nowhere else. The server's key writes here whatever its pin: a number that no text has would keep every clinic from proposing a consent. And on which
-- bases the law opens a purpose is for a migration to say, which is reviewed: the server would open marketing at every clinic without asking anybody.
create or replace function authz.tg_consent_purposes__counted()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if current_user <> 'cordon_definer' then
    new.version := case when tg_op = 'INSERT' then 0 else old.version end;
  end if;
  -- Whose table it is, and nobody who has put a role off in mid-statement.
  if not pg_has_role(current_user, (select c.relowner from pg_class as c where c.oid = tg_relid), 'usage') then
    new.allowed_bases := case when tg_op = 'INSERT' then '{consent}' else old.allowed_bases end;
  end if;
  return new;
end
$$;
comment on function authz.tg_consent_purposes__counted() is
  'Keeps version what the versions of a purpose make it, and allowed_bases what migrations say; a value sent by anyone is ignored. [N-45, N-48]';
revoke all on function authz.tg_consent_purposes__counted() from public;

-- authz.tg_consent_purposes__narrowed: where the law does not open a purpose on a basis, or no longer, nothing goes on under it: what is in force
-- ends, what was proposed is rejected, at every organisation. What the patients consented to stays. After every change of a purpose but the count of
-- its versions, so that a migration that finds some left needs only to touch it.
create or replace function authz.tg_consent_purposes__narrowed()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- In the order of lock_chart: who writes a chart at this moment waits, or is waited for, and never each for the other.
  perform
  from public.consents as c
  where c.purpose = new.purpose
    and c.legal_basis <> all (new.allowed_bases)
    and c.status in ('proposed', 'active')
    and c.archived_at is null
  order by c.organisation_id, c.patient_id, c.created_at desc, c.id desc
  for no key update;
  update public.consents as c
     set status = case when c.status = 'active' then 'withdrawn' else 'rejected' end,
         withdrawal_reason = case when c.status = 'active' then 'The law does not open this purpose on this basis.' end
   where c.purpose = new.purpose
     and c.legal_basis <> all (new.allowed_bases)
     and c.status in ('proposed', 'active')
     and c.archived_at is null;
  return null;
end
$$;
comment on function authz.tg_consent_purposes__narrowed() is
  'Ends what goes on under a basis that the law does not give the purpose. [N-45, N-48]';
alter function authz.tg_consent_purposes__narrowed() owner to cordon_definer;
revoke all on function authz.tg_consent_purposes__narrowed() from public;

revoke create on schema authz from cordon_definer;

create policy provider_fence on public.consent_purpose_versions
  as restrictive for all to authenticated
  using (true)
  with check (true);
comment on policy provider_fence on public.consent_purpose_versions is
  'Whatever another policy allows, staff reach every row. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.consent_purpose_versions
  as restrictive for all to patient
  using (true)
  with check (true);
comment on policy patient_fence on public.consent_purpose_versions is
  'Whatever another policy allows, patients reach every row. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.consent_purpose_versions
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.consent_purpose_versions is
  'Whatever another policy allows, operations reach a row only as a live member of operations. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.consent_purpose_versions
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.consent_purpose_versions is
  'Whatever another policy allows, callers who are not signed in reach no row. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.consent_purpose_versions
  for select to authenticated
  using (
    (select authz.holds('{}', '{}'))
    and (archived_at is null or archived_at = now())
  );
comment on policy provider_select on public.consent_purpose_versions is
  'any member of the current organisation may read rows that are not archived. [N-02, N-48]';

create policy patient_select on public.consent_purpose_versions
  for select to patient
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy patient_select on public.consent_purpose_versions is
  'a patient may read rows that are not archived. [N-45, N-48]';

create policy internal_ops_select on public.consent_purpose_versions
  for select to internal_ops
  using (
    (select authz.is_operator('{}'))
    and (archived_at is null or archived_at = now())
  );
comment on policy internal_ops_select on public.consent_purpose_versions is
  'any member of operations may read rows that are not archived. [N-02]';

create policy internal_ops_insert on public.consent_purpose_versions
  for insert to internal_ops
  with check ((select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'consent_purpose_versions', 'INSERT', 'detailed')));
comment on policy internal_ops_insert on public.consent_purpose_versions is
  'admin of operations may create rows. [N-48]';

create policy definer_select on public.consent_purpose_versions
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.consent_purpose_versions is
  'definer functions may read every row (authz.tg_consents__version: until when a consent holds; public.consent_receipt: what was consented to; audit.seal_table, audit.sealed_records: what is sealed is the whole row). [N-45, S-20]';

create policy definer_insert on public.consent_purpose_versions
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on public.consent_purpose_versions is
  'definer functions may create every row (authz.tg_consent_purposes__first_version: a purpose is born with its text). [N-48]';

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
  with check ((select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'consent_purposes', 'INSERT', 'detailed')));
comment on policy internal_ops_insert on public.consent_purposes is
  'admin of operations may create rows. [N-48]';

create policy internal_ops_update on public.consent_purposes
  for update to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'consent_purposes', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  )
  with check (
    (select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'consent_purposes', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  );
comment on policy internal_ops_update on public.consent_purposes is
  'admin of operations may change rows that are not archived. [N-48]';

create policy definer_select on public.consent_purposes
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.consent_purposes is
  'definer functions may read every row (public.set_context: refuses a purpose that does not exist; authz.tg_consents__version: the text that a consent is to, and the bases that the law gives it). [N-12, N-45, N-48]';

create policy definer_update on public.consent_purposes
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.consent_purposes is
  'definer functions may change every row (authz.tg_consent_purpose_versions__number: counts the versions, and is the lock that consents wait for). [N-45, N-48]';

create policy anon_select on public.consent_purposes
  for select to anon
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy anon_select on public.consent_purposes is
  'anybody may read rows that are not archived. [N-17, N-48]';

create policy provider_fence on public.consents
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'consents', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'consents', 'SELECT', 'basic')));
comment on policy provider_fence on public.consents is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only clinic_admin, doctor, nurse, assistant or receptionist of the current organisation. [N-24, S-02, S-03, S-04]';

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
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'consents', 'SELECT', 'basic')));
comment on policy provider_select on public.consents is
  'clinic_admin, doctor, nurse, assistant or receptionist of the current organisation may read rows that are not archived and of an active patient. [N-02, N-27, N-45, S-02]';

create policy provider_select_rows on public.consents
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );
comment on policy provider_select_rows on public.consents is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, N-27, N-45, S-02]';

create policy provider_insert on public.consents
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{doctor,nurse,receptionist}', '{}'), 'consents', 'INSERT', 'detailed')));
comment on policy provider_insert on public.consents is
  'doctor, nurse or receptionist of the current organisation may create rows that are proposed and of an active patient. [N-02, N-27, N-45, S-03]';

create policy provider_insert_rows on public.consents
  as restrictive for insert to authenticated
  with check (
    status = 'proposed'
    and patient_status = 'active'
  );
comment on policy provider_insert_rows on public.consents is
  'Whatever another policy allows, staff create only rows that the comment of provider_insert names. [N-02, N-27, N-45, S-03]';

create policy patient_select on public.consents
  for select to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'consents', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.consents is
  'a patient may read rows that are their own and not archived. [N-15, N-45]';

create policy patient_update on public.consents
  for update to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'consents', 'UPDATE', 'detailed'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  )
  with check (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'consents', 'UPDATE', 'detailed'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_update on public.consents is
  'a patient may change rows that are their own and not archived. [N-15, N-45, N-50]';

create policy definer_select on public.consents
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.consents is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.treatment_consent_until, authz.transfer_consent_until, authz.refuses_emergency: what a consent in force says; public.sign_form: what a form carries; public.withdraw_consent, public.consent_receipt). [N-08, N-45, N-50]';

create policy definer_insert on public.consents
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on public.consents is
  'definer functions may create every row (public.rely_on_legal_basis: the only hand that records another legal basis). [N-45]';

create policy definer_update on public.consents
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.consents is
  'definer functions may change every row (authz.tg_patients__project: what hangs on a patient is hidden with the patient; public.sign_form, public.terminate_form: what a form carries; public.withdraw_consent; authz.tg_consents__version, authz.tg_consent_purpose_versions__supersede: a later text ends consents to the one before; authz.tg_consent_purposes__narrowed, authz.tg_subject_requests__objection: what may not go on ends). [N-27, N-45, N-50]';

create or replace trigger _085_words
  before insert or update on public.consent_purpose_versions
  for each row
  execute function authz.tg__words('consent_purpose_versions', 'description', '1');
alter table public.consent_purpose_versions enable always trigger _085_words;
comment on trigger _085_words on public.consent_purpose_versions is
  'Refuses a text to consent to that nobody sees. [N-45]';

create or replace trigger _020_append_only
  before update or delete on public.consent_purpose_versions
  for each row
  execute function authz.tg__append_only('consent_purpose_versions');
alter table public.consent_purpose_versions enable always trigger _020_append_only;
comment on trigger _020_append_only on public.consent_purpose_versions is
  'Refuses to change or delete, the owner included. [N-45, S-20]';

create or replace trigger _021_no_truncate
  before truncate on public.consent_purpose_versions
  for each statement
  execute function authz.tg__append_only('consent_purpose_versions');
alter table public.consent_purpose_versions enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on public.consent_purpose_versions is
  'Refuses to empty the table, the owner included. [N-45, S-20]';

create or replace trigger _086_lists
  before insert or update on public.consent_purpose_versions
  for each row
  when (
    array_ndims(new.data_categories) > 1 or cardinality(new.data_categories) > 50 or array_position(new.data_categories, null) is not null
    or array_ndims(new.recipients) > 1 or cardinality(new.recipients) > 50 or array_position(new.recipients, null) is not null
  )
  execute function authz.tg__lists('consent_purpose_versions', 'data_categories', 'recipients');
alter table public.consent_purpose_versions enable always trigger _086_lists;
comment on trigger _086_lists on public.consent_purpose_versions is
  'Refuses lists of lists, which a receipt would repeat. [N-45]';

create or replace trigger _300_number
  before insert on public.consent_purpose_versions
  for each row
  execute function authz.tg_consent_purpose_versions__number();
alter table public.consent_purpose_versions enable always trigger _300_number;
comment on trigger _300_number on public.consent_purpose_versions is
  'Numbers the version; it takes effect neither in the past nor before the one it follows. [N-48]';

create or replace trigger _500_supersede
  after insert on public.consent_purpose_versions
  for each row
  execute function authz.tg_consent_purpose_versions__supersede();
alter table public.consent_purpose_versions enable always trigger _500_supersede;
comment on trigger _500_supersede on public.consent_purpose_versions is
  'Ends consents to earlier texts from the moment that a material change takes effect. [N-45, N-48]';

create or replace trigger _085_words
  before insert or update on public.consent_purposes
  for each row
  execute function authz.tg__words('consent_purposes', 'description', '1');
alter table public.consent_purposes enable always trigger _085_words;
comment on trigger _085_words on public.consent_purposes is
  'Refuses a text to consent to that nobody sees. [N-45]';

create or replace trigger _500_first_version
  after insert on public.consent_purposes
  for each row
  execute function authz.tg_consent_purposes__first_version();
alter table public.consent_purposes enable always trigger _500_first_version;
comment on trigger _500_first_version on public.consent_purposes is
  'Writes the first version of a new purpose. [N-48]';

create or replace trigger _015_read_committed
  before insert or update on public.consent_purposes
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.consent_purposes enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.consent_purposes is
  'Says what is consented to, in the newest snapshot alone: an older one shows who may write as they were. [N-16, N-45]';

create or replace trigger _105_transition
  before insert or update on public.consents
  for each row
  execute function authz.tg_consents__transition();
alter table public.consents enable always trigger _105_transition;
comment on trigger _105_transition on public.consents is
  'Holds a consent to its states and keeps its terms unchanged. [N-50]';

create or replace trigger _080_no_secrets
  before insert or update on public.consents
  for each row
  execute function authz.tg__no_secrets('consents', 'withdrawal_reason', 'justification');
alter table public.consents enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.consents is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _107_version
  before insert or update on public.consents
  for each row
  execute function authz.tg_consents__version();
alter table public.consents enable always trigger _107_version;
comment on trigger _107_version on public.consents is
  'Says which text a consent is to, how it was given, and when a material change ends it. [N-45, N-48]';

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

create or replace trigger _700_patient_status_kept
  after insert on public.consents
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.consents enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.consents is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _520_disclosure
  after insert or update on public.consents
  for each row
  when (new.purpose = 'ops_handoff' and new.status = 'active' and new.archived_at is null)
  execute function authz.tg_consents__disclosure();
alter table public.consents enable always trigger _520_disclosure;
comment on trigger _520_disclosure on public.consents is
  'Writes down that operations were shown the chart of a patient whose case they hold. [N-37, N-45]';

create or replace trigger _100_stamp
  before insert or update on public.consent_purposes
  for each row
  execute function authz.tg__stamp();
alter table public.consent_purposes enable always trigger _100_stamp;
comment on trigger _100_stamp on public.consent_purposes is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _105_counted
  before insert or update on public.consent_purposes
  for each row
  execute function authz.tg_consent_purposes__counted();
alter table public.consent_purposes enable always trigger _105_counted;
comment on trigger _105_counted on public.consent_purposes is
  'Keeps the number of the text in force, and the bases of the law, out of every hand. [N-45, N-48]';

create or replace trigger _510_narrowed
  after update on public.consent_purposes
  for each row
  when (old.version = new.version)
  execute function authz.tg_consent_purposes__narrowed();
alter table public.consent_purposes enable always trigger _510_narrowed;
comment on trigger _510_narrowed on public.consent_purposes is
  'Ends what goes on under a basis that the law does not give the purpose. [N-45, N-48]';

create or replace trigger _900_stamped
  after insert on public.consent_purposes
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.consent_purposes enable always trigger _900_stamped;
comment on trigger _900_stamped on public.consent_purposes is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.consent_purposes
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.consent_purposes enable always trigger _901_stamped;
comment on trigger _901_stamped on public.consent_purposes is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _100_stamp
  before insert or update on public.consent_purpose_versions
  for each row
  execute function authz.tg__stamp();
alter table public.consent_purpose_versions enable always trigger _100_stamp;
comment on trigger _100_stamp on public.consent_purpose_versions is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _900_stamped
  after insert on public.consent_purpose_versions
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.consent_purpose_versions enable always trigger _900_stamped;
comment on trigger _900_stamped on public.consent_purpose_versions is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.consent_purpose_versions
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.consent_purpose_versions enable always trigger _901_stamped;
comment on trigger _901_stamped on public.consent_purpose_versions is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

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

create or replace trigger _890_lasting
  before update on public.consents
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('consents');
alter table public.consents enable always trigger _890_lasting;
comment on trigger _890_lasting on public.consents is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.consents
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.consents enable always trigger _900_stamped;
comment on trigger _900_stamped on public.consents is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.consents
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.consents enable always trigger _901_stamped;
comment on trigger _901_stamped on public.consents is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

grant select on public.consent_purpose_versions to authenticated;
grant
  select (actor_kind, archived_at, archived_by_user_id, created_at, created_by_user_id, data_categories, description, is_material, purpose, recipients, retention, takes_effect_at, updated_at, updated_by_user_id, version),
  insert (description, purpose)
  on public.consent_purpose_versions to cordon_definer;
grant
  select,
  insert (data_categories, description, is_material, purpose, recipients, retention, takes_effect_at)
  on public.consent_purpose_versions to internal_ops;
grant select on public.consent_purpose_versions to patient;
grant select on public.consent_purpose_versions to service_role;

grant select on public.consent_purposes to authenticated;
grant
  select (allowed_bases, archived_at, purpose, version),
  update (version)
  on public.consent_purposes to cordon_definer;
grant
  select,
  insert (alias, description, purpose),
  update (alias, archived_at, description)
  on public.consent_purposes to internal_ops;
grant select on public.consent_purposes to patient;
grant select, insert, update on public.consent_purposes to service_role;
grant select (description, purpose) on public.consent_purposes to anon;

grant
  select,
  insert (break_glass_allowed, expires_at, id, legal_basis, organisation_id, patient_id, purpose, signed_form_id, status)
  on public.consents to authenticated;
grant
  select (archived_at, break_glass_allowed, created_at, created_by_user_id, expires_at, given_as, given_at, given_by_user_id, given_how, id, last_status_change_at, last_status_change_by_user_id, legal_basis, organisation_id, patient_id, patient_status, purpose, purpose_version, signed_form_id, status, superseded_at, withdrawn_at),
  insert (justification, legal_basis, organisation_id, patient_id, purpose, status),
  update (patient_status, status, superseded_at, withdrawal_reason)
  on public.consents to cordon_definer;
grant select, update (status) on public.consents to patient;
grant select, insert, update on public.consents to service_role;

grant select on public.processing_without_consent to authenticated;
grant select on public.processing_without_consent to patient;
grant select on public.processing_without_consent to service_role;

-- migrate:down
