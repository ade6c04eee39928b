-- migrate:up
-- Why: operations see documents of patients whose case they hold; their rule comes before those of clinics and patients.
-- Side: operations
-- Access: +10 grants, +22 policies
--   + cordon_definer may execute function authz.rules_document_read_tickets()
--   + cordon_definer may execute function authz.rules_document_upload_grants()
--   + cordon_definer may execute function authz.rules_documents()
--   + policy provider_fence on public.document_read_tickets: restrictive, all to authenticated
--   + policy patient_fence on public.document_read_tickets: restrictive, all to patient
--   + policy internal_ops_fence on public.document_read_tickets: restrictive, all to internal_ops
--   + policy anon_fence on public.document_read_tickets: restrictive, all to anon
--   + policy definer_select on public.document_read_tickets: select to cordon_definer, WITHOUT a condition
--   + policy definer_insert on public.document_read_tickets: insert to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.document_read_tickets: update to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.document_upload_grants: restrictive, all to authenticated
--   + policy patient_fence on public.document_upload_grants: restrictive, all to patient
--   + policy internal_ops_fence on public.document_upload_grants: restrictive, all to internal_ops
--   + policy anon_fence on public.document_upload_grants: restrictive, all to anon
--   + policy definer_select on public.document_upload_grants: select to cordon_definer, WITHOUT a condition
--   + policy definer_insert on public.document_upload_grants: insert to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.document_upload_grants: update to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.documents: restrictive, all to authenticated
--   + policy patient_fence on public.documents: restrictive, all to patient
--   + policy internal_ops_fence on public.documents: restrictive, all to internal_ops
--   + policy anon_fence on public.documents: restrictive, all to anon
--   + policy internal_ops_select on public.documents: select to internal_ops
--   + policy definer_select on public.documents: select to cordon_definer, WITHOUT a condition
--   + policy definer_insert on public.documents: insert to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.documents: update to cordon_definer, WITHOUT a condition
--   + cordon_definer may select (12 columns), insert (8 columns), update (redeemed_at, revoked_at) on public.document_read_tickets
--   + service_role may select on public.document_read_tickets
--   + cordon_definer may select (11 columns), insert (8 columns), update (used_at) on public.document_upload_grants
--   + service_role may select on public.document_upload_grants
--   + cordon_definer may select (16 columns), insert (file_name, id, kind, organisation_id, patient_id, uploaded_by_user_id), update (8 columns) on public.documents
--   + internal_ops may select on public.documents
--   + service_role may select on public.documents
-- Locks: 3 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE public.patients
--   ROW EXCLUSIVE authz.state_transitions
--   ROW EXCLUSIVE governance.classification

set local lock_timeout = '5s';
set local statement_timeout = '60s';

insert into authz.state_transitions (table_name, from_state, to_state, realms)
values
  ('documents', null, 'pending', null),
  ('documents', 'pending', 'uploaded', null),
  ('documents', 'pending', 'withdrawn', null),
  ('documents', 'uploaded', 'active', null),
  ('documents', 'uploaded', 'rejected', null),
  ('documents', 'uploaded', 'withdrawn', null),
  ('documents', 'active', 'frozen', null),
  ('documents', 'active', 'rejected', null),
  ('documents', 'active', 'withdrawn', null),
  ('documents', 'frozen', 'active', null),
  ('documents', 'frozen', 'rejected', null),
  ('documents', 'frozen', 'withdrawn', null);

