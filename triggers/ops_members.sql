create or replace trigger _600_security
  after insert or update on public.ops_members
  for each row
  execute function authz.tg_ops_members__security();
alter table public.ops_members enable always trigger _600_security;
comment on trigger _600_security on public.ops_members is
  'Records who belongs to operations among the events of the deployment. [N-37]';
