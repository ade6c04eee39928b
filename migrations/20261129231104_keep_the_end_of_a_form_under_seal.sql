-- migrate:up
-- Why: when, by whom and why a signed form ended stood under no digest: whoever altered it as superuser was not found out
-- Access: +1 grant, 2 definer functions
--   + cordon_definer may execute function authz.form_termination(uuid, uuid)
--   ~ public.export_signed_form is written, and runs with the rights of its owner
--   ~ public.terminate_form is written, and runs with the rights of its owner
--   widens: authz.security_event_keys(text), which 4 constraints ask, has another text
--   widens: public.export_signed_form(uuid), callable by clinic staff and patients, has another text
--   widens: public.terminate_form(uuid, text), callable by clinic staff, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

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

-- authz.security_event_keys: the types of security events and what each must say. A table of constants, so that a CHECK can ask it. What has
-- no organisation (catalog, deployment, operator, key) stands in audit.deployment_events, all else in audit.security_events.
create or replace function authz.security_event_keys(event_type text)
  returns text[]
  language plpgsql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return case event_type
    when 'emergency_access.opened' then '{patient_id,expires_at}'
    when 'emergency_access.closed' then '{patient_id}'
    when 'emergency_access.reviewed' then '{patient_id,outcome}'
    when 'membership.granted' then '{user_id,role,capabilities}'
    when 'membership.accepted' then '{user_id}'
    when 'membership.role_changed' then '{user_id,from,to}'
    when 'membership.capabilities_changed' then '{user_id,from,to}'
    when 'membership.validity_changed' then '{user_id,from,to}'
    when 'membership.ended' then '{user_id}'
    when 'membership.resumed' then '{user_id}'
    when 'patient_account.proposed' then '{user_id,patient_id,relationship}'
    when 'patient_account.opened' then '{user_id,patient_id,relationship}'
    when 'patient_account.revoked' then '{user_id,patient_id,relationship}'
    when 'frozen_write.suppressed' then '{event_id,what,operation}'
    when 'signed_form.terminated' then '{termination_sha256}'
    when 'data.exported' then '{kind}'
    when 'smart_insights.switched' then '{enabled}'
    when 'deployment.settings_changed' then '{from,to}'
    when 'key.rotated' then '{from,to}'
    when 'operator.granted' then '{role}'
    when 'operator.role_changed' then '{from,to}'
    when 'operator.ended' then '{role}'
    when 'operator.resumed' then '{role}'
    when 'catalog.ddl' then '{command}'
    when 'catalog.first_seen' then '{kind,from,to}'
    when 'catalog.trigger_added' then '{kind,from,to}'
    when 'catalog.trigger_changed' then '{kind,from,to}'
    when 'catalog.trigger_disabled' then '{kind,from,to}'
    when 'catalog.trigger_dropped' then '{kind,from,to}'
    when 'catalog.policy_added' then '{kind,from,to}'
    when 'catalog.policy_altered' then '{kind,from,to}'
    when 'catalog.policy_dropped' then '{kind,from,to}'
    when 'catalog.row_security_on' then '{kind,from,to}'
    when 'catalog.row_security_off' then '{kind,from,to}'
    when 'catalog.table_added' then '{kind,from,to}'
    when 'catalog.table_dropped' then '{kind,from,to}'
    when 'catalog.owner_added' then '{kind,from,to}'
    when 'catalog.owner_changed' then '{kind,from,to}'
    when 'catalog.owner_dropped' then '{kind,from,to}'
    when 'catalog.function_added' then '{kind,from,to}'
    when 'catalog.function_changed' then '{kind,from,to}'
    when 'catalog.function_dropped' then '{kind,from,to}'
    when 'catalog.rights_added' then '{kind,from,to}'
    when 'catalog.rights_changed' then '{kind,from,to}'
    when 'catalog.rights_dropped' then '{kind,from,to}'
    when 'catalog.view_added' then '{kind,from,to}'
    when 'catalog.view_changed' then '{kind,from,to}'
    when 'catalog.view_dropped' then '{kind,from,to}'
    when 'catalog.rule_added' then '{kind,from,to}'
    when 'catalog.rule_changed' then '{kind,from,to}'
    when 'catalog.rule_dropped' then '{kind,from,to}'
    when 'catalog.constraint_added' then '{kind,from,to}'
    when 'catalog.constraint_changed' then '{kind,from,to}'
    when 'catalog.constraint_dropped' then '{kind,from,to}'
    when 'catalog.event_trigger_added' then '{kind,from,to}'
    when 'catalog.event_trigger_changed' then '{kind,from,to}'
    when 'catalog.event_trigger_disabled' then '{kind,from,to}'
    when 'catalog.event_trigger_dropped' then '{kind,from,to}'
    when 'catalog.bypass_granted' then '{kind,from,to}'
    when 'catalog.bypass_revoked' then '{kind,from,to}'
    when 'catalog.membership_granted' then '{kind,from,to}'
    when 'catalog.membership_revoked' then '{kind,from,to}'
    when 'catalog.table_published' then '{kind,from,to}'
    when 'catalog.table_unpublished' then '{kind,from,to}'
  end;
end
$$;

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
  'A signed form with its evidence {format, form, content, record, record_sha256, termination, termination_sha256, termination_event_id}. 42501 for who is neither the privacy officer nor a patient, CD010 for no such signature. Recorded as a disclosure and in audit.security_events. [N-37, S-31, S-32]';

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
  if v_organisation_id is null or (authz.caller()).session_id is null then
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

comment on policy definer_select on audit.security_events is
  'definer functions may read every row (audit.seal_table, audit.sealed_records: what is sealed is the whole row; public.export_signed_form: the digest of the end of a form). [S-20]';

-- migrate:down
