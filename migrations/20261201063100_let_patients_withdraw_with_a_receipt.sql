-- migrate:up
-- Why: patients withdraw by one call that closes everything at once, and take home what they consented to; other legal bases are told apart from consent.
-- Access: +5 grants, 3 definer functions
--   ~ public.consent_receipt is written, and runs with the rights of its owner
--   + authenticated may execute function public.consent_receipt(uuid)
--   + patient may execute function public.consent_receipt(uuid)
--   ~ public.rely_on_legal_basis is written, and runs with the rights of its owner
--   + authenticated may execute function public.rely_on_legal_basis(uuid, text, text, text)
--   ~ public.withdraw_consent is written, and runs with the rights of its owner
--   + authenticated may execute function public.withdraw_consent(uuid, text)
--   + patient may execute function public.withdraw_consent(uuid, text)
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema public to cordon_definer;

-- public.consent_receipt: what was consented to, as the patient takes it home: the fields of ISO/IEC TS 27560, and a digest of the text. The same
-- consent in the same state gives the same bytes, so that whoever holds a receipt can hold it against the database; `npm run receipt:verify`
-- checks it without one.
create or replace function public.consent_receipt(consent_id uuid)
  returns jsonb
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_is_patient constant boolean := authz.acting_realm() = 'patient';
  v_utc constant text := 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"';
  v_reader uuid;
  v_officer uuid;
  v_receipt text;
begin
  if authz.acting_realm() = 'provider' then
    v_reader := authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}');
    v_officer := authz.organisation_for('{}', '{privacy_officer}');
  end if;
  if v_caller.user_id is null or (not v_is_patient and coalesce(v_reader, v_officer) is null) then
    raise exception 'receipts are not yours to read'
      using errcode = 'insufficient_privilege', hint = 'It takes the patient, or staff who may read the consent.';
  end if;
  begin
    select (jsonb_build_object(
        'format', 'cordon.consent-receipt.1',
        'schema_version', 'ISO/IEC TS 27560:2023',
        'record_id', c.id,
        'pii_principal_id', c.patient_id,
        'pii_controller', jsonb_build_object(
          'id', o.id, 'name', o.name, 'country', o.country, 'privacy_contact', s.privacy_contact
        ),
        'jurisdiction', o.regime,
        'purpose', jsonb_build_object(
          'name', v.purpose, 'version', v.version, 'description', v.description, 'description_sha256', authz.digest(v.description)
        ),
        'lawful_basis', c.legal_basis,
        'pii_categories', to_jsonb(v.data_categories),
        'recipients', to_jsonb(v.recipients),
        'retention', v.retention,
        'collection_method', c.given_how,
        'signed_form', case when f.id is not null then jsonb_build_object('id', f.id, 'content_sha256', f.content_sha256) end,
        'given_at', to_char(c.given_at at time zone 'UTC', v_utc),
        'valid_until', to_char(nullif(least(c.expires_at, c.superseded_at), 'infinity') at time zone 'UTC', v_utc),
        'break_glass_allowed', c.break_glass_allowed,
        'state', c.status,
        'withdrawn_at', to_char(c.withdrawn_at at time zone 'UTC', v_utc),
        'withdrawal_method', case
          when c.legal_basis = 'consent' then
            'On the portal, at any time and without a reason: withdraw_consent. Or by any request to the controller, who records it the same way.'
          else
            'This is no consent: object, on the portal (subject_requests, kind objection) or by any request to the controller, who answers it.'
        end
      ) || case -- one that was given before this was kept reads as it did, byte for byte
        when c.given_as is null then '{}'
        else jsonb_build_object('given_by', jsonb_build_object('user_id', c.given_by_user_id, 'capacity', c.given_as))
      end)::text
      into strict v_receipt
      from public.consents as c
      join public.organisations as o on o.id = c.organisation_id
      join public.consent_purpose_versions as v on v.purpose = c.purpose and v.version = c.purpose_version
      left join public.organisation_settings as s on s.organisation_id = c.organisation_id
      left join public.signed_forms as f on f.organisation_id = c.organisation_id and f.id = c.signed_form_id
     where c.id = consent_receipt.consent_id
       and c.given_at is not null
       and c.archived_at is null
       and case
         when v_is_patient then
           authz.is_own_patient(c.organisation_id, c.patient_id)
           and c.organisation_id = coalesce(v_caller.organisation_id, c.organisation_id)
         else c.organisation_id = v_officer or (c.organisation_id = v_reader and c.patient_status = 'active')
       end;
  exception
    when no_data_found or too_many_rows then
      raise exception 'consent not found'
        using errcode = 'CD010', hint = 'Name a consent that was given, of the current organisation; on the portal, one of your own.';
  end;
  return jsonb_build_object(
    'format', 'cordon.consent-receipt-export.1', 'receipt', v_receipt, 'receipt_sha256', authz.digest(v_receipt)
  );
