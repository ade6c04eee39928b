-- migrate:up
-- Why: the server's key put an invoice, with its lines and payments, on another patient's account, of which no record told
-- Side: operations
-- Access: none
-- Locks: 7 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE public.cases
--   SHARE ROW EXCLUSIVE public.claims
--   SHARE ROW EXCLUSIVE public.guarantees_of_payment
--   SHARE ROW EXCLUSIVE public.invoice_lines
--   SHARE ROW EXCLUSIVE public.invoices
--   SHARE ROW EXCLUSIVE public.payments
--   SHARE ROW EXCLUSIVE public.transfers

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

create or replace trigger _890_lasting
  before update on public.cases
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('cases');
alter table public.cases enable always trigger _890_lasting;
comment on trigger _890_lasting on public.cases is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.claims
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('claims');
alter table public.claims enable always trigger _890_lasting;
comment on trigger _890_lasting on public.claims is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.guarantees_of_payment
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('guarantees_of_payment');
alter table public.guarantees_of_payment enable always trigger _890_lasting;
comment on trigger _890_lasting on public.guarantees_of_payment is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.invoice_lines
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('invoice_lines');
alter table public.invoice_lines enable always trigger _890_lasting;
comment on trigger _890_lasting on public.invoice_lines is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.invoices
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('invoices');
alter table public.invoices enable always trigger _890_lasting;
comment on trigger _890_lasting on public.invoices is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.payments
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('payments');
alter table public.payments enable always trigger _890_lasting;
comment on trigger _890_lasting on public.payments is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.transfers
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('transfers');
alter table public.transfers enable always trigger _890_lasting;
comment on trigger _890_lasting on public.transfers is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

-- migrate:down
