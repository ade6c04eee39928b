-- migrate:up
-- Why: staff bring documents of patients on one-shot grants and read them on tickets of sixty seconds; a form can speak of one, and its digest is signed
-- Access: +18 grants, +7 policies, 3 changed, 18 definer functions
--   ~ authz.form_content is written, and runs with the rights of its owner
--   + cordon_definer may execute function authz.is_object_path(text)
--   ~ authz.may_read_document is written, and runs with the rights of its owner
--   ~ authz.revoke_read_tickets is written, and runs with the rights of its owner
--   ~ authz.signable_paths is written, and runs with the rights of its owner
--   + authenticated may execute function authz.signable_paths()
--   ~ authz.tg_consents__project is written, and runs with the rights of its owner
--   ~ authz.tg_documents__activity is written, and runs with the rights of its owner
--   ~ authz.tg_documents__closed is written, and runs with the rights of its owner
--   ~ authz.tg_objects__kept is written, and runs with the rights of its owner
--   ~ authz.tg_objects__uploaded is written, and runs with the rights of its owner
--   ~ authz.tg_patients__project is written, and runs with the rights of its owner
--   ~ authz.uploadable_paths is written, and runs with the rights of its owner
--   + authenticated may execute function authz.uploadable_paths()
--   ~ public.finalise_document is written, and runs with the rights of its owner
--   + authenticated may execute function public.finalise_document(uuid, text)
--   ~ public.issue_read_ticket is written, and runs with the rights of its owner
--   + authenticated may execute function public.issue_read_ticket(uuid)
--   + internal_ops may execute function public.issue_read_ticket(uuid)
--   + patient may execute function public.issue_read_ticket(uuid)
--   ~ public.issue_upload_grant is written, and runs with the rights of its owner
--   + authenticated may execute function public.issue_upload_grant(uuid, text, text, text, bigint)
--   ~ public.redeem_read_ticket is written, and runs with the rights of its owner
--   + service_role may execute function public.redeem_read_ticket(uuid, uuid)
--   ~ public.set_document_status is written, and runs with the rights of its owner
--   + authenticated may execute function public.set_document_status(uuid, text, text)
--   ~ public.sign_form is written, and runs with the rights of its owner
--   ~ public.verify_document is written, and runs with the rights of its owner
--   + service_role may execute function public.verify_document(uuid, uuid, text)
--   ~ policy provider_fence on public.document_read_tickets
--   + policy provider_select on public.document_read_tickets: select to authenticated
--   + policy provider_select_rows on public.document_read_tickets: restrictive, select to authenticated
--   ~ policy provider_fence on public.document_upload_grants
--   + policy provider_select on public.document_upload_grants: select to authenticated
--   + policy provider_select_rows on public.document_upload_grants: restrictive, select to authenticated
--   ~ policy provider_fence on public.documents
--   + policy provider_select on public.documents: select to authenticated
--   + policy provider_select_rows on public.documents: restrictive, select to authenticated
--   + policy patient_select on public.documents: select to patient
--   + authenticated may select on public.document_read_tickets
--   + authenticated may select on public.document_upload_grants
--   + authenticated may select on public.documents
--   + cordon_definer may select (is_financial, patient_status, treatment_consent_until) on public.documents
--   + patient may select on public.documents
--   + authenticated may insert (document_id) on public.signed_forms
--   + cordon_definer may select (document_id) on public.signed_forms
--   widens: assistant, doctor, nurse and receptionist can now add to public.signed_forms (document_id) too
--   widens: authz.activity_keys(text), which 2 constraints ask, has another text
--   widens: authz.form_content(uuid, uuid), which 2 functions ask, has another text
--   widens: authz.tg_consents__project(), which 1 trigger asks, has another text
--   widens: authz.tg_documents__activity() is new, which 1 trigger asks
--   widens: authz.tg_documents__closed() is new, which 1 trigger asks
--   widens: authz.tg_documents__fixed() is new, which 1 trigger asks
--   widens: authz.tg_patients__project(), which 1 trigger asks, has another text
--   widens: clinic staff can now call authz.signable_paths(), which acts with the rights of cordon_definer
--   widens: clinic staff can now call authz.uploadable_paths(), which acts with the rights of cordon_definer
--   widens: clinic staff can now call public.finalise_document(uuid, text), which acts with the rights of cordon_definer
--   widens: clinic staff can now call public.issue_read_ticket(uuid), which acts with the rights of cordon_definer
--   widens: clinic staff can now call public.issue_upload_grant(uuid, text, text, text, bigint), which acts with the rights of cordon_definer
--   widens: clinic staff can now call public.set_document_status(uuid, text, text), which acts with the rights of cordon_definer
--   widens: clinic staff can now read public.document_read_tickets of their own organisation
--   widens: clinic staff can now read public.document_upload_grants of their own organisation
--   widens: clinic staff can now read public.documents of their own organisation
--   widens: operations can now call public.issue_read_ticket(uuid), which acts with the rights of cordon_definer
--   widens: our definer functions can now read public.documents (is_financial, treatment_consent_until, patient_status) too
--   widens: our definer functions can now read public.signed_forms (document_id) too
--   widens: patients can now call public.issue_read_ticket(uuid), which acts with the rights of cordon_definer
--   widens: patients can now read public.documents that are their own
--   widens: public.sign_form(uuid, text, text, text), callable by clinic staff and patients, has another text
--   widens: the service role can now call public.redeem_read_ticket(uuid, uuid), which acts with the rights of cordon_definer
--   widens: the service role can now call public.verify_document(uuid, uuid, text), which acts with the rights of cordon_definer
--   widens: the trigger _600_activity now guards public.documents
--   widens: the trigger _610_closed now guards public.documents
--   widens: the trigger _900_fixed now guards public.documents
-- Locks: 3 existing tables, until the migration commits
--   ACCESS EXCLUSIVE public.document_read_tickets
--   ACCESS EXCLUSIVE public.document_upload_grants
--   ACCESS EXCLUSIVE public.documents

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz, public to cordon_definer;

