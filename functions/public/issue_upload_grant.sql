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
