-- migrate:up
-- Why: staff bring documents of patients on one-shot grants and read them on tickets of sixty seconds.
-- Access: +14 grants, +7 policies, 13 definer functions
--   ~ authz.may_read_document is written, and runs with the rights of its owner
--   ~ authz.document_paths is written, and runs with the rights of its owner
--   + authenticated may execute function authz.document_paths(text, text)
--   + cordon_definer may execute function authz.is_object_path(text)
--   ~ authz.revoke_read_tickets is written, and runs with the rights of its owner
--   ~ authz.tg_documents__activity is written, and runs with the rights of its owner
--   ~ authz.tg_documents__closed is written, and runs with the rights of its owner
--   ~ authz.tg_objects__kept is written, and runs with the rights of its owner
--   ~ authz.tg_objects__uploaded is written, and runs with the rights of its owner
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
--   ~ public.verify_document is written, and runs with the rights of its owner
--   + service_role may execute function public.verify_document(uuid, uuid, text)
--   + policy provider_select on public.document_read_tickets: select to authenticated
--   + policy provider_select_rows on public.document_read_tickets: restrictive, select to authenticated
--   + policy provider_select on public.document_upload_grants: select to authenticated
--   + policy provider_select_rows on public.document_upload_grants: restrictive, select to authenticated
--   + policy provider_select on public.documents: select to authenticated
--   + policy provider_select_rows on public.documents: restrictive, select to authenticated
--   + policy patient_select on public.documents: select to patient
--   + authenticated may select on public.document_read_tickets
--   + authenticated may select on public.document_upload_grants
--   + authenticated may select on public.documents
--   + patient may select on public.documents
-- Locks: 3 existing tables, until the migration commits
--   ACCESS EXCLUSIVE public.document_read_tickets
--   ACCESS EXCLUSIVE public.document_upload_grants
--   ACCESS EXCLUSIVE public.documents

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz, public to cordon_definer;

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

-- authz.document_paths: to which paths the caller may upload now (verb upload: their unused grants), or which they may have signed (sign: their
-- live tickets, as far as the rules still open what they name), where that is what Storage is asked for. The policies of Storage compare a name
-- with them as a whole: they take no name apart, so that no spelling of one can mean another tenant's.
create or replace function authz.document_paths(verb text, operation text)
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
  -- Versions of Storage differ in whether it names itself first.
  v_operation constant text := case when starts_with(operation, 'storage.') then substr(operation, 9) else operation end;
  v_is_asked constant boolean := case verb
    when 'upload' then v_operation in ('object.upload', 'object.sign_upload_url', 'tus.upload.create', 'tus.upload.part')
    when 'sign' then v_operation in ('object.sign', 'object.sign_many')
  end;
begin
  if v_caller.session_id is null or v_is_asked is not true then
    return '{}';
  end if;
  return array(
    select d.object_path
    from authz.live_memberships as m
    join public.document_upload_grants as g on g.organisation_id = m.organisation_id and g.user_id = m.user_id
    join public.documents as d on d.organisation_id = g.organisation_id and d.id = g.document_id
    where verb = 'upload'
      and m.user_id = v_caller.user_id
      and g.session_id = v_caller.session_id
      and g.used_at is null
      and g.expires_at > clock_timestamp()
      and g.archived_at is null
      and d.status = 'pending'
      and d.archived_at is null
    union all
    select d.object_path
    from authz.live_memberships as m
    join public.document_read_tickets as t on t.organisation_id = m.organisation_id and t.user_id = m.user_id
    join public.documents as d on d.organisation_id = t.organisation_id and d.id = t.document_id
    where verb = 'sign'
      and m.user_id = v_caller.user_id
      and t.session_id = v_caller.session_id
      and t.realm = 'provider'
      and t.expires_at > clock_timestamp()
      and t.revoked_at is null
      and t.archived_at is null
      and authz.may_read_document(t.organisation_id, t.document_id, t.realm, t.user_id, t.purpose)
  );
end
$$;
comment on function authz.document_paths(text, text) is
  'Paths that the caller''s session may upload to (verb upload), or have signed (sign), where the operation of Storage is that one; none otherwise. [S-08, S-09, S-11, N-50]';
alter function authz.document_paths(text, text) owner to cordon_definer;
revoke all on function authz.document_paths(text, text) from public;
grant execute on function authz.document_paths(text, text) to authenticated;

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

