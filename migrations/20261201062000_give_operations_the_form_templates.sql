-- migrate:up
-- Why: operations write the texts that are signed; their rules come before those of clinics and patients.
-- Side: operations
-- Access: +10 grants, +20 policies, 3 definer functions
--   + cordon_definer may execute function authz.rules_form_templates()
--   + cordon_definer may execute function authz.rules_signed_form_evidence()
--   + cordon_definer may execute function authz.rules_signed_forms()
--   ~ authz.tg_consents__form is written, and runs with the rights of its owner
--   ~ authz.tg_form_templates__fixed is written, and runs with the rights of its owner
--   ~ authz.tg_signed_forms__activity is written, and runs with the rights of its owner
--   + policy provider_fence on public.form_templates: restrictive, all to authenticated
--   + policy patient_fence on public.form_templates: restrictive, all to patient
--   + policy internal_ops_fence on public.form_templates: restrictive, all to internal_ops
--   + policy anon_fence on public.form_templates: restrictive, all to anon
--   + policy internal_ops_select on public.form_templates: select to internal_ops
--   + policy internal_ops_insert on public.form_templates: insert to internal_ops
--   + policy internal_ops_update on public.form_templates: update to internal_ops
--   + policy definer_select on public.form_templates: select to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.signed_form_evidence: restrictive, all to authenticated
--   + policy patient_fence on public.signed_form_evidence: restrictive, all to patient
--   + policy internal_ops_fence on public.signed_form_evidence: restrictive, all to internal_ops
--   + policy anon_fence on public.signed_form_evidence: restrictive, all to anon
--   + policy definer_select on public.signed_form_evidence: select to cordon_definer, WITHOUT a condition
--   + policy definer_insert on public.signed_form_evidence: insert to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.signed_forms: restrictive, all to authenticated
--   + policy patient_fence on public.signed_forms: restrictive, all to patient
--   + policy internal_ops_fence on public.signed_forms: restrictive, all to internal_ops
--   + policy anon_fence on public.signed_forms: restrictive, all to anon
--   + policy definer_select on public.signed_forms: select to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.signed_forms: update to cordon_definer, WITHOUT a condition
--   + cordon_definer may select (10 columns) on public.form_templates
--   + internal_ops may select, insert (8 columns), update (archived_at) on public.form_templates
--   + service_role may select, insert, update on public.form_templates
--   + cordon_definer may select (15 columns), insert (8 columns) on public.signed_form_evidence
--   + service_role may select on public.signed_form_evidence
--   + cordon_definer may select (21 columns), update (13 columns) on public.signed_forms
--   + service_role may select on public.signed_forms
-- Locks: 6 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE public.cases
--   SHARE ROW EXCLUSIVE public.consents
--   SHARE ROW EXCLUSIVE public.documents
--   SHARE ROW EXCLUSIVE public.patients
--   ROW EXCLUSIVE authz.state_transitions
--   ROW EXCLUSIVE governance.classification

set local lock_timeout = '5s';
set local statement_timeout = '60s';

insert into authz.state_transitions (table_name, from_state, to_state, realms)
values
  ('signed_forms', null, 'draft', null),
  ('signed_forms', 'draft', 'active', null),
  ('signed_forms', 'active', 'terminated', null);

