-- authz.tg_ops_members__security: operations stand outside of every clinic: who became one of them, as what, and who is none any more (N-37).
create or replace function authz.tg_ops_members__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_object constant text := 'operator ' || new.user_id;
  v_is_in constant boolean := new.is_active and new.archived_at is null;
begin
  if tg_op = 'INSERT' then
    perform authz.record_deployment_event('operator.granted', v_object, jsonb_build_object('role', new.role));
    return null;
  end if;
  if new.role is distinct from old.role then
    perform authz.record_deployment_event(
      'operator.role_changed', v_object, jsonb_build_object('from', old.role, 'to', new.role)
    );
  end if;
  if v_is_in is distinct from (old.is_active and old.archived_at is null) then
    perform authz.record_deployment_event(
      case when v_is_in then 'operator.resumed' else 'operator.ended' end, v_object, jsonb_build_object('role', new.role)
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_ops_members__security() is
  'Records operators granted, changed, ended and resumed. [N-37]';
alter function authz.tg_ops_members__security() owner to cordon_definer;
revoke all on function authz.tg_ops_members__security() from public;
