-- migrate:up
-- Why: operations see documents of patients whose case they hold; their rule comes before those of clinics and patients
-- Side: operations
-- Access: +10 grants, +22 policies, 2 definer functions
--   ~ authz.condition_holds is written, and runs with the rights of its owner
--   ~ authz.simulate is written, and runs with the rights of its owner
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
--   + cordon_definer may select (13 columns), insert (file_name, id, kind, organisation_id, patient_id, uploaded_by_user_id), update (8 columns) on public.documents
--   + internal_ops may select on public.documents
--   + service_role may select on public.documents
--   widens: assistant, clinic_admin, doctor, nurse and receptionist can now read public.signed_forms (document_id) too
--   widens: authz.condition_holds(text, jsonb, jsonb, uuid, uuid, integer, timestamp with time zone), which 2 functions ask, has another text
--   widens: authz.simulate(text, text, uuid, text, uuid, uuid, timestamp with time zone, inet, text), which 2 functions ask, has another text
--   widens: authz.state_transitions now allows table_name documents and to_state pending
--   widens: authz.state_transitions now allows table_name documents, from_state active and to_state frozen
--   widens: authz.state_transitions now allows table_name documents, from_state active and to_state rejected
--   widens: authz.state_transitions now allows table_name documents, from_state active and to_state withdrawn
--   widens: authz.state_transitions now allows table_name documents, from_state frozen and to_state active
--   widens: authz.state_transitions now allows table_name documents, from_state frozen and to_state rejected
--   widens: authz.state_transitions now allows table_name documents, from_state frozen and to_state withdrawn
--   widens: authz.state_transitions now allows table_name documents, from_state pending and to_state uploaded
--   widens: authz.state_transitions now allows table_name documents, from_state pending and to_state withdrawn
--   widens: authz.state_transitions now allows table_name documents, from_state uploaded and to_state active
--   widens: authz.state_transitions now allows table_name documents, from_state uploaded and to_state rejected
--   widens: authz.state_transitions now allows table_name documents, from_state uploaded and to_state withdrawn
--   widens: ops_agent can now read public.documents, as operators
--   widens: ops_agent can now read public.signed_forms (document_id) too
--   widens: our definer functions can now add to public.document_read_tickets (8 of 18 columns), every row of every organisation
--   widens: our definer functions can now add to public.document_upload_grants (8 of 17 columns), every row of every organisation
--   widens: our definer functions can now add to public.documents (organisation_id, id, patient_id, kind, file_name, uploaded_by_user_id), every row of every organisation
--   widens: our definer functions can now change public.document_read_tickets (redeemed_at, revoked_at), every row of every organisation
--   widens: our definer functions can now change public.document_upload_grants (used_at), every row of every organisation
--   widens: our definer functions can now change public.documents (8 of 27 columns), every row of every organisation
--   widens: our definer functions can now read public.document_read_tickets (12 of 18 columns), every row of every organisation
--   widens: our definer functions can now read public.document_upload_grants (11 of 17 columns), every row of every organisation
--   widens: our definer functions can now read public.documents (13 of 27 columns), every row of every organisation
--   widens: patients can now read public.signed_forms (document_id) too
--   widens: the service role can now read public.document_read_tickets, every row of every organisation
--   widens: the service role can now read public.document_upload_grants, every row of every organisation
--   widens: the service role can now read public.documents, every row of every organisation
--   widens: the service role can now read public.signed_forms (document_id) too
-- Locks: 6 existing tables, until the migration commits
--   ACCESS EXCLUSIVE public.signed_forms
--   SHARE ROW EXCLUSIVE public.patients
--   ROW EXCLUSIVE authz.state_transitions
--   ROW EXCLUSIVE governance.classification
--   ROW EXCLUSIVE governance.export_exclusions
--   ROW EXCLUSIVE governance.subject_links

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
create index document_upload_grants_document_id_patient_id_idx
  on public.document_upload_grants (organisation_id, document_id, patient_id);
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
  constraint document_read_tickets_document_id_patient_id_fkey
    foreign key (organisation_id, document_id, patient_id)
    references public.documents (organisation_id, id, patient_id) on delete restrict,
  constraint document_read_tickets_realm_check check (realm in ('provider', 'patient', 'internal_ops')),
  constraint document_read_tickets_actor_kind_check check (actor_kind in ('user', 'system'))
);
create index document_read_tickets_document_id_patient_id_idx
  on public.document_read_tickets (organisation_id, document_id, patient_id);
create index document_read_tickets_organisation_id_user_id_idx
  on public.document_read_tickets (organisation_id, user_id, expires_at);
