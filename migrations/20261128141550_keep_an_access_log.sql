-- migrate:up
-- Why: what policies decide is written down where no rollback takes it back, reads and denials included, and drained into a log that nobody changes
-- Side: operations
-- Access: +22 grants, +27 policies, 238 changed, 15 definer functions
--   + cordon_definer may execute function audit.access_slot_name()
--   ~ audit.access_drain_status is written, and runs with the rights of its owner
--   + cordon_definer may execute function audit.access_payload(audit.access_log)
--   ~ audit.bent_access_records is written, and runs with the rights of its owner
--   ~ audit.create_access_month is written, and runs with the rights of its owner
--   + cordon_definer may execute function audit.create_access_month(timestamp with time zone)
--   ~ audit.take_access_records is written, and runs with the rights of its owner
--   ~ audit.note_access_gap is written, and runs with the rights of its owner
--   ~ audit.create_access_slot is written, and runs with the rights of its owner
--   ~ audit.drain_access_log is written, and runs with the rights of its owner
--   ~ audit.rotate_access_key is written, and runs with the rights of its owner
--   ~ authz.membership_for is written, and runs with the rights of its owner
--   + authenticated may execute function authz.membership_for(text[], text[])
--   ~ authz.organisation_for is written, and runs with the rights of its owner
--   + cordon_definer may execute function authz.request_headers()
--   + cordon_definer may execute function authz.printable(text, integer)
--   ~ authz.log_decision is written, and runs with the rights of its owner
--   + authenticated may execute function authz.log_decision(anyelement, text, text, text, text)
--   + internal_ops may execute function authz.log_decision(anyelement, text, text, text, text)
--   + patient may execute function authz.log_decision(anyelement, text, text, text, text)
--   ~ authz.log_organisation is written, and runs with the rights of its owner
--   + authenticated may execute function authz.log_organisation(authz.membership, text, text, text)
--   ~ authz.log_row is written, and runs with the rights of its owner
--   + authenticated may execute function authz.log_row(text, text, text, uuid, uuid, uuid)
--   + internal_ops may execute function authz.log_row(text, text, text, uuid, uuid, uuid)
--   ~ authz.membership_within is written, and runs with the rights of its owner
--   + authenticated may execute function authz.membership_within(text[], text[], integer[], boolean, text[])
--   ~ authz.organisation_within is written, and runs with the rights of its owner
--   + policy provider_fence on audit.access_drains: restrictive, all to authenticated
--   + policy patient_fence on audit.access_drains: restrictive, all to patient
--   + policy internal_ops_fence on audit.access_drains: restrictive, all to internal_ops
--   + policy anon_fence on audit.access_drains: restrictive, all to anon
--   + policy definer_select on audit.access_drains: select to cordon_definer, WITHOUT a condition
--   + policy definer_insert on audit.access_drains: insert to cordon_definer, WITHOUT a condition
--   + policy definer_update on audit.access_drains: update to cordon_definer, WITHOUT a condition
--   + policy provider_fence on audit.access_keys: restrictive, all to authenticated
--   + policy patient_fence on audit.access_keys: restrictive, all to patient
--   + policy internal_ops_fence on audit.access_keys: restrictive, all to internal_ops
--   + policy anon_fence on audit.access_keys: restrictive, all to anon
--   + policy definer_select on audit.access_keys: select to cordon_definer, WITHOUT a condition
--   + policy definer_insert on audit.access_keys: insert to cordon_definer, WITHOUT a condition
--   + policy provider_fence on audit.access_log: restrictive, all to authenticated
--   + policy patient_fence on audit.access_log: restrictive, all to patient
--   + policy internal_ops_fence on audit.access_log: restrictive, all to internal_ops
--   + policy anon_fence on audit.access_log: restrictive, all to anon
--   + policy provider_select on audit.access_log: select to authenticated
--   + policy internal_ops_select on audit.access_log: select to internal_ops
--   + policy definer_select on audit.access_log: select to cordon_definer, WITHOUT a condition
--   + policy definer_insert on audit.access_log: insert to cordon_definer, WITHOUT a condition
--   + policy provider_fence on audit.access_log_exceptions: restrictive, all to authenticated
--   + policy patient_fence on audit.access_log_exceptions: restrictive, all to patient
--   + policy internal_ops_fence on audit.access_log_exceptions: restrictive, all to internal_ops
--   + policy anon_fence on audit.access_log_exceptions: restrictive, all to anon
--   + policy definer_select on audit.access_log_exceptions: select to cordon_definer, WITHOUT a condition
--   + policy definer_insert on audit.access_log_exceptions: insert to cordon_definer, WITHOUT a condition
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
--   ~ policy provider_fence on public.document_read_tickets
--   ~ policy provider_select on public.document_read_tickets
--   ~ policy provider_fence on public.document_upload_grants
--   ~ policy provider_select on public.document_upload_grants
--   ~ policy provider_fence on public.documents
--   ~ policy provider_select on public.documents
--   ~ policy provider_select_rows on public.documents
--   ~ policy patient_select on public.documents
--   ~ policy internal_ops_select on public.documents
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
--   ~ policy provider_fence on public.retention_extensions
--   ~ policy provider_select on public.retention_extensions
--   ~ policy provider_insert on public.retention_extensions
--   ~ policy provider_update on public.retention_extensions
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
--   + cordon_definer may select (position, drained_at, records, slot_name, system_identifier), insert (position, drained_at, records, slot_name, system_identifier), update (position, drained_at, records, system_identifier) on audit.access_drains
--   + cordon_definer may select (inner_pad, key_id, outer_pad), insert (inner_pad, key_id, outer_pad) on audit.access_keys
--   + authenticated may select on audit.access_log
--   + cordon_definer may select (26 columns), insert (26 columns) on audit.access_log
--   + internal_ops may select on audit.access_log
--   + cordon_definer may select (8 columns), insert (cause, from_lsn, kind, records, slot_name, to_lsn) on audit.access_log_exceptions
--   + authenticated may select on public.access_log
--   + internal_ops may select on public.access_log
--   + cordon_definer may select (patient_id) on public.subject_request_evidence
--   widens: audit.key_expression(text), which 3 functions ask, has another text
--   widens: auditor can now read audit.access_log, as operators, though they cannot name it
--   widens: authz.organisation_for(text[], text[]), which 34 functions, 94 policies and 2 triggers ask, has another text
--   widens: authz.organisation_within(text[], text[], integer[], boolean, text[]), which 6 policies ask, has another text
--   widens: clinic staff can now call authz.log_decision(anyelement, text, text, text, text), which acts with the rights of cordon_definer
--   widens: clinic staff can now call authz.log_organisation(authz.membership, text, text, text), which acts with the rights of cordon_definer
--   widens: clinic staff can now call authz.log_row(text, text, text, uuid, uuid, uuid), which acts with the rights of cordon_definer
--   widens: clinic staff can now call authz.membership_for(text[], text[]), which acts with the rights of cordon_definer
--   widens: clinic staff can now call authz.membership_within(text[], text[], integer[], boolean, text[]), which acts with the rights of cordon_definer
--   widens: clinic staff can now read audit.access_log of their own organisation, though they cannot name it
--   widens: clinic staff can now read public.access_log, as far as they may read what it shows, audit.access_log among it
--   widens: operations can now call authz.log_decision(anyelement, text, text, text, text), which acts with the rights of cordon_definer
--   widens: operations can now call authz.log_row(text, text, text, uuid, uuid, uuid), which acts with the rights of cordon_definer
--   widens: operations can now read public.access_log, as far as they may read what it shows, audit.access_log among it
--   widens: our definer functions can now add to audit.access_drains, every row
--   widens: our definer functions can now add to audit.access_keys (key_id, inner_pad, outer_pad), every row
--   widens: our definer functions can now add to audit.access_log, every row of every organisation
--   widens: our definer functions can now add to audit.access_log_exceptions (kind, slot_name, from_lsn, to_lsn, records, cause), every row
--   widens: our definer functions can now change audit.access_drains (system_identifier, position, drained_at, records), every row
--   widens: our definer functions can now read audit.access_drains, every row
--   widens: our definer functions can now read audit.access_keys (key_id, inner_pad, outer_pad), every row
--   widens: our definer functions can now read audit.access_log, every row of every organisation
--   widens: our definer functions can now read audit.access_log_exceptions, every row
--   widens: our definer functions can now read public.subject_request_evidence (patient_id) too
--   widens: patients can now call authz.log_decision(anyelement, text, text, text, text), which acts with the rights of cordon_definer
-- Locks: 58 existing tables, until the migration commits
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
--   ACCESS EXCLUSIVE public.document_read_tickets
--   ACCESS EXCLUSIVE public.document_upload_grants
--   ACCESS EXCLUSIVE public.documents
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
--   ACCESS EXCLUSIVE public.retention_extensions
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
--   ROW EXCLUSIVE governance.classification
--   ROW EXCLUSIVE governance.erasure_rules
--   ROW EXCLUSIVE governance.export_exclusions
--   ROW EXCLUSIVE governance.subject_links

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Membership of the caller as a policy found it: what the record of a decision says about who decided it is taken from here.
create type authz.membership as (user_id uuid, session_id uuid, organisation_id uuid, role text);
comment on type authz.membership is
  'Who a policy let in, where, and as what: user, session, organisation, role. [N-35]';

