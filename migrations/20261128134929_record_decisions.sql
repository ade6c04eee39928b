-- migrate:up
-- Why: every policy writes down whom it let in and whom not, and the most sensitive ones each row that they show
-- Side: operations
-- Access: +9 grants, 228 changed, 3 definer functions
--   ~ authz.log_decision is written, and runs with the rights of its owner
--   + authenticated may execute function authz.log_decision(anyelement, text, text, text, text)
--   + internal_ops may execute function authz.log_decision(anyelement, text, text, text, text)
--   + patient may execute function authz.log_decision(anyelement, text, text, text, text)
--   ~ authz.log_organisation is written, and runs with the rights of its owner
--   + authenticated may execute function authz.log_organisation(authz.membership, text, text, text)
--   ~ authz.log_row is written, and runs with the rights of its owner
--   + authenticated may execute function authz.log_row(text, text, text, uuid, uuid, uuid)
--   + internal_ops may execute function authz.log_row(text, text, text, uuid, uuid, uuid)
--   ~ policy provider_fence on audit.access_log
--   ~ policy provider_select on audit.access_log
--   ~ policy internal_ops_select on audit.access_log
--   ~ policy provider_fence on audit.context_log
--   ~ policy provider_select on audit.context_log
--   ~ policy internal_ops_select on audit.context_log
--   ~ policy internal_ops_select on audit.deployment_events
--   ~ policy provider_fence on audit.security_events
--   ~ policy provider_select on audit.security_events
--   ~ policy internal_ops_select on audit.security_events
--   ~ policy provider_fence on public.access_restrictions
--   ~ policy provider_select on public.access_restrictions
--   ~ policy provider_insert on public.access_restrictions
--   ~ policy provider_update on public.access_restrictions
--   ~ policy patient_select on public.access_restrictions
--   ~ policy patient_insert on public.access_restrictions
--   ~ policy patient_update on public.access_restrictions
--   ~ policy provider_fence on public.admissions
--   ~ policy provider_select on public.admissions
--   ~ policy provider_insert on public.admissions
--   ~ policy provider_update on public.admissions
--   ~ policy internal_ops_select on public.admissions
--   ~ policy provider_fence on public.agreements
--   ~ policy provider_select on public.agreements
--   ~ policy provider_insert on public.agreements
--   ~ policy provider_update on public.agreements
--   ~ policy internal_ops_select on public.agreements
--   ~ policy provider_select on public.appointment_reasons
--   ~ policy provider_insert on public.appointment_reasons
--   ~ policy provider_update on public.appointment_reasons
--   ~ policy patient_select on public.appointment_reasons
--   ~ policy provider_fence on public.appointments
--   ~ policy provider_select on public.appointments
--   ~ policy provider_insert on public.appointments
--   ~ policy provider_update on public.appointments
--   ~ policy patient_select on public.appointments
--   ~ policy provider_fence on public.beds
--   ~ policy provider_select on public.beds
--   ~ policy provider_insert on public.beds
--   ~ policy provider_update on public.beds
--   ~ policy internal_ops_select on public.beds
--   ~ policy provider_fence on public.care_relationships
--   ~ policy provider_select on public.care_relationships
--   ~ policy provider_insert on public.care_relationships
--   ~ policy provider_update on public.care_relationships
--   ~ policy patient_select on public.care_relationships
--   ~ policy provider_fence on public.case_activity_log
--   ~ policy provider_select on public.case_activity_log
--   ~ policy internal_ops_select on public.case_activity_log
--   ~ policy provider_fence on public.cases
--   ~ policy provider_select on public.cases
--   ~ policy provider_insert on public.cases
--   ~ policy provider_update on public.cases
--   ~ policy patient_select on public.cases
--   ~ policy internal_ops_select on public.cases
--   ~ policy internal_ops_insert on public.cases
--   ~ policy internal_ops_update on public.cases
--   ~ policy provider_fence on public.claims
--   ~ policy provider_select on public.claims
--   ~ policy internal_ops_select on public.claims
--   ~ policy internal_ops_insert on public.claims
--   ~ policy internal_ops_update on public.claims
--   ~ policy internal_ops_insert on public.consent_purpose_versions
--   ~ policy internal_ops_insert on public.consent_purposes
--   ~ policy internal_ops_update on public.consent_purposes
--   ~ policy provider_fence on public.consents
--   ~ policy provider_select on public.consents
--   ~ policy provider_insert on public.consents
--   ~ policy patient_select on public.consents
--   ~ policy patient_update on public.consents
--   ~ policy internal_ops_select on public.consents
--   ~ policy provider_fence on public.crew_members
--   ~ policy provider_select on public.crew_members
--   ~ policy provider_insert on public.crew_members
--   ~ policy provider_update on public.crew_members
--   ~ policy internal_ops_select on public.crew_members
--   ~ policy provider_fence on public.disclosures
--   ~ policy provider_select on public.disclosures
--   ~ policy patient_select on public.disclosures
--   ~ policy provider_fence on public.emergency_access_grants
--   ~ policy provider_select on public.emergency_access_grants
--   ~ policy patient_select on public.emergency_access_grants
--   ~ policy provider_fence on public.emergency_access_reasons
--   ~ policy provider_select on public.emergency_access_reasons
--   ~ policy provider_select_rows on public.emergency_access_reasons
--   ~ policy internal_ops_insert on public.form_templates
--   ~ policy internal_ops_update on public.form_templates
--   ~ policy provider_fence on public.guarantees_of_payment
--   ~ policy provider_select on public.guarantees_of_payment
--   ~ policy internal_ops_select on public.guarantees_of_payment
--   ~ policy internal_ops_insert on public.guarantees_of_payment
--   ~ policy internal_ops_update on public.guarantees_of_payment
--   ~ policy provider_fence on public.invitations
--   ~ policy provider_select on public.invitations
--   ~ policy provider_update on public.invitations
--   ~ policy provider_fence on public.invoice_lines
--   ~ policy provider_select on public.invoice_lines
--   ~ policy provider_insert on public.invoice_lines
--   ~ policy provider_update on public.invoice_lines
--   ~ policy patient_select on public.invoice_lines
--   ~ policy internal_ops_select on public.invoice_lines
--   ~ policy internal_ops_update on public.invoice_lines
--   ~ policy provider_fence on public.invoices
--   ~ policy provider_select on public.invoices
--   ~ policy provider_insert on public.invoices
--   ~ policy provider_update on public.invoices
--   ~ policy patient_select on public.invoices
--   ~ policy internal_ops_select on public.invoices
--   ~ policy internal_ops_update on public.invoices
--   ~ policy provider_fence on public.legal_holds
--   ~ policy provider_select on public.legal_holds
--   ~ policy provider_insert on public.legal_holds
--   ~ policy provider_update on public.legal_holds
--   ~ policy provider_fence on public.medical_record_details
--   ~ policy provider_select on public.medical_record_details
--   ~ policy provider_select_rows on public.medical_record_details
--   ~ policy provider_insert on public.medical_record_details
--   ~ policy provider_update on public.medical_record_details
--   ~ policy patient_select on public.medical_record_details
--   ~ policy provider_fence on public.medical_records
--   ~ policy provider_select on public.medical_records
--   ~ policy provider_select_rows on public.medical_records
--   ~ policy provider_insert on public.medical_records
--   ~ policy provider_update on public.medical_records
--   ~ policy patient_select on public.medical_records
--   ~ policy internal_ops_select on public.medical_records
--   ~ policy internal_ops_select on public.ops_members
--   ~ policy provider_fence on public.organisation_members
--   ~ policy provider_select on public.organisation_members
--   ~ policy provider_insert on public.organisation_members
--   ~ policy provider_update on public.organisation_members
--   ~ policy internal_ops_select on public.organisation_members
--   ~ policy provider_fence on public.organisation_networks
--   ~ policy provider_select on public.organisation_networks
--   ~ policy provider_insert on public.organisation_networks
--   ~ policy provider_update on public.organisation_networks
--   ~ policy provider_fence on public.organisation_settings
--   ~ policy provider_select on public.organisation_settings
--   ~ policy provider_update on public.organisation_settings
--   ~ policy internal_ops_select on public.organisation_settings
--   ~ policy internal_ops_insert on public.organisation_settings
--   ~ policy internal_ops_update on public.organisation_settings
--   ~ policy internal_ops_insert on public.organisations
--   ~ policy internal_ops_update on public.organisations
--   ~ policy provider_fence on public.patient_accounts
--   ~ policy provider_select on public.patient_accounts
--   ~ policy provider_insert on public.patient_accounts
--   ~ policy provider_update on public.patient_accounts
--   ~ policy patient_select on public.patient_accounts
--   ~ policy provider_fence on public.patient_clinical
--   ~ policy provider_select on public.patient_clinical
--   ~ policy provider_insert on public.patient_clinical
--   ~ policy provider_update on public.patient_clinical
--   ~ policy patient_select on public.patient_clinical
--   ~ policy internal_ops_select on public.patient_clinical
--   ~ policy provider_fence on public.patient_identity
--   ~ policy provider_select on public.patient_identity
--   ~ policy provider_insert on public.patient_identity
--   ~ policy provider_update on public.patient_identity
--   ~ policy patient_select on public.patient_identity
--   ~ policy internal_ops_select on public.patient_identity
--   ~ policy provider_fence on public.patients
--   ~ policy provider_select on public.patients
--   ~ policy provider_insert on public.patients
--   ~ policy provider_update on public.patients
--   ~ policy patient_select on public.patients
--   ~ policy internal_ops_select on public.patients
--   ~ policy provider_fence on public.payments
--   ~ policy provider_select on public.payments
--   ~ policy provider_insert on public.payments
--   ~ policy provider_update on public.payments
--   ~ policy patient_select on public.payments
--   ~ policy internal_ops_select on public.payments
--   ~ policy internal_ops_insert on public.payments
--   ~ policy internal_ops_update on public.payments
--   ~ policy provider_fence on public.professionals
--   ~ policy provider_select on public.professionals
--   ~ policy provider_insert on public.professionals
--   ~ policy provider_update on public.professionals
--   ~ policy provider_select on public.profiles
--   ~ policy patient_select on public.profiles
--   ~ policy internal_ops_select on public.profiles
--   ~ policy provider_fence on public.security_incidents
--   ~ policy provider_select on public.security_incidents
--   ~ policy provider_insert on public.security_incidents
--   ~ policy provider_update on public.security_incidents
--   ~ policy provider_fence on public.signed_form_evidence
--   ~ policy provider_select on public.signed_form_evidence
--   ~ policy provider_select_rows on public.signed_form_evidence
--   ~ policy provider_fence on public.signed_forms
--   ~ policy provider_select on public.signed_forms
--   ~ policy provider_insert on public.signed_forms
--   ~ policy provider_update on public.signed_forms
--   ~ policy patient_select on public.signed_forms
--   ~ policy internal_ops_select on public.signed_forms
--   ~ policy provider_fence on public.subject_request_evidence
--   ~ policy provider_select on public.subject_request_evidence
--   ~ policy provider_select_rows on public.subject_request_evidence
--   ~ policy provider_insert on public.subject_request_evidence
--   ~ policy provider_update on public.subject_request_evidence
--   ~ policy provider_select on public.subject_requests
--   ~ policy provider_insert on public.subject_requests
--   ~ policy provider_update on public.subject_requests
--   ~ policy patient_select on public.subject_requests
--   ~ policy patient_insert on public.subject_requests
--   ~ policy provider_fence on public.transfer_job_patients
--   ~ policy provider_select on public.transfer_job_patients
--   ~ policy provider_fence on public.transfer_jobs
--   ~ policy provider_select on public.transfer_jobs
--   ~ policy provider_update on public.transfer_jobs
--   ~ policy internal_ops_select on public.transfer_jobs
--   ~ policy provider_fence on public.transfers
--   ~ policy provider_select on public.transfers
--   ~ policy provider_insert on public.transfers
--   ~ policy provider_update on public.transfers
--   ~ policy patient_select on public.transfers
--   ~ policy internal_ops_select on public.transfers
--   ~ policy internal_ops_update on public.transfers
--   ~ policy provider_fence on public.vehicle_assignments
--   ~ policy provider_select on public.vehicle_assignments
--   ~ policy provider_insert on public.vehicle_assignments
--   ~ policy provider_update on public.vehicle_assignments
--   ~ policy internal_ops_select on public.vehicle_assignments
--   ~ policy provider_fence on public.vehicles
--   ~ policy provider_select on public.vehicles
--   ~ policy provider_insert on public.vehicles
--   ~ policy provider_update on public.vehicles
--   ~ policy internal_ops_select on public.vehicles
--   + authenticated may execute function authz.membership_for(text[], text[])
--   + authenticated may execute function authz.membership_within(text[], text[], integer[], boolean, text[])
--   + cordon_definer may select (patient_id) on public.subject_request_evidence
--   widens: clinic staff can now call authz.log_decision(anyelement, text, text, text, text), which acts with the rights of cordon_definer
--   widens: clinic staff can now call authz.log_organisation(authz.membership, text, text, text), which acts with the rights of cordon_definer
--   widens: clinic staff can now call authz.log_row(text, text, text, uuid, uuid, uuid), which acts with the rights of cordon_definer
--   widens: clinic staff can now call authz.membership_for(text[], text[]), which acts with the rights of cordon_definer
--   widens: clinic staff can now call authz.membership_within(text[], text[], integer[], boolean, text[]), which acts with the rights of cordon_definer
--   widens: operations can now call authz.log_decision(anyelement, text, text, text, text), which acts with the rights of cordon_definer
--   widens: operations can now call authz.log_row(text, text, text, uuid, uuid, uuid), which acts with the rights of cordon_definer
--   widens: our definer functions can now read public.subject_request_evidence (patient_id) too
--   widens: patients can now call authz.log_decision(anyelement, text, text, text, text), which acts with the rights of cordon_definer
-- Locks: 51 existing tables, until the migration commits
--   ACCESS EXCLUSIVE audit.access_log
--   ACCESS EXCLUSIVE audit.context_log
--   ACCESS EXCLUSIVE audit.deployment_events
--   ACCESS EXCLUSIVE audit.security_events
--   ACCESS EXCLUSIVE public.access_restrictions
--   ACCESS EXCLUSIVE public.admissions
--   ACCESS EXCLUSIVE public.agreements
--   ACCESS EXCLUSIVE public.appointment_reasons
--   ACCESS EXCLUSIVE public.appointments
--   ACCESS EXCLUSIVE public.beds
--   ACCESS EXCLUSIVE public.care_relationships
--   ACCESS EXCLUSIVE public.case_activity_log
--   ACCESS EXCLUSIVE public.cases
--   ACCESS EXCLUSIVE public.claims
--   ACCESS EXCLUSIVE public.consent_purpose_versions
--   ACCESS EXCLUSIVE public.consent_purposes
--   ACCESS EXCLUSIVE public.consents
--   ACCESS EXCLUSIVE public.crew_members
--   ACCESS EXCLUSIVE public.disclosures
--   ACCESS EXCLUSIVE public.emergency_access_grants
--   ACCESS EXCLUSIVE public.emergency_access_reasons
--   ACCESS EXCLUSIVE public.form_templates
--   ACCESS EXCLUSIVE public.guarantees_of_payment
--   ACCESS EXCLUSIVE public.invitations
--   ACCESS EXCLUSIVE public.invoice_lines
--   ACCESS EXCLUSIVE public.invoices
--   ACCESS EXCLUSIVE public.legal_holds
--   ACCESS EXCLUSIVE public.medical_record_details
--   ACCESS EXCLUSIVE public.medical_records
--   ACCESS EXCLUSIVE public.ops_members
--   ACCESS EXCLUSIVE public.organisation_members
--   ACCESS EXCLUSIVE public.organisation_networks
--   ACCESS EXCLUSIVE public.organisation_settings
--   ACCESS EXCLUSIVE public.organisations
--   ACCESS EXCLUSIVE public.patient_accounts
--   ACCESS EXCLUSIVE public.patient_clinical
--   ACCESS EXCLUSIVE public.patient_identity
--   ACCESS EXCLUSIVE public.patients
--   ACCESS EXCLUSIVE public.payments
--   ACCESS EXCLUSIVE public.professionals
--   ACCESS EXCLUSIVE public.profiles
--   ACCESS EXCLUSIVE public.security_incidents
--   ACCESS EXCLUSIVE public.signed_form_evidence
--   ACCESS EXCLUSIVE public.signed_forms
--   ACCESS EXCLUSIVE public.subject_request_evidence
--   ACCESS EXCLUSIVE public.subject_requests
--   ACCESS EXCLUSIVE public.transfer_job_patients
--   ACCESS EXCLUSIVE public.transfer_jobs
--   ACCESS EXCLUSIVE public.transfers
--   ACCESS EXCLUSIVE public.vehicle_assignments
--   ACCESS EXCLUSIVE public.vehicles

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.missing_condition: what keeps a member from what a table's rules open, by the rules themselves: the condition that the nearest rule misses.
create or replace function authz.missing_condition(membership authz.membership, capabilities text[], table_name text, operation text)
  returns text
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_rule jsonb;
  v_missing text;
  v_nearest text := 'role';
