-- authz.emit_denial: writes down a denial, and which condition it was: computed here, since a decision that opens needs no reason. Of several rules it
-- names what the nearest one misses. On a standby the server's own log is all there is to write to.
create or replace function authz.emit_denial(realm text, table_name text, operation text, level text)
  returns void
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_membership authz.membership;
  v_reason text;
begin
  -- A session that has ended still says whose it was.
  v_membership.user_id := coalesce(v_caller.user_id, authz.subject());
  v_membership.session_id := v_caller.session_id;
  v_membership.organisation_id := v_caller.organisation_id;
  if v_caller.user_id is null then
    v_reason := 'no_session';
  elsif realm = 'provider' and v_caller.member_of is not null then
    v_membership.organisation_id := v_caller.member_of;
    v_membership.role := v_caller.role;
    v_reason := authz.missing_condition(v_membership, v_caller.capabilities, table_name, operation);
  elsif realm = 'provider' then
    v_reason := case
      when v_caller.organisation_id is null
        and exists (select from authz.live_memberships as m where m.user_id = v_caller.user_id) then 'no_choice'
      else 'no_membership'
    end;
  elsif realm = 'internal_ops' then
    v_membership.role := (
      select m.role from public.ops_members as m where m.user_id = v_caller.user_id and m.is_active and m.archived_at is null
    );
    v_reason := case when v_membership.role is null then 'no_membership' else 'role' end;
  else
    v_reason := 'no_account';
  end if;
  if pg_is_in_recovery() then
    raise log 'cordon.access: % denied on %, reason %', operation, table_name, v_reason;
    return;
  end if;
  perform authz.emit_access(realm, v_membership, table_name, operation, level, 'denied', v_reason, null, null);
end
$$;
comment on function authz.emit_denial(text, text, text, text) is
  'Records that the caller was denied, with the condition that they do not meet. [N-29, N-35]';
alter function authz.emit_denial(text, text, text, text) owner to cordon_definer;
revoke all on function authz.emit_denial(text, text, text, text) from public;