-- Partitions of the access log, one a month, made when a record of that month is written: what a catalog holds depends on the clock, so it stands
-- apart from the schemas whose catalogs are compared.
create schema access_log_months;
comment on schema access_log_months is 'Partitions of audit.access_log, one a month; audit.create_access_month makes them. [N-35]';
revoke all on schema access_log_months from public;

-- audit.access_log: every decision of an audited policy, and every row that a comprehensive rule disclosed. audit.take_access_records writes it
-- from the server's log of changes (WAL), and nobody changes it. It holds ids, never a name: erasure destroys what they stand for, the log stays whole.
create table audit.access_log (
  occurred_at timestamptz not null,
  id uuid not null,
  lsn text collate "C" not null,
  key_id bigint not null,
  statement_at timestamptz not null,
  transaction_at timestamptz not null,
  backend_pid bigint not null,
  transaction_id bigint,
  realm text not null,
  user_id uuid,
  session_id uuid,
  role text,
  organisation_id uuid not null,
  table_name text collate "C" not null,
  operation text not null,
  audit_level text not null,
  outcome text not null,
  reason text,
  purpose text,
  justification text,
  client_address inet,
  address_source text not null,
  user_agent text,
  row_id uuid,
  patient_id uuid,
  hmac bytea not null,
  constraint access_log_pkey primary key (occurred_at, id),
  constraint access_log_realm_check check (realm in ('provider', 'patient', 'internal_ops')),
  constraint access_log_operation_check check (operation in ('SELECT', 'INSERT', 'UPDATE')),
  constraint access_log_audit_level_check check (audit_level in ('basic', 'detailed', 'comprehensive')),
  constraint access_log_outcome_check check (outcome in ('allowed', 'denied', 'disclosed')),
  constraint access_log_reason_check check ((outcome = 'denied') = (reason is not null)),
  constraint access_log_row_id_check check (row_id is null or outcome = 'disclosed'),
  constraint access_log_address_source_check
    check (address_source in ('edge', 'unknown') and (address_source = 'unknown') = (client_address is null)),
  constraint access_log_hmac_check check (length(hmac) = 32)
) partition by range (occurred_at);
alter table audit.access_log alter column organisation_id set (n_distinct = 100);
comment on table audit.access_log is
  'Who asked to do what, and what the policies answered: one row per evaluation of an audited policy, and per row disclosed under a comprehensive one; append-only for everybody, its owner included. [N-29, N-35, N-47]';
comment on column audit.access_log.occurred_at is 'Clock when the policy was evaluated, signed with the record.';
comment on column audit.access_log.id is 'First half of the hmac: two records never share it, the copy of a record always does.';
comment on column audit.access_log.lsn is 'Where in the WAL the record ends.';
comment on column audit.access_log.key_id is 'Key of the hmac: audit.access_keys.';
comment on column audit.access_log.statement_at is 'When the statement arrived: with backend_pid it groups what one statement asked.';
comment on column audit.access_log.transaction_at is 'When the transaction began: with backend_pid it names the transaction, also one that wrote nothing.';
comment on column audit.access_log.backend_pid is 'Process of the server that evaluated the policy.';
comment on column audit.access_log.transaction_id is 'Id of the transaction, where it had written something by then.';
comment on column audit.access_log.realm is 'Realm whose policy was asked.';
comment on column audit.access_log.user_id is 'Subject of the token.';
comment on column audit.access_log.session_id is 'Session of the token, NULL where it names none.';
comment on column audit.access_log.role is 'Role in the organisation, or in operations, at that moment; NULL where there was none.';
comment on column audit.access_log.organisation_id is
  'Organisation acted in; of a denial, the one asked for, which may not exist; of a disclosed row, its own; all zeros: none, and in nobody''s fence.';
comment on column audit.access_log.table_name is 'Table that was asked about: patients, audit.access_log.';
comment on column audit.access_log.operation is 'What its policy decided on: SELECT, INSERT or UPDATE.';
comment on column audit.access_log.audit_level is 'Level of the rules: basic (denials), detailed (every evaluation), comprehensive (every row too).';
comment on column audit.access_log.outcome is 'allowed, denied, or disclosed: a row that the query was shown.';
comment on column audit.access_log.reason is 'The condition that denied: no_session, no_membership, no_choice, role, capability, network, purpose, hours, no_account.';
comment on column audit.access_log.purpose is 'Purpose that the caller named.';
comment on column audit.access_log.justification is 'Reason that the caller gave, at most 500 characters.';
comment on column audit.access_log.client_address is 'Address by the header that the deployment trusts; NULL is unknown.';
comment on column audit.access_log.address_source is 'edge: the header that the deployment trusts; unknown without one.';
comment on column audit.access_log.user_agent is 'What the client calls itself, at most 400 characters.';
comment on column audit.access_log.row_id is 'Id of the disclosed row.';
comment on column audit.access_log.patient_id is 'Patient of the disclosed row.';
comment on column audit.access_log.hmac is 'HMAC-SHA-256 of audit.access_payload under the key.';
create index access_log_organisation_id_occurred_at_idx on audit.access_log (organisation_id, occurred_at);
create index access_log_user_id_occurred_at_idx on audit.access_log (user_id, occurred_at);
create index access_log_patient_id_occurred_at_idx on audit.access_log (patient_id, occurred_at) where patient_id is not null;
alter table audit.access_log enable row level security;
alter table audit.access_log force row level security;

-- audit.access_log_exceptions: what the log does not hold, and who tried to put in what does not belong there.
create table audit.access_log_exceptions (
  id uuid not null default authz.uuid_v7(),
  kind text not null,
  noticed_at timestamptz not null default clock_timestamp(),
  slot_name text collate "C" not null,
  from_lsn text collate "C",
  to_lsn text collate "C" not null,
  records bigint,
  cause text not null,
  constraint access_log_exceptions_pkey primary key (id),
  constraint access_log_exceptions_kind_check check (kind in ('gap', 'forged', 'replayed')),
  constraint access_log_exceptions_records_check check ((kind = 'gap') = (records is null))
);
comment on table audit.access_log_exceptions is
  'Stretches of the WAL that no drain has read, and messages that were not genuine; append-only for everybody, its owner included. [N-35]';
