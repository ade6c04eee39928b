-- migrate:up
-- Why: clinics write invoices and record payments, until operations take them over
-- Access: +11 grants, +17 policies
--   + policy provider_select on public.agreements: select to authenticated
--   + policy provider_insert on public.agreements: insert to authenticated
--   + policy provider_update on public.agreements: update to authenticated
--   + policy provider_select on public.claims: select to authenticated
--   + policy provider_select on public.guarantees_of_payment: select to authenticated
--   + policy provider_select on public.invoice_lines: select to authenticated
--   + policy provider_insert on public.invoice_lines: insert to authenticated
--   + policy provider_update on public.invoice_lines: update to authenticated
--   + policy patient_select on public.invoice_lines: select to patient
--   + policy provider_select on public.invoices: select to authenticated
--   + policy provider_insert on public.invoices: insert to authenticated
--   + policy provider_update on public.invoices: update to authenticated
--   + policy patient_select on public.invoices: select to patient
--   + policy provider_select on public.payments: select to authenticated
--   + policy provider_insert on public.payments: insert to authenticated
--   + policy provider_update on public.payments: update to authenticated
--   + policy patient_select on public.payments: select to patient
--   + authenticated may select, insert (ends_on, id, number, organisation_id, payer, starts_on), update (archived_at, ends_on, payer) on public.agreements
--   + authenticated may select on public.claims
--   + authenticated may select on public.guarantees_of_payment
--   + authenticated may select, insert (7 columns), update (archived_at, description, quantity, unit_minor) on public.invoice_lines
--   + cordon_definer may select (patient_id) on public.invoice_lines
--   + patient may select on public.invoice_lines
--   + authenticated may select, insert (agreement_id, currency, id, number, organisation_id, patient_id), update (agreement_id, archived_at, status) on public.invoices
--   + patient may select on public.invoices
--   + authenticated may select, insert (7 columns), update (archived_at, method, terminal_reference) on public.payments
--   + cordon_definer may select (patient_id) on public.payments
--   + patient may select on public.payments
-- Locks: 6 existing tables, until the migration commits
--   ACCESS EXCLUSIVE public.agreements
--   ACCESS EXCLUSIVE public.claims
--   ACCESS EXCLUSIVE public.guarantees_of_payment
--   ACCESS EXCLUSIVE public.invoice_lines
--   ACCESS EXCLUSIVE public.invoices
--   ACCESS EXCLUSIVE public.payments

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

create or replace function authz.rules_agreements()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "agreements", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": null, "columns": ["archived_at", "id", "organisation_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": ["finance"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["clinic_admin"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["S-29"]}
  ]}';
end
$$;

create or replace function authz.rules_claims()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "claims", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "columns": ["archived_at", "id", "organisation_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": ["finance"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["S-29", "S-34"]},
    {"realm": "internal_ops", "operation": "INSERT", "roles": ["ops_agent"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["S-29", "S-34"]},
    {"realm": "internal_ops", "operation": "UPDATE", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["S-29", "S-34"]}
  ]}';
end
$$;

create or replace function authz.rules_guarantees_of_payment()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "guarantees_of_payment", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "columns": ["archived_at", "id", "organisation_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": ["finance"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["S-29", "S-34"]},
    {"realm": "internal_ops", "operation": "INSERT", "roles": ["ops_agent"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["S-29", "S-34"]},
    {"realm": "internal_ops", "operation": "UPDATE", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["S-29", "S-34"]}
  ]}';
end
$$;

