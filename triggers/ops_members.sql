create or replace trigger _600_security
  after insert or update on public.ops_members
  for each row
  execute function authz.tg_ops_members__security();
alter table public.ops_members enable always trigger _600_security;
comment on trigger _600_security on public.ops_members is
  'Records who belongs to operations among the events of the deployment. [N-37]';

create or replace trigger _060_whose
  before update on public.ops_members
  for each row
  when (new.user_id is distinct from old.user_id)
  execute function authz.tg__whose();
alter table public.ops_members enable always trigger _060_whose;
comment on trigger _060_whose on public.ops_members is
  'Keeps an office of operations whose it is. [N-37]';
