-- migrate:up
-- Why: a clinic was put on another clock, which opens its charts at other hours, and back, without a trace
-- Side: operations
-- Access: 1 definer function
--   ~ authz.tg_organisations__security is written, and runs with the rights of its owner
--   widens: authz.security_event_keys(text), which 4 constraints ask, has another text
--   widens: authz.tg_organisations__security(), which 1 trigger asks, has another text
--   widens: the trigger _600_security guards public.organisations by another definition
-- Locks: 1 existing table, until the migration commits
--   SHARE ROW EXCLUSIVE public.organisations

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.security_event_keys: the types of security events and what each must say. A table of constants, so that a CHECK can ask it. What has
-- no organisation (catalog, deployment, operator, key) stands in audit.deployment_events, all else in audit.security_events.
create or replace function authz.security_event_keys(event_type text)
  returns text[]
  language plpgsql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return case event_type
    when 'emergency_access.opened' then '{patient_id,expires_at}'
    when 'emergency_access.closed' then '{patient_id}'
    when 'emergency_access.reviewed' then '{patient_id,outcome}'
    when 'membership.granted' then '{user_id,role,capabilities}'
    when 'membership.accepted' then '{user_id}'
    when 'membership.role_changed' then '{user_id,from,to}'
    when 'membership.capabilities_changed' then '{user_id,from,to}'
    when 'membership.validity_changed' then '{user_id,from,to}'
    when 'membership.ended' then '{user_id}'
    when 'membership.resumed' then '{user_id}'
    when 'patient_account.proposed' then '{user_id,patient_id,relationship}'
    when 'patient_account.opened' then '{user_id,patient_id,relationship}'
    when 'patient_account.revoked' then '{user_id,patient_id,relationship}'
    when 'organisation.archived' then '{}'
    when 'organisation.restored' then '{archived_at,archived_by_user_id}'
    when 'organisation.regime_changed' then '{from,to}'
    when 'organisation.hours_changed' then '{from,to}'
    when 'organisation.timezone_changed' then '{from,to}'
    when 'organisation.legal_bases_changed' then '{from,to}'
    when 'organisation.network_changed' then '{from,to}'
    when 'frozen_write.suppressed' then '{event_id,what,operation}'
    when 'signed_form.terminated' then '{termination_sha256}'
    when 'data.exported' then '{kind}'
    when 'smart_insights.switched' then '{enabled}'
    when 'deployment.settings_changed' then '{from,to}'
    when 'key.rotated' then '{from,to}'
    when 'operator.granted' then '{role}'
    when 'operator.role_changed' then '{from,to}'
    when 'operator.ended' then '{role}'
    when 'operator.resumed' then '{role}'
    when 'catalog.ddl' then '{command}'
    when 'catalog.first_seen' then '{kind,from,to}'
    when 'catalog.trigger_added' then '{kind,from,to}'
    when 'catalog.trigger_changed' then '{kind,from,to}'
    when 'catalog.trigger_disabled' then '{kind,from,to}'
    when 'catalog.trigger_dropped' then '{kind,from,to}'
    when 'catalog.policy_added' then '{kind,from,to}'
    when 'catalog.policy_altered' then '{kind,from,to}'
    when 'catalog.policy_dropped' then '{kind,from,to}'
    when 'catalog.row_security_on' then '{kind,from,to}'
    when 'catalog.row_security_off' then '{kind,from,to}'
    when 'catalog.table_added' then '{kind,from,to}'
    when 'catalog.table_dropped' then '{kind,from,to}'
    when 'catalog.owner_added' then '{kind,from,to}'
    when 'catalog.owner_changed' then '{kind,from,to}'
    when 'catalog.owner_dropped' then '{kind,from,to}'
    when 'catalog.function_added' then '{kind,from,to}'
    when 'catalog.function_changed' then '{kind,from,to}'
    when 'catalog.function_dropped' then '{kind,from,to}'
    when 'catalog.rights_added' then '{kind,from,to}'
    when 'catalog.rights_changed' then '{kind,from,to}'
    when 'catalog.rights_dropped' then '{kind,from,to}'
    when 'catalog.view_added' then '{kind,from,to}'
    when 'catalog.view_changed' then '{kind,from,to}'
    when 'catalog.view_dropped' then '{kind,from,to}'
    when 'catalog.rule_added' then '{kind,from,to}'
    when 'catalog.rule_changed' then '{kind,from,to}'
    when 'catalog.rule_dropped' then '{kind,from,to}'
    when 'catalog.constraint_added' then '{kind,from,to}'
    when 'catalog.constraint_changed' then '{kind,from,to}'
    when 'catalog.constraint_dropped' then '{kind,from,to}'
    when 'catalog.event_trigger_added' then '{kind,from,to}'
    when 'catalog.event_trigger_changed' then '{kind,from,to}'
    when 'catalog.event_trigger_disabled' then '{kind,from,to}'
    when 'catalog.event_trigger_dropped' then '{kind,from,to}'
    when 'catalog.bypass_granted' then '{kind,from,to}'
    when 'catalog.bypass_revoked' then '{kind,from,to}'
    when 'catalog.membership_granted' then '{kind,from,to}'
    when 'catalog.membership_revoked' then '{kind,from,to}'
    when 'catalog.table_published' then '{kind,from,to}'
    when 'catalog.table_unpublished' then '{kind,from,to}'
  end;
end
$$;

-- authz.tg_organisations__security: who closed an organisation to its members, who opened it again, and who put it under another law, or its hours by
-- another clock. What bringing back takes from the row, when and by whom it was archived, stands in the event.
create or replace function authz.tg_organisations__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.archived_at is not null and old.archived_at is null then
    perform authz.record_security_event(new.id, 'organisation.archived', new.id, '{}');
  elsif new.archived_at is null and old.archived_at is not null then
    perform authz.record_security_event(
      new.id, 'organisation.restored', new.id,
      jsonb_build_object('archived_at', old.archived_at, 'archived_by_user_id', old.archived_by_user_id)
    );
  end if;
  if new.regime <> old.regime then
    perform authz.record_security_event(
      new.id, 'organisation.regime_changed', new.id, jsonb_build_object('from', old.regime, 'to', new.regime)
    );
  end if;
  if new.timezone <> old.timezone then
    perform authz.record_security_event(
      new.id, 'organisation.timezone_changed', new.id, jsonb_build_object('from', old.timezone, 'to', new.timezone)
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_organisations__security() is
  'Records that an organisation was archived, brought back, put under another law, or on another clock. [N-22, N-28, N-37, N-49]';

create or replace trigger _600_security
  after update on public.organisations
  for each row
  when (old.archived_at is distinct from new.archived_at or old.regime <> new.regime or old.timezone <> new.timezone)
  execute function authz.tg_organisations__security();
alter table public.organisations enable always trigger _600_security;
comment on trigger _600_security on public.organisations is
  'Records who closed the organisation, brought it back, or put it under another law or on another clock, among the security events. [N-22, N-28, N-37, N-49]';

-- migrate:down
