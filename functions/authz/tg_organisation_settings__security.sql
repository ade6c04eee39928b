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
alter function authz.tg_organisation_settings__security() owner to cordon_definer;
revoke all on function authz.tg_organisation_settings__security() from public;