-- public.form_templates: the texts that are signed, version by version. Of no tenant: operations write them for every clinic.
create table public.form_templates (
  id uuid not null default authz.uuid_v7(),
  kind text not null,
  code text not null,
  -- squawk-ignore prefer-bigint-over-int
  version integer not null,
  language text not null,
  title text not null,
  body text not null,
  body_sha256 text not null,
  purposes text[] not null default '{}',
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint form_templates_pkey primary key (id),
  constraint form_templates_code_language_version_key unique (code, language, version),
  constraint form_templates_kind_check check (kind in ('consent', 'financial', 'aob')),
  constraint form_templates_code_check check (code ~ '^[a-z][a-z0-9_]{0,39}$'),
  constraint form_templates_version_check check (version > 0),
  constraint form_templates_language_check check (language ~ '^[a-z]{2,3}(-[A-Z]{2})?$'),
  constraint form_templates_title_check check (length(btrim(title)) between 1 and 200),
  constraint form_templates_body_check check (length(btrim(body)) between 1 and 100000),
  -- What a signature may open: a consent form says for which purposes, no other opens any.
  constraint form_templates_purposes_check check ((kind = 'consent') = (cardinality(purposes) > 0)),
  constraint form_templates_actor_kind_check check (actor_kind in ('user', 'system'))
);
comment on table public.form_templates is 'Texts of consent, financial and assignment-of-benefits forms. PUBLIC. [S-31]';
comment on column public.form_templates.kind is 'consent, financial, or aob (assignment of benefits).';
comment on column public.form_templates.body_sha256 is 'SHA-256 of body in UTF-8, hexadecimal; stamped. [S-31]';
comment on column public.form_templates.purposes is 'Purposes whose consents a form of it can carry. [N-45]';
alter table public.form_templates enable row level security;
alter table public.form_templates force row level security;

-- public.signed_forms: who agreed to which text, when. Signed once, terminated with a reason, altered never.
create table public.signed_forms (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  patient_id uuid not null,
  template_id uuid not null,
  case_id uuid,
  document_id uuid,
  status text not null default 'draft',
  capacity text not null default 'patient',
  typed_name text,
  meaning text,
  content text,
  content_sha256 text,
  signed_at timestamptz,
  signed_by_user_id uuid,
  witness_user_id uuid,
  terminated_at timestamptz,
  terminated_by_user_id uuid,
  termination_reason text,
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
  constraint signed_forms_pkey primary key (organisation_id, id),
  -- Target of consents and evidence: what a form carries is its patient's.
  constraint signed_forms_organisation_id_id_patient_id_key unique (organisation_id, id, patient_id),
  constraint signed_forms_organisation_id_patient_id_fkey
    foreign key (organisation_id, patient_id) references public.patients (organisation_id, id) on delete restrict,
  constraint signed_forms_organisation_id_case_id_patient_id_fkey
    foreign key (organisation_id, case_id, patient_id)
    references public.cases (organisation_id, id, patient_id) on delete restrict,
  -- What a form speaks of: the scan that it comes from, the policy that it assigns. Its digest is a part of what is signed.
  constraint signed_forms_organisation_id_document_id_patient_id_fkey
    foreign key (organisation_id, document_id, patient_id)
    references public.documents (organisation_id, id, patient_id) on delete restrict,
  constraint signed_forms_template_id_fkey
    foreign key (template_id) references public.form_templates (id) on delete restrict,
  constraint signed_forms_status_check check (status in ('draft', 'active', 'terminated')),
  constraint signed_forms_capacity_check check (capacity in ('patient', 'guardian', 'representative')),
  constraint signed_forms_meaning_check check (
    meaning in ('consent', 'acknowledgement', 'financial_responsibility', 'assignment_of_benefits')
  ),
  constraint signed_forms_typed_name_check check (length(typed_name) between 2 and 120),
  -- A signature is whole or not there; one person signs: on their own login, or before a witness.
  constraint signed_forms_signature_check check (
    case status
      when 'draft' then num_nonnulls(typed_name, meaning, content, content_sha256, signed_at, signed_by_user_id, witness_user_id) = 0
      else num_nulls(typed_name, meaning, content, content_sha256, signed_at) = 0
        and num_nonnulls(signed_by_user_id, witness_user_id) = 1
    end
  ),
  constraint signed_forms_termination_check check (
    case status
      when 'terminated' then num_nulls(terminated_at, terminated_by_user_id, termination_reason) = 0
      else num_nonnulls(terminated_at, terminated_by_user_id, termination_reason) = 0
    end
  ),
  constraint signed_forms_patient_status_check check (patient_status in ('active', 'inactive', 'archived')),
  constraint signed_forms_actor_kind_check check (actor_kind in ('user', 'system'))
);
-- One in force per patient, template and case; no case counts as one.
create unique index signed_forms_active_key
  on public.signed_forms (organisation_id, patient_id, template_id, case_id) nulls not distinct where status = 'active';
