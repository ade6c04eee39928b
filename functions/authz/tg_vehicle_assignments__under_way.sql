-- authz.tg_vehicle_assignments__under_way: vehicles and crew are on jobs that are under way. After the row, so that the policy has
-- spoken first: before it, the answer would tell of jobs to who may assign none.
create or replace function authz.tg_vehicle_assignments__under_way()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
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
  'Refuses with CD010 a job that is not under way. [S-18]';
alter function authz.tg_vehicle_assignments__under_way() owner to cordon_definer;
revoke all on function authz.tg_vehicle_assignments__under_way() from public;
