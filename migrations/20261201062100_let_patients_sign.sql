-- migrate:up
-- Why: patients sign on the portal or before a witness; what was signed is evidence, and consent forms carry their consents.
-- Access: +14 grants, +12 policies, 6 definer functions
--   ~ authz.form_content is written, and runs with the rights of its owner
--   ~ authz.form_tenant is written, and runs with the rights of its owner
--   + cordon_definer may execute function authz.form_termination(uuid, uuid)
--   ~ public.export_signed_form is written, and runs with the rights of its owner
--   + authenticated may execute function public.export_signed_form(uuid)
--   + patient may execute function public.export_signed_form(uuid)
--   ~ public.preview_form is written, and runs with the rights of its owner
--   + authenticated may execute function public.preview_form(uuid)
--   + patient may execute function public.preview_form(uuid)
--   ~ public.sign_form is written, and runs with the rights of its owner
--   + authenticated may execute function public.sign_form(uuid, text, text, text)
--   + patient may execute function public.sign_form(uuid, text, text, text)
--   ~ public.terminate_form is written, and runs with the rights of its owner
--   + authenticated may execute function public.terminate_form(uuid, text)
--   + policy provider_select on public.form_templates: select to authenticated
--   + policy patient_select on public.form_templates: select to patient
--   + policy anon_select on public.form_templates: select to anon
--   + policy provider_select on public.signed_form_evidence: select to authenticated
--   + policy provider_select_rows on public.signed_form_evidence: restrictive, select to authenticated
--   + policy provider_select on public.signed_forms: select to authenticated
--   + policy provider_select_rows on public.signed_forms: restrictive, select to authenticated
--   + policy provider_insert on public.signed_forms: insert to authenticated
--   + policy provider_insert_rows on public.signed_forms: restrictive, insert to authenticated
--   + policy provider_update on public.signed_forms: update to authenticated
--   + policy provider_update_rows on public.signed_forms: restrictive, update to authenticated
--   + policy patient_select on public.signed_forms: select to patient
--   + authenticated may select on public.form_templates
--   + patient may select on public.form_templates
--   + anon may select (code, id, kind, language, title, version) on public.form_templates
--   + authenticated may select on public.signed_form_evidence
--   + authenticated may select, insert (7 columns), update (archived_at) on public.signed_forms
--   + patient may select on public.signed_forms
-- Locks: 3 existing tables, until the migration commits
--   ACCESS EXCLUSIVE public.form_templates
--   ACCESS EXCLUSIVE public.signed_form_evidence
--   ACCESS EXCLUSIVE public.signed_forms

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz, public to cordon_definer;

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
alter function authz.form_content(uuid, uuid) owner to cordon_definer;
revoke all on function authz.form_content(uuid, uuid) from public;

-- authz.form_tenant: where a form stands that the caller may sign or witness: staff in their current organisation, a patient wherever the
-- form is theirs, or where they have chosen, since ids are unique within a tenant only. At a clinic that is closed nothing is signed any more.
create or replace function authz.form_tenant(form_id uuid)
  returns uuid
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_is_patient constant boolean := authz.acting_realm() = 'patient';
  v_tenant uuid;
begin
  if authz.acting_realm() = 'provider' then
    v_tenant := authz.organisation_for('{doctor,nurse,assistant,receptionist}', '{}');
  end if;
  if authz.own_session_id() is null or (not v_is_patient and v_tenant is null) then
    raise exception 'forms are not yours to sign or to witness'
      using errcode = 'insufficient_privilege',
        hint = 'The patient signs on the portal, or before staff who may witness it; signed in with a session.';
  end if;
  begin
    select f.organisation_id
      into strict v_tenant
      from public.signed_forms as f
     where f.id = form_tenant.form_id
       and case
         when v_is_patient then
           authz.is_own_patient(f.organisation_id, f.patient_id)
           and f.organisation_id = coalesce(v_caller.organisation_id, f.organisation_id)
         else f.organisation_id = v_tenant
       end
       and f.patient_status = 'active'
       and f.archived_at is null
       and exists (select from public.organisations as o where o.id = f.organisation_id and o.archived_at is null);
  exception
    when no_data_found or too_many_rows then
      raise exception 'form not found'
        using errcode = 'CD010', hint = 'Name a form of the current organisation; on the portal, one of your own.';
  end;
  return v_tenant;
end
$$;
comment on function authz.form_tenant(uuid) is
  'Organisation of a form that the caller may sign or witness. 42501 for who may do neither, CD010 for one that is not theirs. [S-04, S-31]';
alter function authz.form_tenant(uuid) owner to cordon_definer;
revoke all on function authz.form_tenant(uuid) from public;

