-- migrate:up
-- Why: The server's key passed access to one person on to another, of whom no record told; each proposed consent wrote the chart anew; a released assignment got another crew
-- Access: 2 definer functions
--   ~ authz.tg_consents__project is written, and runs with the rights of its owner
--   ~ authz.tg_patient_accounts__security is written, and runs with the rights of its owner
--   widens: authz.tg__whose() is new, which 4 triggers ask
--   widens: authz.tg_consents__project(), which 1 trigger asks, has another text
--   widens: authz.tg_patient_accounts__security(), which 1 trigger asks, has another text
--   widens: authz.tg_vehicle_assignments__job(), which 1 trigger asks, has another text
--   widens: the trigger _060_whose now guards public.access_restrictions
--   widens: the trigger _060_whose now guards public.care_relationships
--   widens: the trigger _060_whose now guards public.organisation_members
--   widens: the trigger _060_whose now guards public.patient_accounts
-- Locks: 4 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE public.access_restrictions
--   SHARE ROW EXCLUSIVE public.care_relationships
--   SHARE ROW EXCLUSIVE public.organisation_members
--   SHARE ROW EXCLUSIVE public.patient_accounts

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.tg__whose: what lets one person in, or keeps one out, never becomes another's. Agreed to by one, confirmed and told of as theirs, it would let
-- in a second whom nobody asked, and of whom no record tells: by the server's key, or the owner's hand. A case shows operations its patient, which is
-- written down as a disclosure of that one. Its triggers say in WHEN what changed.
create or replace function authz.tg__whose()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception 'what lets somebody in never becomes another''s'
    using errcode = 'CD014', hint = 'End or archive it, and write another: whoever it is of agrees to it, and its beginning is on record.';
end
$$;
comment on function authz.tg__whose() is
  'Refuses with CD014 that what gives or denies one person access, or shows one, becomes another''s. [N-15, N-21, N-37, S-29]';
revoke all on function authz.tg__whose() from public;

-- authz.tg_consents__project: carries the state of consents onto the rows they gate, in the same transaction, so that
-- the policy compares a column of the row itself (1.06 of no gate, measured) and a withdrawal bites at once.
create or replace function authz.tg_consents__project()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- An older snapshot would not show what was written meanwhile under the consent that is withdrawn here: it would stay open for good.
  if current_setting('transaction_isolation') <> 'read committed' then -- a query less for everybody else
    perform authz.require_read_committed();
  end if;
  -- What is new meets rows that are made at this moment at the patient; what changes meets them at the consent itself: see lock_chart.
  if tg_op = 'INSERT' then
    perform authz.lock_patient(new.organisation_id, new.patient_id);
  end if;
  -- What was never in force, or is to another purpose, opens and closes nothing of a chart, which is not written anew for it: of a thousand proposals,
  -- each row would be a thousand times.
  if new.purpose <> 'treatment' or (new.status <> 'active' and (tg_op = 'INSERT' or old.status <> 'active')) then
    perform authz.recall_shares(new.organisation_id, new.patient_id, new.purpose);
    return null;
  end if;
  update public.patient_clinical as p
     set treatment_consent_until = null -- computed by the row's own trigger, the one place that does
   where p.organisation_id = new.organisation_id
     and p.id = new.patient_id;
  -- Details before records: who writes details holds them and then locks the record.
  update public.medical_record_details as d
     set treatment_consent_until = null
   where d.organisation_id = new.organisation_id
     and d.patient_id = new.patient_id;
  update public.medical_records as r
     set treatment_consent_until = null
   where r.organisation_id = new.organisation_id
     and r.patient_id = new.patient_id;
  -- And with them the tickets to read what no longer opens.
  update public.documents as d
     set treatment_consent_until = null
   where d.organisation_id = new.organisation_id
     and d.patient_id = new.patient_id;
  perform authz.recall_shares(new.organisation_id, new.patient_id, new.purpose);
  return null;
end
$$;

