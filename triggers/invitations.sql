create or replace trigger _086_lists
  before insert or update on public.invitations
  for each row
  when (
    array_ndims(new.capabilities) > 1 or cardinality(new.capabilities) > 50 or array_position(new.capabilities, null) is not null
  )
  execute function authz.tg__lists('invitations', 'capabilities');
alter table public.invitations enable always trigger _086_lists;
comment on trigger _086_lists on public.invitations is
  'Refuses capabilities that no explanation would find. [N-04, N-08]';

create or replace trigger _015_read_committed
  before insert or update on public.invitations
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.invitations enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.invitations is
  'Says who is invited, by whom, and accepts, in the newest snapshot alone: an older one shows who may write as they were. [N-16, S-03]';
