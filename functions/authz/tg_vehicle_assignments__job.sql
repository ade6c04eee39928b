-- authz.tg_vehicle_assignments__job: an assignment stays on its job and vehicle, and its release is stamped once.
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
  new.released_at := coalesce(old.released_at, case when new.released_at is not null then clock_timestamp() end);
  return new;
end
$$;
comment on function authz.tg_vehicle_assignments__job() is
  'Keeps job and vehicle, refusing others with CD013; stamps the release. [S-16]';
revoke all on function authz.tg_vehicle_assignments__job() from public;
