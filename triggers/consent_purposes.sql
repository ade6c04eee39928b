create or replace trigger _500_first_version
  after insert on public.consent_purposes
  for each row
  execute function authz.tg_consent_purposes__first_version();
alter table public.consent_purposes enable always trigger _500_first_version;
comment on trigger _500_first_version on public.consent_purposes is
  'Writes the first version of a new purpose. [N-48]';
