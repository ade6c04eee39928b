-- migrate:up
-- Why: patients ask for their data and for its correction or erasure, holds keep it, disclosures account for it, and export_subject gives all of it.
-- Access: +27 grants, +64 policies, 14 definer functions
--   ~ authz.deadline is written, and runs with the rights of its owner
--   ~ authz.record_disclosure is written, and runs with the rights of its owner
--   + cordon_definer may execute function authz.rules_disclosures()
--   + cordon_definer may execute function authz.rules_legal_holds()
--   + cordon_definer may execute function authz.rules_security_incidents()
--   + cordon_definer may execute function authz.rules_subject_request_evidence()
--   + cordon_definer may execute function authz.rules_subject_requests()
--   ~ authz.tg_cases__disclosure is written, and runs with the rights of its owner
--   ~ authz.tg_legal_holds__release is written, and runs with the rights of its owner
--   ~ authz.tg_security_incidents__notice is written, and runs with the rights of its owner
--   ~ authz.tg_subject_requests__due is written, and runs with the rights of its owner
--   ~ governance.subject_rows is written, and runs with the rights of its owner
--   + cordon_definer may execute function governance.subject_rows(uuid, uuid)
--   ~ public.export_subject is written, and runs with the rights of its owner
--   + authenticated may execute function public.export_subject(uuid, uuid)
--   + patient may execute function public.export_subject(uuid, uuid)
--   ~ authz.export_request is written, and runs with the rights of its owner
--   ~ authz.recipients_of is written, and runs with the rights of its owner
--   ~ authz.tg_subject_request_evidence__answered is written, and runs with the rights of its owner
--   ~ public.record_disclosure_made is written, and runs with the rights of its owner
--   + authenticated may execute function public.record_disclosure_made(uuid, text, text, text, text[], text, timestamp with time zone)
--   ~ authz.tg_subject_requests__exported is written, and runs with the rights of its owner
--   ~ authz.tg_subject_requests__objection is written, and runs with the rights of its owner
--   + policy provider_fence on governance.deadlines: restrictive, all to authenticated
--   + policy patient_fence on governance.deadlines: restrictive, all to patient
--   + policy internal_ops_fence on governance.deadlines: restrictive, all to internal_ops
--   + policy anon_fence on governance.deadlines: restrictive, all to anon
--   + policy definer_select on governance.deadlines: select to cordon_definer, WITHOUT a condition
--   + policy provider_fence on governance.export_exclusions: restrictive, all to authenticated
--   + policy patient_fence on governance.export_exclusions: restrictive, all to patient
--   + policy internal_ops_fence on governance.export_exclusions: restrictive, all to internal_ops
--   + policy anon_fence on governance.export_exclusions: restrictive, all to anon
--   + policy provider_fence on governance.subject_links: restrictive, all to authenticated
--   + policy patient_fence on governance.subject_links: restrictive, all to patient
--   + policy internal_ops_fence on governance.subject_links: restrictive, all to internal_ops
--   + policy anon_fence on governance.subject_links: restrictive, all to anon
--   + policy provider_fence on public.disclosures: restrictive, all to authenticated
--   + policy patient_fence on public.disclosures: restrictive, all to patient
--   + policy internal_ops_fence on public.disclosures: restrictive, all to internal_ops
--   + policy anon_fence on public.disclosures: restrictive, all to anon
--   + policy provider_select on public.disclosures: select to authenticated
--   + policy provider_select_rows on public.disclosures: restrictive, select to authenticated
--   + policy patient_select on public.disclosures: select to patient
--   + policy definer_select on public.disclosures: select to cordon_definer, WITHOUT a condition
--   + policy definer_insert on public.disclosures: insert to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.legal_holds: restrictive, all to authenticated
--   + policy patient_fence on public.legal_holds: restrictive, all to patient
--   + policy internal_ops_fence on public.legal_holds: restrictive, all to internal_ops
--   + policy anon_fence on public.legal_holds: restrictive, all to anon
--   + policy provider_select on public.legal_holds: select to authenticated
--   + policy provider_select_rows on public.legal_holds: restrictive, select to authenticated
--   + policy provider_insert on public.legal_holds: insert to authenticated
--   + policy provider_update on public.legal_holds: update to authenticated
--   + policy provider_update_rows on public.legal_holds: restrictive, update to authenticated
--   + policy definer_select on public.legal_holds: select to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.security_incidents: restrictive, all to authenticated
--   + policy patient_fence on public.security_incidents: restrictive, all to patient
--   + policy internal_ops_fence on public.security_incidents: restrictive, all to internal_ops
--   + policy anon_fence on public.security_incidents: restrictive, all to anon
--   + policy provider_select on public.security_incidents: select to authenticated
--   + policy provider_select_rows on public.security_incidents: restrictive, select to authenticated
--   + policy provider_insert on public.security_incidents: insert to authenticated
--   + policy provider_update on public.security_incidents: update to authenticated
--   + policy provider_update_rows on public.security_incidents: restrictive, update to authenticated
--   + policy definer_select on public.security_incidents: select to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.subject_request_evidence: restrictive, all to authenticated
--   + policy patient_fence on public.subject_request_evidence: restrictive, all to patient
--   + policy internal_ops_fence on public.subject_request_evidence: restrictive, all to internal_ops
--   + policy anon_fence on public.subject_request_evidence: restrictive, all to anon
--   + policy provider_select on public.subject_request_evidence: select to authenticated
--   + policy provider_select_rows on public.subject_request_evidence: restrictive, select to authenticated
--   + policy provider_insert on public.subject_request_evidence: insert to authenticated
--   + policy provider_update on public.subject_request_evidence: update to authenticated
--   + policy provider_update_rows on public.subject_request_evidence: restrictive, update to authenticated
--   + policy definer_select on public.subject_request_evidence: select to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.subject_requests: restrictive, all to authenticated
--   + policy patient_fence on public.subject_requests: restrictive, all to patient
--   + policy internal_ops_fence on public.subject_requests: restrictive, all to internal_ops
--   + policy anon_fence on public.subject_requests: restrictive, all to anon
--   + policy provider_select on public.subject_requests: select to authenticated
--   + policy provider_select_rows on public.subject_requests: restrictive, select to authenticated
--   + policy provider_insert on public.subject_requests: insert to authenticated
--   + policy provider_update on public.subject_requests: update to authenticated
--   + policy provider_update_rows on public.subject_requests: restrictive, update to authenticated
--   + policy patient_select on public.subject_requests: select to patient
--   + policy patient_insert on public.subject_requests: insert to patient
--   + policy definer_select on public.subject_requests: select to cordon_definer, WITHOUT a condition
--   + cordon_definer may select (amount, duty, regime, unit) on governance.deadlines
--   + authenticated may select on public.disclosures
--   + cordon_definer may select (21 columns), insert (13 columns) on public.disclosures
--   + patient may select on public.disclosures
--   + service_role may select on public.disclosures
--   + authenticated may select, insert (id, organisation_id, patient_id, reason), update (released_at) on public.legal_holds
--   + cordon_definer may select (archived_at, id, organisation_id) on public.legal_holds
--   + service_role may select, insert, update on public.legal_holds
--   + authenticated may select, insert (8 columns), update (9 columns) on public.security_incidents
--   + cordon_definer may select (archived_at, id, organisation_id) on public.security_incidents
--   + service_role may select, insert, update on public.security_incidents
--   + authenticated may select, insert (answer, evidence, id, organisation_id, patient_id), update (answer, evidence) on public.subject_request_evidence
--   + cordon_definer may select (archived_at, id, organisation_id, patient_id) on public.subject_request_evidence
--   + service_role may select on public.subject_request_evidence
--   + authenticated may select, insert (id, kind, organisation_id, patient_id), update (answered_otherwise, refusal_basis, status) on public.subject_requests
--   + cordon_definer may select (7 columns), update (status) on public.subject_requests
--   + patient may select, insert (id, kind, organisation_id, patient_id) on public.subject_requests
--   + service_role may select, insert, update on public.subject_requests
-- Locks: 5 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE public.cases
--   SHARE ROW EXCLUSIVE public.organisations
--   SHARE ROW EXCLUSIVE public.patients
--   ROW EXCLUSIVE authz.state_transitions
--   ROW EXCLUSIVE governance.classification

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- governance.deadlines: by when the law wants what, regime by regime; house rules where a law is silent.
create table governance.deadlines (
  duty text not null,
  regime text not null,
  -- squawk-ignore prefer-bigint-over-int
  amount integer not null,
  unit text not null,
  basis text not null,
  constraint deadlines_pkey primary key (duty, regime),
  constraint deadlines_duty_check check (
    duty in (
      'confirmation', 'access', 'correction', 'anonymisation', 'erasure', 'portability', 'sharing_list', 'consent_information', 'restriction',
      'objection', 'incident_notice'
    )
  ),
  constraint deadlines_regime_check check (regime in ('lgpd', 'hipaa', 'gdpr', 'pdpa', 'other')),
  constraint deadlines_amount_check check (amount between 1 and 365),
  constraint deadlines_unit_check check (unit in ('hours', 'days', 'business_days'))
);
comment on table governance.deadlines is 'By when the law wants answers to people and notices to authorities. [N-49]';
comment on column governance.deadlines.duty is 'The kind of a subject request, or incident_notice.';
comment on column governance.deadlines.regime is 'Law of the organisation: organisations.regime.';
comment on column governance.deadlines.amount is 'How many units.';
comment on column governance.deadlines.unit is 'hours from the moment; days and business_days (Monday to Friday; holidays are not known) to the end of the last one, by the organisation''s clock.';
comment on column governance.deadlines.basis is 'Where it is written; "house rule" where the law names no time.';
alter table governance.deadlines enable row level security;
alter table governance.deadlines force row level security;

insert into governance.deadlines (duty, regime, amount, unit, basis)
values
  ('confirmation', 'lgpd', 15, 'days', 'LGPD art. 19 II'),
  ('access', 'lgpd', 15, 'days', 'LGPD art. 19 II'),
  ('correction', 'lgpd', 15, 'days', 'house rule beside LGPD art. 18 III'),
  ('anonymisation', 'lgpd', 15, 'days', 'house rule beside LGPD art. 18 IV'),
  ('erasure', 'lgpd', 30, 'days', 'house rule beside LGPD art. 18 VI'),
  ('portability', 'lgpd', 15, 'days', 'house rule beside LGPD art. 18 V'),
  ('sharing_list', 'lgpd', 15, 'days', 'house rule beside LGPD art. 18 VII'),
  ('consent_information', 'lgpd', 15, 'days', 'house rule beside LGPD art. 18 VIII'),
  ('restriction', 'lgpd', 15, 'days', 'house rule beside LGPD art. 18 IV'),
  ('objection', 'lgpd', 30, 'days', 'house rule beside LGPD art. 18 par. 2'),
  ('incident_notice', 'lgpd', 3, 'business_days', 'ANPD Res. 15/2024 art. 6'),
  ('confirmation', 'hipaa', 30, 'days', 'house rule beside 45 CFR 164.524'),
  ('access', 'hipaa', 30, 'days', '45 CFR 164.524(b)(2)'),
  ('correction', 'hipaa', 60, 'days', '45 CFR 164.526(b)(2)'),
  ('anonymisation', 'hipaa', 30, 'days', 'house rule beside 45 CFR 164.514'),
  ('erasure', 'hipaa', 30, 'days', 'house rule: HIPAA knows no erasure'),
  ('portability', 'hipaa', 30, 'days', 'house rule beside 45 CFR 164.524(c)(3)(ii)'),
  ('sharing_list', 'hipaa', 60, 'days', '45 CFR 164.528(c)(1)'),
  ('consent_information', 'hipaa', 30, 'days', 'house rule beside 45 CFR 164.508'),
  ('restriction', 'hipaa', 30, 'days', 'house rule beside 45 CFR 164.522(a)'),
  ('objection', 'hipaa', 30, 'days', 'house rule beside 45 CFR 164.510'),
  ('incident_notice', 'hipaa', 60, 'days', '45 CFR 164.404(b)'),
  ('confirmation', 'gdpr', 30, 'days', 'GDPR art. 12(3)'),
  ('access', 'gdpr', 30, 'days', 'GDPR art. 12(3)'),
  ('correction', 'gdpr', 30, 'days', 'GDPR art. 12(3)'),
  ('anonymisation', 'gdpr', 30, 'days', 'house rule: GDPR knows erasure and restriction'),
  ('erasure', 'gdpr', 30, 'days', 'GDPR art. 12(3)'),
  ('portability', 'gdpr', 30, 'days', 'GDPR art. 12(3)'),
  ('sharing_list', 'gdpr', 30, 'days', 'GDPR art. 12(3) with art. 15(1)(c)'),
  ('consent_information', 'gdpr', 30, 'days', 'house rule beside GDPR art. 7'),
  ('restriction', 'gdpr', 30, 'days', 'GDPR art. 12(3)'),
  ('objection', 'gdpr', 30, 'days', 'GDPR art. 12(3)'),
  ('incident_notice', 'gdpr', 72, 'hours', 'GDPR art. 33(1)'),
  ('confirmation', 'pdpa', 30, 'days', 'house rule beside PDPA B.E. 2562 s. 30'),
  ('access', 'pdpa', 30, 'days', 'PDPA B.E. 2562 s. 30'),
  ('correction', 'pdpa', 30, 'days', 'house rule beside PDPA B.E. 2562 s. 35'),
  ('anonymisation', 'pdpa', 30, 'days', 'house rule beside PDPA B.E. 2562 s. 33'),
  ('erasure', 'pdpa', 30, 'days', 'house rule beside PDPA B.E. 2562 s. 33'),
  ('portability', 'pdpa', 30, 'days', 'house rule beside PDPA B.E. 2562 s. 31'),
  ('sharing_list', 'pdpa', 30, 'days', 'house rule beside PDPA B.E. 2562 s. 30'),
  ('consent_information', 'pdpa', 30, 'days', 'house rule beside PDPA B.E. 2562 s. 19'),
  ('restriction', 'pdpa', 30, 'days', 'house rule beside PDPA B.E. 2562 s. 34'),
  ('objection', 'pdpa', 30, 'days', 'house rule beside PDPA B.E. 2562 s. 32'),
  ('incident_notice', 'pdpa', 72, 'hours', 'PDPA B.E. 2562 s. 37(4)'),
  ('confirmation', 'other', 15, 'days', 'house rule'),
  ('access', 'other', 15, 'days', 'house rule'),
  ('correction', 'other', 15, 'days', 'house rule'),
  ('anonymisation', 'other', 15, 'days', 'house rule'),
  ('erasure', 'other', 30, 'days', 'house rule'),
  ('portability', 'other', 15, 'days', 'house rule'),
  ('sharing_list', 'other', 15, 'days', 'house rule'),
  ('consent_information', 'other', 15, 'days', 'house rule'),
  ('restriction', 'other', 15, 'days', 'house rule'),
  ('objection', 'other', 30, 'days', 'house rule'),
  ('incident_notice', 'other', 3, 'business_days', 'house rule');