begin
  if to_regproc('authz.rules_' || table_name) is null then
    return 'role';
  end if;
  for v_rule in
    select r
    from jsonb_array_elements(authz.rules_of(table_name) -> 'rules') as r
    where r ->> 'realm' = 'provider'
      and r ->> 'operation' = missing_condition.operation
      and (r -> 'roles' = '[]' or r -> 'roles' ? membership.role)
  loop
    v_missing := case
      when not v_rule -> 'capabilities' <@ to_jsonb(capabilities) then 'capability'
      when (v_rule ->> 'network')::boolean
        and not authz.is_within_networks(membership.organisation_id, authz.client_address()) then 'network'
      when v_rule -> 'purposes' <> '[]' and not v_rule -> 'purposes' ? authz.purpose() then 'purpose'
      else 'hours'
    end;
    if array_position(array['role', 'capability', 'network', 'purpose', 'hours'], v_missing)
      > array_position(array['role', 'capability', 'network', 'purpose', 'hours'], v_nearest)
    then
      v_nearest := v_missing;
    end if;
  end loop;
  return v_nearest;
end
$$;
comment on function authz.missing_condition(authz.membership, text[], text, text) is
  'role, capability, network, purpose or hours: what the nearest rule for the operation asks and the member lacks. [N-29]';
