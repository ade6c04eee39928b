-- migrate:up
-- Why: what a clinic keeps was shortened for a run and set back without a trace
-- Access: 1 definer function
--   ~ authz.tg_retention_extensions__security is written, and runs with the rights of its owner
--   widens: authz.security_event_keys(text), which 4 constraints ask, has another text
--   widens: authz.tg_retention_extensions__security() is new, which 1 trigger asks
--   widens: the trigger _600_security now guards public.retention_extensions
-- Locks: 1 existing table, until the migration commits
--   SHARE ROW EXCLUSIVE public.retention_extensions

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

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
    when 'organisation.retention_changed' then '{from,to}'
    when 'medical_record.unprotected' then '{}'
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

-- authz.tg_retention_extensions__security: how long an organisation keeps what: shortened for the hour in which a run destroys, and set back, it would leave
-- no trace (N-37). What is kept before and after; NULL for no extension.
create or replace function authz.tg_retention_extensions__security()
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
      v_from := jsonb_build_object('retention', old.retention, 'keep_months', old.keep_months);
    end if;
  end if;
  if new.archived_at is null then
    v_to := jsonb_build_object('retention', new.retention, 'keep_months', new.keep_months);
  end if;
  if v_to is distinct from v_from then
    perform authz.record_security_event(
      new.organisation_id, 'organisation.retention_changed', new.id, jsonb_build_object('from', v_from, 'to', v_to)
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_retention_extensions__security() is
  'Records extensions of retention set, changed and taken back. [N-49, N-37]';
alter function authz.tg_retention_extensions__security() owner to cordon_definer;
revoke all on function authz.tg_retention_extensions__security() from public;

revoke create on schema authz from cordon_definer;

create or replace trigger _600_security
  after insert or update on public.retention_extensions
  for each row
  execute function authz.tg_retention_extensions__security();
alter table public.retention_extensions enable always trigger _600_security;
comment on trigger _600_security on public.retention_extensions is
  'Records how long an organisation keeps what among the security events. [N-49, N-37]';

-- migrate:down