comment on column audit.access_log_exceptions.kind is
  'gap: records between the two positions are lost; forged: messages without a valid hmac; replayed: copies of genuine ones.';
comment on column audit.access_log_exceptions.noticed_at is 'When a drain found it.';
comment on column audit.access_log_exceptions.slot_name is 'Replication slot of the drain.';
comment on column audit.access_log_exceptions.from_lsn is 'Start in the WAL; NULL: nothing was kept before to_lsn.';
comment on column audit.access_log_exceptions.to_lsn is 'End in the WAL.';
comment on column audit.access_log_exceptions.records is 'How many messages; NULL for a gap, where nobody can know.';
comment on column audit.access_log_exceptions.cause is 'What happened, in one word.';
alter table audit.access_log_exceptions enable row level security;
alter table audit.access_log_exceptions force row level security;

-- audit.access_keys: what records are signed with. No append-only trigger: whatever has one is sealed, and an export would print the keys.
create table audit.access_keys (
  key_id bigint not null,
  inner_pad bytea not null,
  outer_pad bytea not null,
  created_at timestamptz not null default clock_timestamp(),
  constraint access_keys_pkey primary key (key_id),
  constraint access_keys_pads_check check (length(inner_pad) = 64 and length(outer_pad) = 64)
);
comment on table audit.access_keys is
  'Keys of the access log; the newest signs, the others verify. Read by cordon_definer alone. [N-35]';
comment on column audit.access_keys.key_id is 'Number of the key, counted from 1.';
comment on column audit.access_keys.inner_pad is 'The key, padded to 64 bytes, XOR 36: RFC 2104.';
comment on column audit.access_keys.outer_pad is 'The key, padded to 64 bytes, XOR 5c.';
comment on column audit.access_keys.created_at is 'When it began to sign.';
alter table audit.access_keys enable row level security;
alter table audit.access_keys force row level security;

-- audit.access_drains: how far the WAL is written to the log, in the same transaction as what was read from it.
create table audit.access_drains (
  slot_name text collate "C" not null,
  system_identifier text collate "C" not null,
  position pg_lsn not null,
  drained_at timestamptz not null,
  records bigint not null default 0,
  constraint access_drains_pkey primary key (slot_name)
);
comment on table audit.access_drains is
  'Where each drain stands: everything before the position is in the log. [N-35]';
comment on column audit.access_drains.slot_name is 'Replication slot that it reads.';
comment on column audit.access_drains.system_identifier is 'Server whose WAL the position counts: a restored copy begins anew.';
comment on column audit.access_drains.position is 'Messages that end before it, or there, are in the log.';
comment on column audit.access_drains.drained_at is 'When it last ran.';
comment on column audit.access_drains.records is 'How many records it has written in all.';
alter table audit.access_drains enable row level security;
alter table audit.access_drains force row level security;

insert into governance.classification (schema_name, table_name, level, domain, retention, subjects)
values
  ('audit', 'access_log', 'RESTRICTED', 'ops', 'audit', '{staff,patient}'),
  ('audit', 'access_log_exceptions', 'RESTRICTED', 'ops', 'audit', '{}'),
  ('audit', 'access_keys', 'HIGHLY_RESTRICTED', 'ops', 'audit', '{}'),
  ('audit', 'access_drains', 'INTERNAL', 'ops', 'audit', '{}');

