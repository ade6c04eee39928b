-- migrate:up
-- Why: operations own the money of cases handed over to them; what a clinic may do with invoices comes after.
-- Side: operations
-- Access: +26 grants, +49 policies, 15 definer functions
--   + cordon_definer may execute function authz.rules_agreements()
--   + cordon_definer may execute function authz.rules_claims()
--   + cordon_definer may execute function authz.rules_guarantees_of_payment()
--   + cordon_definer may execute function authz.rules_invoice_lines()
--   + cordon_definer may execute function authz.rules_invoices()
--   + cordon_definer may execute function authz.rules_payments()
--   ~ authz.tg__frozen_child is written, and runs with the rights of its owner
--   ~ authz.tg__handed_over is written, and runs with the rights of its owner
--   ~ authz.tg__touch_invoices is written, and runs with the rights of its owner
--   ~ authz.tg_claims__sound is written, and runs with the rights of its owner
--   ~ authz.tg_guarantees_of_payment__fixed is written, and runs with the rights of its owner
--   ~ authz.tg_invoice_lines__fixed is written, and runs with the rights of its owner
--   ~ authz.tg_invoices__case is written, and runs with the rights of its owner
--   ~ authz.tg_invoices__claimed is written, and runs with the rights of its owner
--   ~ authz.tg_invoices__frozen is written, and runs with the rights of its owner
--   ~ authz.tg_invoices__totals is written, and runs with the rights of its owner
--   ~ authz.tg_payments__recorded is written, and runs with the rights of its owner
--   ~ public.attach_invoice is written, and runs with the rights of its owner
--   + internal_ops may execute function public.attach_invoice(uuid, uuid, uuid)
--   ~ public.detach_invoice is written, and runs with the rights of its owner
--   + internal_ops may execute function public.detach_invoice(uuid, uuid)
--   ~ authz.tg_agreements__billed is written, and runs with the rights of its owner
--   ~ authz.tg_payments__security is written, and runs with the rights of its owner
--   + policy provider_fence on public.agreements: restrictive, all to authenticated
--   + policy patient_fence on public.agreements: restrictive, all to patient
--   + policy internal_ops_fence on public.agreements: restrictive, all to internal_ops
--   + policy anon_fence on public.agreements: restrictive, all to anon
--   + policy internal_ops_select on public.agreements: select to internal_ops
--   + policy definer_select on public.agreements: select to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.agreements: update to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.claims: restrictive, all to authenticated
--   + policy patient_fence on public.claims: restrictive, all to patient
--   + policy internal_ops_fence on public.claims: restrictive, all to internal_ops
--   + policy anon_fence on public.claims: restrictive, all to anon
--   + policy internal_ops_select on public.claims: select to internal_ops
--   + policy internal_ops_insert on public.claims: insert to internal_ops
--   + policy internal_ops_update on public.claims: update to internal_ops
--   + policy definer_select on public.claims: select to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.guarantees_of_payment: restrictive, all to authenticated
--   + policy patient_fence on public.guarantees_of_payment: restrictive, all to patient
--   + policy internal_ops_fence on public.guarantees_of_payment: restrictive, all to internal_ops
--   + policy anon_fence on public.guarantees_of_payment: restrictive, all to anon
--   + policy internal_ops_select on public.guarantees_of_payment: select to internal_ops
--   + policy internal_ops_insert on public.guarantees_of_payment: insert to internal_ops
--   + policy internal_ops_update on public.guarantees_of_payment: update to internal_ops
--   + policy definer_select on public.guarantees_of_payment: select to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.guarantees_of_payment: update to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.invoice_lines: restrictive, all to authenticated
--   + policy patient_fence on public.invoice_lines: restrictive, all to patient
--   + policy internal_ops_fence on public.invoice_lines: restrictive, all to internal_ops
--   + policy anon_fence on public.invoice_lines: restrictive, all to anon
--   + policy internal_ops_select on public.invoice_lines: select to internal_ops
--   + policy internal_ops_update on public.invoice_lines: update to internal_ops
--   + policy definer_select on public.invoice_lines: select to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.invoice_lines: update to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.invoices: restrictive, all to authenticated
--   + policy patient_fence on public.invoices: restrictive, all to patient
--   + policy internal_ops_fence on public.invoices: restrictive, all to internal_ops
--   + policy anon_fence on public.invoices: restrictive, all to anon
--   + policy internal_ops_select on public.invoices: select to internal_ops
--   + policy internal_ops_update on public.invoices: update to internal_ops
--   + policy definer_select on public.invoices: select to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.invoices: update to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.payments: restrictive, all to authenticated
--   + policy patient_fence on public.payments: restrictive, all to patient
--   + policy internal_ops_fence on public.payments: restrictive, all to internal_ops
--   + policy anon_fence on public.payments: restrictive, all to anon
--   + policy internal_ops_select on public.payments: select to internal_ops
--   + policy internal_ops_insert on public.payments: insert to internal_ops
--   + policy internal_ops_update on public.payments: update to internal_ops
--   + policy definer_select on public.payments: select to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.payments: update to cordon_definer, WITHOUT a condition
--   + cordon_definer may select (archived_at, id, organisation_id), update (archived_at) on public.agreements
--   + internal_ops may select on public.agreements
--   + service_role may select, insert, update on public.agreements
--   + cordon_definer may select (7 columns) on public.claims
--   + internal_ops may select, insert (8 columns), update (amount_minor, archived_at, status) on public.claims
--   + service_role may select, insert, update on public.claims
--   + cordon_definer may select (7 columns), update (status) on public.guarantees_of_payment
--   + internal_ops may select, insert (8 columns), update (archived_at, limit_minor, policy_number, status) on public.guarantees_of_payment
--   + service_role may select, insert, update on public.guarantees_of_payment
--   + cordon_definer may select (7 columns), update (case_id) on public.invoice_lines
--   + internal_ops may select, update (archived_at, description, quantity, unit_minor) on public.invoice_lines
--   + service_role may select, insert, update on public.invoice_lines
--   + cordon_definer may select (10 columns), update (case_id, total_minor) on public.invoices
--   + internal_ops may select, update (agreement_id, archived_at, status) on public.invoices
--   + service_role may select, insert, update on public.invoices
--   + cordon_definer may select (7 columns), update (case_id) on public.payments
--   + internal_ops may select, insert (7 columns), update (archived_at, method, terminal_reference) on public.payments
--   + service_role may select, insert, update on public.payments
-- Locks: 5 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE public.cases
--   SHARE ROW EXCLUSIVE public.organisations
--   SHARE ROW EXCLUSIVE public.patients
--   ROW EXCLUSIVE authz.state_transitions
--   ROW EXCLUSIVE governance.classification

set local lock_timeout = '5s';
set local statement_timeout = '60s';

insert into authz.state_transitions (table_name, from_state, to_state, realms)
values
  ('invoices', null, 'draft', null),
  ('invoices', 'draft', 'issued', null),
  ('invoices', 'draft', 'void', null),
  ('invoices', 'issued', 'void', null),
  -- What is paid follows from payments; these steps are the trigger's.
  ('invoices', 'issued', 'partially_paid', null),
  ('invoices', 'issued', 'paid', null),
  ('invoices', 'partially_paid', 'paid', null),
  ('invoices', 'partially_paid', 'issued', null),
  ('invoices', 'paid', 'partially_paid', null),
  ('invoices', 'paid', 'issued', null),
  ('guarantees_of_payment', null, 'requested', null),
  ('guarantees_of_payment', 'requested', 'granted', null),
  ('guarantees_of_payment', 'requested', 'declined', null),
  ('guarantees_of_payment', 'granted', 'revoked', null),
  ('claims', null, 'draft', null),
  ('claims', 'draft', 'submitted', null),
  ('claims', 'submitted', 'accepted', null),
  ('claims', 'submitted', 'rejected', null),
  ('claims', 'rejected', 'submitted', null),
  ('claims', 'accepted', 'paid', null);

-- public.agreements: what a clinic has agreed with who pays.
create table public.agreements (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  payer text not null,
  number text not null,
  starts_on date not null,
  ends_on date,
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint agreements_pkey primary key (organisation_id, id),
  constraint agreements_organisation_id_fkey
    foreign key (organisation_id) references public.organisations (id) on delete restrict,
  constraint agreements_organisation_id_number_key unique (organisation_id, number),
  constraint agreements_payer_check check (length(btrim(payer)) between 1 and 200),
  constraint agreements_number_check check (number ~ '^[A-Z0-9][A-Z0-9-]{0,39}$'),
  constraint agreements_period_check check (ends_on >= starts_on),
  constraint agreements_actor_kind_check check (actor_kind in ('user', 'system'))
);

alter table public.agreements alter column organisation_id set (n_distinct = 100);
comment on table public.agreements is 'Agreements with insurers and other payers. [S-34]';
alter table public.agreements enable row level security;
alter table public.agreements force row level security;

