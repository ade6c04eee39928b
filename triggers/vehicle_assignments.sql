create or replace trigger _300_job
  before insert or update on public.vehicle_assignments
  for each row
  execute function authz.tg_vehicle_assignments__job();
alter table public.vehicle_assignments enable always trigger _300_job;
comment on trigger _300_job on public.vehicle_assignments is
  'Keeps job and vehicle, and stamps the release. [S-16]';

create or replace trigger _600_activity
  after insert or update on public.vehicle_assignments
  for each row
  execute function authz.tg_vehicle_assignments__activity();
alter table public.vehicle_assignments enable always trigger _600_activity;
comment on trigger _600_activity on public.vehicle_assignments is
  'Writes assignment and release into the activity log. [S-18]';

create or replace trigger _500_under_way
  after insert or update on public.vehicle_assignments
  for each row
  execute function authz.tg_vehicle_assignments__under_way();
alter table public.vehicle_assignments enable always trigger _500_under_way;
comment on trigger _500_under_way on public.vehicle_assignments is
  'Assigns to jobs under way only. [S-18]';
