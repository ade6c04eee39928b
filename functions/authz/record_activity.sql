-- authz.record_activity: one event. For triggers: the log refuses everybody else. The actor is who is stamped on the row that the event tells of,
-- which tg__stamped verifies: claims that name another when this trigger fires name nobody. A trigger whose row is not written
-- names authz.subject(), and asks authz.require_caller first.
create or replace function authz.record_activity(
  organisation_id uuid, case_id uuid, entity_id uuid, event_type text, details jsonb, actor_user_id uuid
)
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
    (organisation_id, case_id, split_part(event_type, '.', 1), entity_id, event_type, actor_user_id, authz.acting_realm(), details);
end
$$;
comment on function authz.record_activity(uuid, uuid, uuid, text, jsonb, uuid) is
  'Writes one row into case_activity_log. [S-18]';
alter function authz.record_activity(uuid, uuid, uuid, text, jsonb, uuid) owner to cordon_definer;
revoke all on function authz.record_activity(uuid, uuid, uuid, text, jsonb, uuid) from public;
