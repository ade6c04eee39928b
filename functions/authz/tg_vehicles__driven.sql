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
alter function authz.tg_vehicles__driven() owner to cordon_definer;
revoke all on function authz.tg_vehicles__driven() from public;