-- public.invoices: what a patient owes. Frozen for the clinic as soon as operations attach it to a case of theirs.
create table public.invoices (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  number text not null,
  patient_id uuid not null,
  case_id uuid,
  agreement_id uuid,
  currency text not null,
  total_minor bigint not null default 0,
  paid_minor bigint not null default 0,
  status text not null default 'draft',
  last_status_change_at timestamptz,
  last_status_change_by_user_id uuid,
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint invoices_pkey primary key (organisation_id, id),
  constraint invoices_organisation_id_patient_id_fkey
    foreign key (organisation_id, patient_id) references public.patients (organisation_id, id) on delete restrict,
  constraint invoices_organisation_id_case_id_patient_id_fkey
    foreign key (organisation_id, case_id, patient_id)
    references public.cases (organisation_id, id, patient_id) on delete restrict,
  constraint invoices_organisation_id_agreement_id_fkey
    foreign key (organisation_id, agreement_id) references public.agreements (organisation_id, id) on delete restrict,
  constraint invoices_organisation_id_number_key unique (organisation_id, number),
  -- Target of lines and payments, so that neither can name another patient than its invoice.
  constraint invoices_organisation_id_id_patient_id_key unique (organisation_id, id, patient_id),
  constraint invoices_number_check check (number ~ '^[A-Z0-9][A-Z0-9-]{0,39}$'),
  constraint invoices_currency_check check (currency ~ '^[A-Z]{3}$'),
  constraint invoices_total_minor_check check (total_minor >= 0),
  constraint invoices_paid_minor_check check (paid_minor >= 0),
  constraint invoices_status_check check (status in ('draft', 'issued', 'partially_paid', 'paid', 'void')),
  constraint invoices_actor_kind_check check (actor_kind in ('user', 'system'))
);
create index invoices_organisation_id_created_at_idx on public.invoices (organisation_id, created_at desc);
create index invoices_organisation_id_patient_id_idx on public.invoices (organisation_id, patient_id);
create index invoices_organisation_id_case_id_patient_id_idx on public.invoices (organisation_id, case_id, patient_id);
create index invoices_organisation_id_agreement_id_idx on public.invoices (organisation_id, agreement_id);
create index invoices_patient_id_idx on public.invoices (patient_id);
create index invoices_case_id_idx on public.invoices (case_id);
alter table public.invoices alter column organisation_id set (n_distinct = 100);
comment on table public.invoices is 'Invoices, in minor units of one currency. case_id is set by operations alone, and freezes. [S-34]';
comment on column public.invoices.case_id is 'Set by attach_invoice; once set, the clinic''s writes change nothing. [S-34, S-35]';
comment on column public.invoices.currency is 'ISO 4217.';
comment on column public.invoices.total_minor is 'Sum of the lines in minor units; kept by trigger.';
comment on column public.invoices.paid_minor is 'Sum of the payments in minor units; kept by trigger.';
comment on column public.invoices.status is 'issued, partially_paid or paid follows from the payments.';
alter table public.invoices enable row level security;
alter table public.invoices force row level security;

-- public.invoice_lines: what an invoice is made of. Fixed once it is issued.
create table public.invoice_lines (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  invoice_id uuid not null,
  patient_id uuid not null,
  case_id uuid,
  description text not null,
  quantity bigint not null default 1,
  unit_minor bigint not null,
  amount_minor bigint not null generated always as (quantity * unit_minor) stored,
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint invoice_lines_pkey primary key (organisation_id, id),
  -- The patient stands here too, because a policy may not join; the key keeps both rows about one patient.
  constraint invoice_lines_organisation_id_invoice_id_patient_id_fkey
    foreign key (organisation_id, invoice_id, patient_id)
    references public.invoices (organisation_id, id, patient_id) on delete restrict,
  constraint invoice_lines_description_check check (length(btrim(description)) between 1 and 200),
  constraint invoice_lines_quantity_check check (quantity between 1 and 100000),
  constraint invoice_lines_unit_minor_check check (unit_minor between 0 and 1000000000000),
  constraint invoice_lines_actor_kind_check check (actor_kind in ('user', 'system'))
);
create index invoice_lines_organisation_id_invoice_id_patient_id_idx
  on public.invoice_lines (organisation_id, invoice_id, patient_id);
create index invoice_lines_patient_id_idx on public.invoice_lines (patient_id);
create index invoice_lines_case_id_idx on public.invoice_lines (case_id);
alter table public.invoice_lines alter column organisation_id set (n_distinct = 100);
comment on table public.invoice_lines is 'Lines of invoices. [S-34]';
comment on column public.invoice_lines.case_id is 'The invoice''s, kept by trigger. [S-34]';
comment on column public.invoice_lines.unit_minor is 'Price of one, in minor units of the invoice''s currency.';
comment on column public.invoice_lines.amount_minor is 'Quantity times price.';
alter table public.invoice_lines enable row level security;
alter table public.invoice_lines force row level security;

-- public.payments: what was paid on an invoice. An amount is never changed: a mistake is archived.
create table public.payments (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  invoice_id uuid not null,
  patient_id uuid not null,
  case_id uuid,
  amount_minor bigint not null,
  method text not null,
  terminal_reference text,
  recorded_by_user_id uuid,
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint payments_pkey primary key (organisation_id, id),
  -- The patient stands here too, because a policy may not join; the key keeps both rows about one patient.
  constraint payments_organisation_id_invoice_id_patient_id_fkey
    foreign key (organisation_id, invoice_id, patient_id)
    references public.invoices (organisation_id, id, patient_id) on delete restrict,
  constraint payments_amount_minor_check check (amount_minor between 1 and 1000000000000),
  constraint payments_method_check check (method in ('cash', 'card', 'transfer', 'insurer')),
  -- Twelve characters: too short for a card number, whose shortest has thirteen digits (S-37).
  constraint payments_terminal_reference_check check (terminal_reference ~ '^[A-Z0-9-]{1,12}$'),
  constraint payments_actor_kind_check check (actor_kind in ('user', 'system'))
);
create index payments_organisation_id_invoice_id_patient_id_idx
  on public.payments (organisation_id, invoice_id, patient_id);
create index payments_patient_id_idx on public.payments (patient_id);
create index payments_case_id_idx on public.payments (case_id);
alter table public.payments alter column organisation_id set (n_distinct = 100);
comment on table public.payments is 'Payments on invoices. No card data: the terminal''s own reference. [S-35, S-37]';
comment on column public.payments.case_id is 'The invoice''s, kept by trigger. [S-34]';
comment on column public.payments.amount_minor is 'Minor units of the invoice''s currency.';
comment on column public.payments.recorded_by_user_id is 'Who recorded it; stamped. [S-16]';
alter table public.payments enable row level security;
alter table public.payments force row level security;

-- public.guarantees_of_payment: who vouches for a case. Written by operations.
create table public.guarantees_of_payment (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  case_id uuid not null,
  patient_id uuid not null,
  payer text not null,
  policy_number text,
  limit_minor bigint not null,
  currency text not null,
  status text not null default 'requested',
  last_status_change_at timestamptz,
  last_status_change_by_user_id uuid,
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint guarantees_of_payment_pkey primary key (organisation_id, id),
  constraint guarantees_of_payment_organisation_id_case_id_patient_id_fkey
    foreign key (organisation_id, case_id, patient_id)
    references public.cases (organisation_id, id, patient_id) on delete restrict,
  constraint guarantees_of_payment_payer_check check (length(btrim(payer)) between 1 and 200),
  constraint guarantees_of_payment_policy_number_check check (policy_number ~ '^[A-Z0-9][A-Z0-9/-]{0,39}$'),
  constraint guarantees_of_payment_limit_minor_check check (limit_minor >= 0),
  constraint guarantees_of_payment_currency_check check (currency ~ '^[A-Z]{3}$'),
  constraint guarantees_of_payment_status_check check (status in ('requested', 'granted', 'declined', 'revoked')),
  constraint guarantees_of_payment_organisation_id_id_case_id_key unique (organisation_id, id, case_id),
  constraint guarantees_of_payment_actor_kind_check check (actor_kind in ('user', 'system'))
);
create index guarantees_of_payment_organisation_id_case_id_patient_id_idx
  on public.guarantees_of_payment (organisation_id, case_id, patient_id);
alter table public.guarantees_of_payment alter column organisation_id set (n_distinct = 100);
comment on table public.guarantees_of_payment is 'Guarantees of payment for cases handed over to operations. [S-29, S-34]';
comment on column public.guarantees_of_payment.policy_number is 'RESTRICTED: the insurer''s number of the policy.';
comment on column public.guarantees_of_payment.limit_minor is 'Up to how much, in minor units.';
alter table public.guarantees_of_payment enable row level security;
alter table public.guarantees_of_payment force row level security;

-- public.claims: what operations claim from who guaranteed.
create table public.claims (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  case_id uuid not null,
  patient_id uuid not null,
  guarantee_id uuid not null,
  invoice_id uuid not null,
  amount_minor bigint not null,
  currency text not null,
  status text not null default 'draft',
  last_status_change_at timestamptz,
  last_status_change_by_user_id uuid,
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint claims_pkey primary key (organisation_id, id),
  constraint claims_organisation_id_case_id_patient_id_fkey
    foreign key (organisation_id, case_id, patient_id)
    references public.cases (organisation_id, id, patient_id) on delete restrict,
  constraint claims_organisation_id_guarantee_id_case_id_fkey
    foreign key (organisation_id, guarantee_id, case_id)
    references public.guarantees_of_payment (organisation_id, id, case_id) on delete restrict,
  -- The patient stands here too, because a policy may not join; the key keeps both rows about one patient.
  constraint claims_organisation_id_invoice_id_patient_id_fkey
    foreign key (organisation_id, invoice_id, patient_id)
    references public.invoices (organisation_id, id, patient_id) on delete restrict,
  constraint claims_amount_minor_check check (amount_minor > 0),
  constraint claims_currency_check check (currency ~ '^[A-Z]{3}$'),
  constraint claims_status_check check (status in ('draft', 'submitted', 'accepted', 'rejected', 'paid')),
  constraint claims_actor_kind_check check (actor_kind in ('user', 'system'))
);
create index claims_organisation_id_case_id_patient_id_idx on public.claims (organisation_id, case_id, patient_id);
create index claims_organisation_id_guarantee_id_case_id_idx on public.claims (organisation_id, guarantee_id, case_id);
create index claims_organisation_id_invoice_id_patient_id_idx on public.claims (organisation_id, invoice_id, patient_id);
alter table public.claims alter column organisation_id set (n_distinct = 100);
comment on table public.claims is 'Claims of operations on guarantees. [S-29, S-34]';
comment on column public.claims.amount_minor is 'Minor units.';
alter table public.claims enable row level security;
alter table public.claims force row level security;

insert into governance.classification (schema_name, table_name, level, domain, retention, subjects)
values
  ('public', 'agreements', 'CONFIDENTIAL', 'financial', 'financial', '{}'),
  ('public', 'invoices', 'CONFIDENTIAL', 'financial', 'financial', null),
  ('public', 'invoice_lines', 'CONFIDENTIAL', 'financial', 'financial', null),
  ('public', 'payments', 'CONFIDENTIAL', 'financial', 'financial', null),
  ('public', 'guarantees_of_payment', 'RESTRICTED', 'financial', 'financial', null),
  ('public', 'claims', 'RESTRICTED', 'financial', 'financial', null);

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz, public to cordon_definer;

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
comment on function authz.rules_agreements() is
  'The access rules of agreements, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_agreements() from public;
