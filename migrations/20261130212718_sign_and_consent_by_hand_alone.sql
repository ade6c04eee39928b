-- migrate:up
-- Why: the server's key wrote a consent as given by a signature that nobody gave, refusals of a signature were not written down, an emergency lasted until somebody closed it, and moments were kept by the caller's clock
-- Access: 5 definer functions
--   ~ authz.tg_emergency_access_grants__security is written, and runs with the rights of its owner
--   ~ authz.tg_organisation_members__security is written, and runs with the rights of its owner
--   ~ public.close_emergency_access is written, and runs with the rights of its owner
--   ~ public.dispatch_transfer is written, and runs with the rights of its owner
--   ~ public.sign_form is written, and runs with the rights of its owner
--   widens: authz.tg_consents__transition(), which 1 trigger asks, has another text
--   widens: authz.tg_emergency_access_grants__security(), which 1 trigger asks, runs under search_path=pg_catalog, pg_temp, TimeZone=UTC
--   widens: authz.tg_organisation_members__security(), which 1 trigger asks, runs under search_path=pg_catalog, pg_temp, TimeZone=UTC
--   widens: public.close_emergency_access(uuid), callable by clinic staff, has another text
--   widens: public.dispatch_transfer(uuid, uuid, uuid), callable by clinic staff and operations, runs under search_path=pg_catalog, pg_temp, TimeZone=UTC
--   widens: public.sign_form(uuid, text, text, text), callable by clinic staff and patients, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.tg_consents__transition: proposed -> active -> withdrawn | expired; proposed -> rejected; a mistake becomes
-- entered_in_error. Terminal states are immutable. What was consented to never changes: consent again instead.
create or replace function authz.tg_consents__transition()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
declare
  -- Not by whose role it is now: in mid-statement a caller can have put it off, whose login is the API's all the same.
  v_is_caller constant boolean := current_user <> 'cordon_definer' and (
    current_user in ('authenticated', 'internal_ops', 'patient', 'anon')
    or (
      current_user <> 'service_role'
      and exists (
        select
        from pg_roles as r
        where r.rolname = session_user
          and not r.rolsuper
          and not r.rolbypassrls
          and pg_has_role(r.oid, 'authenticated', 'member')
      )
    )
  );
begin
  if tg_op = 'UPDATE' then
    if (new.patient_id, new.purpose, new.legal_basis, new.break_glass_allowed, new.expires_at, new.signed_form_id, new.justification)
      is distinct from (old.patient_id, old.purpose, old.legal_basis, old.break_glass_allowed, old.expires_at, old.signed_form_id, old.justification)
    then
      raise exception 'the terms of a consent never change'
        using errcode = 'CD005', hint = 'Withdraw it and record a new consent.';
    end if;
    if new.status is distinct from old.status
      and (old.status, new.status) not in (
        ('proposed', 'active'), ('proposed', 'rejected'), ('proposed', 'entered_in_error'),
        ('active', 'withdrawn'), ('active', 'expired'), ('active', 'entered_in_error')
      )
    then
      raise exception 'a consent cannot go from % to %', old.status, new.status
        using errcode = 'CD005', hint = 'proposed: active, rejected; active: withdrawn, expired; the rest is final.';
    end if;
    if old.legal_basis <> 'consent' and new.status is distinct from old.status and v_is_caller then
      raise exception 'this is no consent: the organisation relies on another legal basis'
        using errcode = 'CD005', hint = 'File an objection (subject_requests, kind objection): the privacy officer answers it, and ends it.';
    end if;
    if new.signed_form_id is not null and old.status = 'proposed' and new.status = 'active' and current_user <> 'cordon_definer' then
      raise exception 'this consent is given by signing its form'
        using errcode = 'CD005', hint = 'sign_form signs the form, and puts what it carries into force.';
    end if;
    new.withdrawn_at := case
      when new.status = 'withdrawn' and old.status <> 'withdrawn' then clock_timestamp()
      else old.withdrawn_at
    end;
  else
    if new.legal_basis <> 'consent' and v_is_caller then
      raise exception 'staff propose consents, and no other legal basis'
        using errcode = 'CD005', hint = 'The privacy officer records another one: rely_on_legal_basis.';
    end if;
    -- Of nobody, the server included: it would say that it was given by a signature that is not there. A form takes it along while it is a draft.
    if new.signed_form_id is not null and new.status <> 'proposed' then
      raise exception 'this consent is given by signing its form'
        using errcode = 'CD005', hint = 'Propose it, and sign the form; a consent on paper names no form.';
    end if;
    -- A receipt and the text that is signed would name no end at all, or, of a year before Christ, the same year after: a refusal that is long over
    -- would read as one that holds.
    if new.expires_at < timestamptz '0001-01-01 00:00:00+00' then
      raise exception 'a consent does not end before all time'
        using errcode = 'CD005', hint = 'Give the day on which it ends, or none.';
    end if;
    new.withdrawn_at := null;
  end if;
  return new;
