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
