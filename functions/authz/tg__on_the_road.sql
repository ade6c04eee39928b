-- authz.tg__on_the_road: neither vehicle nor crew is archived while on a job: nobody would see who drives, and written down anew they would be on another
-- beside it. Who assigns waits for this, or is seen. Argument: vehicle or crew.
create or replace function authz.tg__on_the_road()
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
      and case tg_argv[0] when 'vehicle' then a.vehicle_id = new.id else new.id in (a.driver_id, a.attendant_id) end
      and a.released_at is null
      and a.archived_at is null
  ) then
    raise exception 'what is on a job is not archived'
      using errcode = 'CD013', hint = 'Release the assignment first, or have the job end: vehicle_assignments.released_at.';
  end if;
  return new;
end
$$;
comment on function authz.tg__on_the_road() is
  'Refuses with CD013 to archive a vehicle or a member of the crew who is on a job; CD007 above READ COMMITTED. [S-18]';
alter function authz.tg__on_the_road() owner to cordon_definer;
revoke all on function authz.tg__on_the_road() from public;
