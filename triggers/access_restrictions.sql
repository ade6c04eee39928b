create or replace trigger _050_tenant
  before insert or update on public.access_restrictions
  for each row
  execute function authz.tg__tenant('access_restrictions');
alter table public.access_restrictions enable always trigger _050_tenant;
comment on trigger _050_tenant on public.access_restrictions is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.access_restrictions
  for each row
  execute function authz.tg__stamp();
alter table public.access_restrictions enable always trigger _100_stamp;
comment on trigger _100_stamp on public.access_restrictions is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _105_lift
  before insert or update on public.access_restrictions
  for each row
  execute function authz.tg_access_restrictions__lift();
alter table public.access_restrictions enable always trigger _105_lift;
comment on trigger _105_lift on public.access_restrictions is
  'Stamps when a restriction was lifted. [S-16]';

create or replace trigger _400_patient_status
  before insert or update on public.access_restrictions
  for each row
  execute function authz.tg__patient_status('patient_id');
alter table public.access_restrictions enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.access_restrictions is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';
