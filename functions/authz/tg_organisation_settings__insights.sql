-- authz.tg_organisation_settings__insights: whoever writes the switch, and by whatever way, is a member who holds insights_admin there: not the
-- clinic_admin, not operations, not the server. Nothing is born with it on.
create or replace function authz.tg_organisation_settings__insights()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.smart_insights_enabled = (tg_op = 'UPDATE' and old.smart_insights_enabled) then
    return new;
  end if;
  if authz.organisation_for('{}', '{insights_admin}') is distinct from new.organisation_id then
    raise exception 'insights are not yours to switch'
      using errcode = 'insufficient_privilege', hint = 'It takes a member with the capability insights_admin: set_smart_insights().';
  end if;
  return new;
end
$$;
comment on function authz.tg_organisation_settings__insights() is
  'Refuses with 42501 a change of smart_insights_enabled by anybody but a member with insights_admin. [S-21]';
alter function authz.tg_organisation_settings__insights() owner to cordon_definer;
revoke all on function authz.tg_organisation_settings__insights() from public;
