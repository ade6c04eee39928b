-- migrate:up
-- Why: The licence that an export names with an old entry is today's: who writes another over it is told
-- Access: 1 definer function
--   ~ authz.tg_professionals__security is written, and runs with the rights of its owner
--   widens: authz.security_event_keys(text), which 4 constraints ask, has another text
--   widens: authz.tg_professionals__security() is new, which 1 trigger asks
--   widens: the trigger _600_security now guards public.professionals
-- Locks: 1 existing table, until the migration commits
--   SHARE ROW EXCLUSIVE public.professionals

set local lock_timeout = '5s';
set local statement_timeout = '60s';

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
    when 'professional.changed' then '{user_id}'
    when 'access_restriction.lifted' then '{patient_id}'
    when 'care_relationship.opened' then '{user_id,patient_id,ground,starts_at,ends_at}'
    when 'care_relationship.period_changed' then '{user_id,patient_id,from,to}'
    when 'care_relationship.archived' then '{user_id,patient_id}'
    when 'organisation.archived' then '{}'
    when 'organisation.restored' then '{archived_at,archived_by_user_id}'
    when 'organisation.regime_changed' then '{from,to}'
    when 'organisation.hours_changed' then '{from,to}'
    when 'organisation.timezone_changed' then '{from,to}'
    when 'organisation.kind_changed' then '{from,to}'
    when 'organisation.name_changed' then '{from,to}'
    when 'organisation.legal_bases_changed' then '{from,to}'
    when 'organisation.network_changed' then '{from,to}'
    when 'organisation.retention_changed' then '{from,to}'
    when 'chart.overwritten' then '{table,columns}'
    when 'payment.archived' then '{invoice_id,amount_minor,currency}'
    when 'payment.restored' then '{invoice_id,amount_minor,currency}'
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

-- authz.tg_professionals__security: an export, and a chart that is shown, name the licence of who wrote an entry as it stands today: whoever writes another
-- one over it has told of it here (N-37). Of whom, and not which: what it was stands in no record that is kept for years.
create or replace function authz.tg_professionals__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform authz.record_security_event(
    new.organisation_id, 'professional.changed', new.id, jsonb_build_object('user_id', new.user_id)
  );
  return null;
end
$$;
comment on function authz.tg_professionals__security() is
  'Records that a council or licence was written over. [N-37, N-49]';
alter function authz.tg_professionals__security() owner to cordon_definer;
revoke all on function authz.tg_professionals__security() from public;

revoke create on schema authz from cordon_definer;

create or replace trigger _600_security
  after update on public.professionals
  for each row
  when ((new.council, new.licence) is distinct from (old.council, old.licence))
  execute function authz.tg_professionals__security();
alter table public.professionals enable always trigger _600_security;
comment on trigger _600_security on public.professionals is
  'Records who writes another licence over one among the security events. [N-37, N-49]';

-- migrate:down
