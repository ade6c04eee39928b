create or replace trigger _060_insights
  before insert or update on public.organisation_settings
  for each row
  execute function authz.tg_organisation_settings__insights();
alter table public.organisation_settings enable always trigger _060_insights;
comment on trigger _060_insights on public.organisation_settings is
  'Lets only members with insights_admin switch Smart Insights. [S-21]';

create or replace trigger _600_security
  after update on public.organisation_settings
  for each row
  execute function authz.tg_organisation_settings__security();
alter table public.organisation_settings enable always trigger _600_security;
comment on trigger _600_security on public.organisation_settings is
  'Records who switched Smart Insights among the security events. [S-21, N-37]';
