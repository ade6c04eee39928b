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