-- governance.subject_links: where a row names a patient, or what is a patient's, without a foreign key.
create table governance.subject_links (
  schema_name text not null,
  table_name text not null,
  column_name text not null,
  target_table text not null,
  constraint subject_links_pkey primary key (schema_name, table_name, column_name, target_table)
);
comment on table governance.subject_links is 'References to a patient''s data without a foreign key: what export and erasure walk beside those. [N-49]';
comment on column governance.subject_links.schema_name is 'Schema of the table that refers.';
comment on column governance.subject_links.table_name is 'The table that refers.';
comment on column governance.subject_links.column_name is 'Its column.';
comment on column governance.subject_links.target_table is 'Table of public whose id stands there.';
alter table governance.subject_links enable row level security;
alter table governance.subject_links force row level security;

insert into governance.subject_links (schema_name, table_name, column_name, target_table)
values
  ('public', 'case_activity_log', 'entity_id', 'admissions'),
  ('public', 'case_activity_log', 'entity_id', 'transfers'),
  ('public', 'case_activity_log', 'entity_id', 'signed_forms'),
  ('public', 'case_activity_log', 'entity_id', 'invoices'),
  ('public', 'case_activity_log', 'entity_id', 'payments'),
  ('public', 'case_activity_log', 'entity_id', 'documents'),
  ('audit', 'security_events', 'entity_id', 'emergency_access_grants'),
  ('audit', 'security_events', 'entity_id', 'patient_accounts'),
  ('audit', 'security_events', 'entity_id', 'signed_forms'),
  ('audit', 'security_events', 'entity_id', 'invoices'),
  ('audit', 'security_events', 'entity_id', 'patients'),
  ('audit', 'security_events', 'entity_id', 'medical_records'),
  ('audit', 'security_events', 'entity_id', 'cases'),
  ('audit', 'security_events', 'entity_id', 'invoice_lines'),
  ('audit', 'security_events', 'entity_id', 'payments');


-- governance.export_exclusions: what an export leaves out, and why: a person is told that it was left out.
create table governance.export_exclusions (
  schema_name text not null,
  table_name text not null,
  column_name text not null,
  reason text not null,
  constraint export_exclusions_pkey primary key (schema_name, table_name, column_name),
  constraint export_exclusions_reason_check check (length(reason) between 10 and 300)
);
comment on table governance.export_exclusions is 'Columns, and whole tables, that a person''s export leaves out, each with its reason. [N-49]';
comment on column governance.export_exclusions.schema_name is 'Schema, or * for every table.';
comment on column governance.export_exclusions.table_name is 'Table, or * for every table.';
comment on column governance.export_exclusions.column_name is 'Column, or * for the whole table.';
comment on column governance.export_exclusions.reason is 'Why, as the person reads it.';
alter table governance.export_exclusions enable row level security;
alter table governance.export_exclusions force row level security;

insert into governance.export_exclusions (schema_name, table_name, column_name, reason)
values
  ('*', '*', 'created_by_user_id', 'names a member of staff, or another login'),
  ('*', '*', 'updated_by_user_id', 'names a member of staff, or another login'),
  ('*', '*', 'archived_by_user_id', 'names a member of staff, or another login'),
  ('*', '*', 'last_status_change_by_user_id', 'names a member of staff, or another login'),
  ('public', 'case_activity_log', 'actor_user_id', 'names a member of staff, or another login'),
  ('audit', 'security_events', 'actor_user_id', 'names a member of staff, or another login'),
  ('audit', 'security_events', 'session_id', 'a session of somebody else'),
  ('audit', 'security_events', 'client_address', 'address of somebody else'),
  ('audit', 'security_events', 'user_agent', 'device of somebody else'),
  ('audit', 'security_events', 'details', 'may name members of staff; what happened, when, and to what is in the export'),
  ('public', 'access_restrictions', 'restricted_user_id', 'names a member of staff'),
  ('public', 'emergency_access_grants', 'reviewed_by_user_id', 'names a member of staff'),
  ('public', 'emergency_access_reasons', 'reason', 'what staff said in confidence to their reviewer; the grant itself is in the export'),
  ('public', 'patient_accounts', 'user_id', 'names the login of a guardian or proxy'),
  ('public', 'patient_accounts', 'confirmed_by_user_id', 'names a member of staff'),
  ('public', 'payments', 'recorded_by_user_id', 'names a member of staff'),
  ('public', 'signed_forms', 'signed_by_user_id', 'names the login that signed, which may be another person''s'),
  ('public', 'signed_forms', 'witness_user_id', 'names a member of staff'),
  ('public', 'signed_forms', 'terminated_by_user_id', 'names a member of staff'),
  ('public', 'signed_form_evidence', 'signed_ip', 'address of who signed, which may be another person''s; export_signed_form gives a signer their own'),
  ('public', 'signed_form_evidence', 'user_agent', 'device of who signed, which may be another person''s; export_signed_form gives a signer their own'),
  ('public', 'signed_form_evidence', 'record', 'carries that address and device; its digest is in the export'),
  ('public', 'documents', 'uploaded_by_user_id', 'names a member of staff'),
  ('public', 'document_upload_grants', 'user_id', 'names a member of staff'),
  ('public', 'document_upload_grants', 'session_id', 'a session of somebody else'),
  ('public', 'document_read_tickets', 'user_id', 'names a member of staff, or another login'),
  ('public', 'document_read_tickets', 'session_id', 'a session of somebody else'),
  ('public', 'disclosures', 'recipient_user_id', 'names a login; the recipient''s kind and organisation are in the export'),
  ('public', 'legal_holds', '*', 'would warn the other side of a dispute'),
  ('public', 'subject_request_evidence', '*', 'identity papers of who asked, and the officer''s notes on them');


-- public.subject_requests: what a person asks of their data.
create table public.subject_requests (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  patient_id uuid not null,
  kind text not null,
  status text not null default 'received',
  due_at timestamptz not null default 'infinity',
  refusal_basis text,
  answered_otherwise text,
  resolved_at timestamptz,
  last_status_change_at timestamptz,
  last_status_change_by_user_id uuid,
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint subject_requests_pkey primary key (organisation_id, id),
  constraint subject_requests_organisation_id_patient_id_fkey
    foreign key (organisation_id, patient_id) references public.patients (organisation_id, id) on delete restrict,
  constraint subject_requests_organisation_id_id_patient_id_key unique (organisation_id, id, patient_id),
  constraint subject_requests_kind_check check (
    kind in (
      'confirmation', 'access', 'correction', 'anonymisation', 'erasure', 'portability', 'sharing_list', 'consent_information', 'restriction',
      'objection'
    )
  ),
  constraint subject_requests_status_check check (status in ('received', 'in_progress', 'completed', 'refused')),
  constraint subject_requests_refusal_basis_check
    check ((status = 'refused') = (refusal_basis is not null) and length(refusal_basis) <= 300),
  -- Blanks are no ground.
  constraint subject_requests_refusal_basis_blank_check check (length(btrim(refusal_basis)) >= 1),
  constraint subject_requests_answered_otherwise_check
    check (status = 'completed' and length(answered_otherwise) between 10 and 300 or answered_otherwise is null),
  constraint subject_requests_actor_kind_check check (actor_kind in ('user', 'system'))
);
create index subject_requests_organisation_id_patient_id_idx on public.subject_requests (organisation_id, patient_id);
create index subject_requests_patient_id_idx on public.subject_requests (patient_id);
alter table public.subject_requests alter column organisation_id set (n_distinct = 100);
comment on table public.subject_requests is 'What patients ask of their data (LGPD art. 18), by when it is due, and what came of it. [N-49]';
comment on column public.subject_requests.kind is
  'What is asked: confirmation (LGPD art. 18 I), access (II), correction (III), anonymisation, blocking too (IV), portability (V), erasure (VI), sharing_list (VII), consent_information (VIII), objection (par. 2), restriction (GDPR art. 18).';
comment on column public.subject_requests.due_at is
  'By when it is to be answered: the law''s deadline, or the house''s where the law names none; computed from governance.deadlines, whatever is sent.';
comment on column public.subject_requests.refusal_basis is 'Where it was refused: on which legal ground.';
comment on column public.subject_requests.answered_otherwise is
  'Where it was completed by another way than the one that the database sees: how.';
comment on column public.subject_requests.resolved_at is 'Stamped when it was completed or refused.';
alter table public.subject_requests enable row level security;
alter table public.subject_requests force row level security;


-- public.subject_request_evidence: 1:1 with requests: what only the officer reads.
create table public.subject_request_evidence (
  organisation_id uuid not null,
  id uuid not null,
  patient_id uuid not null,
  evidence text,
  answer text,
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint subject_request_evidence_pkey primary key (organisation_id, id),
  constraint subject_request_evidence_organisation_id_id_patient_id_fkey
    foreign key (organisation_id, id, patient_id) references public.subject_requests (organisation_id, id, patient_id) on delete restrict,
  constraint subject_request_evidence_evidence_check check (length(evidence) <= 5000),
  constraint subject_request_evidence_answer_check check (length(answer) <= 5000),
  constraint subject_request_evidence_actor_kind_check check (actor_kind in ('user', 'system'))
);
alter table public.subject_request_evidence alter column organisation_id set (n_distinct = 100);
comment on table public.subject_request_evidence is 'Evidence and answer of a subject request; the privacy officer''s alone. [N-49]';
comment on column public.subject_request_evidence.evidence is 'How who asked showed who they are, and what they brought.';
comment on column public.subject_request_evidence.answer is 'What was answered.';
alter table public.subject_request_evidence enable row level security;
alter table public.subject_request_evidence force row level security;


-- public.legal_holds: what keeps data of a patient, or of the whole organisation, from being destroyed.
create table public.legal_holds (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  patient_id uuid,
  reason text not null,
  released_at timestamptz,
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint legal_holds_pkey primary key (organisation_id, id),
  constraint legal_holds_organisation_id_patient_id_fkey
    foreign key (organisation_id, patient_id) references public.patients (organisation_id, id) on delete restrict,
  constraint legal_holds_organisation_id_fkey
    foreign key (organisation_id) references public.organisations (id) on delete restrict,
  constraint legal_holds_reason_check check (length(reason) between 10 and 500),
  -- Blanks are no reason.
  constraint legal_holds_reason_blank_check check (length(btrim(reason)) >= 10),
  constraint legal_holds_actor_kind_check check (actor_kind in ('user', 'system'))
);
create index legal_holds_organisation_id_patient_id_idx on public.legal_holds (organisation_id, patient_id);
alter table public.legal_holds alter column organisation_id set (n_distinct = 100);
comment on table public.legal_holds is 'Holds against destruction, in force until released. [N-49]';
comment on column public.legal_holds.patient_id is 'Whose data is held; NULL holds everything of the organisation.';
comment on column public.legal_holds.reason is 'Which dispute or order.';
comment on column public.legal_holds.released_at is 'Stamped when it was released; final.';
alter table public.legal_holds enable row level security;
alter table public.legal_holds force row level security;