-- authz.activity_keys: the types of the activity log and what each must say. A table of constants, so that a CHECK can ask it.
create or replace function authz.activity_keys(event_type text)
  returns text[]
  language plpgsql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return case event_type
    when 'case.opened' then '{status,priority}'
    when 'case.status_changed' then '{from,to}'
    when 'case.priority_changed' then '{from,to}'
    when 'case.reopened' then '{from,to,reason}'
    when 'admission.planned' then '{}'
    when 'admission.admitted' then '{bed_id}'
    when 'admission.moved' then '{from,to}'
    when 'admission.case_changed' then '{from,to}'
    when 'admission.discharged' then '{bed_id,disposition}'
    when 'admission.cancelled' then '{}'
    when 'admission.archived' then '{status,bed_id}'
    when 'transfer.requested' then '{}'
    when 'transfer.dispatched' then '{transport_organisation_id}'
    when 'transfer.status_changed' then '{from,to}'
    when 'transfer_job.received' then '{origin_organisation_id}'
    when 'transfer_job.status_changed' then '{from,to}'
    when 'transfer_job.assigned' then '{vehicle_id,driver_id}'
    when 'transfer_job.released' then '{vehicle_id,driver_id}'
    when 'signed_form.drafted' then '{template_id}'
    when 'signed_form.signed' then '{content_sha256}'
    when 'signed_form.terminated' then '{content_sha256}'
    when 'document.requested' then '{kind}'
    when 'document.status_changed' then '{from,to}'
    when 'invoice.attached' then '{}'
    when 'invoice.detached' then '{}'
    when 'invoice.frozen_write_suppressed' then '{operation}'
    when 'invoice_line.frozen_write_suppressed' then '{operation}'
    when 'payment.frozen_write_suppressed' then '{operation}'
  end;
end
$$;

-- authz.form_content: what a form says as a whole, byte for byte: the text that is shown before, signed, and proved after.
create or replace function authz.form_content(organisation_id uuid, form_id uuid)
  returns text
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select (jsonb_build_object(
      'format', 'cordon.signed-content.1',
      'organisation_id', f.organisation_id, 'form_id', f.id, 'patient_id', f.patient_id, 'case_id', f.case_id,
      'template', jsonb_build_object(
        'id', t.id, 'kind', t.kind, 'code', t.code, 'version', t.version,
        'language', t.language, 'title', t.title, 'body', t.body, 'body_sha256', t.body_sha256
      ),
      'consents', coalesce(
        (
          select jsonb_agg(
            jsonb_build_object(
              'id', c.id, 'purpose', c.purpose, 'legal_basis', c.legal_basis, 'break_glass_allowed', c.break_glass_allowed,
              'expires_at', to_char(c.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
            )
            order by c.id
          )
          from public.consents as c
          where c.organisation_id = f.organisation_id
            and c.signed_form_id = f.id
            and c.status = 'proposed'
            and c.archived_at is null
        ),
        '[]'
      )
    )
    || coalesce(
      (
        select jsonb_build_object('document', jsonb_build_object(
          'id', d.id, 'kind', d.kind, 'content_type', d.content_type, 'size_bytes', d.size_bytes, 'sha256', d.sha256
        ))
        from public.documents as d
        where d.organisation_id = f.organisation_id
          and d.id = f.document_id
      ),
      '{}'
    ))::text
    from public.signed_forms as f
    join public.form_templates as t on t.id = f.template_id
    where f.organisation_id = form_content.organisation_id
      and f.id = form_content.form_id
  );
end
$$;
comment on function authz.form_content(uuid, uuid) is
  'The JSON text of a draft: template, patient, the consents that it carries, and the document that it speaks of with its digest. [S-31]';

-- authz.is_object_path: organisation/patient/document/random, four ids as PostgreSQL writes them. Whatever else a name may be made of (dots,
-- blanks, other scripts, other cases, what a server would decode, more or fewer parts) is no such path.
create or replace function authz.is_object_path(name text)
  returns boolean
  language plpgsql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    name ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}){3}$'
    -- What makes the pattern's end match before a last line break in other engines; here it does not, and this says so.
    and length(name) = 147,
    false
  );
end
$$;
comment on function authz.is_object_path(text) is
  'Whether a name has the shape of a document''s path: four UUIDs in small letters, with slashes between. [S-07]';
revoke all on function authz.is_object_path(text) from public;
grant execute on function authz.is_object_path(text) to cordon_definer;

-- authz.may_read_document: whether a document opens to somebody at this moment: it is active, and the rules of documents show it to them.
-- The rules are asked again whenever something is to be signed, so that a ticket opens nothing that has closed since.
create or replace function authz.may_read_document(
  organisation_id uuid, document_id uuid, realm text, user_id uuid, purpose text
)
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (
      select
      from public.documents as d
      where d.organisation_id = may_read_document.organisation_id
        and d.id = may_read_document.document_id
        and d.status = 'active'
        and d.archived_at is null
    )
    and (
      authz.simulate(
        'documents', 'SELECT', document_id, realm, user_id, organisation_id, authz.now(), authz.client_address(), purpose
      ) ->> 'allowed'
    )::boolean;
end
$$;
comment on function authz.may_read_document(uuid, uuid, text, uuid, text) is
  'Whether a document is active and its rules show it to a user of a realm now. [S-09, S-11, N-50]';
alter function authz.may_read_document(uuid, uuid, text, uuid, text) owner to cordon_definer;
revoke all on function authz.may_read_document(uuid, uuid, text, uuid, text) from public;

-- authz.revoke_read_tickets: of the live tickets of a document, those that their holder would not be given now. Signing asks the rules again
-- anyway; this is what is written down, in the transaction that closes.
create or replace function authz.revoke_read_tickets(organisation_id uuid, document_id uuid)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  update public.document_read_tickets as t
     set revoked_at = clock_timestamp()
   where t.organisation_id = revoke_read_tickets.organisation_id
     and t.document_id = revoke_read_tickets.document_id
     and t.revoked_at is null
     and t.expires_at > clock_timestamp()
     and not authz.may_read_document(t.organisation_id, t.document_id, t.realm, t.user_id, t.purpose);
end
$$;
comment on function authz.revoke_read_tickets(uuid, uuid) is
  'Revokes the live read tickets of a document that its rules no longer give. [N-50, S-09]';
alter function authz.revoke_read_tickets(uuid, uuid) owner to cordon_definer;
revoke all on function authz.revoke_read_tickets(uuid, uuid) from public;

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

create or replace function authz.rules_documents()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "documents", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "handedOverBy": "patient", "handedOverKey": "patient_id", "columns": ["archived_at", "id", "is_financial", "organisation_id", "patient_id", "patient_status", "status", "treatment_consent_until"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["doctor", "nurse"], "capabilities": [], "conditions": ["not_archived", "patient_active", "treating", "consent:treatment"], "hours": null, "network": false, "purposes": ["data_view", "treatment"], "emergencyBypass": true, "auditLevel": "comprehensive", "requirements": ["N-02", "N-14", "N-21", "N-25", "N-45", "S-02", "S-11"]},
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": ["finance"], "conditions": ["not_archived", "patient_active", "financial"], "hours": null, "network": false, "purposes": ["data_view", "billing"], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "S-02", "S-11"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "active", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-15", "S-11"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["active", "not_archived", "handed_over"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "comprehensive", "requirements": ["S-11", "S-29"]}
  ]}';
end
$$;