-- authz.form_termination: what is said of the end of a form, as the text that its digest is of: when, by whom and why. NULL of one that has not
-- ended.
create or replace function authz.form_termination(organisation_id uuid, form_id uuid)
  returns text
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select jsonb_build_object(
      'format', 'cordon.termination.1',
      'organisation_id', f.organisation_id, 'form_id', f.id, 'content_sha256', f.content_sha256,
      'terminated_at', to_char(f.terminated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
      'terminated_by_user_id', f.terminated_by_user_id, 'termination_reason', f.termination_reason
    )::text
    from public.signed_forms as f
    where f.organisation_id = form_termination.organisation_id
      and f.id = form_termination.form_id
      and f.status = 'terminated'
  );
end
$$;
comment on function authz.form_termination(uuid, uuid) is
  'The end of a form as a JSON text {format, organisation_id, form_id, content_sha256, terminated_at, terminated_by_user_id, termination_reason}; NULL where it has not ended. [S-32, S-33]';
revoke all on function authz.form_termination(uuid, uuid) from public;
grant execute on function authz.form_termination(uuid, uuid) to cordon_definer;

-- public.export_signed_form: a signature with its evidence as one JSON, for who must prove it elsewhere. `npm run signature:verify` checks it
-- without a database: every digest, and that all its parts say the same; of one that ended, that this is what was recorded then, in a table that is
-- sealed (prove_record of termination_event_id). What leaves is recorded, so that nothing leaves in a READ ONLY transaction; who is refused stands in the access
-- log.
-- The record of a signature before a witness is made of the session, the address and the device of that member of staff: the portal has its digest,
-- to hold the officer's export against.
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
    perform authz.emit_refusal('signed_form_evidence', 'SELECT', null, null, 'role');
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
        'record', case when not v_is_patient or f.signed_by_user_id is not null then e.record end,
        'record_sha256', e.record_sha256,
        'termination', authz.form_termination(f.organisation_id, f.id),
        'termination_sha256', r.details -> 'termination_sha256',
        'termination_event_id', r.id,
        'termination_events', coalesce(r.events, 0)
      )
      into strict v_export
      from public.signed_forms as f
      join public.signed_form_evidence as e on e.organisation_id = f.organisation_id and e.id = f.id
      -- A form ends once: what is written of it later says nothing, and that there is more than one says that somebody wrote it. Which of two is true,
      -- no export tells: who forges one dates it earlier, and until a seal holds them neither is vouched for.
      left join lateral (
        select s.id, s.details, count(*) over () as events
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
           -- Another login's address is not theirs, though the patient may be. Nor is a witness's: their record is left out above.
           and coalesce(f.signed_by_user_id = v_caller.user_id, true)
         else f.organisation_id = v_organisation_id
       end;
  exception
    when no_data_found or too_many_rows then
      perform authz.emit_refusal('signed_form_evidence', 'SELECT', v_organisation_id, null, 'not_found');
      raise exception 'signed form not found'
        using errcode = 'CD010', hint = 'Name a form of the current organisation that was signed; on the portal, one of your own.';
  end;
  -- As the policy of the evidence writes down the officer's own look at it, which this function does for them past the policy, and those of tables of
  -- the portal that the patient may; and where no rollback takes it back.
  if v_is_patient then
    perform authz.emit_access(
      'patient', row(v_caller.user_id, v_caller.session_id, (v_export #>> '{form,organisation_id}')::uuid, null)::authz.membership,
      'signed_form_evidence', 'SELECT', 'detailed', 'allowed', null, null, (v_export #>> '{form,patient_id}')::uuid
    );
  else
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
  'A signed form with its evidence {format, form, content, record, record_sha256, termination, termination_sha256, termination_event_id, termination_events}; on the portal record is NULL of one that was signed before a witness. 42501 for who is neither the privacy officer nor a patient, CD010 for no such signature. Recorded as a disclosure, in audit.security_events and in the access log: of the privacy officer as a read. [N-35, N-37, S-31, S-32]';
alter function public.export_signed_form(uuid) owner to cordon_definer;
revoke all on function public.export_signed_form(uuid) from public;
grant execute on function public.export_signed_form(uuid) to authenticated, patient;

-- public.preview_form: what would be signed at this moment, and its digest: given to sign_form, nobody signs what they were not shown.
create or replace function public.preview_form(form_id uuid)
  returns jsonb
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_content constant text := authz.form_content(authz.form_tenant(form_id), form_id);
begin
  return jsonb_build_object('content', v_content, 'content_sha256', authz.digest(v_content));
end
$$;
comment on function public.preview_form(uuid) is
  'The text of a form as it would be signed now {content, content_sha256}. 42501 for who may neither sign nor witness, CD010 for no such form. [S-31]';
alter function public.preview_form(uuid) owner to cordon_definer;
revoke all on function public.preview_form(uuid) from public;
grant execute on function public.preview_form(uuid) to authenticated, patient;

-- public.sign_form: the patient signs, on their own login or before a witness of the clinic. The signer gives a name and a meaning; time,
-- user, address, user agent and digests are the server's (S-31, S-32). The witness is neither who drew the form up nor who proposed what
-- it carries: a gate is never opened by who profits from it. A digest of what was shown (preview_form) refuses what is another text
-- by now; a patient on the portal always gives it.
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
  v_organisation_id uuid;
  v_patient_id uuid;
  v_capacity text;
  v_form record;
  v_template record;
  v_has_document boolean;
  v_content text;
  v_signed_at timestamptz;
  v_record text;
begin
  begin
    v_organisation_id := authz.form_tenant(form_id);
    -- A name that a person can read: letters, and nothing that turns or hides what stands beside it.
    if coalesce(length(v_name), 0) not between 2 and 120
      or length(translate(v_name, E' .,:;-_''"()/\u2019\u00b7\u200c\u200d', '')) < 2
      or authz.has_hidden_signs(v_name)
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
    for no key update; -- no more: who proposes what it is to carry holds its key, and waits for the patient
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
    v_has_document := found;
    -- Asked again of whoever waited for any of them: the form was put away meanwhile, the patient became inactive, or the account that signs has ended.
    perform authz.form_tenant(form_id);
    if v_form.status <> 'draft' then
      raise exception 'the form has been signed already'
        using errcode = 'CD013', hint = 'A form is signed once: draw up another.';
    end if;
    if v_form.document_id is not null and not v_has_document then
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
      case when v_realm = 'patient' then authz.portal_capacity(v_organisation_id, v_patient_id, v_caller.user_id) end,
      v_form.capacity
    );
    v_content := authz.form_content(v_organisation_id, form_id);
    -- Nobody sits beside who signs on the portal and tells what has been put into the form since it was shown. A witness does, and has it before them.
    if sign_form.content_sha256 is null and v_realm = 'patient' then
      raise exception 'a signature on the portal names the text that was shown'
        using errcode = 'CD017', hint = 'Give content_sha256 of preview_form, whose text was shown, as the fourth argument.';
    end if;
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
  exception
    -- Refused, and what it did so far taken back: who tried, on what, stands in the access log.
    when insufficient_privilege or sqlstate 'CD005' or sqlstate 'CD007' or sqlstate 'CD010' or sqlstate 'CD013' or sqlstate 'CD016' or sqlstate 'CD017' then
      perform authz.emit_refusal('signed_forms', 'UPDATE', v_organisation_id, v_patient_id, sqlerrm);
      raise;
  end;
end
$$;
comment on function public.sign_form(uuid, text, text, text) is
  'Signs a draft; returns the receipt {form_id, signed_at, content_sha256, record_sha256}. 42501 for who may neither sign nor witness, CD005 where it carries a consent to a text that is over, CD007 above READ COMMITTED, CD010 for no such form, CD013 where it is signed or another is in force, CD016 for a number in the name, CD017 without a name or meaning, for a retired text, for another text than was shown or on the portal without saying which that was, for a document that is not active, and for a witness who drew it up; each refusal stands in the access log. [N-37, N-45, S-31, S-32, S-33]';
alter function public.sign_form(uuid, text, text, text) owner to cordon_definer;
revoke all on function public.sign_form(uuid, text, text, text) from public;
grant execute on function public.sign_form(uuid, text, text, text) to authenticated, patient;

-- public.terminate_form: ends a signed form, with a reason; a consent form takes the consents that it carries with it (S-33). The digest of when, by
-- whom and why goes into the sealed record: who bends the form afterwards is found out by its export.
create or replace function public.terminate_form(form_id uuid, reason text)
  returns timestamptz
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation_id constant uuid := authz.organisation_for('{clinic_admin}', '{}');
  v_reason constant text := authz.trimmed(reason);
  v_patient_id uuid;
  v_terminated_at timestamptz;
begin
  if v_organisation_id is null or authz.own_session_id() is null then
    raise exception 'forms are not yours to terminate'
      using errcode = 'insufficient_privilege', hint = 'It takes a clinic_admin, signed in with a session.';
  end if;
  if coalesce(length(v_reason), 0) not between 10 and 500 then
    raise exception 'terminating a form takes a reason'
      using errcode = 'CD017', hint = 'Say why, in 10 to 500 characters.';
  end if;
  select f.patient_id
    into v_patient_id
    from public.signed_forms as f
   where f.organisation_id = v_organisation_id
     and f.id = terminate_form.form_id;
  if v_patient_id is null then
    raise exception 'form not found'
      using errcode = 'CD010', hint = 'Name a form of the current organisation.';
  end if;
  perform authz.lock_patient(v_organisation_id, v_patient_id);
  update public.signed_forms as f
     set status = 'terminated',
         terminated_at = clock_timestamp(),
         terminated_by_user_id = (authz.caller()).user_id,
         termination_reason = v_reason
   where f.organisation_id = v_organisation_id
     and f.id = terminate_form.form_id
     and f.status = 'active'
  returning f.terminated_at into v_terminated_at;
  if v_terminated_at is null then
    raise exception 'the form is not in force'
      using errcode = 'CD013', hint = 'Only what was signed, and was not terminated yet, can be terminated.';
  end if;
  perform authz.record_security_event(
    v_organisation_id, 'signed_form.terminated', form_id,
    jsonb_build_object('termination_sha256', authz.digest(authz.form_termination(v_organisation_id, form_id)))
  );
  update public.consents as c
     set status = 'withdrawn'
   where c.organisation_id = v_organisation_id
     and c.signed_form_id = terminate_form.form_id
     and c.status = 'active';
  return v_terminated_at;
end
$$;
comment on function public.terminate_form(uuid, text) is
  'Terminates a signed form and withdraws the consents that it carries; returns when. Recorded in audit.security_events, with its digest. 42501 for who is no clinic_admin, CD010 for no such form, CD013 for one not in force, CD016 for a number in the reason, CD017 without one. [N-37, N-50, S-32, S-33]';
alter function public.terminate_form(uuid, text) owner to cordon_definer;
revoke all on function public.terminate_form(uuid, text) from public;
grant execute on function public.terminate_form(uuid, text) to authenticated;

revoke create on schema authz, public from cordon_definer;

create policy provider_select on public.form_templates
  for select to authenticated
  using (
    (select authz.holds('{}', '{}'))
    and (archived_at is null or archived_at = now())
  );
comment on policy provider_select on public.form_templates is
  'any member of the current organisation may read rows that are not archived. [N-02, S-31]';

create policy patient_select on public.form_templates
  for select to patient
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy patient_select on public.form_templates is
  'a patient may read rows that are not archived. [S-31]';

create policy anon_select on public.form_templates
  for select to anon
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy anon_select on public.form_templates is
  'anybody may read rows that are not archived. [N-17, S-31]';

create policy provider_select on public.signed_form_evidence
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'signed_form_evidence', 'SELECT', 'comprehensive')));
comment on policy provider_select on public.signed_form_evidence is
  'any member with privacy_officer of the current organisation may read rows that are not archived. [N-02, S-02, S-31]';

