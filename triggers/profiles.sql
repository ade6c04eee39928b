create or replace trigger _100_stamp
  before insert or update on public.profiles
  for each row
  execute function authz.tg__stamp();
alter table public.profiles enable always trigger _100_stamp;
comment on trigger _100_stamp on public.profiles is
  'Stamps who wrote the row and when. [S-16]';