-- The first key. The next ones are audit.rotate_access_key's.
with key as materialized (
  select sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())) as bytes
)
insert into audit.access_keys (key_id, inner_pad, outer_pad)
select 1,
       string_agg(set_byte(decode('00', 'hex'), 0, 54 # padded.byte), '' order by padded.place),
       string_agg(set_byte(decode('00', 'hex'), 0, 92 # padded.byte), '' order by padded.place)
from (
  select p.place, case when p.place < 32 then get_byte(key.bytes, p.place) else 0 end as byte
  from key
  cross join generate_series(0, 63) as p (place)
) as padded;

-- Without tables: the drain asks for messages alone, and no row of anybody passes through it.
create publication cordon_access;
comment on publication cordon_access is 'Publishes nothing; pgoutput asks for one to hand out messages. [N-35]';

-- What callers read of it: whom the log concerns, its policies decide. A denied look at the side table of a view is no attempt: the view
-- asked for it, and shows nothing in its place.
create view public.access_log
  with (security_invoker = true)
as
select l.occurred_at, l.id, l.statement_at, l.transaction_at, l.backend_pid, l.transaction_id, l.realm, l.user_id, l.session_id, l.role,
       l.organisation_id, l.table_name, l.operation, l.audit_level,
       case
         when l.outcome = 'denied'
           and exists (
             select
             from (values
               ('patient_identity', 'patients'), ('patient_clinical', 'patients'), ('medical_record_details', 'medical_records'),
               ('appointment_reasons', 'appointments'), ('transfer_job_patients', 'transfer_jobs'), ('cases', 'case_activity_log')
             ) as v (side, main)
             join audit.access_log as m on m.table_name = v.main
             where v.side = l.table_name
               and m.user_id = l.user_id
               and m.occurred_at between l.statement_at and l.occurred_at + interval '1 minute'
               and m.statement_at = l.statement_at
               and m.backend_pid = l.backend_pid
               and m.outcome = 'allowed'
           ) then 'masked'
         else l.outcome
       end as outcome,
       l.reason, l.purpose, l.justification, l.client_address, l.address_source, l.user_agent, l.row_id, l.patient_id
from audit.access_log as l;
comment on view public.access_log is
  'The access log for whom it concerns: a denial of a view''s side table, in a statement that was shown the rest, reads masked. [N-35, N-47]';

-- Whom a record is about, what a copy for that person leaves out, and why erasure leaves the log whole: it holds ids alone.
insert into governance.subject_links (schema_name, table_name, column_name, target_table)
values ('audit', 'access_log', 'patient_id', 'patients');
insert into governance.export_exclusions (schema_name, table_name, column_name, reason)
values
  ('audit', 'access_log', 'user_id', 'names a member of staff, or another login'),
  ('audit', 'access_log', 'session_id', 'a session of somebody else'),
  ('audit', 'access_log', 'client_address', 'where a member of staff works'),
  ('audit', 'access_log', 'user_agent', 'what a member of staff works with'),
  ('audit', 'access_log', 'hmac', 'proves the record to who keeps the key');
insert into governance.erasure_rules (schema_name, table_name, column_name, action, kept_for, replacement, basis)
values ('audit', 'access_log', '*', 'keep', null, null, 'ids alone, which are nobody''s once what names the person is gone; who saw a record is kept on record');

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema audit, authz to cordon_definer;

-- audit.access_slot_name: slots are named once a server, so that two databases of one server must not share a name.
create or replace function audit.access_slot_name()
  returns text
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return 'cordon_access_' || (select d.oid from pg_database as d where d.datname = current_database());
end
$$;
comment on function audit.access_slot_name() is
  'Name of the replication slot that the access log of this database is drained from. [N-35]';
revoke all on function audit.access_slot_name() from public;
grant execute on function audit.access_slot_name() to cordon_definer;

-- audit.access_drain_status: where the drain stands, for whoever watches over it: how much is not yet in the log, and how much WAL the slot keeps
-- on the disk for it.
create or replace function audit.access_drain_status(
  out slot_name text, out slot_exists boolean, out wal_status text, out is_active boolean, out drained_to pg_lsn, out lag_bytes bigint,
  out slot_bytes bigint, out safe_bytes bigint, out drained_at timestamptz, out records bigint, out same_server boolean
)
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  slot_name := audit.access_slot_name();
  select d.position, d.drained_at, d.records, d.system_identifier = (select c.system_identifier::text from pg_control_system() as c)
    into drained_to, drained_at, records, same_server
    from audit.access_drains as d
   where d.slot_name = access_drain_status.slot_name;
  select true, s.wal_status, s.active, pg_wal_lsn_diff(pg_current_wal_insert_lsn(), s.restart_lsn)::bigint, s.safe_wal_size
    into slot_exists, wal_status, is_active, slot_bytes, safe_bytes
    from pg_replication_slots as s
   where s.slot_name = access_drain_status.slot_name;
  slot_exists := coalesce(slot_exists, false);
  lag_bytes := case when same_server then greatest(pg_wal_lsn_diff(pg_current_wal_insert_lsn(), drained_to), 0)::bigint end;
end
$$;
comment on function audit.access_drain_status() is
  'Slot, position, lag and WAL kept (bytes), when it last ran and how many records it wrote in all; NULL where it never ran. For whoever migrates. [N-35]';
alter function audit.access_drain_status() owner to cordon_definer;
revoke all on function audit.access_drain_status() from public;

-- audit.access_payload: what the hmac of a record signs, from the columns that were read out of it: an auditor recomputes both.
create or replace function audit.access_payload(entry audit.access_log)
  returns text
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return array[
    (extract(epoch from entry.occurred_at) * 1000000)::bigint::text,
    (extract(epoch from entry.statement_at) * 1000000)::bigint::text,
    (extract(epoch from entry.transaction_at) * 1000000)::bigint::text,
    entry.backend_pid::text,
    entry.transaction_id::text,
    entry.realm,
    entry.user_id::text,
    entry.session_id::text,
    entry.role,
    nullif(entry.organisation_id, '00000000-0000-0000-0000-000000000000')::text,
    entry.table_name,
    entry.operation,
    entry.audit_level,
    entry.outcome,
    entry.reason,
    entry.purpose,
    entry.justification,
    host(entry.client_address),
    entry.address_source,
    entry.user_agent,
    entry.row_id::text,
    entry.patient_id::text
  ]::text;
end
$$;
comment on function audit.access_payload(audit.access_log) is
  'The text that the hmac of a record of the access log signs. [N-35]';
revoke all on function audit.access_payload(audit.access_log) from public;
grant execute on function audit.access_payload(audit.access_log) to cordon_definer;

-- audit.bent_access_records: records of a stretch of time that are not what was signed: somebody who can write to the table, and not sign, changed or
-- added them. Rows that are gone are found by the seals.
create or replace function audit.bent_access_records(since timestamptz, until timestamptz)
  returns table (occurred_at timestamptz, id uuid)
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return query
  select l.occurred_at, l.id
  from audit.access_log as l
  left join audit.access_keys as k on k.key_id = l.key_id
  where l.occurred_at >= since
    and l.occurred_at < until
    and (
      k.key_id is null
      or l.hmac <> sha256(k.outer_pad || sha256(k.inner_pad || convert_to(audit.access_payload(l), 'UTF8')))
      or l.id <> encode(substring(l.hmac from 1 for 16), 'hex')::uuid
    )
  order by l.occurred_at, l.id;
end
$$;
comment on function audit.bent_access_records(timestamptz, timestamptz) is
  'Records of [since, until) whose hmac is not theirs. For whoever migrates. [N-35]';
alter function audit.bent_access_records(timestamptz, timestamptz) owner to cordon_definer;
revoke all on function audit.bent_access_records(timestamptz, timestamptz) from public;

-- audit.create_access_month: the partition of a month, in UTC, where there is none. Its triggers are its own: of the parent's, PostgreSQL fires
-- those of rows only. Nobody is granted anything on it. Definer of the owner: only the owner of a table gives it partitions.
create or replace function audit.create_access_month(month timestamptz)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
  set timezone = 'UTC'
  set datestyle = 'ISO, YMD'
as $$
declare
  v_from constant timestamptz := date_trunc('month', month);
  v_name constant text := to_char(v_from, '"access_log_"YYYY_MM');
begin
  if exists (
    select
    from pg_inherits as i
    join pg_class as c on c.oid = i.inhrelid
    where i.inhparent = 'audit.access_log'::regclass
      and c.relname = v_name
  ) then
    return;
  end if;
  execute format(
    'create table access_log_months.%I (like audit.access_log including defaults including constraints)', v_name
  );
  execute format('alter table access_log_months.%I enable row level security', v_name);
  execute format('alter table access_log_months.%I force row level security', v_name);
  execute format(
    'alter table audit.access_log attach partition access_log_months.%I for values from (%L) to (%L)',
    v_name, v_from, v_from + interval '1 month'
  );
  execute format(
    'create trigger _021_no_truncate before truncate on access_log_months.%I for each statement execute function authz.tg__append_only(%L)',
    v_name, 'access_log'
  );
  execute format('alter table access_log_months.%I enable always trigger _021_no_truncate', v_name);
  execute format('alter table access_log_months.%I enable always trigger _020_append_only', v_name);
  execute format('comment on table access_log_months.%I is %L', v_name, 'Records of ' || to_char(v_from, 'YYYY-MM') || ', UTC. [N-35]');
end
$$;
comment on function audit.create_access_month(timestamptz) is
  'Makes the partition of the access log that holds a moment, if there is none. [N-35]';
revoke all on function audit.create_access_month(timestamptz) from public;
grant execute on function audit.create_access_month(timestamptz) to cordon_definer;

-- audit.take_access_records: messages of the WAL as rows of the log, and how far they were read, in one transaction. What is not signed is not read
-- further: its bytes may be anything. A copy of a genuine record has the id of the first.
create or replace function audit.take_access_records(
  slot_name text, system_identifier text, positions pg_lsn[], messages bytea[], next_position pg_lsn
)
  returns jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
  set work_mem = '64MB'
as $$
declare
  v_entries audit.access_log[];
  v_month timestamptz;
  v_read bigint;
  v_genuine bigint;
  v_taken bigint;
begin
  select array_agg(
           row(
             timestamptz 'epoch' + f[1]::bigint * interval '1 microsecond', encode(substring(g.hmac from 1 for 16), 'hex')::uuid,
             g.position::text, g.key_id, timestamptz 'epoch' + f[2]::bigint * interval '1 microsecond',
             timestamptz 'epoch' + f[3]::bigint * interval '1 microsecond', f[4]::bigint, f[5]::bigint, f[6], f[7]::uuid, f[8]::uuid,
             f[9], coalesce(f[10], '00000000-0000-0000-0000-000000000000')::uuid, f[11], f[12], f[13], f[14], f[15], f[16], f[17], f[18]::inet, f[19], f[20], f[21]::uuid, f[22]::uuid, g.hmac
           )::audit.access_log
           order by g.position
         )
    into v_entries
    from (
      select s.position, k.key_id, s.hmac, s.payload
      from (
        -- pgoutput: M, flags (1: transactional), position (8), prefix and NUL (14), length (4), content: key (8), hmac (32), payload.
        select m.position, substring(m.message from 29 for 8) as key_number, substring(m.message from 37 for 32) as hmac,
               substring(m.message from 69) as payload
        from unnest(positions, messages) as m (position, message)
        where get_byte(m.message, 1) = 0
      ) as s
      join audit.access_keys as k on int8send(k.key_id) = s.key_number
      where s.hmac = sha256(k.outer_pad || sha256(k.inner_pad || s.payload))
    ) as g
    -- MATERIALIZED by OFFSET: nothing of a message is read before its signature.
    cross join lateral (select convert_from(g.payload, 'UTF8')::text[] as f offset 0) as fields;
  v_read := coalesce(cardinality(messages), 0);
  v_genuine := coalesce(cardinality(v_entries), 0);
  for v_month in
    select distinct date_trunc('month', e.occurred_at, 'UTC') from unnest(v_entries) as e
    union
    -- Ahead of need: the turn of a month waits for no lock.
    select date_trunc('month', clock_timestamp(), 'UTC') + step from unnest(array[interval '0', interval '32 days']) as step
  loop
    perform audit.create_access_month(v_month);
  end loop;
  insert into audit.access_log as l
  select e.* from unnest(v_entries) as e
  on conflict (occurred_at, id) do nothing;
  get diagnostics v_taken = row_count;
  insert into audit.access_log_exceptions (kind, slot_name, from_lsn, to_lsn, records, cause)
  select e.kind, take_access_records.slot_name, positions[1]::text, next_position::text, e.records, e.cause
  from (values ('forged', v_read - v_genuine, 'signature'), ('replayed', v_genuine - v_taken, 'copy')) as e (kind, records, cause)
  where e.records > 0;
  insert into audit.access_drains as d (slot_name, system_identifier, position, drained_at, records)
  values (
    take_access_records.slot_name, take_access_records.system_identifier, next_position, clock_timestamp(), v_taken
  )
  on conflict on constraint access_drains_pkey do update
     set position = excluded.position,
         system_identifier = excluded.system_identifier,
         drained_at = excluded.drained_at,
         records = d.records + excluded.records;
  return jsonb_build_object('records', v_taken, 'forged', v_read - v_genuine, 'replayed', v_genuine - v_taken);
end
$$;
comment on function audit.take_access_records(text, text, pg_lsn[], bytea[], pg_lsn) is
  'Writes the genuine messages into the access log and how far was read; returns the counts of records, forged, replayed. [N-35]';
alter function audit.take_access_records(text, text, pg_lsn[], bytea[], pg_lsn) owner to cordon_definer;
revoke all on function audit.take_access_records(text, text, pg_lsn[], bytea[], pg_lsn) from public;

-- audit.note_access_gap: a stretch of the WAL that nobody will ever read, written down, and the drain set behind it.
create or replace function audit.note_access_gap(
  slot_name text, system_identifier text, from_position pg_lsn, to_position pg_lsn, cause text
)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  insert into audit.access_log_exceptions (kind, slot_name, from_lsn, to_lsn, cause)
  values ('gap', note_access_gap.slot_name, from_position::text, to_position::text, note_access_gap.cause);
  perform audit.take_access_records(note_access_gap.slot_name, note_access_gap.system_identifier, '{}', '{}', to_position);
end
$$;
comment on function audit.note_access_gap(text, text, pg_lsn, pg_lsn, text) is
  'Records that the log misses what the WAL held between two positions, and goes on behind it. [N-35]';
alter function audit.note_access_gap(text, text, pg_lsn, pg_lsn, text) owner to cordon_definer;
revoke all on function audit.note_access_gap(text, text, pg_lsn, pg_lsn, text) from public;

-- audit.create_access_slot: from here on the server keeps its WAL until it was drained. By command and not by migration: a slot is the server's, no
-- transaction's, and one that nobody drains fills the disk. Whatever was decided before is in no log, and that is written down.
create or replace function audit.create_access_slot()
  returns text
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_slot constant text := audit.access_slot_name();
  v_system constant text := (select c.system_identifier::text from pg_control_system() as c);
  v_drained record;
  v_position pg_lsn;
begin
  if exists (select from pg_replication_slots as s where s.slot_name = v_slot) then
    return v_slot;
  end if;
  v_drained := audit.access_drain_status();
  -- Before anything is written: a transaction that has written gets no slot.
  select s.lsn into v_position from pg_create_logical_replication_slot(v_slot, 'pgoutput') as s;
  perform audit.note_access_gap(
    v_slot, v_system, v_drained.drained_to, v_position, case when v_drained.drained_to is null then 'first slot' else 'slot lost' end
  );
  return v_slot;
end
$$;
comment on function audit.create_access_slot() is
  'Creates the slot of the access log where there is none, and records the gap before it; returns its name. For whoever migrates, who needs REPLICATION. [N-35]';
revoke all on function audit.create_access_slot() from public;

-- audit.drain_access_log: what the WAL holds of the access log, once. First the slot is moved to where an earlier, committed run stands; then the next
-- records are read without moving it, and written with the position behind them in this transaction. Killed anywhere, it reads them again; the slot
-- never stands behind what is not committed. Definer of the owner, who has REPLICATION: nobody else of ours may read a slot.
create or replace function audit.drain_access_log(batch integer default 20000)
  returns jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_slot constant text := audit.access_slot_name();
  v_system constant text := (select c.system_identifier::text from pg_control_system() as c);
  v_drained record;
  v_confirmed pg_lsn;
  v_end pg_lsn;
  v_positions pg_lsn[];
  v_messages bytea[];
  v_last record;
  v_next pg_lsn;
  v_gap text;
  v_is_full boolean;
begin
  if pg_is_in_recovery() then
    return jsonb_build_object('state', 'standby', 'more', false, 'gap', null, 'records', 0, 'forged', 0, 'replayed', 0);
  end if;
  if not pg_try_advisory_xact_lock(hashtextextended('audit.drain_access_log', 0)) then
    return jsonb_build_object('state', 'busy', 'more', false, 'gap', null, 'records', 0, 'forged', 0, 'replayed', 0);
  end if;
  -- The position must be on the disk before a later run moves the slot to it.
  perform set_config('synchronous_commit', 'on', true);
  v_drained := audit.access_drain_status();
  if v_drained.is_active then
    return jsonb_build_object('state', 'busy', 'more', false, 'gap', null, 'records', 0, 'forged', 0, 'replayed', 0);
  end if;
  if not v_drained.slot_exists and v_drained.drained_to is null then
    raise exception 'the access log has no replication slot'
      using errcode = 'CD030', hint = 'Create it once a database: npm run audit:drain -- --create-slot.';
  end if;
  if v_drained.wal_status = 'lost' then
    perform pg_drop_replication_slot(v_slot);
    v_gap := 'max_slot_wal_keep_size';
  end if;
  if v_drained.wal_status = 'lost' or not v_drained.slot_exists then
    -- Nothing is written yet: a transaction that has written gets no slot.
    perform pg_create_logical_replication_slot(v_slot, 'pgoutput');
  end if;
  select s.confirmed_flush_lsn into v_confirmed from pg_replication_slots as s where s.slot_name = v_slot;
  if v_drained.drained_to is null or not v_drained.same_server or v_confirmed > v_drained.drained_to then
    v_gap := case
      when v_drained.drained_to is null then 'first slot'
      when not v_drained.same_server then 'another server'
      else coalesce(v_gap, 'slot lost')
    end;
    perform audit.note_access_gap(v_slot, v_system, v_drained.drained_to, v_confirmed, v_gap);
    v_drained.drained_to := v_confirmed;
  elsif v_confirmed < v_drained.drained_to then
    perform pg_replication_slot_advance(v_slot, v_drained.drained_to);
  end if;

  -- Of a transaction that wrote nothing the last page is not on the disk yet, and only what is there is read. Before 17, the next run reads it.
  if current_setting('server_version_num')::integer >= 170000 then
    perform pg_logical_emit_message(false, 'cordon.flush', '', true);
  end if;
  v_end := pg_current_wal_flush_lsn();
  with read as materialized (
    select c.lsn, c.data, c.place
    from pg_logical_slot_peek_binary_changes(
      v_slot, v_end, batch, 'proto_version', '1', 'publication_names', 'cordon_access', 'messages', 'true'
    ) with ordinality as c (lsn, xid, data, place)
  )
  select a.positions, a.messages, l.lsn, l.place
    into v_last
    from (
      select array_agg(r.lsn order by r.place) as positions, array_agg(r.data order by r.place) as messages
      from read as r
      where get_byte(r.data, 0) = 77 -- M, with the prefix cordon.access and its NUL
        and substring(r.data from 11 for 14) = convert_to('cordon.access', 'UTF8') || decode('00', 'hex')
    ) as a
    left join (
      select r.lsn, r.place from read as r order by r.place desc limit 1
    ) as l on true;
  v_positions := coalesce(v_last.positions, '{}');
  v_messages := coalesce(v_last.messages, '{}');
  v_is_full := coalesce(v_last.place >= batch, false);
  -- A message is told by where it ends, as the end of a transaction is: the next one begins there.
  v_next := case when v_is_full then v_last.lsn else v_end end;
  return jsonb_build_object('state', 'drained', 'more', v_is_full, 'gap', v_gap)
    || audit.take_access_records(v_slot, v_system, v_positions, v_messages, v_next);
end
$$;
comment on function audit.drain_access_log(integer) is
  'Writes at most so many records (about) from the WAL into the access log, each once; returns state (drained, busy, standby), more, gap, records, forged, replayed. CD030 without a slot. For whoever migrates, who needs REPLICATION. [N-35, N-47]';
revoke all on function audit.drain_access_log(integer) from public;

-- audit.key_expression: SQL that names a row of the table `t` by its primary key, as the literal of a text array.
create or replace function audit.key_expression(table_name text)
  returns text
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_expression text;
begin
  select 'array[' || string_agg(
           format(
             case
               when a.atttypid = 'timestamptz'::regtype then 'to_char(t.%I at time zone ''UTC'', ''YYYY-MM-DD"T"HH24:MI:SS.US"Z"'')'
               else 't.%I::text'
             end,
             a.attname
           ),
           ', ' order by k.place
         ) || ']::text'
    into v_expression
    from pg_index as i
   cross join lateral unnest(i.indkey::smallint[]) with ordinality as k (attnum, place)
    join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = k.attnum
   where i.indrelid = table_name::regclass
     and i.indisprimary
     and k.place <= i.indnkeyatts -- what an index only includes is no part of the key
  -- Types whose text no setting changes, and moments, which are written in UTC.
  having bool_and(
           a.atttypid in (
             'uuid'::regtype, 'text'::regtype, 'smallint'::regtype, 'integer'::regtype, 'bigint'::regtype, 'boolean'::regtype,
             'timestamptz'::regtype
           )
         );
  if v_expression is null then
    raise exception 'a table has no key to seal its rows by'
      using errcode = 'CD019', detail = table_name, hint = 'Give it a primary key of uuid, text, integers, booleans or timestamptz.';
  end if;
  return v_expression;
end
$$;

-- audit.rotate_access_key: a new key for the records that follow; the old ones stay, to verify what they signed. For whoever migrates, who alone can
-- tell that a key was seen: a caller's role could only pile up keys.
create or replace function audit.rotate_access_key()
  returns bigint
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_key constant bytea := sha256(
    uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
  );
  v_inner bytea := decode(repeat('36', 64), 'hex');
  v_outer bytea := decode(repeat('5c', 64), 'hex');
  v_key_id bigint;
begin
  for i in 0..31 loop
    v_inner := set_byte(v_inner, i, 54 # get_byte(v_key, i));
    v_outer := set_byte(v_outer, i, 92 # get_byte(v_key, i));
  end loop;
  insert into audit.access_keys (key_id, inner_pad, outer_pad)
  select coalesce(max(k.key_id), 0) + 1, v_inner, v_outer
  from audit.access_keys as k
  returning key_id into v_key_id;
  return v_key_id;
end
$$;
comment on function audit.rotate_access_key() is
  'Makes the key that signs the access log from now on; returns its id. For whoever migrates. [N-35]';
alter function audit.rotate_access_key() owner to cordon_definer;
revoke all on function audit.rotate_access_key() from public;

-- authz.membership_for: what the scalar of every provider policy asks. One call a statement (InitPlan), one membership probe by
-- index; NULL denies, and "= NULL" scans nothing. plpgsql because its plan is cached (a sql function is planned anew
-- in every statement); STABLE because an IMMUTABLE one would serve another tenant's rows from a prepared statement.
-- It gives who was let in, too: the record of the decision needs no second look, and cannot tell of somebody else.
create or replace function authz.membership_for(required_roles text[], required_capabilities text[])
  returns authz.membership
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_membership authz.membership;
begin
  if v_caller.user_id is null then
    return null;
  end if;
  -- Nothing chosen: with exactly one live membership none is needed, with several the answer is no row.
  select case
           when count(*) = 1
             then (
               min(m.organisation_id::text) filter (
                 where (cardinality(required_roles) = 0 or m.role = any (required_roles))
                   and m.capabilities @> required_capabilities
               )
             )::uuid
         end,
         min(m.role)
    into v_membership.organisation_id, v_membership.role
    from authz.live_memberships as m
   where m.user_id = v_caller.user_id
     and (v_caller.organisation_id is null or m.organisation_id = v_caller.organisation_id);
  if v_membership.organisation_id is null then
    return null;
  end if;
  v_membership.user_id := v_caller.user_id;
  v_membership.session_id := v_caller.session_id;
  return v_membership;
end
$$;
comment on function authz.membership_for(text[], text[]) is
  'Membership of the caller in the current organisation if they hold one of the roles (empty: any) and all capabilities there, else NULL. [S-02, N-04, N-16, N-22, N-31]';
alter function authz.membership_for(text[], text[]) owner to cordon_definer;
revoke all on function authz.membership_for(text[], text[]) from public;
grant execute on function authz.membership_for(text[], text[]) to authenticated;

-- authz.organisation_for: membership_for, where only the organisation is asked: of a branch's guard, and by functions.
create or replace function authz.organisation_for(required_roles text[], required_capabilities text[])
  returns uuid
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (authz.membership_for(required_roles, required_capabilities)).organisation_id;
end
$$;

-- authz.request_headers: headers of the request, for what records what the client says of itself: illegible ones say nothing.
create or replace function authz.request_headers()
  returns jsonb
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return nullif(current_setting('request.headers', true), '')::jsonb;
exception
  when data_exception or program_limit_exceeded then -- whole classes: not JSON, a NUL escape, too deep
    return null;
end
$$;
comment on function authz.request_headers() is
  'Headers of the request as JSON, NULL where there are none or they are illegible. [N-35]';
revoke all on function authz.request_headers() from public;
grant execute on function authz.request_headers() to cordon_definer;

-- authz.printable: what a client says, as it is kept: one line, without what a terminal or a page would act on, and bounded.
create or replace function authz.printable(value text, length integer)
  returns text
  language plpgsql
  immutable
  strict
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
begin
  if value ~ '[[:cntrl:]]' then
    return nullif(left(regexp_replace(left(value, length), '[[:cntrl:]]', ' ', 'g'), length), '');
  end if;
  return nullif(left(value, length), '');
end
$$;
comment on function authz.printable(text, integer) is
  'The text without control characters, at most so many characters; NULL for an empty one. [N-35]';
revoke all on function authz.printable(text, integer) from public;
grant execute on function authz.printable(text, integer) to cordon_definer;

-- authz.emit_access: writes one record into the WAL, where neither ROLLBACK nor an error takes it back and a READ ONLY transaction may write, too.
-- Signed, since whoever can call pg_logical_emit_message can write there: key id (8 bytes), HMAC-SHA-256 (32), and what is signed, the text of an
-- array (audit.access_payload reads it back). RFC 2104 over sha256(): the pads are computed when a key is made.
-- Private: whoever could call it could have anything signed. A comprehensive decision is on disk before its rows are disclosed, from PostgreSQL 17 on.
create or replace function authz.emit_access(
  realm text, membership authz.membership, table_name text, operation text, level text, outcome text, reason text,
  row_id uuid, patient_id uuid
)
  returns void
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_headers jsonb;
  v_key record;
  v_address inet;
  v_payload bytea;
  v_content bytea;
begin
  if current_setting('request.headers', true) <> '' then
    v_headers := authz.request_headers();
  end if;
  select k.key_id, k.inner_pad, k.outer_pad, (select lower(d.trusted_address_header) from authz.deployment_settings as d) as header
    into strict v_key
    from audit.access_keys as k
   order by k.key_id desc
   limit 1;
  if v_key.header is not null then
    v_address := authz.client_address();
  end if;
  v_payload := convert_to(
    array[
      (extract(epoch from clock_timestamp()) * 1000000)::bigint::text,
      (extract(epoch from statement_timestamp()) * 1000000)::bigint::text,
      (extract(epoch from now()) * 1000000)::bigint::text,
      pg_backend_pid()::text,
      pg_current_xact_id_if_assigned()::text,
      realm,
      membership.user_id::text,
      membership.session_id::text,
      membership.role,
      membership.organisation_id::text,
      table_name,
      operation,
      level,
      outcome,
      reason,
      authz.printable(coalesce(nullif(current_setting('app.purpose', true), ''), v_headers ->> 'x-purpose'), 100),
      authz.printable(coalesce(nullif(current_setting('app.justification', true), ''), v_headers ->> 'x-justification'), 500),
      host(v_address),
      case when v_address is null then 'unknown' else 'edge' end,
      authz.printable(v_headers ->> 'user-agent', 400),
      row_id::text,
      patient_id::text
    ]::text,
    'UTF8'
  );
  v_content := int8send(v_key.key_id) || sha256(v_key.outer_pad || sha256(v_key.inner_pad || v_payload)) || v_payload;
  if level = 'comprehensive' and outcome = 'allowed' and nullif(current_setting('server_version_num'), '')::integer >= 170000 then
    perform pg_logical_emit_message(false, 'cordon.access', v_content, true);
  else
    perform pg_logical_emit_message(false, 'cordon.access', v_content);
  end if;
end
$$;
comment on function authz.emit_access(text, authz.membership, text, text, text, text, text, uuid, uuid) is
  'Signs a record of the access log and writes it into the WAL. [N-29, N-35, N-47]';
alter function authz.emit_access(text, authz.membership, text, text, text, text, text, uuid, uuid) owner to cordon_definer;
revoke all on function authz.emit_access(text, authz.membership, text, text, text, text, text, uuid, uuid) from public;

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
  v_claims constant jsonb := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
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

-- authz.membership_within: membership_for, at these hours, from these networks and for these purposes. What does not depend on the row
-- stays inside the scalar: a boolean beside it would filter every row of the tenant instead.
create or replace function authz.membership_within(
  required_roles text[], required_capabilities text[], required_hours integer[], required_network boolean,
  required_purposes text[]
)
  returns authz.membership
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_membership constant authz.membership := authz.membership_for(required_roles, required_capabilities);
begin
  if v_membership.organisation_id is null
    or (required_hours is not null and not authz.is_within_hours(v_membership.organisation_id, required_hours, authz.now()))
    or (required_network and not authz.is_within_networks(v_membership.organisation_id, authz.client_address()))
    or (cardinality(required_purposes) > 0 and authz.purpose() <> all (required_purposes))
  then
    return null;
  end if;
  return v_membership;
end
$$;
comment on function authz.membership_within(text[], text[], integer[], boolean, text[]) is
  'Membership of the caller if membership_for gives it, within the hours (NULL: any, empty: business), the listed networks (true) and the purposes (empty: any), else NULL. [N-04, N-28, N-48]';
alter function authz.membership_within(text[], text[], integer[], boolean, text[]) owner to cordon_definer;
revoke all on function authz.membership_within(text[], text[], integer[], boolean, text[]) from public;
grant execute on function authz.membership_within(text[], text[], integer[], boolean, text[]) to authenticated;

-- authz.organisation_within: membership_within, where only the organisation is asked.
create or replace function authz.organisation_within(
  required_roles text[], required_capabilities text[], required_hours integer[], required_network boolean,
  required_purposes text[]
)
  returns uuid
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    authz.membership_within(required_roles, required_capabilities, required_hours, required_network, required_purposes)
  ).organisation_id;
end
$$;

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

revoke create on schema audit, authz from cordon_definer;

create policy provider_fence on audit.access_drains
  as restrictive for all to authenticated
  using (false)
  with check (false);
comment on policy provider_fence on audit.access_drains is
  'Whatever another policy allows, staff reach no row. [N-24, S-02, S-03, S-04]';

create policy patient_fence on audit.access_drains
  as restrictive for all to patient
  using (false)
  with check (false);
comment on policy patient_fence on audit.access_drains is
  'Whatever another policy allows, patients reach no row. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on audit.access_drains
  as restrictive for all to internal_ops
  using (false)
  with check (false);
comment on policy internal_ops_fence on audit.access_drains is
  'Whatever another policy allows, operations reach no row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on audit.access_drains
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on audit.access_drains is
  'Whatever another policy allows, callers who are not signed in reach no row. [N-24, S-02, S-03, S-04]';

create policy definer_select on audit.access_drains
  for select to cordon_definer
  using (true);
comment on policy definer_select on audit.access_drains is
  'definer functions may read every row (audit.access_drain_status: where to go on). [N-35]';

create policy definer_insert on audit.access_drains
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on audit.access_drains is
  'definer functions may create every row (audit.take_access_records: with the records themselves). [N-35]';

create policy definer_update on audit.access_drains
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on audit.access_drains is
  'definer functions may change every row (audit.take_access_records: with the records themselves). [N-35]';

create policy provider_fence on audit.access_keys
  as restrictive for all to authenticated
  using (false)
  with check (false);
comment on policy provider_fence on audit.access_keys is
  'Whatever another policy allows, staff reach no row. [N-24, S-02, S-03, S-04]';

create policy patient_fence on audit.access_keys
  as restrictive for all to patient
  using (false)
  with check (false);
comment on policy patient_fence on audit.access_keys is
  'Whatever another policy allows, patients reach no row. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on audit.access_keys
  as restrictive for all to internal_ops
  using (false)
  with check (false);
comment on policy internal_ops_fence on audit.access_keys is
  'Whatever another policy allows, operations reach no row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on audit.access_keys
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on audit.access_keys is
  'Whatever another policy allows, callers who are not signed in reach no row. [N-24, S-02, S-03, S-04]';

create policy definer_select on audit.access_keys
  for select to cordon_definer
  using (true);
comment on policy definer_select on audit.access_keys is
  'definer functions may read every row (authz.emit_access signs; audit.take_access_records, audit.bent_access_records verify). [N-35]';

create policy definer_insert on audit.access_keys
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on audit.access_keys is
  'definer functions may create every row (audit.rotate_access_key: the only hand). [N-35]';

create policy provider_fence on audit.access_log
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'access_log', 'SELECT', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'access_log', 'SELECT', 'detailed')));
comment on policy provider_fence on audit.access_log is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with auditor of the current organisation or any member with privacy_officer of the current organisation. [N-24, S-02, S-03, S-04]';

create policy patient_fence on audit.access_log
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on audit.access_log is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on audit.access_log
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on audit.access_log is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on audit.access_log
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on audit.access_log is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy provider_select on audit.access_log
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'access_log', 'SELECT', 'detailed')));
comment on policy provider_select on audit.access_log is
  'any member with auditor of the current organisation may read rows; any member with privacy_officer of the current organisation may read rows. [N-35, N-47]';