create index signed_forms_organisation_id_patient_id_idx on public.signed_forms (organisation_id, patient_id);
create index signed_forms_organisation_id_case_id_patient_id_idx
  on public.signed_forms (organisation_id, case_id, patient_id);
create index signed_forms_organisation_id_document_id_patient_id_idx
  on public.signed_forms (organisation_id, document_id, patient_id);
create index signed_forms_patient_id_idx on public.signed_forms (patient_id);
create index signed_forms_case_id_idx on public.signed_forms (case_id);
create index signed_forms_template_id_idx on public.signed_forms (template_id);
alter table public.signed_forms alter column organisation_id set (n_distinct = 100);
comment on table public.signed_forms is 'Signatures of patients. Evidence stands beside, in signed_form_evidence. PHI. [S-31, S-32, S-33]';
comment on column public.signed_forms.document_id is
  'The document that it speaks of, whose digest is signed with it; NULL where it speaks of none. [S-31]';
comment on column public.signed_forms.capacity is 'As whom they sign; of a portal login, what its account says.';
comment on column public.signed_forms.typed_name is 'As the signer typed it. [S-31]';
comment on column public.signed_forms.meaning is 'What the signature stands for (21 CFR 11.50).';
comment on column public.signed_forms.content is
  'What was signed, byte for byte: a JSON text of the template, the patient and the consents it carries. [S-31]';
comment on column public.signed_forms.content_sha256 is 'SHA-256 of content in UTF-8, hexadecimal. [S-31]';
comment on column public.signed_forms.signed_at is 'The server''s clock. [S-31]';
comment on column public.signed_forms.signed_by_user_id is 'The portal login that signed; NULL before a witness.';
comment on column public.signed_forms.witness_user_id is
  'Who of the clinic saw the patient sign; never who drew up the form or proposed what it carries.';
comment on column public.signed_forms.patient_status is
  'Projection of the patient, kept by trigger: archived, or the patient''s status. [N-27]';
alter table public.signed_forms enable row level security;
alter table public.signed_forms force row level security;

-- public.signed_form_evidence: from where a signature came. Apart, because addresses are for the officer.
create table public.signed_form_evidence (
  organisation_id uuid not null,
  id uuid not null,
  patient_id uuid not null,
  signed_ip inet,
  ip_source text not null,
  user_agent text,
  record text not null,
  record_sha256 text not null,
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint signed_form_evidence_pkey primary key (organisation_id, id),
  constraint signed_form_evidence_organisation_id_id_patient_id_fkey
    foreign key (organisation_id, id, patient_id)
    references public.signed_forms (organisation_id, id, patient_id) on delete restrict,
  constraint signed_form_evidence_ip_source_check check (ip_source in ('edge', 'unknown')),
  constraint signed_form_evidence_address_check check ((signed_ip is not null) = (ip_source = 'edge')),
  constraint signed_form_evidence_user_agent_check check (length(user_agent) <= 400),
  constraint signed_form_evidence_actor_kind_check check (actor_kind in ('user', 'system'))
);
alter table public.signed_form_evidence alter column organisation_id set (n_distinct = 100);
comment on table public.signed_form_evidence is 'Evidence of each signature, append-only, its owner included. [S-31, S-32]';
comment on column public.signed_form_evidence.ip_source is
  'edge: the header that the deployment trusts said so; unknown: there was none, and no address is believed. [S-32]';
comment on column public.signed_form_evidence.record is
  'The whole signature as one JSON text, byte for byte: digests, name, meaning, time, users, session, address. [S-31]';
