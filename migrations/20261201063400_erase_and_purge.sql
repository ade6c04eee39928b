-- migrate:up
-- Why: patients are erased by request and rows by age, as far as no law or hold keeps them, and what was destroyed is written down without its content.
-- Access: +16 grants, +30 policies, 9 definer functions
--   ~ authz.erasure_request is written, and runs with the rights of its owner
--   ~ authz.forget_places is written, and runs with the rights of its owner
--   + cordon_definer may execute function authz.rules_retention_extensions()
--   ~ authz.tg_retention_extensions__security is written, and runs with the rights of its owner
--   ~ governance.erase_rows is written, and runs with the rights of its owner
--   + cordon_definer may execute function governance.erase_rows(uuid, uuid, uuid, text)
--   ~ public.erase_subject is written, and runs with the rights of its owner
--   + authenticated may execute function public.erase_subject(uuid)
--   ~ public.orphaned_objects is written, and runs with the rights of its owner
--   + service_role may execute function public.orphaned_objects(uuid, integer)
--   ~ public.plan_erasure is written, and runs with the rights of its owner
--   + authenticated may execute function public.plan_erasure(uuid)
--   ~ governance.bent_tombstones is written, and runs with the rights of its owner
--   + cordon_definer may execute function governance.bent_tombstones(uuid)
--   ~ public.bent_tombstones is written, and runs with the rights of its owner
--   + authenticated may execute function public.bent_tombstones()
--   + internal_ops may execute function public.bent_tombstones()
--   + service_role may execute function public.bent_tombstones()
--   + policy provider_fence on governance.erasure_rules: restrictive, all to authenticated
--   + policy patient_fence on governance.erasure_rules: restrictive, all to patient
--   + policy internal_ops_fence on governance.erasure_rules: restrictive, all to internal_ops
--   + policy anon_fence on governance.erasure_rules: restrictive, all to anon
--   + policy provider_fence on governance.retention_rules: restrictive, all to authenticated
--   + policy patient_fence on governance.retention_rules: restrictive, all to patient
--   + policy internal_ops_fence on governance.retention_rules: restrictive, all to internal_ops
--   + policy anon_fence on governance.retention_rules: restrictive, all to anon
--   + policy provider_fence on governance.retention_runs: restrictive, all to authenticated
--   + policy patient_fence on governance.retention_runs: restrictive, all to patient
--   + policy internal_ops_fence on governance.retention_runs: restrictive, all to internal_ops
--   + policy anon_fence on governance.retention_runs: restrictive, all to anon
--   + policy definer_select on governance.retention_runs: select to cordon_definer, WITHOUT a condition
--   + policy provider_fence on governance.tombstones: restrictive, all to authenticated
--   + policy patient_fence on governance.tombstones: restrictive, all to patient
--   + policy internal_ops_fence on governance.tombstones: restrictive, all to internal_ops
--   + policy anon_fence on governance.tombstones: restrictive, all to anon
--   + policy provider_select on governance.tombstones: select to authenticated
--   + policy definer_select on governance.tombstones: select to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.retention_extensions: restrictive, all to authenticated
--   + policy patient_fence on public.retention_extensions: restrictive, all to patient
--   + policy internal_ops_fence on public.retention_extensions: restrictive, all to internal_ops
--   + policy anon_fence on public.retention_extensions: restrictive, all to anon
--   + policy provider_select on public.retention_extensions: select to authenticated
--   + policy provider_select_rows on public.retention_extensions: restrictive, select to authenticated
--   + policy provider_insert on public.retention_extensions: insert to authenticated
--   + policy provider_update on public.retention_extensions: update to authenticated
--   + policy provider_update_rows on public.retention_extensions: restrictive, update to authenticated
--   + policy definer_select on public.retention_extensions: select to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.subject_requests: update to cordon_definer, WITHOUT a condition
--   + cordon_definer may select (finished_at, id, plan_sha256, rows, run_by, started_at) on governance.retention_runs
--   + authenticated may select on governance.tombstones
--   + cordon_definer may select (11 columns) on governance.tombstones
--   + authenticated may select, insert (id, keep_months, organisation_id, reason, retention), update (archived_at, keep_months, reason) on public.retention_extensions
--   + cordon_definer may select (archived_at, id, organisation_id) on public.retention_extensions
--   + service_role may select, insert, update on public.retention_extensions
--   + authenticated may select on public.tombstones
-- Locks: 3 existing tables, until the migration commits
--   ACCESS EXCLUSIVE public.subject_requests
--   SHARE ROW EXCLUSIVE public.organisations
--   ROW EXCLUSIVE governance.classification

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- governance.retention_rules: how long data of a class is kept at least, regime by regime. Floors: no migration lowers them, and no contract.
create table governance.retention_rules (
  retention text not null,
  regime text not null,
  keep interval not null,
  basis text not null,
  constraint retention_rules_pkey primary key (retention, regime),
  constraint retention_rules_retention_check
    check (retention in ('chart', 'consent', 'audit', 'incident', 'financial', 'grant', 'general')),
  constraint retention_rules_regime_check check (regime in ('lgpd', 'hipaa', 'gdpr', 'pdpa', 'other')),
  constraint retention_rules_keep_check check (keep >= interval '1 day')
);
comment on table governance.retention_rules is 'Retention floors by class and law; they may rise and never fall. [N-38, N-49]';
comment on column governance.retention_rules.retention is 'Class: governance.classification.retention.';
comment on column governance.retention_rules.regime is 'Law of the organisation: organisations.regime.';
comment on column governance.retention_rules.keep is
  'chart and consent: after the last entry of the patient''s chart; general: after archiving; the rest: after the row was written or changed.';
comment on column governance.retention_rules.basis is 'Where it is written.';
alter table governance.retention_rules enable row level security;
alter table governance.retention_rules force row level security;

insert into governance.retention_rules (retention, regime, keep, basis)
select
  c.retention, r.regime,
  case
    when c.retention in ('chart', 'consent') and r.regime = 'lgpd' then interval '20 years'
    when c.retention = 'incident' and r.regime = 'hipaa' then interval '6 years'
    else c.keep
  end,
  case
    when c.retention = 'chart' and r.regime = 'lgpd' then 'Lei 13.787/2018 art. 6'
    when c.retention = 'consent' and r.regime = 'lgpd' then 'LGPD art. 8 par. 2; never below the chart: Lei 13.787/2018 art. 6'
    when c.retention = 'incident' and r.regime = 'hipaa' then '45 CFR 164.414(a) with 164.530(j)'
    else c.basis
  end
from (values
  ('chart', interval '7 years', 'policy of the organisation, at least 7 years'),
  ('consent', interval '7 years', 'proof of consent and signature: 21 CFR 11.10(e)'),
  ('audit', interval '7 years', '45 CFR 164.316(b)(2): 6 years, and one in hand'),
  ('incident', interval '5 years', 'ANPD Res. 15/2024 art. 10'),
  ('financial', interval '10 years', 'tax law, to be confirmed by country'),
  ('grant', interval '30 days', 'minimisation: GDPR art. 5(1)(c), LGPD art. 6 III'),
  ('general', interval '365 days', 'minimisation: GDPR art. 5(1)(e), LGPD art. 15 I')
) as c (retention, keep, basis)
cross join unnest('{lgpd,hipaa,gdpr,pdpa,other}'::text[]) as r (regime);


-- public.retention_extensions: what an organisation has promised beyond the law. Shorter than the law it changes nothing.
create table public.retention_extensions (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  retention text not null,
  -- squawk-ignore prefer-bigint-over-int
  keep_months integer not null,
  reason text not null,
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint retention_extensions_pkey primary key (organisation_id, id),
  constraint retention_extensions_organisation_id_fkey
    foreign key (organisation_id) references public.organisations (id) on delete restrict,
  constraint retention_extensions_retention_check
    check (retention in ('chart', 'consent', 'audit', 'incident', 'financial', 'grant', 'general')),
  constraint retention_extensions_keep_months_check check (keep_months between 1 and 1200),
  constraint retention_extensions_reason_check check (length(reason) between 10 and 500),
  -- Blanks are no reason.
  constraint retention_extensions_reason_blank_check check (length(btrim(reason)) >= 10),
  constraint retention_extensions_actor_kind_check check (actor_kind in ('user', 'system'))
);
-- Unique among what is there: what was archived by mistake can be written again.
create unique index retention_extensions_organisation_id_retention_key
  on public.retention_extensions (organisation_id, retention)
  where archived_at is null;
alter table public.retention_extensions alter column organisation_id set (n_distinct = 100);
comment on table public.retention_extensions is 'How much longer than the law an organisation keeps data of a class. [N-49]';
comment on column public.retention_extensions.retention is 'Class: governance.classification.retention.';
comment on column public.retention_extensions.keep_months is 'Months; the longer of this and the law''s floor wins.';
comment on column public.retention_extensions.reason is 'Which contract or policy.';
alter table public.retention_extensions enable row level security;
alter table public.retention_extensions force row level security;


-- governance.erasure_rules: what happens to a patient's data when they ask for its erasure, column by column, and why it stays where it stays.
create table governance.erasure_rules (
  schema_name text not null,
  table_name text not null,
  column_name text not null,
  action text not null,
  kept_for text,
  replacement text,
  basis text not null,
  constraint erasure_rules_pkey primary key (schema_name, table_name, column_name),
  constraint erasure_rules_action_check check (action in ('keep', 'blank', 'delete')),
  constraint erasure_rules_column_check check ((column_name = '*') = (action in ('keep', 'delete'))),
  constraint erasure_rules_kept_for_check
    check (kept_for in ('chart', 'consent', 'audit', 'incident', 'financial', 'grant', 'general')),
  constraint erasure_rules_replacement_check check (replacement is null or action = 'blank'),
  constraint erasure_rules_basis_check check (length(basis) between 10 and 300)
);
comment on table governance.erasure_rules is
  'What erasure destroys and what it keeps, per table and column, with the legal ground (LGPD art. 16 and 18 VI). [N-49]';
comment on column governance.erasure_rules.schema_name is 'Schema of the table.';
comment on column governance.erasure_rules.table_name is 'A table that holds rows of patients.';
comment on column governance.erasure_rules.column_name is 'Column to blank, or * for what happens to the rows.';
comment on column governance.erasure_rules.action is 'keep or delete the rows, blank a column.';
comment on column governance.erasure_rules.kept_for is 'Class of the retention floor that has to be over first; NULL where none is.';
comment on column governance.erasure_rules.replacement is 'What takes the place of a blanked value; {id} becomes the row''s id. NULL for nothing.';
comment on column governance.erasure_rules.basis is 'Why, as the person reads it.';
alter table governance.erasure_rules enable row level security;
alter table governance.erasure_rules force row level security;