alter table public.document_read_tickets alter column organisation_id set (n_distinct = 100);
comment on table public.document_read_tickets is 'Tickets to sign one document; each is the record of one read. [S-09]';
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

-- What a form speaks of: the scan that it comes from, the policy that it assigns. Its digest is a part of what is signed.
alter table public.signed_forms add column document_id uuid;
alter table public.signed_forms
  add constraint signed_forms_organisation_id_document_id_patient_id_fkey
    foreign key (organisation_id, document_id, patient_id)
    references public.documents (organisation_id, id, patient_id) on delete restrict not valid;
-- The column is new and empty: the scan compares nothing.
-- squawk-ignore constraint-missing-not-valid
alter table public.signed_forms validate constraint signed_forms_organisation_id_document_id_patient_id_fkey;
-- squawk-ignore require-concurrent-index-creation
create index signed_forms_organisation_id_document_id_patient_id_idx
  on public.signed_forms (organisation_id, document_id, patient_id);
comment on column public.signed_forms.document_id is
  'The document that it speaks of, whose digest is signed with it; NULL where it speaks of none. [S-31]';

insert into governance.subject_links (schema_name, table_name, column_name, target_table)
values ('public', 'case_activity_log', 'entity_id', 'documents');
insert into governance.export_exclusions (schema_name, table_name, column_name, reason)
values
  ('public', 'documents', 'uploaded_by_user_id', 'names a member of staff'),
  ('public', 'document_upload_grants', 'user_id', 'names a member of staff'),
  ('public', 'document_upload_grants', 'session_id', 'a session of somebody else'),
  ('public', 'document_read_tickets', 'user_id', 'names a member of staff, or another login'),
  ('public', 'document_read_tickets', 'session_id', 'a session of somebody else');

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.condition_holds: what each word of the rules means, for explanations. Policies say the same in SQL compiled from
-- the same words; a property test holds the two together. Unknown is false.
create or replace function authz.condition_holds(
  condition text, rules jsonb, record jsonb, user_id uuid, organisation_id uuid, rank integer, at timestamptz
)
  returns boolean
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant uuid := (record ->> (rules ->> 'tenantKey'))::uuid;
  v_patient constant uuid := (record ->> (rules ->> 'patientKey'))::uuid;
  v_owner constant uuid := (record ->> 'user_id')::uuid;
begin
  return coalesce(
    case
      when condition = 'everyone' then true
      when condition in ('member', 'operator') then rank is not null
      when condition = 'active' then record ->> 'status' = 'active'
      when condition = 'proposed' then record ->> 'status' = 'proposed'
      when condition = 'unarchived' then record ->> 'archived_at' is null
      when condition = 'not_archived' then
        record ->> 'archived_at' is null or (record ->> 'archived_at')::timestamptz = now()
      when condition = 'patient_active' then record ->> 'patient_status' = 'active'
      when condition = 'unsegmented' then not (record ->> 'is_segmented')::boolean
      when condition = 'financial' then (record ->> 'is_financial')::boolean
      when condition = 'attached' then record ->> 'case_id' is not null
      when condition = 'handed_over' then
        authz.is_handed_over(rules ->> 'handedOverBy', v_tenant, (record ->> (rules ->> 'handedOverKey'))::uuid)
      when condition = 'unexpired' then (record ->> 'expires_at')::timestamptz > at
      when condition = 'own_user' then v_owner = condition_holds.user_id
      when condition = 'other_user' then v_owner <> condition_holds.user_id
      when condition = 'below_own_rank' then (record ->> 'rank')::integer < condition_holds.rank
      when condition = 'colleague' then exists (
        select
        from public.organisation_members as m
        where m.organisation_id = condition_holds.organisation_id
          and m.user_id = v_owner
          and m.accepted_at is not null
      )
      when condition = 'own_patient' then exists (
        select
        from authz.live_patient_accounts as a
        where a.organisation_id = v_tenant
          and a.patient_id = v_patient
          and a.user_id = condition_holds.user_id
      )
      when condition = 'own_organisation' then exists (
        select
        from authz.live_patient_accounts as a
        where a.organisation_id = v_tenant
          and a.user_id = condition_holds.user_id
      )
      when condition = 'treating' then
        v_patient = any (authz.treated_by(v_tenant, condition_holds.user_id, at))
      when condition = 'emergency' then
        v_patient = any (authz.emergency_of(v_tenant, condition_holds.user_id, at))
      when condition like 'consent:%' then
        (record ->> (substr(condition, 9) || '_consent_until'))::timestamptz > at
    end,
    false
  );
end
$$;