alter function authz.missing_condition(authz.membership, text[], text, text) owner to cordon_definer;
revoke all on function authz.missing_condition(authz.membership, text[], text, text) from public;

-- authz.emit_denial: writes down a denial, and which condition it was: computed here, since a decision that opens needs no reason. Of several rules it
-- names what the nearest one misses. On a standby the server's own log is all there is to write to.
create or replace function authz.emit_denial(realm text, table_name text, operation text, level text)
  returns void
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_membership authz.membership;
  v_reason text;
  v_count bigint;
  v_capabilities text[];
begin
  -- A session that has ended still says whose it was.
  v_membership.user_id := coalesce(v_caller.user_id, authz.subject());
  v_membership.session_id := v_caller.session_id;
  v_membership.organisation_id := v_caller.organisation_id;
  if v_caller.user_id is null then
    v_reason := 'no_session';
  elsif realm = 'provider' then
    select count(*), min(m.organisation_id::text)::uuid, min(m.role)
      into v_count, v_membership.organisation_id, v_membership.role
      from authz.live_memberships as m
     where m.user_id = v_caller.user_id
       and (v_caller.organisation_id is null or m.organisation_id = v_caller.organisation_id);
    if v_count = 1 then
      v_capabilities := (
        select m.capabilities
        from authz.live_memberships as m
        where m.user_id = v_caller.user_id and m.organisation_id = v_membership.organisation_id
      );
      v_reason := authz.missing_condition(v_membership, v_capabilities, table_name, operation);
    else
      v_reason := case v_count when 0 then 'no_membership' else 'no_choice' end;
      v_membership.organisation_id := v_caller.organisation_id;
      v_membership.role := null;
    end if;
  elsif realm = 'internal_ops' then
    v_membership.role := (
      select m.role from public.ops_members as m where m.user_id = v_caller.user_id and m.is_active and m.archived_at is null
    );
    v_reason := case when v_membership.role is null then 'no_membership' else 'role' end;
  else
    v_reason := 'no_account';
  end if;
  if pg_is_in_recovery() then
    raise log 'cordon.access: % denied on %, reason %', operation, table_name, v_reason;
    return;
  end if;
  perform authz.emit_access(realm, v_membership, table_name, operation, level, 'denied', v_reason, null, null);
end
$$;
comment on function authz.emit_denial(text, text, text, text) is
  'Records that the caller was denied, with the condition that they do not meet. [N-29, N-35]';
alter function authz.emit_denial(text, text, text, text) owner to cordon_definer;
revoke all on function authz.emit_denial(text, text, text, text) from public;

-- authz.log_decision: log_organisation for scalars of other kinds: of patients, operations, and tables without a tenant. NULL, false and
-- an empty array deny.
create or replace function authz.log_decision(decision anyelement, realm text, table_name text, operation text, level text)
  returns anyelement
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller record;
  v_membership authz.membership;