comment on column public.signed_form_evidence.record_sha256 is
  'SHA-256 of record in UTF-8, hexadecimal: the receipt that the signer takes away. [S-31]';
alter table public.signed_form_evidence enable row level security;
alter table public.signed_form_evidence force row level security;

-- Consents that a form carries: in force by its signature, withdrawn by its termination.
alter table public.consents
  add constraint consents_organisation_id_signed_form_id_patient_id_fkey
    foreign key (organisation_id, signed_form_id, patient_id)
    references public.signed_forms (organisation_id, id, patient_id) on delete restrict not valid;
-- No form stands there yet: the scan compares nothing.
-- squawk-ignore constraint-missing-not-valid
alter table public.consents validate constraint consents_organisation_id_signed_form_id_patient_id_fkey;
-- squawk-ignore require-concurrent-index-creation
create index consents_organisation_id_signed_form_id_patient_id_idx
  on public.consents (organisation_id, signed_form_id, patient_id);

insert into governance.classification (schema_name, table_name, level, domain, retention, subjects)
values
  ('public', 'form_templates', 'PUBLIC', 'ops', 'consent', '{}'),
  ('public', 'signed_forms', 'INTERNAL', 'ops', 'consent', null),
  ('public', 'signed_form_evidence', 'RESTRICTED', 'ops', 'consent', null);

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