end
$$;

-- authz.tg_emergency_access_grants__security: broken glass is told where the officer looks: opened, closed by its holder, judged (N-37).
-- Moments in it are written in UTC: what is kept in JSON would be told by the caller's clock, of which some write what nothing reads back.
create or replace function authz.tg_emergency_access_grants__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set timezone = 'UTC'
as $$
begin
  if tg_op = 'INSERT' then
    perform authz.record_security_event(
      new.organisation_id, 'emergency_access.opened', new.id,
      jsonb_build_object('patient_id', new.patient_id, 'expires_at', new.expires_at)
    );
  elsif new.review_outcome is distinct from old.review_outcome then
    perform authz.record_security_event(
      new.organisation_id, 'emergency_access.reviewed', new.id,
      jsonb_build_object('patient_id', new.patient_id, 'outcome', new.review_outcome)
    );
  elsif new.ended_at is distinct from old.ended_at then
    perform authz.record_security_event(
      new.organisation_id, 'emergency_access.closed', new.id, jsonb_build_object('patient_id', new.patient_id)
    );
  end if;
  return null;
end
$$;

-- authz.tg_organisation_members__security: who may act, as what, and since when (N-37). One event for each thing that changed.
-- Moments in it are written in UTC: what is kept in JSON would be told by the caller's clock, of which some write what nothing reads back.
create or replace function authz.tg_organisation_members__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set timezone = 'UTC'
as $$
declare
  v_about constant jsonb := jsonb_build_object('user_id', new.user_id);
  v_is_in boolean;
  v_was_in boolean;
begin
  if tg_op = 'INSERT' then
    perform authz.record_security_event(
      new.organisation_id, 'membership.granted', new.id,
      v_about || jsonb_build_object('role', new.role, 'capabilities', new.capabilities)
    );
    return null;
  end if;
  if old.accepted_at is null and new.accepted_at is not null then
    perform authz.record_security_event(new.organisation_id, 'membership.accepted', new.id, v_about);
  end if;
  if new.role is distinct from old.role then
    perform authz.record_security_event(
      new.organisation_id, 'membership.role_changed', new.id, v_about || jsonb_build_object('from', old.role, 'to', new.role)
    );
  end if;
  if new.capabilities is distinct from old.capabilities then
    perform authz.record_security_event(
      new.organisation_id, 'membership.capabilities_changed', new.id,
      v_about || jsonb_build_object('from', old.capabilities, 'to', new.capabilities)
    );
  end if;
  if new.valid_until is distinct from old.valid_until then
    perform authz.record_security_event(
      new.organisation_id, 'membership.validity_changed', new.id,
      v_about || jsonb_build_object('from', old.valid_until, 'to', new.valid_until)
    );
  end if;
  v_was_in := old.is_active and old.archived_at is null;
  v_is_in := new.is_active and new.archived_at is null;
  if v_is_in is distinct from v_was_in then
    perform authz.record_security_event(
      new.organisation_id, case when v_is_in then 'membership.resumed' else 'membership.ended' end, new.id, v_about
    );
  end if;
  return null;
end
$$;

-- public.close_emergency_access: the end of an emergency, said by who opened it. One that is over ended when its time was: it let nobody in since, and
-- what was seen afterwards was not seen in it.
create or replace function public.close_emergency_access(grant_id uuid)
  returns timestamptz
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_ended_at timestamptz;
begin
  update public.emergency_access_grants as g
     set ended_at = least(g.expires_at, authz.now())
   where g.organisation_id = authz.organisation_id()
     and g.id = grant_id
     and g.user_id = authz.user_id()
     and g.ended_at is null
     and g.review_outcome is null
  returning g.ended_at into v_ended_at;
  if v_ended_at is null then
    raise exception 'emergency access not found'
      using errcode = 'CD010', hint = 'Name an open grant of your own in the current organisation.';
  end if;
  return v_ended_at;
end
$$;

-- public.dispatch_transfer: hands a transfer to who drives it: a packet of its own in their tenant, and no row of the clinic's. The
-- patient is named beside it only where a consent to transfer_disclosure outlives it, and their clinic is open; else the crew asks at the pickup by the job's id.
-- The packet's moment is written in UTC: what is kept in JSON would be told by the caller's clock, of which some write what nothing reads back.
create or replace function public.dispatch_transfer(transfer_id uuid, transport_organisation_id uuid, organisation_id uuid default null)
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
  set timezone = 'UTC'
as $$
declare
  v_tenant constant uuid := authz.transfer_tenant(transfer_id, organisation_id);
  v_transfer public.transfers;
  v_expires_at timestamptz;
  v_job_id uuid;
  v_told text[] := '{pickup,destination,pickup_at,mobility,priority}';