end
$$;
comment on function public.consent_receipt(uuid) is
  'The receipt of a consent that was given {format, receipt, receipt_sha256}; receipt is the JSON text that the digest is of. 42501 for who may read none, CD010 for no such consent or one not given yet. [N-45]';
alter function public.consent_receipt(uuid) owner to cordon_definer;
revoke all on function public.consent_receipt(uuid) from public;
grant execute on function public.consent_receipt(uuid) to authenticated, patient;

-- public.rely_on_legal_basis: care that the law allows without consent (LGPD art. 11 II), where the organisation has said that it relies on it:
-- by the privacy officer, for one patient and purpose, with why. It opens what a consent opens, and is reported apart from consents.
create or replace function public.rely_on_legal_basis(patient_id uuid, purpose text, legal_basis text, justification text)
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation_id constant uuid := authz.organisation_for('{}', '{privacy_officer}');
  v_justification constant text := authz.trimmed(justification);
  v_consent_id uuid;
begin
  if v_organisation_id is null or authz.own_session_id() is null then
    raise exception 'a legal basis is not yours to record'
      using errcode = 'insufficient_privilege', hint = 'It takes the privacy officer, signed in with a session.';
  end if;
  if coalesce(length(v_justification), 0) not between 20 and 2000 then
    raise exception 'another legal basis than consent takes a justification'
      using errcode = 'CD020', hint = 'Say why the law allows it, in 20 to 2000 characters.';
  end if;
  if rely_on_legal_basis.legal_basis = 'consent' or not exists (
    select
    from public.organisation_settings as s
    where s.organisation_id = v_organisation_id
      and rely_on_legal_basis.legal_basis = any (s.legal_bases)
  ) then
    raise exception 'the organisation does not rely on this legal basis'
      using errcode = 'CD020', hint = 'A clinic_admin lists it in organisation_settings.legal_bases; consent itself is the patient''s to give.';
  end if;
  perform authz.lock_patient(v_organisation_id, rely_on_legal_basis.patient_id);
  if not exists (
    select
    from public.patients as p
    where p.organisation_id = v_organisation_id
      and p.id = rely_on_legal_basis.patient_id
      and p.status = 'active'
      and p.archived_at is null
  ) then
    raise exception 'patient not found'
      using errcode = 'CD010', hint = 'Name an active patient of the current organisation.';
  end if;
  if not exists (select from public.consent_purposes as p where p.purpose = rely_on_legal_basis.purpose and p.archived_at is null) then
    raise exception 'unknown purpose'
      using errcode = 'CD006', hint = 'Use a purpose of consent_purposes.';
  end if;
  -- What the law gives the purpose, and whether the patient has objected, is asked of whoever writes: authz.tg_consents__version.
  insert into public.consents as c (organisation_id, patient_id, purpose, status, legal_basis, justification)
  values (
    v_organisation_id, rely_on_legal_basis.patient_id, rely_on_legal_basis.purpose, 'active', rely_on_legal_basis.legal_basis, v_justification
  )
  on conflict do nothing
  returning c.id into v_consent_id;
  if v_consent_id is null then
    raise exception 'the purpose is open already'
      using errcode = 'CD013', hint = 'A consent, or a legal basis, is in force for this patient and purpose.';
  end if;
  return v_consent_id;
end
$$;
comment on function public.rely_on_legal_basis(uuid, text, text, text) is
  'Records that an organisation relies on another legal basis than consent for one patient and purpose; returns the row''s id in consents. 42501 for who is no privacy officer, CD006 for an unknown purpose, CD010 for no such patient, CD013 where the purpose is open already, CD016 for a number in the text, CD020 without justification, for a basis that the organisation has not listed or the law does not give the purpose, or to which an objection of the patient waits or was upheld. [N-45, N-49]';
alter function public.rely_on_legal_basis(uuid, text, text, text) owner to cordon_definer;
revoke all on function public.rely_on_legal_basis(uuid, text, text, text) from public;
grant execute on function public.rely_on_legal_basis(uuid, text, text, text) to authenticated;

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

revoke create on schema public from cordon_definer;

-- migrate:down