-- authz.simulate: what the rules say of one row for one caller, moment and address, with the verdict of every condition.
-- It says no more of a row than that it was not found, unless the caller''s role and realm reach it. STABLE, so that
-- PostgreSQL itself refuses it any write.
create or replace function authz.simulate(
  table_name text, operation text, id uuid, realm text, user_id uuid, organisation_id uuid, at timestamptz, address inet,
  purpose text
)
  returns jsonb
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_rules constant jsonb := authz.rules_of(table_name);
  v_tenant uuid;
  v_role text;
  v_rank integer;
  v_capabilities text[];
  v_record jsonb;
  v_rule jsonb;
  v_conditions jsonb;
  v_emergency boolean;
  v_missing integer;
  v_usual integer;
  v_fewest integer;
  v_answer jsonb;
  v_word text;
  v_holds boolean;
  v_audience boolean := false;
begin
  if operation not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE') or operation is null then
    raise exception 'unknown operation'
      using errcode = 'CD012', hint = 'Use SELECT, INSERT, UPDATE or DELETE.';
  end if;
  select m.role, m.rank, m.capabilities
    into v_role, v_rank, v_capabilities
    from authz.membership_at(realm, user_id, organisation_id, at) as m;

  -- Whether any rule is theirs does not depend on the row, and is answered before it is looked for.
  for v_rule in select r from jsonb_array_elements(v_rules -> 'rules') as r loop
    v_audience := v_audience or (
      v_rule ->> 'realm' = realm and v_rule ->> 'operation' = operation
      and authz.is_of_audience(v_rule, v_role, v_capabilities)
    );
  end loop;
  if not v_audience then
    return authz.verdict(false, 'no rule for this role', '[{"condition": "role", "satisfied": false}]', false, false);
  end if;

  v_record := authz.record_of(v_rules, id, realm, user_id, organisation_id);
  if v_record is null then
    return authz.verdict(false, 'not found', '[]', false, false);
  end if;
  if v_rules -> 'tenantKey' = 'null' then
    -- Without a tenant the fence is a rule of its own; outside it there is nothing to find.
    for v_word in select w from jsonb_array_elements_text(coalesce(v_rules -> 'fence' -> realm, '["none"]')) as w loop
      if not authz.condition_holds(v_word, v_rules, v_record, user_id, organisation_id, v_rank, at) then
        return authz.verdict(false, 'not found', '[]', false, false);
      end if;
    end loop;
  end if;
  v_tenant := (v_record ->> (v_rules ->> 'tenantKey'))::uuid;

  <<rules>>
  for v_rule in select r from jsonb_array_elements(v_rules -> 'rules') as r loop
    continue when v_rule ->> 'realm' <> realm or v_rule ->> 'operation' <> operation
      or not authz.is_of_audience(v_rule, v_role, v_capabilities);
    v_conditions := '[{"condition": "role", "satisfied": true}]';
    v_missing := 0;
    v_usual := 0;
    for v_word in select w from jsonb_array_elements_text(v_rule -> 'conditions') as w loop
      v_holds := authz.condition_holds(v_word, v_rules, v_record, user_id, organisation_id, v_rank, at);
      -- A row that is somebody else's, or protected from the role, is not there: this rule says nothing of it.
      continue rules when not v_holds and v_word in ('own_patient', 'own_organisation', 'own_user', 'unsegmented', 'financial', 'attached', 'handed_over');
      v_conditions := v_conditions || jsonb_build_object('condition', v_word, 'satisfied', v_holds);
      if v_word = 'treating' or v_word like 'consent:%' then
        v_usual := v_usual + (not v_holds)::integer;
      else
        v_missing := v_missing + (not v_holds)::integer;
      end if;
    end loop;
    if v_rule -> 'hours' <> 'null' then
      v_holds := authz.is_within_hours(
        organisation_id, array(select h::integer from jsonb_array_elements_text(v_rule -> 'hours') as h), at
      );
      v_conditions := v_conditions || jsonb_build_object('condition', 'hours', 'satisfied', v_holds);
      v_usual := v_usual + (not v_holds)::integer;
    end if;
    if (v_rule ->> 'network')::boolean then
      v_holds := authz.is_within_networks(organisation_id, address);
      v_conditions := v_conditions || jsonb_build_object('condition', 'network', 'satisfied', v_holds);
      v_missing := v_missing + (not v_holds)::integer;
    end if;
    if v_rule -> 'purposes' <> '[]' then
      v_holds := purpose is null or v_rule -> 'purposes' ? purpose;
      v_conditions := v_conditions || jsonb_build_object('condition', 'purpose', 'satisfied', v_holds);
      v_missing := v_missing + (not v_holds)::integer;
    end if;
    v_emergency := false;
    if (v_rule ->> 'emergencyBypass')::boolean then
      v_holds := authz.condition_holds('emergency', v_rules, v_record, user_id, organisation_id, v_rank, at);
      v_conditions := v_conditions || jsonb_build_object('condition', 'emergency', 'satisfied', v_holds);
      v_emergency := v_holds and v_usual > 0;
    end if;
    if operation = 'UPDATE' then
      -- An UPDATE that names its rows sees only what SELECT shows.
      v_holds := (authz.simulate(table_name, 'SELECT', id, realm, user_id, organisation_id, at, address, purpose) ->> 'allowed')::boolean;
      v_conditions := v_conditions || jsonb_build_object('condition', 'readable', 'satisfied', v_holds);
      v_missing := v_missing + (not v_holds)::integer;
    end if;
    if operation = 'UPDATE' and realm <> 'internal_ops' and v_rules ->> 'frozenBy' is not null then
      v_holds := v_record ->> (v_rules ->> 'frozenBy') is null;
      v_conditions := v_conditions || jsonb_build_object('condition', 'not_frozen', 'satisfied', v_holds);
      v_missing := v_missing + (not v_holds)::integer;
    end if;
    v_missing := v_missing + case when v_emergency then 0 else v_usual end;
    if v_answer is null or v_missing < v_fewest then
      v_fewest := v_missing;
      v_answer := authz.verdict(
        v_missing = 0,
        case
          when v_missing > 0 then 'not met: ' || (
            select string_agg(c ->> 'condition', ', ')
            from jsonb_array_elements(v_conditions) as c
            where not (c ->> 'satisfied')::boolean and c ->> 'condition' <> 'emergency'
          )
          when v_emergency then 'emergency access'
          else 'allowed'
        end,
        v_conditions,
        v_rule ->> 'auditLevel' <> 'basic' or v_emergency,
        v_missing = 0 and v_emergency
      );
    end if;
  end loop;
  return coalesce(v_answer, authz.verdict(false, 'not found', '[]', false, false));