begin
  if not exists (
    select
    from public.organisations as o
    where o.id = dispatch_transfer.transport_organisation_id
      and (o.kind = 'transport' or o.id = v_tenant)
      and o.archived_at is null
  ) then
    raise exception 'transport company not found'
      using errcode = 'CD010', hint = 'Name an organisation of kind transport, or the clinic itself where it drives.';
  end if;
  -- Who closes the clinic waits for this, or is seen: nobody is named for a clinic that is closed.
  perform from public.organisation_settings as s where s.organisation_id = v_tenant for share;
  -- Patient and consents before the transfer: a consent that is being withdrawn is seen.
  perform authz.lock_chart(
    v_tenant,
    (select t.patient_id from public.transfers as t where t.organisation_id = v_tenant and t.id = dispatch_transfer.transfer_id),
    'transfer_disclosure'
  );
  select t.organisation_id, t.id, t.patient_id, t.case_id, t.status, t.mobility, t.pickup, t.destination, t.pickup_at,
    t.patient_status
    into v_transfer.organisation_id, v_transfer.id, v_transfer.patient_id, v_transfer.case_id, v_transfer.status,
      v_transfer.mobility, v_transfer.pickup, v_transfer.destination, v_transfer.pickup_at, v_transfer.patient_status
    from public.transfers as t
   where t.organisation_id = v_tenant
     and t.id = dispatch_transfer.transfer_id
  for no key update;
  if v_transfer.patient_status <> 'active' then
    raise exception 'transfer not found'
      using errcode = 'CD010', hint = 'Its patient is no longer active.';
  end if;
  if v_transfer.status <> 'accepted' then
    raise exception 'transfers cannot go from % to dispatched', v_transfer.status
      using errcode = 'CD013', hint = 'Dispatch a transfer that was accepted, once.';
  end if;

  v_expires_at := greatest(v_transfer.pickup_at, clock_timestamp()) + interval '24 hours';
  insert into public.transfer_jobs as j (organisation_id, origin_organisation_id, transfer_id, packet, expires_at)
  select
    dispatch_transfer.transport_organisation_id, v_tenant, v_transfer.id,
    jsonb_build_object(
      'pickup', v_transfer.pickup, 'destination', v_transfer.destination, 'pickup_at', v_transfer.pickup_at,
      'mobility', v_transfer.mobility, 'priority', c.priority
    ),
    v_expires_at
  from public.cases as c
  where c.organisation_id = v_tenant
    and c.id = v_transfer.case_id
  returning j.id into v_job_id;
  if authz.transfer_consent_until(v_tenant, v_transfer.patient_id) >= v_expires_at
    and exists (select from public.organisations as o where o.id = v_tenant and o.archived_at is null)
  then
    insert into public.transfer_job_patients
      (organisation_id, id, origin_organisation_id, transfer_id, patient_name, language, expires_at)
    select dispatch_transfer.transport_organisation_id, v_job_id, v_tenant, v_transfer.id, p.full_name, p.language, v_expires_at
    from public.patients as p
    where p.organisation_id = v_tenant
      and p.id = v_transfer.patient_id;
    v_told := v_told || '{patient_name,language}';
  end if;
  perform authz.record_disclosure(
    v_tenant, v_transfer.patient_id, case when transport_organisation_id = v_tenant then 'clinic' else 'transport' end,
    transport_organisation_id, 'transfer_disclosure', v_told, 'public.transfer_jobs', v_job_id
  );
  update public.transfers as t
     set status = 'dispatched',
         transport_organisation_id = dispatch_transfer.transport_organisation_id
   where t.organisation_id = v_tenant
     and t.id = v_transfer.id;
  return v_job_id;
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
      (
        select case min(a.relationship) when 'self' then 'patient' when 'guardian' then 'guardian' else 'representative' end
        from public.patient_accounts as a
        where v_realm = 'patient'
          and a.organisation_id = v_organisation_id
          and a.patient_id = v_patient_id
          and a.user_id = v_caller.user_id
          and a.revoked_at is null
          and a.archived_at is null
        having count(*) > 0
      ),
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
comment on function public.sign_form(uuid, text, text, text) is
  'Signs a draft; returns the receipt {form_id, signed_at, content_sha256, record_sha256}. 42501 for who may neither sign nor witness, CD005 where it carries a consent to a text that is over, CD007 above READ COMMITTED, CD010 for no such form, CD013 where it is signed or another is in force, CD016 for a number in the name, CD017 without a name or meaning, for a retired text, for another text than was shown, for a document that is not active, and for a witness who drew it up; each refusal stands in the access log. [N-37, N-45, S-31, S-32, S-33]';

-- migrate:down
