-- migrate:up
-- Why: Claims, guarantees, invoices, texts that are agreed to, schema changes, and what an organisation is are written in READ COMMITTED alone: an older snapshot shows who may as they were (N-16).
-- Side: operations
-- Access: none
--   widens: the trigger _015_read_committed guards public.organisations by another definition
-- Locks: 7 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE governance.schema_changes
--   SHARE ROW EXCLUSIVE public.claims
--   SHARE ROW EXCLUSIVE public.consent_purposes
--   SHARE ROW EXCLUSIVE public.form_templates
--   SHARE ROW EXCLUSIVE public.guarantees_of_payment
--   SHARE ROW EXCLUSIVE public.invoices
--   SHARE ROW EXCLUSIVE public.organisations

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

create or replace trigger _015_read_committed
  before insert or update on public.claims
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.claims enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.claims is
  'Says what is claimed, and what became of it, in the newest snapshot alone: an older one shows who may write as they were. [N-16, S-29]';

create or replace trigger _015_read_committed
  before insert or update on public.consent_purposes
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.consent_purposes enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.consent_purposes is
  'Says what is consented to, in the newest snapshot alone: an older one shows who may write as they were. [N-16, N-45]';

create or replace trigger _015_read_committed
  before insert or update on public.form_templates
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.form_templates enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.form_templates is
  'Says what patients are given to sign, in the newest snapshot alone: an older one shows who may write as they were. [N-16, S-33]';

create or replace trigger _015_read_committed
  before insert or update on public.guarantees_of_payment
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.guarantees_of_payment enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.guarantees_of_payment is
  'Says who vouches, and for how much, in the newest snapshot alone: an older one shows who may write as they were. [N-16, S-29]';

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

create or replace trigger _015_read_committed
  before update on public.organisations
  for each row
  when (
    (new.archived_at, new.kind, new.timezone) is distinct from (old.archived_at, old.kind, old.timezone)
    and current_setting('transaction_isolation') <> 'read committed'
  )
  execute function authz.tg__read_committed();
alter table public.organisations enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.organisations is
  'Closes a clinic, opens it again, or says what it is and when its hours are, in the newest snapshot alone: an older one shows who may as they were. [N-16, S-03]';

create or replace trigger _015_read_committed
  before update on governance.schema_changes
  for each row
  when (
    new.status <> old.status
    and current_setting('transaction_isolation') <> 'read committed'
  )
  execute function authz.tg__read_committed();
alter table governance.schema_changes enable always trigger _015_read_committed;
comment on trigger _015_read_committed on governance.schema_changes is
  'Decides a proposal, in the newest snapshot alone: an older one shows who may write as they were. [N-16, S-28]';

-- migrate:down
