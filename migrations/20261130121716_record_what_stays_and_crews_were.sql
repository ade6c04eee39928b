-- migrate:up
-- Why: Who lay in which bed, who sat beside a patient and which vehicle drove stays as it was, and each change is told (S-18).
-- Access: 4 definer functions
--   ~ authz.tg_admissions__activity is written, and runs with the rights of its owner
--   ~ authz.tg_vehicle_assignments__activity is written, and runs with the rights of its owner
--   ~ authz.tg_vehicle_assignments__under_way is written, and runs with the rights of its owner
--   ~ authz.tg_vehicles__driven is written, and runs with the rights of its owner
--   widens: authz.activity_keys(text), which 2 constraints ask, has another text
--   widens: authz.tg_admissions__activity(), which 1 trigger asks, has another text
--   widens: authz.tg_admissions__times(), which 1 trigger asks, has another text
--   widens: authz.tg_vehicle_assignments__activity(), which 1 trigger asks, has another text
--   widens: authz.tg_vehicle_assignments__job(), which 1 trigger asks, has another text
--   widens: authz.tg_vehicle_assignments__under_way(), which 1 trigger asks, has another text
--   widens: authz.tg_vehicles__driven() is new, which 1 trigger asks
--   widens: the trigger _310_driven now guards public.vehicles
-- Locks: 1 existing table, until the migration commits
--   SHARE ROW EXCLUSIVE public.vehicles

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.activity_keys: the types of the activity log and what each must say. A table of constants, so that a CHECK can ask it.
create or replace function authz.activity_keys(event_type text)
  returns text[]
  language plpgsql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return case event_type
    when 'case.opened' then '{status,priority}'
    when 'case.status_changed' then '{from,to}'
    when 'case.priority_changed' then '{from,to}'
    when 'case.reopened' then '{from,to,reason}'
    when 'case.archived' then '{status}'
    when 'case.restored' then '{status}'
    when 'admission.planned' then '{}'
    when 'admission.admitted' then '{bed_id}'
    when 'admission.moved' then '{from,to}'
    when 'admission.case_changed' then '{from,to}'
    when 'admission.discharged' then '{bed_id,disposition}'
    when 'admission.cancelled' then '{}'
    when 'admission.archived' then '{status,bed_id}'
    when 'admission.restored' then '{status,bed_id}'
    when 'transfer.requested' then '{}'
    when 'transfer.dispatched' then '{transport_organisation_id}'
    when 'transfer.status_changed' then '{from,to}'
    when 'transfer.archived' then '{status}'
    when 'transfer.restored' then '{status}'
    when 'transfer_job.received' then '{origin_organisation_id}'
    when 'transfer_job.status_changed' then '{from,to}'
    when 'transfer_job.assigned' then '{vehicle_id,driver_id}'
    when 'transfer_job.released' then '{vehicle_id,driver_id}'
    when 'transfer_job.attendant_changed' then '{vehicle_id,from,to}'
    when 'signed_form.drafted' then '{template_id}'
    when 'signed_form.signed' then '{content_sha256}'
    when 'signed_form.terminated' then '{content_sha256}'
    when 'document.requested' then '{kind}'
    when 'document.status_changed' then '{from,to}'
    when 'invoice.attached' then '{}'
    when 'invoice.detached' then '{}'
    when 'invoice.frozen_write_suppressed' then '{operation}'
    when 'invoice_line.frozen_write_suppressed' then '{operation}'
    when 'payment.frozen_write_suppressed' then '{operation}'
  end;
end
$$;

