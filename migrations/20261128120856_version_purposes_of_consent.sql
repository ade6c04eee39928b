-- migrate:up
-- Why: a consent is to a text: purposes carry versions, and a material change ends consents to the one before (LGPD art. 8 par. 6)
-- Side: operations
-- Access: +13 grants, +12 policies, 10 definer functions
--   ~ authz.is_handed_over is written, and runs with the rights of its owner
--   ~ authz.lock_chart is written, and runs with the rights of its owner
--   ~ authz.transfer_consent_until is written, and runs with the rights of its owner
--   ~ authz.recall_shares is written, and runs with the rights of its owner
--   ~ authz.treatment_consent_until is written, and runs with the rights of its owner
--   ~ authz.tg_consent_purpose_versions__number is written, and runs with the rights of its owner
--   ~ authz.tg_consent_purpose_versions__supersede is written, and runs with the rights of its owner
--   ~ authz.tg_consent_purposes__first_version is written, and runs with the rights of its owner
--   ~ authz.tg_consents__project is written, and runs with the rights of its owner
--   ~ authz.tg_consents__version is written, and runs with the rights of its owner
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
--   + policy definer_update on public.consent_purposes: update to cordon_definer, WITHOUT a condition
--   + policy definer_insert on public.consents: insert to cordon_definer, WITHOUT a condition
--   + authenticated may select on public.consent_purpose_versions
--   + cordon_definer may select (15 columns), insert (description, purpose) on public.consent_purpose_versions
--   + internal_ops may select, insert (7 columns) on public.consent_purpose_versions
--   + patient may select on public.consent_purpose_versions
--   + service_role may select on public.consent_purpose_versions
--   + cordon_definer may select (archived_at, version), update (version) on public.consent_purposes
--   + cordon_definer may select (created_at, given_at, given_how, purpose_version, superseded_at, withdrawn_at), insert (justification, legal_basis, organisation_id, patient_id, purpose, status), update (superseded_at, withdrawal_reason) on public.consents
--   + authenticated may update (legal_bases, privacy_contact) on public.organisation_settings
--   + cordon_definer may select (legal_bases, privacy_contact) on public.organisation_settings
--   + cordon_definer may select (country, name, regime) on public.organisations
--   + authenticated may select on public.processing_without_consent
--   + patient may select on public.processing_without_consent
--   + service_role may select on public.processing_without_consent
--   widens: admin can now add to public.consent_purpose_versions (7 of 15 columns), as operators
--   widens: admin can now read public.organisation_settings (legal_bases, privacy_contact) too
--   widens: assistant, clinic_admin, doctor, nurse and receptionist can now read public.consents (purpose_version, given_at, given_how, superseded_at, withdrawal_reason, justification) too
--   widens: authz.is_handed_over(text, uuid, uuid), which 2 functions and 8 policies ask, has another text
--   widens: authz.lock_chart(uuid, uuid), which 1 function and 5 triggers ask, has another text
--   widens: authz.tg_consent_purposes__first_version() is new, which 1 trigger asks
--   widens: authz.tg_consents__project(), which 1 trigger asks, has another text
--   widens: authz.tg_consents__transition(), which 1 trigger asks, has another text
--   widens: authz.tg_consents__version() is new, which 1 trigger asks
--   widens: authz.transfer_consent_until(uuid, uuid), which 1 function and 1 trigger ask, has another text
--   widens: authz.treatment_consent_until(uuid, uuid), which 3 triggers ask, has another text
--   widens: clinic staff can now read public.consent_purpose_versions, where its policies let them
--   widens: clinic staff can now read public.consent_purposes (version) too
--   widens: clinic staff can now read public.organisation_settings (legal_bases, privacy_contact) too
--   widens: clinic_admin can now change public.organisation_settings (legal_bases, privacy_contact) too
--   widens: operations can now read public.consent_purpose_versions, as operators
--   widens: operations can now read public.consent_purposes (version) too
--   widens: ops_agent can now read public.consents (purpose_version, given_at, given_how, superseded_at, withdrawal_reason, justification) too
--   widens: our definer functions can now add to public.consent_purpose_versions (purpose, description), every row
--   widens: our definer functions can now add to public.consents (organisation_id, patient_id, purpose, status, legal_basis, justification), every row of every organisation
--   widens: our definer functions can now change public.consent_purposes (version), every row
--   widens: our definer functions can now change public.consents (superseded_at, withdrawal_reason) too
--   widens: our definer functions can now read public.consent_purpose_versions, every row
--   widens: our definer functions can now read public.consent_purposes (archived_at, version) too
--   widens: our definer functions can now read public.consents (withdrawn_at, created_at, purpose_version, given_at, given_how, superseded_at) too
--   widens: our definer functions can now read public.organisation_settings (legal_bases, privacy_contact) too
--   widens: our definer functions can now read public.organisations (name, country, regime) too
--   widens: patients can now read public.consent_purpose_versions, where its policies let them
--   widens: patients can now read public.consent_purposes (version) too
--   widens: patients can now read public.consents (purpose_version, given_at, given_how, superseded_at, withdrawal_reason, justification) too
--   widens: the service role can now add to public.consent_purposes (version) too
--   widens: the service role can now add to public.consents (purpose_version, given_at, given_how, superseded_at, withdrawal_reason, justification) too
--   widens: the service role can now add to public.organisation_settings (legal_bases, privacy_contact) too
--   widens: the service role can now change public.consent_purposes (version) too
--   widens: the service role can now change public.consents (purpose_version, given_at, given_how, superseded_at, withdrawal_reason, justification) too
--   widens: the service role can now change public.organisation_settings (legal_bases, privacy_contact) too
--   widens: the service role can now read public.consent_purpose_versions, every row
--   widens: the service role can now read public.consent_purposes (version) too
--   widens: the service role can now read public.consents (purpose_version, given_at, given_how, superseded_at, withdrawal_reason, justification) too
--   widens: the service role can now read public.organisation_settings (legal_bases, privacy_contact) too
--   widens: the trigger _107_version now guards public.consents
--   widens: the trigger _500_first_version now guards public.consent_purposes
-- Locks: 4 existing tables, until the migration commits
--   ACCESS EXCLUSIVE public.consent_purposes
--   ACCESS EXCLUSIVE public.consents
--   ACCESS EXCLUSIVE public.organisation_settings
--   ROW EXCLUSIVE governance.classification

