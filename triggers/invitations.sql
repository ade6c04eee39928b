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