grant execute on function authz.rules_agreements() to cordon_definer;

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
comment on function authz.rules_claims() is
  'The access rules of claims, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_claims() from public;
grant execute on function authz.rules_claims() to cordon_definer;

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
comment on function authz.rules_guarantees_of_payment() is
  'The access rules of guarantees_of_payment, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_guarantees_of_payment() from public;
grant execute on function authz.rules_guarantees_of_payment() to cordon_definer;

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
comment on function authz.rules_invoice_lines() is
  'The access rules of invoice_lines, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_invoice_lines() from public;
grant execute on function authz.rules_invoice_lines() to cordon_definer;

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
comment on function authz.rules_invoices() is
  'The access rules of invoices, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_invoices() from public;
grant execute on function authz.rules_invoices() to cordon_definer;

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
comment on function authz.rules_payments() is
  'The access rules of payments, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_payments() from public;
grant execute on function authz.rules_payments() to cordon_definer;

-- authz.tg__frozen_child: a frozen invoice freezes its lines and payments (S-34). Argument: what the row is called in the log.
create or replace function authz.tg__frozen_child()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation_id uuid;
  v_invoice_id uuid;
  v_id uuid;
  v_case_id uuid;
  v_status text;
  v_is_archived boolean;
  v_realm constant text := authz.acting_realm();
  v_user_id uuid;
begin
  if tg_op = 'INSERT' then
    -- What the policy will refuse anyway is looked at for nobody: of another tenant's invoice, and of the clinic's own for who has no part in its money, a
    -- look, or a wait for its lock, would tell how it stands, and each attempt would fill a record that is never emptied. It opens nothing and is asked
    -- for each row: whether their session still lives is left to the policy (as in authz.is_out_of_reach).
    v_user_id := authz.subject();
    if (case v_realm
      when 'system' then false
      -- Of operations, the agents pay, and what is attached alone.
      when 'internal_ops' then
        tg_table_name <> 'payments'
        or not authz.is_operator('{ops_agent}')
        or not exists (
          select
          from public.invoices as i
          where i.organisation_id = new.organisation_id
            and i.id = new.invoice_id
            and i.case_id is not null
        )
      else not exists (
        select
        from authz.live_memberships as m
        where m.organisation_id = new.organisation_id
          and m.user_id = v_user_id
          and (m.role = 'clinic_admin' or 'finance' = any (m.capabilities))
      )
    end) then
      new.organisation_id := null;
      return new;
    end if;
    v_organisation_id := new.organisation_id;
    v_invoice_id := new.invoice_id;
    v_id := new.id;
  else
    v_organisation_id := old.organisation_id;
    v_invoice_id := old.invoice_id;
    v_id := old.id;
  end if;

  -- The attachment takes this same lock: a payment is before it, or finds the invoice frozen.
  if current_setting('transaction_isolation') <> 'read committed' then -- a query less for everybody else
    perform authz.require_read_committed();
  end if;
  select i.case_id, i.status, i.archived_at is not null
    into v_case_id, v_status, v_is_archived
    from public.invoices as i
   where i.organisation_id = v_organisation_id
     and i.id = v_invoice_id
     for no key update;
  if not found then
    raise exception 'invoice not found'
      using errcode = 'CD010', hint = 'Name an invoice of the current organisation.';
  end if;

  -- The case came or went in this transaction: this is the projection of it, and nothing else of the row changes with it.
  if tg_op = 'UPDATE' and v_case_id is distinct from old.case_id then
    new := old;
    new.case_id := v_case_id;
    return new;
  end if;
  if v_realm <> 'internal_ops' then
    if v_case_id is not null then
      perform authz.require_caller();
      perform authz.record_activity(
        v_organisation_id, v_case_id, v_id, tg_argv[0] || '.frozen_write_suppressed', jsonb_build_object('operation', lower(tg_op)), authz.subject()
      );
      return null;
    end if;
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  -- Nobody would find what is added to what nobody sees, or brought back there.
  if v_is_archived and (tg_op = 'INSERT' or (old.archived_at is not null and new.archived_at is null)) then
    raise exception 'invoice not found'
      using errcode = 'CD010', hint = 'Name an invoice of the current organisation that is not archived.';
  end if;
  if tg_op = 'INSERT' and tg_argv[0] = 'invoice_line' and v_status <> 'draft' and v_realm <> 'internal_ops' then
    raise exception 'the lines of an issued invoice are fixed'
      using errcode = 'CD013', hint = 'Void the invoice and write another.';
  end if;
  if tg_op = 'INSERT' and tg_argv[0] = 'payment' and v_status in ('draft', 'void') then
    raise exception 'nothing is paid on an invoice that is %', v_status
      using errcode = 'CD013', hint = 'Issue the invoice first.';
  end if;
  if tg_op = 'UPDATE' and new.invoice_id is distinct from old.invoice_id then
    raise exception 'a % does not pass to another invoice', tg_argv[0]
      using errcode = 'CD013', hint = 'Archive it and record a new one.';
  end if;
  new.case_id := v_case_id;
  return new;
end
$$;
comment on function authz.tg__frozen_child() is
  'Suppresses and records whatever is not operations'' on a child of an attached invoice; keeps case_id. [S-34, S-35]';
alter function authz.tg__frozen_child() owner to cordon_definer;
revoke all on function authz.tg__frozen_child() from public;

-- authz.tg__handed_over: operations vouch and claim for cases that are theirs. Who is none of their agents is refused by the policy, whatever the
-- case: a look at it would tell of it.
create or replace function authz.tg__handed_over()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if authz.is_out_of_reach(new.organisation_id) then
    new.organisation_id := null;
    return new;
  end if;
  if not exists (
    select
    from public.cases as c
    where c.organisation_id = new.organisation_id
      and c.id = new.case_id
      and c.handed_off_at is not null
      and c.archived_at is null
  ) then
    raise exception 'case not found'
      using errcode = 'CD010', hint = 'Name a case that was handed over to operations.';
  end if;
  return new;
end
$$;
comment on function authz.tg__handed_over() is
  'Refuses with CD010 a case that was not handed over. [S-29]';
alter function authz.tg__handed_over() owner to cordon_definer;
revoke all on function authz.tg__handed_over() from public;

-- authz.tg__touch_invoices: sums follow their parts, once a statement however many rows it has. The invoice's own trigger adds up.
create or replace function authz.tg__touch_invoices()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- What says nothing of money leaves the sums as they are.
  if tg_op = 'UPDATE' then -- by itself: only an UPDATE has rows of before
    if not exists (
      select
      from changed as c
      join before as b on b.organisation_id = c.organisation_id and b.id = c.id
      where (c.amount_minor, c.archived_at) is distinct from (b.amount_minor, b.archived_at)
    ) then
      return null;
    end if;
  end if;
  -- In the order of ids: two statements over the same invoices wait, instead of each for the other. One row has one invoice, and no order.
  if exists (select from changed as c offset 1) then
    perform
    from public.invoices as i
    where (i.organisation_id, i.id) in (select c.organisation_id, c.invoice_id from changed as c)
    order by i.organisation_id, i.id
    for no key update;
  end if;
  update public.invoices as i
     set total_minor = 0
   where (i.organisation_id, i.id) in (select c.organisation_id, c.invoice_id from changed as c)
     -- Of a frozen invoice the clinic changed nothing that counts: the case itself came to the rows. To touch it would look like an attempt.
     and (i.case_id is null or authz.acting_realm() = 'internal_ops');
  return null;
end
$$;
comment on function authz.tg__touch_invoices() is
  'Touches the invoices whose lines or payments a statement made, changed in amount, or archived. [S-34]';
alter function authz.tg__touch_invoices() owner to cordon_definer;
revoke all on function authz.tg__touch_invoices() from public;

-- authz.tg_claims__sound: a claim is for an invoice that operations have attached to its case, in the currency of that invoice and of a guarantee
-- which stands, and all that is claimed on one stays within its limit, and for an invoice within what it asks for: one bill is not sent to two payers
-- who each pay all of it. Once it was submitted its amount is what was asked for. It locks the invoice as who detaches it, changes its lines or
-- submits another claim for it does, and the guarantee as who submits another claim on it: the one sees the other.
create or replace function authz.tg_claims__sound()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_is_back boolean := false; -- from the archive, where nobody counted it: there has to be room for it again
  v_total_minor bigint;
  v_limit_minor bigint;