set local lock_timeout = '5s';
set local statement_timeout = '60s';

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
  'From when on it holds; stamped to now where it would lie in the past, and never before the version it follows.';
alter table public.consent_purpose_versions enable row level security;
alter table public.consent_purpose_versions force row level security;

insert into governance.classification (schema_name, table_name, level, domain, retention)
values ('public', 'consent_purpose_versions', 'PUBLIC', 'ops', 'general');

-- squawk-ignore prefer-bigint-over-int
alter table public.consent_purposes add column version integer not null default 0;
comment on column public.consent_purposes.version is 'Newest version of its text; kept by consent_purpose_versions.';
comment on column public.consent_purposes.description is 'Its name for people. What is consented to is the text of a version.';

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
-- Purposes of operations' own, of which this file knows no more than their text.
insert into public.consent_purpose_versions (purpose, version, description)
select p.purpose, 1, p.description
from public.consent_purposes as p
where not exists (select from public.consent_purpose_versions as v where v.purpose = p.purpose);
update public.consent_purposes set version = 1;

-- What a consent is to, and how long it holds.
alter table public.consents
  -- squawk-ignore prefer-bigint-over-int
  add column purpose_version integer not null default 1,
  add column given_at timestamptz,
  add column given_how text constraint consents_given_how_check check (given_how in ('portal', 'signed_form', 'recorded')),
  add column superseded_at timestamptz,
  add column withdrawal_reason text constraint consents_withdrawal_reason_check
    check (withdrawal_reason is null or (status = 'withdrawn' and length(withdrawal_reason) <= 500)),
  add column justification text constraint consents_justification_check
    check (justification is null or (legal_basis <> 'consent' and length(justification) between 20 and 2000));
-- Constraint and index come with the columns they are about, in one lock: a clinic has as many consents as patients.
alter table public.consents
  -- squawk-ignore adding-foreign-key-constraint, constraint-missing-not-valid
  add constraint consents_purpose_purpose_version_fkey
    foreign key (purpose, purpose_version) references public.consent_purpose_versions (purpose, version) on delete restrict;
