create or replace trigger _080_no_secrets
  before insert or update on public.organisation_networks
  for each row
  execute function authz.tg__no_secrets('organisation_networks', 'label');
alter table public.organisation_networks enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.organisation_networks is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _087_labels
  before insert or update on public.organisation_networks
  for each row
  execute function authz.tg__labels('organisation_networks', 'name', 'label');
alter table public.organisation_networks enable always trigger _087_labels;
comment on trigger _087_labels on public.organisation_networks is
  'Refuses a label that nobody sees. [N-28]';

create or replace trigger _600_security
  after insert or update on public.organisation_networks
  for each row
  execute function authz.tg_organisation_networks__security();
alter table public.organisation_networks enable always trigger _600_security;
comment on trigger _600_security on public.organisation_networks is
  'Records which networks were listed, changed and taken off the list among the security events. [N-28, N-37]';

create or replace trigger _015_read_committed
  before insert or update on public.organisation_networks
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.organisation_networks enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.organisation_networks is
  'Says from where staff work, in the newest snapshot alone: an older one shows who may write as they were. [N-16, N-28]';