begin
  if new.organisation_id is null then -- out of reach: no policy lets it in
    return new;
  end if;
  if tg_op = 'UPDATE' and new.amount_minor is distinct from old.amount_minor and old.status not in ('draft', 'rejected') then
    raise exception 'the amount of a claim that was submitted stays'
      using errcode = 'CD013', hint = 'Have the payer reject it, and submit the right amount; or draw up another.';
  end if;
  -- For another invoice, or on another guarantee, it would be counted where nobody looked whether there is room for it.
  if tg_op = 'UPDATE' and old.status not in ('draft', 'rejected')
    and (new.case_id, new.patient_id, new.invoice_id, new.guarantee_id, new.currency)
      is distinct from (old.case_id, old.patient_id, old.invoice_id, old.guarantee_id, old.currency)
  then
    raise exception 'what a claim that was submitted is for stays'
      using errcode = 'CD013', hint = 'Have the payer reject it, and draw up another.';
  end if;
  -- What a payer has paid, they have paid: put away, it would leave room to have them pay again. The server and the owner repair what they do.
  if tg_op = 'UPDATE' and old.status = 'paid' and new.archived_at is not null and old.archived_at is null and not authz.is_system() then
    raise exception 'a claim that was paid is not archived'
      using errcode = 'CD013', hint = 'It stays; a claim that was never paid is set right by the server.';
  end if;
  if tg_op = 'UPDATE' then -- by itself: only an UPDATE has a row of before
    v_is_back := old.archived_at is not null and new.archived_at is null and new.status in ('submitted', 'accepted', 'paid');
  end if;
  -- What a payer has accepted is owed, whatever becomes of guarantee and invoice.
  if tg_op = 'UPDATE' and not v_is_back and (new.status is not distinct from old.status or new.status <> 'submitted') then
    return new;
  end if;
  select i.total_minor
    into v_total_minor
    from public.invoices as i
   where i.organisation_id = new.organisation_id
     and i.id = new.invoice_id
     and i.case_id = new.case_id
     and i.currency = new.currency
     and i.status <> 'void'
     and i.archived_at is null
  for no key update;
  if not found then
    raise exception 'invoice not found'
      using errcode = 'CD010', hint = 'Claim, in its currency, for an invoice that is attached to the case of the claim.';
  end if;
  -- Two claims on one guarantee are submitted one after the other, and the second counts the first.
  select g.limit_minor
    into v_limit_minor
    from public.guarantees_of_payment as g
   where g.organisation_id = new.organisation_id
     and g.id = new.guarantee_id
     and g.case_id = new.case_id
     and g.currency = new.currency
     and (g.status in ('requested', 'granted') or v_is_back)
     and g.archived_at is null
  for no key update;
  if not found then
    raise exception 'guarantee not found'
      using errcode = 'CD010', hint = 'Claim, in its currency, on a guarantee of the case that was neither declined nor revoked.';
  end if;
  if new.status <> 'submitted' and not v_is_back then -- drawn up, it asks for nothing yet
    return new;
  end if;
  perform authz.require_read_committed();
  if v_limit_minor < new.amount_minor + (
    select coalesce(sum(c.amount_minor), 0)
    from public.claims as c
    where c.organisation_id = new.organisation_id
      and c.guarantee_id = new.guarantee_id
      and c.id <> new.id
      and c.status in ('submitted', 'accepted', 'paid')
      and c.archived_at is null
  ) then
    raise exception 'more would be claimed than the guarantee vouches for'
      using errcode = 'CD013', hint = 'Claim what its limit leaves; or have the payer raise it, guarantees_of_payment.limit_minor.';
  end if;
  if v_total_minor < new.amount_minor + (
    select coalesce(sum(c.amount_minor), 0)
    from public.claims as c
    where c.organisation_id = new.organisation_id
      and c.invoice_id = new.invoice_id
      and c.id <> new.id
      and c.status in ('submitted', 'accepted', 'paid')
      and c.archived_at is null
  ) then
    raise exception 'more would be claimed than the invoice asks for'
      using errcode = 'CD013', hint = 'Claim what other claims for it leave of invoices.total_minor.';
  end if;
  return new;
end
$$;
comment on function authz.tg_claims__sound() is
  'Refuses with CD010 a claim for an invoice that is not attached to its case, on a guarantee that does not stand, or in another currency; with CD013 more than the guarantee''s limit leaves, or than the invoice asks for, brought back from the archive too, and another amount, invoice, guarantee or currency once it was submitted, and to archive what was paid; with CD007 above READ COMMITTED. [S-29, S-34]';
alter function authz.tg_claims__sound() owner to cordon_definer;
revoke all on function authz.tg_claims__sound() from public;

-- authz.tg_guarantees_of_payment__fixed: what was vouched for, and under which policy, stays as it was said once it is declined or revoked; and its
-- limit does not fall below what is being claimed on it, nor is it archived from under that: the clinic would find a claim, and nobody who vouches for
-- it. The update holds the row that a claim locks: the one sees the other.
create or replace function authz.tg_guarantees_of_payment__fixed()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if old.status in ('declined', 'revoked')
    and (new.limit_minor, new.policy_number) is distinct from (old.limit_minor, old.policy_number)
  then
    raise exception 'a guarantee that has ended stays as it was'
      using errcode = 'CD013', hint = 'Ask for another guarantee.';
  end if;
  if new.currency <> old.currency then
    raise exception 'a guarantee is in the currency in which it was asked for'
      using errcode = 'CD013', hint = 'Ask for another guarantee.';
  end if;
  if new.limit_minor < old.limit_minor then
    perform authz.require_read_committed();
    if new.limit_minor < (
      select sum(c.amount_minor)
      from public.claims as c
      where c.organisation_id = new.organisation_id
        and c.guarantee_id = new.id
        and c.status in ('submitted', 'accepted', 'paid')
        and c.archived_at is null
    ) then
      raise exception 'the limit would fall below what is being claimed on it'
        using errcode = 'CD013', hint = 'Have the payer reject a claim first: claims.status.';
    end if;
  end if;
  if new.archived_at is not null and old.archived_at is null then
    perform authz.require_read_committed();
    if exists (
      select
      from public.claims as c
      where c.organisation_id = new.organisation_id
        and c.guarantee_id = new.id
        and c.status in ('submitted', 'accepted', 'paid')
        and c.archived_at is null
    ) then
      raise exception 'a guarantee on which is being claimed is not archived'
        using errcode = 'CD013', hint = 'Revoke it, if it no longer stands; or have the payer reject the claim first: claims.status.';
    end if;
  end if;
  return new;
end
$$;
comment on function authz.tg_guarantees_of_payment__fixed() is
  'Refuses with CD013 another currency, another limit or policy number of a guarantee that was declined or revoked, a limit below what is being claimed on it, and to archive it from under that; with CD007 to lower or archive one above READ COMMITTED. [S-34]';
alter function authz.tg_guarantees_of_payment__fixed() owner to cordon_definer;
revoke all on function authz.tg_guarantees_of_payment__fixed() from public;

-- authz.tg_invoice_lines__fixed: what was issued is what is owed. Operations, who own what is attached to a case, may correct it.
-- After the guard that locks the invoice, so that it is not issued in between; that guard refuses new lines of it.
create or replace function authz.tg_invoice_lines__fixed()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'UPDATE'
    and row(new.description, new.quantity, new.unit_minor, new.archived_at)
      is not distinct from row(old.description, old.quantity, old.unit_minor, old.archived_at)
  then
    return new;
  end if;
  if authz.acting_realm() <> 'internal_ops' and exists (
    select
    from public.invoices as i
    where i.organisation_id = old.organisation_id
      and i.id = old.invoice_id
      and i.status <> 'draft'
  ) then
    raise exception 'the lines of an issued invoice are fixed'
      using errcode = 'CD013', hint = 'Void the invoice and write another.';
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  return new;
end
$$;
comment on function authz.tg_invoice_lines__fixed() is
  'Refuses with CD013 a change of lines after their invoice was issued, but by operations. [S-34]';
alter function authz.tg_invoice_lines__fixed() owner to cordon_definer;
revoke all on function authz.tg_invoice_lines__fixed() from public;

