-- authz.tg_organisation_settings__security: who switched Smart Insights, and which way, stands among the security events of the organisation.
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
  return null;
end
$$;
comment on function authz.tg_organisation_settings__security() is
  'Records each change of smart_insights_enabled. [S-21, N-37]';
alter function authz.tg_organisation_settings__security() owner to cordon_definer;
revoke all on function authz.tg_organisation_settings__security() from public;
