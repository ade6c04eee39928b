-- authz.tg_vehicle_assignments__under_way: vehicles and crew are on jobs that are under way, and none that was archived is. After the row, so that the
-- policy has spoken first: before it, the answer would tell of jobs to who may assign none. Of the crew nobody rides in two vehicles, at the wheel or
-- beside the patient: the index on drivers sees one of the two columns alone. Of the migrating role: the lock takes a right to change the crew.
create or replace function authz.tg_vehicle_assignments__under_way()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'UPDATE' then -- by itself: only an UPDATE has a row of before
    if (new.driver_id, new.attendant_id) is not distinct from (old.driver_id, old.attendant_id)
      and (old.archived_at is null or new.archived_at is not null)
    then
      return null;
    end if;
  end if;
  perform authz.require_read_committed();
  -- Two who put the same crew on two jobs follow each other. Before the lock that who archives crew waits for while they hold the crew.
  perform
  from public.crew_members as c
  where c.organisation_id = new.organisation_id
    and c.id in (new.driver_id, new.attendant_id)
  order by c.id
  for no key update;
  -- Who archives one of them waits for this, or was seen.
  perform from public.organisation_settings as s where s.organisation_id = new.organisation_id for share;
  if exists (
    select
    from public.vehicles as v
    where v.organisation_id = new.organisation_id
      and v.id = new.vehicle_id
      and v.archived_at is not null
      and new.released_at is null
  ) or exists (
    select
    from public.crew_members as c
    where c.organisation_id = new.organisation_id
      and c.id in (new.driver_id, new.attendant_id)
      and c.archived_at is not null
  ) then
    raise exception 'vehicle or crew not found'
      using errcode = 'CD010', hint = 'Name a vehicle, and crew, of the current organisation that are in use.';
  end if;
  if new.released_at is null and new.archived_at is null and exists (
    select
    from public.vehicle_assignments as a
    where a.organisation_id = new.organisation_id
      and a.id <> new.id
      and (a.driver_id in (new.driver_id, new.attendant_id) or a.attendant_id in (new.driver_id, new.attendant_id))
      and a.released_at is null
      and a.archived_at is null
  ) then
    raise exception 'who is on a job is on no other'
      using errcode = 'CD013', hint = 'Release the other assignment first, or have its job end: vehicle_assignments.released_at.';
  end if;
  if tg_op = 'UPDATE' then
    return null;
  end if;
  -- Waits for a step that is being taken, so that none is assigned to a job just ended.
  perform
  from public.transfer_jobs as j
  where j.organisation_id = new.organisation_id
    and j.id = new.transfer_job_id
    and j.status in ('dispatched', 'picked_up')
    and j.expires_at > clock_timestamp()
  for share;
  if not found then
    raise exception 'job not found'
      using errcode = 'CD010', hint = 'Name a job of the current organisation that is under way.';
  end if;
  return null;
end
$$;
comment on function authz.tg_vehicle_assignments__under_way() is
  'Refuses with CD010 a job that is not under way, and a vehicle or crew that was archived, with CD013 crew who are on another job; CD007 above READ COMMITTED. [S-18]';
revoke all on function authz.tg_vehicle_assignments__under_way() from public;
