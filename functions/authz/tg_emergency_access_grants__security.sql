-- authz.tg_emergency_access_grants__security: broken glass is told where the officer looks: opened, closed by its holder, judged (N-37).
-- Moments in it are written in UTC: what is kept in JSON would be told by the caller's clock, of which some write what nothing reads back.
create or replace function authz.tg_emergency_access_grants__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set timezone = 'UTC'
as $$
begin
  if tg_op = 'INSERT' then
    perform authz.record_security_event(
      new.organisation_id, 'emergency_access.opened', new.id,
      jsonb_build_object('patient_id', new.patient_id, 'expires_at', new.expires_at)
    );
  elsif new.review_outcome is distinct from old.review_outcome then
    perform authz.record_security_event(
      new.organisation_id, 'emergency_access.reviewed', new.id,
      jsonb_build_object('patient_id', new.patient_id, 'outcome', new.review_outcome)
    );
  elsif new.ended_at is distinct from old.ended_at then
    perform authz.record_security_event(
      new.organisation_id, 'emergency_access.closed', new.id, jsonb_build_object('patient_id', new.patient_id)
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_emergency_access_grants__security() is
  'Records that emergency access was opened, closed or reviewed. [N-37]';
alter function authz.tg_emergency_access_grants__security() owner to cordon_definer;
revoke all on function authz.tg_emergency_access_grants__security() from public;
