create or replace trigger _100_stamp
  before insert or update on public.ops_members
  for each row
  execute function authz.tg__stamp();
alter table public.ops_members enable always trigger _100_stamp;
comment on trigger _100_stamp on public.ops_members is
  'Stamps who wrote the row and when. [S-16]';
