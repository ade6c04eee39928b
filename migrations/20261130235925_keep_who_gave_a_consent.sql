-- migrate:up
-- Why: who gave a consent was forgotten at its next step: a withdrawal wrote over the only column that knew
-- Access: +1 grant, 4 definer functions
--   ~ authz.portal_capacity is written, and runs with the rights of its owner
--   ~ authz.tg_consents__version is written, and runs with the rights of its owner
--   ~ public.consent_receipt is written, and runs with the rights of its owner
--   ~ public.sign_form is written, and runs with the rights of its owner
--   + cordon_definer may select (given_as, given_by_user_id) on public.consents
--   widens: assistant, clinic_admin, doctor, nurse and receptionist can now read public.consents (given_by_user_id, given_as) too
--   widens: authz.tg_consents__version(), which 1 trigger asks, has another text
--   widens: ops_agent can now read public.consents (given_by_user_id, given_as) too
--   widens: our definer functions can now read public.consents (given_by_user_id, given_as) too
--   widens: patients can now read public.consents (given_by_user_id, given_as) too
--   widens: public.consent_receipt(uuid), callable by clinic staff and patients, has another text
--   widens: public.sign_form(uuid, text, text, text), callable by clinic staff and patients, has another text
--   widens: the service role can now add to public.consents (given_by_user_id, given_as) too
--   widens: the service role can now change public.consents (given_by_user_id, given_as) too
--   widens: the service role can now read public.consents (given_by_user_id, given_as) too
-- Locks: 1 existing table, until the migration commits
--   ACCESS EXCLUSIVE public.consents

set local lock_timeout = '5s';
set local statement_timeout = '60s';

alter table public.consents
  add column given_by_user_id uuid,
  add column given_as text;
alter table public.consents
  add constraint consents_given_as_check check (given_as in ('patient', 'guardian', 'representative')) not valid,
  add constraint consents_given_by_user_id_check check (given_by_user_id is null or given_as is not null) not valid;
comment on column public.consents.given_by_user_id is
  'Login that gave it, on the portal or by signing its form there; stamped, and kept whatever becomes of the consent. NULL where it was signed before a witness, recorded, or given before this was kept. [N-45]';
comment on column public.consents.given_as is
  'As whom it was given: what the portal account said, or the form. NULL where the clinic recorded it, or it was given before this was kept. [N-45]';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.portal_capacity: as whom a login acts for a patient, by the words of a signature: what the portal account says that the clinic confirmed, and
-- not what whoever signs says of themselves.
create or replace function authz.portal_capacity(organisation_id uuid, patient_id uuid, user_id uuid)
  returns text
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select case a.relationship when 'self' then 'patient' when 'guardian' then 'guardian' else 'representative' end
    from authz.live_patient_accounts as l
    join public.patient_accounts as a on a.organisation_id = l.organisation_id and a.user_id = l.user_id and a.patient_id = l.patient_id
    where l.organisation_id = portal_capacity.organisation_id
      and l.patient_id = portal_capacity.patient_id
      and l.user_id = portal_capacity.user_id
      and a.revoked_at is null
      and a.archived_at is null
  );
end
$$;
comment on function authz.portal_capacity(uuid, uuid, uuid) is
  'As whom a login acts for a patient on the portal now: patient, guardian, representative; NULL without a live account. [N-15, N-45, S-31]';
alter function authz.portal_capacity(uuid, uuid, uuid) owner to cordon_definer;
revoke all on function authz.portal_capacity(uuid, uuid, uuid) from public;

