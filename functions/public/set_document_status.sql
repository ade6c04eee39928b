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