create policy provider_select_rows on public.signed_form_evidence
  as restrictive for select to authenticated
  using (
    case
      when
        archived_at is null
        or archived_at = now()
      then authz.log_disclosure((select authz.disclosure_stamp('provider', 'signed_form_evidence', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
  );
comment on policy provider_select_rows on public.signed_form_evidence is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, S-02, S-31]';

create policy provider_select on public.signed_forms
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'signed_forms', 'SELECT', 'basic')));
comment on policy provider_select on public.signed_forms is
  'clinic_admin, doctor, nurse, assistant or receptionist of the current organisation may read rows that are not archived and of an active patient. [N-02, N-27, S-02, S-31]';

create policy provider_select_rows on public.signed_forms
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );
comment on policy provider_select_rows on public.signed_forms is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, N-27, S-02, S-31]';

create policy provider_insert on public.signed_forms
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{doctor,nurse,assistant,receptionist}', '{}'), 'signed_forms', 'INSERT', 'detailed')));
comment on policy provider_insert on public.signed_forms is
  'doctor, nurse, assistant or receptionist of the current organisation may create rows that are of an active patient. [N-02, N-27, S-03, S-32]';

create policy provider_insert_rows on public.signed_forms
  as restrictive for insert to authenticated
  with check (patient_status = 'active');
comment on policy provider_insert_rows on public.signed_forms is
  'Whatever another policy allows, staff create only rows that the comment of provider_insert names. [N-02, N-27, S-03, S-32]';

create policy provider_update on public.signed_forms
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'signed_forms', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'signed_forms', 'SELECT', 'basic')));
comment on policy provider_update on public.signed_forms is
  'clinic_admin of the current organisation may change rows that are not archived and of an active patient. [N-02, N-27, S-03]';

create policy provider_update_rows on public.signed_forms
  as restrictive for update to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  )
  with check (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );
comment on policy provider_update_rows on public.signed_forms is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, N-27, S-03]';

create policy patient_select on public.signed_forms
  for select to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'signed_forms', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.signed_forms is
  'a patient may read rows that are their own and not archived. [N-15, S-31]';

grant select on public.form_templates to authenticated;
grant select on public.form_templates to patient;
grant select (code, id, kind, language, title, version) on public.form_templates to anon;

grant select on public.signed_form_evidence to authenticated;

grant
  select,
  insert (capacity, case_id, document_id, id, organisation_id, patient_id, template_id),
  update (archived_at)
  on public.signed_forms to authenticated;
grant select on public.signed_forms to patient;

-- migrate:down
