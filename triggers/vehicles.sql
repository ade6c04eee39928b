create or replace trigger _050_tenant
  before insert or update on public.vehicles
  for each row
  execute function authz.tg__tenant('vehicles');
alter table public.vehicles enable always trigger _050_tenant;
comment on trigger _050_tenant on public.vehicles is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.vehicles
  for each row
  execute function authz.tg__stamp();
alter table public.vehicles enable always trigger _100_stamp;
comment on trigger _100_stamp on public.vehicles is
  'Stamps who wrote the row and when. [S-16]';
