-- migrate:up
-- Why: patients sign on the portal or before a witness; what was signed is evidence, and consent forms carry their consents
-- Access: +13 grants, +12 policies, 2 changed, 3 definer functions
--   ~ public.export_signed_form is written, and runs with the rights of its owner
--   + authenticated may execute function public.export_signed_form(uuid)
--   + patient may execute function public.export_signed_form(uuid)
--   ~ public.sign_form is written, and runs with the rights of its owner
--   + authenticated may execute function public.sign_form(uuid, text, text)
--   + patient may execute function public.sign_form(uuid, text, text)
--   ~ public.terminate_form is written, and runs with the rights of its owner
--   + authenticated may execute function public.terminate_form(uuid, text)
--   + policy provider_select on public.form_templates: select to authenticated
--   + policy patient_select on public.form_templates: select to patient
--   ~ policy provider_fence on public.signed_form_evidence
--   + policy provider_select on public.signed_form_evidence: select to authenticated
--   + policy provider_select_rows on public.signed_form_evidence: restrictive, select to authenticated
--   + policy patient_select on public.signed_form_evidence: select to patient
--   ~ policy provider_fence on public.signed_forms
--   + policy provider_select on public.signed_forms: select to authenticated
--   + policy provider_select_rows on public.signed_forms: restrictive, select to authenticated
--   + policy provider_insert on public.signed_forms: insert to authenticated
--   + policy provider_insert_rows on public.signed_forms: restrictive, insert to authenticated
--   + policy provider_update on public.signed_forms: update to authenticated
--   + policy provider_update_rows on public.signed_forms: restrictive, update to authenticated
--   + policy patient_select on public.signed_forms: select to patient
--   + authenticated may insert (signed_form_id) on public.consents
--   + authenticated may select on public.form_templates
--   + patient may select on public.form_templates
--   + authenticated may select on public.signed_form_evidence
--   + cordon_definer may select (patient_id) on public.signed_form_evidence
--   + patient may select on public.signed_form_evidence
--   + authenticated may select, insert (capacity, case_id, id, organisation_id, patient_id, template_id), update (archived_at) on public.signed_forms
--   + patient may select on public.signed_forms
-- Locks: 3 existing tables, until the migration commits
--   ACCESS EXCLUSIVE public.form_templates
--   ACCESS EXCLUSIVE public.signed_form_evidence
--   ACCESS EXCLUSIVE public.signed_forms

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema public to cordon_definer;

create or replace function authz.rules_form_templates()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "form_templates", "rowKey": "id", "tenantKey": null, "patientKey": null, "columns": ["archived_at", "id"], "fence": {"provider": ["everyone"], "patient": ["everyone"], "internal_ops": ["operator"]}, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-31"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["S-31"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-31"]},
    {"realm": "internal_ops", "operation": "INSERT", "roles": ["admin"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["S-31"]},
    {"realm": "internal_ops", "operation": "UPDATE", "roles": ["admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["S-31"]}
  ]}';
end
$$;

create or replace function authz.rules_signed_form_evidence()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "signed_form_evidence", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "columns": ["archived_at", "id", "organisation_id", "patient_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": ["privacy_officer"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "comprehensive", "requirements": ["N-02", "S-02", "S-31"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-15", "S-31"]}
  ]}';
end
$$;

create or replace function authz.rules_signed_forms()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "signed_forms", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "columns": ["archived_at", "id", "organisation_id", "patient_id", "patient_status"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin", "doctor", "nurse", "assistant", "receptionist"], "capabilities": [], "conditions": ["not_archived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "N-27", "S-02", "S-31"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["doctor", "nurse", "assistant", "receptionist"], "capabilities": [], "conditions": ["patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-27", "S-03", "S-32"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-27", "S-03"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-15", "S-31"]}
  ]}';
end
$$;

-- public.export_signed_form: a signature with its evidence as one JSON, for who must prove it elsewhere. `npm run signature:verify` checks it
-- without a database: every digest, and that all its parts say the same.
create or replace function public.export_signed_form(form_id uuid)
  returns jsonb
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_is_patient constant boolean := authz.acting_realm() = 'patient';
  v_organisation_id constant uuid := case when not v_is_patient then authz.organisation_for('{}', '{privacy_officer}') end;
  v_export jsonb;
begin
  if authz.user_id() is null or (not v_is_patient and v_organisation_id is null) then
    raise exception 'evidence is not yours to export'
      using errcode = 'insufficient_privilege', hint = 'It takes the privacy officer, or the patient.';
  end if;
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
      'record_sha256', e.record_sha256
    )
    into v_export
    from public.signed_forms as f
    join public.signed_form_evidence as e on e.organisation_id = f.organisation_id and e.id = f.id
   where f.id = export_signed_form.form_id
     and case
       when v_is_patient then authz.is_own_patient(f.organisation_id, f.patient_id)
       else f.organisation_id = v_organisation_id
     end;
  if v_export is null then
    raise exception 'signed form not found'
      using errcode = 'CD010', hint = 'Name a form of the current organisation that was signed; on the portal, one of your own.';
  end if;
  return v_export;