begin
  if decision is null or decision::text in ('{}', 'false') then
    perform authz.emit_denial(realm, table_name, operation, level);
    return decision;
  end if;
  if level <> 'basic' then
    if pg_is_in_recovery() then
      return null;
    end if;
    v_caller := authz.caller();
    v_membership.user_id := v_caller.user_id;
    v_membership.session_id := v_caller.session_id;
    if realm = 'internal_ops' then
      v_membership.role := (select m.role from public.ops_members as m where m.user_id = v_caller.user_id and m.is_active and m.archived_at is null);
    end if;
    perform authz.emit_access(realm, v_membership, table_name, operation, level, 'allowed', null, null, null);
  end if;
  return decision;
end
$$;
comment on function authz.log_decision(anyelement, text, text, text, text) is
  'The decision, after a record of it: of denials (basic), or of each (detailed, comprehensive). NULL on a standby, where more than denials are to be recorded. [N-29, N-35, N-47]';
alter function authz.log_decision(anyelement, text, text, text, text) owner to cordon_definer;
revoke all on function authz.log_decision(anyelement, text, text, text, text) from public;
grant execute on function authz.log_decision(anyelement, text, text, text, text) to authenticated, internal_ops, patient;

-- authz.log_organisation: what a policy of staff opens, written down: it gives the organisation of the membership that it was given, so that an
-- audited policy opens exactly what the plain one does. The decision is taken by the argument, in the snapshot of the statement.
--
-- STABLE, though it writes to the WAL: no row of the database changes, PostgreSQL calls it once a statement all the same (InitPlan), and beside
-- a VOLATILE one a WITH query would be computed whole before anything of it is asked for. A standby cannot write down what it shows, and shows nothing.
create or replace function authz.log_organisation(membership authz.membership, table_name text, operation text, level text)
  returns uuid
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
begin
  if membership.organisation_id is null then
    perform authz.emit_denial('provider', table_name, operation, level);
    return null;
  end if;
  if level <> 'basic' then
    if pg_is_in_recovery() then
      return null;
    end if;
    perform authz.emit_access('provider', membership, table_name, operation, level, 'allowed', null, null, null);
  end if;
  return membership.organisation_id;
end
$$;
comment on function authz.log_organisation(authz.membership, text, text, text) is
  'Organisation of the membership, after a record of the decision: of denials (basic), or of each (detailed, comprehensive). NULL on a standby, where more than denials are to be recorded. [N-29, N-35, N-47]';
alter function authz.log_organisation(authz.membership, text, text, text) owner to cordon_definer;
revoke all on function authz.log_organisation(authz.membership, text, text, text) from public;
grant execute on function authz.log_organisation(authz.membership, text, text, text) to authenticated;

-- authz.log_row: writes down a row that a comprehensive rule is about to disclose, and discloses it. It stands last, in a CASE behind
-- every other condition: a bare last AND is reordered by cost, and would tell of rows that nobody saw.
create or replace function authz.log_row(
  realm text, table_name text, operation text, organisation_id uuid, id uuid, patient_id uuid
)
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 100000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_claims constant jsonb := current_setting('request.jwt.claims')::jsonb;
begin
  if pg_is_in_recovery() then
    return false;
  end if;
  perform authz.emit_access(
    realm,
    row((v_claims ->> 'sub')::uuid, nullif(v_claims ->> 'session_id', '')::uuid, organisation_id, null),
    table_name, operation, 'comprehensive', 'disclosed', null, id, patient_id
  );
  return true;
end
$$;
comment on function authz.log_row(text, text, text, uuid, uuid, uuid) is
  'True, after a record of the row; false on a standby. Asked by policies behind all their conditions. [N-35, N-47]';
alter function authz.log_row(text, text, text, uuid, uuid, uuid) owner to cordon_definer;
revoke all on function authz.log_row(text, text, text, uuid, uuid, uuid) from public;
grant execute on function authz.log_row(text, text, text, uuid, uuid, uuid) to authenticated, internal_ops;

create or replace function authz.rules_emergency_access_reasons()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "emergency_access_reasons", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "columns": ["archived_at", "id", "organisation_id", "patient_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": ["privacy_officer"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "comprehensive", "requirements": ["N-02", "N-18", "S-02"]}
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
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": ["privacy_officer"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "comprehensive", "requirements": ["N-02", "S-02", "S-31"]}
  ]}';
end
$$;

create or replace function authz.rules_subject_request_evidence()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "subject_request_evidence", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "columns": ["archived_at", "id", "organisation_id", "patient_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": ["privacy_officer"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "comprehensive", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": [], "capabilities": ["privacy_officer"], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": [], "capabilities": ["privacy_officer"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]}
  ]}';
end
$$;

revoke create on schema authz from cordon_definer;

alter policy provider_fence on audit.access_log
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'access_log', 'SELECT', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'access_log', 'SELECT', 'detailed')));

alter policy provider_select on audit.access_log
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'access_log', 'SELECT', 'detailed')));

alter policy internal_ops_select on audit.access_log
  to internal_ops
  using ((select authz.log_decision(authz.is_operator('{auditor}'), 'internal_ops', 'access_log', 'SELECT', 'detailed')));

alter policy provider_fence on audit.context_log
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'context_log', 'SELECT', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'context_log', 'SELECT', 'detailed')));

alter policy provider_select on audit.context_log
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'context_log', 'SELECT', 'detailed')));

alter policy internal_ops_select on audit.context_log
  to internal_ops
  using ((select authz.log_decision(authz.is_operator('{auditor}'), 'internal_ops', 'context_log', 'SELECT', 'detailed')));

alter policy internal_ops_select on audit.deployment_events
  to internal_ops
  using ((select authz.log_decision(authz.is_operator('{admin,auditor}'), 'internal_ops', 'deployment_events', 'SELECT', 'basic')));

alter policy provider_fence on audit.security_events
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'security_events', 'SELECT', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'security_events', 'SELECT', 'detailed')));

alter policy provider_select on audit.security_events
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'security_events', 'SELECT', 'detailed')));

alter policy internal_ops_select on audit.security_events
  to internal_ops
  using ((select authz.log_decision(authz.is_operator('{auditor}'), 'internal_ops', 'security_events', 'SELECT', 'detailed')));

alter policy provider_fence on public.access_restrictions
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse}', '{}'), 'access_restrictions', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse}', '{}'), 'access_restrictions', 'SELECT', 'basic')));

alter policy provider_select on public.access_restrictions
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse}', '{}'), 'access_restrictions', 'SELECT', 'basic')));

alter policy provider_insert on public.access_restrictions
  to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'access_restrictions', 'INSERT', 'detailed')));

alter policy provider_update on public.access_restrictions
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'access_restrictions', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse}', '{}'), 'access_restrictions', 'SELECT', 'basic')));

alter policy patient_select on public.access_restrictions
  to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'access_restrictions', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );

alter policy patient_insert on public.access_restrictions
  to patient
  with check (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'access_restrictions', 'INSERT', 'detailed'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
  );

alter policy patient_update on public.access_restrictions
  to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'access_restrictions', 'UPDATE', 'detailed'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  )
  with check (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'access_restrictions', 'UPDATE', 'detailed'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );

alter policy provider_fence on public.admissions
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'admissions', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'admissions', 'SELECT', 'basic')));

alter policy provider_select on public.admissions
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'admissions', 'SELECT', 'basic')));

alter policy provider_insert on public.admissions
  to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse}', '{}'), 'admissions', 'INSERT', 'detailed')));

alter policy provider_update on public.admissions
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant}', '{}'), 'admissions', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'admissions', 'SELECT', 'basic')));