create or replace function authz.rules_form_templates()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "form_templates", "rowKey": "id", "tenantKey": null, "patientKey": null, "columns": ["archived_at", "id"], "fence": {"provider": ["everyone"], "patient": ["everyone"], "internal_ops": ["operator"], "anon": ["everyone"]}, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-31"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["S-31"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-31"]},
    {"realm": "internal_ops", "operation": "INSERT", "roles": ["admin"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["S-31"]},
    {"realm": "internal_ops", "operation": "UPDATE", "roles": ["admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["S-31"]},
    {"realm": "anon", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-17", "S-31"]}
  ]}';
end
$$;
comment on function authz.rules_form_templates() is
  'The access rules of form_templates, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_form_templates() from public;
grant execute on function authz.rules_form_templates() to cordon_definer;

create or replace function authz.rules_signed_form_evidence()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "signed_form_evidence", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "columns": ["archived_at", "id", "organisation_id", "patient_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": ["privacy_officer"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "comprehensive", "requirements": ["N-02", "S-02", "S-31"]}
  ]}';
end
$$;
comment on function authz.rules_signed_form_evidence() is
  'The access rules of signed_form_evidence, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_signed_form_evidence() from public;
grant execute on function authz.rules_signed_form_evidence() to cordon_definer;

create or replace function authz.rules_signed_forms()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "signed_forms", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "handedOverBy": "case", "handedOverKey": "case_id", "columns": ["archived_at", "case_id", "id", "organisation_id", "patient_id", "patient_status"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin", "doctor", "nurse", "assistant", "receptionist"], "capabilities": [], "conditions": ["not_archived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "N-27", "S-02", "S-31"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["doctor", "nurse", "assistant", "receptionist"], "capabilities": [], "conditions": ["patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-27", "S-03", "S-32"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-27", "S-03"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-15", "S-31"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived", "handed_over"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["S-29"]}
  ]}';
end
$$;
comment on function authz.rules_signed_forms() is
  'The access rules of signed_forms, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_signed_forms() from public;
grant execute on function authz.rules_signed_forms() to cordon_definer;

-- authz.tg_consents__form: a form carries consents to the purposes that its text names, proposed while it is a draft (N-45). After the
-- row, so that the policy has spoken first. The foreign key's lock on the form makes it wait for a signature under way.
create or replace function authz.tg_consents__form()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.signed_form_id is not null and not exists (
    select
    from public.signed_forms as f
    join public.form_templates as t on t.id = f.template_id
    where f.organisation_id = new.organisation_id
      and f.id = new.signed_form_id
      and f.status = 'draft'
      and f.archived_at is null
      and new.purpose = any (t.purposes)
  ) then
    raise exception 'the form does not carry this consent'
      using errcode = 'CD017', hint = 'Name a draft of the patient''s whose template lists the purpose.';
  end if;
  return null;
end
$$;
comment on function authz.tg_consents__form() is
  'Refuses with CD017 a consent that its form cannot carry. [N-45, S-33]';
alter function authz.tg_consents__form() owner to cordon_definer;
revoke all on function authz.tg_consents__form() from public;

-- authz.tg_form_templates__fixed: a text that may have been signed never changes: it is retired, and the next version written (S-31).
create or replace function authz.tg_form_templates__fixed()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'UPDATE'
    and (new.id, new.kind, new.code, new.version, new.language, new.title, new.body, new.purposes)
      is distinct from (old.id, old.kind, old.code, old.version, old.language, old.title, old.body, old.purposes)
  then
    raise exception 'the text of a form never changes'
      using errcode = 'CD014', hint = 'Archive it, and write the next version.';
  end if;
  new.body_sha256 := authz.digest(new.body);
  return new;
end
$$;
comment on function authz.tg_form_templates__fixed() is
  'Refuses another text with CD014; stamps body_sha256. [S-31]';
alter function authz.tg_form_templates__fixed() owner to cordon_definer;
revoke all on function authz.tg_form_templates__fixed() from public;

-- authz.tg_signed_forms__activity: that a form was drawn up, signed, ended; never by which words (S-18).
create or replace function authz.tg_signed_forms__activity()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    perform authz.record_activity(
      new.organisation_id, new.case_id, new.id, 'signed_form.drafted', jsonb_build_object('template_id', new.template_id), new.updated_by_user_id
    );
  elsif new.status is distinct from old.status then
    perform authz.record_activity(
      new.organisation_id, new.case_id, new.id,
      case new.status when 'active' then 'signed_form.signed' else 'signed_form.terminated' end,
      jsonb_build_object('content_sha256', new.content_sha256), new.updated_by_user_id
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_signed_forms__activity() is
  'Records draft, signature and termination of a form. [S-18]';
alter function authz.tg_signed_forms__activity() owner to cordon_definer;
revoke all on function authz.tg_signed_forms__activity() from public;

-- authz.tg_signed_forms__signed: a signature is made by sign_form and ended by terminate_form, and nothing else ever touches it, the
-- owner's hand included (S-32, S-33). Last of the BEFORE triggers, to see the row as it would stand. Invoker, to know whose hand it is.
create or replace function authz.tg_signed_forms__signed()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
declare
  -- What other triggers keep: it says nothing of the signature.
  v_kept constant text[] := '{patient_status,updated_at,updated_by_user_id,actor_kind}';
  v_free text[] := v_kept;
begin
  if tg_op = 'DELETE' then
    raise exception 'a form is never deleted'
      using errcode = 'CD014', hint = 'Archive a draft; terminate what was signed.';
  end if;
  if current_user = 'cordon_definer' and new.status is distinct from old.status then
    v_free := v_free || '{status,last_status_change_at,last_status_change_by_user_id}' || case new.status
      when 'active' then '{capacity,typed_name,meaning,content,content_sha256,signed_at,signed_by_user_id,witness_user_id}'::text[]
      else '{terminated_at,terminated_by_user_id,termination_reason}'::text[]
    end;
  end if;
  if old.status <> 'active' then
    v_free := v_free || '{archived_at,archived_by_user_id}'::text[];
  end if;
  if to_jsonb(new) - v_free is distinct from to_jsonb(old) - v_free then
    raise exception 'a form is signed by sign_form and ended by terminate_form, and changed by nobody'
      using errcode = 'CD014', hint = 'Draw up another form.';
  end if;
  return new;
end
$$;
comment on function authz.tg_signed_forms__signed() is
  'Refuses with CD014 whatever is not sign_form, terminate_form or the archiving of what is not in force. [S-32, S-33]';
revoke all on function authz.tg_signed_forms__signed() from public;

revoke create on schema authz from cordon_definer;

create policy provider_fence on public.form_templates
  as restrictive for all to authenticated
  using (true)
  with check (true);
comment on policy provider_fence on public.form_templates is
  'Whatever another policy allows, staff reach every row. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.form_templates
  as restrictive for all to patient
  using (true)
  with check (true);
comment on policy patient_fence on public.form_templates is
  'Whatever another policy allows, patients reach every row. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.form_templates
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.form_templates is
  'Whatever another policy allows, operations reach a row only as a live member of operations. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.form_templates
  as restrictive for all to anon
  using (true)
  with check (false);
comment on policy anon_fence on public.form_templates is
  'Whatever another policy allows, callers who are not signed in reach every row. [N-24, S-02, S-03, S-04]';

create policy internal_ops_select on public.form_templates
  for select to internal_ops
  using (
    (select authz.is_operator('{}'))
    and (archived_at is null or archived_at = now())
  );
comment on policy internal_ops_select on public.form_templates is
  'any member of operations may read rows that are not archived. [N-02, S-31]';

create policy internal_ops_insert on public.form_templates
  for insert to internal_ops
  with check ((select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'form_templates', 'INSERT', 'detailed')));
comment on policy internal_ops_insert on public.form_templates is
  'admin of operations may create rows. [S-31]';

create policy internal_ops_update on public.form_templates
  for update to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'form_templates', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  )
  with check (
    (select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'form_templates', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  );
comment on policy internal_ops_update on public.form_templates is
  'admin of operations may change rows that are not archived. [S-31]';

create policy definer_select on public.form_templates
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.form_templates is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; public.sign_form: the text that is signed; authz.tg_consents__form: what it may carry). [N-08, S-31]';

