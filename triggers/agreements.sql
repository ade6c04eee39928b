create or replace trigger _080_no_secrets
  before insert or update on public.agreements
  for each row
  execute function authz.tg__no_secrets('agreements', 'payer');
alter table public.agreements enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.agreements is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';