alter policy internal_ops_select on public.admissions
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'admissions', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
    and case_id = any ((select authz.handed_over_ids('case'))::uuid[])
    and authz.is_handed_over('case', organisation_id, case_id)
  );

alter policy provider_fence on public.agreements
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'agreements', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'agreements', 'SELECT', 'basic')));

alter policy provider_select on public.agreements
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'agreements', 'SELECT', 'basic')));

alter policy provider_insert on public.agreements
  to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'agreements', 'INSERT', 'detailed')));

alter policy provider_update on public.agreements
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'agreements', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'agreements', 'SELECT', 'basic')));

alter policy internal_ops_select on public.agreements
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'agreements', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );

alter policy provider_select on public.appointment_reasons
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse,assistant}', '{}', null, false, '{data_view,treatment,scheduling}'), 'appointment_reasons', 'SELECT', 'detailed')));

alter policy provider_insert on public.appointment_reasons
  to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{doctor,nurse}', '{}'), 'appointment_reasons', 'INSERT', 'detailed')));

alter policy provider_update on public.appointment_reasons
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{doctor,nurse}', '{}'), 'appointment_reasons', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{doctor,nurse}', '{}'), 'appointment_reasons', 'UPDATE', 'detailed')));

alter policy patient_select on public.appointment_reasons
  to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'appointment_reasons', 'SELECT', 'detailed'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );

alter policy provider_fence on public.appointments
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'appointments', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'appointments', 'SELECT', 'basic')));

alter policy provider_select on public.appointments
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'appointments', 'SELECT', 'basic')));

alter policy provider_insert on public.appointments
  to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,receptionist}', '{}'), 'appointments', 'INSERT', 'detailed')));

alter policy provider_update on public.appointments
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'appointments', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'appointments', 'SELECT', 'basic')));

alter policy patient_select on public.appointments
  to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'appointments', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );

alter policy provider_fence on public.beds
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'beds', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'beds', 'SELECT', 'basic')));

alter policy provider_select on public.beds
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'beds', 'SELECT', 'basic')));

alter policy provider_insert on public.beds
  to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse}', '{}'), 'beds', 'INSERT', 'detailed')));

alter policy provider_update on public.beds
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant}', '{}'), 'beds', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'beds', 'SELECT', 'basic')));

alter policy internal_ops_select on public.beds
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'beds', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
    and id = any ((select authz.handed_over_ids('bed'))::uuid[])
    and authz.is_handed_over('bed', organisation_id, id)
  );

alter policy provider_fence on public.care_relationships
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'care_relationships', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'care_relationships', 'SELECT', 'basic')));

alter policy provider_select on public.care_relationships
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'care_relationships', 'SELECT', 'basic')));

alter policy provider_insert on public.care_relationships
  to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'care_relationships', 'INSERT', 'detailed')));

alter policy provider_update on public.care_relationships
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'care_relationships', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'care_relationships', 'SELECT', 'basic')));

alter policy patient_select on public.care_relationships
  to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'care_relationships', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );

alter policy provider_fence on public.case_activity_log
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'case_activity_log', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'case_activity_log', 'SELECT', 'basic')));

alter policy provider_select on public.case_activity_log
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'case_activity_log', 'SELECT', 'basic')));

alter policy internal_ops_select on public.case_activity_log
  to internal_ops
  using ((select authz.log_decision(authz.is_operator('{ops_agent,auditor}'), 'internal_ops', 'case_activity_log', 'SELECT', 'basic')));

alter policy provider_fence on public.cases
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'))), 'provider', 'cases', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'))), 'provider', 'cases', 'SELECT', 'basic')));

alter policy provider_select on public.cases
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'))), 'provider', 'cases', 'SELECT', 'basic')));

alter policy provider_insert on public.cases
  to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'cases', 'INSERT', 'detailed')));

alter policy provider_update on public.cases
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse}', '{}'), 'cases', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'))), 'provider', 'cases', 'SELECT', 'basic')));

alter policy patient_select on public.cases
  to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'cases', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );

alter policy internal_ops_select on public.cases
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'cases', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );

alter policy internal_ops_insert on public.cases
  to internal_ops
  with check ((select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'cases', 'INSERT', 'detailed')));

alter policy internal_ops_update on public.cases
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'cases', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  )
  with check (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'cases', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  );

alter policy provider_fence on public.claims
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'claims', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'claims', 'SELECT', 'basic')));

alter policy provider_select on public.claims
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'claims', 'SELECT', 'basic')));

alter policy internal_ops_select on public.claims
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'claims', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );

alter policy internal_ops_insert on public.claims
  to internal_ops
  with check ((select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'claims', 'INSERT', 'detailed')));

alter policy internal_ops_update on public.claims
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'claims', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  )
  with check (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'claims', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  );

alter policy internal_ops_insert on public.consent_purpose_versions
  to internal_ops
  with check ((select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'consent_purpose_versions', 'INSERT', 'detailed')));

alter policy internal_ops_insert on public.consent_purposes
  to internal_ops
  with check ((select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'consent_purposes', 'INSERT', 'detailed')));

alter policy internal_ops_update on public.consent_purposes
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'consent_purposes', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  )
  with check (
    (select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'consent_purposes', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  );

alter policy provider_fence on public.consents
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'consents', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'consents', 'SELECT', 'basic')));

alter policy provider_select on public.consents
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'consents', 'SELECT', 'basic')));

alter policy provider_insert on public.consents
  to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{doctor,nurse,receptionist}', '{}'), 'consents', 'INSERT', 'detailed')));

alter policy patient_select on public.consents
  to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'consents', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );

alter policy patient_update on public.consents
  to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'consents', 'UPDATE', 'detailed'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  )
  with check (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'consents', 'UPDATE', 'detailed'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );

alter policy internal_ops_select on public.consents
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'consents', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
    and patient_id = any ((select authz.handed_over_ids('patient'))::uuid[])
    and authz.is_handed_over('patient', organisation_id, patient_id)
  );

alter policy provider_fence on public.crew_members
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'crew_members', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'crew_members', 'SELECT', 'basic')));

alter policy provider_select on public.crew_members
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'crew_members', 'SELECT', 'basic')));

alter policy provider_insert on public.crew_members
  to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'crew_members', 'INSERT', 'detailed')));

alter policy provider_update on public.crew_members
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'crew_members', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'crew_members', 'SELECT', 'basic')));

alter policy internal_ops_select on public.crew_members
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'crew_members', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );

alter policy provider_fence on public.disclosures
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'disclosures', 'SELECT', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'disclosures', 'SELECT', 'detailed')));

alter policy provider_select on public.disclosures
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'disclosures', 'SELECT', 'detailed')));

alter policy patient_select on public.disclosures
  to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'disclosures', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );

alter policy provider_fence on public.emergency_access_grants
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'emergency_access_grants', 'SELECT', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'emergency_access_grants', 'SELECT', 'detailed')));

alter policy provider_select on public.emergency_access_grants
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'emergency_access_grants', 'SELECT', 'detailed')));

alter policy patient_select on public.emergency_access_grants
  to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'emergency_access_grants', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );

alter policy provider_fence on public.emergency_access_reasons
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'emergency_access_reasons', 'SELECT', 'comprehensive')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'emergency_access_reasons', 'SELECT', 'comprehensive')));

