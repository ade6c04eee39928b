-- authz.record_insight_dispatch: what left, by its digest: the payload itself is kept nowhere. Who and when are stamped.
create or replace function authz.record_insight_dispatch(processor_id uuid, payload_sha256 text)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation_id constant uuid := authz.organisation_for('{}', '{insights_admin}');
  v_id uuid;
begin
  insert into governance.insight_dispatches (organisation_id, processor_id, payload_sha256)
  values (v_organisation_id, processor_id, payload_sha256)
  returning id into v_id;
  perform authz.record_security_event(v_organisation_id, 'data.exported', v_id, '{"kind": "smart_insights"}');
end
$$;
comment on function authz.record_insight_dispatch(uuid, text) is
  'Writes one row into governance.insight_dispatches, for the caller''s current organisation, and a security event. [S-22, S-24, N-37]';
alter function authz.record_insight_dispatch(uuid, text) owner to cordon_definer;
revoke all on function authz.record_insight_dispatch(uuid, text) from public;
grant execute on function authz.record_insight_dispatch(uuid, text) to cordon_insights;