-- public.documents: what is known of a file in Storage. Its path is made of ids, so that no name that anybody types is part of one.
create table public.documents (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  patient_id uuid not null,
  kind text not null,
  is_financial boolean not null generated always as (kind in ('invoice', 'receipt', 'insurance')) stored,
  file_name text not null,
  bucket text not null default 'patient-documents',
  -- Not from uuid_v7: the last part of a path is not to be guessed from the others.
  object_id uuid not null default gen_random_uuid(),
  object_path text not null
    generated always as (organisation_id::text || '/' || patient_id::text || '/' || id::text || '/' || object_id::text) stored,
  content_type text,
  size_bytes bigint,
  sha256 text,
  sha256_verified_at timestamptz,
  status text not null default 'pending',
  status_reason text,
  uploaded_by_user_id uuid,
  last_status_change_at timestamptz,
  last_status_change_by_user_id uuid,
  treatment_consent_until timestamptz,
  patient_status text not null default 'archived',
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint documents_pkey primary key (organisation_id, id),
  -- Target of grants, tickets and forms, so that none can name another patient.
  constraint documents_organisation_id_id_patient_id_key unique (organisation_id, id, patient_id),
  constraint documents_organisation_id_patient_id_fkey
    foreign key (organisation_id, patient_id) references public.patients (organisation_id, id) on delete restrict,
  constraint documents_kind_check check (
    kind in ('report', 'image', 'referral', 'prescription', 'consent', 'identity', 'other', 'invoice', 'receipt', 'insurance')
  ),
  constraint documents_file_name_check
    check (length(file_name) between 1 and 200 and file_name !~ '[[:cntrl:]/\\]' and file_name not in ('.', '..')),
  constraint documents_bucket_check check (bucket = 'patient-documents'),
  constraint documents_content_type_check check (content_type ~ '^[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}$'),
  constraint documents_size_bytes_check check (size_bytes > 0),
  constraint documents_sha256_check check (sha256 ~ '^[0-9a-f]{64}$'),
  constraint documents_status_check check (status in ('pending', 'uploaded', 'active', 'frozen', 'rejected', 'withdrawn')),
  constraint documents_status_reason_check check (length(status_reason) between 10 and 500),
  -- What may be read has been uploaded, and is known by its digest.
  constraint documents_content_check check (
    case
      when status = 'pending' then num_nonnulls(content_type, size_bytes, sha256) = 0
      when status in ('active', 'frozen') then num_nulls(content_type, size_bytes, sha256) = 0
      else true
    end
  ),
  constraint documents_patient_status_check check (patient_status in ('active', 'inactive', 'archived')),
  constraint documents_actor_kind_check check (actor_kind in ('user', 'system'))
);
create index documents_organisation_id_patient_id_idx on public.documents (organisation_id, patient_id, id);
create index documents_patient_id_idx on public.documents (patient_id);
alter table public.documents alter column organisation_id set (n_distinct = 100);
comment on table public.documents is 'Files of patients: where they lie, their digest, their state; never their content. PHI. [S-06, S-07]';
comment on column public.documents.kind is 'What it is; invoice, receipt and insurance are financial.';
comment on column public.documents.is_financial is 'Whether its kind is financial: the policy of finance compares this.';
comment on column public.documents.file_name is 'As the uploader called it, for people; no part of the path. May name a person: PHI.';
comment on column public.documents.bucket is 'The private bucket; never a URL. [S-06, S-10]';
comment on column public.documents.object_id is 'Random; the last part of the path.';
comment on column public.documents.object_path is 'organisation/patient/document/random: the name of the object in the bucket. [S-07]';
comment on column public.documents.content_type is 'As Storage recorded it.';
comment on column public.documents.size_bytes is 'As Storage counted it; bytes.';
comment on column public.documents.sha256 is 'SHA-256 of the file, 64 hexadecimal digits; never changes once set. [S-31]';
comment on column public.documents.sha256_verified_at is 'When a server has read the file and found the same digest; NULL: the uploader says so. [S-31]';
comment on column public.documents.status is
  'pending: granted; uploaded: in Storage; active: its digest is known; frozen: opens to nobody for now; rejected: another file than its digest says; withdrawn.';
comment on column public.documents.status_reason is 'Why it was frozen, released or withdrawn; no names.';
comment on column public.documents.uploaded_by_user_id is 'Who was granted the upload.';
comment on column public.documents.treatment_consent_until is
  'Projection of consents, kept by trigger: until when consent to treatment holds. [N-45]';
comment on column public.documents.patient_status is
  'Projection of the patient, kept by trigger: archived, or the patient''s status. [N-27]';
alter table public.documents enable row level security;
alter table public.documents force row level security;

-- public.document_upload_grants: one upload, by one person, to one path, soon.
create table public.document_upload_grants (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  patient_id uuid not null,
  document_id uuid not null,
  user_id uuid not null,
  session_id uuid not null,
  content_type text,
  size_bytes bigint,
  expires_at timestamptz not null,
  used_at timestamptz,
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint document_upload_grants_pkey primary key (organisation_id, id),
  -- A document is uploaded once.
  constraint document_upload_grants_organisation_id_document_id_key unique (organisation_id, document_id),
  constraint document_upload_grants_document_id_patient_id_fkey
    foreign key (organisation_id, document_id, patient_id)
    references public.documents (organisation_id, id, patient_id) on delete restrict,
  constraint document_upload_grants_content_type_check check (content_type ~ '^[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}$'),
  constraint document_upload_grants_size_bytes_check check (size_bytes > 0),
  constraint document_upload_grants_actor_kind_check check (actor_kind in ('user', 'system'))
);
create index document_upload_grants_open_idx
  on public.document_upload_grants (organisation_id, user_id, document_id) where used_at is null;