create or replace function authz.rules_invoice_lines()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "invoice_lines", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "frozenBy": "case_id", "columns": ["archived_at", "case_id", "id", "organisation_id", "patient_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": ["finance"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["clinic_admin"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "provider", "operation": "INSERT", "roles": [], "capabilities": ["finance"], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03", "S-34"]},
    {"realm": "provider", "operation": "UPDATE", "roles": [], "capabilities": ["finance"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03", "S-34"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-15"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived", "attached"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["S-29", "S-34"]},
    {"realm": "internal_ops", "operation": "UPDATE", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived", "attached"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["S-29", "S-34"]}
  ]}';
end
$$;

create or replace function authz.rules_invoices()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "invoices", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "frozenBy": "case_id", "columns": ["archived_at", "case_id", "id", "organisation_id", "patient_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": ["finance"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["clinic_admin"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "provider", "operation": "INSERT", "roles": [], "capabilities": ["finance"], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03", "S-34"]},
    {"realm": "provider", "operation": "UPDATE", "roles": [], "capabilities": ["finance"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03", "S-34"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-15"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived", "attached"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["S-29", "S-34"]},
    {"realm": "internal_ops", "operation": "UPDATE", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived", "attached"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["S-29", "S-34"]}
  ]}';
end
$$;

create or replace function authz.rules_payments()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "payments", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "frozenBy": "case_id", "columns": ["archived_at", "case_id", "id", "organisation_id", "patient_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": ["finance"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["clinic_admin"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "provider", "operation": "INSERT", "roles": [], "capabilities": ["finance"], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03", "S-34"]},
    {"realm": "provider", "operation": "UPDATE", "roles": [], "capabilities": ["finance"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03", "S-34"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-15"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived", "attached"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["S-29", "S-34"]},
    {"realm": "internal_ops", "operation": "INSERT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["attached"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["S-29", "S-34"]},
    {"realm": "internal_ops", "operation": "UPDATE", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived", "attached"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["S-29", "S-34"]}
  ]}';
end
$$;

create policy provider_select on public.agreements
  for select to authenticated
  using (
    organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}')))
    and (archived_at is null or archived_at = now())
  );
comment on policy provider_select on public.agreements is
  'any member with finance of the current organisation may read rows that are not archived; clinic_admin of the current organisation may read rows that are not archived. [N-02, S-02]';

create policy provider_insert on public.agreements
  for insert to authenticated
  with check (organisation_id = (select authz.organisation_for('{clinic_admin}', '{}')));
comment on policy provider_insert on public.agreements is
  'clinic_admin of the current organisation may create rows. [N-02, S-03]';

create policy provider_update on public.agreements
  for update to authenticated
  using (
    organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
    and (archived_at is null or archived_at = now())
  )
  with check (
    organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
    and (archived_at is null or archived_at = now())
  );
comment on policy provider_update on public.agreements is
  'clinic_admin of the current organisation may change rows that are not archived. [N-02, S-03]';

create policy provider_select on public.claims
  for select to authenticated
  using (
    organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}')))
    and (archived_at is null or archived_at = now())
  );
comment on policy provider_select on public.claims is
  'any member with finance of the current organisation may read rows that are not archived; clinic_admin of the current organisation may read rows that are not archived. [N-02, S-02]';

create policy provider_select on public.guarantees_of_payment
  for select to authenticated
  using (
    organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}')))
    and (archived_at is null or archived_at = now())
  );
comment on policy provider_select on public.guarantees_of_payment is
  'any member with finance of the current organisation may read rows that are not archived; clinic_admin of the current organisation may read rows that are not archived. [N-02, S-02]';

create policy provider_select on public.invoice_lines
  for select to authenticated
  using (
    organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}')))
    and (archived_at is null or archived_at = now())
  );
comment on policy provider_select on public.invoice_lines is
  'any member with finance of the current organisation may read rows that are not archived; clinic_admin of the current organisation may read rows that are not archived. [N-02, S-02]';

create policy provider_insert on public.invoice_lines
  for insert to authenticated
  with check (organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))));
comment on policy provider_insert on public.invoice_lines is
  'any member with finance of the current organisation may create rows; clinic_admin of the current organisation may create rows. [N-02, S-03]';

create policy provider_update on public.invoice_lines
  for update to authenticated
  using (
    organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}')))
    and (archived_at is null or archived_at = now())
  )
  with check (
    organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}')))
    and (archived_at is null or archived_at = now())
  );
comment on policy provider_update on public.invoice_lines is
  'any member with finance of the current organisation may change rows that are not archived; clinic_admin of the current organisation may change rows that are not archived. [N-02, S-03, S-34]';

create policy patient_select on public.invoice_lines
  for select to patient
  using (
    patient_id = any ((select authz.own_patient_ids())::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.invoice_lines is
  'a patient may read rows that are their own and not archived. [N-15]';

create policy provider_select on public.invoices
  for select to authenticated
  using (
    organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}')))
    and (archived_at is null or archived_at = now())
  );
comment on policy provider_select on public.invoices is
  'any member with finance of the current organisation may read rows that are not archived; clinic_admin of the current organisation may read rows that are not archived. [N-02, S-02]';

create policy provider_insert on public.invoices
  for insert to authenticated
  with check (organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))));
comment on policy provider_insert on public.invoices is
  'any member with finance of the current organisation may create rows; clinic_admin of the current organisation may create rows. [N-02, S-03]';

create policy provider_update on public.invoices
  for update to authenticated
  using (
    organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}')))
    and (archived_at is null or archived_at = now())
  )
  with check (
    organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}')))
    and (archived_at is null or archived_at = now())
  );