insert into governance.erasure_rules (schema_name, table_name, column_name, action, kept_for, replacement, basis)
values
  ('public', 'patients', '*', 'keep', null, null, 'the id alone, which is nobody''s once what names the person is gone; logs hang on it'),
  ('public', 'patients', 'full_name', 'blank', 'chart', 'erased', 'a chart that must be kept has to name its patient: Lei 13.787/2018 art. 6'),
  ('public', 'patients', 'mrn', 'blank', 'chart', '{id}', 'a chart that must be kept has to be found: Lei 13.787/2018 art. 6'),
  ('public', 'patients', 'language', 'blank', 'chart', 'und', 'belongs to the chart that must be kept: Lei 13.787/2018 art. 6'),
  ('public', 'patient_identity', '*', 'delete', 'chart', null, 'a chart that must be kept has to name its patient: Lei 13.787/2018 art. 6'),
  ('public', 'patient_identity', 'phone', 'blank', null, null, 'contact data: nothing asks to keep it'),
  ('public', 'patient_identity', 'email', 'blank', null, null, 'contact data: nothing asks to keep it'),
  ('public', 'patient_identity', 'nationality', 'blank', null, null, 'no part of the chart: nothing asks to keep it'),
  ('public', 'patient_clinical', '*', 'delete', 'chart', null, 'chart: Lei 13.787/2018 art. 6, or the organisation''s policy'),
  ('public', 'medical_records', '*', 'delete', 'chart', null, 'chart: Lei 13.787/2018 art. 6, or the organisation''s policy'),
  ('public', 'medical_record_details', '*', 'delete', 'chart', null, 'chart: Lei 13.787/2018 art. 6, or the organisation''s policy'),
  ('public', 'appointments', '*', 'delete', 'chart', null, 'chart: Lei 13.787/2018 art. 6, or the organisation''s policy'),
  ('public', 'appointment_reasons', '*', 'delete', 'chart', null, 'chart: Lei 13.787/2018 art. 6, or the organisation''s policy'),
  ('public', 'care_relationships', '*', 'delete', 'chart', null, 'who treated belongs to the chart: Lei 13.787/2018 art. 6'),
  ('public', 'transfers', '*', 'keep', null, null, 'ids and times; logs hang on it'),
  ('public', 'transfers', 'pickup', 'blank', null, 'erased', 'where somebody was fetched: nothing asks to keep it'),
  ('public', 'transfers', 'destination', 'blank', null, 'erased', 'where somebody was brought: nothing asks to keep it'),
  ('public', 'admissions', '*', 'keep', null, null, 'ids and times; logs hang on it'),
  ('public', 'cases', '*', 'keep', null, null, 'ids, states and times; logs hang on it'),
  ('public', 'patient_accounts', '*', 'delete', 'chart', null, 'whoever has a chart that must be kept reads and exports it: LGPD art. 18 II, with Lei 13.787/2018 art. 6'),
  ('public', 'access_restrictions', '*', 'delete', 'chart', null, 'protects the chart for as long as that is kept'),
  ('public', 'consents', '*', 'delete', 'consent', null, 'proof that data was used with consent: LGPD art. 8 par. 2, art. 16 I'),
  ('public', 'signed_forms', '*', 'delete', 'consent', null, 'proof of what was signed: LGPD art. 8 par. 2, 21 CFR 11.10(e)'),
  ('public', 'signed_form_evidence', '*', 'delete', 'consent', null, 'proof of what was signed: LGPD art. 8 par. 2, 21 CFR 11.10(e)'),
  ('public', 'invoices', '*', 'delete', 'financial', null, 'bookkeeping: LGPD art. 16 I with tax law'),
  ('public', 'invoice_lines', '*', 'delete', 'financial', null, 'bookkeeping: LGPD art. 16 I with tax law'),
  ('public', 'payments', '*', 'delete', 'financial', null, 'bookkeeping: LGPD art. 16 I with tax law'),
  ('public', 'guarantees_of_payment', '*', 'delete', 'financial', null, 'bookkeeping: LGPD art. 16 I with tax law'),
  ('public', 'claims', '*', 'delete', 'financial', null, 'bookkeeping: LGPD art. 16 I with tax law'),
  ('public', 'emergency_access_grants', '*', 'delete', 'audit', null, 'who broke the glass has to be answerable: 45 CFR 164.312(b)'),
  ('public', 'emergency_access_reasons', '*', 'delete', 'audit', null, 'who broke the glass has to be answerable: 45 CFR 164.312(b)'),
  ('public', 'case_activity_log', '*', 'keep', null, null, 'ids alone, sealed: a log that is altered proves nothing'),
  ('public', 'disclosures', '*', 'keep', null, null, 'ids, and names of recipients: to whom data went stays answerable, LGPD art. 18 VII'),
  ('audit', 'security_events', '*', 'keep', null, null, 'ids alone, sealed: a log that is altered proves nothing'),
  ('public', 'documents', '*', 'delete', 'chart', null, 'chart: Lei 13.787/2018 art. 6, or the organisation''s policy'),
  ('public', 'document_upload_grants', '*', 'delete', null, null, 'a grant that was used or has expired serves nobody'),
  ('public', 'document_read_tickets', '*', 'delete', 'audit', null, 'who read what has to be answerable: 45 CFR 164.312(b)'),
  ('public', 'subject_requests', '*', 'keep', null, null, 'ids alone: that this was asked and answered stays provable'),
  ('public', 'subject_request_evidence', '*', 'delete', 'audit', null, 'proof of who asked, for as long as it may be disputed'),
  ('public', 'legal_holds', '*', 'keep', null, null, 'ids and the reference of a dispute that is over');


-- governance.tombstones: what was destroyed, when, by whom, and under which request or run; no content. Sealed.
create table governance.tombstones (
  id uuid not null default authz.uuid_v7(),
  organisation_id uuid not null,
  cause text not null,
  cause_id uuid not null,
  relation text not null,
  column_name text,
  row_count bigint not null,
  keys_sha256 text not null,
  record_keys text[],
  destroyed_at timestamptz not null,
  destroyed_by text not null,
  constraint tombstones_pkey primary key (organisation_id, id),
  constraint tombstones_organisation_id_fkey
    foreign key (organisation_id) references public.organisations (id) on delete restrict,
  constraint tombstones_cause_check check (cause in ('erasure', 'retention')),
  constraint tombstones_row_count_check check (row_count > 0),
  constraint tombstones_keys_sha256_check check (keys_sha256 ~ '^[0-9a-f]{64}$')
);
create index tombstones_organisation_id_cause_id_idx on governance.tombstones (organisation_id, cause_id);
alter table governance.tombstones alter column organisation_id set (n_distinct = 100);
comment on table governance.tombstones is
  'What erasure and retention destroyed, when, by whom and why; ids and digests, no content; append-only. [N-49]';
comment on column governance.tombstones.organisation_id is 'Whose data it was.';
comment on column governance.tombstones.cause is 'erasure: somebody asked. retention: its time was over.';
comment on column governance.tombstones.cause_id is 'The subject request, or the retention run.';
comment on column governance.tombstones.relation is 'The table.';
comment on column governance.tombstones.column_name is 'The column that was blanked; NULL where rows were deleted.';
comment on column governance.tombstones.row_count is 'How many rows.';
comment on column governance.tombstones.keys_sha256 is 'SHA-256 of their keys, sorted, one a line.';
comment on column governance.tombstones.record_keys is
  'Their keys, where the table is sealed: a leaf without its row is told from one that was stolen. NULL elsewhere.';
comment on column governance.tombstones.destroyed_at is 'When.';
comment on column governance.tombstones.destroyed_by is 'The verified caller''s id, else the login.';
alter table governance.tombstones enable row level security;
alter table governance.tombstones force row level security;

insert into governance.classification (schema_name, table_name, level, domain, retention, subjects)
values
  ('governance', 'retention_rules', 'INTERNAL', 'ops', 'general', '{}'),
  ('governance', 'erasure_rules', 'INTERNAL', 'ops', 'general', '{}'),
  ('governance', 'tombstones', 'INTERNAL', 'ops', 'audit', '{staff}'),
  ('public', 'retention_extensions', 'INTERNAL', 'ops', 'general', '{}');


-- governance.retention_runs: what retention deleted, run by run.
create table governance.retention_runs (
  id uuid not null default authz.uuid_v7(),
  plan_sha256 text not null,
  started_at timestamptz not null,
  finished_at timestamptz not null,
  run_by text not null,
  rows jsonb not null,
  constraint retention_runs_pkey primary key (id),
  constraint retention_runs_plan_sha256_check check (plan_sha256 ~ '^[0-9a-f]{64}$')
);
comment on table governance.retention_runs is 'Runs of retention, each with the digest of the plan that it carried out; append-only. [N-49]';
comment on column governance.retention_runs.plan_sha256 is 'Digest of the plan that somebody read, and that the run equalled.';
comment on column governance.retention_runs.started_at is 'When it began.';
comment on column governance.retention_runs.finished_at is 'When it had deleted everything.';
comment on column governance.retention_runs.run_by is 'The login that ran it.';
comment on column governance.retention_runs.rows is 'Per organisation and table: how many rows, and a digest of their keys.';
alter table governance.retention_runs enable row level security;
alter table governance.retention_runs force row level security;

insert into governance.classification (schema_name, table_name, level, domain, retention, subjects)
values ('governance', 'retention_runs', 'INTERNAL', 'ops', 'audit', '{}');

create view public.tombstones with (security_invoker = true) as
  select
    t.organisation_id, t.id, t.destroyed_at, t.destroyed_by, t.cause, t.cause_id, t.relation, t.column_name, t.row_count, t.keys_sha256,
    t.record_keys
  from governance.tombstones as t;
comment on view public.tombstones is
  'What erasure and retention destroyed, when, by whom and why, without its content, for auditor and privacy officer. [N-49]';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz, public to cordon_definer;

-- authz.erasure_request: the request by which the privacy officer may erase: of their clinic, for erasure, and not answered yet.
create or replace function authz.erasure_request(request_id uuid, out organisation_id uuid, out patient_id uuid)
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant uuid := authz.organisation_for('{}', '{privacy_officer}');
  v_kind text;
  v_status text;
begin
  if v_tenant is null or authz.acting_realm() <> 'provider' or authz.own_session_id() is null then
    raise exception 'erasure is not yours to do'
      using errcode = 'insufficient_privilege', hint = 'It takes the privacy officer, signed in with a session.';
  end if;
  select r.organisation_id, r.patient_id, r.kind, r.status
    into organisation_id, patient_id, v_kind, v_status
    from public.subject_requests as r
   where r.organisation_id = v_tenant
     and r.id = request_id
     and r.archived_at is null
  for no key update;
  if organisation_id is null then
    raise exception 'request not found'
      using errcode = 'CD010', hint = 'Name a subject request of the current organisation.';
  end if;
  if v_kind <> 'erasure' or v_status <> 'in_progress' then
    raise exception 'this is no request for erasure under way'
      using errcode = 'CD013', hint = 'Take up a request of kind erasure first: status in_progress.';
  end if;
