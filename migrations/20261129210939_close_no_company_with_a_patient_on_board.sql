-- migrate:up
-- Why: a company archived with a patient on board left the transfer picked up for ever; and an admin of operations could shorten what a clinic keeps from twenty years to seven by changing its regime
-- Side: operations
-- Access: 3 definer functions
--   ~ authz.tg_organisations__close is written, and runs with the rights of its owner
--   ~ authz.tg_organisations__regime is written, and runs with the rights of its owner
--   ~ authz.tg_transfer_jobs__follow is written, and runs with the rights of its owner
--   widens: authz.tg_organisations__close(), which 1 trigger asks, has another text
--   widens: authz.tg_organisations__regime() is new, which 1 trigger asks
--   widens: authz.tg_transfer_jobs__follow(), which 1 trigger asks, has another text
--   widens: the trigger _510_regime now guards public.organisations
-- Locks: 1 existing table, until the migration commits
--   SHARE ROW EXCLUSIVE public.organisations

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.tg_organisations__close: who drives for a clinic that is closed learns no longer whom; and nobody is closed who has a patient on board: none of
-- its crew could say that they arrived, nor anybody else.
create or replace function authz.tg_organisations__close()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.archived_at is not null and old.archived_at is null then
    -- A dispatch that is under way names somebody, and is waited for.
    perform authz.require_read_committed();
    perform from public.organisation_settings as s where s.organisation_id = new.id for no key update;
    -- So is a pickup. The server and the owner repair what they do.
    if not authz.is_system() and exists (
      select
      from public.transfer_jobs as j
      where j.organisation_id = new.id
        and j.status = 'picked_up'
        and j.archived_at is null
        and j.expires_at > authz.now()
    ) then
      raise exception 'an organisation that has a patient on board is not archived'
        using errcode = 'CD013', hint = 'Have its crew deliver the patient first: transfer_jobs.status.';
    end if;
    perform authz.forget_passengers(new.id, null, '-infinity');
  end if;
  return null;
end
$$;
comment on function authz.tg_organisations__close() is
  'Takes the names out of the jobs that drive for an organisation which is archived; CD007 above READ COMMITTED, CD013 for one that has a patient on board. [N-24, S-18]';

-- authz.tg_organisations__regime: under which law a clinic keeps its data stays, once it has a patient: floors of retention and deadlines hang on it,
-- and a floor never falls. The server and the owner repair what was written wrong.
create or replace function authz.tg_organisations__regime()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.regime is distinct from old.regime and not authz.is_system()
    and exists (select from public.patients as p where p.organisation_id = new.id)
  then
    raise exception 'the law of an organisation that has patients stays'
      using errcode = 'CD020', hint = 'Retention floors and deadlines hang on it: whoever answers for the data has the server change it.';
  end if;
  return null;
end
$$;
comment on function authz.tg_organisations__regime() is
  'Refuses with CD020 to put an organisation that has patients under another law. [N-38, N-49]';
alter function authz.tg_organisations__regime() owner to cordon_definer;
revoke all on function authz.tg_organisations__regime() from public;

-- authz.tg_transfer_jobs__follow: what the company does with its job, the clinic's transfer does too, and both timelines tell it (S-18).
create or replace function authz.tg_transfer_jobs__follow()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    perform authz.record_activity(
      new.organisation_id, null, new.id, 'transfer_job.received', jsonb_build_object('origin_organisation_id', new.origin_organisation_id), new.updated_by_user_id
    );
    return null;
  end if;
  if new.status is not distinct from old.status then
    return null;
  end if;
  if new.status = 'picked_up' then
    -- Who closes the company waits for this, or was seen: nobody is on board of a company that is closed.
    perform from public.organisation_settings as s where s.organisation_id = new.organisation_id for share;
    if not authz.is_system() and exists (
      select from public.organisations as o where o.id = new.organisation_id and o.archived_at is not null
    ) then
      raise exception 'the organisation is closed'
        using errcode = 'insufficient_privilege', hint = 'The clinic cancels the transfer, and dispatches another company.';
    end if;
  end if;
  perform authz.record_activity(
    new.organisation_id, null, new.id, 'transfer_job.status_changed', jsonb_build_object('from', old.status, 'to', new.status), new.updated_by_user_id
  );
  update public.transfers as t
     set status = new.status
   where t.organisation_id = new.origin_organisation_id
     and t.id = new.transfer_id;
  if new.status in ('delivered', 'cancelled') then
    update public.transfer_job_patients as p
       set patient_name = null,
           language = null
     where p.organisation_id = new.organisation_id
       and p.id = new.id;
    update public.vehicle_assignments as a
       set released_at = clock_timestamp()
     where a.organisation_id = new.organisation_id
       and a.transfer_job_id = new.id
       and a.released_at is null;
  end if;
  return null;
end
$$;
comment on function authz.tg_transfer_jobs__follow() is
  'Carries the status of a job to its transfer, at its end forgets the patient and frees vehicle and crew, and records each step; 42501 for a pickup by who was closed. [N-24, S-18]';

revoke create on schema authz from cordon_definer;

comment on trigger _500_close on public.organisations is
  'Takes the names out of the jobs that drive for a clinic which is closed, and closes nobody who has a patient on board. [N-24, S-18]';

create or replace trigger _510_regime
  after update on public.organisations
  for each row
  execute function authz.tg_organisations__regime();
alter table public.organisations enable always trigger _510_regime;
comment on trigger _510_regime on public.organisations is
  'Keeps an organisation that has patients under its law. [N-38, N-49]';

-- migrate:down
