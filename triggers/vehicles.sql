create or replace trigger _300_on_the_road
  before update on public.vehicles
  for each row
  when (new.archived_at is not null and old.archived_at is null)
  execute function authz.tg__on_the_road('vehicle');
alter table public.vehicles enable always trigger _300_on_the_road;
comment on trigger _300_on_the_road on public.vehicles is
  'Keeps a vehicle for as long as it is on a job. [S-18]';

create or replace trigger _310_driven
  before update on public.vehicles
  for each row
  when ((new.registration, new.kind) <> (old.registration, old.kind))
  execute function authz.tg_vehicles__driven();
alter table public.vehicles enable always trigger _310_driven;
comment on trigger _310_driven on public.vehicles is
  'Keeps registration and kind of a vehicle that was on a job. [S-16, S-18]';