end
$$;
comment on function authz.erasure_request(uuid) is
  'Organisation and patient of a request for erasure under way, locked. 42501 for who is no privacy officer, CD010 for no such request, CD013 for another one. [N-49]';
alter function authz.erasure_request(uuid) owner to cordon_definer;
revoke all on function authz.erasure_request(uuid) from public;

-- authz.forget_places: takes out of the jobs that drove a patient where from and where to: an address is theirs, and a text may say more than a place.
create or replace function authz.forget_places(organisation_id uuid, patient_id uuid)
  returns text[]
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_keys text[];
begin
  with blanked as (
    update public.transfer_jobs as j
       set packet = j.packet || '{"pickup": "erased", "destination": "erased"}'
      from public.transfers as t
     where t.organisation_id = forget_places.organisation_id
       and t.patient_id = forget_places.patient_id
       and j.organisation_id = t.transport_organisation_id
       and j.origin_organisation_id = t.organisation_id
       and j.transfer_id = t.id
       and not j.packet @> '{"pickup": "erased", "destination": "erased"}'
    returning array[j.organisation_id::text, j.id::text]::text as key
  )
  select array_agg(b.key order by b.key collate "C") into v_keys from blanked as b;
  return v_keys;
end
$$;
comment on function authz.forget_places(uuid, uuid) is
  'Forgets where jobs fetched and brought a patient of an organisation; the keys of those jobs, NULL for none. [N-24, N-49]';
alter function authz.forget_places(uuid, uuid) owner to cordon_definer;
revoke all on function authz.forget_places(uuid, uuid) from public;

create or replace function authz.rules_retention_extensions()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "retention_extensions", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": null, "columns": ["archived_at", "id", "organisation_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "N-49", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": [], "capabilities": ["privacy_officer"], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-49", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": [], "capabilities": ["privacy_officer"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-49", "S-03"]}
  ]}';
end
$$;
comment on function authz.rules_retention_extensions() is
  'The access rules of retention_extensions, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_retention_extensions() from public;
grant execute on function authz.rules_retention_extensions() to cordon_definer;

-- authz.tg_retention_extensions__security: how long an organisation keeps what: shortened for the hour in which a run destroys, and set back, it would leave
-- no trace (N-37). What is kept before and after; NULL for no extension.
create or replace function authz.tg_retention_extensions__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_from jsonb;
  v_to jsonb;
begin
  if tg_op = 'UPDATE' then -- by itself: only an UPDATE has a row of before
    if old.archived_at is null then
      v_from := jsonb_build_object('retention', old.retention, 'keep_months', old.keep_months);
    end if;
  end if;
  if new.archived_at is null then
    v_to := jsonb_build_object('retention', new.retention, 'keep_months', new.keep_months);
  end if;
  if v_to is distinct from v_from then
    perform authz.record_security_event(
      new.organisation_id, 'organisation.retention_changed', new.id, jsonb_build_object('from', v_from, 'to', v_to)
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_retention_extensions__security() is
  'Records extensions of retention set, changed and taken back. [N-49, N-37]';
alter function authz.tg_retention_extensions__security() owner to cordon_definer;
revoke all on function authz.tg_retention_extensions__security() from public;

-- authz.tg_retention_rules__floor: the law's floors rise and never fall: no migration of tomorrow shortens what was promised today.
create or replace function authz.tg_retention_rules__floor()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op <> 'UPDATE' or (new.retention, new.regime) is distinct from (old.retention, old.regime) or new.keep < old.keep then
    raise exception 'a retention floor never falls'
      using errcode = 'CD020', hint = 'A floor may rise; a law that asks for less takes another regime.';
  end if;
  return new;
end
$$;
comment on function authz.tg_retention_rules__floor() is
  'Refuses with CD020 to lower, move or remove a floor. [N-38, N-49]';
revoke all on function authz.tg_retention_rules__floor() from public;

-- governance.kept_for: how long an organisation keeps data of a class: the law's floor, or what it promised, whichever is longer.
create or replace function governance.kept_for(organisation_id uuid, retention text)
  returns interval
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select greatest(r.keep, (
      select make_interval(months => e.keep_months)
      from public.retention_extensions as e
      where e.organisation_id = o.id
        and e.retention = r.retention
        and e.archived_at is null
    ))
    from public.organisations as o
    join governance.retention_rules as r on r.regime = o.regime
    where o.id = kept_for.organisation_id
      and r.retention = kept_for.retention
  );
end
$$;
comment on function governance.kept_for(uuid, text) is
  'How long an organisation keeps data of a retention class: the longer of the law and its own promise. [N-38, N-49]';
revoke all on function governance.kept_for(uuid, text) from public;

-- governance.kept_until: until when a patient's data of a class is kept: from the last entry on. Consents are kept with the chart that they opened
-- (LGPD art. 8 par. 2), so that its last entry counts for them too, and for as long, where an organisation promises more for its charts alone: the
-- chart would stay open when its consent is gone, and to whom its patient had shut out. Entries count from when they were made, and of what takes
-- its course, as a stay, a visit or a document, from its last step: a discharge is an act. A projection that touches a row is none. Nor is a login that is
-- linked, or an address that is written down: who somebody is goes with the chart, and keeps it for no longer than from the day they were registered.
-- `graph` is governance.subject_graph as an object of conditions, walked once for all.
create or replace function governance.kept_until(organisation_id uuid, patient_id uuid, retention text, graph jsonb)
  returns timestamptz
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_table record;
  v_entry timestamptz;
  v_last timestamptz;
begin
  for v_table in
    select g.key::regclass as oid, g.value as condition,
      (
        select a.attname
        from pg_attribute as a
        where a.attrelid = g.key::regclass and a.attname in ('created_at', 'occurred_at')
        order by a.attname
        limit 1
      ) as written,
      c.domain = 'clinical' and exists (
        select from pg_attribute as a where a.attrelid = g.key::regclass and a.attname = 'last_status_change_at' and not a.attisdropped
      ) as has_steps
    from jsonb_each_text(graph) as g
    join governance.classification as c on c.schema_name || '.' || c.table_name = g.key
    where c.retention = any (case kept_until.retention when 'consent' then '{chart,consent}' else array[kept_until.retention] end)
      and not (c.retention = 'chart' and c.domain = 'identity' and g.key <> 'public.patients')
  loop
    execute format(
      'select max(%s) from %s as t where t.organisation_id = $1 and (%s)',
      case when v_table.has_steps then format('greatest(t.%I, t.last_status_change_at)', v_table.written) else format('t.%I', v_table.written) end,
      v_table.oid, v_table.condition
    )
      into v_entry
      using kept_until.organisation_id, kept_until.patient_id;
    v_last := greatest(v_last, v_entry);
  end loop;
  return v_last + greatest(
    governance.kept_for(kept_until.organisation_id, kept_until.retention),
    case when kept_until.retention = 'consent' then governance.kept_for(kept_until.organisation_id, 'chart') end
  );
end
$$;
comment on function governance.kept_until(uuid, uuid, text, jsonb) is
  'Until when data of a class is kept of a patient: last entry, or last step of a stay, visit or document, plus governance.kept_for, and never a login or address; NULL where there is none. [N-38, N-49]';
revoke all on function governance.kept_until(uuid, uuid, text, jsonb) from public;

-- governance.bury: writes down what was destroyed; ids and digests, no content. Keys stand there where the table is sealed: its leaves outlive
-- the rows, and who verifies them can tell what was destroyed from what was stolen.
create or replace function governance.bury(
  organisation_id uuid, cause text, cause_id uuid, relation text, column_name text, record_keys text[], by text
)
  returns void
  language plpgsql
  volatile
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform set_config('app.pinned_organisation_id', bury.organisation_id::text, true);
  insert into governance.tombstones (
    organisation_id, cause, cause_id, relation, column_name, row_count, keys_sha256, record_keys, destroyed_at, destroyed_by
  )
  values (
    bury.organisation_id, bury.cause, bury.cause_id, bury.relation, bury.column_name, cardinality(bury.record_keys),
    authz.digest(array_to_string(bury.record_keys, E'\n')),
    case when bury.column_name is null and bury.relation in (select audit.sealed_tables()) then bury.record_keys end,
    clock_timestamp(), bury.by
  );
end
$$;
comment on function governance.bury(uuid, text, uuid, text, text, text[], text) is
  'Writes a tombstone for the rows with these keys. [N-49]';
revoke all on function governance.bury(uuid, text, uuid, text, text, text[], text) from public;

-- governance.delete_rows: deletes rows of one table, and tells which. Nobody is granted DELETE anywhere and triggers refuse it on what is sealed: only
-- here, and only for as long as this takes, do triggers that guard deletion stand aside. A transaction sees it, and nobody else: what ends half-way
-- leaves them as they were. Foreign keys stay, so that nothing is torn from what refers to it. Nobody writes there
-- meanwhile (governance.hold_table).
create or replace function governance.delete_rows(
  relation text, condition text, organisation_id uuid, patient_id uuid, at timestamptz, out row_count bigint, out record_keys text[]
)
  language plpgsql
  volatile
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_oid constant regclass := relation::regclass;
  v_trigger record;
  v_silenced text[] := '{}';
begin
  -- Most tables have nothing due, and then nothing is locked.
  execute format('select exists (select from %s as t where %s)', v_oid, condition)
    into strict v_trigger
    using organisation_id, patient_id, at;
  if not v_trigger.exists then
    row_count := 0;
    return;
  end if;
  perform governance.hold_table(relation);
  for v_trigger in
    select t.tgname
    from pg_trigger as t
    where t.tgrelid = v_oid
      and not t.tgisinternal
      and t.tgtype & 8 = 8 -- delete
      and t.tgenabled = 'A'
  loop
    execute format('alter table %s disable trigger %I', v_oid, v_trigger.tgname);
    v_silenced := v_silenced || v_trigger.tgname::text;
  end loop;
  execute format(
    'with gone as (delete from %s as t where %s returning %s as key) select count(*), array_agg(key order by key collate "C") from gone',
    v_oid, condition, audit.key_expression(relation)
  )
  into row_count, record_keys
  using organisation_id, patient_id, at;
  for v_place in 1..cardinality(v_silenced) loop
    execute format('alter table %s enable always trigger %I', v_oid, v_silenced[v_place]);
  end loop;
end
$$;
comment on function governance.delete_rows(text, text, uuid, uuid, timestamptz) is
  'Deletes rows t of a table by a condition ($1 organisation, $2 patient, $3 moment), guards of deletion standing aside; how many, and their keys. CD018 where somebody writes there for longer than its caller waits, or waits for what is locked already. [N-49]';
