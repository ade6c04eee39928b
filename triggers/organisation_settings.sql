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

create or replace trigger _086_lists
  before insert or update on public.organisation_settings
  for each row
  when (
    array_ndims(new.modules) > 1 or cardinality(new.modules) > 50 or array_position(new.modules, null) is not null
    or array_ndims(new.legal_bases) > 1 or cardinality(new.legal_bases) > 50 or array_position(new.legal_bases, null) is not null
  )
  execute function authz.tg__lists('organisation_settings', 'modules', 'legal_bases');
alter table public.organisation_settings enable always trigger _086_lists;
comment on trigger _086_lists on public.organisation_settings is
  'Refuses lists of lists. [N-04, N-45]';

create or replace trigger _087_labels
  before insert or update on public.organisation_settings
  for each row
  execute function authz.tg__labels('organisation_settings', 'name', 'privacy_contact');
alter table public.organisation_settings enable always trigger _087_labels;
comment on trigger _087_labels on public.organisation_settings is
  'Refuses a contact that nobody can copy from a receipt. [N-45]';

create or replace trigger _600_security
  after update on public.organisation_settings
  for each row
  execute function authz.tg_organisation_settings__security();
alter table public.organisation_settings enable always trigger _600_security;
comment on trigger _600_security on public.organisation_settings is
  'Records who switched Smart Insights, or set other hours or legal bases, among the security events. [S-21, N-28, N-37, N-45]';

create or replace trigger _015_read_committed
  before update on public.organisation_settings
  for each row
  when (
    (new.business_hours, new.legal_bases) is distinct from (old.business_hours, old.legal_bases)
    and current_setting('transaction_isolation') <> 'read committed'
  )
  execute function authz.tg__read_committed();
alter table public.organisation_settings enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.organisation_settings is
  'Says when charts are open, and on which bases, in the newest snapshot alone: an older one shows who may write as they were. [N-16, N-28, N-45]';