alter table public.document_upload_grants alter column organisation_id set (n_distinct = 100);
comment on table public.document_upload_grants is 'One-shot grants to upload. [S-08]';
comment on column public.document_upload_grants.user_id is 'Who may upload, and nobody else.';
comment on column public.document_upload_grants.session_id is 'The session that asked.';
comment on column public.document_upload_grants.content_type is 'The type that the file must have; NULL: any that the bucket takes.';
comment on column public.document_upload_grants.size_bytes is 'How many bytes it must have; NULL: as many as the bucket takes.';
comment on column public.document_upload_grants.expires_at is 'By when the upload must be complete.';
comment on column public.document_upload_grants.used_at is 'When it was used; NULL: not yet. Never again NULL.';
alter table public.document_upload_grants enable row level security;
alter table public.document_upload_grants force row level security;

-- public.document_read_tickets: one person may have one document signed, for sixty seconds.
create table public.document_read_tickets (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  patient_id uuid not null,
  document_id uuid not null,
  user_id uuid not null,
  session_id uuid not null,
  realm text not null,
  purpose text,
  expires_at timestamptz not null,
  redeemed_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint document_read_tickets_pkey primary key (organisation_id, id),
  -- The record of a read outlives what was read: it hangs on the patient's id, as logs do, and not on the document's row.
  constraint document_read_tickets_organisation_id_patient_id_fkey
    foreign key (organisation_id, patient_id) references public.patients (organisation_id, id) on delete restrict,
  constraint document_read_tickets_realm_check check (realm in ('provider', 'patient', 'internal_ops')),
  constraint document_read_tickets_actor_kind_check check (actor_kind in ('user', 'system'))
);
create index document_read_tickets_document_id_patient_id_idx
  on public.document_read_tickets (organisation_id, document_id, patient_id);
create index document_read_tickets_organisation_id_patient_id_idx
  on public.document_read_tickets (organisation_id, patient_id);
create index document_read_tickets_organisation_id_user_id_idx
  on public.document_read_tickets (organisation_id, user_id, expires_at);
alter table public.document_read_tickets alter column organisation_id set (n_distinct = 100);
comment on table public.document_read_tickets is 'Tickets to sign one document; each is the record of one read. [S-09]';
comment on column public.document_read_tickets.document_id is 'Which document; its row may be gone by now.';
comment on column public.document_read_tickets.user_id is 'Who may have it signed.';
comment on column public.document_read_tickets.session_id is 'In which session.';
comment on column public.document_read_tickets.realm is 'provider signs with their own token; patient and internal_ops through a server.';
comment on column public.document_read_tickets.purpose is 'What the session said that it was for; NULL: nothing. [N-48]';
comment on column public.document_read_tickets.expires_at is 'Sixty seconds after it was issued. [S-09]';
comment on column public.document_read_tickets.redeemed_at is 'When a server took it to sign; once.';
comment on column public.document_read_tickets.revoked_at is 'When what it opened was closed to its holder. [N-50]';
alter table public.document_read_tickets enable row level security;
alter table public.document_read_tickets force row level security;

insert into governance.classification (schema_name, table_name, level, domain, retention)
values
  ('public', 'documents', 'RESTRICTED', 'clinical', 'chart'),
  ('public', 'document_upload_grants', 'RESTRICTED', 'ops', 'grant'),
  ('public', 'document_read_tickets', 'RESTRICTED', 'ops', 'audit');

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

create or replace function authz.rules_document_read_tickets()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "document_read_tickets", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "columns": ["archived_at", "id", "organisation_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": ["privacy_officer"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-02", "S-09"]}
  ]}';
end
$$;
comment on function authz.rules_document_read_tickets() is
  'The access rules of document_read_tickets, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_document_read_tickets() from public;
grant execute on function authz.rules_document_read_tickets() to cordon_definer;

create or replace function authz.rules_document_upload_grants()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "document_upload_grants", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "columns": ["archived_at", "id", "organisation_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": ["privacy_officer"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-02", "S-08"]}
  ]}';
end
$$;
comment on function authz.rules_document_upload_grants() is
  'The access rules of document_upload_grants, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_document_upload_grants() from public;
grant execute on function authz.rules_document_upload_grants() to cordon_definer;

