-- authz.emit_refusal: writes down what a function of ours refuses, in the access log beside what policies deny: the refusal raises, and takes with it
-- whatever else would be written. It tells the patient where the caller may know the row, and why. The server and the owner are refused by nobody here.
-- On a standby the server's own log is all there is to write to.
create or replace function authz.emit_refusal(
  table_name text, operation text, organisation_id uuid, patient_id uuid, reason text
)
  returns void
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_realm constant text := authz.acting_realm();
  v_caller constant record := authz.caller();
  v_membership authz.membership;
begin
  if v_realm = 'system' then
    return;
  end if;
  -- A session that has ended still says whose it was.
  v_membership.user_id := coalesce(v_caller.user_id, authz.subject());
  v_membership.session_id := v_caller.session_id;
  v_membership.organisation_id := coalesce(
    emit_refusal.organisation_id, case when v_realm = 'provider' then authz.organisation_id() end
  );
  v_membership.role := (
    select m.role
    from authz.live_memberships as m
    where v_realm = 'provider'
      and m.user_id = v_caller.user_id
      and m.organisation_id = v_membership.organisation_id
  );
  if pg_is_in_recovery() then
    raise log 'cordon.access: % refused on %', operation, table_name;
    return;
  end if;
  perform authz.emit_access(
    v_realm, v_membership, table_name, operation, 'basic', 'denied', authz.printable(reason, 100), null, patient_id
  );
end
$$;
comment on function authz.emit_refusal(text, text, uuid, uuid, text) is
  'Records in the access log what a function refuses: as which operation on which table, where, whose, and why. [N-37, S-33]';
alter function authz.emit_refusal(text, text, uuid, uuid, text) owner to cordon_definer;
revoke all on function authz.emit_refusal(text, text, uuid, uuid, text) from public;
