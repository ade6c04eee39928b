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

create or replace trigger _600_security
  after update on public.payments
  for each row
  when ((new.archived_at is null) <> (old.archived_at is null))
  execute function authz.tg_payments__security();
alter table public.payments enable always trigger _600_security;
comment on trigger _600_security on public.payments is
  'Records each payment that is put away, or brought back, among the security events. [N-37, S-34]';