revoke all on function governance.delete_rows(text, text, uuid, uuid, timestamptz) from public;

-- governance.unreferenced: an SQL condition on `t`, that no row refers to it. `own` says whether rows of the same table count: where only some
-- of them go, one that stays may be the successor of one that goes.
create or replace function governance.unreferenced(relation text, own boolean)
  returns text
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    (
      select string_agg(
        format(
          'not exists (select from %s as x where %s)', f.conrelid::regclass,
          (
            select string_agg(format('x.%I = t.%I', a.attname, b.attname), ' and ')
            from unnest(f.conkey, f.confkey) as k (child, parent)
            join pg_attribute as a on a.attrelid = f.conrelid and a.attnum = k.child
            join pg_attribute as b on b.attrelid = f.confrelid and b.attnum = k.parent
          )
        ),
        ' and ' order by f.oid
      )
      from pg_constraint as f
      where f.contype = 'f'
        and f.conparentid = 0
        and f.confrelid = relation::regclass
        and (own or f.conrelid <> f.confrelid)
    ),
    'true'
  );
end
$$;
comment on function governance.unreferenced(text, boolean) is
  'Condition on t, that no row refers to it; rows of its own table count where own. [N-49]';
revoke all on function governance.unreferenced(text, boolean) from public;

-- governance.erase_rows: does what governance.erasure_rules say with the rows of one patient: destroys what no law keeps, and tells of the rest why and
-- until when it stays. What names the person goes; the id stays, and is nobody's (A14). Of the migrating role, because nobody else may delete: it asks
-- for nobody's rights, so that only erase_subject and plan_erasure may call it, which do. It holds tables against everybody who writes there, of whatever
-- clinic: no wait is longer than its patience, for a row that is locked and not written either, of which governance.hold_table does not know. A preview
-- has hardly any: it may be asked for as often as its officer likes, and each wait would be everybody's.
create or replace function governance.erase_rows(organisation_id uuid, patient_id uuid, request_id uuid, patience text default '5s')
  returns jsonb
  language plpgsql
  volatile
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '5s'
as $$
declare
  v_now constant timestamptz := authz.now();
  v_by constant text := coalesce(authz.user_id()::text, session_user::text);
  v_graph constant jsonb := (select jsonb_object_agg(g.relation, g.condition) from governance.subject_graph() as g);
  v_table record;
  v_rule record;
  v_due record;
  v_dues jsonb := '[]';
  v_keys_of jsonb[];
  v_is_open boolean := true;
  v_until timestamptz;
  v_keys text[];
  v_places text[];
  v_count bigint;
  v_is_gone boolean;
  v_destroyed jsonb := '[]';
  v_kept jsonb := '[]';
  v_entry jsonb;
  v_logins uuid[];