-- squawk-ignore require-concurrent-index-creation
create index consents_purpose_purpose_version_idx on public.consents (purpose, purpose_version);
-- squawk-ignore require-concurrent-index-deletion
drop index public.consents_purpose_idx;
comment on column public.consents.purpose_version is 'The text consented to: the newest when it was proposed; stamped. [N-45]';
comment on column public.consents.given_at is 'Stamped when it came into force; NULL before, and where that was not recorded yet. [N-45]';
comment on column public.consents.given_how is
  'portal: the patient, on their login. signed_form: by the signature of its form. recorded: by the server, or on another legal basis.';
comment on column public.consents.superseded_at is
  'When a material change of its purpose ends it; computed, NULL where none was announced. [N-45]';
comment on column public.consents.withdrawal_reason is 'How staff were asked to withdraw it, or why; patients need not say.';
comment on column public.consents.justification is 'Why the organisation relies on another legal basis than consent (LGPD art. 11 II).';

-- On what else than consent an organisation relies, and whom a patient writes to.
alter table public.organisation_settings
  add column legal_bases text[] not null default '{consent}' constraint organisation_settings_legal_bases_check check (
    legal_bases <@ '{consent,health_protection,vital_interest,legal_obligation}'::text[] and 'consent' = any (legal_bases)
  ),
  add column privacy_contact text constraint organisation_settings_privacy_contact_check
    check (length(privacy_contact) between 3 and 200);
comment on column public.organisation_settings.legal_bases is
  'Legal bases that the organisation relies on for health data; consent alone unless it says otherwise (LGPD art. 11 II). [N-45]';
comment on column public.organisation_settings.privacy_contact is 'How to reach who answers for privacy (LGPD art. 41); on every consent receipt.';

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

-- authz.is_handed_over: whether operations hold a row: by its case, by a case of its patient, by one of whoever lies in the bed. A chart
-- takes the patient's consent to the handoff as well.
create or replace function authz.is_handed_over(kind text, organisation_id uuid, id uuid)
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return case kind
    when 'case' then exists (
      select
      from authz.handed_over_cases as h
      where h.organisation_id = is_handed_over.organisation_id
        and h.id = is_handed_over.id
    )
    when 'bed' then exists (
      select
      from public.admissions as a
      join authz.handed_over_cases as h on h.organisation_id = a.organisation_id and h.id = a.case_id
      where a.organisation_id = is_handed_over.organisation_id
        and a.bed_id = is_handed_over.id
        and a.status = 'admitted'
        and a.archived_at is null
    )
    when 'patient' then exists (
      select
      from authz.handed_over_cases as h
      where h.organisation_id = is_handed_over.organisation_id
        and h.patient_id = is_handed_over.id
    )
    when 'consenting_patient' then exists (
      select
      from authz.handed_over_cases as h
      join public.consents as c on c.organisation_id = h.organisation_id and c.patient_id = h.patient_id
      where h.organisation_id = is_handed_over.organisation_id
        and h.patient_id = is_handed_over.id
        and c.purpose = 'ops_handoff'
        and c.status = 'active'
        and c.archived_at is null
        and least(c.expires_at, c.superseded_at, 'infinity') > authz.now()
    )
    else false
  end;
end
$$;

-- authz.lock_chart: for who writes what a consent gates: the patient, then their consents, so that the row follows or precedes every change of
-- either. Whoever changes a consent holds it and needs nothing of the patient: with the patient first there, two would wait for each other.
create or replace function authz.lock_chart(organisation_id uuid, patient_id uuid)
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
  order by c.created_at desc, c.id desc -- as a consent to a later text meets the one that it takes the place of
  for share;
end
$$;

-- authz.transfer_consent_until: the moment up to which a patient lets those who drive them know who they are.
create or replace function authz.transfer_consent_until(organisation_id uuid, patient_id uuid)
  returns timestamptz
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select max(least(c.expires_at, c.superseded_at, 'infinity'))
    from public.consents as c
    where c.organisation_id = transfer_consent_until.organisation_id
      and c.patient_id = transfer_consent_until.patient_id
      and c.purpose = 'transfer_disclosure'
      and c.status = 'active'
      and c.archived_at is null
  );
end
$$;

-- authz.recall_shares: what was handed out under a consent is taken back in the transaction that ends it (N-50): the one place for whatever
-- leaves the rows of a patient, whoever holds it: names in jobs of transport companies, and tickets that open documents.
create or replace function authz.recall_shares(organisation_id uuid, patient_id uuid, purpose text)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- Who drives learns no longer who is driven.
  if recall_shares.purpose = 'transfer_disclosure' then
    perform authz.forget_passengers(
      recall_shares.organisation_id, recall_shares.patient_id,
      coalesce(authz.transfer_consent_until(recall_shares.organisation_id, recall_shares.patient_id), '-infinity')
    );
  end if;
