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
