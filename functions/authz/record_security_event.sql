-- authz.record_security_event: one event, by whoever acts now, from where. For triggers and functions of ours: no caller may execute it. It is
-- written in the transaction of what it tells, so that neither stands without the other; what was refused stands in the access log.
create or replace function authz.record_security_event(organisation_id uuid, event_type text, entity_id uuid, details jsonb)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_address constant inet := authz.client_address();
begin
  -- In mid-statement a caller can have put off the claims under which they were let in.
  if v_caller.user_id is null and not authz.is_system() then
    raise exception 'no live session'
      using errcode = 'insufficient_privilege', hint = 'Keep the claims of one live session for the whole statement.';
  end if;
  insert into audit.security_events
    (organisation_id, event_type, entity_id, actor_user_id, actor_realm, session_id, client_address, address_source, user_agent, details)
  values (
    organisation_id, event_type, entity_id, v_caller.user_id, authz.acting_realm(), v_caller.session_id,
    v_address, case when v_address is null then 'unknown' else 'edge' end, authz.user_agent(), details
  );
end
$$;
comment on function authz.record_security_event(uuid, text, uuid, jsonb) is
  'Writes one row into audit.security_events: organisation, type, the id of what it is about, and the keys of its type. 42501 for a caller without a live session. [N-37]';
alter function authz.record_security_event(uuid, text, uuid, jsonb) owner to cordon_definer;
revoke all on function authz.record_security_event(uuid, text, uuid, jsonb) from public;