end
$$;
comment on function authz.recall_shares(uuid, uuid, text) is
  'Takes back what was shared of a patient for a purpose, as far as no consent in force covers it any more. [N-24, N-50]';
alter function authz.recall_shares(uuid, uuid, text) owner to cordon_definer;
revoke all on function authz.recall_shares(uuid, uuid, text) from public;

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
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-45", "S-03"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02"]},
    {"realm": "internal_ops", "operation": "INSERT", "roles": ["admin"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02"]},
    {"realm": "internal_ops", "operation": "UPDATE", "roles": ["admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02"]}
  ]}';
end
$$;

-- authz.treatment_consent_until: the moment up to which a patient's consent to treatment holds; the one definition
-- behind every treatment_consent_until. A consent without expiry holds until it is withdrawn.
create or replace function authz.treatment_consent_until(organisation_id uuid, patient_id uuid)
  returns timestamptz
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select max(least(c.expires_at, c.superseded_at, 'infinity'))
    from public.consents as c
    where c.organisation_id = treatment_consent_until.organisation_id
      and c.patient_id = treatment_consent_until.patient_id
      and c.purpose = 'treatment'
      and c.status = 'active'
      and c.archived_at is null
  );
end
$$;

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

-- authz.tg_consents__project: carries the state of consents onto the rows they gate, in the same transaction, so that
-- the policy compares a column of the row itself (1.06 of no gate, measured) and a withdrawal bites at once.
create or replace function authz.tg_consents__project()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- What is new meets rows that are made at this moment at the patient; what changes meets them at the consent itself: see lock_chart.
  if tg_op = 'INSERT' then
    perform authz.lock_patient(new.organisation_id, new.patient_id);
  end if;
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
  perform authz.recall_shares(new.organisation_id, new.patient_id, new.purpose);
  return null;
end
$$;

-- authz.tg_consents__transition: proposed -> active -> withdrawn | expired; proposed -> rejected; a mistake becomes
-- entered_in_error. Terminal states are immutable. What was consented to never changes: consent again instead.
create or replace function authz.tg_consents__transition()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
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
    if new.signed_form_id is not null and old.status = 'proposed' and new.status = 'active' and current_user <> 'cordon_definer' then
      raise exception 'this consent is given by signing its form'
        using errcode = 'CD005', hint = 'sign_form signs the form, and puts what it carries into force.';
    end if;
    new.withdrawn_at := case
      when new.status = 'withdrawn' and old.status <> 'withdrawn' then clock_timestamp()
      else old.withdrawn_at
    end;
  else
    if new.legal_basis <> 'consent' and current_user = 'authenticated' then
      raise exception 'staff propose consents, and no other legal basis'
        using errcode = 'CD005', hint = 'The privacy officer records another one: rely_on_legal_basis.';
    end if;
    new.withdrawn_at := null;
  end if;
  return new;
end
$$;

-- authz.tg_consents__version: which text a consent is to, when and how it was given, and when a material change of the purpose ends it (LGPD
-- art. 8 par. 6). A consent to a later text takes the place of the one before it. A new consent waits for a version that is being written, by the
-- row of the purpose; one that changes is met by that version's own update.
create or replace function authz.tg_consents__version()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_is_given constant boolean := new.status = 'active' and (tg_op = 'INSERT' or old.status <> 'active');
begin
  if tg_op = 'INSERT' then
    if authz.is_out_of_reach(new.organisation_id) then
      return new;
    end if;
    select p.version
      into new.purpose_version
      from public.consent_purposes as p
     where p.purpose = new.purpose
    for share;
    new.purpose_version := coalesce(new.purpose_version, 1); -- the foreign key says what no purpose is
    new.given_at := null;
    new.given_how := null;
  else
    new.purpose_version := old.purpose_version;
    new.given_at := old.given_at;
    new.given_how := old.given_how;
  end if;
  new.superseded_at := (
    select min(v.takes_effect_at)
    from public.consent_purpose_versions as v
    where v.purpose = new.purpose
      and v.version > new.purpose_version
      and v.is_material
  );
  if v_is_given then
    if new.superseded_at <= authz.now() then
      raise exception 'the purpose has changed since this consent was proposed'
        using errcode = 'CD005', hint = 'Propose it again: a consent is to the text in force.';
    end if;
    new.given_at := clock_timestamp();
    new.given_how := case
      when new.legal_basis <> 'consent' then 'recorded'
      when new.signed_form_id is not null then 'signed_form'
      when authz.acting_realm() = 'patient' then 'portal'
      else 'recorded'
    end;
    update public.consents as c
       set status = 'expired'
     where c.organisation_id = new.organisation_id
       and c.patient_id = new.patient_id
       and c.purpose = new.purpose
       and c.purpose_version < new.purpose_version
       and c.status = 'active'
       and c.archived_at is null
       and c.id <> new.id;
  end if;
  return new;