begin
  -- Of every wait, also for who keeps a job locked.
  perform set_config('lock_timeout', erase_rows.patience, true);
  -- Jobs before all else: whoever moves a job holds it and goes on to the transfer, and a company that keeps one locked keeps this waiting alone, and
  -- nobody at the clinic behind it: no table is held yet. A hold that is found takes it back.
  v_places := authz.forget_places(erase_rows.organisation_id, erase_rows.patient_id);
  -- Logins before the patient: whoever proposes one is writing to them already when they wait for the patient, and would be who is turned away. And birth
  -- dates before logins, whose end they keep (authz.tg_patient_identity__of_age), for the same reason: the table where the row will go, else the row alone,
  -- since a clinic that registers a thousand patients writes there for long.
  if exists (
    select
    from public.patient_accounts as a
    where a.organisation_id = erase_rows.organisation_id
      and a.patient_id = erase_rows.patient_id
  ) then
    if exists (
      select
      from governance.erasure_rules as r
      where r.schema_name = 'public'
        and r.table_name = 'patient_identity'
        and r.column_name = '*'
        and r.action <> 'keep'
        and (
          r.kept_for is null
          or coalesce(governance.kept_until(erase_rows.organisation_id, erase_rows.patient_id, r.kept_for, v_graph), v_now) <= v_now
        )
    ) then
      perform governance.hold_table('public.patient_identity');
    else
      perform
      from public.patient_identity as i
      where i.organisation_id = erase_rows.organisation_id
        and i.id = erase_rows.patient_id
      for no key update;
    end if;
    perform governance.hold_table('public.patient_accounts');
  end if;
  -- A hold is set before or after, never in between: it would come to nothing. Both lock the organisation, so that no other waits.
  perform
  from public.organisations as o
  where o.id = erase_rows.organisation_id
  for no key update;
  perform authz.lock_patient(erase_rows.organisation_id, erase_rows.patient_id);
  if exists (
    select
    from public.legal_holds as h
    where h.organisation_id = erase_rows.organisation_id
      and (h.patient_id is null or h.patient_id = erase_rows.patient_id)
      and h.released_at is null
  ) then
    raise exception 'a legal hold keeps this data'
      using errcode = 'CD020', hint = 'Release the hold first, or refuse the request on its ground.';
  end if;
  perform set_config('app.pinned_organisation_id', erase_rows.organisation_id::text, true);
  -- What was never confirmed may be a proposal of anybody's login.
  select array_agg(a.user_id)
    into v_logins
    from public.patient_accounts as a
   where a.organisation_id = erase_rows.organisation_id
     and a.patient_id = erase_rows.patient_id
     and a.relationship = 'self'
     and a.confirmed_at is not null;

  -- Decided before anything is destroyed: what is gone says no longer when it was written.
  for v_table in
    select g.relation, g.relation::regclass as oid, g.condition, n.nspname as schema_name, c.relname as table_name
    from governance.subject_graph() with ordinality as g (relation, condition, via, place)
    join pg_class as c on c.oid = g.relation::regclass
    join pg_namespace as n on n.oid = c.relnamespace
    order by g.place desc -- what refers before what it refers to
  loop
    if not exists (
      select
      from governance.erasure_rules as r
      where r.schema_name = v_table.schema_name and r.table_name = v_table.table_name and r.column_name = '*'
    ) then
      raise exception 'no rule says what erasure does with a table'
        using errcode = 'CD020', detail = v_table.relation, hint = 'Add it to governance.erasure_rules, by a migration.';
    end if;
    v_is_gone := false;
    for v_rule in
      select r.column_name, r.action, r.kept_for, r.replacement, r.basis
      from governance.erasure_rules as r
      where r.schema_name = v_table.schema_name
        and r.table_name = v_table.table_name
      order by r.column_name <> '*', r.column_name
    loop
      continue when v_is_gone;
      v_until := case
        when v_rule.kept_for is not null then governance.kept_until(erase_rows.organisation_id, erase_rows.patient_id, v_rule.kept_for, v_graph)
      end;
      v_entry := jsonb_build_object('table', v_table.relation, 'column', v_rule.column_name, 'basis', v_rule.basis);
      if v_rule.action = 'keep' or v_until > v_now then
        execute format('select count(*) from %s as t where t.organisation_id = $1 and (%s)', v_table.oid, v_table.condition)
          into v_count
          using erase_rows.organisation_id, erase_rows.patient_id;
        if v_count > 0 then
          v_kept := v_kept || (v_entry || jsonb_build_object('rows', v_count, 'until', to_char(v_until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')));
        end if;
        continue;
      end if;
      v_is_gone := v_rule.action = 'delete';
      v_dues := v_dues || jsonb_build_object(
        'table', v_table.relation, 'condition', v_table.condition, 'column', v_rule.column_name, 'replacement', v_rule.replacement, 'entry', v_entry
      );
    end loop;
  end loop;

  if v_places is not null then
    v_destroyed := v_destroyed || jsonb_build_object(
      'table', 'public.transfer_jobs', 'column', 'packet', 'rows', cardinality(v_places), 'basis', 'where somebody was fetched and brought: nothing asks to keep it'
    );
    perform governance.bury(erase_rows.organisation_id, 'erasure', erase_rows.request_id, 'public.transfer_jobs', 'packet', v_places, v_by);
  end if;

  -- Never what is referred to by what is kept. What is deleted frees what it referred to: again until nothing is.
  v_keys_of := array_fill('[]'::jsonb, array[jsonb_array_length(v_dues)]);
  while v_is_open loop
    v_is_open := false;
    for v_due in
      select d.place::integer as place, d.due ->> 'table' as relation, (d.due ->> 'table')::regclass as oid, d.due ->> 'condition' as condition,
        d.due ->> 'column' as column_name, d.due ->> 'replacement' as replacement
      from jsonb_array_elements(v_dues) with ordinality as d (due, place)
      order by d.place
    loop
      v_keys := null;
      if v_due.column_name = '*' then
        select d.record_keys
          into v_keys
          from governance.delete_rows(
            v_due.relation,
            format('t.organisation_id = $1 and (%s) and %s', v_due.condition, governance.unreferenced(v_due.relation, false)),
            erase_rows.organisation_id, erase_rows.patient_id, v_now
          ) as d;
      elsif v_keys_of[v_due.place] = '[]' then
        execute format(
          'with blanked as (
             update %1$s as t set %2$I = replace(%3$L, ''{id}'', t.id::text)
             where t.organisation_id = $1 and (%4$s) and t.%2$I is distinct from replace(%3$L, ''{id}'', t.id::text)
             returning %5$s as key
           ) select array_agg(key order by key collate "C") from blanked',
          v_due.oid, v_due.column_name, v_due.replacement, v_due.condition, audit.key_expression(v_due.relation)
        )
        into v_keys
        using erase_rows.organisation_id, erase_rows.patient_id;
      end if;
      if v_keys is not null then
        v_keys_of[v_due.place] := v_keys_of[v_due.place] || to_jsonb(v_keys);
        v_is_open := true;
      end if;
    end loop;
  end loop;
  for v_due in
    select d.due ->> 'table' as relation, d.due ->> 'column' as column_name, d.due -> 'entry' as entry, d.due ->> 'condition' as condition,
      array(select k.value from jsonb_array_elements_text(v_keys_of[d.place::integer]) as k order by k.value collate "C") as record_keys
    from jsonb_array_elements(v_dues) with ordinality as d (due, place)
    order by d.place
  loop
    if v_due.record_keys <> '{}' then
      v_destroyed := v_destroyed || (v_due.entry || jsonb_build_object('rows', cardinality(v_due.record_keys)));
      perform governance.bury(
        erase_rows.organisation_id, 'erasure', erase_rows.request_id, v_due.relation, nullif(v_due.column_name, '*'), v_due.record_keys, v_by
      );
    end if;
    continue when v_due.column_name <> '*';
    execute format('select count(*) from %s as t where t.organisation_id = $1 and (%s)', v_due.relation::regclass, v_due.condition)
      into v_count
      using erase_rows.organisation_id, erase_rows.patient_id;
    if v_count > 0 then
      v_kept := v_kept || (v_due.entry || jsonb_build_object('rows', v_count, 'until', null, 'basis', 'is referred to by what is kept'));
    end if;
  end loop;
  select count(*)
    into v_count
    from storage.objects as o
   where o.bucket_id = 'patient-documents'
     and o.name like erase_rows.organisation_id || '/' || erase_rows.patient_id || '/%'
     and not exists (select from public.documents as d where d.organisation_id = erase_rows.organisation_id and d.object_path = o.name);
  if v_count > 0 then
    v_kept := v_kept || jsonb_build_object(
      'table', 'storage.objects', 'column', '*', 'rows', v_count, 'until', null,
      'basis', 'files open to nobody any more: a server takes them out of Storage, removeErased of cordon/documents'
    );
  end if;

  -- Beyond the tenant: names in jobs that are still under way, and the name of a login that is a patient's and nothing else.
  perform authz.forget_passengers(erase_rows.organisation_id, erase_rows.patient_id, '-infinity');
  with blanked as (
    update public.profiles as p
       set display_name = 'erased'
     where p.user_id = any (v_logins)
       and p.display_name <> 'erased'
       and not exists (select from public.patient_accounts as a where a.user_id = p.user_id)
       and not exists (select from public.organisation_members as m where m.user_id = p.user_id)
       and not exists (select from public.ops_members as m where m.user_id = p.user_id)
    returning array[p.user_id::text]::text as key
  )
  select array_agg(b.key order by b.key) into v_keys from blanked as b;
  if v_keys is not null then
    v_destroyed := v_destroyed || jsonb_build_object(
      'table', 'public.profiles', 'column', 'display_name', 'rows', cardinality(v_keys), 'basis', 'names the person behind a login that opens nothing any more'
    );
    perform governance.bury(erase_rows.organisation_id, 'erasure', erase_rows.request_id, 'public.profiles', 'display_name', v_keys, v_by);
  end if;
  perform governance.close_burial(erase_rows.organisation_id, 'erasure', erase_rows.request_id, v_by);
  -- Whoever reads what is kept signs in for it.
  select array_agg(u.user_id)
    into v_logins
    from unnest(v_logins) as u (user_id)
   where not exists (
     select
     from public.patient_accounts as a
     where a.organisation_id = erase_rows.organisation_id
       and a.patient_id = erase_rows.patient_id
       and a.user_id = u.user_id
   );
  if v_logins is not null then
    v_kept := v_kept || jsonb_build_object(
      'table', 'auth.users', 'column', '*', 'rows', cardinality(v_logins), 'until', null,
      'basis', 'logins are the platform''s: delete them with the Auth admin API'
    );
  end if;
  return jsonb_build_object('patient_id', erase_rows.patient_id, 'destroyed', v_destroyed, 'kept', v_kept);
exception
  when lock_not_available then
    raise exception 'somebody keeps locked what is to be destroyed'
      using errcode = 'CD018', hint = 'Ask again when the transaction that keeps it has ended; nothing was destroyed.';
end
$$;
comment on function governance.erase_rows(uuid, uuid, uuid, text) is
  'Erases a patient by governance.erasure_rules {patient_id, destroyed: [{table, column, rows, basis}], kept: [{table, column, rows, basis, until}]}. CD007 above READ COMMITTED, CD018 where something of it is locked for longer than its patience, CD020 under a hold, or for a table without a rule. [N-49]';
revoke all on function governance.erase_rows(uuid, uuid, uuid, text) from public;
grant execute on function governance.erase_rows(uuid, uuid, uuid, text) to cordon_definer;

-- governance.of_what_stays: an SQL condition on `t` and a moment $3, that it is part of a row of the same patient and retention class which stays:
-- one that was written after it, or one of whose parts was, or that something else refers to. Lines, payments and claims go with their invoice and
-- not before, or what is still owed, or claimed, would come to nothing.
create or replace function governance.of_what_stays(relation text)
  returns text
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    (
      with classes as materialized (
        select to_regclass(format('%I.%I', c.schema_name, c.table_name)) as oid, c.retention
        from governance.classification as c
      ),
      -- What refers to whatever this table refers to: no other key is looked at.
      keys as materialized (
        select f.oid, f.conrelid, f.confrelid,
          (
            select string_agg(format('x.%I = %%1$s.%I', b.attname, a.attname), ' and ')
            from unnest(f.conkey, f.confkey) as k (child, parent)
            join pg_attribute as a on a.attrelid = f.conrelid and a.attnum = k.child
            join pg_attribute as b on b.attrelid = f.confrelid and b.attnum = k.parent
          ) as condition,
          f.confrelid <> f.conrelid
            and exists (select from pg_attribute as a where a.attrelid = f.conrelid and a.attname = 'patient_id' and a.attnum = any (f.conkey))
            and 4 = (
              select count(*) from pg_attribute as a where a.attrelid in (f.conrelid, f.confrelid) and a.attname in ('created_at', 'updated_at')
            )
            and exists (
              select
              from classes as c
              join classes as p on p.retention = c.retention
              where c.oid = f.conrelid
                and p.oid = f.confrelid
            ) as is_part
        from pg_constraint as f
        where f.contype = 'f'
          and f.conparentid = 0
          and f.confrelid in (select o.confrelid from pg_constraint as o where o.contype = 'f' and o.conrelid = relation::regclass)
      )
      select string_agg(
        format(
          'exists (select from %s as x where %s and (greatest(x.created_at, x.updated_at) > $3 or %s))', f.confrelid::regclass,
          format(f.condition, 't'),
          (
            select string_agg(
              format(
                'exists (select from %s as y where %s%s)', r.conrelid::regclass, format(r.condition, 'y'),
                case when r.is_part then ' and greatest(y.created_at, y.updated_at) > $3' else '' end
              ),
              ' or ' order by r.oid
            )
            from keys as r
            where r.confrelid = f.confrelid
          )
        ),
        ' or ' order by f.oid
      )
      from keys as f
      where f.is_part
        and f.conrelid = relation::regclass
    ),
    'false'
  );
end
$$;
comment on function governance.of_what_stays(text) is
  'Condition on t and $3, that t is part of a row of its patient and retention class that stays: written after $3, or whose parts were, or referred to by what is no part. [N-49, S-34]';
revoke all on function governance.of_what_stays(text) from public;

-- governance.purge: deletes what retention no longer keeps, everywhere, and tells what: charts and what belongs to them when the patient's last
-- entry is old enough; archived rows of no class of their own, but for whoever wrote a chart; the rest by its own age, a part with the whole, and nothing
-- before it has expired. Never under a hold, never what is still referred to, and the tables of the trail and of governance not at all. Of a job that was driven, and so is
-- referred to, the places go alone. A file in Storage refers to nothing: it goes when its row has gone (public.orphaned_objects). A bed in which
-- nobody lies any more but who is forgotten is cleaned. plan_retention takes it back, run_retention keeps it: they cannot differ. No wait is longer than
-- five seconds, for a row that is locked and not written either: everybody who writes where something was deleted waits behind it.
create or replace function governance.purge(run_id uuid)
  returns jsonb
  language plpgsql
  volatile
  parallel unsafe
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '5s'
as $$
declare
  v_now constant timestamptz := authz.now();
  v_table record;
  v_due record;
  v_condition text;
  v_dues jsonb;
  v_graph constant jsonb := (select jsonb_object_agg(g.relation, g.condition) from governance.subject_graph() as g);
  v_organisations jsonb;
  v_charts jsonb;
  v_deleted record;
  v_is_done boolean := false;
  v_rows jsonb := '[]';
begin
  lock table public.legal_holds in share mode;
  -- Asked before anything is deleted: what is gone says no longer when it was written.
  select coalesce(jsonb_agg(d order by d.organisation_id, d.retention), '[]')
    into v_organisations
    from (
      select o.id as organisation_id, null::uuid as patient_id, c.retention, v_now - governance.kept_for(o.id, c.retention) as written_before
      from public.organisations as o
      cross join (select distinct c.retention from governance.classification as c) as c
    ) as d;
  select coalesce(jsonb_agg(d order by d.organisation_id, d.patient_id, d.retention), '[]')
    into v_charts
    from (
      select o.organisation_id, p.id as patient_id, o.retention, o.written_before
      from jsonb_to_recordset(v_organisations) as o (organisation_id uuid, retention text, written_before timestamptz)
      join public.patients as p on p.organisation_id = o.organisation_id
      where o.retention in ('chart', 'consent')
        and p.created_at <= o.written_before
        and governance.kept_until(p.organisation_id, p.id, o.retention, v_graph) <= v_now
    ) as d;
  -- What is deleted frees what it referred to: again until nothing is.
  while not v_is_done loop
    v_is_done := true;
    for v_table in
      select c.schema_name || '.' || c.table_name as relation, c.retention, v_graph ->> (c.schema_name || '.' || c.table_name) as condition,
        -- The last entry of a chart decides for all of it, and for the consents that opened it.
        c.retention in ('chart', 'consent') and v_graph ? (c.schema_name || '.' || c.table_name) as is_of_a_chart,
        governance.unreferenced(r.oid::regclass::text, true) as free,
        governance.of_what_stays(r.oid::regclass::text) as is_part,
        exists (select from pg_attribute as a where a.attrelid = r.oid and a.attname = 'expires_at') as expires,
        -- Name and licence of who wrote a chart belong to it: a member, and what licenses them, stays for as long as anything there is theirs.
        case
          when c.retention = 'general'
            and c.subjects = '{staff}'
            and exists (select from pg_attribute as a where a.attrelid = r.oid and a.attname = 'user_id')
          then (
            select string_agg(
              format(
                ' and not exists (select from %I.%I as x where x.organisation_id = t.organisation_id and x.created_by_user_id = t.user_id)',
                k.schema_name, k.table_name
              ),
              '' order by k.schema_name, k.table_name
            )
            from governance.classification as k
            where k.retention = 'chart'
              and k.domain = 'clinical'
              and k.level not in ('PUBLIC', 'INTERNAL')
              and 2 = (
                select count(*)
                from pg_attribute as a
                where a.attrelid = to_regclass(format('%I.%I', k.schema_name, k.table_name))
                  and a.attname in ('organisation_id', 'created_by_user_id')
              )
          )
        end as is_no_author,
        case when exists (select from pg_attribute as a where a.attrelid = r.oid and a.attname = 'updated_at') then 'greatest(t.created_at, t.updated_at)' else 't.occurred_at' end as age
      from governance.classification as c
      join pg_class as r on r.oid = to_regclass(format('%I.%I', c.schema_name, c.table_name)) and not r.relispartition
      where c.schema_name in ('public', 'audit')
        and exists (select from pg_attribute as a where a.attrelid = r.oid and a.attname = 'organisation_id')
        and exists (select from pg_attribute as a where a.attrelid = r.oid and a.attname in ('updated_at', 'occurred_at'))
        and exists (select from pg_index as i where i.indrelid = r.oid and i.indisprimary)
      order by c.schema_name, c.table_name
    loop
      v_condition := format(
        't.organisation_id = $1 and %s and not exists (
           select from public.legal_holds as h
           where h.organisation_id = t.organisation_id and h.released_at is null and (h.patient_id is null%s)
         ) and %s',
        case
          when v_table.is_of_a_chart then '(' || v_table.condition || ') and $3 is not null'
          when v_table.retention = 'general' then 't.archived_at <= $3 and $2 is null' || coalesce(v_table.is_no_author, '')
          else v_table.age || ' <= $3 and $2 is null and not (' || v_table.is_part || ')'
            || case when v_table.expires then ' and not (t.expires_at > authz.now())' else '' end
        end,
        coalesce(' or ' || replace(replace(v_table.condition, '$2', 'h.patient_id'), '$1', 'h.organisation_id'), ''),
        v_table.free
      );
      -- Whose anything is due is asked of all at once: most have nothing, and a statement for each takes thousands of clinics minutes.
      execute format(
        'select coalesce(jsonb_agg(due), ''[]'')
         from jsonb_to_recordset($1) as due (organisation_id uuid, patient_id uuid, retention text, written_before timestamptz)
         where due.retention = $2 and exists (select from %s as t where %s)',
        v_table.relation,
        replace(replace(replace(v_condition, '$1', 'due.organisation_id'), '$2', 'due.patient_id'), '$3', 'due.written_before')
      )
      into strict v_dues
      using case when v_table.is_of_a_chart then v_charts else v_organisations end, v_table.retention;
      for v_due in
        select due.organisation_id, due.patient_id, due.written_before
        from jsonb_to_recordset(v_dues) as due (organisation_id uuid, patient_id uuid, written_before timestamptz)
      loop
        select d.row_count, d.record_keys
          into v_deleted
          from governance.delete_rows(v_table.relation, v_condition, v_due.organisation_id, v_due.patient_id, v_due.written_before) as d;
        if v_deleted.row_count > 0 then
          v_is_done := false;
          perform governance.bury(
            v_due.organisation_id, 'retention', run_id, v_table.relation, null, v_deleted.record_keys, session_user::text
          );
          v_rows := v_rows || jsonb_build_object(
            'organisation_id', v_due.organisation_id, 'table', v_table.relation, 'retention', v_table.retention, 'keys', to_jsonb(v_deleted.record_keys)
          );
        end if;
      end loop;
    end loop;
  end loop;
  -- A stay that nobody ended goes with its chart, and no trigger sees it go: nobody lies in its bed any more.
  for v_due in
    select distinct r.organisation_id
    from jsonb_to_recordset(v_rows) as r (organisation_id uuid, "table" text)
    where r."table" = 'public.admissions'
    order by 1
  loop
    perform set_config('app.pinned_organisation_id', v_due.organisation_id::text, true);
    update public.beds as b
       set status = 'cleaning'
     where b.organisation_id = v_due.organisation_id
       and b.status = 'occupied'
       and not exists (
         select
         from public.admissions as a
         where a.organisation_id = b.organisation_id
           and a.bed_id = b.id
           and a.status = 'admitted'
           and a.archived_at is null
       );
  end loop;
  for v_due in
    select f.organisation_id, f.record_keys
    from governance.forget_driven(v_organisations) as f
  loop
    perform governance.bury(
      v_due.organisation_id, 'retention', run_id, 'public.transfer_jobs', 'packet', v_due.record_keys, session_user::text
    );
    v_rows := v_rows || jsonb_build_object(
      'organisation_id', v_due.organisation_id, 'table', 'public.transfer_jobs', 'column', 'packet', 'retention', 'grant',
      'keys', to_jsonb(v_due.record_keys)
    );
  end loop;
  for v_due in
    select distinct r.organisation_id
    from jsonb_to_recordset(v_rows) as r (organisation_id uuid)
    order by 1
  loop
    perform governance.close_burial(v_due.organisation_id, 'retention', run_id, session_user::text);
  end loop;
  return (
    select coalesce(jsonb_agg(jsonb_strip_nulls(to_jsonb(s)) order by s.organisation_id, s."table" collate "C", s."column" nulls first), '[]')
    from (
      select r.organisation_id, r."table", r."column", r.retention, count(*) as rows,
        authz.digest(string_agg(k.value, E'\n' order by k.value collate "C")) as keys_sha256
      from jsonb_to_recordset(v_rows) as r (organisation_id uuid, "table" text, "column" text, retention text, keys jsonb)
      cross join jsonb_array_elements_text(r.keys) as k
      group by r.organisation_id, r."table", r."column", r.retention
    ) as s
  );
