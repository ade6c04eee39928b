-- migrate:up
-- Why: The access log keeps a payload and the portal's exports where the transaction is rolled back, and exports that were refused (N-35).
-- Access: 3 definer functions
--   ~ authz.record_insight_dispatch is written, and runs with the rights of its owner
--   ~ public.export_signed_form is written, and runs with the rights of its owner
--   ~ public.export_subject is written, and runs with the rights of its owner
--   widens: authz.record_insight_dispatch(uuid, text), which 1 function asks, has another text
--   widens: public.export_signed_form(uuid), callable by clinic staff and patients, has another text
--   widens: public.export_subject(uuid), callable by clinic staff and patients, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.record_insight_dispatch: what left, by its digest: the payload itself is kept nowhere. Who and when are stamped. Whoever rolls back has
-- read the payload all the same: the access log keeps that it was taken, under the id of the row that is then missing.
create or replace function authz.record_insight_dispatch(processor_id uuid, payload_sha256 text)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_membership constant authz.membership := authz.membership_for('{}', '{insights_admin}');
  v_id uuid;
begin
  insert into governance.insight_dispatches (organisation_id, processor_id, payload_sha256)
  values (v_membership.organisation_id, processor_id, payload_sha256)
  returning id into v_id;
  perform authz.emit_access(
    'provider', v_membership, 'insight_dispatches', 'SELECT', 'comprehensive', 'disclosed', null, v_id, null
  );
  perform authz.record_security_event(v_membership.organisation_id, 'data.exported', v_id, '{"kind": "smart_insights"}');
end
$$;
comment on function authz.record_insight_dispatch(uuid, text) is
  'Writes one row into governance.insight_dispatches, for the caller''s current organisation, a security event, and a record of the access log, which no rollback takes back. [S-22, S-24, N-35, N-37]';

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
  'A signed form with its evidence {format, form, content, record, record_sha256, termination, termination_sha256, termination_event_id}; on the portal record is NULL of one that was signed before a witness. 42501 for who is neither the privacy officer nor a patient, CD010 for no such signature. Recorded as a disclosure, in audit.security_events and in the access log: of the privacy officer as a read. [N-35, N-37, S-31, S-32]';

-- public.export_subject: everything that an organisation holds of a patient, for themselves or by the privacy officer (LGPD art. 18 II and V):
-- the tables are found by the graph of foreign keys, so that none is forgotten; what is left out is named with its reason; and the export itself is
-- a disclosure, with the digest of what it gave. Who is refused stands in the access log.
create or replace function public.export_subject(patient_id uuid)
  returns jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_is_patient constant boolean := authz.acting_realm() = 'patient';
  v_officer_of uuid;
  v_tenant uuid;
  v_export jsonb;
  v_tables text[];
begin
  if authz.acting_realm() = 'provider' then
    v_officer_of := authz.organisation_for('{}', '{privacy_officer}');
  end if;
  if v_caller.session_id is null or (not v_is_patient and v_officer_of is null) then
    perform authz.emit_refusal('subject_export', 'SELECT', null, null, 'role');
    raise exception 'a patient''s data is not yours to export'
      using errcode = 'insufficient_privilege', hint = 'It takes the patient, or the privacy officer, signed in with a session.';
  end if;
  begin
    select p.organisation_id
      into strict v_tenant
      from public.patients as p
     where p.id = export_subject.patient_id
       and case
         when v_is_patient then
           authz.is_own_patient(p.organisation_id, p.id)
           and p.organisation_id = coalesce(v_caller.organisation_id, p.organisation_id)
         else p.organisation_id = v_officer_of
       end;
  exception
    when no_data_found or too_many_rows then
      perform authz.emit_refusal('subject_export', 'SELECT', v_officer_of, null, 'not_found');
      raise exception 'patient not found'
        using errcode = 'CD010', hint = 'Name a patient of the current organisation; on the portal, one of your own.';
  end;
  select jsonb_build_object(
      'organisation_id', v_tenant,
      'patient_id', export_subject.patient_id,
      'exported_at', to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
      'tables', jsonb_object_agg(r.relation, r.content) filter (where r.content is not null),
      'left_out', jsonb_object_agg(r.relation, r.left_out) filter (where r.left_out <> '{}')
    ),
    array_agg(r.relation order by r.relation) filter (where r.content <> '[]')
    into v_export, v_tables
    from governance.subject_rows(v_tenant, export_subject.patient_id) as r;
  -- Whoever exports for the patient has read all of it, as a member of staff: the patient is told, as of any other who saw their record. On the portal it
  -- is a decision that stands there as any of the portal's does; a rollback takes back neither.
  if v_is_patient then
    perform authz.emit_access(
      'patient', row(v_caller.user_id, v_caller.session_id, v_tenant, null)::authz.membership, 'subject_export', 'SELECT', 'detailed', 'allowed',
      null, null, export_subject.patient_id
    );
  else
    perform authz.emit_access(
      'provider', authz.membership_for('{}', '{privacy_officer}'), 'subject_export', 'SELECT', 'comprehensive', 'disclosed', null,
      export_subject.patient_id, export_subject.patient_id
    );
  end if;
  perform authz.record_disclosure(
    v_tenant, export_subject.patient_id, 'patient', v_tenant, 'subject_access', v_tables, 'public.export_subject', null,
    authz.digest(v_export::text)
  );
  perform authz.record_security_event(v_tenant, 'data.exported', export_subject.patient_id, '{"kind": "subject"}');
  return jsonb_build_object(
    'format', 'cordon.subject-export.1', 'export', v_export, 'export_sha256', authz.digest(v_export::text)
  );
end
$$;
comment on function public.export_subject(uuid) is
  'Everything held of a patient {format, export: {organisation_id, patient_id, exported_at, tables, left_out}, export_sha256}; the digest is of PostgreSQL''s text of export. Recorded as a disclosure, and in the access log: of the privacy officer as a read. 42501 for who is neither the privacy officer nor a patient with a session, CD010 for no such patient. [N-35, N-37, N-39, N-49]';

-- migrate:down
