-- authz.record_activity: one event, by whoever acts now. For triggers: the log refuses everybody else. Whom the token names is verified with the
-- rows of the statement (tg__stamped); a trigger that writes none asks authz.require_caller first.
create or replace function authz.record_activity(organisation_id uuid, case_id uuid, entity_id uuid, event_type text, details jsonb)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  insert into public.case_activity_log
    (organisation_id, case_id, entity_type, entity_id, event_type, actor_user_id, actor_realm, details)
  values
    (organisation_id, case_id, split_part(event_type, '.', 1), entity_id, event_type, authz.subject(), authz.acting_realm(), details);
end
$$;
comment on function authz.record_activity(uuid, uuid, uuid, text, jsonb) is
  'Writes one row into case_activity_log. [S-18]';
alter function authz.record_activity(uuid, uuid, uuid, text, jsonb) owner to cordon_definer;
revoke all on function authz.record_activity(uuid, uuid, uuid, text, jsonb) from public;