-- authz.tg_invoices__case: what operations see of a case, they see with its lines and payments. Each row's own trigger computes the value.
create or replace function authz.tg_invoices__case()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.case_id is not distinct from old.case_id then
    return null;
  end if;
  update public.invoice_lines as l set case_id = null
   where l.organisation_id = new.organisation_id and l.invoice_id = new.id;
  update public.payments as p set case_id = null
   where p.organisation_id = new.organisation_id and p.invoice_id = new.id;
  perform authz.record_activity(
    new.organisation_id, coalesce(new.case_id, old.case_id), new.id,
    case when new.case_id is null then 'invoice.detached' else 'invoice.attached' end, '{}', new.updated_by_user_id
  );
  -- Operations are shown no invoice of a patient but those that they attached.
  if new.case_id is not null then
    perform authz.record_disclosure(
      new.organisation_id, new.patient_id, 'operations', null, 'billing', '{invoices,invoice_lines,payments}', 'public.invoices', new.id
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_invoices__case() is
  'Carries case_id to lines and payments; records attachment and detachment. [S-34]';
alter function authz.tg_invoices__case() owner to cordon_definer;
revoke all on function authz.tg_invoices__case() from public;

-- authz.tg_invoices__claimed: what a payer is asked to pay for stays where they and the clinic find it, and asks for no less than they are asked. The
-- row is locked here, as it is by who submits a claim for it: the one sees the other.
create or replace function authz.tg_invoices__claimed()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform authz.require_read_committed(); -- an older snapshot would not show the claim that was submitted meanwhile
  if new.total_minor < (
    select sum(c.amount_minor)
    from public.claims as c
    where c.organisation_id = new.organisation_id
      and c.invoice_id = new.id
      and c.status in ('submitted', 'accepted', 'paid')
      and c.archived_at is null
  ) and new.total_minor < old.total_minor then
    raise exception 'the invoice would ask for less than is being claimed for it'
      using errcode = 'CD013', hint = 'Have the payer reject a claim first: claims.status.';
  end if;
  if new.archived_at is null and new.status <> 'void' then
    return new;
  end if;
  if exists (
    select
    from public.claims as c
    where c.organisation_id = new.organisation_id
      and c.invoice_id = new.id
      and c.status in ('submitted', 'accepted', 'paid')
      and c.archived_at is null
  ) then
    raise exception 'an invoice that is being claimed for is neither void nor archived'
      using errcode = 'CD013', hint = 'A claim for it was submitted: have it rejected first, or archive it; one that was paid stays.';
  end if;
  return new;
end
$$;
comment on function authz.tg_invoices__claimed() is
  'Refuses with CD013 to void or archive an invoice while a claim for it stands, or to have it ask for less than is claimed; CD007 above READ COMMITTED. [S-29, S-34]';
alter function authz.tg_invoices__claimed() owner to cordon_definer;
revoke all on function authz.tg_invoices__claimed() from public;

-- authz.tg_invoices__frozen: from the attachment on, an invoice is operations' (S-34). Nothing happens and nothing is raised (S-35): the clinic's app goes on, and
-- the record tells. The row stays visible, so no policy says this: the trigger would not fire.
create or replace function authz.tg_invoices__frozen()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    if new.case_id is not null then
      raise exception 'an invoice is attached to a case by operations'
        using errcode = 'insufficient_privilege', hint = 'Use attach_invoice, as an agent of operations.';
    end if;
    return new;
  end if;
  if authz.acting_realm() <> 'internal_ops' then
    if old.case_id is not null then
      perform authz.require_caller();
      perform authz.record_activity(
        old.organisation_id, old.case_id, old.id, 'invoice.frozen_write_suppressed', jsonb_build_object('operation', lower(tg_op)), authz.subject()
      );
      return null;
    end if;
    -- The owner in person (a seed, a repair) may freeze, and not thaw. By login: roles are taken on and put off in mid-statement.
    if tg_op = 'UPDATE' and new.case_id is not null and not exists (
      select
      from pg_catalog.pg_class as c
      where c.oid = tg_relid
        and pg_has_role(session_user, c.relowner, 'member')
    ) then
      raise exception 'an invoice is attached to a case by operations'
        using errcode = 'insufficient_privilege', hint = 'Use attach_invoice, as an agent of operations.';
    end if;
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  return new;
end
$$;
comment on function authz.tg_invoices__frozen() is
  'Suppresses and records whatever is not operations'' on an attached invoice; only operations attach. [S-34, S-35]';
alter function authz.tg_invoices__frozen() owner to cordon_definer;
revoke all on function authz.tg_invoices__frozen() from public;

-- authz.tg_invoices__totals: sums are computed, never believed (S-34); and what was issued is owed in the currency, and under the number, that the
-- patient was told: three hundred of one are not three hundred of another; and by the payer of the agreement that it was issued under. What was
-- paid is paid for something that can be found, and no more of it than was asked for: what was typed with a nought too many, or sent twice, would
-- make the invoice paid all the same. A server says what a bank or a terminal told it. Asked of who pays alone: what comes off the bill later leaves what
-- was paid for it, which is given back elsewhere.
create or replace function authz.tg_invoices__totals()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    new.total_minor := 0;
    new.paid_minor := 0;
    return new;
  end if;
  if old.status <> 'draft' and (new.number, new.currency) is distinct from (old.number, old.currency) then
    raise exception 'number and currency of an issued invoice are fixed'
      using errcode = 'CD013', hint = 'Void the invoice and write another.';
  end if;
  if old.status <> 'draft' and new.agreement_id is distinct from old.agreement_id and old.agreement_id is not null then
    raise exception 'the agreement of an issued invoice is fixed'
      using errcode = 'CD013', hint = 'Void the invoice and write another; one without an agreement may still be given one.';
  end if;
  select coalesce(
           (
             select sum(l.amount_minor)
             from public.invoice_lines as l
             where l.organisation_id = new.organisation_id
               and l.invoice_id = new.id
               and l.archived_at is null
           ),
           0
         ),
         coalesce(
           (
             select sum(p.amount_minor)
             from public.payments as p
             where p.organisation_id = new.organisation_id
               and p.invoice_id = new.id
               and p.archived_at is null
           ),
           0
         )
    into new.total_minor, new.paid_minor;
  if new.paid_minor > new.total_minor and new.paid_minor > old.paid_minor and not authz.is_system() then
    raise exception 'more would be paid than the invoice asks for'
      using errcode = 'CD013', hint = 'Record what is open: invoices.total_minor less paid_minor. What was taken beyond it is of another invoice, or given back; what was taken for lines that came off since, the server records, once the invoice is detached.';
  end if;
  if new.status in ('issued', 'partially_paid', 'paid') then
    new.status := case
      when new.paid_minor = 0 then 'issued'
      when new.paid_minor < new.total_minor then 'partially_paid'
      else 'paid'
    end;
  end if;
  -- Whoever renames the payer of that agreement waits for this, and finds it; or this waits, and is issued to the payer as they are called from then on.
  -- Nobody else who writes to the agreement does: the lock is the weakest, and theirs the strongest (authz.tg_agreements__billed).
  -- A draft that is voided was issued to nobody.
  if new.status <> 'draft' and new.agreement_id is not null and (old.status = 'draft' or old.agreement_id is null)
    and not (old.status = 'draft' and new.status = 'void')
  then
    perform
    from public.agreements as a
    where a.organisation_id = new.organisation_id
      and a.id = new.agreement_id
    for key share;
    -- In a statement of its own: so weak a lock does not look again at a row that was changed while it waited.
    if not exists (
      select
      from public.agreements as a
      where a.organisation_id = new.organisation_id
        and a.id = new.agreement_id
        and a.archived_at is null
    ) then
      raise exception 'agreement not found'
        using errcode = 'CD010', hint = 'Issue the invoice under an agreement that is not archived, or under none.';
    end if;
  end if;
  if new.paid_minor > 0
    and (new.status in ('draft', 'void') or (new.archived_at is not null and old.archived_at is null))
  then
    raise exception 'an invoice with payments is neither a draft, nor void, nor archived'
      using errcode = 'CD013', hint = 'Archive the payments first, if they were a mistake.';
  end if;
  return new;
end
$$;
comment on function authz.tg_invoices__totals() is
  'Recomputes total_minor, paid_minor and the paid statuses on every write; refuses with CD013 another number, currency or agreement once it is issued, payments of more than it asks for by anybody but the server, and to void or archive it while payments stand; with CD010 to issue it under an archived agreement. [S-34]';
alter function authz.tg_invoices__totals() owner to cordon_definer;
revoke all on function authz.tg_invoices__totals() from public;

-- authz.tg_payments__recorded: money that changed hands did so once, and one way: cash that became a card's afterwards is missed by nobody.
create or replace function authz.tg_payments__recorded()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    -- As stamped before, and verified after.
    new.recorded_by_user_id := new.created_by_user_id;
    return new;
  end if;
  if new.amount_minor is distinct from old.amount_minor then
    raise exception 'the amount of a payment is never changed'
      using errcode = 'CD013', hint = 'Archive the payment and record the right one.';
  end if;
  -- The receipt of a terminal may come later.
  if new.method <> old.method or new.terminal_reference is distinct from coalesce(old.terminal_reference, new.terminal_reference) then
    raise exception 'how a payment was made is never changed'
      using errcode = 'CD013', hint = 'Archive the payment and record the right one; a terminal reference may be added.';
  end if;
  new.recorded_by_user_id := old.recorded_by_user_id;
  return new;
end
$$;
comment on function authz.tg_payments__recorded() is
  'Stamps recorded_by_user_id; refuses with CD013 another amount, method or terminal reference. [S-16, S-34]';
alter function authz.tg_payments__recorded() owner to cordon_definer;
revoke all on function authz.tg_payments__recorded() from public;

-- public.attach_invoice: operations take an invoice over, for a case that they hold. From this commit on the clinic's writes to it change nothing
-- (S-34). A case that they closed shows them nothing of the clinic's: they reopen it first, and say why.
create or replace function public.attach_invoice(organisation_id uuid, invoice_id uuid, case_id uuid)
  returns timestamptz
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_attached_at timestamptz;
begin
  if not authz.is_operator('{ops_agent}') then
    raise exception 'invoices are not yours to attach'
      using errcode = 'insufficient_privilege', hint = 'It takes an agent of operations.';
  end if;
  -- Children first, as whoever writes one takes it and then the invoice: in the other order the two wait for each other.
  perform
  from public.invoice_lines as l
  where l.organisation_id = attach_invoice.organisation_id
    and l.invoice_id = attach_invoice.invoice_id
  order by l.id
  for no key update;
  perform
  from public.payments as p
  where p.organisation_id = attach_invoice.organisation_id
    and p.invoice_id = attach_invoice.invoice_id
  order by p.id
  for no key update;
  perform
  from public.invoices as i
  where i.organisation_id = attach_invoice.organisation_id
    and i.id = attach_invoice.invoice_id
  for no key update;
  -- Who closes the case waits for this, or is seen. After the invoice, as whoever destroys both takes them.
  perform
  from public.cases as c
  where c.organisation_id = attach_invoice.organisation_id
    and c.id = attach_invoice.case_id
  for share;
  update public.invoices as i
     set case_id = attach_invoice.case_id
   where i.organisation_id = attach_invoice.organisation_id
     and i.id = attach_invoice.invoice_id
     and i.case_id is null
     and i.archived_at is null
     and exists (
       select
       from authz.handed_over_cases as h
       where h.organisation_id = attach_invoice.organisation_id
         and h.id = attach_invoice.case_id
         and h.patient_id = i.patient_id
     )
  returning i.updated_at into v_attached_at;
  if v_attached_at is null then
    raise exception 'invoice or case not found'
      using errcode = 'CD010', hint = 'Name an invoice that is attached to no case, and a case of the same patient that was handed over and is not closed.';
  end if;
  return v_attached_at;
end
$$;
comment on function public.attach_invoice(uuid, uuid, uuid) is
  'Attaches an invoice to a case that was handed over and is not closed, which freezes it for the clinic; returns when. 42501 for who is no agent of operations, CD010 where either does not fit. [S-29, S-34]';
alter function public.attach_invoice(uuid, uuid, uuid) owner to cordon_definer;
revoke all on function public.attach_invoice(uuid, uuid, uuid) from public;
grant execute on function public.attach_invoice(uuid, uuid, uuid) to internal_ops;

-- public.detach_invoice: operations give an invoice back.
create or replace function public.detach_invoice(organisation_id uuid, invoice_id uuid)
  returns timestamptz
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_detached_at timestamptz;
begin
  if not authz.is_operator('{ops_agent}') then
    raise exception 'invoices are not yours to detach'
      using errcode = 'insufficient_privilege', hint = 'It takes an agent of operations.';
  end if;
  -- An older snapshot would not show the claim that was submitted meanwhile.
  perform authz.require_read_committed();
  -- Children first, as whoever writes one takes it and then the invoice: in the other order the two wait for each other.
  perform
  from public.invoice_lines as l
  where l.organisation_id = detach_invoice.organisation_id
    and l.invoice_id = detach_invoice.invoice_id
  order by l.id
  for no key update;
  perform
  from public.payments as p
  where p.organisation_id = detach_invoice.organisation_id
    and p.invoice_id = detach_invoice.invoice_id
  order by p.id
  for no key update;
  update public.invoices as i
     set case_id = null
   where i.organisation_id = detach_invoice.organisation_id
     and i.id = detach_invoice.invoice_id
     and i.case_id is not null
  returning i.updated_at into v_detached_at;
  if v_detached_at is null then
    raise exception 'invoice not found'
      using errcode = 'CD010', hint = 'Name an invoice that is attached to a case.';
  end if;
  -- With the invoice locked: whoever submits a claim for it comes before, and is seen, or after, and finds it detached.
  if exists (
    select
    from public.claims as c
    where c.organisation_id = detach_invoice.organisation_id
      and c.invoice_id = detach_invoice.invoice_id
      and c.status in ('submitted', 'accepted', 'paid')
      and c.archived_at is null
  ) then
    raise exception 'an invoice that is being claimed for stays attached'
      using errcode = 'CD013', hint = 'A claim for it was submitted: have it rejected first, or archive it.';
  end if;
  return v_detached_at;
end
$$;
comment on function public.detach_invoice(uuid, uuid) is
  'Detaches an invoice from its case; returns when. 42501 for who is no agent of operations, CD007 above READ COMMITTED, CD010 where none is attached, CD013 while a claim for it stands. [S-29, S-34]';
alter function public.detach_invoice(uuid, uuid) owner to cordon_definer;
revoke all on function public.detach_invoice(uuid, uuid) from public;
grant execute on function public.detach_invoice(uuid, uuid) to internal_ops;

-- authz.tg_agreements__billed: who pays an invoice is said by its agreement: renamed, everything that was issued under it would have gone to another
-- payer; put away, to nobody whom the clinic finds. Who issues one, or brings one that was issued under it, locks the agreement as who refers to it does:
-- they wait for this, or this has waited for them and sees it. So it takes the row as who deletes it would, which nothing else of an agreement that is
-- changed does: who issues under two of them, and who sets an end of both, would wait for each other. Who writes an invoice under one and then changes that
-- agreement in the same transaction may still be met by a rename in between, and one of the two is to ask again.
create or replace function authz.tg_agreements__billed()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform authz.require_read_committed();
  perform
  from public.agreements as a
  where a.organisation_id = old.organisation_id
    and a.id = old.id
  for update;
  if new.payer <> old.payer and exists (
    select
    from public.invoices as i
    where i.organisation_id = new.organisation_id
      and i.agreement_id = new.id
      and i.status <> 'draft'
  ) then
    raise exception 'an agreement that was billed keeps its payer'
      using errcode = 'CD013', hint = 'Let it end, and write down another, with the payer as it is called now.';
  end if;
  if new.archived_at is not null and old.archived_at is null and exists (
    select
    from public.invoices as i
    where i.organisation_id = new.organisation_id
      and i.agreement_id = new.id
      and i.status in ('issued', 'partially_paid', 'paid')
      and i.archived_at is null
  ) then
    raise exception 'an agreement under which invoices stand is not archived'
      using errcode = 'CD013', hint = 'Let it end: agreements.ends_on. Who pays those invoices is said by it.';
  end if;
  return new;
end
$$;
comment on function authz.tg_agreements__billed() is
  'Refuses with CD013 another payer of an agreement under which an invoice was issued, and to archive one under which an invoice stands; CD007 above READ COMMITTED. [S-16, S-34]';
alter function authz.tg_agreements__billed() owner to cordon_definer;
revoke all on function authz.tg_agreements__billed() from public;

-- authz.tg_payments__security: a payment that is put away is seen by nobody in the clinic, and its invoice is owed again: whoever took the money could
-- print the receipt, put the payment away and have the invoice voided. How much it was, and of which invoice, stands in the event.
create or replace function authz.tg_payments__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform authz.record_security_event(
    new.organisation_id, case when new.archived_at is null then 'payment.restored' else 'payment.archived' end, new.id,
    jsonb_build_object(
      'invoice_id', new.invoice_id,
      'amount_minor', new.amount_minor,
      'currency', (
        select i.currency
        from public.invoices as i
        where i.organisation_id = new.organisation_id
          and i.id = new.invoice_id
      )
    )
  );
  return null;
end
$$;
comment on function authz.tg_payments__security() is
  'Records that a payment was put away, or brought back, with its amount. Its trigger says in WHEN where it was. [N-37, S-34]';
alter function authz.tg_payments__security() owner to cordon_definer;
revoke all on function authz.tg_payments__security() from public;

revoke create on schema authz, public from cordon_definer;

create policy provider_fence on public.agreements
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'agreements', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'agreements', 'SELECT', 'basic')));
comment on policy provider_fence on public.agreements is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with finance of the current organisation or clinic_admin of the current organisation. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.agreements
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.agreements is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.agreements
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.agreements is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.agreements
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.agreements is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy internal_ops_select on public.agreements
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'agreements', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );
comment on policy internal_ops_select on public.agreements is
  'ops_agent of operations may read rows that are not archived. [S-29]';