alter policy provider_select on public.emergency_access_reasons
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'emergency_access_reasons', 'SELECT', 'comprehensive')));

alter policy provider_select_rows on public.emergency_access_reasons
  to authenticated
  using (
    case
      when
        archived_at is null
        or archived_at = now()
      then authz.log_row('provider', 'emergency_access_reasons', 'SELECT', organisation_id, id, patient_id)
      else false
    end
  );

alter policy internal_ops_insert on public.form_templates
  to internal_ops
  with check ((select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'form_templates', 'INSERT', 'detailed')));

alter policy internal_ops_update on public.form_templates
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'form_templates', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  )
  with check (
    (select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'form_templates', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  );

alter policy provider_fence on public.guarantees_of_payment
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'guarantees_of_payment', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'guarantees_of_payment', 'SELECT', 'basic')));

alter policy provider_select on public.guarantees_of_payment
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'guarantees_of_payment', 'SELECT', 'basic')));

alter policy internal_ops_select on public.guarantees_of_payment
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'guarantees_of_payment', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );

alter policy internal_ops_insert on public.guarantees_of_payment
  to internal_ops
  with check ((select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'guarantees_of_payment', 'INSERT', 'detailed')));

alter policy internal_ops_update on public.guarantees_of_payment
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'guarantees_of_payment', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  )
  with check (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'guarantees_of_payment', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  );

alter policy provider_fence on public.invitations
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'invitations', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'invitations', 'SELECT', 'basic')));

alter policy provider_select on public.invitations
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'invitations', 'SELECT', 'basic')));

alter policy provider_update on public.invitations
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'invitations', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'invitations', 'SELECT', 'basic')));

alter policy provider_fence on public.invoice_lines
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'invoice_lines', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'invoice_lines', 'SELECT', 'basic')));

alter policy provider_select on public.invoice_lines
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'invoice_lines', 'SELECT', 'basic')));

alter policy provider_insert on public.invoice_lines
  to authenticated
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'invoice_lines', 'INSERT', 'detailed')));

alter policy provider_update on public.invoice_lines
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'invoice_lines', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'invoice_lines', 'SELECT', 'basic')));

alter policy patient_select on public.invoice_lines
  to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'invoice_lines', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );

alter policy internal_ops_select on public.invoice_lines
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'invoice_lines', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
    and case_id is not null
  );

alter policy internal_ops_update on public.invoice_lines
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'invoice_lines', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
    and case_id is not null
  )
  with check (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'invoice_lines', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
    and case_id is not null
  );

alter policy provider_fence on public.invoices
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'invoices', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'invoices', 'SELECT', 'basic')));

alter policy provider_select on public.invoices
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'invoices', 'SELECT', 'basic')));

alter policy provider_insert on public.invoices
  to authenticated
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'invoices', 'INSERT', 'detailed')));

alter policy provider_update on public.invoices
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'invoices', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'invoices', 'SELECT', 'basic')));

alter policy patient_select on public.invoices
  to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'invoices', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );

alter policy internal_ops_select on public.invoices
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'invoices', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
    and case_id is not null
  );

alter policy internal_ops_update on public.invoices
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'invoices', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
    and case_id is not null
  )
  with check (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'invoices', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
    and case_id is not null
  );

alter policy provider_fence on public.legal_holds
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'legal_holds', 'SELECT', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'legal_holds', 'SELECT', 'detailed')));

alter policy provider_select on public.legal_holds
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'legal_holds', 'SELECT', 'detailed')));

alter policy provider_insert on public.legal_holds
  to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'legal_holds', 'INSERT', 'detailed')));

alter policy provider_update on public.legal_holds
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'legal_holds', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'legal_holds', 'SELECT', 'detailed')));

alter policy provider_fence on public.medical_record_details
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor}', '{}', null, true, '{data_view,treatment}'), 'medical_record_details', 'SELECT', 'comprehensive')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor}', '{}', null, true, '{data_view,treatment}'), 'medical_record_details', 'SELECT', 'comprehensive')));

alter policy provider_select on public.medical_record_details
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor}', '{}', null, true, '{data_view,treatment}'), 'medical_record_details', 'SELECT', 'comprehensive')));

alter policy provider_select_rows on public.medical_record_details
  to authenticated
  using (
    case
      when
        (archived_at is null or archived_at = now())
        and patient_status = 'active'
        and (
          (
            organisation_id::text || patient_id::text = any ((select authz.treated_patients('{}'))::text[])
            and treatment_consent_until > (select authz.now())
          )
          or organisation_id::text || patient_id::text = any ((select authz.emergency_patients())::text[])
        )
      then authz.log_row('provider', 'medical_record_details', 'SELECT', organisation_id, id, patient_id)
      else false
    end
    and patient_id = any ((select authz.reachable_patients())::uuid[])
  );

alter policy provider_insert on public.medical_record_details
  to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor}', '{}', null, true, '{treatment}'), 'medical_record_details', 'INSERT', 'detailed')));

alter policy provider_update on public.medical_record_details
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor}', '{}', null, true, '{treatment}'), 'medical_record_details', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor}', '{}', null, true, '{data_view,treatment}'), 'medical_record_details', 'SELECT', 'comprehensive')));

alter policy patient_select on public.medical_record_details
  to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'medical_record_details', 'SELECT', 'detailed'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );

alter policy provider_fence on public.medical_records
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse}', '{}', null, true, '{data_view,treatment}'), 'medical_records', 'SELECT', 'comprehensive')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse}', '{}', null, true, '{data_view,treatment}'), 'medical_records', 'SELECT', 'comprehensive')));

alter policy provider_select on public.medical_records
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse}', '{}', null, true, '{data_view,treatment}'), 'medical_records', 'SELECT', 'comprehensive')));

alter policy provider_select_rows on public.medical_records
  to authenticated
  using (
    case
      when
        (archived_at is null or archived_at = now())
        and patient_status = 'active'
        and (
          (
            organisation_id::text || patient_id::text = any ((select authz.treated_patients('{}'))::text[])
            and treatment_consent_until > (select authz.now())
          )
          or organisation_id::text || patient_id::text = any ((select authz.emergency_patients())::text[])
        )
        and (
          is_segmented = false
          or organisation_id = (select authz.organisation_within('{doctor}', '{}', null, true, '{data_view,treatment}'))
        )
      then authz.log_row('provider', 'medical_records', 'SELECT', organisation_id, id, patient_id)
      else false
    end
    and patient_id = any ((select authz.reachable_patients())::uuid[])
  );

alter policy provider_insert on public.medical_records
  to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse}', '{}', null, true, '{treatment}'), 'medical_records', 'INSERT', 'detailed')));

alter policy provider_update on public.medical_records
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse}', '{}', null, true, '{treatment}'), 'medical_records', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse}', '{}', null, true, '{data_view,treatment}'), 'medical_records', 'SELECT', 'comprehensive')));

alter policy patient_select on public.medical_records
  to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'medical_records', 'SELECT', 'detailed'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );

alter policy internal_ops_select on public.medical_records
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'medical_records', 'SELECT', 'comprehensive'))
    and case
      when
        (archived_at is null or archived_at = now())
        and is_segmented = false
        and authz.is_handed_over('consenting_patient', organisation_id, patient_id)
      then authz.log_row('internal_ops', 'medical_records', 'SELECT', organisation_id, id, patient_id)
      else false
    end
    and patient_id = any ((select authz.handed_over_ids('consenting_patient'))::uuid[])
  );