create or replace function authz.rules_documents()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "documents", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "handedOverBy": "consenting_patient", "handedOverKey": "patient_id", "columns": ["archived_at", "id", "is_financial", "organisation_id", "patient_id", "patient_status", "status", "treatment_consent_until"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["doctor", "nurse"], "capabilities": [], "conditions": ["not_archived", "patient_active", "treating", "consent:treatment"], "hours": null, "network": false, "purposes": ["data_view", "treatment"], "emergencyBypass": true, "auditLevel": "comprehensive", "requirements": ["N-02", "N-14", "N-21", "N-25", "N-45", "S-02", "S-11"]},
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": ["finance"], "conditions": ["not_archived", "patient_active", "financial"], "hours": null, "network": false, "purposes": ["data_view", "billing"], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "S-02", "S-11"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "active", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-15", "S-11"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["active", "not_archived", "handed_over"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "comprehensive", "requirements": ["S-11", "S-29"]}
  ]}';
end
$$;
comment on function authz.rules_documents() is
  'The access rules of documents, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_documents() from public;
grant execute on function authz.rules_documents() to cordon_definer;

create policy provider_fence on public.document_read_tickets
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'document_read_tickets', 'SELECT', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'document_read_tickets', 'SELECT', 'detailed')));
comment on policy provider_fence on public.document_read_tickets is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with privacy_officer of the current organisation. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.document_read_tickets
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.document_read_tickets is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.document_read_tickets
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.document_read_tickets is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.document_read_tickets
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.document_read_tickets is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy definer_select on public.document_read_tickets
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.document_read_tickets is
  'definer functions may read every row (authz.document_paths, public.redeem_read_ticket, authz.revoke_read_tickets: whether a ticket still opens its document; authz.simulate: explains a decision by what it depends on). [N-08, N-50, S-09]';

create policy definer_insert on public.document_read_tickets
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on public.document_read_tickets is
  'definer functions may create every row (public.issue_read_ticket: the only hand). [S-09]';

create policy definer_update on public.document_read_tickets
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.document_read_tickets is
  'definer functions may change every row (public.redeem_read_ticket: once; authz.revoke_read_tickets: with what it opened). [N-50, S-09]';

create policy provider_fence on public.document_upload_grants
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'document_upload_grants', 'SELECT', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'document_upload_grants', 'SELECT', 'detailed')));
comment on policy provider_fence on public.document_upload_grants is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with privacy_officer of the current organisation. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.document_upload_grants
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.document_upload_grants is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.document_upload_grants
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.document_upload_grants is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.document_upload_grants
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.document_upload_grants is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy definer_select on public.document_upload_grants
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.document_upload_grants is
  'definer functions may read every row (authz.document_paths, authz.tg_objects__uploaded: whether a grant stands for an object; authz.simulate: explains a decision by what it depends on). [N-08, S-08]';

create policy definer_insert on public.document_upload_grants
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on public.document_upload_grants is
  'definer functions may create every row (public.issue_upload_grant: the only hand). [S-08]';

create policy definer_update on public.document_upload_grants
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.document_upload_grants is
  'definer functions may change every row (authz.tg_objects__uploaded: once). [S-08]';

