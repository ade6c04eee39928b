-- authz.tg_cases__activity: one row per change of a case that is one (S-18).
create or replace function authz.tg_cases__activity()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    perform authz.record_activity(
      new.organisation_id, new.id, new.id, 'case.opened', jsonb_build_object('status', new.status, 'priority', new.priority), new.updated_by_user_id
    );
    return null;
  end if;
  if new.status is distinct from old.status then
    if old.status = 'closed' then
      perform authz.record_activity(
        new.organisation_id, new.id, new.id, 'case.reopened', jsonb_build_object('from', old.status, 'to', new.status, 'reason', new.reopen_reason), new.updated_by_user_id
      );
    else
      perform authz.record_activity(
        new.organisation_id, new.id, new.id, 'case.status_changed', jsonb_build_object('from', old.status, 'to', new.status), new.updated_by_user_id
      );
    end if;
  end if;
  if new.priority is distinct from old.priority then
    perform authz.record_activity(
      new.organisation_id, new.id, new.id, 'case.priority_changed', jsonb_build_object('from', old.priority, 'to', new.priority), new.updated_by_user_id
    );
  end if;
  -- By the server alone, and out of everybody's sight all the same.
  if (new.archived_at is null) <> (old.archived_at is null) then
    perform authz.record_activity(
      new.organisation_id, new.id, new.id, case when new.archived_at is null then 'case.restored' else 'case.archived' end,
      jsonb_build_object('status', new.status), new.updated_by_user_id
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_cases__activity() is
  'Records opening, steps, reopening, priority and archiving of a case, and its undoing. [S-18]';
alter function authz.tg_cases__activity() owner to cordon_definer;
revoke all on function authz.tg_cases__activity() from public;
