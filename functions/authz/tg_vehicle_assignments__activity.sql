-- authz.tg_vehicle_assignments__activity: who drove with what, and who sat beside the patient, as it was decided (S-18).
create or replace function authz.tg_vehicle_assignments__activity()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_was_live boolean := false;
  v_driver_id uuid := new.driver_id;
  v_attendant_id uuid;
  v_is_live constant boolean := new.released_at is null and new.archived_at is null;
begin
  if tg_op = 'UPDATE' then -- by itself: only an UPDATE has a row of before
    v_was_live := old.released_at is null and old.archived_at is null;
    v_driver_id := old.driver_id;
    v_attendant_id := case when v_was_live then old.attendant_id end;
  end if;
  -- Another at the wheel is two events: who drove before is not undone by who drives at the end.
  if v_was_live and (not v_is_live or new.driver_id <> v_driver_id) then
    perform authz.record_activity(
      new.organisation_id, null, new.transfer_job_id, 'transfer_job.released',
      jsonb_build_object('vehicle_id', new.vehicle_id, 'driver_id', v_driver_id), new.updated_by_user_id
    );
  end if;
  if v_is_live and (not v_was_live or new.driver_id <> v_driver_id) then
    perform authz.record_activity(
      new.organisation_id, null, new.transfer_job_id, 'transfer_job.assigned',
      jsonb_build_object('vehicle_id', new.vehicle_id, 'driver_id', new.driver_id), new.updated_by_user_id
    );
  end if;
  -- The row tells who sat beside the patient at the end, and nobody else who did before.
  if v_is_live and new.attendant_id is distinct from v_attendant_id then
    perform authz.record_activity(
      new.organisation_id, null, new.transfer_job_id, 'transfer_job.attendant_changed',
      jsonb_build_object('vehicle_id', new.vehicle_id, 'from', v_attendant_id, 'to', new.attendant_id), new.updated_by_user_id
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_vehicle_assignments__activity() is
  'Records assignment and release of vehicle and driver, and each change of driver as both; and who attends. [S-18]';
alter function authz.tg_vehicle_assignments__activity() owner to cordon_definer;
revoke all on function authz.tg_vehicle_assignments__activity() from public;
