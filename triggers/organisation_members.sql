create or replace trigger _086_lists
  before insert or update on public.organisation_members
  for each row
  when (
    array_ndims(new.capabilities) > 1 or cardinality(new.capabilities) > 50 or array_position(new.capabilities, null) is not null
  )
  execute function authz.tg__lists('organisation_members', 'capabilities');
alter table public.organisation_members enable always trigger _086_lists;
comment on trigger _086_lists on public.organisation_members is
  'Refuses capabilities that no explanation would find. [N-04, N-08]';

create or replace trigger _300_accept
  before insert or update on public.organisation_members
  for each row
  execute function authz.tg_organisation_members__accept();
alter table public.organisation_members enable always trigger _300_accept;
comment on trigger _300_accept on public.organisation_members is
  'Nobody is made a member without agreeing. [N-22]';

create or replace trigger _600_security
  after insert or update on public.organisation_members
  for each row
  execute function authz.tg_organisation_members__security();
alter table public.organisation_members enable always trigger _600_security;
comment on trigger _600_security on public.organisation_members is
  'Records who may act, as what, among the security events. [N-37]';

create or replace trigger _060_whose
  before update on public.organisation_members
  for each row
  when (new.user_id is distinct from old.user_id)
  execute function authz.tg__whose();
alter table public.organisation_members enable always trigger _060_whose;
comment on trigger _060_whose on public.organisation_members is
  'Keeps a membership its member''s. [N-37]';

create or replace trigger _015_read_committed
  before insert or update on public.organisation_members
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.organisation_members enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.organisation_members is
  'Says who is a member, and as what, in the newest snapshot alone: an older one shows who may write as they were. [N-16, S-03]';