create policy internal_ops_select on audit.access_log
  for select to internal_ops
  using ((select authz.log_decision(authz.is_operator('{auditor}'), 'internal_ops', 'access_log', 'SELECT', 'detailed')));
comment on policy internal_ops_select on audit.access_log is
  'auditor of operations may read rows. [N-35, N-47]';

create policy definer_select on audit.access_log
  for select to cordon_definer
  using (true);
comment on policy definer_select on audit.access_log is
  'definer functions may read every row (audit.seal_table, audit.sealed_records: what is sealed is the whole row; audit.bent_access_records: what was signed). [N-35, S-20]';

create policy definer_insert on audit.access_log
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on audit.access_log is
  'definer functions may create every row (audit.take_access_records: the only hand). [N-35]';

create policy provider_fence on audit.access_log_exceptions
  as restrictive for all to authenticated
  using (false)
  with check (false);
comment on policy provider_fence on audit.access_log_exceptions is
  'Whatever another policy allows, staff reach no row. [N-24, S-02, S-03, S-04]';

create policy patient_fence on audit.access_log_exceptions
  as restrictive for all to patient
  using (false)
  with check (false);
comment on policy patient_fence on audit.access_log_exceptions is
  'Whatever another policy allows, patients reach no row. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on audit.access_log_exceptions
  as restrictive for all to internal_ops
  using (false)
  with check (false);
