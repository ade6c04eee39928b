-- migrate:up
-- Why: between preview and signature staff could add a consent to the draft, and a portal that left the digest out had the patient sign more than was shown
-- Access: 1 definer function
--   ~ public.sign_form is written, and runs with the rights of its owner
--   widens: public.sign_form(uuid, text, text, text), callable by clinic staff and patients, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

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

-- migrate:down