-- public.disclosures: to whom data of a patient went.
create table public.disclosures (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  patient_id uuid not null,
  disclosed_at timestamptz not null default clock_timestamp(),
  recipient_kind text not null,
  recipient_organisation_id uuid,
  recipient_user_id uuid,
  recipient_name text,
  purpose text not null,
  legal_ground text,
  content text[] not null,
  source_table text not null,
  source_id uuid,
  content_sha256 text,
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint disclosures_pkey primary key (organisation_id, id),
  constraint disclosures_organisation_id_patient_id_fkey
    foreign key (organisation_id, patient_id) references public.patients (organisation_id, id) on delete restrict,
  constraint disclosures_recipient_kind_check
    check (recipient_kind in ('patient', 'clinic', 'transport', 'operations', 'insurer', 'auditor', 'authority')),
  constraint disclosures_recipient_name_check check (length(recipient_name) between 2 and 300),
  constraint disclosures_purpose_check check (purpose ~ '^[a-z_]{1,40}$'),
  constraint disclosures_legal_ground_check check (length(legal_ground) between 5 and 500),
  constraint disclosures_content_check check (cardinality(content) between 1 and 200),
  constraint disclosures_content_sha256_check check (content_sha256 ~ '^[0-9a-f]{64}$'),
  constraint disclosures_actor_kind_check check (actor_kind in ('user', 'system'))
);
create index disclosures_organisation_id_patient_id_idx on public.disclosures (organisation_id, patient_id);
create index disclosures_patient_id_idx on public.disclosures (patient_id);
alter table public.disclosures alter column organisation_id set (n_distinct = 100);
comment on table public.disclosures is
  'Accounting of disclosures: when, to whom, what and for which purpose (LGPD art. 18 VII, HIPAA 164.528); append-only. [N-37]';
comment on column public.disclosures.recipient_kind is 'What the recipient is.';
comment on column public.disclosures.recipient_organisation_id is 'The organisation that received it, where it is one of ours.';
comment on column public.disclosures.recipient_user_id is 'The login that took it, for exports.';
comment on column public.disclosures.recipient_name is
  'Name, and address where it is known, of who received it, where neither organisation nor login says so; never the patient''s.';
comment on column public.disclosures.purpose is
  'A purpose of consent_purposes, or subject_access, legal_obligation or audit.';
comment on column public.disclosures.legal_ground is 'The order, or the law, that asked for it: always of an authority.';
comment on column public.disclosures.content is 'What went: tables or fields, no values.';
comment on column public.disclosures.source_table is 'What it was handed out through: a table, or the function that exports.';
comment on column public.disclosures.source_id is
  'The row of source_table, where there is one; of an export of a person the request that it answers, of a case''s timeline the case.';
comment on column public.disclosures.content_sha256 is 'SHA-256 of an export''s content, so that a copy can be told.';
alter table public.disclosures enable row level security;
alter table public.disclosures force row level security;


-- public.security_incidents: what went wrong, and by when whom it must be told.
create table public.security_incidents (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  status text not null default 'open',
  detected_at timestamptz not null default clock_timestamp(),
  notify_by timestamptz not null default 'infinity',
  summary text not null,
  -- squawk-ignore prefer-bigint-over-int
  affected_count integer,
  data_nature text,
  risks text,
  measures text,
  dismissal_reason text,
  subjects_not_told_reason text,
  authority_notified_at timestamptz,
  subjects_notified_at timestamptz,
  last_status_change_at timestamptz,
  last_status_change_by_user_id uuid,
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint security_incidents_pkey primary key (organisation_id, id),
  constraint security_incidents_organisation_id_fkey
    foreign key (organisation_id) references public.organisations (id) on delete restrict,
  constraint security_incidents_status_check check (status in ('open', 'notified', 'dismissed', 'closed')),
  constraint security_incidents_detected_at_check check (isfinite(detected_at)),
  constraint security_incidents_summary_check check (length(summary) between 10 and 5000),
  -- Blanks are no summary.
  constraint security_incidents_summary_blank_check check (length(btrim(summary)) >= 10),
  -- Nobody is told of what nobody knows yet; -infinity is before everything, and what lies ahead becomes now.
  constraint security_incidents_subjects_notified_at_check check (subjects_notified_at >= detected_at),
  constraint security_incidents_affected_count_check check (affected_count >= 0),
  constraint security_incidents_data_nature_check check (length(data_nature) between 3 and 2000),
  constraint security_incidents_risks_check check (length(risks) between 3 and 5000),
  constraint security_incidents_measures_check check (length(measures) between 3 and 5000),
  constraint security_incidents_dismissal_reason_check check (length(dismissal_reason) between 10 and 5000),
  constraint security_incidents_subjects_not_told_reason_check
    check (length(subjects_not_told_reason) between 10 and 5000),
  constraint security_incidents_actor_kind_check check (actor_kind in ('user', 'system'))
);
alter table public.security_incidents alter column organisation_id set (n_distinct = 100);
comment on table public.security_incidents is 'Incidents with personal data (LGPD art. 48), and by when the authority must hear of them. [N-37]';
comment on column public.security_incidents.detected_at is 'When the organisation learnt of it; fixed, and never in the future.';
comment on column public.security_incidents.notify_by is 'By when authority and people must be told; computed from governance.deadlines, whatever is sent.';
comment on column public.security_incidents.summary is 'What happened, without data of anybody.';
comment on column public.security_incidents.affected_count is 'How many people, as far as known.';
comment on column public.security_incidents.data_nature is 'What kinds of data, of which people.';
comment on column public.security_incidents.risks is 'What may come of it for them.';
comment on column public.security_incidents.measures is 'What was done against it, before and after.';
comment on column public.security_incidents.dismissal_reason is 'Why it was dismissed; the last time, where it was opened again.';
comment on column public.security_incidents.subjects_not_told_reason is 'Why the people were not told.';
comment on column public.security_incidents.authority_notified_at is 'Stamped when its status became notified.';
comment on column public.security_incidents.subjects_notified_at is
  'When the people were told: not before it was detected, and never in the future.';
alter table public.security_incidents enable row level security;
alter table public.security_incidents force row level security;


insert into authz.state_transitions (table_name, from_state, to_state, realms)
values
  ('subject_requests', null, 'received', null),
  ('subject_requests', 'received', 'in_progress', null),
  ('subject_requests', 'received', 'completed', null),
  ('subject_requests', 'received', 'refused', null),
  ('subject_requests', 'in_progress', 'completed', null),
  ('subject_requests', 'in_progress', 'refused', null),
  ('security_incidents', null, 'open', null),
  ('security_incidents', 'open', 'notified', null),
  ('security_incidents', 'open', 'dismissed', null),
  ('security_incidents', 'dismissed', 'open', null),
  ('security_incidents', 'notified', 'closed', null);

insert into governance.classification (schema_name, table_name, level, domain, retention, subjects)
values
  ('governance', 'deadlines', 'INTERNAL', 'ops', 'general', '{}'),
  ('governance', 'subject_links', 'INTERNAL', 'ops', 'general', '{}'),
  ('governance', 'export_exclusions', 'INTERNAL', 'ops', 'general', '{}'),
  ('public', 'subject_requests', 'CONFIDENTIAL', 'ops', 'audit', null),
  ('public', 'subject_request_evidence', 'HIGHLY_RESTRICTED', 'ops', 'audit', null),
  ('public', 'legal_holds', 'CONFIDENTIAL', 'ops', 'audit', null),
  ('public', 'disclosures', 'CONFIDENTIAL', 'ops', 'audit', null),
  ('public', 'security_incidents', 'CONFIDENTIAL', 'ops', 'incident', '{patient,staff}');

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz, public to cordon_definer;

-- authz.deadline: by when a law wants something, by the organisation's own clock. Days end with the last one; business days are Monday to Friday:
-- holidays are not known here, so that the answer is never later than the law's.
create or replace function authz.deadline(organisation_id uuid, duty text, since timestamptz)
  returns timestamptz
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_rule record;
  v_day date;
  v_left integer;
begin
  select d.amount, d.unit, o.timezone
    into v_rule
    from public.organisations as o
    join governance.deadlines as d on d.regime = o.regime
   where o.id = deadline.organisation_id
     and d.duty = deadline.duty;
  if v_rule is null then
    return null;
  end if;
  if not isfinite(since) then -- no day comes after it: it would be counted for ever
    return since;
  end if;
  if v_rule.unit = 'hours' then
    return since + make_interval(hours => v_rule.amount);
  end if;
  v_day := (since at time zone v_rule.timezone)::date;
  v_left := v_rule.amount;
  while v_left > 0 loop
    v_day := v_day + 1;
    if v_rule.unit = 'days' or extract(isodow from v_day) < 6 then
      v_left := v_left - 1;
    end if;
  end loop;
  return (v_day + 1)::timestamp at time zone v_rule.timezone;
end
$$;
comment on function authz.deadline(uuid, text, timestamptz) is
  'By when a duty of governance.deadlines is due for an organisation, the first moment that is too late; NULL for an unknown duty. [N-49]';
alter function authz.deadline(uuid, text, timestamptz) owner to cordon_definer;
revoke all on function authz.deadline(uuid, text, timestamptz) from public;

-- authz.record_disclosure: writes down to whom data of a patient went, in the transaction that hands it out: what is not recorded does not leave.
create or replace function authz.record_disclosure(
  organisation_id uuid, patient_id uuid, recipient_kind text, recipient_organisation_id uuid, purpose text, content text[],
  source_table text, source_id uuid default null, content_sha256 text default null, recipient_name text default null,
  legal_ground text default null, disclosed_at timestamptz default null
)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  insert into public.disclosures (
    organisation_id, patient_id, recipient_kind, recipient_organisation_id, recipient_user_id, purpose, content, source_table, source_id,
    content_sha256, recipient_name, legal_ground, disclosed_at
  )
  values (
    record_disclosure.organisation_id, record_disclosure.patient_id, record_disclosure.recipient_kind,
    record_disclosure.recipient_organisation_id, case when starts_with(record_disclosure.source_table, 'public.export_') then authz.user_id() end,
    record_disclosure.purpose, record_disclosure.content, record_disclosure.source_table, record_disclosure.source_id,
    record_disclosure.content_sha256, record_disclosure.recipient_name, record_disclosure.legal_ground,
    coalesce(record_disclosure.disclosed_at, clock_timestamp())
  );
end
$$;
comment on function authz.record_disclosure(uuid, uuid, text, uuid, text, text[], text, uuid, text, text, text, timestamptz) is
  'Writes a row of disclosures; the login that took it is noted for exports. [N-37]';
alter function authz.record_disclosure(uuid, uuid, text, uuid, text, text[], text, uuid, text, text, text, timestamptz) owner to cordon_definer;
revoke all on function authz.record_disclosure(uuid, uuid, text, uuid, text, text[], text, uuid, text, text, text, timestamptz) from public;

create or replace function authz.rules_disclosures()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "disclosures", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "columns": ["archived_at", "id", "organisation_id", "patient_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": ["privacy_officer"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-02"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-15"]}
  ]}';
end
$$;
comment on function authz.rules_disclosures() is
  'The access rules of disclosures, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_disclosures() from public;
grant execute on function authz.rules_disclosures() to cordon_definer;

create or replace function authz.rules_legal_holds()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "legal_holds", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "columns": ["archived_at", "id", "organisation_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-49", "S-02"]},
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": ["privacy_officer"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-49", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": [], "capabilities": ["privacy_officer"], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-49", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": [], "capabilities": ["privacy_officer"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-49", "S-03"]}
  ]}';
end
$$;
comment on function authz.rules_legal_holds() is
  'The access rules of legal_holds, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_legal_holds() from public;
grant execute on function authz.rules_legal_holds() to cordon_definer;

create or replace function authz.rules_security_incidents()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "security_incidents", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": null, "columns": ["archived_at", "id", "organisation_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": ["privacy_officer"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": [], "capabilities": ["privacy_officer"], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": [], "capabilities": ["privacy_officer"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]}
  ]}';
end
$$;
comment on function authz.rules_security_incidents() is
  'The access rules of security_incidents, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_security_incidents() from public;
grant execute on function authz.rules_security_incidents() to cordon_definer;

create or replace function authz.rules_subject_request_evidence()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "subject_request_evidence", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "columns": ["archived_at", "id", "organisation_id", "patient_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": ["privacy_officer"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "comprehensive", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": [], "capabilities": ["privacy_officer"], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": [], "capabilities": ["privacy_officer"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]}
  ]}';
end
$$;
comment on function authz.rules_subject_request_evidence() is
  'The access rules of subject_request_evidence, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_subject_request_evidence() from public;
grant execute on function authz.rules_subject_request_evidence() to cordon_definer;