comment on policy internal_ops_fence on audit.access_log_exceptions is
  'Whatever another policy allows, operations reach no row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on audit.access_log_exceptions
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on audit.access_log_exceptions is
  'Whatever another policy allows, callers who are not signed in reach no row. [N-24, S-02, S-03, S-04]';

create policy definer_select on audit.access_log_exceptions
  for select to cordon_definer
  using (true);
comment on policy definer_select on audit.access_log_exceptions is
  'definer functions may read every row (audit.seal_table, audit.sealed_records: what is sealed is the whole row). [S-20]';

create policy definer_insert on audit.access_log_exceptions
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on audit.access_log_exceptions is
  'definer functions may create every row (audit.take_access_records, audit.note_access_gap: the only hands). [N-35]';

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

alter policy provider_fence on public.document_read_tickets
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'document_read_tickets', 'SELECT', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'document_read_tickets', 'SELECT', 'detailed')));

alter policy provider_select on public.document_read_tickets
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'document_read_tickets', 'SELECT', 'detailed')));

alter policy provider_fence on public.document_upload_grants
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'document_upload_grants', 'SELECT', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'document_upload_grants', 'SELECT', 'detailed')));

alter policy provider_select on public.document_upload_grants
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'document_upload_grants', 'SELECT', 'detailed')));