create policy provider_fence on public.signed_form_evidence
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'signed_form_evidence', 'SELECT', 'comprehensive')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'signed_form_evidence', 'SELECT', 'comprehensive')));
comment on policy provider_fence on public.signed_form_evidence is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with privacy_officer of the current organisation. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.signed_form_evidence
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.signed_form_evidence is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.signed_form_evidence
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.signed_form_evidence is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.signed_form_evidence
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.signed_form_evidence is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy definer_select on public.signed_form_evidence
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.signed_form_evidence is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; public.export_signed_form: what proves a signature; audit.seal_table, audit.sealed_records: what is sealed is the whole row). [N-08, S-31]';

create policy definer_insert on public.signed_form_evidence
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on public.signed_form_evidence is
  'definer functions may create every row (public.sign_form: the only hand). [S-31, S-32]';

create policy provider_fence on public.signed_forms
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'signed_forms', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'signed_forms', 'SELECT', 'basic')));
comment on policy provider_fence on public.signed_forms is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only clinic_admin, doctor, nurse, assistant or receptionist of the current organisation. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.signed_forms
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.signed_forms is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.signed_forms
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.signed_forms is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.signed_forms
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.signed_forms is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy definer_select on public.signed_forms
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.signed_forms is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; public.sign_form, public.terminate_form: the form; public.export_signed_form: its evidence; authz.tg_consents__form). [N-08, S-31, S-33]';

create policy definer_update on public.signed_forms
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.signed_forms is
  'definer functions may change every row (public.sign_form, public.terminate_form: the only hands; authz.tg_patients__project). [N-27, S-32, S-33]';

create or replace trigger _510_form
  after insert on public.consents
  for each row
  execute function authz.tg_consents__form();
alter table public.consents enable always trigger _510_form;
comment on trigger _510_form on public.consents is
  'Lets a form carry only what its text names, while it is a draft. [N-45, S-33]';