-- authz.signable_paths: which paths the caller may have signed now: those of their live tickets, as far as the rules still open them.
create or replace function authz.signable_paths()
  returns text[]
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
begin
  if v_caller.session_id is null then
    return '{}';
  end if;
  return array(
    select d.object_path
    from authz.live_memberships as m
    join public.document_read_tickets as t on t.organisation_id = m.organisation_id and t.user_id = m.user_id
    join public.documents as d on d.organisation_id = t.organisation_id and d.id = t.document_id
    where m.user_id = v_caller.user_id
      and t.session_id = v_caller.session_id
      and t.realm = 'provider'
      and t.expires_at > clock_timestamp()
      and t.revoked_at is null
      and t.archived_at is null
      and authz.may_read_document(t.organisation_id, t.document_id, t.realm, t.user_id, t.purpose)
  );
end
$$;
comment on function authz.signable_paths() is
  'Paths of the caller''s live read tickets whose documents the rules still open to them. [S-09, S-11, N-50]';
alter function authz.signable_paths() owner to cordon_definer;
revoke all on function authz.signable_paths() from public;
grant execute on function authz.signable_paths() to authenticated;

-- authz.tg_buckets__private: the bucket of documents stays as it was made: private, with its limits, and there. A file of a public bucket is
-- served to whoever asks, and no policy is asked (S-06, S-10).
create or replace function authz.tg_buckets__private()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_fixed constant text[] := '{id,name,public,file_size_limit,allowed_mime_types,type,versioning_status}';
begin
  if tg_op = 'UPDATE' and not exists (
    select
    from unnest(v_fixed) as f (field)
    where to_jsonb(new) -> f.field is distinct from to_jsonb(old) -> f.field
  ) then
    return null;
  end if;
  raise exception 'the bucket of documents is private, and stays as it is'
    using errcode = 'insufficient_privilege', hint = 'Use a bucket of your own for what may be public.';
end
$$;
comment on function authz.tg_buckets__private() is
  'Refuses with 42501 to publish, rename, change or delete the bucket of documents, whoever writes. [S-06, S-10]';
revoke all on function authz.tg_buckets__private() from public;

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
  -- And with them the tickets to read what no longer opens.
  update public.documents as d
     set treatment_consent_until = null
   where d.organisation_id = new.organisation_id
     and d.patient_id = new.patient_id;
  perform authz.recall_shares(new.organisation_id, new.patient_id, new.purpose);
  return null;
end
$$;

