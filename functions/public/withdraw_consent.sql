-- public.withdraw_consent: the patient withdraws on the portal, without saying why (LGPD art. 8 par. 5); or staff for them, with how they asked.
-- Whatever the consent opened closes in this transaction: authz.tg_consents__project. What was done before stays as it was, and logged.
-- Another legal basis than consent is not the patient's to withdraw, nor reception's for them: they object (LGPD art. 18 par. 2), and the officer or
-- the clinic_admin ends it here.
create or replace function public.withdraw_consent(consent_id uuid, reason text default null)
  returns timestamptz
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_is_patient constant boolean := authz.acting_realm() = 'patient';
  v_reason constant text := nullif(authz.trimmed(reason), '');
  v_tenant uuid;
  v_legal_basis text;
  v_withdrawn_at timestamptz;
begin
  if authz.acting_realm() = 'provider' then
    v_tenant := coalesce(
      authz.organisation_for('{clinic_admin,receptionist}', '{}'), authz.organisation_for('{}', '{privacy_officer}')
    );
  end if;
  if v_caller.user_id is null or (not v_is_patient and (v_tenant is null or authz.own_session_id() is null)) then
    raise exception 'consents are not yours to withdraw'
      using errcode = 'insufficient_privilege',
        hint = 'It takes the patient; or, for them, a clinic_admin, a receptionist or the privacy officer, signed in with a session.';
  end if;
  if length(v_reason) > 500 or (not v_is_patient and coalesce(length(v_reason), 0) < 10) then
    raise exception 'withdrawing for a patient takes a reason'
      using errcode = 'CD017', hint = 'Say how they asked for it, in 10 to 500 characters. A patient need not say anything.';
  end if;
  begin
    select c.organisation_id, c.legal_basis
      into strict v_tenant, v_legal_basis
      from public.consents as c
     where c.id = withdraw_consent.consent_id
       and case
         when v_is_patient then
           authz.is_own_patient(c.organisation_id, c.patient_id)
           and c.organisation_id = coalesce(v_caller.organisation_id, c.organisation_id)
         else c.organisation_id = v_tenant
       end
       and c.archived_at is null;
  exception
    when no_data_found or too_many_rows then
      raise exception 'consent not found'
        using errcode = 'CD010', hint = 'Name a consent of the current organisation; on the portal, one of your own.';
  end;
  if v_legal_basis <> 'consent' and (
    v_is_patient
    or coalesce(authz.organisation_for('{clinic_admin}', '{}'), authz.organisation_for('{}', '{privacy_officer}')) is null
  ) then
    raise exception 'this is no consent: the organisation relies on another legal basis'
      using errcode = 'CD005', hint = 'File an objection (subject_requests, kind objection): the privacy officer answers it, and ends it.';
  end if;
  update public.consents as c
     set status = 'withdrawn',
         withdrawal_reason = v_reason
   where c.organisation_id = v_tenant
     and c.id = withdraw_consent.consent_id
     and c.status = 'active'
  returning c.withdrawn_at into v_withdrawn_at;
  if v_withdrawn_at is null then
    raise exception 'the consent is not in force'
      using errcode = 'CD013', hint = 'Only a consent in force can be withdrawn; a proposed one is rejected.';
  end if;
  return v_withdrawn_at;
end
$$;
comment on function public.withdraw_consent(uuid, text) is
  'Withdraws a consent in force, and closes at once what it opened; returns when. 42501 for who may not, CD005 for another legal basis and who is neither clinic_admin nor privacy officer, CD010 for no such consent, CD013 for one not in force, CD016 for a number in the reason, CD017 for staff without a reason. [N-50]';
alter function public.withdraw_consent(uuid, text) owner to cordon_definer;
revoke all on function public.withdraw_consent(uuid, text) from public;
grant execute on function public.withdraw_consent(uuid, text) to authenticated, patient;
