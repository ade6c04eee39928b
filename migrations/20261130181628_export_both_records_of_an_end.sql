-- migrate:up
-- Why: The end of a form has two records: whoever bent it wrote one that was dated before the true one, and the export was whole.
-- Access: 1 definer function
--   ~ public.export_signed_form is written, and runs with the rights of its owner
--   widens: public.export_signed_form(uuid), callable by clinic staff and patients, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

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

-- migrate:down
