-- authz.tg_vehicle_assignments__job: an assignment stays on its job and vehicle, and its release is stamped once. Who drove, and who sat beside the
-- patient, is asked for when something went wrong: it ends with the crew that it had, and none is written in with the
-- release, or after it; nor in what is archived, where no record would tell of them.
create or replace function authz.tg_vehicle_assignments__job()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    new.released_at := null;
    return new;
  end if;
  if (new.transfer_job_id, new.vehicle_id) is distinct from (old.transfer_job_id, old.vehicle_id) then
    raise exception 'an assignment stays on its job and vehicle'
      using errcode = 'CD013', hint = 'Release this one and assign another.';
  end if;
  if (new.driver_id, new.attendant_id) is distinct from (old.driver_id, old.attendant_id)
    and (old.released_at is not null or new.released_at is not null or old.archived_at is not null or new.archived_at is not null)
  then
    raise exception 'an assignment ends with the crew that it had'
      using errcode = 'CD013', hint = 'Change the crew first, and release or archive the assignment then; one that has ended stays as it was.';
  end if;
  new.released_at := coalesce(old.released_at, case when new.released_at is not null then clock_timestamp() end);
  return new;
end
$$;
comment on function authz.tg_vehicle_assignments__job() is
  'Keeps job and vehicle, and the crew from release or archiving on, refusing others with CD013; stamps the release. [S-16, S-18]';
revoke all on function authz.tg_vehicle_assignments__job() from public;
