-- authz.tg_access_restrictions__security: what a patient refused, and no longer does, opens a chart: by whose hand (N-37). Whoever lifts for an hour what
-- was written from a paper has told of it here. Whom it shut out is not told: who examines these records reads no restriction.
create or replace function authz.tg_access_restrictions__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform authz.record_security_event(
    new.organisation_id, 'access_restriction.lifted', new.id, jsonb_build_object('patient_id', new.patient_id)
  );
  return null;
end
$$;
comment on function authz.tg_access_restrictions__security() is
  'Records restrictions that were lifted, or put away. [N-18, N-37]';
alter function authz.tg_access_restrictions__security() owner to cordon_definer;
revoke all on function authz.tg_access_restrictions__security() from public;