-- authz.tg_documents__activity: that a document came and what became of it; never what it is called (S-18).
create or replace function authz.tg_documents__activity()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    perform authz.record_activity(new.organisation_id, null, new.id, 'document.requested', jsonb_build_object('kind', new.kind));
  elsif new.status is distinct from old.status then
    perform authz.record_activity(
      new.organisation_id, null, new.id, 'document.status_changed', jsonb_build_object('from', old.status, 'to', new.status)
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_documents__activity() is
  'Records the request of an upload and every change of a document''s status. [S-18]';
alter function authz.tg_documents__activity() owner to cordon_definer;
revoke all on function authz.tg_documents__activity() from public;

-- authz.tg_documents__closed: whatever may have closed a document (its state, its patient's, a consent) takes its tickets back at once.
create or replace function authz.tg_documents__closed()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if (new.status, new.archived_at, new.treatment_consent_until, new.patient_status)
    is distinct from (old.status, old.archived_at, old.treatment_consent_until, old.patient_status)
  then
    perform authz.revoke_read_tickets(new.organisation_id, new.id);
  end if;
  return null;
end
$$;
comment on function authz.tg_documents__closed() is
  'Revokes read tickets in the transaction that closes a document to their holders. [N-50, S-09]';
alter function authz.tg_documents__closed() owner to cordon_definer;
revoke all on function authz.tg_documents__closed() from public;

-- authz.tg_documents__fixed: what a document is never changes, the owner's hand included: a signature may stand on its digest.
create or replace function authz.tg_documents__fixed()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if (new.patient_id, new.kind, new.file_name, new.bucket, new.object_id, new.uploaded_by_user_id)
    is distinct from (old.patient_id, old.kind, old.file_name, old.bucket, old.object_id, old.uploaded_by_user_id)
    or (old.content_type is not null and new.content_type is distinct from old.content_type)
    or (old.size_bytes is not null and new.size_bytes is distinct from old.size_bytes)
    or (old.sha256 is not null and new.sha256 is distinct from old.sha256)
  then
    raise exception 'a document never becomes another'
      using errcode = 'CD014', hint = 'Withdraw it and upload another.';
  end if;
  return new;
end
$$;
comment on function authz.tg_documents__fixed() is
  'Refuses with CD014 to change whose a document is, where it lies, or its digest. [S-07, S-31]';
revoke all on function authz.tg_documents__fixed() from public;

-- authz.tg_objects__kept: what lies in the bucket stays what and where it is, whoever writes: no upsert, move or rename into it, within it or
-- out of it. It goes when the row that tells of it has gone: retention takes rows, and nobody else does.
create or replace function authz.tg_objects__kept()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  -- Some of them newer versions of Storage have alone.
  v_fixed constant text[] :=
    '{id,bucket_id,name,version,metadata,owner,owner_id,archived_at,is_delete_marker,is_versioned}';
begin
  if tg_op = 'UPDATE' and new.user_metadata is not distinct from old.user_metadata and not exists (
    select
    from unnest(v_fixed) as f (field)
    where to_jsonb(new) -> f.field is distinct from to_jsonb(old) -> f.field
  ) then
    return null;
  end if;
  if tg_op = 'DELETE' then
    if not authz.is_object_path(old.name) then
      return null;
    end if;
    perform
    from public.documents as d
    where d.organisation_id = split_part(old.name, '/', 1)::uuid
      and d.id = split_part(old.name, '/', 3)::uuid;
    if not found then
      return null;
    end if;
  end if;
  raise exception 'an object of a document is neither changed, moved nor deleted'
    using errcode = 'insufficient_privilege', hint = 'Upload another document; withdraw this one with set_document_status.';
end
$$;
comment on function authz.tg_objects__kept() is
  'Refuses with 42501 to change, move or delete an object of a document, whoever writes. [S-08, S-11]';
alter function authz.tg_objects__kept() owner to cordon_definer;
revoke all on function authz.tg_objects__kept() from public;

-- authz.tg_objects__uploaded: an object comes into the bucket on a grant, once, whoever writes it. The Storage API asks as the uploader first,
-- in a transaction that it rolls back, and writes as the server's key when all bytes are there: that second write passes every policy, and
-- stops here. After the row, so that the last word of every other trigger has been said, and a policy has refused before we look.
create or replace function authz.tg_objects__uploaded()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  -- Another shape names nothing: neither is looked up.
  v_organisation_id constant uuid := case when authz.is_object_path(new.name) then split_part(new.name, '/', 1)::uuid end;
  v_document_id constant uuid := case when authz.is_object_path(new.name) then split_part(new.name, '/', 3)::uuid end;
  v_type constant text := nullif(lower(btrim(split_part(new.metadata ->> 'mimetype', ';', 1))), '');
  v_size constant text := coalesce(new.metadata ->> 'size', new.metadata ->> 'contentLength');
  v_grant record;
begin
  select g.organisation_id, g.id, g.document_id, g.user_id, g.content_type, g.size_bytes, g.expires_at, g.used_at
    into v_grant
    from public.document_upload_grants as g
    join public.documents as d on d.organisation_id = g.organisation_id and d.id = g.document_id
   where g.organisation_id = v_organisation_id
     and g.document_id = v_document_id
     and d.object_path = new.name
     and d.status = 'pending'
     and d.archived_at is null
     and g.archived_at is null
  for no key update of g; -- the second of two uploads waits here, and finds it used
  if v_grant.id is null
    or v_grant.used_at is not null
    or v_grant.expires_at <= clock_timestamp()
    or coalesce(new.owner_id, new.owner::text) is distinct from v_grant.user_id::text
  then
    raise exception 'no grant stands for this upload'
      using errcode = 'insufficient_privilege', hint = 'issue_upload_grant gives one: for one file, one path and one login, once, for 15 minutes.';
  end if;
  -- Who is asked before the file is there says neither. A row that stays so is of no use: finalise_document wants both.
  if v_type <> v_grant.content_type
    or v_size !~ '^[0-9]{1,15}$'
    or v_size::numeric <> v_grant.size_bytes
    or v_size::numeric = 0
  then
    raise exception 'the file is not of the type and size that were granted'
      using errcode = 'insufficient_privilege', hint = 'Ask for a grant with the type and size of the file.';
  end if;
  -- Metadata of the uploader's own would be a copy that no rule covers.
  if coalesce(new.user_metadata, '{}') <> '{}' then
    raise exception 'an object of a document carries no metadata of the uploader'
      using errcode = 'insufficient_privilege', hint = 'Upload it without metadata.';
  end if;
  update public.document_upload_grants as g
     set used_at = clock_timestamp()
   where g.organisation_id = v_grant.organisation_id
     and g.id = v_grant.id;
  update public.documents as d
     set status = 'uploaded',
         content_type = v_type,
         size_bytes = v_size::bigint
   where d.organisation_id = v_grant.organisation_id
     and d.id = v_grant.document_id;
  return null;
end
$$;
comment on function authz.tg_objects__uploaded() is
  'Uses up the grant of an upload, or refuses it with 42501: replayed, expired, another login''s, of another path, type or size; whoever writes. [S-05, S-07, S-08, S-11]';
alter function authz.tg_objects__uploaded() owner to cordon_definer;
revoke all on function authz.tg_objects__uploaded() from public;

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
  -- Details before records: who writes details holds them and then locks the record.
  update public.medical_record_details as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.medical_records as t set patient_status = null
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

-- authz.uploadable_paths: to which paths the caller may upload now. The policy of Storage compares a name with them as a whole: it takes no
-- name apart, so that no spelling of one can mean another tenant's.
create or replace function authz.uploadable_paths()
  returns text[]
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
begin
  if v_caller.session_id is null then
    return '{}';
  end if;
  return array(
    select d.object_path
    from authz.live_memberships as m
    join public.document_upload_grants as g on g.organisation_id = m.organisation_id and g.user_id = m.user_id
    join public.documents as d on d.organisation_id = g.organisation_id and d.id = g.document_id
    where m.user_id = v_caller.user_id
      and g.session_id = v_caller.session_id
      and g.used_at is null
      and g.expires_at > clock_timestamp()
      and g.archived_at is null
      and d.status = 'pending'
      and d.archived_at is null
  );
end
$$;
comment on function authz.uploadable_paths() is
  'Paths of the grants that the caller''s session holds, unused and not expired. [S-08, S-11]';
alter function authz.uploadable_paths() owner to cordon_definer;
revoke all on function authz.uploadable_paths() from public;
grant execute on function authz.uploadable_paths() to authenticated;

-- public.finalise_document: who uploaded the file says by which digest it is known from now on. Signatures stand on it; a server that reads the
-- file says whether it is true (verify_document).
create or replace function public.finalise_document(document_id uuid, sha256 text)
  returns timestamptz
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_organisation_id constant uuid := authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}');
  v_document record;
begin
  if v_organisation_id is null or v_caller.session_id is null then
    raise exception 'documents are not yours to upload'
      using errcode = 'insufficient_privilege', hint = 'It takes a member of the clinic, signed in with a session.';
  end if;
  if coalesce(finalise_document.sha256, '') !~ '^[0-9a-f]{64}$' then
    raise exception 'a digest is 64 hexadecimal digits'
      using errcode = 'CD050', hint = 'Give the SHA-256 of the file, in small letters.';
  end if;
  select d.id, d.status, d.content_type
    into v_document
    from public.documents as d
   where d.organisation_id = v_organisation_id
     and d.id = finalise_document.document_id
     and d.uploaded_by_user_id = v_caller.user_id
     and d.archived_at is null
  for no key update;
  if v_document.id is null then
    raise exception 'document not found'
      using errcode = 'CD010', hint = 'Name a document that you have uploaded in the current organisation.';
  end if;
  if v_document.status <> 'uploaded' or v_document.content_type is null then
    raise exception 'the document is not waiting for its digest'
      using errcode = 'CD013', hint = 'Upload the file first; a digest is given once.';
  end if;
  update public.documents as d
     set status = 'active',
         sha256 = finalise_document.sha256
   where d.organisation_id = v_organisation_id
     and d.id = v_document.id;
  return clock_timestamp();
end
$$;
comment on function public.finalise_document(uuid, text) is
  'Records the digest of an uploaded file and opens it to its readers; returns when. 42501 for who is no member, CD010 for another''s document, CD013 where nothing was uploaded or the digest is there, CD050 for no digest. [S-08, S-31]';
alter function public.finalise_document(uuid, text) owner to cordon_definer;
revoke all on function public.finalise_document(uuid, text) from public;
grant execute on function public.finalise_document(uuid, text) to authenticated;

-- public.issue_read_ticket: whoever the rules show a document to may have it signed for sixty seconds. Staff sign with their own token; a server
-- signs for patients and operations, who have no way into Storage (redeem_read_ticket).
create or replace function public.issue_read_ticket(document_id uuid)
  returns jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_realm constant text := authz.acting_realm();
  v_organisation_id constant uuid := case when v_realm = 'provider' then authz.organisation_id() else v_caller.organisation_id end;
  v_expires_at constant timestamptz := clock_timestamp() + interval '60 seconds';
  v_document record;
  v_ticket_id uuid;
begin
  if v_caller.session_id is null or v_realm = 'system' or (v_realm = 'provider' and v_organisation_id is null) then
    raise exception 'documents are not yours to read'
      using errcode = 'insufficient_privilege', hint = 'Sign in with a session, and say where you act.';
  end if;
  begin
    select d.organisation_id, d.id, d.patient_id, d.bucket, d.object_path, d.sha256
      into strict v_document
      from public.documents as d
     where d.id = issue_read_ticket.document_id
       and (v_organisation_id is null or d.organisation_id = v_organisation_id)
       and authz.may_read_document(d.organisation_id, d.id, v_realm, v_caller.user_id, authz.purpose());
  exception
    when no_data_found or too_many_rows then
      raise exception 'document not found'
        using errcode = 'CD010', hint = 'Name an active document that you may read; evaluate_policy says why one is not.';
  end;
  insert into public.document_read_tickets
    (organisation_id, patient_id, document_id, user_id, session_id, realm, purpose, expires_at)
  values (
    v_document.organisation_id, v_document.patient_id, v_document.id, v_caller.user_id, v_caller.session_id, v_realm,
    authz.purpose(), v_expires_at
  )
  returning id into v_ticket_id;
  return jsonb_build_object(
    'ticket_id', v_ticket_id, 'organisation_id', v_document.organisation_id, 'bucket', v_document.bucket,
    'path', v_document.object_path, 'sha256', v_document.sha256,
    'expires_at', to_char(v_expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
  );
end
$$;
comment on function public.issue_read_ticket(uuid) is
  'A ticket to have a document signed within sixty seconds {ticket_id, organisation_id, bucket, path, sha256, expires_at}; its row records the read. 42501 for who is not signed in, CD010 for a document that is not theirs to read now. [S-09, N-50]';
alter function public.issue_read_ticket(uuid) owner to cordon_definer;
revoke all on function public.issue_read_ticket(uuid) from public;
grant execute on function public.issue_read_ticket(uuid) to authenticated, internal_ops, patient;

-- public.issue_upload_grant: who works in the clinic may bring one file for one of its patients, to a path that the database chooses. What
-- the grant says of type and size, the file must be.
create or replace function public.issue_upload_grant(
  patient_id uuid, kind text, file_name text, content_type text default null, size_bytes bigint default null
)
  returns jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_organisation_id constant uuid := authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}');
  v_name constant text := authz.trimmed(file_name);
  v_type constant text := lower(btrim(split_part(content_type, ';', 1)));
  v_document_id constant uuid := authz.uuid_v7();
  v_grant jsonb;
begin
  if v_organisation_id is null or v_caller.session_id is null then
    raise exception 'documents are not yours to upload'
      using errcode = 'insufficient_privilege', hint = 'It takes a member of the clinic, signed in with a session.';
  end if;
  if coalesce(length(v_name), 0) not between 1 and 200 or v_name ~ '[[:cntrl:]/]' or strpos(v_name, chr(92)) > 0 or v_name in ('.', '..') then
    raise exception 'a document needs the name of its file'
      using errcode = 'CD050', hint = '1 to 200 characters, without slashes and signs that nobody sees.';
  end if;
  if kind is null
    or kind not in ('report', 'image', 'referral', 'prescription', 'consent', 'identity', 'other', 'invoice', 'receipt', 'insurance')
  then
    raise exception 'unknown kind of document'
      using errcode = 'CD050',
        hint = 'One of report, image, referral, prescription, consent, identity, other, invoice, receipt, insurance.';
  end if;
  if v_type !~ '^[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}$' or size_bytes not between 1 and 52428800 then
    raise exception 'a document is of one type, and has 1 to 52428800 bytes'
      using errcode = 'CD050', hint = 'Give a type like application/pdf, and the size of the file; or leave both to the bucket.';
  end if;
  if not exists (
    select
    from public.patients as p
    where p.organisation_id = v_organisation_id
      and p.id = issue_upload_grant.patient_id
      and p.status = 'active'
      and p.archived_at is null
  ) then
    raise exception 'patient not found'
      using errcode = 'CD010', hint = 'Name an active patient of the current organisation.';
  end if;
  insert into public.documents (organisation_id, id, patient_id, kind, file_name, uploaded_by_user_id)
  values (v_organisation_id, v_document_id, issue_upload_grant.patient_id, issue_upload_grant.kind, v_name, v_caller.user_id);
  insert into public.document_upload_grants
    (organisation_id, patient_id, document_id, user_id, session_id, content_type, size_bytes, expires_at)
  values (
    v_organisation_id, issue_upload_grant.patient_id, v_document_id, v_caller.user_id, v_caller.session_id, v_type,
    issue_upload_grant.size_bytes, clock_timestamp() + interval '15 minutes'
  );
  select jsonb_build_object(
      'document_id', d.id, 'bucket', d.bucket, 'path', d.object_path,
      'expires_at', to_char(g.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    )
    into strict v_grant
    from public.documents as d
    join public.document_upload_grants as g on g.organisation_id = d.organisation_id and g.document_id = d.id
   where d.organisation_id = v_organisation_id
     and d.id = v_document_id;
  return v_grant;
end
$$;
comment on function public.issue_upload_grant(uuid, text, text, text, bigint) is
  'Grants one upload for a patient; returns {document_id, bucket, path, expires_at}, good for 15 minutes and once. 42501 for who is no member, CD010 for no such patient, CD016 for a number in the name, CD050 for a name, kind, type or size that cannot be. [S-07, S-08]';
alter function public.issue_upload_grant(uuid, text, text, text, bigint) owner to cordon_definer;
revoke all on function public.issue_upload_grant(uuid, text, text, text, bigint) from public;
grant execute on function public.issue_upload_grant(uuid, text, text, text, bigint) to authenticated;

-- public.redeem_read_ticket: the server signs for whoever has no way into Storage: once a ticket, while it lives and the rules still open
-- what it opened. It names the tenant as its every write does (S-05).
create or replace function public.redeem_read_ticket(organisation_id uuid, ticket_id uuid)
  returns jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_ticket record;
begin
  if current_setting('role') <> 'service_role' then
    raise exception 'tickets are redeemed by a server'
      using errcode = 'insufficient_privilege', hint = 'Call it with the server''s key.';
  end if;
  -- The second of two waits for the row, and finds it redeemed.
  update public.document_read_tickets as t
     set redeemed_at = clock_timestamp()
   where t.organisation_id = redeem_read_ticket.organisation_id
     and t.id = redeem_read_ticket.ticket_id
     and t.redeemed_at is null
     and t.revoked_at is null
     and t.archived_at is null
     and t.expires_at > clock_timestamp()
     and authz.may_read_document(t.organisation_id, t.document_id, t.realm, t.user_id, t.purpose)
  returning t.document_id, t.expires_at, t.session_id, t.user_id into v_ticket;
  if v_ticket.document_id is null or not authz.session_is_live(v_ticket.session_id, v_ticket.user_id) then
    raise exception 'ticket not found'
      using errcode = 'CD010', hint = 'A ticket lives for sixty seconds, is redeemed once, and dies with what it opened: issue another.';
  end if;
  return (
    select jsonb_build_object(
      'bucket', d.bucket, 'path', d.object_path, 'sha256', d.sha256,
      'expires_in', greatest(1, floor(extract(epoch from v_ticket.expires_at - clock_timestamp()))::integer)
    )
    from public.documents as d
    where d.organisation_id = redeem_read_ticket.organisation_id
      and d.id = v_ticket.document_id
  );
end
$$;
comment on function public.redeem_read_ticket(uuid, uuid) is
  'What a server signs for a ticket {bucket, path, sha256, expires_in}, in seconds; once. 42501 for anybody but the server, CD010 for a ticket that opens nothing now. [S-05, S-09, N-50]';
alter function public.redeem_read_ticket(uuid, uuid) owner to cordon_definer;
revoke all on function public.redeem_read_ticket(uuid, uuid) from public;
grant execute on function public.redeem_read_ticket(uuid, uuid) to service_role;

-- public.set_document_status: freezes, releases or withdraws a document, with a reason. Its tickets go in the same transaction.
create or replace function public.set_document_status(document_id uuid, status text, reason text)
  returns timestamptz
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation_id constant uuid := coalesce(
    authz.organisation_for('{clinic_admin}', '{}'), authz.organisation_for('{}', '{privacy_officer}')
  );
  v_reason constant text := authz.trimmed(reason);
begin
  if v_organisation_id is null or (authz.caller()).session_id is null then
    raise exception 'documents are not yours to freeze or withdraw'
      using errcode = 'insufficient_privilege', hint = 'It takes a clinic_admin or the privacy officer, signed in with a session.';
  end if;
  if coalesce(length(v_reason), 0) not between 10 and 500 then
    raise exception 'this takes a reason'
      using errcode = 'CD050', hint = 'Say why, in 10 to 500 characters.';
  end if;
  if set_document_status.status is null or set_document_status.status not in ('active', 'frozen', 'withdrawn') then
    raise exception 'documents are frozen, released or withdrawn'
      using errcode = 'CD050', hint = 'One of frozen, active, withdrawn.';
  end if;
  update public.documents as d
     set status = set_document_status.status,
         status_reason = v_reason
   where d.organisation_id = v_organisation_id
     and d.id = set_document_status.document_id
     and d.archived_at is null
     and (set_document_status.status <> 'active' or d.status = 'frozen');
  if not found then
    raise exception 'document not found'
      using errcode = 'CD010', hint = 'Name a document of the current organisation; to release, a frozen one.';
  end if;
  return clock_timestamp();
end
$$;
comment on function public.set_document_status(uuid, text, text) is
  'Freezes (frozen), releases (active) or withdraws (withdrawn) a document; returns when. 42501 for who is neither clinic_admin nor privacy officer, CD010 for no such document, CD013 for a step that does not follow, CD016 for a number in the reason, CD050 without one. [N-50, S-09]';
alter function public.set_document_status(uuid, text, text) owner to cordon_definer;
revoke all on function public.set_document_status(uuid, text, text) from public;
grant execute on function public.set_document_status(uuid, text, text) to authenticated;

-- public.sign_form: the patient signs, on their own login or before a witness of the clinic. The signer gives a name and a meaning; time,
-- user, address, user agent and digests are the server's (S-31, S-32). The witness is neither who drew the form up nor who proposed what
-- it carries: a gate is never opened by who profits from it. A digest of what was shown (preview_form) refuses what is another text by now.
create or replace function public.sign_form(form_id uuid, typed_name text, meaning text, content_sha256 text default null)
  returns jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_realm constant text := authz.acting_realm();
  v_name constant text := authz.trimmed(typed_name);
  v_address constant inet := authz.client_address();
  -- No width, no place, or the other direction: of names they are no part. Joiners are, in Persian and Indic scripts.
  v_invisible constant text := E'\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e'
    '\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f\u2800\u3164\ufeff\uffa0';
  v_organisation_id uuid;
  v_patient_id uuid;
  v_capacity text;
  v_form record;
  v_template record;
  v_content text;
  v_signed_at timestamptz;
  v_record text;
begin
  v_organisation_id := authz.form_tenant(form_id);
  -- A name that a person can read: letters, and nothing that turns or hides what stands beside it.
  if coalesce(length(v_name), 0) not between 2 and 120
    or length(translate(v_name, E' .,:;-_''"()/\u2019\u00b7\u200c\u200d', '')) < 2
    or v_name ~ '[[:cntrl:]]'
    or v_name <> translate(v_name, v_invisible, '')
  then
    raise exception 'a signature needs the typed name'
      using errcode = 'CD017', hint = 'Type the signer''s name, 2 to 120 characters, without signs that nobody sees.';
  end if;
  if sign_form.meaning is null or sign_form.meaning not in ('consent', 'acknowledgement', 'financial_responsibility', 'assignment_of_benefits') then
    raise exception 'a signature needs a meaning'
      using errcode = 'CD017', hint = 'One of consent, acknowledgement, financial_responsibility, assignment_of_benefits.';
  end if;

  select f.patient_id
    into v_patient_id
    from public.signed_forms as f
   where f.organisation_id = v_organisation_id
     and f.id = sign_form.form_id;
  -- The patient, the form, then what it carries, in the order of lock_chart. The second of two signatures waits here.
  perform authz.lock_patient(v_organisation_id, v_patient_id);
  select f.id, f.status, f.template_id, f.case_id, f.document_id, f.capacity, f.created_by_user_id
    into v_form
    from public.signed_forms as f
   where f.organisation_id = v_organisation_id
     and f.id = sign_form.form_id
  for update;
  if v_form.status <> 'draft' then
    raise exception 'the form has been signed already'
      using errcode = 'CD013', hint = 'A form is signed once: draw up another.';
  end if;
  -- What the text says that it carries is what comes into force: nobody rejects it in between.
  perform
  from public.consents as c
  where c.organisation_id = v_organisation_id
    and c.signed_form_id = v_form.id
  order by c.id
  for no key update;
  -- Nor does what it speaks of become another, or nothing, under the signer's hand.
  perform
  from public.documents as d
  where d.organisation_id = v_organisation_id
    and d.id = v_form.document_id
    and d.status = 'active'
    and d.archived_at is null
  for no key update;
  if v_form.document_id is not null and not found then
    raise exception 'the document that the form speaks of is not there to be signed'
      using errcode = 'CD017', hint = 'Upload it and give its digest; a frozen, rejected or withdrawn one is signed by nobody.';
  end if;
  select t.kind, t.body_sha256, t.archived_at
    into v_template
    from public.form_templates as t
   where t.id = v_form.template_id;
  if v_template.archived_at is not null then
    raise exception 'the text of this form has been retired'
      using errcode = 'CD017', hint = 'Draw up a form of its next version.';
  end if;
  -- Who acknowledges a text has not consented: a consent form opens nothing by another word.
  if sign_form.meaning <> all (
    case v_template.kind
      when 'consent' then '{consent}'::text[]
      when 'financial' then '{financial_responsibility,acknowledgement}'
      else '{assignment_of_benefits,acknowledgement}'
    end
  ) then
    raise exception 'a % form is not signed with this meaning', v_template.kind
      using errcode = 'CD017', hint = 'consent: consent. financial: financial_responsibility, acknowledgement. aob: assignment_of_benefits, acknowledgement.';
  end if;
  if v_realm = 'provider' and (
    v_form.created_by_user_id is null -- drawn up by nobody who could be told from the witness
    or v_form.created_by_user_id = v_caller.user_id
    or exists (
      select
      from public.consents as c
      where c.organisation_id = v_organisation_id
        and c.signed_form_id = v_form.id
        and c.status = 'proposed'
        and (c.created_by_user_id is null or c.created_by_user_id = v_caller.user_id)
    )
  ) then
    raise exception 'who drew the form up does not witness it'
      using errcode = 'CD017', hint = 'Have a colleague witness the signature.';
  end if;

  v_capacity := coalesce(
    (
      select case min(a.relationship) when 'self' then 'patient' when 'guardian' then 'guardian' else 'representative' end
      from public.patient_accounts as a
      where v_realm = 'patient'
        and a.organisation_id = v_organisation_id
        and a.patient_id = v_patient_id
        and a.user_id = v_caller.user_id
        and a.revoked_at is null
        and a.archived_at is null
      having count(*) > 0
    ),
    v_form.capacity
  );
  v_content := authz.form_content(v_organisation_id, form_id);
  if sign_form.content_sha256 <> authz.digest(v_content) then
    raise exception 'the form is no longer what was shown'
      using errcode = 'CD017', hint = 'Show it again: preview_form gives the text and its digest.';
  end if;
  v_signed_at := clock_timestamp();
  v_record := jsonb_build_object(
    'format', 'cordon.signature.1',
    'organisation_id', v_organisation_id, 'form_id', v_form.id, 'patient_id', v_patient_id,
    'content_sha256', authz.digest(v_content), 'body_sha256', v_template.body_sha256,
    'typed_name', v_name, 'capacity', v_capacity, 'meaning', sign_form.meaning,
    'signed_at', to_char(v_signed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'signed_by_user_id', case when v_realm = 'patient' then v_caller.user_id end,
    'witness_user_id', case when v_realm = 'provider' then v_caller.user_id end,
    'session_id', v_caller.session_id,
    'signed_ip', host(v_address), 'ip_source', case when v_address is null then 'unknown' else 'edge' end,
    'user_agent', authz.user_agent()
  )::text;

  begin
    update public.signed_forms as f
       set status = 'active',
           capacity = v_capacity,
           typed_name = v_name,
           meaning = sign_form.meaning,
           content = v_content,
           content_sha256 = authz.digest(v_content),
           signed_at = v_signed_at,
           signed_by_user_id = case when v_realm = 'patient' then v_caller.user_id end,
           witness_user_id = case when v_realm = 'provider' then v_caller.user_id end
     where f.organisation_id = v_organisation_id
       and f.id = v_form.id;
    update public.consents as c
       set status = 'active'
     where c.organisation_id = v_organisation_id
       and c.signed_form_id = v_form.id
       and c.status = 'proposed'
       and c.archived_at is null;
  exception
    when unique_violation then
      raise exception 'a form of this text, or a consent that it carries, is in force already'
        using errcode = 'CD013', hint = 'Terminate the form, or withdraw the consent, that is in force.';
  end;
  insert into public.signed_form_evidence
    (organisation_id, id, patient_id, signed_ip, ip_source, user_agent, record, record_sha256)
  values (
    v_organisation_id, v_form.id, v_patient_id, v_address, case when v_address is null then 'unknown' else 'edge' end,
    authz.user_agent(), v_record, authz.digest(v_record)
  );
  return jsonb_build_object(
    'form_id', v_form.id, 'signed_at', v_record::jsonb -> 'signed_at', 'content_sha256', authz.digest(v_content),
    'record_sha256', authz.digest(v_record)
  );
end
$$;
comment on function public.sign_form(uuid, text, text, text) is
  'Signs a draft; returns the receipt {form_id, signed_at, content_sha256, record_sha256}. 42501 for who may neither sign nor witness, CD010 for no such form, CD013 where it is signed or another is in force, CD016 for a number in the name, CD017 without a name or meaning, for a retired text, for another text than was shown, for a document that is not active, and for a witness who drew it up. [N-45, S-31, S-32, S-33]';

-- public.verify_document: a server that has read the file says which digest it found. Another one than was given rejects the document: it opens
-- to nobody from now on.
create or replace function public.verify_document(organisation_id uuid, document_id uuid, sha256 text)
  returns boolean
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_document record;
begin
  if current_setting('role') <> 'service_role' then
    raise exception 'documents are verified by a server'
      using errcode = 'insufficient_privilege', hint = 'Call it with the server''s key.';
  end if;
  if coalesce(verify_document.sha256, '') !~ '^[0-9a-f]{64}$' then
    raise exception 'a digest is 64 hexadecimal digits'
      using errcode = 'CD050', hint = 'Give the SHA-256 of the file, in small letters.';
  end if;
  select d.id, d.sha256
    into v_document
    from public.documents as d
   where d.organisation_id = verify_document.organisation_id
     and d.id = verify_document.document_id
     and d.status in ('active', 'frozen')
     and d.archived_at is null
  for no key update;
  if v_document.id is null then
    raise exception 'document not found'
      using errcode = 'CD010', hint = 'Name a document of the organisation whose digest was given.';
  end if;
  if v_document.sha256 = verify_document.sha256 then
    update public.documents as d
       set sha256_verified_at = clock_timestamp()
     where d.organisation_id = verify_document.organisation_id
       and d.id = v_document.id;
    return true;
  end if;
  update public.documents as d
     set status = 'rejected'
   where d.organisation_id = verify_document.organisation_id
     and d.id = v_document.id;
  return false;
end
$$;
comment on function public.verify_document(uuid, uuid, text) is
  'Compares the digest that a server found with the one that was given; false, and the document is rejected, where they differ. 42501 for anybody but the server, CD010 for no such document, CD050 for no digest. [S-05, S-31]';
alter function public.verify_document(uuid, uuid, text) owner to cordon_definer;
revoke all on function public.verify_document(uuid, uuid, text) from public;
grant execute on function public.verify_document(uuid, uuid, text) to service_role;

revoke create on schema authz, public from cordon_definer;

alter policy provider_fence on public.document_read_tickets
  to authenticated
  using (organisation_id = (select authz.organisation_for('{}', '{privacy_officer}')))
  with check (organisation_id = (select authz.organisation_for('{}', '{privacy_officer}')));
comment on policy provider_fence on public.document_read_tickets is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with privacy_officer of the current organisation. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.document_read_tickets
  for select to authenticated
  using (organisation_id = (select authz.organisation_for('{}', '{privacy_officer}')));
comment on policy provider_select on public.document_read_tickets is
  'any member with privacy_officer of the current organisation may read rows that are not archived. [N-02, S-02, S-09]';

create policy provider_select_rows on public.document_read_tickets
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.document_read_tickets is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, S-02, S-09]';

alter policy provider_fence on public.document_upload_grants
  to authenticated
  using (organisation_id = (select authz.organisation_for('{}', '{privacy_officer}')))
  with check (organisation_id = (select authz.organisation_for('{}', '{privacy_officer}')));
comment on policy provider_fence on public.document_upload_grants is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with privacy_officer of the current organisation. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.document_upload_grants
  for select to authenticated
  using (organisation_id = (select authz.organisation_for('{}', '{privacy_officer}')));
comment on policy provider_select on public.document_upload_grants is
  'any member with privacy_officer of the current organisation may read rows that are not archived. [N-02, S-02, S-08]';

create policy provider_select_rows on public.document_upload_grants
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.document_upload_grants is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, S-02, S-08]';

alter policy provider_fence on public.documents
  to authenticated
  using (organisation_id = coalesce((select authz.organisation_within('{}', '{finance}', null, false, '{data_view,billing}')), (select authz.organisation_within('{doctor,nurse}', '{}', null, false, '{data_view,treatment}'))))
  with check (organisation_id = coalesce((select authz.organisation_within('{}', '{finance}', null, false, '{data_view,billing}')), (select authz.organisation_within('{doctor,nurse}', '{}', null, false, '{data_view,treatment}'))));
comment on policy provider_fence on public.documents is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with finance of the current organisation, for data_view or billing where a purpose is named, or doctor or nurse of the current organisation, for data_view or treatment where a purpose is named. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.documents
  for select to authenticated
  using (organisation_id = coalesce((select authz.organisation_within('{}', '{finance}', null, false, '{data_view,billing}')), (select authz.organisation_within('{doctor,nurse}', '{}', null, false, '{data_view,treatment}'))));
comment on policy provider_select on public.documents is
  'any member with finance of the current organisation, for data_view or billing where a purpose is named, may read rows that are not archived and of an active patient and of a financial kind; doctor or nurse of the current organisation, for data_view or treatment where a purpose is named, may read rows that are not archived and of an active patient and either of a patient whom they treat and under a consent to treatment in force, or of a patient for whom they broke the glass. [N-02, N-14, N-21, N-25, N-45, S-02, S-11]';

create policy provider_select_rows on public.documents
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
    and (
      (
        is_financial = true
        and organisation_id = (select authz.organisation_within('{}', '{finance}', null, false, '{data_view,billing}'))
      )
      or (
        (
          (
            organisation_id::text || patient_id::text = any ((select authz.treated_patients(null))::text[])
            and treatment_consent_until > (select authz.now())
          )
          or organisation_id::text || patient_id::text = any ((select authz.emergency_patients())::text[])
        )
        and organisation_id = (select authz.organisation_within('{doctor,nurse}', '{}', null, false, '{data_view,treatment}'))
      )
    )
  );
