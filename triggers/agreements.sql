create or replace trigger _050_tenant
  before insert or update on public.agreements
  for each row
  execute function authz.tg__tenant('agreements');
alter table public.agreements enable always trigger _050_tenant;
comment on trigger _050_tenant on public.agreements is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _080_no_secrets
  before insert or update on public.agreements
  for each row
  execute function authz.tg__no_secrets('agreements', 'payer');
alter table public.agreements enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.agreements is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _100_stamp
  before insert or update on public.agreements
  for each row
  execute function authz.tg__stamp();
alter table public.agreements enable always trigger _100_stamp;
comment on trigger _100_stamp on public.agreements is
  'Stamps who wrote the row and when. [S-16]';
