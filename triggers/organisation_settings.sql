create or replace trigger _080_no_secrets
  before insert or update on public.organisation_settings
  for each row
  execute function authz.tg__no_secrets('organisation_settings', 'privacy_contact');
alter table public.organisation_settings enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.organisation_settings is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

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
  'Records who switched Smart Insights, or set other hours or legal bases, among the security events. [S-21, N-28, N-37, N-45]';
