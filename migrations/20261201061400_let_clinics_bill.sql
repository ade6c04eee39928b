-- migrate:up
-- Why: clinics write invoices and record payments, until operations take them over.
-- Access: +9 grants, +27 policies
--   + policy provider_select on public.agreements: select to authenticated
--   + policy provider_select_rows on public.agreements: restrictive, select to authenticated
--   + policy provider_insert on public.agreements: insert to authenticated
--   + policy provider_update on public.agreements: update to authenticated
--   + policy provider_update_rows on public.agreements: restrictive, update to authenticated
--   + policy provider_select on public.claims: select to authenticated
--   + policy provider_select_rows on public.claims: restrictive, select to authenticated
--   + policy provider_select on public.guarantees_of_payment: select to authenticated
--   + policy provider_select_rows on public.guarantees_of_payment: restrictive, select to authenticated
--   + policy provider_select on public.invoice_lines: select to authenticated
--   + policy provider_select_rows on public.invoice_lines: restrictive, select to authenticated
--   + policy provider_insert on public.invoice_lines: insert to authenticated
--   + policy provider_update on public.invoice_lines: update to authenticated
--   + policy provider_update_rows on public.invoice_lines: restrictive, update to authenticated
--   + policy patient_select on public.invoice_lines: select to patient
--   + policy provider_select on public.invoices: select to authenticated
--   + policy provider_select_rows on public.invoices: restrictive, select to authenticated
--   + policy provider_insert on public.invoices: insert to authenticated
--   + policy provider_update on public.invoices: update to authenticated
--   + policy provider_update_rows on public.invoices: restrictive, update to authenticated
--   + policy patient_select on public.invoices: select to patient
--   + policy provider_select on public.payments: select to authenticated
--   + policy provider_select_rows on public.payments: restrictive, select to authenticated
--   + policy provider_insert on public.payments: insert to authenticated
--   + policy provider_update on public.payments: update to authenticated
--   + policy provider_update_rows on public.payments: restrictive, update to authenticated
--   + policy patient_select on public.payments: select to patient
--   + authenticated may select, insert (ends_on, id, number, organisation_id, payer, starts_on), update (archived_at, ends_on, payer) on public.agreements
--   + authenticated may select on public.claims
--   + authenticated may select on public.guarantees_of_payment
--   + authenticated may select, insert (7 columns), update (archived_at, description, quantity, unit_minor) on public.invoice_lines
--   + patient may select on public.invoice_lines
--   + authenticated may select, insert (agreement_id, currency, id, number, organisation_id, patient_id), update (agreement_id, archived_at, status) on public.invoices
--   + patient may select on public.invoices
--   + authenticated may select, insert (7 columns), update (archived_at, method, terminal_reference) on public.payments
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

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

create policy provider_select on public.agreements
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'agreements', 'SELECT', 'basic')));
comment on policy provider_select on public.agreements is
  'any member with finance of the current organisation may read rows that are not archived; clinic_admin of the current organisation may read rows that are not archived. [N-02, S-02]';

create policy provider_select_rows on public.agreements
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.agreements is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, S-02]';

create policy provider_insert on public.agreements
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'agreements', 'INSERT', 'detailed')));
comment on policy provider_insert on public.agreements is
  'clinic_admin of the current organisation may create rows. [N-02, S-03]';

create policy provider_update on public.agreements
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'agreements', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'agreements', 'SELECT', 'basic')));
comment on policy provider_update on public.agreements is
  'clinic_admin of the current organisation may change rows that are not archived. [N-02, S-03]';

create policy provider_update_rows on public.agreements
  as restrictive for update to authenticated
  using (
    archived_at is null
    or archived_at = now()
  )
  with check (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_update_rows on public.agreements is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, S-03]';

create policy provider_select on public.claims
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'claims', 'SELECT', 'basic')));
comment on policy provider_select on public.claims is
  'any member with finance of the current organisation may read rows that are not archived; clinic_admin of the current organisation may read rows that are not archived. [N-02, S-02]';

create policy provider_select_rows on public.claims
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.claims is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, S-02]';

create policy provider_select on public.guarantees_of_payment
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'guarantees_of_payment', 'SELECT', 'basic')));
comment on policy provider_select on public.guarantees_of_payment is
  'any member with finance of the current organisation may read rows that are not archived; clinic_admin of the current organisation may read rows that are not archived. [N-02, S-02]';

create policy provider_select_rows on public.guarantees_of_payment
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.guarantees_of_payment is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, S-02]';

create policy provider_select on public.invoice_lines
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'invoice_lines', 'SELECT', 'basic')));
comment on policy provider_select on public.invoice_lines is
  'any member with finance of the current organisation may read rows that are not archived; clinic_admin of the current organisation may read rows that are not archived. [N-02, S-02]';

