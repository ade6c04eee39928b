-- authz.tg_transfers__activity: one row per change of a transfer that is one (S-18).
create or replace function authz.tg_transfers__activity()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    perform authz.record_activity(new.organisation_id, new.case_id, new.id, 'transfer.requested', '{}', new.updated_by_user_id);
  elsif new.status is distinct from old.status then
    if new.status = 'dispatched' then
      perform authz.record_activity(
        new.organisation_id, new.case_id, new.id, 'transfer.dispatched',
        jsonb_build_object('transport_organisation_id', new.transport_organisation_id), new.updated_by_user_id
      );
    else
      perform authz.record_activity(
        new.organisation_id, new.case_id, new.id, 'transfer.status_changed', jsonb_build_object('from', old.status, 'to', new.status), new.updated_by_user_id
      );
    end if;
  end if;
  -- By the server alone, and out of the sight of whoever waits for the patient all the same.
  if tg_op = 'UPDATE' and (new.archived_at is null) <> (old.archived_at is null) then
    perform authz.record_activity(
      new.organisation_id, new.case_id, new.id, case when new.archived_at is null then 'transfer.restored' else 'transfer.archived' end,
      jsonb_build_object('status', new.status), new.updated_by_user_id
    );
  end if;
  -- By the server alone, and told in both cases, as of a stay: in the timeline of the one that it left the patient would wait for it still.
  if tg_op = 'UPDATE' and new.case_id <> old.case_id then
    perform authz.record_activity(
      new.organisation_id, c.case_id, new.id, 'transfer.case_changed', jsonb_build_object('from', old.case_id, 'to', new.case_id), new.updated_by_user_id
    )
    from unnest(array[old.case_id, new.case_id]) as c (case_id);
  end if;
  return null;
end
$$;
comment on function authz.tg_transfers__activity() is
  'Records request, dispatch, every further step and archiving of a transfer, and its undoing; in both, another case. [S-18]';
alter function authz.tg_transfers__activity() owner to cordon_definer;
revoke all on function authz.tg_transfers__activity() from public;