exception
  when lock_not_available then
    raise exception 'somebody keeps locked what is to be destroyed'
      using errcode = 'CD018', hint = 'Ask again when the transaction that keeps it has ended; nothing was destroyed.';
end
$$;
comment on function governance.purge(uuid) is
  'Deletes what is due {organisation_id, table, column where it is forgotten alone, retention, rows, keys_sha256}[], and buries it under the run. CD018 where something of it is locked for more than five seconds. [N-38, N-49]';
revoke all on function governance.purge(uuid) from public;

-- governance.plan_retention: what run_retention would delete, found by deleting it and taking that back: the plan and the run are one piece of code.
-- One at a time, and no run meanwhile. For the owner alone: nobody else is granted it.
create or replace function governance.plan_retention()
  returns jsonb
  language plpgsql
  volatile
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_rows jsonb;
begin
  perform authz.require_read_committed();
  begin
    lock table governance.retention_runs in exclusive mode nowait;
  exception
    when lock_not_available then
      raise exception 'a retention run is under way'
        using errcode = 'CD020', hint = 'Wait until it has ended, and plan again.';
  end;
  begin
    v_rows := governance.purge('00000000-0000-7000-8000-000000000000');
    -- No code that ends in 000: such a one catches its whole class, refusals included.
    raise exception 'taken back' using errcode = 'CDXXX';
  exception
    when sqlstate 'CDXXX' then
      null;
  end;
  return jsonb_build_object('plan_sha256', authz.digest(v_rows::text), 'rows', v_rows);
end
$$;
comment on function governance.plan_retention() is
  'What is due for deletion {plan_sha256, rows: [{organisation_id, table, column where that alone is forgotten, retention, rows, keys_sha256}]}; changes nothing. CD007 above READ COMMITTED, CD018 where something of it is locked for more than five seconds, CD020 while a run is under way. [N-49]';
revoke all on function governance.plan_retention() from public;

-- governance.run_retention: deletes what a plan listed, if that is still exactly what is due; else nothing. One transaction: what is killed half-way has
-- deleted nothing. One at a time: the second is turned away.
create or replace function governance.run_retention(plan_sha256 text)
  returns jsonb
  language plpgsql
  volatile
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_run_id constant uuid := authz.uuid_v7();
  v_started_at constant timestamptz := clock_timestamp();
  v_rows jsonb;
begin
  perform authz.require_read_committed();
  begin
    lock table governance.retention_runs in exclusive mode nowait;
  exception
    when lock_not_available then
      raise exception 'a retention run is under way'
        using errcode = 'CD020', hint = 'Wait until it has ended, and plan again.';
  end;
  v_rows := governance.purge(v_run_id);
  if authz.digest(v_rows::text) is distinct from run_retention.plan_sha256 then
    raise exception 'what is due is no longer what was planned'
      using errcode = 'CD020', hint = 'Plan again, read the plan, and run that one: nothing was deleted.';
  end if;
  insert into governance.retention_runs (id, plan_sha256, started_at, finished_at, run_by, rows)
  values (v_run_id, run_retention.plan_sha256, v_started_at, clock_timestamp(), session_user::text, v_rows);
  return jsonb_build_object('run_id', v_run_id, 'plan_sha256', run_retention.plan_sha256, 'rows', v_rows);
end
$$;
comment on function governance.run_retention(text) is
  'Deletes what the plan of this digest listed {run_id, plan_sha256, rows}. CD007 above READ COMMITTED, CD018 where something of it is locked for more than five seconds, CD020 where anything else is due by now, or while another run is under way. [N-38, N-49]';
revoke all on function governance.run_retention(text) from public;

-- public.erase_subject: answers a request for erasure (LGPD art. 18 VI): destroys what no law keeps, and completes the request. What was kept, and why
-- and until when, is told per table and column; what was destroyed is buried without its content; and who had data of theirs must be told of it (par. 6).
create or replace function public.erase_subject(request_id uuid)
  returns jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_request record;
  v_report jsonb;
  v_to_tell jsonb;
begin
  select e.organisation_id, e.patient_id
    into v_request
    from authz.erasure_request(erase_subject.request_id) as e;
  v_to_tell := authz.recipients_of(v_request.organisation_id, v_request.patient_id);
  v_report := governance.erase_rows(v_request.organisation_id, v_request.patient_id, erase_subject.request_id);
  update public.subject_requests as r
     set status = 'completed'
   where r.organisation_id = v_request.organisation_id
     and r.id = erase_subject.request_id;
  return v_report || jsonb_build_object('to_tell', v_to_tell);
end
$$;
comment on function public.erase_subject(uuid) is
  'Erases the patient of a request {patient_id, destroyed: [{table, column, rows, basis}], kept: [{table, column, rows, basis, until}], to_tell: [{recipient_kind, recipient_name, recipient_organisation_id, last_disclosed_at, disclosures}]}, and completes it. 42501 for who is no privacy officer, CD010 for no such request, CD013 for one that is not for erasure or not under way, CD018 where something of it is locked for more than five seconds, CD020 under a hold. [N-49]';
alter function public.erase_subject(uuid) owner to cordon_definer;
revoke all on function public.erase_subject(uuid) from public;
grant execute on function public.erase_subject(uuid) to authenticated;

-- public.orphaned_objects: files of a clinic whose document has gone, by erasure or retention: they open to nobody, and a server takes them out of
-- Storage (removeErased). The row goes first: an object is kept for as long as one tells of it, and what is killed in between is found here again.
create or replace function public.orphaned_objects(organisation_id uuid, most integer default 100)
  returns text[]
  language plpgsql
  stable
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if current_setting('role') <> 'service_role' then
    raise exception 'files are taken away by a server'
      using errcode = 'insufficient_privilege', hint = 'Call it with the server''s key.';
  end if;
  return array(
    select o.name
    from storage.objects as o
    where o.bucket_id = 'patient-documents'
      and o.name like orphaned_objects.organisation_id || '/%'
      and authz.is_object_path(o.name)
      and not exists (
        select
        from public.documents as d
        where d.organisation_id = orphaned_objects.organisation_id
          and d.id = split_part(o.name, '/', 3)::uuid
      )
    order by o.name
    limit orphaned_objects.most
  );