end
$$;
comment on function authz.tg_consents__version() is
  'Stamps purpose_version, given_at, given_how and superseded_at; a consent to a later text expires the earlier one. CD005 for who consents to a text that is over. [N-45, N-48]';
alter function authz.tg_consents__version() owner to cordon_definer;
revoke all on function authz.tg_consents__version() from public;

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
  with check ((select authz.is_operator('{admin}')));
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

comment on policy definer_select on public.consent_purposes is
  'definer functions may read every row (public.set_context: refuses a purpose that does not exist; authz.tg_consents__version: the text that a consent is to). [N-12, N-45, N-48]';

create policy definer_update on public.consent_purposes
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.consent_purposes is
  'definer functions may change every row (authz.tg_consent_purpose_versions__number: counts the versions, and is the lock that consents wait for). [N-45, N-48]';

comment on policy definer_select on public.consents is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.treatment_consent_until, authz.transfer_consent_until, authz.refuses_emergency: what a consent in force says; public.sign_form: what a form carries; public.withdraw_consent, public.consent_receipt). [N-08, N-45, N-50]';

create policy definer_insert on public.consents
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on public.consents is
  'definer functions may create every row (public.rely_on_legal_basis: the only hand that records another legal basis). [N-45]';

comment on policy definer_update on public.consents is
  'definer functions may change every row (authz.tg_patients__project: what hangs on a patient is hidden with the patient; public.sign_form, public.terminate_form: what a form carries; public.withdraw_consent; authz.tg_consents__version, authz.tg_consent_purpose_versions__supersede: a later text ends consents to the one before). [N-27, N-45, N-50]';

comment on policy provider_update on public.organisation_settings is
  'clinic_admin of the current organisation may change rows that are not archived. [N-02, N-45, S-03]';

comment on policy provider_update_rows on public.organisation_settings is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, N-45, S-03]';

comment on policy definer_select on public.organisation_settings is
  'definer functions may read every row (authz.is_within_hours: the hours that the organisation has set for itself; public.rely_on_legal_basis: the bases that it relies on; public.consent_receipt: whom to write to; authz.simulate: explains a decision by what it depends on). [N-08, N-28, N-45]';

comment on policy definer_select on public.organisations is
  'definer functions may read every row (authz.live_memberships, authz.live_patient_accounts: an archived organisation opens nothing; authz.is_within_hours: its clock; public.dispatch_transfer: whether it drives; public.consent_receipt: who controls the data; authz.simulate: explains a decision by what it depends on). [N-08, N-16, N-22]';

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

create or replace trigger _500_first_version
  after insert on public.consent_purposes
  for each row
  execute function authz.tg_consent_purposes__first_version();
alter table public.consent_purposes enable always trigger _500_first_version;
comment on trigger _500_first_version on public.consent_purposes is
  'Writes the first version of a new purpose. [N-48]';

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

grant select (archived_at, version), update (version) on public.consent_purposes to cordon_definer;

grant
  select (created_at, given_at, given_how, purpose_version, superseded_at, withdrawn_at),
  insert (justification, legal_basis, organisation_id, patient_id, purpose, status),
  update (superseded_at, withdrawal_reason)
  on public.consents to cordon_definer;

grant update (legal_bases, privacy_contact) on public.organisation_settings to authenticated;
grant select (legal_bases, privacy_contact) on public.organisation_settings to cordon_definer;

grant select (country, name, regime) on public.organisations to cordon_definer;

grant select on public.processing_without_consent to authenticated;
grant select on public.processing_without_consent to patient;
grant select on public.processing_without_consent to service_role;

-- migrate:down
