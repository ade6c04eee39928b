-- authz.record_insight_dispatch: what left, by its digest: the payload itself is kept nowhere. Who and when are stamped. Whoever rolls back has
-- read the payload all the same: the access log keeps that it was taken, under the id of the row that is then missing.
create or replace function authz.record_insight_dispatch(processor_id uuid, payload_sha256 text)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_membership constant authz.membership := authz.membership_for('{}', '{insights_admin}');
  v_id uuid;
begin
  insert into governance.insight_dispatches (organisation_id, processor_id, payload_sha256)
  values (v_membership.organisation_id, processor_id, payload_sha256)
  returning id into v_id;
  perform authz.emit_access(
    'provider', v_membership, 'insight_dispatches', 'SELECT', 'comprehensive', 'disclosed', null, v_id, null
  );
  perform authz.record_security_event(v_membership.organisation_id, 'data.exported', v_id, '{"kind": "smart_insights"}');
end
$$;
comment on function authz.record_insight_dispatch(uuid, text) is
  'Writes one row into governance.insight_dispatches, for the caller''s current organisation, a security event, and a record of the access log, which no rollback takes back. [S-22, S-24, N-35, N-37]';
alter function authz.record_insight_dispatch(uuid, text) owner to cordon_definer;
revoke all on function authz.record_insight_dispatch(uuid, text) from public;
grant execute on function authz.record_insight_dispatch(uuid, text) to cordon_insights;