comment on policy provider_update on public.invoices is
  'any member with finance of the current organisation may change rows that are not archived; clinic_admin of the current organisation may change rows that are not archived. [N-02, S-03, S-34]';

create policy patient_select on public.invoices
  for select to patient
  using (
    patient_id = any ((select authz.own_patient_ids())::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.invoices is
  'a patient may read rows that are their own and not archived. [N-15]';

create policy provider_select on public.payments
  for select to authenticated
  using (
    organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}')))
    and (archived_at is null or archived_at = now())
  );
comment on policy provider_select on public.payments is
  'any member with finance of the current organisation may read rows that are not archived; clinic_admin of the current organisation may read rows that are not archived. [N-02, S-02]';

create policy provider_insert on public.payments
  for insert to authenticated
  with check (organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))));
comment on policy provider_insert on public.payments is
  'any member with finance of the current organisation may create rows; clinic_admin of the current organisation may create rows. [N-02, S-03]';

create policy provider_update on public.payments
  for update to authenticated
  using (
    organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}')))
    and (archived_at is null or archived_at = now())
  )
  with check (
    organisation_id = coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}')))
    and (archived_at is null or archived_at = now())
  );
comment on policy provider_update on public.payments is
  'any member with finance of the current organisation may change rows that are not archived; clinic_admin of the current organisation may change rows that are not archived. [N-02, S-03, S-34]';

create policy patient_select on public.payments
  for select to patient
  using (
    patient_id = any ((select authz.own_patient_ids())::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.payments is
  'a patient may read rows that are their own and not archived. [N-15]';

grant
  select,
  insert (ends_on, id, number, organisation_id, payer, starts_on),
  update (archived_at, ends_on, payer)
  on public.agreements to authenticated;

grant select on public.claims to authenticated;

grant select on public.guarantees_of_payment to authenticated;

grant
  select,
  insert (description, id, invoice_id, organisation_id, patient_id, quantity, unit_minor),
  update (archived_at, description, quantity, unit_minor)
  on public.invoice_lines to authenticated;
grant select (patient_id) on public.invoice_lines to cordon_definer;
grant select on public.invoice_lines to patient;

grant
  select,
  insert (agreement_id, currency, id, number, organisation_id, patient_id),
  update (agreement_id, archived_at, status)
  on public.invoices to authenticated;
grant select on public.invoices to patient;

grant
  select,
  insert (amount_minor, id, invoice_id, method, organisation_id, patient_id, terminal_reference),
  update (archived_at, method, terminal_reference)
  on public.payments to authenticated;
grant select (patient_id) on public.payments to cordon_definer;
grant select on public.payments to patient;

-- migrate:down