create or replace function authz.rules_subject_requests()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "subject_requests", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "columns": ["archived_at", "id", "organisation_id", "patient_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": ["privacy_officer"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["clinic_admin", "receptionist"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "provider", "operation": "INSERT", "roles": [], "capabilities": ["privacy_officer"], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": [], "capabilities": ["privacy_officer"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-15"]},
    {"realm": "patient", "operation": "INSERT", "roles": [], "capabilities": [], "conditions": ["own_patient"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-15"]}
  ]}';
end
$$;
comment on function authz.rules_subject_requests() is
  'The access rules of subject_requests, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_subject_requests() from public;
grant execute on function authz.rules_subject_requests() to cordon_definer;

-- authz.tg_cases__disclosure: a case that is handed to operations shows them its patient: each handoff is a disclosure, and so is each time that one
-- which was closed, or archived by the server, opens again. What tells of health
-- (chart, allergies and alerts, files) goes only with the patient's consent to the handoff.
create or replace function authz.tg_cases__disclosure()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if (new.status = 'handed_off' and old.status <> 'handed_off')
    or (new.handed_off_at is not null and old.status = 'closed' and new.status <> 'closed')
    or (new.handed_off_at is not null and old.archived_at is not null and new.archived_at is null and new.status not in ('closed', 'cancelled'))
  then
    perform authz.require_read_committed(); -- an older snapshot would not show the consent that was given meanwhile
    perform authz.record_disclosure(
      new.organisation_id, new.patient_id, 'operations', null, 'ops_handoff',
      '{patients,patient_identity,admissions,transfers,consents,signed_forms}'::text[]
        || case when authz.is_handed_over('consenting_patient', new.organisation_id, new.patient_id)
          then '{patient_clinical,documents,medical_records}'::text[]
        end,
      'public.cases', new.id
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_cases__disclosure() is
  'Writes a disclosure to operations when a case is handed to them, and when one that was closed or archived opens to them again; CD007 above READ COMMITTED. [N-37]';
alter function authz.tg_cases__disclosure() owner to cordon_definer;
revoke all on function authz.tg_cases__disclosure() from public;

-- authz.tg_legal_holds__release: a hold is released once, by the clock; what it holds and why never changes. It waits for an erasure that is under
-- way in its organisation, as that waits for it. Of the migrating role: the lock takes a right to change the organisation.
create or replace function authz.tg_legal_holds__release()
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
    perform
    from public.organisations as o
    where o.id = new.organisation_id
    for share;
    new.released_at := null;
    return new;
  end if;
  new.patient_id := old.patient_id;
  new.reason := old.reason;
  new.released_at := case
    when old.released_at is not null then old.released_at
    when new.released_at is not null then clock_timestamp()
  end;
  return new;
end
$$;
comment on function authz.tg_legal_holds__release() is
  'Stamps released_at, which is final; keeps patient and reason. [N-49]';
revoke all on function authz.tg_legal_holds__release() from public;

-- authz.tg_security_incidents__notice: the clock of the notice starts when the organisation learnt of it, which nobody moves afterwards. What was
-- said when it was closed or dismissed is what was decided on, and why nobody was told is said too (ANPD Res. 15/2024 art. 10, GDPR art. 33(5)).
create or replace function authz.tg_security_incidents__notice()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.subjects_notified_at > clock_timestamp() then
    new.subjects_notified_at := clock_timestamp();
  end if;
  if tg_op = 'INSERT' then
    if authz.is_out_of_reach(new.organisation_id) then
      new.organisation_id := null; -- no policy lets it in
      return new;
    end if;
    new.detected_at := least(new.detected_at, clock_timestamp());
    new.notify_by := coalesce(authz.deadline(new.organisation_id, 'incident_notice', new.detected_at), 'infinity');
    new.authority_notified_at := null;
    return new;
  end if;
  if old.status in ('closed', 'dismissed')
    and new.status = old.status
    and (
      new.summary, new.affected_count, new.subjects_notified_at, new.data_nature, new.risks, new.measures, new.dismissal_reason,
      new.subjects_not_told_reason
    ) is distinct from (
      old.summary, old.affected_count, old.subjects_notified_at, old.data_nature, old.risks, old.measures, old.dismissal_reason,
      old.subjects_not_told_reason
    )
  then
    raise exception 'the account of an incident that has ended stays as it was'
      using errcode = 'CD014', hint = 'Open one that was dismissed again; record another for what came to light after one was closed.';
  end if;
  if new.status = 'dismissed' and old.status <> 'dismissed' and new.dismissal_reason is null then
    raise exception 'an incident is dismissed for a reason'
      using errcode = 'CD020', hint = 'Say in dismissal_reason why nobody need be told of it, in 10 to 5000 characters.';
  end if;
  if new.status = 'closed'
    and old.status <> 'closed'
    and new.subjects_notified_at is null
    and new.subjects_not_told_reason is null
  then
    raise exception 'an incident ends when the people were told'
      using errcode = 'CD020', hint = 'Set subjects_notified_at; or say in subjects_not_told_reason why they need not be told.';
  end if;
  new.detected_at := old.detected_at;
  new.notify_by := old.notify_by;
  new.authority_notified_at := coalesce(old.authority_notified_at, case when new.status = 'notified' then clock_timestamp() end);
  return new;
end
$$;
comment on function authz.tg_security_incidents__notice() is
  'Stamps notify_by and authority_notified_at; detected_at and subjects_notified_at are never in the future, the first never changes. CD014 for another account of one that is closed or dismissed, CD020 for one dismissed without a reason, or closed while the people were not told and nobody said why. [N-37]';
alter function authz.tg_security_incidents__notice() owner to cordon_definer;
revoke all on function authz.tg_security_incidents__notice() from public;

-- authz.tg_subject_requests__due: the law's deadline, counted from the moment that the request came in, whoever took it down.
create or replace function authz.tg_subject_requests__due()
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
    new.due_at := coalesce(authz.deadline(new.organisation_id, new.kind, new.created_at), 'infinity');
    new.resolved_at := null;
    return new;
  end if;
  if old.resolved_at is not null and new.refusal_basis is distinct from old.refusal_basis then
    raise exception 'the ground of an answer stays what was told'
      using errcode = 'CD014', hint = 'Take down another request: it is answered on its own ground.';
  end if;
  new.patient_id := old.patient_id;
  new.kind := old.kind;
  new.due_at := old.due_at;
  new.resolved_at := coalesce(old.resolved_at, case when new.status in ('completed', 'refused') then clock_timestamp() end);
  return new;
end
$$;
comment on function authz.tg_subject_requests__due() is
  'Stamps due_at and resolved_at; kind, patient and deadline never change. CD014 for another ground after the answer. [N-49]';
alter function authz.tg_subject_requests__due() owner to cordon_definer;
revoke all on function authz.tg_subject_requests__due() from public;

-- authz.tg_subject_requests__erased: that somebody was erased is said by the erasure, and by nobody's word; what is not erased is refused, on a
-- ground that the patient is told (LGPD art. 18 VI, par. 4). Invoker, to know whose hand it is: public.erase_subject alone is the definer's.
create or replace function authz.tg_subject_requests__erased()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if old.kind = 'erasure' and new.status = 'completed' and old.status <> 'completed' and current_user <> 'cordon_definer' then
    raise exception 'a request for erasure is completed by the erasure'
      using errcode = 'CD013', hint = 'Take it up (in_progress) and call erase_subject; or refuse it, and say on which ground.';
  end if;
  return new;
end
$$;
comment on function authz.tg_subject_requests__erased() is
  'Refuses with CD013 to complete a request for erasure otherwise than by erase_subject. [N-49]';
revoke all on function authz.tg_subject_requests__erased() from public;

-- governance.subject_graph: every table that holds rows of a patient, found by walking foreign keys from patients, and the links that
-- governance.subject_links adds, and how to find the rows: an SQL condition on `t`, with the organisation as $1 and the patient as $2. A composite key
-- carries the patient with it, so that most tables are asked by a column of their own, or by each where two name patients; where that may be null,
-- by their other keys too. A table that is added tomorrow is found tomorrow, however it spells its name and that of the organisation.
create or replace function governance.subject_graph()
  returns table (relation text, condition text, via text)
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_edges jsonb;
  v_edge jsonb;
  v_parent jsonb;
  v_found jsonb := '{"public.patients": {"columns": ["id"], "tenant": "organisation_id", "depth": 0, "via": ""}}';
  v_known jsonb;
  v_columns jsonb;
  v_tenant text;
  v_has_organisation boolean;
  v_others text;
  v_is_new boolean := true;
  v_conditions jsonb := '{"public.patients": "t.id = $2"}';
  v_condition text;
begin
  select jsonb_agg(
      jsonb_build_object('child', e.child, 'parent', e.parent, 'columns', e.columns, 'targets', e.targets, 'carries', e.carries)
      order by e.child, e.parent, e.columns
    )
    into v_edges
    from (
      select format('%I.%I', cn.nspname, cc.relname) as child, format('%I.%I', pn.nspname, pc.relname) as parent,
        (select jsonb_agg(a.attname order by k.place) from unnest(c.conkey) with ordinality as k (attnum, place)
         join pg_attribute as a on a.attrelid = c.conrelid and a.attnum = k.attnum) as columns,
        (select jsonb_agg(a.attname order by k.place) from unnest(c.confkey) with ordinality as k (attnum, place)
         join pg_attribute as a on a.attrelid = c.confrelid and a.attnum = k.attnum) as targets,
        true as carries
      from pg_constraint as c
      join pg_class as cc on cc.oid = c.conrelid and not cc.relispartition
      join pg_namespace as cn on cn.oid = cc.relnamespace
      join pg_class as pc on pc.oid = c.confrelid
      join pg_namespace as pn on pn.oid = pc.relnamespace
      where c.contype = 'f'
        and c.conparentid = 0
        and c.conrelid <> c.confrelid
      union all
      select format('%I.%I', l.schema_name, l.table_name), format('public.%I', l.target_table),
        jsonb_build_array('organisation_id', l.column_name), '["organisation_id", "id"]',
        -- A column that holds now a patient, now something of theirs, carries neither: asked for the patient alone, the rest would not be found.
        count(*) over (partition by l.schema_name, l.table_name, l.column_name) = 1
      from governance.subject_links as l
    ) as e;
  while v_is_new loop
    v_is_new := false;
    for v_edge in select value from jsonb_array_elements(v_edges) loop
      v_parent := v_found -> (v_edge ->> 'parent');
      continue when v_parent is null;
      v_known := v_found -> (v_edge ->> 'child');
      -- The columns of the child that carry the patient, and the one that carries the organisation, where the key does.
      select jsonb_agg(distinct c.value) filter (where v_parent -> 'columns' ? t.value and (v_edge -> 'carries')::boolean),
          min(c.value) filter (where t.value = v_parent ->> 'tenant')
        into v_columns, v_tenant
        from jsonb_array_elements_text(v_edge -> 'columns') with ordinality as c (value, place)
        join jsonb_array_elements_text(v_edge -> 'targets') with ordinality as t (value, place) using (place);
      if v_known is null
        or not coalesce(v_known -> 'columns' @> v_columns, v_columns is null)
        or (v_tenant is not null and v_known ->> 'tenant' is null)
      then
        select jsonb_agg(distinct c.value)
          into v_columns
          from jsonb_array_elements(coalesce(v_known -> 'columns', '[]') || coalesce(v_columns, '[]')) as c (value);
        v_found := v_found || jsonb_build_object(
          v_edge ->> 'child',
          jsonb_build_object(
            'columns', coalesce(v_columns, '[]'),
            'tenant', coalesce(v_known ->> 'tenant', v_tenant),
            'depth', coalesce((v_known ->> 'depth')::integer, (v_parent ->> 'depth')::integer + 1),
            'via', v_edge ->> 'parent'
          )
        );
        v_is_new := true;
      end if;
    end loop;
  end loop;
  for relation, v_columns, v_tenant, via in
    select f.key, f.value -> 'columns', f.value ->> 'tenant', f.value ->> 'via'
    from jsonb_each(v_found) as f
    order by (f.value ->> 'depth')::integer, f.key
  loop
    select string_agg(format('t.%I = $2', c), ' or ' order by c) into v_condition from jsonb_array_elements_text(v_columns) as c;
    v_has_organisation := exists (
      select from pg_attribute as a where a.attrelid = relation::regclass and a.attname = 'organisation_id' and not a.attisdropped
    );
    -- What always names its patient needs to be asked for nothing else.
    if not exists (
      select
      from pg_attribute as a
      where a.attrelid = relation::regclass and a.attnotnull and v_columns ? a.attname::text
    ) then
      select string_agg(
          format(
            '(%s) in (select %s from %s as t where %s(%s))',
            (select string_agg(format('t.%I', c), ', ') from jsonb_array_elements_text(e.value -> 'columns') as c),
            (select string_agg(format('t.%I', c), ', ') from jsonb_array_elements_text(e.value -> 'targets') as c),
            (e.value ->> 'parent')::regclass,
            case when p.has_organisation then 't.organisation_id = $1 and ' else '' end,
            p.condition
          ),
          ' or ' order by e.value::text
        )
        into v_others
        from jsonb_array_elements(v_edges) as e
        cross join lateral (
          select
            coalesce(
              v_conditions ->> (e.value ->> 'parent'),
              (select string_agg(format('t.%I = $2', c), ' or ' order by c)
               from jsonb_array_elements_text(v_found -> (e.value ->> 'parent') -> 'columns') as c)
            ) as condition,
            exists (
              select
              from pg_attribute as a
              where a.attrelid = (e.value ->> 'parent')::regclass and a.attname = 'organisation_id' and not a.attisdropped
            ) as has_organisation
        ) as p
       where e.value ->> 'child' = relation
         and p.condition is not null
         -- By a column of its own it is asked already.
         and not exists (
           select from jsonb_array_elements_text(e.value -> 'columns') as c (value) where v_columns ? c.value
         );
      v_condition := concat_ws(' or ', v_condition, v_others);
    end if;
    -- Whoever calls the organisation something else is asked by that name, which the caller does not know.
    if not v_has_organisation and v_tenant is not null then
      v_condition := format('t.%I = $1 and (%s)', v_tenant, v_condition);
    end if;
    v_conditions := v_conditions || jsonb_build_object(relation, v_condition);
    condition := v_condition;
    return next;
  end loop;
end
$$;
comment on function governance.subject_graph() is
  'Tables with rows of a patient: {relation, condition on t with $1 the organisation and $2 the patient, via}. Parents come first. [N-49]';
revoke all on function governance.subject_graph() from public;

-- governance.subject_rows: every row of one patient at one organisation, table by table, and what is left out of it with its reason. Of the migrating
-- role, because nobody else may read all of it: it asks for nobody's rights, so that only export_subject may call it, which does. Staff are left out,
-- but not from what they wrote of somebody's health: a chart names its professionals, and says with which licence they wrote (CFM 1.638/2002 art. 5).
-- Whoever wrote is told by name, council and licence, and never by a login. What an application keeps as json, or in a type of its own, may hold what
-- jsonb does not take: it is told as its text then.
create or replace function governance.subject_rows(organisation_id uuid, patient_id uuid)
  returns table (relation text, content jsonb, left_out jsonb)
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
  set timezone = 'UTC'
as $$
declare
  v_table record;
  v_hidden text[];
  v_key text;
  v_author text;
  v_source text;
begin
  for v_table in
    select g.relation as name, g.condition, g.relation::regclass as oid, n.nspname as schema_name, c.relname as table_name
    from governance.subject_graph() as g
    join pg_class as c on c.oid = g.relation::regclass
    join pg_namespace as n on n.oid = c.relnamespace
  loop
    relation := v_table.name;
    select array_agg(a.attname::text order by a.attname),
        coalesce(jsonb_object_agg(a.attname, e.reason order by a.attname) filter (where a.attname is not null), '{}')
      into v_hidden, left_out
      from governance.export_exclusions as e
      join pg_attribute as a
        on a.attrelid = v_table.oid and a.attnum > 0 and not a.attisdropped and e.column_name in (a.attname, '*')
     where e.schema_name in (v_table.schema_name, '*')
       and e.table_name in (v_table.table_name, '*');
    select string_agg(format('t.%I', a.attname), ', ' order by k.place)
      into v_key
      from pg_index as i
      cross join lateral unnest(i.indkey::smallint[]) with ordinality as k (attnum, place)
      join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = k.attnum
     where i.indrelid = v_table.oid
       and i.indisprimary
       and k.place <= i.indnkeyatts;
    v_author := case
      when exists (
        select
        from governance.classification as c
        where c.schema_name = v_table.schema_name
          and c.table_name = v_table.table_name
          and c.domain = 'clinical'
          and c.retention = 'chart'
          and c.level not in ('PUBLIC', 'INTERNAL')
      ) and exists (
        select from pg_attribute as a where a.attrelid = v_table.oid and a.attname = 'created_by_user_id' and not a.attisdropped
      ) then
        ' || coalesce((
           select jsonb_build_object(''written_by'', jsonb_build_object(''name'', n.display_name, ''council'', l.council, ''licence'', l.licence))
           from public.organisation_members as m
           left join public.profiles as n on n.user_id = m.user_id
           left join public.professionals as l on l.organisation_id = m.organisation_id and l.user_id = m.user_id
           where m.organisation_id = $1
             and m.user_id = t.created_by_user_id
             and (l.user_id is not null or m.role in (''doctor'', ''nurse''))
         ), ''{}'')'
      else ''
    end;
    -- A table without such a column is asked as it stands.
    select case
        when bool_or(c.is_json) then
          format(
            '(select %s from %s as t)',
            string_agg(
              format(case when c.is_json then 'governance.told_json(to_json(t.%1$I)) as %1$I' else 't.%I' end, c.attname),
              ', ' order by c.attnum
            ),
            v_table.oid::regclass
          )
        else v_table.oid::regclass::text
      end
      into v_source
      from (
        select a.attnum, a.attname,
          'json'::regtype in (y.oid, y.typelem, y.typbasetype) or e.typtype in ('c', 'd') or exists (
            select
            from pg_cast as k -- a type that an application says how to write as json
            where k.castsource in (y.oid, e.oid) and k.casttarget = 'json'::regtype and k.castsource <> 'jsonb'::regtype
          ) as is_json
        from pg_attribute as a
        join pg_type as y on y.oid = a.atttypid
        join pg_type as e on e.oid = case when y.typelem <> 0 and y.typcategory = 'A' then y.typelem else y.oid end
        where a.attrelid = v_table.oid and a.attnum > 0 and not a.attisdropped
      ) as c;
    if exists (
      select
      from governance.export_exclusions as e
      where e.schema_name = v_table.schema_name and e.table_name = v_table.table_name and e.column_name = '*'
    ) then
      content := null;
    else
      -- The row and not t: a table may have a column of that name.
      execute format(
        'select coalesce(jsonb_agg((to_jsonb(t.*) - $3)%s order by %s), ''[]'') from %s as t where %s(%s)',
        v_author,
        coalesce(v_key, '1'),
        v_source,
        -- Where it has another name, or none, the condition asks for it.
        case
          when exists (
            select from pg_attribute as a where a.attrelid = v_table.oid and a.attname = 'organisation_id' and not a.attisdropped
          ) then 't.organisation_id = $1 and '
          else ''
        end,
        v_table.condition
      )
      into content
      using subject_rows.organisation_id, subject_rows.patient_id, coalesce(v_hidden, '{}');
    end if;
    return next;
  end loop;