create policy provider_fence on public.documents
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_within('{}', '{finance}', null, false, '{data_view,billing}')), (select authz.organisation_within('{doctor,nurse}', '{}', null, false, '{data_view,treatment}'))), 'provider', 'documents', 'SELECT', 'comprehensive')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_within('{}', '{finance}', null, false, '{data_view,billing}')), (select authz.organisation_within('{doctor,nurse}', '{}', null, false, '{data_view,treatment}'))), 'provider', 'documents', 'SELECT', 'comprehensive')));
comment on policy provider_fence on public.documents is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with finance of the current organisation, for data_view or billing where a purpose is named, or doctor or nurse of the current organisation, for data_view or treatment where a purpose is named. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.documents
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.documents is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.documents
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.documents is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.documents
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.documents is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy internal_ops_select on public.documents
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'documents', 'SELECT', 'comprehensive'))
    and case
      when
        status = 'active'
        and (archived_at is null or archived_at = now())
        and authz.is_handed_over('consenting_patient', organisation_id, patient_id)
      then authz.log_disclosure((select authz.disclosure_stamp('internal_ops', 'documents', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
    and patient_id = any ((select authz.handed_over_ids('consenting_patient'))::uuid[])
  );
comment on policy internal_ops_select on public.documents is
  'ops_agent of operations may read rows that are active and not archived and of a case that operations hold. [S-11, S-29]';

create policy definer_select on public.documents
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.documents is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; public.issue_read_ticket and the others of documents: what they open or change; authz.form_content: the digest that is signed). [N-08, S-08, S-09, S-31]';

create policy definer_insert on public.documents
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on public.documents is
  'definer functions may create every row (public.issue_upload_grant: the only hand). [S-08]';

create policy definer_update on public.documents
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.documents is
  'definer functions may change every row (authz.tg_objects__uploaded, public.finalise_document, public.verify_document, public.set_document_status; authz.tg_consents__project, authz.tg_patients__project). [N-27, N-45, N-50, S-08]';

create or replace trigger _015_read_committed
  before update on public.documents
  for each row
  when (
    new.status <> old.status and (new.status in ('frozen', 'withdrawn') or old.status = 'frozen')
    and current_setting('transaction_isolation') <> 'read committed'
  )
  execute function authz.tg__read_committed();
alter table public.documents enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.documents is
  'Freezes, releases or withdraws a document, in the newest snapshot alone: an older one shows who may write as they were. [N-16, N-50]';

create or replace trigger _050_tenant
  before insert or update on public.document_read_tickets
  for each row
  execute function authz.tg__tenant('document_read_tickets');
alter table public.document_read_tickets enable always trigger _050_tenant;
comment on trigger _050_tenant on public.document_read_tickets is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.document_read_tickets
  for each row
  execute function authz.tg__stamp();
alter table public.document_read_tickets enable always trigger _100_stamp;
comment on trigger _100_stamp on public.document_read_tickets is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _890_lasting
  before update on public.document_read_tickets
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('document_read_tickets');
alter table public.document_read_tickets enable always trigger _890_lasting;
comment on trigger _890_lasting on public.document_read_tickets is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.document_read_tickets
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.document_read_tickets enable always trigger _900_stamped;
comment on trigger _900_stamped on public.document_read_tickets is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.document_read_tickets
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.document_read_tickets enable always trigger _901_stamped;
comment on trigger _901_stamped on public.document_read_tickets is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _050_tenant
  before insert or update on public.document_upload_grants
  for each row
  execute function authz.tg__tenant('document_upload_grants');
alter table public.document_upload_grants enable always trigger _050_tenant;
comment on trigger _050_tenant on public.document_upload_grants is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.document_upload_grants
  for each row
  execute function authz.tg__stamp();
alter table public.document_upload_grants enable always trigger _100_stamp;
comment on trigger _100_stamp on public.document_upload_grants is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _890_lasting
  before update on public.document_upload_grants
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('document_upload_grants');
alter table public.document_upload_grants enable always trigger _890_lasting;
comment on trigger _890_lasting on public.document_upload_grants is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.document_upload_grants
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.document_upload_grants enable always trigger _900_stamped;
comment on trigger _900_stamped on public.document_upload_grants is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.document_upload_grants
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.document_upload_grants enable always trigger _901_stamped;
comment on trigger _901_stamped on public.document_upload_grants is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _050_tenant
  before insert or update on public.documents
  for each row
  execute function authz.tg__tenant('documents');
alter table public.documents enable always trigger _050_tenant;
comment on trigger _050_tenant on public.documents is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.documents
  for each row
  execute function authz.tg__stamp();
alter table public.documents enable always trigger _100_stamp;
comment on trigger _100_stamp on public.documents is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _890_lasting
  before update on public.documents
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('documents');
alter table public.documents enable always trigger _890_lasting;
comment on trigger _890_lasting on public.documents is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.documents
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.documents enable always trigger _900_stamped;
comment on trigger _900_stamped on public.documents is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.documents
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.documents enable always trigger _901_stamped;
comment on trigger _901_stamped on public.documents is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

grant
  select (archived_at, document_id, expires_at, id, organisation_id, patient_id, purpose, realm, redeemed_at, revoked_at, session_id, user_id),
  insert (document_id, expires_at, organisation_id, patient_id, purpose, realm, session_id, user_id),
  update (redeemed_at, revoked_at)
  on public.document_read_tickets to cordon_definer;
grant select on public.document_read_tickets to service_role;

grant
  select (archived_at, content_type, document_id, expires_at, id, organisation_id, patient_id, session_id, size_bytes, used_at, user_id),
  insert (content_type, document_id, expires_at, organisation_id, patient_id, session_id, size_bytes, user_id),
  update (used_at)
  on public.document_upload_grants to cordon_definer;
grant select on public.document_upload_grants to service_role;

grant
  select (archived_at, bucket, content_type, id, is_financial, kind, object_path, organisation_id, patient_id, patient_status, sha256, sha256_verified_at, size_bytes, status, treatment_consent_until, uploaded_by_user_id),
  insert (file_name, id, kind, organisation_id, patient_id, uploaded_by_user_id),
  update (content_type, patient_status, sha256, sha256_verified_at, size_bytes, status, status_reason, treatment_consent_until)
  on public.documents to cordon_definer;
grant select on public.documents to internal_ops;
grant select on public.documents to service_role;

-- migrate:down
