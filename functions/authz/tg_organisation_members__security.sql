-- authz.tg_organisation_members__security: who may act, as what, and since when (N-37). One event for each thing that changed.
-- Moments in it are written in UTC: what is kept in JSON would be told by the caller's clock, of which some write what nothing reads back.
create or replace function authz.tg_organisation_members__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set timezone = 'UTC'
as $$
declare
  v_about constant jsonb := jsonb_build_object('user_id', new.user_id);
  v_is_in boolean;
  v_was_in boolean;
begin
  if tg_op = 'INSERT' then
    perform authz.record_security_event(
      new.organisation_id, 'membership.granted', new.id,
      v_about || jsonb_build_object('role', new.role, 'capabilities', new.capabilities)
    );
    return null;
  end if;
  if old.accepted_at is null and new.accepted_at is not null then
    perform authz.record_security_event(new.organisation_id, 'membership.accepted', new.id, v_about);
  end if;
  if new.role is distinct from old.role then
    perform authz.record_security_event(
      new.organisation_id, 'membership.role_changed', new.id, v_about || jsonb_build_object('from', old.role, 'to', new.role)
    );
  end if;
  if new.capabilities is distinct from old.capabilities then
    perform authz.record_security_event(
      new.organisation_id, 'membership.capabilities_changed', new.id,
      v_about || jsonb_build_object('from', old.capabilities, 'to', new.capabilities)
    );
  end if;
  if new.valid_until is distinct from old.valid_until then
    perform authz.record_security_event(
      new.organisation_id, 'membership.validity_changed', new.id,
      v_about || jsonb_build_object('from', old.valid_until, 'to', new.valid_until)
    );
  end if;
  v_was_in := old.is_active and old.archived_at is null;
  v_is_in := new.is_active and new.archived_at is null;
  if v_is_in is distinct from v_was_in then
    perform authz.record_security_event(
      new.organisation_id, case when v_is_in then 'membership.resumed' else 'membership.ended' end, new.id, v_about
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_organisation_members__security() is
  'Records memberships granted, accepted, changed, ended and resumed. [N-37]';
alter function authz.tg_organisation_members__security() owner to cordon_definer;
revoke all on function authz.tg_organisation_members__security() from public;