comment on policy provider_select_rows on public.documents is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, N-14, N-21, N-25, N-45, S-02, S-11]';

create policy patient_select on public.documents
  for select to patient
  using (
    patient_id = any ((select authz.own_patient_ids())::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and status = 'active'
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.documents is
  'a patient may read rows that are their own and active and not archived. [N-15, S-11]';

create or replace trigger _080_no_secrets
  before insert or update on public.documents
  for each row
  execute function authz.tg__no_secrets('documents', 'file_name', 'status_reason');
alter table public.documents enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.documents is
  'Refuses card numbers, national ids and signed links in free text. [S-10, S-37, S-38]';

create or replace trigger _110_status_stamp
  before insert or update on public.documents
  for each row
  execute function authz.tg__status_stamp();
alter table public.documents enable always trigger _110_status_stamp;
comment on trigger _110_status_stamp on public.documents is
  'Stamps who flipped the status and when. [S-16]';

create or replace trigger _200_transition
  before insert or update on public.documents
  for each row
  execute function authz.tg__transition('documents', 'pending');
alter table public.documents enable always trigger _200_transition;
comment on trigger _200_transition on public.documents is
  'Refuses a state that does not follow from the one before. [S-18]';

create or replace trigger _400_patient_status
  before insert or update on public.documents
  for each row
  execute function authz.tg__patient_status('patient_id');
alter table public.documents enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.documents is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';

create or replace trigger _500_consent
  before insert or update on public.documents
  for each row
  execute function authz.tg__consent('patient_id');
alter table public.documents enable always trigger _500_consent;
comment on trigger _500_consent on public.documents is
  'Recomputes treatment_consent_until; a value sent by anyone is ignored. [N-45]';

create or replace trigger _700_patient_status_kept
  after insert on public.documents
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.documents enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.documents is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _900_fixed
  before update on public.documents
  for each row
  execute function authz.tg_documents__fixed();
alter table public.documents enable always trigger _900_fixed;
comment on trigger _900_fixed on public.documents is
  'Keeps whose a document is, where it lies and its digest. [S-07, S-31]';

create or replace trigger _600_activity
  after insert or update on public.documents
  for each row
  execute function authz.tg_documents__activity();
alter table public.documents enable always trigger _600_activity;
comment on trigger _600_activity on public.documents is
  'Writes request and changes of status into the activity log. [S-18]';

create or replace trigger _610_closed
  after update on public.documents
  for each row
  execute function authz.tg_documents__closed();
alter table public.documents enable always trigger _610_closed;
comment on trigger _610_closed on public.documents is
  'Revokes read tickets in the transaction that closes the document. [N-50, S-09]';

grant select on public.document_read_tickets to authenticated;

grant select on public.document_upload_grants to authenticated;

grant select on public.documents to authenticated;
grant
  select (is_financial, patient_status, treatment_consent_until)
  on public.documents to cordon_definer;
grant select on public.documents to patient;

grant insert (document_id) on public.signed_forms to authenticated;
grant select (document_id) on public.signed_forms to cordon_definer;

-- migrate:down
