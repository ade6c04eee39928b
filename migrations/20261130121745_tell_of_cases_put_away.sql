-- migrate:up
-- Why: A case or a transfer that the server archives or brings back is told, and a disclosure where operations hold it (S-18, N-37).
-- Side: operations
-- Access: 3 definer functions
--   ~ authz.tg_cases__activity is written, and runs with the rights of its owner
--   ~ authz.tg_cases__disclosure is written, and runs with the rights of its owner
--   ~ authz.tg_transfers__activity is written, and runs with the rights of its owner
--   widens: authz.tg_cases__activity(), which 1 trigger asks, has another text
--   widens: authz.tg_cases__disclosure(), which 1 trigger asks, has another text
--   widens: authz.tg_transfers__activity(), which 1 trigger asks, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

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

-- authz.tg_cases__disclosure: a case that is handed to operations shows them its patient: each handoff is a disclosure, and so is each time that one
-- which was closed, or archived by the server, opens again. A chart goes only with the patient's consent to the handoff.
create or replace function authz.tg_cases__disclosure()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if (new.status = 'handed_off' and old.status <> 'handed_off')
    or (new.handed_off_at is not null and old.status = 'closed' and new.status <> 'closed')
    or (new.handed_off_at is not null and old.archived_at is not null and new.archived_at is null and new.status not in ('closed', 'cancelled'))
  then
    perform authz.require_read_committed(); -- an older snapshot would not show the consent that was given meanwhile
    perform authz.record_disclosure(
      new.organisation_id, new.patient_id, 'operations', null, 'ops_handoff',
      '{patients,patient_identity,patient_clinical,admissions,transfers,documents,consents,signed_forms}'::text[]
        || case when authz.is_handed_over('consenting_patient', new.organisation_id, new.patient_id) then '{medical_records}'::text[] end,
      'public.cases', new.id
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_cases__disclosure() is
  'Writes a disclosure to operations when a case is handed to them, and when one that was closed or archived opens to them again; CD007 above READ COMMITTED. [N-37]';

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
  return null;
end
$$;
comment on function authz.tg_transfers__activity() is
  'Records request, dispatch, every further step and archiving of a transfer, and its undoing. [S-18]';

-- migrate:down