-- authz.tg_consents__version: which text a consent is to, when, how, by whom and as what it was given (LGPD art. 8 par. 2, 14 par. 1 and 5), and when a material change of the purpose ends it (LGPD
-- art. 8 par. 6). A consent to a later text takes the place of the one before it, as any does of one whose time is over. A new consent waits for a
-- version that is being written, by the row of the purpose; one that changes is met by that version's own update.
create or replace function authz.tg_consents__version()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_is_given constant boolean := new.status = 'active' and (tg_op = 'INSERT' or old.status <> 'active');
begin
  if tg_op = 'INSERT' then
    if authz.is_out_of_reach(new.organisation_id) then
      new.organisation_id := null; -- no policy lets it in
      return new;
    end if;
    select p.version
      into new.purpose_version
      from public.consent_purposes as p
     where p.purpose = new.purpose
    for share;
    new.purpose_version := coalesce(new.purpose_version, 1); -- the foreign key says what no purpose is
    new.given_at := null;
    new.given_how := null;
    new.given_by_user_id := null;
    new.given_as := null;
  else
    new.purpose_version := old.purpose_version;
    new.given_at := old.given_at;
    new.given_how := old.given_how;
    new.given_by_user_id := old.given_by_user_id;
    new.given_as := old.given_as;
  end if;
  new.superseded_at := (
    select min(v.takes_effect_at)
    from public.consent_purpose_versions as v
    where v.purpose = new.purpose
      and v.version > new.purpose_version
      and v.is_material
  );
  if v_is_given then
    -- What was given to a clinic that is closed is withdrawn there; nothing new is.
    if not authz.is_system()
      and exists (select from public.organisations as o where o.id = new.organisation_id and o.archived_at is not null)
    then
      raise exception 'the organisation is closed'
        using errcode = 'CD005', hint = 'Nothing is consented to there any more; what was is withdrawn: withdraw_consent.';
    end if;
    if new.superseded_at <= authz.now() then
      raise exception 'the purpose has changed since this consent was proposed'
        using errcode = 'CD005', hint = 'Propose it again: a consent is to the text in force.';
    end if;
    new.given_at := clock_timestamp();
    new.given_how := case
      when new.legal_basis <> 'consent' then 'recorded'
      when new.signed_form_id is not null then 'signed_form'
      when authz.acting_realm() = 'patient' then 'portal'
      else 'recorded'
    end;
    -- Whose word it was is kept apart from whose the last step was: the next one, a withdrawal say, would write over it.
    if new.given_how = 'signed_form' then
      select f.signed_by_user_id, f.capacity
        into new.given_by_user_id, new.given_as
        from public.signed_forms as f
       where f.organisation_id = new.organisation_id
         and f.id = new.signed_form_id;
    elsif new.given_how = 'portal' then
      new.given_by_user_id := (authz.caller()).user_id;
      new.given_as := authz.portal_capacity(new.organisation_id, new.patient_id, new.given_by_user_id);
      -- The policy was asked before: whose account it was then is asked again, of whoever the token names by now.
      if new.given_as is null then
        raise exception 'this consent is not yours to give'
          using errcode = 'insufficient_privilege', hint = 'It takes the patient''s portal account, signed in with a session.';
      end if;
    end if;
    update public.consents as c
       set status = 'expired'
     where c.organisation_id = new.organisation_id
       and c.patient_id = new.patient_id
       and c.purpose = new.purpose
       and (c.purpose_version < new.purpose_version or c.expires_at <= authz.now())
       and c.status = 'active'
       and c.archived_at is null
       and c.id <> new.id
       -- Another basis is the clinic's word: it ends no refusal of emergency access, which is the patient's.
       and (new.legal_basis = 'consent' or c.break_glass_allowed or coalesce(c.expires_at, 'infinity') <= authz.now());
  end if;
  return new;
end
$$;
comment on function authz.tg_consents__version() is
  'Stamps purpose_version, given_at, given_how, given_by_user_id, given_as and superseded_at; a consent to a later text, or after its time, expires the earlier one. CD005 for who consents to a text that is over, or at an organisation that is closed, 42501 for who gives one on the portal whose account is over. [N-45, N-48]';

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

-- public.sign_form: the patient signs, on their own login or before a witness of the clinic. The signer gives a name and a meaning; time,
-- user, address, user agent and digests are the server's (S-31, S-32). The witness is neither who drew the form up nor who proposed what
-- it carries: a gate is never opened by who profits from it. A digest of what was shown (preview_form) refuses what is another text by now.
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

revoke create on schema authz from cordon_definer;

comment on policy definer_select on public.patient_accounts is
  'definer functions may read every row (authz.live_patient_accounts: the live lookup behind every patient policy; authz.portal_capacity: as whom they sign and consent; authz.simulate: explains a decision by what it depends on). [N-08, N-15, N-16]';

grant select (given_as, given_by_user_id) on public.consents to cordon_definer;

-- migrate:down
