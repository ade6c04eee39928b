create or replace trigger _080_no_secrets
  before insert or update on public.profiles
  for each row
  execute function authz.tg__no_secrets('profiles', 'display_name');
alter table public.profiles enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.profiles is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';