end
$$;
comment on function public.orphaned_objects(uuid, integer) is
  'Paths in the bucket of documents that no document tells of any more, so many at most. 42501 for anybody but the server. [S-05, N-49]';
revoke all on function public.orphaned_objects(uuid, integer) from public;
grant execute on function public.orphaned_objects(uuid, integer) to service_role;

-- public.plan_erasure: what erase_subject would do, found by doing it and taking it back: what is shown is what will happen. It
-- waits for nobody who writes: tables of every clinic are held meanwhile, and it may be asked for again and again.
create or replace function public.plan_erasure(request_id uuid)
  returns jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_request record;
  v_plan jsonb;
begin
  select e.organisation_id, e.patient_id
    into v_request
    from authz.erasure_request(plan_erasure.request_id) as e;
  begin
    v_plan := governance.erase_rows(v_request.organisation_id, v_request.patient_id, plan_erasure.request_id, '100ms');
    -- No code that ends in 000: such a one catches its whole class, refusals included.
    raise exception 'taken back' using errcode = 'CDXXX';
  exception
    when sqlstate 'CDXXX' then
      null;
  end;
  return v_plan || jsonb_build_object('to_tell', authz.recipients_of(v_request.organisation_id, v_request.patient_id));
end
$$;
comment on function public.plan_erasure(uuid) is
  'What erase_subject would destroy and keep, and why {patient_id, destroyed, kept, to_tell}; changes nothing. Errors as erase_subject; CD018 where something of it is locked at this moment. [N-49]';
alter function public.plan_erasure(uuid) owner to cordon_definer;
revoke all on function public.plan_erasure(uuid) from public;
grant execute on function public.plan_erasure(uuid) to authenticated;

-- governance.hold_table: keeps everybody from writing to a table, of which rows are to be deleted, until the transaction ends. It waits for who is
-- writing there, of whatever organisation, as long as whoever calls it does (lock_timeout): everybody who writes after it waits behind it. Who writes
-- there and comes to wait for what is locked here already is waited for no longer than a deadlock takes to be seen.
create or replace function governance.hold_table(relation text)
  returns void
  language plpgsql
  volatile
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  execute format('lock table %s in share row exclusive mode', relation::regclass);
exception
  when lock_not_available or deadlock_detected then
    raise exception 'somebody is writing where something is to be destroyed'
      using errcode = 'CD018', hint = 'Ask again when the transaction that writes has ended; nothing was destroyed.';
end
$$;
comment on function governance.hold_table(text) is
  'Keeps everybody from writing to a table for the rest of the transaction. CD018 where somebody writes there for longer than its caller waits, or waits for what is locked already. [N-49]';
revoke all on function governance.hold_table(text) from public;

-- governance.burial_digest: what was destroyed at once, by one request or run at one organisation, as a digest over all its tombstones: how many there are,
-- and what they say was destroyed. In text that anybody writes anew from the rows (docs/seals.md).
create or replace function governance.burial_digest(organisation_id uuid, cause text, cause_id uuid, out tombstones bigint, out sha256 text)
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  select count(*),
      authz.digest(
        '["' || burial_digest.organisation_id || '",' || to_json(burial_digest.cause)::text || ',"' || burial_digest.cause_id || '"]'
          || coalesce(string_agg(E'\n' || s.line, '' order by s.line collate "C"), '')
      )
    into tombstones, sha256
    from (
      select '[' || to_json(t.relation)::text || ',' || coalesce(to_json(t.column_name)::text, 'null')
          || ',"' || t.row_count || '","' || t.keys_sha256 || '"]' as line
      from governance.tombstones as t
      where t.organisation_id = burial_digest.organisation_id
        and t.cause = burial_digest.cause
        and t.cause_id = burial_digest.cause_id
        and t.relation <> 'governance.tombstones'
    ) as s;
end
$$;
comment on function governance.burial_digest(uuid, text, uuid) is
  'How many tombstones a request or run left at an organisation, and the digest of what they say; that which closes them left out. [N-49, S-20]';
revoke all on function governance.burial_digest(uuid, text, uuid) from public;

-- governance.close_burial: the last tombstone of what one request or run destroyed at one organisation: over the others, by number and digest. One that
-- is put there later, taken away or given to somebody else is then none of those that were closed (public.bent_tombstones, npm run audit:verify).
create or replace function governance.close_burial(organisation_id uuid, cause text, cause_id uuid, by text)
  returns void
  language plpgsql
  volatile
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform set_config('app.pinned_organisation_id', close_burial.organisation_id::text, true);
  insert into governance.tombstones (organisation_id, cause, cause_id, relation, row_count, keys_sha256, destroyed_at, destroyed_by)
  select close_burial.organisation_id, close_burial.cause, close_burial.cause_id, 'governance.tombstones', d.tombstones, d.sha256, clock_timestamp(),
    close_burial.by
  from governance.burial_digest(close_burial.organisation_id, close_burial.cause, close_burial.cause_id) as d
  where d.tombstones > 0;
end
$$;
comment on function governance.close_burial(uuid, text, uuid, text) is
  'Closes the tombstones of a request or run at an organisation by one over all of them; none where nothing was destroyed. [N-49, S-20]';
revoke all on function governance.close_burial(uuid, text, uuid, text) from public;

-- governance.bent_tombstones: tombstones that erasure and retention did not leave as they stand: who can write to the table as superuser buries what they
-- took themselves. It holds what stands there against each other: who also forges what closes them, and the request or the run, is told by no query, but
-- leaves them there for people to ask about. Of the migrating role, because nobody else may read all of it: it asks for nobody's rights, so that only
-- public.bent_tombstones may call it, which does.
create or replace function governance.bent_tombstones(organisation_id uuid)
  returns table (of_organisation uuid, cause text, cause_id uuid, problem text)
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return query
  with burials as (
    select t.organisation_id, t.cause, t.cause_id,
      count(*) filter (where t.relation = 'governance.tombstones') as closings,
      max(t.row_count) filter (where t.relation = 'governance.tombstones') as closed,
      max(t.keys_sha256) filter (where t.relation = 'governance.tombstones') as closed_sha256,
      max(t.destroyed_at) as destroyed_at,
      bool_or(
        t.record_keys is not null
          and (cardinality(t.record_keys) <> t.row_count or authz.digest(array_to_string(t.record_keys, E'\n')) <> t.keys_sha256)
      ) as misnames,
      bool_or(t.record_keys is not null) as is_of_sealed
    from governance.tombstones as t
    where bent_tombstones.organisation_id is null or t.organisation_id = bent_tombstones.organisation_id
    group by t.organisation_id, t.cause, t.cause_id
  )
  select b.organisation_id, b.cause, b.cause_id, p.problem
  from burials as b
  cross join lateral governance.burial_digest(b.organisation_id, b.cause, b.cause_id) as d
  cross join lateral (
    values
      ('not_closed', b.closings = 0),
      ('closed_twice', b.closings > 1),
      ('not_what_was_closed', b.closings = 1 and (b.closed, b.closed_sha256) is distinct from (d.tombstones, d.sha256)),
      ('keys_of_another_digest', b.misnames),
      -- Requests are kept as long as a log is, and no longer: what is older was asked for by one that may be gone.
      (
        'no_request',
        b.cause = 'erasure'
          and b.destroyed_at > authz.now() - governance.kept_for(b.organisation_id, 'audit')
          and not exists (
            select
            from public.subject_requests as r
            where r.organisation_id = b.organisation_id and r.id = b.cause_id and r.kind = 'erasure' and r.status = 'completed'
          )
      ),
      ('no_run', b.cause = 'retention' and b.is_of_sealed and not exists (select from governance.retention_runs as r where r.id = b.cause_id))
  ) as p (problem, is_so)
  where p.is_so
  order by b.organisation_id, b.cause, b.cause_id, p.problem;
end
$$;
comment on function governance.bent_tombstones(uuid) is
  'Erasures and runs of retention whose tombstones are not those that they left {of_organisation, cause, cause_id, problem}, of one organisation or all (NULL). [N-49, S-20]';
revoke all on function governance.bent_tombstones(uuid) from public;
grant execute on function governance.bent_tombstones(uuid) to cordon_definer;

-- governance.forget_driven: takes out of jobs that are over, and stay because it is on record who drove them, where from and where to: that a vehicle and
-- a crew were on a job has to be told for as long as they are there, and where it fetched somebody serves nobody once its time is over. For whose grants
-- were written before when; a hold of the company, of the clinic that sent the patient, or on the patient, keeps it.
create or replace function governance.forget_driven(dues jsonb, out organisation_id uuid, out record_keys text[])
  returns setof record
  language plpgsql
  volatile
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_ids uuid[];
begin
  for organisation_id, v_ids in
    select j.organisation_id, array_agg(j.id)
    from jsonb_to_recordset(dues) as due (organisation_id uuid, retention text, written_before timestamptz)
    join public.transfer_jobs as j on j.organisation_id = due.organisation_id
    where due.retention = 'grant'
      and greatest(j.created_at, j.updated_at) <= due.written_before
      and j.expires_at <= authz.now()
      and not j.packet @> '{"pickup": "erased", "destination": "erased"}'
      and not exists (
        select
        from public.legal_holds as h
        where h.released_at is null
          and h.organisation_id in (j.organisation_id, j.origin_organisation_id)
          and (
            h.patient_id is null
            or exists (
              select
              from public.transfers as t
              where t.organisation_id = h.organisation_id
                and t.id = j.transfer_id
                and t.patient_id = h.patient_id
            )
          )
      )
    group by j.organisation_id
    order by j.organisation_id
  loop
    perform set_config('app.pinned_organisation_id', forget_driven.organisation_id::text, true);
    with forgotten as (
      update public.transfer_jobs as j
         set packet = j.packet || '{"pickup": "erased", "destination": "erased"}'
       where j.organisation_id = forget_driven.organisation_id
         and j.id = any (v_ids)
      returning array[j.organisation_id::text, j.id::text]::text as key
    )
    select array_agg(f.key order by f.key collate "C") into forget_driven.record_keys from forgotten as f;
    return next;
  end loop;
end
$$;
comment on function governance.forget_driven(jsonb) is
  'Forgets where jobs fetched and brought somebody, of organisations and moments {organisation_id, retention, written_before}[]: their keys by organisation. [N-24, N-49]';
revoke all on function governance.forget_driven(jsonb) from public;

-- public.bent_tombstones: governance.bent_tombstones for whoever examines a clinic, of its own, or operations' auditor, of all.
create or replace function public.bent_tombstones()
  returns table (organisation_id uuid, cause text, cause_id uuid, problem text)
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant uuid := audit.proof_scope();
begin
  return query
  select b.of_organisation, b.cause, b.cause_id, b.problem
  from governance.bent_tombstones(v_tenant) as b;