alter policy internal_ops_select on public.ops_members
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{}'), 'internal_ops', 'ops_members', 'SELECT', 'basic'))
    and (
      (
        (select authz.is_operator('{admin}'))
        and (archived_at is null or archived_at = now())
      )
      or (
        (select authz.is_operator('{}'))
        and user_id = (select authz.user_id())
        and (archived_at is null or archived_at = now())
      )
    )
  );

alter policy provider_fence on public.organisation_members
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'organisation_members', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'organisation_members', 'SELECT', 'basic')));

alter policy provider_select on public.organisation_members
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'organisation_members', 'SELECT', 'basic')));

alter policy provider_insert on public.organisation_members
  to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'organisation_members', 'INSERT', 'detailed')));

alter policy provider_update on public.organisation_members
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'organisation_members', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'organisation_members', 'SELECT', 'basic')));

alter policy internal_ops_select on public.organisation_members
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'organisation_members', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );

alter policy provider_fence on public.organisation_networks
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant}', '{}'), 'organisation_networks', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant}', '{}'), 'organisation_networks', 'SELECT', 'basic')));

alter policy provider_select on public.organisation_networks
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant}', '{}'), 'organisation_networks', 'SELECT', 'basic')));

alter policy provider_insert on public.organisation_networks
  to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'organisation_networks', 'INSERT', 'detailed')));

alter policy provider_update on public.organisation_networks
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'organisation_networks', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant}', '{}'), 'organisation_networks', 'SELECT', 'basic')));

alter policy provider_fence on public.organisation_settings
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'organisation_settings', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'organisation_settings', 'SELECT', 'basic')));

alter policy provider_select on public.organisation_settings
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'organisation_settings', 'SELECT', 'basic')));

alter policy provider_update on public.organisation_settings
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'organisation_settings', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'organisation_settings', 'SELECT', 'basic')));

alter policy internal_ops_select on public.organisation_settings
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'organisation_settings', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );

alter policy internal_ops_insert on public.organisation_settings
  to internal_ops
  with check ((select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'organisation_settings', 'INSERT', 'detailed')));

alter policy internal_ops_update on public.organisation_settings
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'organisation_settings', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  )
  with check (
    (select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'organisation_settings', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  );

alter policy internal_ops_insert on public.organisations
  to internal_ops
  with check ((select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'organisations', 'INSERT', 'detailed')));

alter policy internal_ops_update on public.organisations
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'organisations', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  )
  with check (
    (select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'organisations', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  );

alter policy provider_fence on public.patient_accounts
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'patient_accounts', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'patient_accounts', 'SELECT', 'basic')));

alter policy provider_select on public.patient_accounts
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'patient_accounts', 'SELECT', 'basic')));

alter policy provider_insert on public.patient_accounts
  to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,receptionist}', '{}'), 'patient_accounts', 'INSERT', 'detailed')));

alter policy provider_update on public.patient_accounts
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'patient_accounts', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'patient_accounts', 'SELECT', 'basic')));

alter policy patient_select on public.patient_accounts
  to patient
  using (
    user_id = (select authz.log_decision(authz.user_id(), 'patient', 'patient_accounts', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );

alter policy provider_fence on public.patient_clinical
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse,assistant}', '{}', null, false, '{data_view,treatment}'), 'patient_clinical', 'SELECT', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse,assistant}', '{}', null, false, '{data_view,treatment}'), 'patient_clinical', 'SELECT', 'detailed')));

alter policy provider_select on public.patient_clinical
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse,assistant}', '{}', null, false, '{data_view,treatment}'), 'patient_clinical', 'SELECT', 'detailed')));

alter policy provider_insert on public.patient_clinical
  to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse}', '{}', null, false, '{treatment}'), 'patient_clinical', 'INSERT', 'detailed')));

alter policy provider_update on public.patient_clinical
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse}', '{}', null, false, '{treatment}'), 'patient_clinical', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse,assistant}', '{}', null, false, '{data_view,treatment}'), 'patient_clinical', 'SELECT', 'detailed')));

alter policy patient_select on public.patient_clinical
  to patient
  using (
    id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'patient_clinical', 'SELECT', 'detailed'))::uuid[])
    and authz.is_own_patient(organisation_id, id)
    and (archived_at is null or archived_at = now())
  );

alter policy internal_ops_select on public.patient_clinical
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'patient_clinical', 'SELECT', 'detailed'))
    and (archived_at is null or archived_at = now())
    and id = any ((select authz.handed_over_ids('patient'))::uuid[])
    and authz.is_handed_over('patient', organisation_id, id)
  );

alter policy provider_fence on public.patient_identity
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'patient_identity', 'SELECT', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'patient_identity', 'SELECT', 'detailed')));

alter policy provider_select on public.patient_identity
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'patient_identity', 'SELECT', 'detailed')));

alter policy provider_insert on public.patient_identity
  to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,receptionist}', '{}'), 'patient_identity', 'INSERT', 'detailed')));

alter policy provider_update on public.patient_identity
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,receptionist}', '{}'), 'patient_identity', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'patient_identity', 'SELECT', 'detailed')));

alter policy patient_select on public.patient_identity
  to patient
  using (
    id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'patient_identity', 'SELECT', 'detailed'))::uuid[])
    and authz.is_own_patient(organisation_id, id)
    and (archived_at is null or archived_at = now())
  );

alter policy internal_ops_select on public.patient_identity
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'patient_identity', 'SELECT', 'detailed'))
    and (archived_at is null or archived_at = now())
    and id = any ((select authz.handed_over_ids('patient'))::uuid[])
    and authz.is_handed_over('patient', organisation_id, id)
  );

alter policy provider_fence on public.patients
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'patients', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'patients', 'SELECT', 'basic')));

alter policy provider_select on public.patients
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'patients', 'SELECT', 'basic')));

alter policy provider_insert on public.patients
  to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,receptionist}', '{}'), 'patients', 'INSERT', 'detailed')));

alter policy provider_update on public.patients
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,receptionist}', '{}'), 'patients', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'patients', 'SELECT', 'basic')));

alter policy patient_select on public.patients
  to patient
  using (
    id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'patients', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, id)
    and (archived_at is null or archived_at = now())
  );

alter policy internal_ops_select on public.patients
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'patients', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
    and id = any ((select authz.handed_over_ids('patient'))::uuid[])
    and authz.is_handed_over('patient', organisation_id, id)
  );

alter policy provider_fence on public.payments
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'payments', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'payments', 'SELECT', 'basic')));

alter policy provider_select on public.payments
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'payments', 'SELECT', 'basic')));

alter policy provider_insert on public.payments
  to authenticated
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'payments', 'INSERT', 'detailed')));

alter policy provider_update on public.payments
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'payments', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'payments', 'SELECT', 'basic')));

alter policy patient_select on public.payments
  to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'payments', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );

alter policy internal_ops_select on public.payments
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'payments', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
    and case_id is not null
  );

alter policy internal_ops_insert on public.payments
  to internal_ops
  with check (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'payments', 'INSERT', 'detailed'))
    and case_id is not null
  );

