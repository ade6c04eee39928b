-- migrate:up
-- Why: A transfer that the server puts to another case is told in both (S-18).
-- Access: 1 definer function
--   ~ authz.tg_transfers__activity is written, and runs with the rights of its owner
--   widens: authz.activity_keys(text), which 2 constraints ask, has another text
--   widens: authz.tg_transfers__activity(), which 1 trigger asks, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.activity_keys: the types of the activity log and what each must say. A table of constants, so that a CHECK can ask it.
create or replace function authz.activity_keys(event_type text)
  returns text[]
  language plpgsql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return case event_type
    when 'case.opened' then '{status,priority}'
    when 'case.status_changed' then '{from,to}'
    when 'case.priority_changed' then '{from,to}'
    when 'case.reopened' then '{from,to,reason}'
    when 'case.archived' then '{status}'
    when 'case.restored' then '{status}'
    when 'admission.planned' then '{}'
    when 'admission.admitted' then '{bed_id}'
    when 'admission.moved' then '{from,to}'
    when 'admission.case_changed' then '{from,to}'
    when 'admission.discharged' then '{bed_id,disposition}'
    when 'admission.cancelled' then '{}'
    when 'admission.archived' then '{status,bed_id}'
    when 'admission.restored' then '{status,bed_id}'
    when 'transfer.requested' then '{}'
    when 'transfer.dispatched' then '{transport_organisation_id}'
    when 'transfer.status_changed' then '{from,to}'
    when 'transfer.case_changed' then '{from,to}'
    when 'transfer.archived' then '{status}'
    when 'transfer.restored' then '{status}'
    when 'transfer_job.received' then '{origin_organisation_id}'
    when 'transfer_job.status_changed' then '{from,to}'
    when 'transfer_job.assigned' then '{vehicle_id,driver_id}'
    when 'transfer_job.released' then '{vehicle_id,driver_id}'
    when 'transfer_job.attendant_changed' then '{vehicle_id,from,to}'
    when 'signed_form.drafted' then '{template_id}'
    when 'signed_form.signed' then '{content_sha256}'
    when 'signed_form.terminated' then '{content_sha256}'
    when 'document.requested' then '{kind}'
    when 'document.status_changed' then '{from,to}'
    when 'invoice.attached' then '{}'
    when 'invoice.detached' then '{}'
    when 'invoice.frozen_write_suppressed' then '{operation}'
    when 'invoice_line.frozen_write_suppressed' then '{operation}'
    when 'payment.frozen_write_suppressed' then '{operation}'
  end;
end
$$;

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

-- migrate:down
