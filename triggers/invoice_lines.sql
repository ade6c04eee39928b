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
