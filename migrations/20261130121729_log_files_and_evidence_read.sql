-- migrate:up
-- Why: A file opened by its ticket and the evidence of a signature exported by the officer stand in the access log as the reads that they are (N-35).
-- Access: 2 definer functions
--   ~ public.export_signed_form is written, and runs with the rights of its owner
--   ~ public.issue_read_ticket is written, and runs with the rights of its owner
--   widens: public.export_signed_form(uuid), callable by clinic staff and patients, has another text
--   widens: public.issue_read_ticket(uuid), callable by clinic staff, operations and patients, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- public.export_signed_form: a signature with its evidence as one JSON, for who must prove it elsewhere. `npm run signature:verify` checks it
-- without a database: every digest, and that all its parts say the same; of one that ended, that this is what was recorded then, in a table that is
-- sealed (prove_record of termination_event_id). What leaves is recorded, so that nothing leaves in a READ ONLY transaction.
-- Ids are unique within a tenant only, and chosen by who draws a form up: whoever is a patient at several says which is meant.
create or replace function public.export_signed_form(form_id uuid)
  returns jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_is_patient constant boolean := authz.acting_realm() = 'patient';
  v_organisation_id constant uuid := case when not v_is_patient then authz.organisation_for('{}', '{privacy_officer}') end;
  v_export jsonb;
begin
  if v_caller.user_id is null or (not v_is_patient and v_organisation_id is null) then
    raise exception 'evidence is not yours to export'
      using errcode = 'insufficient_privilege', hint = 'It takes the privacy officer, or the patient.';
  end if;
  begin
    select jsonb_build_object(
        'format', 'cordon.signature-evidence.1',
        'form', jsonb_build_object(
          'organisation_id', f.organisation_id, 'id', f.id, 'patient_id', f.patient_id, 'template_id', f.template_id, 'case_id', f.case_id,
          'status', f.status, 'capacity', f.capacity, 'typed_name', f.typed_name, 'meaning', f.meaning, 'content_sha256', f.content_sha256,
          'signed_at', to_char(f.signed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
          'signed_by_user_id', f.signed_by_user_id, 'witness_user_id', f.witness_user_id,
          'terminated_at', to_char(f.terminated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
          'terminated_by_user_id', f.terminated_by_user_id, 'termination_reason', f.termination_reason
        ),
        'content', f.content,
        'record', e.record,
        'record_sha256', e.record_sha256,
        'termination', authz.form_termination(f.organisation_id, f.id),
        'termination_sha256', r.details -> 'termination_sha256',
        'termination_event_id', r.id
      )
      into strict v_export
      from public.signed_forms as f
      join public.signed_form_evidence as e on e.organisation_id = f.organisation_id and e.id = f.id
      -- A form ends once: what is written of it later says nothing.
      left join lateral (
        select s.id, s.details
        from audit.security_events as s
        where s.organisation_id = f.organisation_id
          and s.event_type = 'signed_form.terminated'
          and s.entity_id = f.id
        order by s.occurred_at, s.id
        limit 1
      ) as r on true
     where f.id = export_signed_form.form_id
       and case
         when v_is_patient then
           authz.is_own_patient(f.organisation_id, f.patient_id)
           and f.organisation_id = coalesce(v_caller.organisation_id, f.organisation_id)
           -- Another login's address is not theirs, though the patient may be.
           and coalesce(f.signed_by_user_id = v_caller.user_id, true)
         else f.organisation_id = v_organisation_id
       end;
  exception
    when no_data_found or too_many_rows then
      raise exception 'signed form not found'
        using errcode = 'CD010', hint = 'Name a form of the current organisation that was signed; on the portal, one of your own.';
  end;
  if not v_is_patient then
    -- As the policy of the evidence writes down the officer's own look at it, which this function does for them past the policy; and where no rollback
    -- takes it back.
    perform authz.emit_access(
      'provider', authz.membership_for('{}', '{privacy_officer}'), 'signed_form_evidence', 'SELECT', 'comprehensive', 'disclosed', null,
      form_id, (v_export #>> '{form,patient_id}')::uuid
    );
  end if;
  perform authz.record_disclosure(
    (v_export #>> '{form,organisation_id}')::uuid, (v_export #>> '{form,patient_id}')::uuid, 'patient',
    (v_export #>> '{form,organisation_id}')::uuid, 'subject_access', '{public.signed_forms,public.signed_form_evidence}',
    'public.export_signed_form', form_id, authz.digest(v_export::text)
  );
  perform authz.record_security_event(
    (v_export #>> '{form,organisation_id}')::uuid, 'data.exported', form_id, '{"kind": "signed_form"}'
  );
  return v_export;
end
$$;
comment on function public.export_signed_form(uuid) is
  'A signed form with its evidence {format, form, content, record, record_sha256, termination, termination_sha256, termination_event_id}. 42501 for who is neither the privacy officer nor a patient, CD010 for no such signature. Recorded as a disclosure, in audit.security_events, and of the privacy officer as a read. [N-37, S-31, S-32]';

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

-- migrate:down