alter policy internal_ops_update on public.payments
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'payments', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
    and case_id is not null
  )
  with check (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'payments', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
    and case_id is not null
  );

alter policy provider_fence on public.professionals
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant}', '{}'), 'professionals', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant}', '{}'), 'professionals', 'SELECT', 'basic')));

alter policy provider_select on public.professionals
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant}', '{}'), 'professionals', 'SELECT', 'basic')));

alter policy provider_insert on public.professionals
  to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'professionals', 'INSERT', 'detailed')));

alter policy provider_update on public.professionals
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'professionals', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant}', '{}'), 'professionals', 'SELECT', 'basic')));

alter policy provider_select on public.profiles
  to authenticated
  using (
    (select authz.log_decision(authz.holds('{}', '{}'), 'provider', 'profiles', 'SELECT', 'basic'))
    and user_id = any ((select authz.colleague_ids())::uuid[])
    and (archived_at is null or archived_at = now())
  );

alter policy patient_select on public.profiles
  to patient
  using (
    user_id = (select authz.log_decision(authz.user_id(), 'patient', 'profiles', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );

alter policy internal_ops_select on public.profiles
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{}'), 'internal_ops', 'profiles', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );

alter policy provider_fence on public.security_incidents
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'security_incidents', 'SELECT', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'security_incidents', 'SELECT', 'detailed')));

alter policy provider_select on public.security_incidents
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'security_incidents', 'SELECT', 'detailed')));

alter policy provider_insert on public.security_incidents
  to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'security_incidents', 'INSERT', 'detailed')));

alter policy provider_update on public.security_incidents
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'security_incidents', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'security_incidents', 'SELECT', 'detailed')));

alter policy provider_fence on public.signed_form_evidence
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'signed_form_evidence', 'SELECT', 'comprehensive')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'signed_form_evidence', 'SELECT', 'comprehensive')));

alter policy provider_select on public.signed_form_evidence
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'signed_form_evidence', 'SELECT', 'comprehensive')));

alter policy provider_select_rows on public.signed_form_evidence
  to authenticated
  using (
    case
      when
        archived_at is null
        or archived_at = now()
      then authz.log_row('provider', 'signed_form_evidence', 'SELECT', organisation_id, id, patient_id)
      else false
    end
  );

alter policy provider_fence on public.signed_forms
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'signed_forms', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'signed_forms', 'SELECT', 'basic')));

alter policy provider_select on public.signed_forms
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'signed_forms', 'SELECT', 'basic')));

alter policy provider_insert on public.signed_forms
  to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{doctor,nurse,assistant,receptionist}', '{}'), 'signed_forms', 'INSERT', 'detailed')));

alter policy provider_update on public.signed_forms
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'signed_forms', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'signed_forms', 'SELECT', 'basic')));

alter policy patient_select on public.signed_forms
  to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'signed_forms', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );

alter policy internal_ops_select on public.signed_forms
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'signed_forms', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
    and case_id = any ((select authz.handed_over_ids('case'))::uuid[])
    and authz.is_handed_over('case', organisation_id, case_id)
  );

alter policy provider_fence on public.subject_request_evidence
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'subject_request_evidence', 'SELECT', 'comprehensive')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'subject_request_evidence', 'SELECT', 'comprehensive')));

alter policy provider_select on public.subject_request_evidence
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'subject_request_evidence', 'SELECT', 'comprehensive')));

alter policy provider_select_rows on public.subject_request_evidence
  to authenticated
  using (
    case
      when
        archived_at is null
        or archived_at = now()
      then authz.log_row('provider', 'subject_request_evidence', 'SELECT', organisation_id, id, patient_id)
      else false
    end
  );

alter policy provider_insert on public.subject_request_evidence
  to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'subject_request_evidence', 'INSERT', 'detailed')));

alter policy provider_update on public.subject_request_evidence
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'subject_request_evidence', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'subject_request_evidence', 'SELECT', 'comprehensive')));

alter policy provider_select on public.subject_requests
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'subject_requests', 'SELECT', 'detailed')));

alter policy provider_insert on public.subject_requests
  to authenticated
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{receptionist}', '{}'))), 'provider', 'subject_requests', 'INSERT', 'detailed')));

alter policy provider_update on public.subject_requests
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'subject_requests', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'subject_requests', 'UPDATE', 'detailed')));

alter policy patient_select on public.subject_requests
  to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'subject_requests', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );

alter policy patient_insert on public.subject_requests
  to patient
  with check (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'subject_requests', 'INSERT', 'detailed'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
  );

alter policy provider_fence on public.transfer_job_patients
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'transfer_job_patients', 'SELECT', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'transfer_job_patients', 'SELECT', 'detailed')));

alter policy provider_select on public.transfer_job_patients
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'transfer_job_patients', 'SELECT', 'detailed')));

alter policy provider_fence on public.transfer_jobs
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'transfer_jobs', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'transfer_jobs', 'SELECT', 'basic')));

alter policy provider_select on public.transfer_jobs
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'transfer_jobs', 'SELECT', 'basic')));

alter policy provider_update on public.transfer_jobs
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'transfer_jobs', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'transfer_jobs', 'SELECT', 'basic')));

alter policy internal_ops_select on public.transfer_jobs
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'transfer_jobs', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
    and expires_at > (select authz.now())
  );

alter policy provider_fence on public.transfers
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'transfers', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'transfers', 'SELECT', 'basic')));

alter policy provider_select on public.transfers
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'transfers', 'SELECT', 'basic')));

alter policy provider_insert on public.transfers
  to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse}', '{}'), 'transfers', 'INSERT', 'detailed')));

alter policy provider_update on public.transfers
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse}', '{}'), 'transfers', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'transfers', 'SELECT', 'basic')));

alter policy patient_select on public.transfers
  to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'transfers', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );

alter policy internal_ops_select on public.transfers
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'transfers', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );

alter policy internal_ops_update on public.transfers
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'transfers', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  )
  with check (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'transfers', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  );

alter policy provider_fence on public.vehicle_assignments
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'vehicle_assignments', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'vehicle_assignments', 'SELECT', 'basic')));

alter policy provider_select on public.vehicle_assignments
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'vehicle_assignments', 'SELECT', 'basic')));

alter policy provider_insert on public.vehicle_assignments
  to authenticated
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'vehicle_assignments', 'INSERT', 'detailed')));

alter policy provider_update on public.vehicle_assignments
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'vehicle_assignments', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'vehicle_assignments', 'SELECT', 'basic')));

alter policy internal_ops_select on public.vehicle_assignments
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'vehicle_assignments', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );

alter policy provider_fence on public.vehicles
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'vehicles', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'vehicles', 'SELECT', 'basic')));

alter policy provider_select on public.vehicles
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'vehicles', 'SELECT', 'basic')));

alter policy provider_insert on public.vehicles
  to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'vehicles', 'INSERT', 'detailed')));

alter policy provider_update on public.vehicles
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'vehicles', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'vehicles', 'SELECT', 'basic')));

alter policy internal_ops_select on public.vehicles
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'vehicles', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );

grant execute on function authz.membership_for(text[], text[]) to authenticated;

grant
  execute
  on function authz.membership_within(text[], text[], integer[], boolean, text[]) to authenticated;

grant select (patient_id) on public.subject_request_evidence to cordon_definer;

-- migrate:down
