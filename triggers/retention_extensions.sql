create or replace trigger _080_no_secrets
  before insert or update on public.retention_extensions
  for each row
  execute function authz.tg__no_secrets('retention_extensions', 'reason');
alter table public.retention_extensions enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.retention_extensions is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';