alter policy provider_fence on public.documents
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_within('{}', '{finance}', null, false, '{data_view,billing}')), (select authz.organisation_within('{doctor,nurse}', '{}', null, false, '{data_view,treatment}'))), 'provider', 'documents', 'SELECT', 'comprehensive')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_within('{}', '{finance}', null, false, '{data_view,billing}')), (select authz.organisation_within('{doctor,nurse}', '{}', null, false, '{data_view,treatment}'))), 'provider', 'documents', 'SELECT', 'comprehensive')));

alter policy provider_select on public.documents
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_within('{}', '{finance}', null, false, '{data_view,billing}')), (select authz.organisation_within('{doctor,nurse}', '{}', null, false, '{data_view,treatment}'))), 'provider', 'documents', 'SELECT', 'comprehensive')));

alter policy provider_select_rows on public.documents
  to authenticated
  using (
    case
      when
        (archived_at is null or archived_at = now())
        and patient_status = 'active'
        and (
          (
            is_financial = true
            and organisation_id = (select authz.organisation_within('{}', '{finance}', null, false, '{data_view,billing}'))
          )
          or (
            (
              (
                organisation_id::text || patient_id::text = any ((select authz.treated_patients(null))::text[])
                and treatment_consent_until > (select authz.now())
              )
              or organisation_id::text || patient_id::text = any ((select authz.emergency_patients())::text[])
            )
            and organisation_id = (select authz.organisation_within('{doctor,nurse}', '{}', null, false, '{data_view,treatment}'))
          )
        )
      then authz.log_row('provider', 'documents', 'SELECT', organisation_id, id, patient_id)
      else false
    end
  );