end
$$;
comment on function governance.subject_rows(uuid, uuid) is
  'Rows of a patient {relation, content, left_out}; content is NULL for a table that is left out as a whole. Rows of a chart that care staff wrote say by whom: written_by {name, council, licence}. [N-49]';
revoke all on function governance.subject_rows(uuid, uuid) from public;
grant execute on function governance.subject_rows(uuid, uuid) to cordon_definer;

-- public.export_subject: everything that an organisation holds of a patient, for themselves or by the privacy officer (LGPD art. 18 II and V):
-- the tables are found by the graph of foreign keys, so that none is forgotten; what is left out is named with its reason; and the export itself is
-- a disclosure, with the digest of what it gave. The officer sees charts that they do not treat: it takes the patient's request, under way and taken down
-- by somebody else, which the disclosure names, and counts as a restricted read. Who is refused stands in the access log.
create or replace function public.export_subject(patient_id uuid, request_id uuid default null)
  returns jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_is_patient constant boolean := authz.acting_realm() = 'patient';
  v_officer_of uuid;
  v_tenant uuid;
  v_request_id uuid;
  v_export jsonb;
  v_tables text[];
begin
  if authz.acting_realm() = 'provider' then
    v_officer_of := authz.organisation_for('{}', '{privacy_officer}');
  end if;
  if v_caller.session_id is null or (not v_is_patient and v_officer_of is null) then
    perform authz.emit_refusal('subject_export', 'SELECT', null, null, 'role');
    raise exception 'a patient''s data is not yours to export'
      using errcode = 'insufficient_privilege', hint = 'It takes the patient, or the privacy officer, signed in with a session.';
  end if;
  if not v_is_patient then
    perform authz.count_restricted_read();
  end if;
  begin
    select p.organisation_id
      into strict v_tenant
      from public.patients as p
     where p.id = export_subject.patient_id
       and case
         when v_is_patient then
           authz.is_own_patient(p.organisation_id, p.id)
           and p.organisation_id = coalesce(v_caller.organisation_id, p.organisation_id)
         else p.organisation_id = v_officer_of
       end;
  exception
    when no_data_found or too_many_rows then
      perform authz.emit_refusal('subject_export', 'SELECT', v_officer_of, null, 'not_found');
      raise exception 'patient not found'
        using errcode = 'CD010', hint = 'Name a patient of the current organisation; on the portal, one of your own.';
  end;
  if not v_is_patient then
    v_request_id := authz.export_request(v_tenant, export_subject.patient_id, export_subject.request_id);
  end if;
  select jsonb_build_object(
      'organisation_id', v_tenant,
      'patient_id', export_subject.patient_id,
      'exported_at', to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
      'tables', jsonb_object_agg(r.relation, r.content) filter (where r.content is not null),
      'left_out', jsonb_object_agg(r.relation, r.left_out) filter (where r.left_out <> '{}')
    ),
    array_agg(r.relation order by r.relation) filter (where r.content <> '[]')
    into v_export, v_tables
    from governance.subject_rows(v_tenant, export_subject.patient_id) as r;
  -- Whoever exports for the patient has read all of it, as a member of staff: the patient is told, as of any other who saw their record. On the portal it
  -- is a decision that stands there as any of the portal's does; a rollback takes back neither.
  if v_is_patient then
    perform authz.emit_access(
      'patient', row(v_caller.user_id, v_caller.session_id, v_tenant, null)::authz.membership, 'subject_export', 'SELECT', 'detailed', 'allowed',
      null, null, export_subject.patient_id
    );
  else
    perform authz.emit_access(
      'provider', authz.membership_for('{}', '{privacy_officer}'), 'subject_export', 'SELECT', 'comprehensive', 'disclosed', null,
      export_subject.patient_id, export_subject.patient_id
    );
  end if;
  perform authz.record_disclosure(
    v_tenant, export_subject.patient_id, 'patient', v_tenant, 'subject_access', v_tables, 'public.export_subject', v_request_id,
    authz.digest(v_export::text)
  );
  perform authz.record_security_event(v_tenant, 'data.exported', export_subject.patient_id, '{"kind": "subject"}');
  return jsonb_build_object(
    'format', 'cordon.subject-export.1', 'export', v_export, 'export_sha256', authz.digest(v_export::text)
  );
end
$$;
comment on function public.export_subject(uuid, uuid) is
  'Everything held of a patient {format, export: {organisation_id, patient_id, exported_at, tables, left_out}, export_sha256}; the digest is of PostgreSQL''s text of export. Recorded as a disclosure, and in the access log: of the privacy officer as a read, for the request of the patient that is under way. 42501 for who is neither the privacy officer nor a patient with a session, CD010 for no such patient or request, CD013 where the officer has no request for access or portability in_progress, or several and names none, or has exported for it three times, CD008 where they took it down themselves, CD041 beyond the limit of restricted reads. [N-35, N-37, N-39, N-49, N-52]';
alter function public.export_subject(uuid, uuid) owner to cordon_definer;
revoke all on function public.export_subject(uuid, uuid) from public;
grant execute on function public.export_subject(uuid, uuid) to authenticated, patient;

-- governance.told_json: a text of type json as jsonb, or, where that does not take it, as the text that it is: json keeps what it was given, a NUL
-- written as an escape or a number without end, and one such value of an application's would keep a patient from all that is held of them.
create or replace function governance.told_json(content json)
  returns jsonb
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return content::jsonb;
exception
  when data_exception or program_limit_exceeded then -- whole classes: an escape, a number, a depth that jsonb does not take
    return to_jsonb(content::text);
end
$$;
comment on function governance.told_json(json) is
  'A value of type json as jsonb; as its text where jsonb does not take it. [N-49]';
revoke all on function governance.told_json(json) from public;

-- authz.export_request: the request by which the privacy officer may take everything that is held of a patient: for access or portability, and not
-- answered yet. What nobody asked for is a chart read without treating, consent or hours, and whoever takes down a request that opens it to
-- themselves says so of nobody but themselves: somebody else has heard the patient, or has seen the letter. A request opens it three times, since a
-- copy gets lost; for more the patient asks again. Where none is named, the only one there is.
create or replace function authz.export_request(organisation_id uuid, patient_id uuid, request_id uuid)
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_request record;
  v_request_id uuid;
  v_taken_down_by uuid;
