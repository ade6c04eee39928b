-- authz.record_deployment_event: one event of what belongs to no organisation, by whoever acts now. The login stands beside the caller: who
-- changes a deployment has no token.
create or replace function authz.record_deployment_event(event_type text, object text, details jsonb)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  insert into audit.deployment_events (event_type, object, actor_user_id, actor_realm, actor_login, details)
  values (event_type, object, authz.user_id(), authz.acting_realm(), session_user, details);
end
$$;
comment on function authz.record_deployment_event(text, text, jsonb) is
  'Writes one row into audit.deployment_events: type, the object it is about, and the keys of its type. [N-37, N-54]';
alter function authz.record_deployment_event(text, text, jsonb) owner to cordon_definer;
revoke all on function authz.record_deployment_event(text, text, jsonb) from public;
