-- authz.tg_transfers__course: from dispatch to delivery a transfer follows the transport company's job, and nobody says otherwise by
-- hand, the owner included: what two tenants' records say of one movement stays equal. Invoker, to know whose hand it is.
create or replace function authz.tg_transfers__course()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_erases boolean;
begin
  if tg_op = 'INSERT' then
    new.transport_organisation_id := null;
    return new;
  end if;
  if current_user <> 'cordon_definer' then
    new.transport_organisation_id := old.transport_organisation_id;
    if new.status is distinct from old.status
      and (old.status = 'dispatched' or new.status in ('dispatched', 'picked_up', 'delivered'))
    then
      raise exception 'a transfer goes from % to % with its job', old.status, new.status
        using errcode = 'CD013', hint = 'dispatch_transfer and cancel_transfer; between them the transport company moves its job.';
    end if;
  end if;
  if old.status not in ('requested', 'accepted')
    and (new.patient_id, new.case_id, new.admission_id, new.mobility, new.pickup, new.destination, new.pickup_at)
      is distinct from (old.patient_id, old.case_id, old.admission_id, old.mobility, old.pickup, old.destination, old.pickup_at)
  then
    -- Nobody's hand but that of the owner, with whose rights governance.erase_rows runs, says that a place is forgotten, and that alone.
    v_erases := pg_has_role(current_user, (select c.relowner from pg_catalog.pg_class as c where c.oid = tg_relid), 'member');
    if v_erases and (new.patient_id, new.case_id, new.admission_id, new.mobility, new.pickup_at)
        is not distinct from (old.patient_id, old.case_id, old.admission_id, old.mobility, old.pickup_at)
      and new.pickup in (old.pickup, 'erased')
      and new.destination in (old.destination, 'erased')
    then
      return new;
    end if;
    raise exception 'a % transfer stays as it was asked for', old.status
      using errcode = 'CD013', hint = 'Cancel it before the pickup and request another.';
  end if;
  return new;
end
$$;
comment on function authz.tg_transfers__course() is
  'Refuses with CD013 a step that is the job''s to take, and another route after dispatch; erasure blanks one. [N-49, S-18]';
revoke all on function authz.tg_transfers__course() from public;