-- authz.tg_documents__activity: that a document came and what became of it; never what it is called (S-18).
create or replace function authz.tg_documents__activity()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    perform authz.record_activity(new.organisation_id, null, new.id, 'document.requested', jsonb_build_object('kind', new.kind), new.updated_by_user_id);
  elsif new.status is distinct from old.status then
    perform authz.record_activity(
      new.organisation_id, null, new.id, 'document.status_changed', jsonb_build_object('from', old.status, 'to', new.status), new.updated_by_user_id
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
  select g.organisation_id, g.id, g.document_id, g.user_id, g.session_id, g.content_type, g.size_bytes, g.expires_at, g.used_at
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
    -- A signed upload asks for nobody's token any more: whoever left, or was signed out, brings nothing in by it.
    or not exists (
      select
      from authz.live_memberships as m
      where m.organisation_id = v_grant.organisation_id
        and m.user_id = v_grant.user_id
    )
    or not exists (select from authz.live_sessions as s where s.id = v_grant.session_id and s.user_id = v_grant.user_id)
  then
    raise exception 'no grant stands for this upload'
      using errcode = 'insufficient_privilege', hint = 'issue_upload_grant gives one: for one file, one path and one login, once, for 15 minutes, and no longer than their session and membership.';
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
  'Uses up the grant of an upload, or refuses it with 42501: replayed, expired, another login''s or one''s that has left or signed out, of another path, type or size; whoever writes. [S-05, S-07, S-08, S-11]';
alter function authz.tg_objects__uploaded() owner to cordon_definer;
revoke all on function authz.tg_objects__uploaded() from public;

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
-- signs for patients and operations, who have no way into Storage (redeem_read_ticket). A ticket is a restricted read: there are so many a minute (N-52).
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
  perform authz.count_restricted_read();
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
  -- The rules are asked here by simulation, which writes nothing down: whoever opens the file without having read its row has read it all the same, and
  -- its patient is told. Their own reading is theirs, as in the rules.
  if v_realm <> 'patient' then
    perform authz.emit_access(
      v_realm, row(v_caller.user_id, v_caller.session_id, v_document.organisation_id, v_caller.role)::authz.membership, 'documents', 'SELECT',
      'comprehensive', 'disclosed', null, v_document.id, v_document.patient_id
    );
  end if;
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
  'A ticket to have a document signed within sixty seconds {ticket_id, organisation_id, bucket, path, sha256, expires_at}; its row records the read, and the access log that of staff and operations. 42501 for who is not signed in, CD010 for a document that is not theirs to read now, CD041 beyond the restricted reads of a minute. [S-09, N-50, N-52]';
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
  if coalesce(length(v_name), 0) not between 1 and 200 or v_name ~ E'[/\\\\]' or authz.has_hidden_signs(v_name) or v_name in ('.', '..') then
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
  if v_ticket.document_id is null
    or not exists (select from authz.live_sessions as s where s.id = v_ticket.session_id and s.user_id = v_ticket.user_id)
  then
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

create policy provider_select on public.document_read_tickets
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'document_read_tickets', 'SELECT', 'detailed')));
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

create policy provider_select on public.document_upload_grants
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'document_upload_grants', 'SELECT', 'detailed')));
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

create policy provider_select on public.documents
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_within('{}', '{finance}', null, false, '{data_view,billing}')), (select authz.organisation_within('{doctor,nurse}', '{}', null, false, '{data_view,treatment}'))), 'provider', 'documents', 'SELECT', 'comprehensive')));
comment on policy provider_select on public.documents is
  'any member with finance of the current organisation, for data_view or billing where a purpose is named, may read rows that are not archived and of an active patient and of a financial kind; doctor or nurse of the current organisation, for data_view or treatment where a purpose is named, may read rows that are not archived and of an active patient and either of a patient whom they treat and under a consent to treatment in force, or of a patient for whom they broke the glass. [N-02, N-14, N-21, N-25, N-45, S-02, S-11]';

create policy provider_select_rows on public.documents
  as restrictive for select to authenticated
  using (
    case
      when
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
                (select authz.patients_in_care('treating', null)) #>> array[organisation_id::text, patient_id::text] is not null
                and treatment_consent_until > (select authz.now())
              )
              or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, patient_id::text] is not null
            )
            and organisation_id = (select authz.organisation_within('{doctor,nurse}', '{}', null, false, '{data_view,treatment}'))
          )
        )
      then authz.log_disclosure((select authz.disclosure_stamp('provider', 'documents', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
  );
comment on policy provider_select_rows on public.documents is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, N-14, N-21, N-25, N-45, S-02, S-11]';

create policy patient_select on public.documents
  for select to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'documents', 'SELECT', 'detailed'))::uuid[])
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
grant select on public.documents to patient;

-- migrate:down
