-- migrate:up
-- Why: operations that dispatched for an archived clinic, or while it was being archived, named its patient to the company; and a job that was picked up more than a day ago could be ended by nobody, its transfer neither
-- Access: 2 definer functions
--   ~ authz.tg_organisations__close is written, and runs with the rights of its owner
--   ~ public.dispatch_transfer is written, and runs with the rights of its owner
--   widens: authz.tg_organisations__close(), which 1 trigger asks, has another text
--   widens: authz.tg_transfer_jobs__course(), which 1 trigger asks, has another text
--   widens: public.dispatch_transfer(uuid, uuid, uuid), callable by clinic staff and operations, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.tg_organisations__close: who drives for a clinic that is closed learns no longer whom.
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
    perform authz.forget_passengers(new.id, null, '-infinity');
  end if;
  return null;
end
$$;
comment on function authz.tg_organisations__close() is
  'Takes the names out of the jobs that drive for an organisation which is archived; CD007 above READ COMMITTED. [N-24]';

-- authz.tg_transfer_jobs__course: a job that has ended is soon gone from sight (N-24).
create or replace function authz.tg_transfer_jobs__course()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if (new.origin_organisation_id, new.transfer_id) is distinct from (old.origin_organisation_id, old.transfer_id) then
    raise exception 'a job stays that of its transfer'
      using errcode = 'CD013', hint = 'Dispatch the other transfer.';
  end if;
  if new.status is distinct from old.status and new.status = 'picked_up' then
    -- Whoever has the patient on board can still say that they arrived, and nobody else can: a day was too short for a crew that forgot it over a
    -- weekend. A packet expires all the same; the name beside it does so by itself, and sooner.
    new.expires_at := greatest(old.expires_at, clock_timestamp() + interval '30 days');
  elsif new.status is distinct from old.status and new.status in ('delivered', 'cancelled') then
    -- The crew still sees how it ended.
    new.expires_at := least(old.expires_at, clock_timestamp() + interval '1 hour');
  end if;
  return new;
end
$$;
comment on function authz.tg_transfer_jobs__course() is
  'Lets a job that has ended expire within the hour, and one with the patient on board after 30 days. [N-24]';

-- public.dispatch_transfer: hands a transfer to who drives it: a packet of its own in their tenant, and no row of the clinic's. The
-- patient is named beside it only where a consent to transfer_disclosure outlives it, and their clinic is open; else the crew asks at the pickup by the job's id.
create or replace function public.dispatch_transfer(transfer_id uuid, transport_organisation_id uuid, organisation_id uuid default null)
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant uuid := authz.transfer_tenant(transfer_id, organisation_id);
  v_transfer public.transfers;
  v_expires_at timestamptz;
  v_job_id uuid;
  v_told text[] := '{pickup,destination,pickup_at,mobility,priority}';
begin
  if not exists (
    select
    from public.organisations as o
    where o.id = dispatch_transfer.transport_organisation_id
      and (o.kind = 'transport' or o.id = v_tenant)
      and o.archived_at is null
  ) then
    raise exception 'transport company not found'
      using errcode = 'CD010', hint = 'Name an organisation of kind transport, or the clinic itself where it drives.';
  end if;
  -- Who closes the clinic waits for this, or is seen: nobody is named for a clinic that is closed.
  perform from public.organisation_settings as s where s.organisation_id = v_tenant for share;
  -- Patient and consents before the transfer: a consent that is being withdrawn is seen.
  perform authz.lock_chart(
    v_tenant,
    (select t.patient_id from public.transfers as t where t.organisation_id = v_tenant and t.id = dispatch_transfer.transfer_id)
  );
  select t.organisation_id, t.id, t.patient_id, t.case_id, t.status, t.mobility, t.pickup, t.destination, t.pickup_at,
    t.patient_status
    into v_transfer.organisation_id, v_transfer.id, v_transfer.patient_id, v_transfer.case_id, v_transfer.status,
      v_transfer.mobility, v_transfer.pickup, v_transfer.destination, v_transfer.pickup_at, v_transfer.patient_status
    from public.transfers as t
   where t.organisation_id = v_tenant
     and t.id = dispatch_transfer.transfer_id
  for no key update;
  if v_transfer.patient_status <> 'active' then
    raise exception 'transfer not found'
      using errcode = 'CD010', hint = 'Its patient is no longer active.';
  end if;
  if v_transfer.status <> 'accepted' then
    raise exception 'transfers cannot go from % to dispatched', v_transfer.status
      using errcode = 'CD013', hint = 'Dispatch a transfer that was accepted, once.';
  end if;

  v_expires_at := greatest(v_transfer.pickup_at, clock_timestamp()) + interval '24 hours';
  insert into public.transfer_jobs as j (organisation_id, origin_organisation_id, transfer_id, packet, expires_at)
  select
    dispatch_transfer.transport_organisation_id, v_tenant, v_transfer.id,
    jsonb_build_object(
      'pickup', v_transfer.pickup, 'destination', v_transfer.destination, 'pickup_at', v_transfer.pickup_at,
      'mobility', v_transfer.mobility, 'priority', c.priority
    ),
    v_expires_at
  from public.cases as c
  where c.organisation_id = v_tenant
    and c.id = v_transfer.case_id
  returning j.id into v_job_id;
  if authz.transfer_consent_until(v_tenant, v_transfer.patient_id) >= v_expires_at
    and exists (select from public.organisations as o where o.id = v_tenant and o.archived_at is null)
  then
    insert into public.transfer_job_patients
      (organisation_id, id, origin_organisation_id, transfer_id, patient_name, language, expires_at)
    select dispatch_transfer.transport_organisation_id, v_job_id, v_tenant, v_transfer.id, p.full_name, p.language, v_expires_at
    from public.patients as p
    where p.organisation_id = v_tenant
      and p.id = v_transfer.patient_id;
    v_told := v_told || '{patient_name,language}';
  end if;
  perform authz.record_disclosure(
    v_tenant, v_transfer.patient_id, case when transport_organisation_id = v_tenant then 'clinic' else 'transport' end,
    transport_organisation_id, 'transfer_disclosure', v_told, 'public.transfer_jobs', v_job_id
  );
  update public.transfers as t
     set status = 'dispatched',
         transport_organisation_id = dispatch_transfer.transport_organisation_id
   where t.organisation_id = v_tenant
     and t.id = v_transfer.id;
  return v_job_id;
end
$$;

-- migrate:down