create or replace trigger _085_words
  before insert or update on public.form_templates
  for each row
  execute function authz.tg__words('form_templates', 'title', '1', 'body', '1');
alter table public.form_templates enable always trigger _085_words;
comment on trigger _085_words on public.form_templates is
  'Refuses a text to sign that nobody sees. [S-31]';

create or replace trigger _086_lists
  before insert or update on public.form_templates
  for each row
  when (
    array_ndims(new.purposes) > 1 or cardinality(new.purposes) > 50 or array_position(new.purposes, null) is not null
  )
  execute function authz.tg__lists('form_templates', 'purposes');
alter table public.form_templates enable always trigger _086_lists;
comment on trigger _086_lists on public.form_templates is
  'Refuses lists of lists. [N-45]';

create or replace trigger _300_fixed
  before insert or update on public.form_templates
  for each row
  execute function authz.tg_form_templates__fixed();
alter table public.form_templates enable always trigger _300_fixed;
comment on trigger _300_fixed on public.form_templates is
  'Keeps a text as it was written, and stamps its digest. [S-31]';

create or replace trigger _021_no_truncate
  before truncate on public.form_templates
  for each statement
  execute function authz.tg__no_truncate('form_templates');
alter table public.form_templates enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on public.form_templates is
  'Refuses to empty the table, the owner included. [S-31]';

create or replace trigger _015_read_committed
  before insert or update on public.form_templates
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.form_templates enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.form_templates is
  'Says what patients are given to sign, in the newest snapshot alone: an older one shows who may write as they were. [N-16, S-33]';

create or replace trigger _020_append_only
  before update or delete on public.signed_form_evidence
  for each row
  execute function authz.tg__append_only('signed_form_evidence');
alter table public.signed_form_evidence enable always trigger _020_append_only;
comment on trigger _020_append_only on public.signed_form_evidence is
  'Refuses to change or delete, the owner included. [S-32]';

create or replace trigger _021_no_truncate
  before truncate on public.signed_form_evidence
  for each statement
  execute function authz.tg__append_only('signed_form_evidence');
alter table public.signed_form_evidence enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on public.signed_form_evidence is
  'Refuses to empty the table, the owner included. [S-32]';

create or replace trigger _021_no_truncate
  before truncate on public.signed_forms
  for each statement
  execute function authz.tg__no_truncate('signed_forms');
alter table public.signed_forms enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on public.signed_forms is
  'Refuses to empty the table, the owner included. [S-32]';

create or replace trigger _080_no_secrets
  before insert or update on public.signed_forms
  for each row
  execute function authz.tg__no_secrets('signed_forms', 'typed_name', 'termination_reason');
alter table public.signed_forms enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.signed_forms is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _110_status_stamp
  before insert or update on public.signed_forms
  for each row
  execute function authz.tg__status_stamp();
alter table public.signed_forms enable always trigger _110_status_stamp;
comment on trigger _110_status_stamp on public.signed_forms is
  'Stamps who flipped the status and when. [S-16]';

create or replace trigger _200_transition
  before insert or update on public.signed_forms
  for each row
  execute function authz.tg__transition('signed_forms', 'draft');
alter table public.signed_forms enable always trigger _200_transition;
comment on trigger _200_transition on public.signed_forms is
  'Refuses a state that does not follow from the one before. [S-33]';

create or replace trigger _400_patient_status
  before insert or update on public.signed_forms
  for each row
  execute function authz.tg__patient_status('patient_id');
alter table public.signed_forms enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.signed_forms is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';

create or replace trigger _900_signed
  before update or delete on public.signed_forms
  for each row
  execute function authz.tg_signed_forms__signed();
alter table public.signed_forms enable always trigger _900_signed;
comment on trigger _900_signed on public.signed_forms is
  'Lets nothing but sign_form and terminate_form touch a signature. [S-32, S-33]';