create policy definer_select on public.agreements
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.agreements is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_invoices__totals: the agreement that an invoice is issued under, locked). [N-08, S-34]';

create policy definer_update on public.agreements
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.agreements is
  'definer functions may change every row (authz.tg_invoices__totals: a row lock takes the right to update some column). [S-34]';

create policy provider_fence on public.claims
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'claims', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'claims', 'SELECT', 'basic')));
comment on policy provider_fence on public.claims is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with finance of the current organisation or clinic_admin of the current organisation. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.claims
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.claims is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.claims
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.claims is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.claims
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.claims is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy internal_ops_select on public.claims
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'claims', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );
comment on policy internal_ops_select on public.claims is
  'ops_agent of operations may read rows that are not archived. [S-29, S-34]';

create policy internal_ops_insert on public.claims
  for insert to internal_ops
  with check ((select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'claims', 'INSERT', 'detailed')));
comment on policy internal_ops_insert on public.claims is
  'ops_agent of operations may create rows. [S-29, S-34]';

create policy internal_ops_update on public.claims
  for update to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'claims', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  )
  with check (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'claims', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  );
comment on policy internal_ops_update on public.claims is
  'ops_agent of operations may change rows that are not archived. [S-29, S-34]';

create policy definer_select on public.claims
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.claims is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; public.detach_invoice, authz.tg_invoices__claimed: whether an invoice is being claimed for; authz.tg_claims__sound, authz.tg_guarantees_of_payment__fixed: how much on a guarantee). [N-08, S-34]';

create policy provider_fence on public.guarantees_of_payment
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'guarantees_of_payment', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'guarantees_of_payment', 'SELECT', 'basic')));
comment on policy provider_fence on public.guarantees_of_payment is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with finance of the current organisation or clinic_admin of the current organisation. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.guarantees_of_payment
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.guarantees_of_payment is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.guarantees_of_payment
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.guarantees_of_payment is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.guarantees_of_payment
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.guarantees_of_payment is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy internal_ops_select on public.guarantees_of_payment
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'guarantees_of_payment', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );
comment on policy internal_ops_select on public.guarantees_of_payment is
  'ops_agent of operations may read rows that are not archived. [S-29, S-34]';

create policy internal_ops_insert on public.guarantees_of_payment
  for insert to internal_ops
  with check ((select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'guarantees_of_payment', 'INSERT', 'detailed')));
comment on policy internal_ops_insert on public.guarantees_of_payment is
  'ops_agent of operations may create rows. [S-29, S-34]';

create policy internal_ops_update on public.guarantees_of_payment
  for update to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'guarantees_of_payment', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  )
  with check (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'guarantees_of_payment', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  );
comment on policy internal_ops_update on public.guarantees_of_payment is
  'ops_agent of operations may change rows that are not archived. [S-29, S-34]';

create policy definer_select on public.guarantees_of_payment
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.guarantees_of_payment is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_claims__sound: whether what is claimed on stands, and for how much). [N-08, S-34]';

create policy definer_update on public.guarantees_of_payment
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.guarantees_of_payment is
  'definer functions may change every row (authz.tg_claims__sound: a row lock takes the right to update some column). [S-34]';

create policy provider_fence on public.invoice_lines
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'invoice_lines', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'invoice_lines', 'SELECT', 'basic')));
comment on policy provider_fence on public.invoice_lines is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with finance of the current organisation or clinic_admin of the current organisation. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.invoice_lines
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.invoice_lines is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.invoice_lines
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.invoice_lines is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.invoice_lines
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.invoice_lines is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy internal_ops_select on public.invoice_lines
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'invoice_lines', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
    and case_id is not null
  );
comment on policy internal_ops_select on public.invoice_lines is
  'ops_agent of operations may read rows that are not archived and attached to a case of operations. [S-29, S-34]';

create policy internal_ops_update on public.invoice_lines
  for update to internal_ops
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
comment on policy internal_ops_update on public.invoice_lines is
  'ops_agent of operations may change rows that are not archived and attached to a case of operations. [S-29, S-34]';

create policy definer_select on public.invoice_lines
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.invoice_lines is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_invoices__totals: adds up). [N-08, S-34]';

create policy definer_update on public.invoice_lines
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.invoice_lines is
  'definer functions may change every row (authz.tg_invoices__case: the case of the invoice). [S-34]';

create policy provider_fence on public.invoices
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'invoices', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'invoices', 'SELECT', 'basic')));
comment on policy provider_fence on public.invoices is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with finance of the current organisation or clinic_admin of the current organisation. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.invoices
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.invoices is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.invoices
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.invoices is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.invoices
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.invoices is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy internal_ops_select on public.invoices
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'invoices', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
    and case_id is not null
  );
comment on policy internal_ops_select on public.invoices is
  'ops_agent of operations may read rows that are not archived and attached to a case of operations. [S-29, S-34]';

create policy internal_ops_update on public.invoices
  for update to internal_ops
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
comment on policy internal_ops_update on public.invoices is
  'ops_agent of operations may change rows that are not archived and attached to a case of operations. [S-29, S-34]';

create policy definer_select on public.invoices
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.invoices is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_agreements__billed: who was billed; authz.tg__frozen_child, public.attach_invoice: whether it is frozen; authz.tg_claims__sound: what is claimed for). [N-08, S-34]';