-- authz.tg_admissions__activity: one row per change of a stay that is one (S-18).
create or replace function authz.tg_admissions__activity()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- A disposition that is corrected is told as the discharge is: beside the first, which stays.
  if tg_op = 'INSERT' or (new.status, new.disposition) is distinct from (old.status, old.disposition) then
    perform authz.record_activity(
      new.organisation_id, new.case_id, new.id, 'admission.' || new.status,
      case new.status
        when 'admitted' then jsonb_build_object('bed_id', new.bed_id)
        when 'discharged' then jsonb_build_object('bed_id', new.bed_id, 'disposition', new.disposition)
        else '{}'
      end, new.updated_by_user_id
    );
  elsif new.bed_id is distinct from old.bed_id then
    perform authz.record_activity(
      new.organisation_id, new.case_id, new.id, 'admission.moved', jsonb_build_object('from', old.bed_id, 'to', new.bed_id), new.updated_by_user_id
    );
  end if;
  if tg_op = 'UPDATE' and (new.archived_at is null) <> (old.archived_at is null) then
    perform authz.record_activity(
      new.organisation_id, new.case_id, new.id, case when new.archived_at is null then 'admission.restored' else 'admission.archived' end,
      jsonb_build_object('status', new.status, 'bed_id', new.bed_id), new.updated_by_user_id
    );
  end if;
  -- Both cases tell of it: in the timeline of the one that it left, which may go to an insurer by itself, the patient would lie there still.
  if tg_op = 'UPDATE' and new.case_id is distinct from old.case_id then
    perform authz.record_activity(
      new.organisation_id, c.case_id, new.id, 'admission.case_changed', jsonb_build_object('from', old.case_id, 'to', new.case_id), new.updated_by_user_id
    )
    from unnest(array[old.case_id, new.case_id]) as c (case_id)
    where c.case_id is not null;
  end if;
  return null;
end
$$;
comment on function authz.tg_admissions__activity() is
  'Records planning, admission, moves, discharge and its correction, cancellation, archiving, its undoing, and in both the case of a stay. [S-18]';

-- authz.tg_admissions__times: when a stay began and ended is what the server saw (S-16), and where it ended is where it was: who lay in which bed is
-- asked for when somebody else falls ill, and a bed that is written in with the discharge, or after it, is told as no move. Nor with the archiving: that
-- would be told as a move into a bed which somebody else may lie in.
create or replace function authz.tg_admissions__times()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    new.admitted_at := case when new.status = 'admitted' then clock_timestamp() end;
    new.discharged_at := null;
    return new;
  end if;
  if new.bed_id is distinct from old.bed_id
    and ('discharged' in (old.status, new.status) or new.archived_at is not null)
  then
    raise exception 'a stay ends in the bed that it was in'
      using errcode = 'CD013', hint = 'Move the patient first, and discharge them, or archive the stay, then; one that has ended stays where it was.';
  end if;
  new.admitted_at := coalesce(old.admitted_at, case when new.status = 'admitted' then clock_timestamp() end);
  new.discharged_at := coalesce(old.discharged_at, case when new.status = 'discharged' then clock_timestamp() end);
  return new;
end
$$;
comment on function authz.tg_admissions__times() is
  'Stamps admitted_at and discharged_at once, client values are ignored; refuses with CD013 another bed with discharge or archiving, or after either. [S-16, S-17, S-18]';

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

-- authz.tg_vehicles__driven: which vehicle drove is asked for by its plate. Assignments and the log name the row: under another registration, the other
-- would have driven all that this one did. Who assigns waits for this, or is seen.
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
    raise exception 'what was on a job keeps its registration'
      using errcode = 'CD013', hint = 'Archive it, and write it down under the other one as a vehicle of its own.';
  end if;
  return new;
end
$$;
comment on function authz.tg_vehicles__driven() is
  'Refuses with CD013 another registration of a vehicle that was assigned to a job; CD007 above READ COMMITTED. [S-16, S-18]';
alter function authz.tg_vehicles__driven() owner to cordon_definer;
revoke all on function authz.tg_vehicles__driven() from public;

revoke create on schema authz from cordon_definer;

create or replace trigger _310_driven
  before update on public.vehicles
  for each row
  when (new.registration <> old.registration)
  execute function authz.tg_vehicles__driven();
alter table public.vehicles enable always trigger _310_driven;
comment on trigger _310_driven on public.vehicles is
  'Keeps the registration of a vehicle that was on a job. [S-16, S-18]';

-- migrate:down
