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
