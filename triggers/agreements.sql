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