end
$$;

create or replace function authz.rules_document_read_tickets()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "document_read_tickets", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "columns": ["id", "organisation_id"], "fence": null, "rules": [

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
  return '{"schema": "public", "table": "document_upload_grants", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "columns": ["id", "organisation_id"], "fence": null, "rules": [

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
  return '{"schema": "public", "table": "documents", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "handedOverBy": "patient", "handedOverKey": "patient_id", "columns": ["archived_at", "id", "organisation_id", "patient_id", "status"], "fence": null, "rules": [
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
  using (organisation_id = (select authz.organisation_id()))
  with check (organisation_id = (select authz.organisation_id()));
comment on policy provider_fence on public.document_read_tickets is
  'Whatever another policy allows, staff reach rows of the current organisation only. [N-24, S-02, S-03, S-04]';

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
  'definer functions may read every row (authz.signable_paths, public.redeem_read_ticket, authz.revoke_read_tickets: whether a ticket still opens its document; authz.simulate: explains a decision by what it depends on). [N-08, N-50, S-09]';

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
  using (organisation_id = (select authz.organisation_id()))
  with check (organisation_id = (select authz.organisation_id()));
comment on policy provider_fence on public.document_upload_grants is
  'Whatever another policy allows, staff reach rows of the current organisation only. [N-24, S-02, S-03, S-04]';

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
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.uploadable_paths, authz.tg_objects__uploaded: whether a grant stands for an object). [N-08, S-08]';

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
  using (organisation_id = (select authz.organisation_id()))
  with check (organisation_id = (select authz.organisation_id()));
comment on policy provider_fence on public.documents is
  'Whatever another policy allows, staff reach rows of the current organisation only. [N-24, S-02, S-03, S-04]';

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
    (select authz.is_operator('{ops_agent}'))
    and status = 'active'
    and (archived_at is null or archived_at = now())
    and patient_id = any ((select authz.handed_over_ids('patient'))::uuid[])
    and authz.is_handed_over('patient', organisation_id, patient_id)
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
  select (archived_at, bucket, content_type, id, kind, object_path, organisation_id, patient_id, sha256, sha256_verified_at, size_bytes, status, uploaded_by_user_id),
  insert (file_name, id, kind, organisation_id, patient_id, uploaded_by_user_id),
  update (content_type, patient_status, sha256, sha256_verified_at, size_bytes, status, status_reason, treatment_consent_until)
  on public.documents to cordon_definer;
grant select on public.documents to internal_ops;
grant select on public.documents to service_role;

-- migrate:down