end
$$;
comment on function public.export_signed_form(uuid) is
  'A signed form with its evidence {format, form, content, record, record_sha256}. 42501 for who is neither the privacy officer nor a patient, CD010 for no such signature. [S-31, S-32]';
alter function public.export_signed_form(uuid) owner to cordon_definer;
revoke all on function public.export_signed_form(uuid) from public;
grant execute on function public.export_signed_form(uuid) to authenticated, patient;

-- public.sign_form: the patient signs, on their own login or before a witness of the clinic. The signer gives a name and a meaning; time,
-- user, address, user agent and digests are the server's (S-31, S-32). The witness is neither who drew the form up nor who proposed what
-- it carries: a gate is never opened by who profits from it.
create or replace function public.sign_form(form_id uuid, typed_name text, meaning text)
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
  v_content text;
  v_signed_at timestamptz;
  v_record text;
begin
  if v_realm = 'provider' then
    v_organisation_id := authz.organisation_for('{doctor,nurse,assistant,receptionist}', '{}');
  end if;
  if v_caller.session_id is null or (v_realm <> 'patient' and v_organisation_id is null) then
    raise exception 'forms are not yours to sign or to witness'
      using errcode = 'insufficient_privilege',
        hint = 'The patient signs on the portal, or before staff who may witness it; signed in with a session.';
  end if;
  if coalesce(length(v_name), 0) not between 2 and 120 then
    raise exception 'a signature needs the typed name'
      using errcode = 'CD017', hint = 'Type the signer''s name, 2 to 120 characters.';
  end if;
  if sign_form.meaning is null or sign_form.meaning not in ('consent', 'acknowledgement', 'financial_responsibility', 'assignment_of_benefits') then
    raise exception 'a signature needs a meaning'
      using errcode = 'CD017', hint = 'One of consent, acknowledgement, financial_responsibility, assignment_of_benefits.';
  end if;

  begin
    select f.organisation_id, f.patient_id
      into strict v_organisation_id, v_patient_id
      from public.signed_forms as f
     where f.id = sign_form.form_id
       and case
         when v_realm = 'patient' then authz.is_own_patient(f.organisation_id, f.patient_id)
         else f.organisation_id = v_organisation_id
       end
       and f.patient_status = 'active'
       and f.archived_at is null;
  exception
    when no_data_found or too_many_rows then
      raise exception 'form not found'
        using errcode = 'CD010', hint = 'Name a form of the current organisation; on the portal, one of your own.';
  end;
  -- The patient before the form, as whoever changes a consent locks them. The second of two signatures waits here.
  perform authz.lock_patient(v_organisation_id, v_patient_id);
  select f.id, f.status, f.template_id, f.case_id, f.capacity, f.created_by_user_id
    into v_form
    from public.signed_forms as f
   where f.organisation_id = v_organisation_id
     and f.id = sign_form.form_id
  for update;
  if v_form.status <> 'draft' then
    raise exception 'the form has been signed already'
      using errcode = 'CD013', hint = 'A form is signed once: draw up another.';
  end if;
  select t.id, t.kind, t.code, t.version, t.language, t.title, t.body, t.body_sha256, t.archived_at
    into v_template
    from public.form_templates as t
   where t.id = v_form.template_id;
  if v_template.archived_at is not null then
    raise exception 'the text of this form has been retired'
      using errcode = 'CD017', hint = 'Draw up a form of its next version.';
  end if;
  if v_realm = 'provider' and (
    v_form.created_by_user_id is not distinct from v_caller.user_id
    or exists (
      select
      from public.consents as c
      where c.organisation_id = v_organisation_id
        and c.signed_form_id = v_form.id
        and c.status = 'proposed'
        and c.created_by_user_id is not distinct from v_caller.user_id
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
  v_content := jsonb_build_object(
    'format', 'cordon.signed-content.1',
    'organisation_id', v_organisation_id, 'form_id', v_form.id, 'patient_id', v_patient_id, 'case_id', v_form.case_id,
    'template', jsonb_build_object(
      'id', v_template.id, 'kind', v_template.kind, 'code', v_template.code, 'version', v_template.version,
      'language', v_template.language, 'title', v_template.title, 'body', v_template.body, 'body_sha256', v_template.body_sha256
    ),
    'consents', coalesce(
      (
        select jsonb_agg(
          jsonb_build_object(
            'id', c.id, 'purpose', c.purpose, 'legal_basis', c.legal_basis, 'break_glass_allowed', c.break_glass_allowed,
            'expires_at', to_char(c.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
          )
          order by c.id
        )
        from public.consents as c
        where c.organisation_id = v_organisation_id
          and c.signed_form_id = v_form.id
          and c.status = 'proposed'
          and c.archived_at is null
      ),
      '[]'
    )
  )::text;
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
end
$$;
comment on function public.sign_form(uuid, text, text) is
  'Signs a draft; returns the receipt {form_id, signed_at, content_sha256, record_sha256}. 42501 for who may neither sign nor witness, CD010 for no such form, CD013 where it is signed or another is in force, CD016 for a number in the name, CD017 without a name or meaning, for a retired text and for a witness who drew it up. [N-45, S-31, S-32, S-33]';
alter function public.sign_form(uuid, text, text) owner to cordon_definer;
revoke all on function public.sign_form(uuid, text, text) from public;
grant execute on function public.sign_form(uuid, text, text) to authenticated, patient;

-- public.terminate_form: ends a signed form, with a reason; a consent form takes the consents that it carries with it (S-33).
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
  update public.consents as c
     set status = 'withdrawn'
   where c.organisation_id = v_organisation_id
     and c.signed_form_id = terminate_form.form_id
     and c.status = 'active';
  return v_terminated_at;
end
$$;
comment on function public.terminate_form(uuid, text) is
  'Terminates a signed form and withdraws the consents that it carries; returns when. 42501 for who is no clinic_admin, CD010 for no such form, CD013 for one not in force, CD016 for a number in the reason, CD017 without one. [N-50, S-33]';
alter function public.terminate_form(uuid, text) owner to cordon_definer;
revoke all on function public.terminate_form(uuid, text) from public;
grant execute on function public.terminate_form(uuid, text) to authenticated;

revoke create on schema public from cordon_definer;

create policy provider_select on public.form_templates
  for select to authenticated
  using (
    (select authz.holds('{}', '{}'))
    and (archived_at is null or archived_at = now())
  );
comment on policy provider_select on public.form_templates is
  'any member of the current organisation may read rows that are not archived. [N-02, S-31]';

create policy patient_select on public.form_templates
  for select to patient
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy patient_select on public.form_templates is
  'a patient may read rows that are not archived. [S-31]';

alter policy provider_fence on public.signed_form_evidence
  to authenticated
  using (organisation_id = (select authz.organisation_for('{}', '{privacy_officer}')))
  with check (organisation_id = (select authz.organisation_for('{}', '{privacy_officer}')));
comment on policy provider_fence on public.signed_form_evidence is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with privacy_officer of the current organisation. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.signed_form_evidence
  for select to authenticated
  using (organisation_id = (select authz.organisation_for('{}', '{privacy_officer}')));
comment on policy provider_select on public.signed_form_evidence is
  'any member with privacy_officer of the current organisation may read rows that are not archived. [N-02, S-02, S-31]';

create policy provider_select_rows on public.signed_form_evidence
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.signed_form_evidence is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, S-02, S-31]';

create policy patient_select on public.signed_form_evidence
  for select to patient
  using (
    patient_id = any ((select authz.own_patient_ids())::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.signed_form_evidence is
  'a patient may read rows that are their own and not archived. [N-15, S-31]';

alter policy provider_fence on public.signed_forms
  to authenticated
  using (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}')))
  with check (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}')));
comment on policy provider_fence on public.signed_forms is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only clinic_admin, doctor, nurse, assistant or receptionist of the current organisation. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.signed_forms
  for select to authenticated
  using (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}')));
comment on policy provider_select on public.signed_forms is
  'clinic_admin, doctor, nurse, assistant or receptionist of the current organisation may read rows that are not archived and of an active patient. [N-02, N-27, S-02, S-31]';

create policy provider_select_rows on public.signed_forms
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );
comment on policy provider_select_rows on public.signed_forms is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, N-27, S-02, S-31]';

create policy provider_insert on public.signed_forms
  for insert to authenticated
  with check (organisation_id = (select authz.organisation_for('{doctor,nurse,assistant,receptionist}', '{}')));
comment on policy provider_insert on public.signed_forms is
  'doctor, nurse, assistant or receptionist of the current organisation may create rows that are of an active patient. [N-02, N-27, S-03, S-32]';

create policy provider_insert_rows on public.signed_forms
  as restrictive for insert to authenticated
  with check (patient_status = 'active');
comment on policy provider_insert_rows on public.signed_forms is
  'Whatever another policy allows, staff create only rows that the comment of provider_insert names. [N-02, N-27, S-03, S-32]';

create policy provider_update on public.signed_forms
  for update to authenticated
  using (organisation_id = (select authz.organisation_for('{clinic_admin}', '{}')))
  with check (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}')));
comment on policy provider_update on public.signed_forms is
  'clinic_admin of the current organisation may change rows that are not archived and of an active patient. [N-02, N-27, S-03]';

create policy provider_update_rows on public.signed_forms
  as restrictive for update to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  )
  with check (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );
comment on policy provider_update_rows on public.signed_forms is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, N-27, S-03]';

create policy patient_select on public.signed_forms
  for select to patient
  using (
    patient_id = any ((select authz.own_patient_ids())::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.signed_forms is
  'a patient may read rows that are their own and not archived. [N-15, S-31]';

grant insert (signed_form_id) on public.consents to authenticated;

grant select on public.form_templates to authenticated;
grant select on public.form_templates to patient;

grant select on public.signed_form_evidence to authenticated;
grant select (patient_id) on public.signed_form_evidence to cordon_definer;
grant select on public.signed_form_evidence to patient;

grant
  select,
  insert (capacity, case_id, id, organisation_id, patient_id, template_id),
  update (archived_at)
  on public.signed_forms to authenticated;
grant select on public.signed_forms to patient;

-- migrate:down