begin
  -- An older snapshot does not show what another officer has just taken for it.
  perform authz.require_read_committed();
  if export_request.request_id is not null and not exists (
    select
    from public.subject_requests as r
    where r.organisation_id = export_request.organisation_id
      and r.id = export_request.request_id
      and r.patient_id = export_request.patient_id
      and r.archived_at is null
  ) then
    perform authz.emit_refusal('subject_export', 'SELECT', export_request.organisation_id, export_request.patient_id, 'not_found');
    raise exception 'request not found'
      using errcode = 'CD010', hint = 'Name a subject request of this patient, of the current organisation.';
  end if;
  -- Locked: who answers it meanwhile, or exports for it too, waits, or is seen.
  for v_request in
    select r.id, r.created_by_user_id
    from public.subject_requests as r
    where r.organisation_id = export_request.organisation_id
      and r.patient_id = export_request.patient_id
      and r.id = coalesce(export_request.request_id, r.id)
      and r.kind in ('access', 'portability')
      and r.status = 'in_progress'
      and r.archived_at is null
    order by r.id
    for no key update
  loop
    if v_request_id is not null then
      raise exception 'the patient asked more than once'
        using errcode = 'CD013', hint = 'Name the request that this export answers: export_subject(patient_id, request_id).';
    end if;
    v_request_id := v_request.id;
    v_taken_down_by := v_request.created_by_user_id;
  end loop;
  if v_request_id is null then
    perform authz.emit_refusal('subject_export', 'SELECT', export_request.organisation_id, export_request.patient_id, 'request');
    raise exception 'nobody asked for this export'
      using errcode = 'CD013', hint = 'Take up the patient''s request of kind access or portability first: status in_progress.';
  end if;
  if v_taken_down_by = authz.user_id() then
    perform authz.emit_refusal('subject_export', 'SELECT', export_request.organisation_id, export_request.patient_id, 'request');
    raise exception 'you took this request down yourself'
      using errcode = 'CD008', hint = 'Reception or a clinic_admin takes it down, or the patient files it on the portal; or another privacy officer exports for it.';
  end if;
  if (
    select count(*)
    from public.disclosures as d
    where d.organisation_id = export_request.organisation_id
      and d.patient_id = export_request.patient_id
      and d.source_table = 'public.export_subject'
      and d.source_id = v_request_id
  ) >= 3 then
    perform authz.emit_refusal('subject_export', 'SELECT', export_request.organisation_id, export_request.patient_id, 'request');
    raise exception 'this request has been answered with an export three times'
      using errcode = 'CD013', hint = 'Complete it; a patient who needs another copy takes it on the portal, or asks again.';
  end if;
  return v_request_id;
end
$$;
comment on function authz.export_request(uuid, uuid, uuid) is
  'The request for access or portability of a patient that is under way, locked: the one that is named, or the only one. CD010 for no such request of the patient, CD013 for one of another kind or not under way, for none, for several where none is named, or for one that was exported for three times, CD008 for one that the caller took down, CD007 above READ COMMITTED. [N-49]';
alter function authz.export_request(uuid, uuid, uuid) owner to cordon_definer;
revoke all on function authz.export_request(uuid, uuid, uuid) from public;

-- authz.recipients_of: to whom data of a patient went, and who must now be told that it was erased (LGPD art. 18 par. 6, GDPR art. 19): each once, with
-- the last time. Not the patient, who knows; nor operations, whose view
-- closes by itself; nor whoever took it within the clinic.
create or replace function authz.recipients_of(organisation_id uuid, patient_id uuid)
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select coalesce(
      jsonb_agg(
        jsonb_build_object(
          'recipient_kind', r.recipient_kind, 'recipient_name', r.recipient_name, 'recipient_organisation_id', r.recipient_organisation_id,
          'last_disclosed_at', to_char(r.last_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'disclosures', r.times
        )
        order by r.recipient_kind, r.recipient_name, r.recipient_organisation_id
      ),
      '[]'
    )
    from (
      select d.recipient_kind, d.recipient_name, d.recipient_organisation_id, max(d.disclosed_at) as last_at, count(*) as times
      from public.disclosures as d
      where d.organisation_id = recipients_of.organisation_id
        and d.patient_id = recipients_of.patient_id
        and d.recipient_kind not in ('patient', 'operations')
        and d.recipient_organisation_id is distinct from d.organisation_id
      group by d.recipient_kind, d.recipient_name, d.recipient_organisation_id
    ) as r
  );
end
$$;
comment on function authz.recipients_of(uuid, uuid) is
  'Recipients of a patient''s data [{recipient_kind, recipient_name, recipient_organisation_id, last_disclosed_at, disclosures}], without the patient, operations and the clinic itself. [N-37, N-49]';
alter function authz.recipients_of(uuid, uuid) owner to cordon_definer;
revoke all on function authz.recipients_of(uuid, uuid) from public;

-- authz.tg_subject_request_evidence__answered: what was answered, and on what evidence, stays as it was told: written anew, nobody could say what the
-- person was refused with. What was not written down by then may be. Who answers waits for this, or is seen.
create or replace function authz.tg_subject_request_evidence__answered()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_status text;
begin
  perform authz.require_read_committed();
  select r.status
    into v_status
    from public.subject_requests as r
   where r.organisation_id = new.organisation_id
     and r.id = new.id
  for share;
  if v_status in ('completed', 'refused') then
    raise exception 'an answer stays what was told'
      using errcode = 'CD014', hint = 'Take down another request, and answer it: what was not written yet may still be added.';
  end if;
  return new;
end
$$;
comment on function authz.tg_subject_request_evidence__answered() is
  'Refuses with CD014 another answer or evidence of a request that was answered; CD007 above READ COMMITTED. [N-49]';
alter function authz.tg_subject_request_evidence__answered() owner to cordon_definer;
revoke all on function authz.tg_subject_request_evidence__answered() from public;

-- public.record_disclosure_made: data that left by another way than this database: on paper, by order of a court, a disease that the law wants notified.
-- By the privacy officer in person, with when, to whom, what, for which purpose and on which ground (45 CFR 164.528(b)(2), LGPD art. 18 VII). It hands
-- out nothing; the patient sees it as they see others, and nobody changes it.
create or replace function public.record_disclosure_made(
  patient_id uuid, recipient_kind text, recipient_name text, purpose text, content text[], legal_ground text default null,
  disclosed_at timestamptz default null
)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation_id uuid;
  v_name constant text := nullif(authz.trimmed(recipient_name), '');
  v_ground constant text := nullif(authz.trimmed(legal_ground), '');
begin
  if authz.acting_realm() = 'provider' then
    v_organisation_id := authz.organisation_for('{}', '{privacy_officer}');
  end if;
  if v_organisation_id is null or authz.own_session_id() is null then
    raise exception 'a disclosure is not yours to record'
      using errcode = 'insufficient_privilege', hint = 'It takes the privacy officer, signed in with a session.';
  end if;
  -- What goes to operations and to transport companies is written by what hands it over.
  if record_disclosure_made.recipient_kind is null
    or record_disclosure_made.recipient_kind not in ('patient', 'clinic', 'insurer', 'auditor', 'authority')
  then
    raise exception 'this recipient is recorded by nobody''s hand'
      using errcode = 'invalid_parameter_value', hint = 'Use patient, clinic, insurer, auditor or authority.';
  end if;
  if (record_disclosure_made.recipient_kind = 'patient') <> (v_name is null) or length(v_name) < 2 or length(v_name) > 300 then
    raise exception 'a disclosure names its recipient'
      using errcode = 'CD020', hint = 'Give name and address, in 2 to 300 characters; none for the patient, whose id says who it is.';
  end if;
  if (record_disclosure_made.recipient_kind = 'authority' and v_ground is null) or length(v_ground) < 5 or length(v_ground) > 500 then
    raise exception 'a disclosure to an authority takes its legal ground'
      using errcode = 'CD020', hint = 'Name the order, or the law that asks for it, in 5 to 500 characters.';
  end if;
  if record_disclosure_made.purpose is null
    or (
      record_disclosure_made.purpose not in ('subject_access', 'legal_obligation', 'audit')
      and not exists (
        select from public.consent_purposes as p where p.purpose = record_disclosure_made.purpose and p.archived_at is null
      )
    )
    or (record_disclosure_made.purpose = 'subject_access') <> (record_disclosure_made.recipient_kind = 'patient')
  then
    raise exception 'unknown purpose'
      using errcode = 'CD006',
        hint = 'Use a purpose of consent_purposes, legal_obligation or audit; for what the patient got, subject_access.';
  end if;
  if coalesce(cardinality(record_disclosure_made.content), 0) not between 1 and 200
    or exists (
      select
      from unnest(record_disclosure_made.content) as c (name)
      where c.name is null
        or c.name !~ '^[a-z][a-z0-9_]{0,62}$'
        or to_regclass('public.' || c.name) is null
    )
  then
    raise exception 'what went is said in names of tables'
      using errcode = 'invalid_parameter_value', hint = 'Name tables of public, as {medical_records,documents}: no values.';
  end if;
  -- The officer's clock may run ahead a little: then it went now.
  if record_disclosure_made.disclosed_at > clock_timestamp() + interval '5 minutes' or not isfinite(record_disclosure_made.disclosed_at) then
    raise exception 'a disclosure that was made lies in the past'
      using errcode = 'invalid_parameter_value', hint = 'Say when it went; without a time, now.';
  end if;
  if not exists (
    select
    from public.patients as p
    where p.organisation_id = v_organisation_id
      and p.id = record_disclosure_made.patient_id
  ) then
    raise exception 'patient not found'
      using errcode = 'CD010', hint = 'Name a patient of the current organisation.';
  end if;
  perform authz.record_disclosure(
    v_organisation_id, record_disclosure_made.patient_id, record_disclosure_made.recipient_kind, null, record_disclosure_made.purpose,
    record_disclosure_made.content, 'public.record_disclosure_made', null, null, v_name, v_ground,
    least(record_disclosure_made.disclosed_at, clock_timestamp())
  );
end
$$;
comment on function public.record_disclosure_made(uuid, text, text, text, text[], text, timestamptz) is
  'Records data of a patient that left by another way. 42501 for who is no privacy officer with a session, 22023 for another recipient, for content that names no tables or a time to come by more than five minutes, CD006 for an unknown purpose, CD010 for no such patient, CD016 for a number in name or ground, CD020 without the name of the recipient, or for an authority without the legal ground. [N-37]';
alter function public.record_disclosure_made(uuid, text, text, text, text[], text, timestamptz) owner to cordon_definer;
revoke all on function public.record_disclosure_made(uuid, text, text, text, text[], text, timestamptz) from public;
grant execute on function public.record_disclosure_made(uuid, text, text, text, text[], text, timestamptz) to authenticated;

-- authz.tg_subject_requests__exported: who asked for their data was given it, or is told how else they were answered: nobody's word alone says that it
-- was done. What the patient took on the portal counts, and what was handed over by hand and recorded.
create or replace function authz.tg_subject_requests__exported()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if old.resolved_at is not null and new.answered_otherwise is distinct from old.answered_otherwise then
    raise exception 'how a request was answered stays what was told'
      using errcode = 'CD014', hint = 'Take down another request: it is answered on its own.';
  end if;
  if new.kind in ('access', 'portability')
    and new.status = 'completed'
    and old.status <> 'completed'
    and new.answered_otherwise is null
    and not exists (
      select
      from public.disclosures as d
      where d.organisation_id = new.organisation_id
        and d.patient_id = new.patient_id
        and d.recipient_kind = 'patient'
        and d.purpose = 'subject_access'
        and d.source_table in ('public.export_subject', 'public.record_disclosure_made')
        and d.disclosed_at >= new.created_at
    )
  then
    raise exception 'nothing was given to who asked for their data'
      using errcode = 'CD013',
        hint = 'Take it up (in_progress) and call export_subject; or say in answered_otherwise how it was answered; or refuse it, and say on which ground.';
  end if;
  return new;
end
$$;
comment on function authz.tg_subject_requests__exported() is
  'Refuses with CD013 to complete a request for access or portability without an export since it came in, or a word on how else it was answered; with CD014 another word after the answer. [N-49]';
alter function authz.tg_subject_requests__exported() owner to cordon_definer;
revoke all on function authz.tg_subject_requests__exported() from public;

-- authz.tg_subject_requests__objection: an objection and a basis take turns, so that what is being filed is seen by whoever records one: by the patient,
-- whom both lock. One that is upheld ends what it bars from then on (authz.tg_consents__version), at once: said and not done it would bind nobody.
-- After the row, so that the policy has spoken first.
create or replace function authz.tg_subject_requests__objection()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform authz.lock_patient(new.organisation_id, new.patient_id);
  -- And what may be coming into force at this moment, which holds its own row alone: whoever is first is seen by the other. Not what is in force: who ends
  -- several takes them in an order of their own.
  perform
  from public.consents as c
  where c.organisation_id = new.organisation_id
    and c.patient_id = new.patient_id
    and c.legal_basis not in ('consent', 'vital_interest', 'legal_obligation')
    and c.purpose <> 'treatment'
    and (c.status = 'proposed' or (c.status = 'active' and c.archived_at is not null))
  order by c.created_at desc, c.id desc
  for no key update;
  if new.status = 'completed' then
    update public.consents as c
       set status = 'withdrawn',
           withdrawal_reason = 'The patient objected, and it was upheld.'
     where c.organisation_id = new.organisation_id
       and c.patient_id = new.patient_id
       and c.legal_basis not in ('consent', 'vital_interest', 'legal_obligation')
       and c.purpose <> 'treatment'
       and c.status = 'active'
       and c.archived_at is null;
  end if;
  return null;
