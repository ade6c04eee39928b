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