-- authz.tg_patient_accounts__security: a portal account opens a chart: who proposed it, when it was opened, when it ended (N-37).
create or replace function authz.tg_patient_accounts__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_about constant jsonb := jsonb_build_object(
    'user_id', new.user_id, 'patient_id', new.patient_id, 'relationship', new.relationship
  );
begin
  if tg_op = 'INSERT' then
    perform authz.record_security_event(
      new.organisation_id, case when new.confirmed_at is null then 'patient_account.proposed' else 'patient_account.opened' end, new.id, v_about
    );
    return null;
  end if;
  -- Whoever brings back what was archived opens it as well.
  if (new.confirmed_at is not null and new.revoked_at is null and new.archived_at is null)
    and (old.confirmed_at is null or old.archived_at is not null)
  then
    perform authz.record_security_event(new.organisation_id, 'patient_account.opened', new.id, v_about);
  end if;
  if old.revoked_at is null and old.archived_at is null and (new.revoked_at is not null or new.archived_at is not null) then
    perform authz.record_security_event(new.organisation_id, 'patient_account.revoked', new.id, v_about);
  end if;
  return null;
end
$$;

-- authz.tg_vehicle_assignments__job: an assignment stays on its job and vehicle, and its release is stamped once. Who drove, and who sat beside the
-- patient, is asked for when something went wrong: it ends with the crew that it had, and none is written in with the release, or after it.
create or replace function authz.tg_vehicle_assignments__job()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    new.released_at := null;
    return new;
  end if;
  if (new.transfer_job_id, new.vehicle_id) is distinct from (old.transfer_job_id, old.vehicle_id) then
    raise exception 'an assignment stays on its job and vehicle'
      using errcode = 'CD013', hint = 'Release this one and assign another.';
  end if;
  if (new.driver_id, new.attendant_id) is distinct from (old.driver_id, old.attendant_id)
    and (old.released_at is not null or new.released_at is not null)
  then
    raise exception 'an assignment ends with the crew that it had'
      using errcode = 'CD013', hint = 'Change the crew first, and release the assignment then; one that has ended stays as it was.';
  end if;
  new.released_at := coalesce(old.released_at, case when new.released_at is not null then clock_timestamp() end);
  return new;
end
$$;
comment on function authz.tg_vehicle_assignments__job() is
  'Keeps job and vehicle, and the crew from the release on, refusing others with CD013; stamps the release. [S-16, S-18]';

create or replace trigger _060_whose
  before update on public.access_restrictions
  for each row
  when ((new.restricted_user_id, new.patient_id) is distinct from (old.restricted_user_id, old.patient_id))
  execute function authz.tg__whose();
alter table public.access_restrictions enable always trigger _060_whose;
comment on trigger _060_whose on public.access_restrictions is
  'Keeps whom a patient shuts out. [N-21]';

create or replace trigger _060_whose
  before update on public.care_relationships
  for each row
  when ((new.user_id, new.patient_id) is distinct from (old.user_id, old.patient_id))
  execute function authz.tg__whose();
alter table public.care_relationships enable always trigger _060_whose;
comment on trigger _060_whose on public.care_relationships is
  'Keeps who treats whom. [N-21]';

create or replace trigger _060_whose
  before update on public.organisation_members
  for each row
  when (new.user_id is distinct from old.user_id)
  execute function authz.tg__whose();
alter table public.organisation_members enable always trigger _060_whose;
comment on trigger _060_whose on public.organisation_members is
  'Keeps a membership its member''s. [N-37]';

create or replace trigger _060_whose
  before update on public.patient_accounts
  for each row
  when ((new.user_id, new.patient_id, new.relationship) is distinct from (old.user_id, old.patient_id, old.relationship))
  execute function authz.tg__whose();
alter table public.patient_accounts enable always trigger _060_whose;
comment on trigger _060_whose on public.patient_accounts is
  'Keeps a portal account to one login, one patient and what they are to them. [N-15, N-37]';

-- migrate:down