end
$$;
comment on function authz.tg_subject_requests__objection() is
  'Serialises objections and other bases than consent, and ends the bases that an upheld one bars. [N-45, N-49]';
alter function authz.tg_subject_requests__objection() owner to cordon_definer;
revoke all on function authz.tg_subject_requests__objection() from public;

revoke create on schema authz, public from cordon_definer;

create policy provider_fence on governance.deadlines
  as restrictive for all to authenticated
  using (false)
  with check (false);
comment on policy provider_fence on governance.deadlines is
  'Whatever another policy allows, staff reach no row. [N-24, S-02, S-03, S-04]';

create policy patient_fence on governance.deadlines
  as restrictive for all to patient
  using (false)
  with check (false);
comment on policy patient_fence on governance.deadlines is
  'Whatever another policy allows, patients reach no row. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on governance.deadlines
  as restrictive for all to internal_ops
  using (false)
  with check (false);
comment on policy internal_ops_fence on governance.deadlines is
  'Whatever another policy allows, operations reach no row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on governance.deadlines
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on governance.deadlines is
  'Whatever another policy allows, callers who are not signed in reach no row. [N-24, S-02, S-03, S-04]';

create policy definer_select on governance.deadlines
  for select to cordon_definer
  using (true);
comment on policy definer_select on governance.deadlines is
  'definer functions may read every row (authz.deadline: by when). [N-49]';

create policy provider_fence on governance.export_exclusions
  as restrictive for all to authenticated
  using (false)
  with check (false);
comment on policy provider_fence on governance.export_exclusions is
  'Whatever another policy allows, staff reach no row. [N-24, S-02, S-03, S-04]';

create policy patient_fence on governance.export_exclusions
  as restrictive for all to patient
  using (false)
  with check (false);
comment on policy patient_fence on governance.export_exclusions is
  'Whatever another policy allows, patients reach no row. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on governance.export_exclusions
  as restrictive for all to internal_ops
  using (false)
  with check (false);
comment on policy internal_ops_fence on governance.export_exclusions is
  'Whatever another policy allows, operations reach no row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on governance.export_exclusions
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on governance.export_exclusions is
  'Whatever another policy allows, callers who are not signed in reach no row. [N-24, S-02, S-03, S-04]';

create policy provider_fence on governance.subject_links
  as restrictive for all to authenticated
  using (false)
  with check (false);
comment on policy provider_fence on governance.subject_links is
  'Whatever another policy allows, staff reach no row. [N-24, S-02, S-03, S-04]';

create policy patient_fence on governance.subject_links
  as restrictive for all to patient
  using (false)
  with check (false);
comment on policy patient_fence on governance.subject_links is
  'Whatever another policy allows, patients reach no row. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on governance.subject_links
  as restrictive for all to internal_ops
  using (false)
  with check (false);
comment on policy internal_ops_fence on governance.subject_links is
  'Whatever another policy allows, operations reach no row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on governance.subject_links
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on governance.subject_links is
  'Whatever another policy allows, callers who are not signed in reach no row. [N-24, S-02, S-03, S-04]';

create policy provider_fence on public.disclosures
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'disclosures', 'SELECT', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'disclosures', 'SELECT', 'detailed')));
comment on policy provider_fence on public.disclosures is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with privacy_officer of the current organisation or clinic_admin of the current organisation. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.disclosures
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.disclosures is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.disclosures
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.disclosures is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.disclosures
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.disclosures is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.disclosures
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'disclosures', 'SELECT', 'detailed')));
comment on policy provider_select on public.disclosures is
  'any member with privacy_officer of the current organisation may read rows that are not archived; clinic_admin of the current organisation may read rows that are not archived. [N-02, S-02]';

create policy provider_select_rows on public.disclosures
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.disclosures is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, S-02]';

create policy patient_select on public.disclosures
  for select to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'disclosures', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.disclosures is
  'a patient may read rows that are their own and not archived. [N-15]';

create policy definer_select on public.disclosures
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.disclosures is
  'definer functions may read every row (audit.seal_table, audit.sealed_records: what is sealed is the whole row; authz.simulate: explains a decision by what it depends on). [N-08, S-20]';

create policy definer_insert on public.disclosures
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on public.disclosures is
  'definer functions may create every row (authz.record_disclosure: the only hand). [N-37]';

create policy provider_fence on public.legal_holds
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'legal_holds', 'SELECT', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'legal_holds', 'SELECT', 'detailed')));
comment on policy provider_fence on public.legal_holds is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with privacy_officer of the current organisation or clinic_admin of the current organisation. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.legal_holds
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.legal_holds is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.legal_holds
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.legal_holds is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.legal_holds
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.legal_holds is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.legal_holds
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'legal_holds', 'SELECT', 'detailed')));
comment on policy provider_select on public.legal_holds is
  'any member with privacy_officer of the current organisation may read rows that are not archived; clinic_admin of the current organisation may read rows that are not archived. [N-02, N-49, S-02]';

create policy provider_select_rows on public.legal_holds
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.legal_holds is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, N-49, S-02]';

create policy provider_insert on public.legal_holds
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'legal_holds', 'INSERT', 'detailed')));
comment on policy provider_insert on public.legal_holds is
  'any member with privacy_officer of the current organisation may create rows. [N-02, N-49, S-03]';

create policy provider_update on public.legal_holds
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'legal_holds', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'legal_holds', 'SELECT', 'detailed')));
comment on policy provider_update on public.legal_holds is
  'any member with privacy_officer of the current organisation may change rows that are not archived. [N-02, N-49, S-03]';

create policy provider_update_rows on public.legal_holds
  as restrictive for update to authenticated
  using (
    archived_at is null
    or archived_at = now()
  )
  with check (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_update_rows on public.legal_holds is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, N-49, S-03]';

create policy definer_select on public.legal_holds
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.legal_holds is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on). [N-08]';

create policy provider_fence on public.security_incidents
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'security_incidents', 'SELECT', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'security_incidents', 'SELECT', 'detailed')));
comment on policy provider_fence on public.security_incidents is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with privacy_officer of the current organisation or clinic_admin of the current organisation. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.security_incidents
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.security_incidents is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.security_incidents
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.security_incidents is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.security_incidents
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.security_incidents is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.security_incidents
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'security_incidents', 'SELECT', 'detailed')));
comment on policy provider_select on public.security_incidents is
  'any member with privacy_officer of the current organisation may read rows that are not archived; clinic_admin of the current organisation may read rows that are not archived. [N-02, S-02]';

create policy provider_select_rows on public.security_incidents
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.security_incidents is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, S-02]';

create policy provider_insert on public.security_incidents
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'security_incidents', 'INSERT', 'detailed')));
comment on policy provider_insert on public.security_incidents is
  'any member with privacy_officer of the current organisation may create rows. [N-02, S-03]';

create policy provider_update on public.security_incidents
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'security_incidents', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'security_incidents', 'SELECT', 'detailed')));
comment on policy provider_update on public.security_incidents is
  'any member with privacy_officer of the current organisation may change rows that are not archived. [N-02, S-03]';

create policy provider_update_rows on public.security_incidents
  as restrictive for update to authenticated
  using (
    archived_at is null
    or archived_at = now()
  )
  with check (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_update_rows on public.security_incidents is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, S-03]';

create policy definer_select on public.security_incidents
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.security_incidents is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on). [N-08]';

create policy provider_fence on public.subject_request_evidence
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'subject_request_evidence', 'SELECT', 'comprehensive')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'subject_request_evidence', 'SELECT', 'comprehensive')));
comment on policy provider_fence on public.subject_request_evidence is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with privacy_officer of the current organisation. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.subject_request_evidence
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.subject_request_evidence is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.subject_request_evidence
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.subject_request_evidence is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.subject_request_evidence
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.subject_request_evidence is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.subject_request_evidence
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'subject_request_evidence', 'SELECT', 'comprehensive')));
comment on policy provider_select on public.subject_request_evidence is
  'any member with privacy_officer of the current organisation may read rows that are not archived. [N-02, S-02]';

create policy provider_select_rows on public.subject_request_evidence
  as restrictive for select to authenticated
  using (
    case
      when
        archived_at is null
        or archived_at = now()
      then authz.log_disclosure((select authz.disclosure_stamp('provider', 'subject_request_evidence', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
  );
comment on policy provider_select_rows on public.subject_request_evidence is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, S-02]';

create policy provider_insert on public.subject_request_evidence
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'subject_request_evidence', 'INSERT', 'detailed')));
comment on policy provider_insert on public.subject_request_evidence is
  'any member with privacy_officer of the current organisation may create rows. [N-02, S-03]';

create policy provider_update on public.subject_request_evidence
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'subject_request_evidence', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'subject_request_evidence', 'SELECT', 'comprehensive')));
comment on policy provider_update on public.subject_request_evidence is
  'any member with privacy_officer of the current organisation may change rows that are not archived. [N-02, S-03]';

create policy provider_update_rows on public.subject_request_evidence
  as restrictive for update to authenticated
  using (
    archived_at is null
    or archived_at = now()
  )
  with check (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_update_rows on public.subject_request_evidence is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, S-03]';

create policy definer_select on public.subject_request_evidence
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.subject_request_evidence is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on). [N-08]';

create policy provider_fence on public.subject_requests
  as restrictive for all to authenticated
  using (organisation_id = (select authz.organisation_id()))
  with check (organisation_id = (select authz.organisation_id()));
comment on policy provider_fence on public.subject_requests is
  'Whatever another policy allows, staff reach rows of the current organisation only. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.subject_requests
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.subject_requests is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.subject_requests
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.subject_requests is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.subject_requests
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.subject_requests is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.subject_requests
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'subject_requests', 'SELECT', 'detailed')));
comment on policy provider_select on public.subject_requests is
  'any member with privacy_officer of the current organisation may read rows that are not archived; clinic_admin of the current organisation may read rows that are not archived. [N-02, S-02]';

create policy provider_select_rows on public.subject_requests
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.subject_requests is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, S-02]';

create policy provider_insert on public.subject_requests
  for insert to authenticated
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin,receptionist}', '{}'))), 'provider', 'subject_requests', 'INSERT', 'detailed')));
comment on policy provider_insert on public.subject_requests is
  'any member with privacy_officer of the current organisation may create rows; clinic_admin or receptionist of the current organisation may create rows. [N-02, S-03]';

create policy provider_update on public.subject_requests
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'subject_requests', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'subject_requests', 'UPDATE', 'detailed')));
comment on policy provider_update on public.subject_requests is
  'any member with privacy_officer of the current organisation may change rows that are not archived. [N-02, S-03]';

create policy provider_update_rows on public.subject_requests
  as restrictive for update to authenticated
  using (
    archived_at is null
    or archived_at = now()
  )
  with check (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_update_rows on public.subject_requests is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, S-03]';

create policy patient_select on public.subject_requests
  for select to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'subject_requests', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.subject_requests is
  'a patient may read rows that are their own and not archived. [N-15]';

create policy patient_insert on public.subject_requests
  for insert to patient
  with check (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'subject_requests', 'INSERT', 'detailed'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
  );
comment on policy patient_insert on public.subject_requests is
  'a patient may create rows that are their own. [N-15]';

create policy definer_select on public.subject_requests
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.subject_requests is
  'definer functions may read every row (authz.erasure_request, authz.export_request: what the officer may erase and export by; authz.tg_consents__version: who has objected; authz.simulate: explains a decision by what it depends on). [N-08, N-45, N-49]';

create or replace trigger _610_disclosure
  after update on public.cases
  for each row
  execute function authz.tg_cases__disclosure();
alter table public.cases enable always trigger _610_disclosure;
comment on trigger _610_disclosure on public.cases is
  'Writes down that operations were shown the patient. [N-37]';

create or replace trigger _020_append_only
  before update or delete on public.disclosures
  for each row
  execute function authz.tg__append_only('disclosures');
alter table public.disclosures enable always trigger _020_append_only;
comment on trigger _020_append_only on public.disclosures is
  'Refuses to change or delete, the owner included. [N-37, S-20]';

create or replace trigger _021_no_truncate
  before truncate on public.disclosures
  for each statement
  execute function authz.tg__append_only('disclosures');
alter table public.disclosures enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on public.disclosures is
  'Refuses to empty the table, the owner included. [N-37, S-20]';

