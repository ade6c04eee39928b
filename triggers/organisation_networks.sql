create or replace trigger _080_no_secrets
  before insert or update on public.organisation_networks
  for each row
  execute function authz.tg__no_secrets('organisation_networks', 'label');
alter table public.organisation_networks enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.organisation_networks is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';
