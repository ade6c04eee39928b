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
