-- authz.tg_deployment_settings__security: what the whole deployment is held to was set otherwise: only what differs, before and after (N-37).
create or replace function authz.tg_deployment_settings__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_stamps constant text[] := '{created_at,created_by_user_id,updated_at,updated_by_user_id,actor_kind,archived_at,archived_by_user_id,singleton}';
  v_before constant jsonb := case when tg_op = 'INSERT' then '{}' else to_jsonb(old) - v_stamps end;
  v_after constant jsonb := case when tg_op = 'DELETE' then '{}' else to_jsonb(new) - v_stamps end;
  v_from jsonb;
  v_to jsonb;
begin
  select jsonb_object_agg(k.name, v_before -> k.name), jsonb_object_agg(k.name, v_after -> k.name)
    into v_from, v_to
    from jsonb_object_keys(v_before || v_after) as k (name)
   where v_before -> k.name is distinct from v_after -> k.name;
  if v_to is not null then
    perform authz.record_deployment_event(
      'deployment.settings_changed', 'authz.deployment_settings', jsonb_build_object('from', v_from, 'to', v_to)
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_deployment_settings__security() is
  'Records which settings of the deployment changed, from what to what. [N-37]';
alter function authz.tg_deployment_settings__security() owner to cordon_definer;
revoke all on function authz.tg_deployment_settings__security() from public;
