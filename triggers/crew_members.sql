create or replace trigger _050_tenant
  before insert or update on public.crew_members
  for each row
  execute function authz.tg__tenant('crew_members');
alter table public.crew_members enable always trigger _050_tenant;
comment on trigger _050_tenant on public.crew_members is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.crew_members
  for each row
  execute function authz.tg__stamp();
alter table public.crew_members enable always trigger _100_stamp;
comment on trigger _100_stamp on public.crew_members is
  'Stamps who wrote the row and when. [S-16]';