create or replace trigger _600_activity
  after insert or update on public.signed_forms
  for each row
  execute function authz.tg_signed_forms__activity();
alter table public.signed_forms enable always trigger _600_activity;
comment on trigger _600_activity on public.signed_forms is
  'Writes draft, signature and termination into the activity log. [S-18]';

create or replace trigger _700_patient_status_kept
  after insert on public.signed_forms
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.signed_forms enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.signed_forms is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _100_stamp
  before insert or update on public.form_templates
  for each row
  execute function authz.tg__stamp();
alter table public.form_templates enable always trigger _100_stamp;
comment on trigger _100_stamp on public.form_templates is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _900_stamped
  after insert on public.form_templates
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.form_templates enable always trigger _900_stamped;
comment on trigger _900_stamped on public.form_templates is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.form_templates
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.form_templates enable always trigger _901_stamped;
comment on trigger _901_stamped on public.form_templates is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _050_tenant
  before insert or update on public.signed_form_evidence
  for each row
  execute function authz.tg__tenant('signed_form_evidence');
alter table public.signed_form_evidence enable always trigger _050_tenant;
comment on trigger _050_tenant on public.signed_form_evidence is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.signed_form_evidence
  for each row
  execute function authz.tg__stamp();
alter table public.signed_form_evidence enable always trigger _100_stamp;
comment on trigger _100_stamp on public.signed_form_evidence is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _900_stamped
  after insert on public.signed_form_evidence
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.signed_form_evidence enable always trigger _900_stamped;
comment on trigger _900_stamped on public.signed_form_evidence is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.signed_form_evidence
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.signed_form_evidence enable always trigger _901_stamped;
comment on trigger _901_stamped on public.signed_form_evidence is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _050_tenant
  before insert or update on public.signed_forms
  for each row
  execute function authz.tg__tenant('signed_forms');
alter table public.signed_forms enable always trigger _050_tenant;
comment on trigger _050_tenant on public.signed_forms is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.signed_forms
  for each row
  execute function authz.tg__stamp();
alter table public.signed_forms enable always trigger _100_stamp;
comment on trigger _100_stamp on public.signed_forms is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _890_lasting
  before update on public.signed_forms
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('signed_forms');
alter table public.signed_forms enable always trigger _890_lasting;
comment on trigger _890_lasting on public.signed_forms is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.signed_forms
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.signed_forms enable always trigger _900_stamped;
comment on trigger _900_stamped on public.signed_forms is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.signed_forms
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.signed_forms enable always trigger _901_stamped;
comment on trigger _901_stamped on public.signed_forms is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

grant
  select (archived_at, body, body_sha256, code, id, kind, language, purposes, title, version)
  on public.form_templates to cordon_definer;
grant
  select,
  insert (body, code, id, kind, language, purposes, title, version),
  update (archived_at)
  on public.form_templates to internal_ops;
grant select, insert, update on public.form_templates to service_role;

grant
  select (actor_kind, archived_at, archived_by_user_id, created_at, created_by_user_id, id, ip_source, organisation_id, patient_id, record, record_sha256, signed_ip, updated_at, updated_by_user_id, user_agent),
  insert (id, ip_source, organisation_id, patient_id, record, record_sha256, signed_ip, user_agent)
  on public.signed_form_evidence to cordon_definer;
grant select on public.signed_form_evidence to service_role;

grant
  select (archived_at, capacity, case_id, content, content_sha256, created_by_user_id, document_id, id, meaning, organisation_id, patient_id, patient_status, signed_at, signed_by_user_id, status, template_id, terminated_at, terminated_by_user_id, termination_reason, typed_name, witness_user_id),
  update (capacity, content, content_sha256, meaning, patient_status, signed_at, signed_by_user_id, status, terminated_at, terminated_by_user_id, termination_reason, typed_name, witness_user_id)
  on public.signed_forms to cordon_definer;
grant select on public.signed_forms to service_role;

-- migrate:down
