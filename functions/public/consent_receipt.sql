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