create policy provider_select_rows on public.invoice_lines
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.invoice_lines is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, S-02]';

create policy provider_insert on public.invoice_lines
  for insert to authenticated
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'invoice_lines', 'INSERT', 'detailed')));
comment on policy provider_insert on public.invoice_lines is
  'any member with finance of the current organisation may create rows; clinic_admin of the current organisation may create rows. [N-02, S-03]';

create policy provider_update on public.invoice_lines
  for update to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'invoice_lines', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'invoice_lines', 'SELECT', 'basic')));
comment on policy provider_update on public.invoice_lines is
  'any member with finance of the current organisation may change rows that are not archived; clinic_admin of the current organisation may change rows that are not archived. [N-02, S-03, S-34]';

create policy provider_update_rows on public.invoice_lines
  as restrictive for update to authenticated
  using (
    archived_at is null
    or archived_at = now()
  )
  with check (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_update_rows on public.invoice_lines is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, S-03, S-34]';

create policy patient_select on public.invoice_lines
  for select to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'invoice_lines', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.invoice_lines is
  'a patient may read rows that are their own and not archived. [N-15]';

create policy provider_select on public.invoices
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'invoices', 'SELECT', 'basic')));
comment on policy provider_select on public.invoices is
  'any member with finance of the current organisation may read rows that are not archived; clinic_admin of the current organisation may read rows that are not archived. [N-02, S-02]';

create policy provider_select_rows on public.invoices
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.invoices is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, S-02]';

create policy provider_insert on public.invoices
  for insert to authenticated
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'invoices', 'INSERT', 'detailed')));
comment on policy provider_insert on public.invoices is
  'any member with finance of the current organisation may create rows; clinic_admin of the current organisation may create rows. [N-02, S-03]';

create policy provider_update on public.invoices
  for update to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'invoices', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'invoices', 'SELECT', 'basic')));
comment on policy provider_update on public.invoices is
  'any member with finance of the current organisation may change rows that are not archived; clinic_admin of the current organisation may change rows that are not archived. [N-02, S-03, S-34]';

create policy provider_update_rows on public.invoices
  as restrictive for update to authenticated
  using (
    archived_at is null
    or archived_at = now()
  )
  with check (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_update_rows on public.invoices is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, S-03, S-34]';

create policy patient_select on public.invoices
  for select to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'invoices', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.invoices is
  'a patient may read rows that are their own and not archived. [N-15]';

create policy provider_select on public.payments
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'payments', 'SELECT', 'basic')));
comment on policy provider_select on public.payments is
  'any member with finance of the current organisation may read rows that are not archived; clinic_admin of the current organisation may read rows that are not archived. [N-02, S-02]';

create policy provider_select_rows on public.payments
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.payments is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, S-02]';

create policy provider_insert on public.payments
  for insert to authenticated
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'payments', 'INSERT', 'detailed')));
comment on policy provider_insert on public.payments is
  'any member with finance of the current organisation may create rows; clinic_admin of the current organisation may create rows. [N-02, S-03]';

create policy provider_update on public.payments
  for update to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'payments', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'payments', 'SELECT', 'basic')));
comment on policy provider_update on public.payments is
  'any member with finance of the current organisation may change rows that are not archived; clinic_admin of the current organisation may change rows that are not archived. [N-02, S-03, S-34]';

create policy provider_update_rows on public.payments
  as restrictive for update to authenticated
  using (
    archived_at is null
    or archived_at = now()
  )
  with check (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_update_rows on public.payments is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, S-03, S-34]';

create policy patient_select on public.payments
  for select to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'payments', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.payments is
  'a patient may read rows that are their own and not archived. [N-15]';

create or replace trigger _088_moments
  before insert or update on public.agreements
  for each row
  when (not isfinite(new.starts_on) or not isfinite(new.ends_on))
  execute function authz.tg__moments('agreements', 'starts_on', 'ends_on');
alter table public.agreements enable always trigger _088_moments;
comment on trigger _088_moments on public.agreements is
  'Refuses infinity where a moment or a day is written. [S-16]';

create or replace trigger _310_billed
  before update on public.agreements
  for each row
  when (new.payer <> old.payer or (new.archived_at is not null and old.archived_at is null))
  execute function authz.tg_agreements__billed();
alter table public.agreements enable always trigger _310_billed;
comment on trigger _310_billed on public.agreements is
  'Keeps the payer of invoices that were issued, where they are found. [S-16, S-34]';

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
grant select on public.payments to patient;

-- migrate:down