create policy definer_update on public.invoices
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.invoices is
  'definer functions may change every row (public.attach_invoice, public.detach_invoice; authz.tg__touch_invoices: sums follow their parts). [S-34]';

create policy provider_fence on public.payments
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'payments', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'payments', 'SELECT', 'basic')));
comment on policy provider_fence on public.payments is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with finance of the current organisation or clinic_admin of the current organisation. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.payments
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.payments is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.payments
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.payments is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.payments
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.payments is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy internal_ops_select on public.payments
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'payments', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
    and case_id is not null
  );
comment on policy internal_ops_select on public.payments is
  'ops_agent of operations may read rows that are not archived and attached to a case of operations. [S-29, S-34]';

create policy internal_ops_insert on public.payments
  for insert to internal_ops
  with check (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'payments', 'INSERT', 'detailed'))
    and case_id is not null
  );
comment on policy internal_ops_insert on public.payments is
  'ops_agent of operations may create rows that are attached to a case of operations. [S-29, S-34]';

create policy internal_ops_update on public.payments
  for update to internal_ops
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
comment on policy internal_ops_update on public.payments is
  'ops_agent of operations may change rows that are not archived and attached to a case of operations. [S-29, S-34]';

create policy definer_select on public.payments
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.payments is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_invoices__totals: adds up). [N-08, S-34]';

create policy definer_update on public.payments
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.payments is
  'definer functions may change every row (authz.tg_invoices__case: the case of the invoice). [S-34]';

create or replace trigger _080_no_secrets
  before insert or update on public.agreements
  for each row
  execute function authz.tg__no_secrets('agreements', 'payer');
alter table public.agreements enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.agreements is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _087_labels
  before insert or update on public.agreements
  for each row
  execute function authz.tg__labels('agreements', 'name', 'payer');
alter table public.agreements enable always trigger _087_labels;
comment on trigger _087_labels on public.agreements is
  'Refuses a payer whom nobody sees. [S-31]';

create or replace trigger _110_status_stamp
  before insert or update on public.claims
  for each row
  execute function authz.tg__status_stamp();
alter table public.claims enable always trigger _110_status_stamp;
comment on trigger _110_status_stamp on public.claims is
  'Stamps who flipped the status and when. [S-16]';

create or replace trigger _200_transition
  before insert or update on public.claims
  for each row
  execute function authz.tg__transition('claims', 'draft');
alter table public.claims enable always trigger _200_transition;
comment on trigger _200_transition on public.claims is
  'Refuses a state that does not follow from the one before, or not for this realm. [S-18]';

create or replace trigger _300_handed_over
  before insert on public.claims
  for each row
  execute function authz.tg__handed_over();
alter table public.claims enable always trigger _300_handed_over;
comment on trigger _300_handed_over on public.claims is
  'Refuses a case that was not handed over to operations. [S-29]';

create or replace trigger _310_sound
  before insert or update on public.claims
  for each row
  execute function authz.tg_claims__sound();
alter table public.claims enable always trigger _310_sound;
comment on trigger _310_sound on public.claims is
  'Keeps a claim to an attached invoice, a guarantee that stands, their currency, and the amount that was submitted. [S-29, S-34]';

create or replace trigger _015_read_committed
  before insert or update on public.claims
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.claims enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.claims is
  'Says what is claimed, and what became of it, in the newest snapshot alone: an older one shows who may write as they were. [N-16, S-29]';

create or replace trigger _080_no_secrets
  before insert or update on public.guarantees_of_payment
  for each row
  execute function authz.tg__no_secrets('guarantees_of_payment', 'payer');
alter table public.guarantees_of_payment enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.guarantees_of_payment is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _087_labels
  before insert or update on public.guarantees_of_payment
  for each row
  execute function authz.tg__labels('guarantees_of_payment', 'name', 'payer');
alter table public.guarantees_of_payment enable always trigger _087_labels;
comment on trigger _087_labels on public.guarantees_of_payment is
  'Refuses a payer whom nobody sees. [S-31]';

create or replace trigger _110_status_stamp
  before insert or update on public.guarantees_of_payment
  for each row
  execute function authz.tg__status_stamp();
alter table public.guarantees_of_payment enable always trigger _110_status_stamp;
comment on trigger _110_status_stamp on public.guarantees_of_payment is
  'Stamps who flipped the status and when. [S-16]';

create or replace trigger _200_transition
  before insert or update on public.guarantees_of_payment
  for each row
  execute function authz.tg__transition('guarantees_of_payment', 'requested');
alter table public.guarantees_of_payment enable always trigger _200_transition;
comment on trigger _200_transition on public.guarantees_of_payment is
  'Refuses a state that does not follow from the one before, or not for this realm. [S-18]';

create or replace trigger _300_handed_over
  before insert on public.guarantees_of_payment
  for each row
  execute function authz.tg__handed_over();
alter table public.guarantees_of_payment enable always trigger _300_handed_over;
comment on trigger _300_handed_over on public.guarantees_of_payment is
  'Refuses a case that was not handed over to operations. [S-29]';

create or replace trigger _310_fixed
  before update on public.guarantees_of_payment
  for each row
  execute function authz.tg_guarantees_of_payment__fixed();
alter table public.guarantees_of_payment enable always trigger _310_fixed;
comment on trigger _310_fixed on public.guarantees_of_payment is
  'Keeps limit and policy of a guarantee that has ended. [S-34]';

create or replace trigger _015_read_committed
  before insert or update on public.guarantees_of_payment
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.guarantees_of_payment enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.guarantees_of_payment is
  'Says who vouches, and for how much, in the newest snapshot alone: an older one shows who may write as they were. [N-16, S-29]';

create or replace trigger _021_no_truncate
  before truncate on public.invoice_lines
  for each statement
  execute function authz.tg__no_truncate('invoice_lines');
alter table public.invoice_lines enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on public.invoice_lines is
  'Refuses to empty the table, the owner included. [S-34]';

create or replace trigger _080_no_secrets
  before insert or update on public.invoice_lines
  for each row
  execute function authz.tg__no_secrets('invoice_lines', 'description');
alter table public.invoice_lines enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.invoice_lines is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _060_frozen
  before insert or update or delete on public.invoice_lines
  for each row
  execute function authz.tg__frozen_child('invoice_line');
alter table public.invoice_lines enable always trigger _060_frozen;
comment on trigger _060_frozen on public.invoice_lines is
  'Lets nothing happen to an invoice of a case but by operations, and records the attempt. [S-34, S-35]';

create or replace trigger _070_fixed
  before update or delete on public.invoice_lines
  for each row
  execute function authz.tg_invoice_lines__fixed();
alter table public.invoice_lines enable always trigger _070_fixed;
comment on trigger _070_fixed on public.invoice_lines is
  'Refuses to change what was issued. [S-34]';

create or replace trigger _085_words
  before insert or update on public.invoice_lines
  for each row
  execute function authz.tg__words('invoice_lines', 'description', '1');
alter table public.invoice_lines enable always trigger _085_words;
comment on trigger _085_words on public.invoice_lines is
  'Refuses a line of a bill that nobody sees. [S-34]';

create or replace trigger _500_totals
  after insert on public.invoice_lines
  referencing new table as changed
  for each statement
  execute function authz.tg__touch_invoices();
alter table public.invoice_lines enable always trigger _500_totals;
comment on trigger _500_totals on public.invoice_lines is
  'Has the invoices of a statement''s rows add up again, each once. [S-34]';

create or replace trigger _501_totals
  after update on public.invoice_lines
  referencing old table as before new table as changed
  for each statement
  execute function authz.tg__touch_invoices();
alter table public.invoice_lines enable always trigger _501_totals;
comment on trigger _501_totals on public.invoice_lines is
  'Has the invoices of a statement''s rows add up again, each once. [S-34]';

create or replace trigger _502_totals
  after delete on public.invoice_lines
  referencing old table as changed
  for each statement
  execute function authz.tg__touch_invoices();
alter table public.invoice_lines enable always trigger _502_totals;
comment on trigger _502_totals on public.invoice_lines is
  'Has the invoices of a statement''s rows add up again, each once. [S-34]';

create or replace trigger _021_no_truncate
  before truncate on public.invoices
  for each statement
  execute function authz.tg__no_truncate('invoices');
alter table public.invoices enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on public.invoices is
  'Refuses to empty the table, the owner included. [S-34]';

create or replace trigger _110_status_stamp
  before insert or update on public.invoices
  for each row
  execute function authz.tg__status_stamp();
alter table public.invoices enable always trigger _110_status_stamp;
comment on trigger _110_status_stamp on public.invoices is
  'Stamps who flipped the status and when. [S-16]';

create or replace trigger _200_transition
  before insert or update on public.invoices
  for each row
  execute function authz.tg__transition('invoices', 'draft');
alter table public.invoices enable always trigger _200_transition;
comment on trigger _200_transition on public.invoices is
  'Refuses a state that does not follow from the one before, or not for this realm. [S-18]';

create or replace trigger _060_frozen
  before insert or update or delete on public.invoices
  for each row
  execute function authz.tg_invoices__frozen();
alter table public.invoices enable always trigger _060_frozen;
comment on trigger _060_frozen on public.invoices is
  'Lets nothing happen to an invoice of a case but by operations, and records the attempt. [S-34, S-35]';

create or replace trigger _090_totals
  before insert or update on public.invoices
  for each row
  execute function authz.tg_invoices__totals();
alter table public.invoices enable always trigger _090_totals;
comment on trigger _090_totals on public.invoices is
  'Recomputes what is owed and paid, and the status that follows; a value sent by anyone is ignored. [S-34]';

create or replace trigger _600_case
  after update on public.invoices
  for each row
  execute function authz.tg_invoices__case();
alter table public.invoices enable always trigger _600_case;
comment on trigger _600_case on public.invoices is
  'Carries the case to lines and payments, and records who attached it. [S-34]';

create or replace trigger _310_claimed
  before update on public.invoices
  for each row
  when (
    (new.archived_at is not null and old.archived_at is null)
    or (new.status = 'void' and old.status <> 'void')
    or new.total_minor < old.total_minor
  )
  execute function authz.tg_invoices__claimed();
