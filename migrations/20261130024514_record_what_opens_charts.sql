-- migrate:up
-- Why: hours, networks and legal bases were changed and set back without a trace, and so was who drives
-- Access: 3 definer functions
--   ~ authz.tg_organisation_networks__security is written, and runs with the rights of its owner
--   ~ authz.tg_organisation_settings__security is written, and runs with the rights of its owner
--   ~ authz.tg_vehicle_assignments__activity is written, and runs with the rights of its owner
--   widens: authz.tg_organisation_networks__security() is new, which 1 trigger asks
--   widens: authz.tg_organisation_settings__security(), which 1 trigger asks, has another text
--   widens: authz.tg_vehicle_assignments__activity(), which 1 trigger asks, has another text
--   widens: the trigger _600_security now guards public.organisation_networks
-- Locks: 1 existing table, until the migration commits
--   SHARE ROW EXCLUSIVE public.organisation_networks

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.tg_organisation_networks__security: from where an organisation is reached: a network that was listed for a night, or moved elsewhere and back, would
-- leave no trace (N-37). What is on the list before and after; NULL for what is not.
create or replace function authz.tg_organisation_networks__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_from jsonb;
  v_to jsonb;
begin
  if tg_op = 'UPDATE' then -- by itself: only an UPDATE has a row of before
    if old.archived_at is null then
      v_from := jsonb_build_object('cidr', old.cidr, 'mode', old.mode);
    end if;
  end if;
  if new.archived_at is null then
    v_to := jsonb_build_object('cidr', new.cidr, 'mode', new.mode);
  end if;
  if v_to is distinct from v_from then
    perform authz.record_security_event(
      new.organisation_id, 'organisation.network_changed', new.id, jsonb_build_object('from', v_from, 'to', v_to)
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_organisation_networks__security() is
  'Records networks listed, changed and taken off the list. [N-28, N-37]';
alter function authz.tg_organisation_networks__security() owner to cordon_definer;
revoke all on function authz.tg_organisation_networks__security() from public;

-- authz.tg_organisation_settings__security: who switched Smart Insights, and which way, and who set the hours and the legal bases that open charts, stands
-- among the security events of the organisation.
create or replace function authz.tg_organisation_settings__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.smart_insights_enabled is distinct from old.smart_insights_enabled then
    perform authz.record_security_event(
      new.organisation_id, 'smart_insights.switched', new.organisation_id, jsonb_build_object('enabled', new.smart_insights_enabled)
    );
  end if;
  -- What opens charts: for a night, and set back in the morning, it would leave no trace.
  if new.business_hours is distinct from old.business_hours then
    perform authz.record_security_event(
      new.organisation_id, 'organisation.hours_changed', new.organisation_id,
      jsonb_build_object('from', old.business_hours, 'to', new.business_hours)
    );
  end if;
  if new.legal_bases is distinct from old.legal_bases then
    perform authz.record_security_event(
      new.organisation_id, 'organisation.legal_bases_changed', new.organisation_id,
      jsonb_build_object('from', old.legal_bases, 'to', new.legal_bases)
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_organisation_settings__security() is
  'Records each change of smart_insights_enabled, business_hours and legal_bases. [S-21, N-28, N-37, N-45]';

-- authz.tg_vehicle_assignments__activity: who drove with what, as it was decided (S-18).
create or replace function authz.tg_vehicle_assignments__activity()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_was_live boolean := false;
  v_driver_id uuid := new.driver_id;
  v_is_live constant boolean := new.released_at is null and new.archived_at is null;
begin
  if tg_op = 'UPDATE' then -- by itself: only an UPDATE has a row of before
    v_was_live := old.released_at is null and old.archived_at is null;
    v_driver_id := old.driver_id;
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
  return null;
end
$$;
comment on function authz.tg_vehicle_assignments__activity() is
  'Records assignment and release of vehicle and driver, and each change of driver as both. [S-18]';

revoke create on schema authz from cordon_definer;

create or replace trigger _600_security
  after insert or update on public.organisation_networks
  for each row
  execute function authz.tg_organisation_networks__security();
alter table public.organisation_networks enable always trigger _600_security;
comment on trigger _600_security on public.organisation_networks is
  'Records which networks were listed, changed and taken off the list among the security events. [N-28, N-37]';

comment on trigger _600_security on public.organisation_settings is
  'Records who switched Smart Insights, or set other hours or legal bases, among the security events. [S-21, N-28, N-37, N-45]';

-- migrate:down
