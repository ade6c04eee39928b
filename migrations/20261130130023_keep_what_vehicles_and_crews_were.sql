-- migrate:up
-- Why: A vehicle that was on a job keeps its kind, and who was on one their duty (S-18).
-- Access: 2 definer functions
--   ~ authz.tg_crew_members__drove is written, and runs with the rights of its owner
--   ~ authz.tg_vehicles__driven is written, and runs with the rights of its owner
--   widens: authz.tg_crew_members__drove() is new, which 1 trigger asks
--   widens: authz.tg_vehicles__driven(), which 1 trigger asks, has another text
--   widens: the trigger _310_driven guards public.vehicles by another definition
--   widens: the trigger _310_drove now guards public.crew_members
-- Locks: 2 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE public.crew_members
--   SHARE ROW EXCLUSIVE public.vehicles

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.tg_crew_members__drove: as what somebody sat beside a patient is asked for with who it was. Assignments and the log name the row: a driver who is
-- called a nurse afterwards would have been one on every way there was. Who assigns waits for this, or is seen: they hold the row.
create or replace function authz.tg_crew_members__drove()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform authz.require_read_committed();
  if exists (
    select
    from public.vehicle_assignments as a
    where a.organisation_id = new.organisation_id
      and new.id in (a.driver_id, a.attendant_id)
  ) then
    raise exception 'who was on a job keeps the duty that they had'
      using errcode = 'CD013', hint = 'Archive it, and write them down anew with the other duty, for what is to come.';
  end if;
  return new;
end
$$;
comment on function authz.tg_crew_members__drove() is
  'Refuses with CD013 another duty of a member of the crew who was assigned to a job; CD007 above READ COMMITTED. [S-16, S-18]';
alter function authz.tg_crew_members__drove() owner to cordon_definer;
revoke all on function authz.tg_crew_members__drove() from public;

-- authz.tg_vehicles__driven: which vehicle drove is asked for by its plate, and whether it was one for who lay in it. Assignments and the log name the
-- row: under another registration the other would have driven all that this one did, and a car that is called an ambulance afterwards would have been
-- one. Who assigns waits for this, or is seen.
create or replace function authz.tg_vehicles__driven()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform authz.require_read_committed();
  perform from public.organisation_settings as s where s.organisation_id = new.organisation_id for no key update;
  if exists (
    select
    from public.vehicle_assignments as a
    where a.organisation_id = new.organisation_id
      and a.vehicle_id = new.id
  ) then
    raise exception 'what was on a job keeps registration and kind'
      using errcode = 'CD013', hint = 'Archive it, and write it down anew, as a vehicle of its own.';
  end if;
  return new;
end
$$;
comment on function authz.tg_vehicles__driven() is
  'Refuses with CD013 another registration or kind of a vehicle that was assigned to a job; CD007 above READ COMMITTED. [S-16, S-18]';

revoke create on schema authz from cordon_definer;

create or replace trigger _310_drove
  before update on public.crew_members
  for each row
  when (new.duty <> old.duty)
  execute function authz.tg_crew_members__drove();
alter table public.crew_members enable always trigger _310_drove;
comment on trigger _310_drove on public.crew_members is
  'Keeps as what a member of the crew was on a job. [S-16, S-18]';

create or replace trigger _310_driven
  before update on public.vehicles
  for each row
  when ((new.registration, new.kind) <> (old.registration, old.kind))
  execute function authz.tg_vehicles__driven();
alter table public.vehicles enable always trigger _310_driven;
comment on trigger _310_driven on public.vehicles is
  'Keeps registration and kind of a vehicle that was on a job. [S-16, S-18]';

-- migrate:down