end
$$;
comment on function public.bent_tombstones() is
  'Erasures and runs of retention whose tombstones are not those that they left {organisation_id, cause, cause_id, problem}: none, where nobody bent them. A clinic''s auditor or privacy officer asks of its own. 42501 for who is none of them, of operations or the server. [N-49, S-20]';
alter function public.bent_tombstones() owner to cordon_definer;
revoke all on function public.bent_tombstones() from public;
grant execute on function public.bent_tombstones() to authenticated, internal_ops, service_role;

revoke create on schema authz, public from cordon_definer;

create policy provider_fence on governance.erasure_rules
  as restrictive for all to authenticated
  using (false)
  with check (false);
comment on policy provider_fence on governance.erasure_rules is
  'Whatever another policy allows, staff reach no row. [N-24, S-02, S-03, S-04]';

create policy patient_fence on governance.erasure_rules
  as restrictive for all to patient
  using (false)
  with check (false);
comment on policy patient_fence on governance.erasure_rules is
  'Whatever another policy allows, patients reach no row. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on governance.erasure_rules
  as restrictive for all to internal_ops
  using (false)
  with check (false);
comment on policy internal_ops_fence on governance.erasure_rules is
  'Whatever another policy allows, operations reach no row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on governance.erasure_rules
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on governance.erasure_rules is
  'Whatever another policy allows, callers who are not signed in reach no row. [N-24, S-02, S-03, S-04]';

create policy provider_fence on governance.retention_rules
  as restrictive for all to authenticated
  using (false)
  with check (false);
comment on policy provider_fence on governance.retention_rules is
  'Whatever another policy allows, staff reach no row. [N-24, S-02, S-03, S-04]';

create policy patient_fence on governance.retention_rules
  as restrictive for all to patient
  using (false)
  with check (false);
comment on policy patient_fence on governance.retention_rules is
  'Whatever another policy allows, patients reach no row. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on governance.retention_rules
  as restrictive for all to internal_ops
  using (false)
  with check (false);
comment on policy internal_ops_fence on governance.retention_rules is
  'Whatever another policy allows, operations reach no row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on governance.retention_rules
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on governance.retention_rules is
  'Whatever another policy allows, callers who are not signed in reach no row. [N-24, S-02, S-03, S-04]';

create policy provider_fence on governance.retention_runs
  as restrictive for all to authenticated
  using (false)
  with check (false);
comment on policy provider_fence on governance.retention_runs is
  'Whatever another policy allows, staff reach no row. [N-24, S-02, S-03, S-04]';

create policy patient_fence on governance.retention_runs
  as restrictive for all to patient
  using (false)
  with check (false);
comment on policy patient_fence on governance.retention_runs is
  'Whatever another policy allows, patients reach no row. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on governance.retention_runs
  as restrictive for all to internal_ops
  using (false)
  with check (false);
comment on policy internal_ops_fence on governance.retention_runs is
  'Whatever another policy allows, operations reach no row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on governance.retention_runs
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on governance.retention_runs is
  'Whatever another policy allows, callers who are not signed in reach no row. [N-24, S-02, S-03, S-04]';

create policy definer_select on governance.retention_runs
  for select to cordon_definer
  using (true);
comment on policy definer_select on governance.retention_runs is
  'definer functions may read every row (audit.seal_table, audit.sealed_records: what is sealed is the whole row). [S-20]';

create policy provider_fence on governance.tombstones
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'tombstones', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'tombstones', 'SELECT', 'basic')));
comment on policy provider_fence on governance.tombstones is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with auditor of the current organisation or any member with privacy_officer of the current organisation. [N-24, S-02, S-03, S-04]';

create policy patient_fence on governance.tombstones
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on governance.tombstones is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on governance.tombstones
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on governance.tombstones is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on governance.tombstones
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on governance.tombstones is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy provider_select on governance.tombstones
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'tombstones', 'SELECT', 'basic')));
comment on policy provider_select on governance.tombstones is
  'any member with auditor of the current organisation may read rows; any member with privacy_officer of the current organisation may read rows. [N-49, S-02]';

create policy definer_select on governance.tombstones
  for select to cordon_definer
  using (true);
comment on policy definer_select on governance.tombstones is
  'definer functions may read every row (audit.seal_table, audit.sealed_records: what is sealed is the whole row). [S-20]';

create policy provider_fence on public.retention_extensions
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'retention_extensions', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'retention_extensions', 'SELECT', 'basic')));
comment on policy provider_fence on public.retention_extensions is
  'Whatever another policy allows, staff reach rows of the current organisation only. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.retention_extensions
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.retention_extensions is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.retention_extensions
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.retention_extensions is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.retention_extensions
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.retention_extensions is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.retention_extensions
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'retention_extensions', 'SELECT', 'basic')));
comment on policy provider_select on public.retention_extensions is
  'any member of the current organisation may read rows that are not archived. [N-02, N-49, S-02]';

create policy provider_select_rows on public.retention_extensions
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.retention_extensions is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, N-49, S-02]';

create policy provider_insert on public.retention_extensions
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'retention_extensions', 'INSERT', 'detailed')));
comment on policy provider_insert on public.retention_extensions is
  'any member with privacy_officer of the current organisation may create rows. [N-02, N-49, S-03]';

create policy provider_update on public.retention_extensions
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'retention_extensions', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'retention_extensions', 'SELECT', 'basic')));
comment on policy provider_update on public.retention_extensions is
  'any member with privacy_officer of the current organisation may change rows that are not archived. [N-02, N-49, S-03]';

create policy provider_update_rows on public.retention_extensions
  as restrictive for update to authenticated
  using (
    archived_at is null
    or archived_at = now()
  )
  with check (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_update_rows on public.retention_extensions is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, N-49, S-03]';

create policy definer_select on public.retention_extensions
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.retention_extensions is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on). [N-08]';

create policy definer_update on public.subject_requests
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.subject_requests is
  'definer functions may change every row (public.erase_subject: completes what it answers). [N-49]';

create or replace trigger _020_floor
  before update or delete on governance.retention_rules
  for each row
  execute function authz.tg_retention_rules__floor();
alter table governance.retention_rules enable always trigger _020_floor;
comment on trigger _020_floor on governance.retention_rules is
  'Lets a floor rise, and never fall or go. [N-38, N-49]';

create or replace trigger _021_no_truncate
  before truncate on governance.retention_rules
  for each statement
  execute function authz.tg__no_truncate('retention_rules');
alter table governance.retention_rules enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on governance.retention_rules is
  'Refuses to empty the table, the owner included. [N-38, N-49]';

create or replace trigger _020_append_only
  before update or delete on governance.retention_runs
  for each row
  execute function authz.tg__append_only('retention_runs');
alter table governance.retention_runs enable always trigger _020_append_only;
comment on trigger _020_append_only on governance.retention_runs is
  'Refuses to change or delete, the owner included. [N-49, S-20]';

create or replace trigger _021_no_truncate
  before truncate on governance.retention_runs
  for each statement
  execute function authz.tg__append_only('retention_runs');
alter table governance.retention_runs enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on governance.retention_runs is
  'Refuses to empty the table, the owner included. [N-49, S-20]';

create or replace trigger _020_append_only
  before update or delete on governance.tombstones
  for each row
  execute function authz.tg__append_only('tombstones');
alter table governance.tombstones enable always trigger _020_append_only;
comment on trigger _020_append_only on governance.tombstones is
  'Refuses to change or delete, the owner included. [N-49, S-20]';

create or replace trigger _021_no_truncate
  before truncate on governance.tombstones
  for each statement
  execute function authz.tg__append_only('tombstones');
alter table governance.tombstones enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on governance.tombstones is
  'Refuses to empty the table, the owner included. [N-49, S-20]';

create or replace trigger _080_no_secrets
  before insert or update on public.retention_extensions
  for each row
  execute function authz.tg__no_secrets('retention_extensions', 'reason');
alter table public.retention_extensions enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.retention_extensions is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _085_words
  before insert or update on public.retention_extensions
  for each row
  execute function authz.tg__words('retention_extensions', 'reason', '10');
alter table public.retention_extensions enable always trigger _085_words;
comment on trigger _085_words on public.retention_extensions is
  'Refuses a reason that nobody sees. [N-49]';

create or replace trigger _600_security
  after insert or update on public.retention_extensions
  for each row
  execute function authz.tg_retention_extensions__security();
alter table public.retention_extensions enable always trigger _600_security;
comment on trigger _600_security on public.retention_extensions is
  'Records how long an organisation keeps what among the security events. [N-49, N-37]';

create or replace trigger _015_read_committed
  before insert or update on public.retention_extensions
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.retention_extensions enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.retention_extensions is
  'Says what is kept for longer, in the newest snapshot alone: an older one shows who may write as they were. [N-16, N-49]';

create or replace trigger _050_tenant
  before insert or update on public.retention_extensions
  for each row
  execute function authz.tg__tenant('retention_extensions');
alter table public.retention_extensions enable always trigger _050_tenant;
comment on trigger _050_tenant on public.retention_extensions is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.retention_extensions
  for each row
  execute function authz.tg__stamp();
alter table public.retention_extensions enable always trigger _100_stamp;
comment on trigger _100_stamp on public.retention_extensions is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _890_lasting
  before update on public.retention_extensions
  for each row
  when (new.id <> old.id)
  execute function authz.tg__lasting('retention_extensions');
alter table public.retention_extensions enable always trigger _890_lasting;
comment on trigger _890_lasting on public.retention_extensions is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.retention_extensions
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.retention_extensions enable always trigger _900_stamped;
comment on trigger _900_stamped on public.retention_extensions is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.retention_extensions
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.retention_extensions enable always trigger _901_stamped;
comment on trigger _901_stamped on public.retention_extensions is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _050_tenant
  before insert or update on governance.tombstones
  for each row
  execute function authz.tg__tenant('tombstones');
alter table governance.tombstones enable always trigger _050_tenant;
comment on trigger _050_tenant on governance.tombstones is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

grant
  select (finished_at, id, plan_sha256, rows, run_by, started_at)
  on governance.retention_runs to cordon_definer;

grant select on governance.tombstones to authenticated;
grant
  select (cause, cause_id, column_name, destroyed_at, destroyed_by, id, keys_sha256, organisation_id, record_keys, relation, row_count)
  on governance.tombstones to cordon_definer;

grant
  select,
  insert (id, keep_months, organisation_id, reason, retention),
  update (archived_at, keep_months, reason)
  on public.retention_extensions to authenticated;
grant select (archived_at, id, organisation_id) on public.retention_extensions to cordon_definer;
grant select, insert, update on public.retention_extensions to service_role;

grant select on public.tombstones to authenticated;

-- migrate:down