alter policy patient_select on public.documents
  to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'documents', 'SELECT', 'detailed'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and status = 'active'
    and (archived_at is null or archived_at = now())
  );

alter policy internal_ops_select on public.documents
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'documents', 'SELECT', 'comprehensive'))
    and case
      when
        status = 'active'
        and (archived_at is null or archived_at = now())
        and authz.is_handed_over('patient', organisation_id, patient_id)
      then authz.log_row('internal_ops', 'documents', 'SELECT', organisation_id, id, patient_id)
      else false
    end
    and patient_id = any ((select authz.handed_over_ids('patient'))::uuid[])
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

alter policy provider_fence on public.retention_extensions
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'retention_extensions', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'retention_extensions', 'SELECT', 'basic')));

alter policy provider_select on public.retention_extensions
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'retention_extensions', 'SELECT', 'basic')));

alter policy provider_insert on public.retention_extensions
  to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'retention_extensions', 'INSERT', 'detailed')));

alter policy provider_update on public.retention_extensions
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'retention_extensions', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'retention_extensions', 'SELECT', 'basic')));

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

create or replace trigger _020_append_only
  before update or delete on audit.access_log
  for each row
  execute function authz.tg__append_only('access_log');
alter table audit.access_log enable always trigger _020_append_only;
comment on trigger _020_append_only on audit.access_log is
  'Refuses every change, the owner''s included. [S-20]';

create or replace trigger _021_no_truncate
  before truncate on audit.access_log
  for each statement
  execute function authz.tg__append_only('access_log');
alter table audit.access_log enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on audit.access_log is
  'Refuses to empty the table, the owner included. [S-20]';

create or replace trigger _020_append_only
  before update or delete on audit.access_log_exceptions
  for each row
  execute function authz.tg__append_only('access_log_exceptions');
alter table audit.access_log_exceptions enable always trigger _020_append_only;
comment on trigger _020_append_only on audit.access_log_exceptions is
  'Refuses every change, the owner''s included. [S-20]';

create or replace trigger _021_no_truncate
  before truncate on audit.access_log_exceptions
  for each statement
  execute function authz.tg__append_only('access_log_exceptions');
alter table audit.access_log_exceptions enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on audit.access_log_exceptions is
  'Refuses to empty the table, the owner included. [S-20]';

grant
  select ("position", drained_at, records, slot_name, system_identifier),
  insert ("position", drained_at, records, slot_name, system_identifier),
  update ("position", drained_at, records, system_identifier)
  on audit.access_drains to cordon_definer;

grant
  select (inner_pad, key_id, outer_pad),
  insert (inner_pad, key_id, outer_pad)
  on audit.access_keys to cordon_definer;

grant select on audit.access_log to authenticated;
grant
  select (address_source, audit_level, backend_pid, client_address, hmac, id, justification, key_id, lsn, occurred_at, operation, organisation_id, outcome, patient_id, purpose, realm, reason, role, row_id, session_id, statement_at, table_name, transaction_at, transaction_id, user_agent, user_id),
  insert (address_source, audit_level, backend_pid, client_address, hmac, id, justification, key_id, lsn, occurred_at, operation, organisation_id, outcome, patient_id, purpose, realm, reason, role, row_id, session_id, statement_at, table_name, transaction_at, transaction_id, user_agent, user_id)
  on audit.access_log to cordon_definer;
grant select on audit.access_log to internal_ops;

grant
  select (cause, from_lsn, id, kind, noticed_at, records, slot_name, to_lsn),
  insert (cause, from_lsn, kind, records, slot_name, to_lsn)
  on audit.access_log_exceptions to cordon_definer;

grant select on public.access_log to authenticated;
grant select on public.access_log to internal_ops;

grant select (patient_id) on public.subject_request_evidence to cordon_definer;

-- migrate:down
