-- authz.tg_case_activity_log__security: a write that a freeze suppressed is a step of the case and an event of security. The case's record tells
-- what; this points at it, so that whoever watches reads one list (N-37).
create or replace function authz.tg_case_activity_log__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform authz.record_security_event(
    new.organisation_id, 'frozen_write.suppressed', new.entity_id,
    jsonb_build_object('event_id', new.id, 'what', new.entity_type, 'operation', new.details -> 'operation')
  );
  return null;
end
$$;
comment on function authz.tg_case_activity_log__security() is
  'Mirrors frozen_write_suppressed into the security events. [N-37, S-35]';
alter function authz.tg_case_activity_log__security() owner to cordon_definer;
revoke all on function authz.tg_case_activity_log__security() from public;
