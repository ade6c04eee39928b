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
