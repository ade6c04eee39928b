-- authz.tg_schema_changes__decided: a change begins proposed, is decided once, by the functions that take the evidence, and by nobody's hand:
-- whoever migrates owns the table, and is the one who asks. Invoker, to know whose hand it is.
create or replace function authz.tg_schema_changes__decided()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    new.status := 'proposed';
    new.proposed_by := session_user;
    new.decided_at := null;
    new.decided_by_user_id := null;
    new.decided_ip := null;
    new.ip_source := null;
    new.note := null;
    return new;
  end if;
  if tg_op = 'UPDATE'
    and current_user = 'cordon_definer'
    and old.status = 'proposed'
    and (new.version, new.checksum, new.name, new.access, new.shared_objects, new.proposed_by)
      is not distinct from (old.version, old.checksum, old.name, old.access, old.shared_objects, old.proposed_by)
  then
    return new;
  end if;
  raise exception 'a proposed change is decided by operations, once'
    using errcode = 'CD014', hint = 'acknowledge_schema_change or reject_schema_change; an edited migration is proposed anew.';
end
$$;
comment on function authz.tg_schema_changes__decided() is
  'Refuses with CD014 every change of a proposal but its decision by operations. [S-28]';
revoke all on function authz.tg_schema_changes__decided() from public;