alter table public.invoices enable always trigger _310_claimed;
comment on trigger _310_claimed on public.invoices is
  'Keeps what is being claimed for. [S-29, S-34]';

create or replace trigger _015_read_committed
  before update on public.invoices
  for each row
  when (
    (new.status <> old.status or new.case_id is distinct from old.case_id)
    and current_setting('transaction_isolation') <> 'read committed'
  )
  execute function authz.tg__read_committed();
alter table public.invoices enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.invoices is
  'Issues an invoice, or attaches it to a case, in the newest snapshot alone: an older one shows who may write as they were. [N-16, S-34]';

create or replace trigger _021_no_truncate
  before truncate on public.payments
  for each statement
  execute function authz.tg__no_truncate('payments');
alter table public.payments enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on public.payments is
  'Refuses to empty the table, the owner included. [S-34]';

create or replace trigger _080_no_secrets
  before insert or update on public.payments
  for each row
  execute function authz.tg__no_secrets('payments', 'terminal_reference');
alter table public.payments enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.payments is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _060_frozen
  before insert or update or delete on public.payments
  for each row
  execute function authz.tg__frozen_child('payment');
alter table public.payments enable always trigger _060_frozen;
comment on trigger _060_frozen on public.payments is
  'Lets nothing happen to an invoice of a case but by operations, and records the attempt. [S-34, S-35]';

create or replace trigger _110_recorded
  before insert or update on public.payments
  for each row
  execute function authz.tg_payments__recorded();
alter table public.payments enable always trigger _110_recorded;
comment on trigger _110_recorded on public.payments is
  'Stamps who recorded the payment; its amount, and how it was made, are never changed. [S-16, S-34]';

create or replace trigger _500_totals
  after insert on public.payments
  referencing new table as changed
  for each statement
  execute function authz.tg__touch_invoices();
alter table public.payments enable always trigger _500_totals;
comment on trigger _500_totals on public.payments is
  'Has the invoices of a statement''s rows add up again, each once. [S-34]';

create or replace trigger _501_totals
  after update on public.payments
  referencing old table as before new table as changed
  for each statement
  execute function authz.tg__touch_invoices();
alter table public.payments enable always trigger _501_totals;
comment on trigger _501_totals on public.payments is
  'Has the invoices of a statement''s rows add up again, each once. [S-34]';

create or replace trigger _502_totals
  after delete on public.payments
  referencing old table as changed
  for each statement
  execute function authz.tg__touch_invoices();
alter table public.payments enable always trigger _502_totals;
comment on trigger _502_totals on public.payments is
  'Has the invoices of a statement''s rows add up again, each once. [S-34]';

create or replace trigger _050_tenant
  before insert or update on public.agreements
  for each row
  execute function authz.tg__tenant('agreements');
alter table public.agreements enable always trigger _050_tenant;
comment on trigger _050_tenant on public.agreements is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.agreements
  for each row
  execute function authz.tg__stamp();
alter table public.agreements enable always trigger _100_stamp;
comment on trigger _100_stamp on public.agreements is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _890_lasting
  before update on public.agreements
  for each row
  when (new.id <> old.id)
  execute function authz.tg__lasting('agreements');
alter table public.agreements enable always trigger _890_lasting;
comment on trigger _890_lasting on public.agreements is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.agreements
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.agreements enable always trigger _900_stamped;
comment on trigger _900_stamped on public.agreements is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.agreements
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.agreements enable always trigger _901_stamped;
comment on trigger _901_stamped on public.agreements is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _050_tenant
  before insert or update on public.claims
  for each row
  execute function authz.tg__tenant('claims');
alter table public.claims enable always trigger _050_tenant;
comment on trigger _050_tenant on public.claims is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.claims
  for each row
  execute function authz.tg__stamp();
alter table public.claims enable always trigger _100_stamp;
comment on trigger _100_stamp on public.claims is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _890_lasting
  before update on public.claims
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('claims');
alter table public.claims enable always trigger _890_lasting;
comment on trigger _890_lasting on public.claims is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.claims
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.claims enable always trigger _900_stamped;
comment on trigger _900_stamped on public.claims is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.claims
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.claims enable always trigger _901_stamped;
comment on trigger _901_stamped on public.claims is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _050_tenant
  before insert or update on public.guarantees_of_payment
  for each row
  execute function authz.tg__tenant('guarantees_of_payment');
alter table public.guarantees_of_payment enable always trigger _050_tenant;
comment on trigger _050_tenant on public.guarantees_of_payment is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.guarantees_of_payment
  for each row
  execute function authz.tg__stamp();
alter table public.guarantees_of_payment enable always trigger _100_stamp;
comment on trigger _100_stamp on public.guarantees_of_payment is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _890_lasting
  before update on public.guarantees_of_payment
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('guarantees_of_payment');
alter table public.guarantees_of_payment enable always trigger _890_lasting;
comment on trigger _890_lasting on public.guarantees_of_payment is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.guarantees_of_payment
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.guarantees_of_payment enable always trigger _900_stamped;
comment on trigger _900_stamped on public.guarantees_of_payment is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.guarantees_of_payment
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.guarantees_of_payment enable always trigger _901_stamped;
comment on trigger _901_stamped on public.guarantees_of_payment is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _050_tenant
  before insert or update on public.invoice_lines
  for each row
  execute function authz.tg__tenant('invoice_lines');
alter table public.invoice_lines enable always trigger _050_tenant;
comment on trigger _050_tenant on public.invoice_lines is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.invoice_lines
  for each row
  execute function authz.tg__stamp();
alter table public.invoice_lines enable always trigger _100_stamp;
comment on trigger _100_stamp on public.invoice_lines is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _890_lasting
  before update on public.invoice_lines
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('invoice_lines');
alter table public.invoice_lines enable always trigger _890_lasting;
comment on trigger _890_lasting on public.invoice_lines is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.invoice_lines
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.invoice_lines enable always trigger _900_stamped;
comment on trigger _900_stamped on public.invoice_lines is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.invoice_lines
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.invoice_lines enable always trigger _901_stamped;
comment on trigger _901_stamped on public.invoice_lines is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _050_tenant
  before insert or update on public.invoices
  for each row
  execute function authz.tg__tenant('invoices');
alter table public.invoices enable always trigger _050_tenant;
comment on trigger _050_tenant on public.invoices is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.invoices
  for each row
  execute function authz.tg__stamp();
alter table public.invoices enable always trigger _100_stamp;
comment on trigger _100_stamp on public.invoices is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _890_lasting
  before update on public.invoices
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('invoices');
alter table public.invoices enable always trigger _890_lasting;
comment on trigger _890_lasting on public.invoices is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.invoices
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.invoices enable always trigger _900_stamped;
comment on trigger _900_stamped on public.invoices is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.invoices
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.invoices enable always trigger _901_stamped;
comment on trigger _901_stamped on public.invoices is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _050_tenant
  before insert or update on public.payments
  for each row
  execute function authz.tg__tenant('payments');
alter table public.payments enable always trigger _050_tenant;
comment on trigger _050_tenant on public.payments is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.payments
  for each row
  execute function authz.tg__stamp();
alter table public.payments enable always trigger _100_stamp;
comment on trigger _100_stamp on public.payments is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _600_security
  after update on public.payments
  for each row
  when ((new.archived_at is null) <> (old.archived_at is null))
  execute function authz.tg_payments__security();
alter table public.payments enable always trigger _600_security;
comment on trigger _600_security on public.payments is
  'Records each payment that is put away, or brought back, among the security events. [N-37, S-34]';

create or replace trigger _890_lasting
  before update on public.payments
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('payments');
alter table public.payments enable always trigger _890_lasting;
comment on trigger _890_lasting on public.payments is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.payments
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.payments enable always trigger _900_stamped;
comment on trigger _900_stamped on public.payments is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.payments
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.payments enable always trigger _901_stamped;
comment on trigger _901_stamped on public.payments is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

grant
  select (archived_at, id, organisation_id),
  update (archived_at)
  on public.agreements to cordon_definer;
grant select on public.agreements to internal_ops;
grant select, insert, update on public.agreements to service_role;

grant
  select (amount_minor, archived_at, guarantee_id, id, invoice_id, organisation_id, status)
  on public.claims to cordon_definer;
grant
  select,
  insert (amount_minor, case_id, currency, guarantee_id, id, invoice_id, organisation_id, patient_id),
  update (amount_minor, archived_at, status)
  on public.claims to internal_ops;
grant select, insert, update on public.claims to service_role;

grant
  select (archived_at, case_id, currency, id, limit_minor, organisation_id, status),
  update (status)
  on public.guarantees_of_payment to cordon_definer;
grant
  select,
  insert (case_id, currency, id, limit_minor, organisation_id, patient_id, payer, policy_number),
  update (archived_at, limit_minor, policy_number, status)
  on public.guarantees_of_payment to internal_ops;
grant select, insert, update on public.guarantees_of_payment to service_role;

grant
  select (amount_minor, archived_at, case_id, id, invoice_id, organisation_id, patient_id),
  update (case_id)
  on public.invoice_lines to cordon_definer;
grant
  select,
  update (archived_at, description, quantity, unit_minor)
  on public.invoice_lines to internal_ops;
grant select, insert, update on public.invoice_lines to service_role;

grant
  select (agreement_id, archived_at, case_id, currency, id, organisation_id, patient_id, status, total_minor, updated_at),
  update (case_id, total_minor)
  on public.invoices to cordon_definer;
grant select, update (agreement_id, archived_at, status) on public.invoices to internal_ops;
grant select, insert, update on public.invoices to service_role;

grant
  select (amount_minor, archived_at, case_id, id, invoice_id, organisation_id, patient_id),
  update (case_id)
  on public.payments to cordon_definer;
grant
  select,
  insert (amount_minor, id, invoice_id, method, organisation_id, patient_id, terminal_reference),
  update (archived_at, method, terminal_reference)
  on public.payments to internal_ops;
grant select, insert, update on public.payments to service_role;

-- migrate:down