create or replace trigger _080_no_secrets
  before insert or update on public.legal_holds
  for each row
  execute function authz.tg__no_secrets('legal_holds', 'reason');
alter table public.legal_holds enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.legal_holds is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _085_words
  before insert or update on public.legal_holds
  for each row
  execute function authz.tg__words('legal_holds', 'reason', '10');
alter table public.legal_holds enable always trigger _085_words;
comment on trigger _085_words on public.legal_holds is
  'Refuses a reason that nobody sees. [N-49]';

create or replace trigger _015_read_committed
  before insert or update on public.legal_holds
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.legal_holds enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.legal_holds is
  'Says what is kept, in the newest snapshot alone: an older one shows who may write as they were. [N-16, N-49]';

create or replace trigger _080_no_secrets
  before insert or update on public.security_incidents
  for each row
  execute function authz.tg__no_secrets(
    'security_incidents', 'summary', 'data_nature', 'risks', 'measures', 'dismissal_reason', 'subjects_not_told_reason'
  );
alter table public.security_incidents enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.security_incidents is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _085_words
  before insert or update on public.security_incidents
  for each row
  execute function authz.tg__words(
    'security_incidents', 'summary', '10', 'data_nature', '3', 'risks', '3', 'measures', '3', 'dismissal_reason', '10',
    'subjects_not_told_reason', '10'
  );
alter table public.security_incidents enable always trigger _085_words;
comment on trigger _085_words on public.security_incidents is
  'Refuses an account that nobody sees. [N-37]';

create or replace trigger _110_status_stamp
  before insert or update on public.security_incidents
  for each row
  execute function authz.tg__status_stamp();
alter table public.security_incidents enable always trigger _110_status_stamp;
comment on trigger _110_status_stamp on public.security_incidents is
  'Stamps who flipped the status and when. [S-16]';

create or replace trigger _200_transition
  before insert or update on public.security_incidents
  for each row
  execute function authz.tg__transition('security_incidents', 'open');
alter table public.security_incidents enable always trigger _200_transition;
comment on trigger _200_transition on public.security_incidents is
  'Refuses a state that does not follow from the one before. [N-37]';

create or replace trigger _300_notice
  before insert or update on public.security_incidents
  for each row
  execute function authz.tg_security_incidents__notice();
alter table public.security_incidents enable always trigger _300_notice;
comment on trigger _300_notice on public.security_incidents is
  'Stamps by when the authority must hear of it, and when it did. [N-37]';

create or replace trigger _080_no_secrets
  before insert or update on public.subject_request_evidence
  for each row
  execute function authz.tg__no_secrets('subject_request_evidence', 'evidence', 'answer');
alter table public.subject_request_evidence enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.subject_request_evidence is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _080_no_secrets
  before insert or update on public.subject_requests
  for each row
  execute function authz.tg__no_secrets('subject_requests', 'refusal_basis', 'answered_otherwise');
alter table public.subject_requests enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.subject_requests is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _085_words
  before insert or update on public.subject_requests
  for each row
  execute function authz.tg__words('subject_requests', 'refusal_basis', '1', 'answered_otherwise', '10');
alter table public.subject_requests enable always trigger _085_words;
comment on trigger _085_words on public.subject_requests is
  'Refuses a ground or an answer that nobody sees. [N-49]';

create or replace trigger _110_status_stamp
  before insert or update on public.subject_requests
  for each row
  execute function authz.tg__status_stamp();
alter table public.subject_requests enable always trigger _110_status_stamp;
comment on trigger _110_status_stamp on public.subject_requests is
  'Stamps who flipped the status and when. [S-16]';

create or replace trigger _200_transition
  before insert or update on public.subject_requests
  for each row
  execute function authz.tg__transition('subject_requests', 'received');
alter table public.subject_requests enable always trigger _200_transition;
comment on trigger _200_transition on public.subject_requests is
  'Refuses a state that does not follow from the one before. [N-49]';

create or replace trigger _300_due
  before insert or update on public.subject_requests
  for each row
  execute function authz.tg_subject_requests__due();
alter table public.subject_requests enable always trigger _300_due;
comment on trigger _300_due on public.subject_requests is
  'Stamps by when it is due and when it was resolved; kind and patient stay. [N-49]';

create or replace trigger _310_erased
  before update on public.subject_requests
  for each row
  execute function authz.tg_subject_requests__erased();
alter table public.subject_requests enable always trigger _310_erased;
comment on trigger _310_erased on public.subject_requests is
  'Lets a request for erasure be completed by the erasure alone. [N-49]';

create or replace trigger _015_read_committed
  before insert or update on public.subject_requests
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.subject_requests enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.subject_requests is
  'Says what a person asks for, and what is answered, in the newest snapshot alone: an older one shows who may write as they were. [N-16, N-49]';

create or replace trigger _050_tenant
  before insert or update on public.disclosures
  for each row
  execute function authz.tg__tenant('disclosures');
alter table public.disclosures enable always trigger _050_tenant;
comment on trigger _050_tenant on public.disclosures is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _080_no_secrets
  before insert on public.disclosures
  for each row
  execute function authz.tg__no_secrets('disclosures', 'recipient_name', 'legal_ground');
alter table public.disclosures enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.disclosures is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _100_stamp
  before insert or update on public.disclosures
  for each row
  execute function authz.tg__stamp();
alter table public.disclosures enable always trigger _100_stamp;
comment on trigger _100_stamp on public.disclosures is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _900_stamped
  after insert on public.disclosures
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.disclosures enable always trigger _900_stamped;
comment on trigger _900_stamped on public.disclosures is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.disclosures
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.disclosures enable always trigger _901_stamped;
comment on trigger _901_stamped on public.disclosures is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _050_tenant
  before insert or update on public.legal_holds
  for each row
  execute function authz.tg__tenant('legal_holds');
alter table public.legal_holds enable always trigger _050_tenant;
comment on trigger _050_tenant on public.legal_holds is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _090_release
  before insert or update on public.legal_holds
  for each row
  execute function authz.tg_legal_holds__release();
alter table public.legal_holds enable always trigger _090_release;
comment on trigger _090_release on public.legal_holds is
  'Stamps the release; nothing else of a hold changes. Before created_at is: a hold that waited for an erasure was set after it. [N-49]';

create or replace trigger _100_stamp
  before insert or update on public.legal_holds
  for each row
  execute function authz.tg__stamp();
alter table public.legal_holds enable always trigger _100_stamp;
comment on trigger _100_stamp on public.legal_holds is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _890_lasting
  before update on public.legal_holds
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('legal_holds');
alter table public.legal_holds enable always trigger _890_lasting;
comment on trigger _890_lasting on public.legal_holds is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.legal_holds
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.legal_holds enable always trigger _900_stamped;
comment on trigger _900_stamped on public.legal_holds is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.legal_holds
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.legal_holds enable always trigger _901_stamped;
comment on trigger _901_stamped on public.legal_holds is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _050_tenant
  before insert or update on public.security_incidents
  for each row
  execute function authz.tg__tenant('security_incidents');
alter table public.security_incidents enable always trigger _050_tenant;
comment on trigger _050_tenant on public.security_incidents is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.security_incidents
  for each row
  execute function authz.tg__stamp();
alter table public.security_incidents enable always trigger _100_stamp;
comment on trigger _100_stamp on public.security_incidents is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _890_lasting
  before update on public.security_incidents
  for each row
  when (new.id <> old.id)
  execute function authz.tg__lasting('security_incidents');
alter table public.security_incidents enable always trigger _890_lasting;
comment on trigger _890_lasting on public.security_incidents is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.security_incidents
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.security_incidents enable always trigger _900_stamped;
comment on trigger _900_stamped on public.security_incidents is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.security_incidents
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.security_incidents enable always trigger _901_stamped;
comment on trigger _901_stamped on public.security_incidents is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _050_tenant
  before insert or update on public.subject_request_evidence
  for each row
  execute function authz.tg__tenant('subject_request_evidence');
alter table public.subject_request_evidence enable always trigger _050_tenant;
comment on trigger _050_tenant on public.subject_request_evidence is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.subject_request_evidence
  for each row
  execute function authz.tg__stamp();
alter table public.subject_request_evidence enable always trigger _100_stamp;
comment on trigger _100_stamp on public.subject_request_evidence is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _300_answered
  before update on public.subject_request_evidence
  for each row
  when (
    new.answer is distinct from coalesce(old.answer, new.answer) or new.evidence is distinct from coalesce(old.evidence, new.evidence)
  )
  execute function authz.tg_subject_request_evidence__answered();
alter table public.subject_request_evidence enable always trigger _300_answered;
comment on trigger _300_answered on public.subject_request_evidence is
  'Keeps what a person was answered. [N-49]';

create or replace trigger _890_lasting
  before update on public.subject_request_evidence
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('subject_request_evidence');
alter table public.subject_request_evidence enable always trigger _890_lasting;
comment on trigger _890_lasting on public.subject_request_evidence is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.subject_request_evidence
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.subject_request_evidence enable always trigger _900_stamped;
comment on trigger _900_stamped on public.subject_request_evidence is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.subject_request_evidence
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.subject_request_evidence enable always trigger _901_stamped;
comment on trigger _901_stamped on public.subject_request_evidence is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _050_tenant
  before insert or update on public.subject_requests
  for each row
  execute function authz.tg__tenant('subject_requests');
alter table public.subject_requests enable always trigger _050_tenant;
comment on trigger _050_tenant on public.subject_requests is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.subject_requests
  for each row
  execute function authz.tg__stamp();
alter table public.subject_requests enable always trigger _100_stamp;
comment on trigger _100_stamp on public.subject_requests is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _320_exported
  before update on public.subject_requests
  for each row
  execute function authz.tg_subject_requests__exported();
alter table public.subject_requests enable always trigger _320_exported;
comment on trigger _320_exported on public.subject_requests is
  'Lets a request for access or portability be completed by an export, or with a word on how else. [N-49]';

create or replace trigger _510_objection
  after insert or update on public.subject_requests
  for each row
  when (new.kind = 'objection' and new.archived_at is null and new.status <> 'refused')
  execute function authz.tg_subject_requests__objection();
alter table public.subject_requests enable always trigger _510_objection;
comment on trigger _510_objection on public.subject_requests is
  'Has an objection and another legal basis take turns, and one that is upheld end what it bars. [N-45, N-49]';

create or replace trigger _890_lasting
  before update on public.subject_requests
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('subject_requests');
alter table public.subject_requests enable always trigger _890_lasting;
comment on trigger _890_lasting on public.subject_requests is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.subject_requests
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.subject_requests enable always trigger _900_stamped;
comment on trigger _900_stamped on public.subject_requests is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.subject_requests
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.subject_requests enable always trigger _901_stamped;
comment on trigger _901_stamped on public.subject_requests is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

grant select (amount, duty, regime, unit) on governance.deadlines to cordon_definer;

grant select on public.disclosures to authenticated;
grant
  select (actor_kind, archived_at, archived_by_user_id, content, content_sha256, created_at, created_by_user_id, disclosed_at, id, legal_ground, organisation_id, patient_id, purpose, recipient_kind, recipient_name, recipient_organisation_id, recipient_user_id, source_id, source_table, updated_at, updated_by_user_id),
  insert (content, content_sha256, disclosed_at, legal_ground, organisation_id, patient_id, purpose, recipient_kind, recipient_name, recipient_organisation_id, recipient_user_id, source_id, source_table)
  on public.disclosures to cordon_definer;
grant select on public.disclosures to patient;
grant select on public.disclosures to service_role;

grant
  select,
  insert (id, organisation_id, patient_id, reason),
  update (released_at)
  on public.legal_holds to authenticated;
grant select (archived_at, id, organisation_id) on public.legal_holds to cordon_definer;
grant select, insert, update on public.legal_holds to service_role;

grant
  select,
  insert (affected_count, data_nature, detected_at, id, measures, organisation_id, risks, summary),
  update (affected_count, data_nature, dismissal_reason, measures, risks, status, subjects_not_told_reason, subjects_notified_at, summary)
  on public.security_incidents to authenticated;
grant select (archived_at, id, organisation_id) on public.security_incidents to cordon_definer;
grant select, insert, update on public.security_incidents to service_role;

grant
  select,
  insert (answer, evidence, id, organisation_id, patient_id),
  update (answer, evidence)
  on public.subject_request_evidence to authenticated;
grant
  select (archived_at, id, organisation_id, patient_id)
  on public.subject_request_evidence to cordon_definer;
grant select on public.subject_request_evidence to service_role;

grant
  select,
  insert (id, kind, organisation_id, patient_id),
  update (answered_otherwise, refusal_basis, status)
  on public.subject_requests to authenticated;
grant
  select (archived_at, created_by_user_id, id, kind, organisation_id, patient_id, status),
  update (status)
  on public.subject_requests to cordon_definer;
grant select, insert (id, kind, organisation_id, patient_id) on public.subject_requests to patient;
grant select, insert, update on public.subject_requests to service_role;

-- migrate:down
