-- authz.tg_care_relationships__security: who treats whom opens a chart: by whose hand, on what ground, until when (N-37). Whoever makes visits that
-- nobody comes to, or stays that nobody lies in, so that a confederate reads, has told of it here. Moments in it are written in UTC, not by the
-- caller's clock.
create or replace function authz.tg_care_relationships__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set timezone = 'UTC'
as $$
declare
  v_about constant jsonb := jsonb_build_object('user_id', new.user_id, 'patient_id', new.patient_id);
begin
  -- Whoever brings back what was put away opens it as well.
  if tg_op = 'INSERT' or (old.archived_at is not null and new.archived_at is null) then
    perform authz.record_security_event(
      new.organisation_id, 'care_relationship.opened', new.id,
      v_about || jsonb_build_object('ground', new.ground, 'starts_at', new.starts_at, 'ends_at', new.ends_at)
    );
  elsif old.archived_at is null and new.archived_at is not null then
    perform authz.record_security_event(new.organisation_id, 'care_relationship.archived', new.id, v_about);
  elsif (new.starts_at, new.ends_at) is distinct from (old.starts_at, old.ends_at) then
    perform authz.record_security_event(
      new.organisation_id, 'care_relationship.period_changed', new.id,
      v_about || jsonb_build_object(
        'from', jsonb_build_array(old.starts_at, old.ends_at), 'to', jsonb_build_array(new.starts_at, new.ends_at)
      )
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_care_relationships__security() is
  'Records care relationships opened, archived, brought back, and given another period. [N-21, N-37]';
alter function authz.tg_care_relationships__security() owner to cordon_definer;
revoke all on function authz.tg_care_relationships__security() from public;
