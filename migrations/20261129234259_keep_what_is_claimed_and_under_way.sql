-- migrate:up
-- Why: an invoice was voided or archived while a payer was asked for it, one driver was on two jobs, a patient on board of a company that was closed never arrived, and older snapshots saw none of it
-- Side: operations
-- Access: +3 grants, 8 definer functions
--   ~ authz.tg__on_the_road is written, and runs with the rights of its owner
--   ~ authz.tg_claims__sound is written, and runs with the rights of its owner
--   ~ authz.tg_invoices__claimed is written, and runs with the rights of its owner
--   ~ authz.tg_transfer_jobs__follow is written, and runs with the rights of its owner
--   ~ authz.tg_vehicle_assignments__under_way is written, and runs with the rights of its owner
--   ~ public.cancel_transfer is written, and runs with the rights of its owner
--   ~ public.conclude_transfer is written, and runs with the rights of its owner
--   + authenticated may execute function public.conclude_transfer(uuid, uuid)
--   + internal_ops may execute function public.conclude_transfer(uuid, uuid)
--   ~ public.detach_invoice is written, and runs with the rights of its owner
--   + cordon_definer may select (attendant_id, driver_id, vehicle_id) on public.vehicle_assignments
--   widens: authz.tg__on_the_road() is new, which 2 triggers ask
--   widens: authz.tg_claims__sound(), which 1 trigger asks, has another text
--   widens: authz.tg_invoices__claimed() is new, which 1 trigger asks
--   widens: authz.tg_transfer_jobs__follow(), which 1 trigger asks, has another text
--   widens: authz.tg_vehicle_assignments__under_way(), which 1 trigger asks, has another text
--   widens: clinic staff can now call public.conclude_transfer(uuid, uuid), which acts with the rights of cordon_definer
--   widens: operations can now call public.conclude_transfer(uuid, uuid), which acts with the rights of cordon_definer
--   widens: our definer functions can now read public.vehicle_assignments (vehicle_id, driver_id, attendant_id) too
--   widens: public.cancel_transfer(uuid, uuid), callable by clinic staff and operations, has another text
--   widens: public.detach_invoice(uuid, uuid), callable by operations, has another text
--   widens: the trigger _300_on_the_road now guards public.crew_members
--   widens: the trigger _300_on_the_road now guards public.vehicles
--   widens: the trigger _310_claimed now guards public.invoices
--   widens: the trigger _500_under_way guards public.vehicle_assignments by another definition
-- Locks: 4 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE public.crew_members
--   SHARE ROW EXCLUSIVE public.invoices
--   SHARE ROW EXCLUSIVE public.vehicle_assignments
--   SHARE ROW EXCLUSIVE public.vehicles

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz, public to cordon_definer;

-- authz.tg__on_the_road: neither vehicle nor crew is archived while on a job: nobody would see who drives, and written down anew they would be on another
-- beside it. Who assigns waits for this, or is seen. Argument: vehicle or crew.
create or replace function authz.tg__on_the_road()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform authz.require_read_committed();
  perform from public.organisation_settings as s where s.organisation_id = new.organisation_id for no key update;
  if exists (
    select
    from public.vehicle_assignments as a
    where a.organisation_id = new.organisation_id
      and case tg_argv[0] when 'vehicle' then a.vehicle_id = new.id else new.id in (a.driver_id, a.attendant_id) end
      and a.released_at is null
      and a.archived_at is null
  ) then
    raise exception 'what is on a job is not archived'
      using errcode = 'CD013', hint = 'Release the assignment first, or have the job end: vehicle_assignments.released_at.';
  end if;
  return new;
end
$$;
comment on function authz.tg__on_the_road() is
  'Refuses with CD013 to archive a vehicle or a member of the crew who is on a job; CD007 above READ COMMITTED. [S-18]';
alter function authz.tg__on_the_road() owner to cordon_definer;
revoke all on function authz.tg__on_the_road() from public;

-- authz.tg_claims__sound: a claim is for an invoice that operations have attached to its case, in the currency of that invoice and of a guarantee
-- which stands, and all that is claimed on one stays within its limit; once it was submitted its amount is what was asked for. It locks the invoice
-- as who detaches it does, and the guarantee as who submits another claim on it: the one sees the other.
create or replace function authz.tg_claims__sound()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_limit_minor bigint;
begin
  if new.organisation_id is null then -- out of reach: no policy lets it in
    return new;
  end if;
  if tg_op = 'UPDATE' and new.amount_minor is distinct from old.amount_minor and old.status not in ('draft', 'rejected') then
    raise exception 'the amount of a claim that was submitted stays'
      using errcode = 'CD013', hint = 'Have the payer reject it, and submit the right amount; or draw up another.';
  end if;
  -- What a payer has accepted is owed, whatever becomes of guarantee and invoice.
  if tg_op = 'UPDATE' and (new.status is not distinct from old.status or new.status <> 'submitted') then
    return new;
  end if;
  perform
  from public.invoices as i
  where i.organisation_id = new.organisation_id
    and i.id = new.invoice_id
    and i.case_id = new.case_id
    and i.currency = new.currency
    and i.status <> 'void'
    and i.archived_at is null
  for share;
  if not found then
    raise exception 'invoice not found'
      using errcode = 'CD010', hint = 'Claim, in its currency, for an invoice that is attached to the case of the claim.';
  end if;
  -- Two claims on one guarantee are submitted one after the other, and the second counts the first.
  select g.limit_minor
    into v_limit_minor
    from public.guarantees_of_payment as g
   where g.organisation_id = new.organisation_id
     and g.id = new.guarantee_id
     and g.case_id = new.case_id
     and g.currency = new.currency
     and g.status in ('requested', 'granted')
     and g.archived_at is null
  for no key update;
  if not found then
    raise exception 'guarantee not found'
      using errcode = 'CD010', hint = 'Claim, in its currency, on a guarantee of the case that was neither declined nor revoked.';
  end if;
  if new.status <> 'submitted' then -- drawn up, it asks for nothing yet
    return new;
  end if;
  perform authz.require_read_committed();
  if v_limit_minor < new.amount_minor + (
    select coalesce(sum(c.amount_minor), 0)
    from public.claims as c
    where c.organisation_id = new.organisation_id
      and c.guarantee_id = new.guarantee_id
      and c.id <> new.id
      and c.status in ('submitted', 'accepted', 'paid')
      and c.archived_at is null
  ) then
    raise exception 'more would be claimed than the guarantee vouches for'
      using errcode = 'CD013', hint = 'Claim what its limit leaves; or have the payer raise it, guarantees_of_payment.limit_minor.';
  end if;
  return new;
end
$$;

-- authz.tg_invoices__claimed: what a payer is asked to pay for stays where they and the clinic find it. The row is locked here, as it is by who submits a
-- claim for it: the one sees the other.
create or replace function authz.tg_invoices__claimed()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform authz.require_read_committed(); -- an older snapshot would not show the claim that was submitted meanwhile
  if exists (
    select
    from public.claims as c
    where c.organisation_id = new.organisation_id
      and c.invoice_id = new.id
      and c.status in ('submitted', 'accepted', 'paid')
      and c.archived_at is null
  ) then
    raise exception 'an invoice that is being claimed for is neither void nor archived'
      using errcode = 'CD013', hint = 'A claim for it was submitted: have it rejected first, or archive it.';
  end if;
  return new;
end
$$;
comment on function authz.tg_invoices__claimed() is
  'Refuses with CD013 to void or archive an invoice while a claim for it stands; CD007 above READ COMMITTED. [S-29, S-34]';
alter function authz.tg_invoices__claimed() owner to cordon_definer;
revoke all on function authz.tg_invoices__claimed() from public;

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
    perform authz.require_read_committed();
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
  'Carries the status of a job to its transfer, at its end forgets the patient and frees vehicle and crew, and records each step; 42501 for a pickup by who was closed, CD007 for one above READ COMMITTED. [N-24, S-18]';

-- authz.tg_vehicle_assignments__under_way: vehicles and crew are on jobs that are under way, and none that was archived is. After the row, so that the
-- policy has spoken first: before it, the answer would tell of jobs to who may assign none.
create or replace function authz.tg_vehicle_assignments__under_way()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'UPDATE' then -- by itself: only an UPDATE has a row of before
    if (new.driver_id, new.attendant_id) is not distinct from (old.driver_id, old.attendant_id) then
      return null;
    end if;
  end if;
  -- Who archives one of them waits for this, or was seen.
  perform authz.require_read_committed();
  perform from public.organisation_settings as s where s.organisation_id = new.organisation_id for share;
  if exists (
    select
    from public.vehicles as v
    where v.organisation_id = new.organisation_id
      and v.id = new.vehicle_id
      and v.archived_at is not null
      and tg_op = 'INSERT'
  ) or exists (
    select
    from public.crew_members as c
    where c.organisation_id = new.organisation_id
      and c.id in (new.driver_id, new.attendant_id)
      and c.archived_at is not null
  ) then
    raise exception 'vehicle or crew not found'
      using errcode = 'CD010', hint = 'Name a vehicle, and crew, of the current organisation that are in use.';
  end if;
  if tg_op = 'UPDATE' then
    return null;
  end if;
  -- Waits for a step that is being taken, so that none is assigned to a job just ended.
  perform
  from public.transfer_jobs as j
  where j.organisation_id = new.organisation_id
    and j.id = new.transfer_job_id
    and j.status in ('dispatched', 'picked_up')
    and j.expires_at > clock_timestamp()
  for share;
  if not found then
    raise exception 'job not found'
      using errcode = 'CD010', hint = 'Name a job of the current organisation that is under way.';
  end if;
  return null;
end
$$;
comment on function authz.tg_vehicle_assignments__under_way() is
  'Refuses with CD010 a job that is not under way, and a vehicle or crew that was archived; CD007 above READ COMMITTED. [S-18]';

-- public.cancel_transfer: calls a transfer off before the patient is picked up. Once dispatched it is the job that ends, and the
-- transfer follows: the company's crew and the clinic's desk wait for each other in one order.
create or replace function public.cancel_transfer(transfer_id uuid, organisation_id uuid default null)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant uuid := authz.transfer_tenant(transfer_id, organisation_id);
  v_company_id uuid;
begin
  update public.transfer_jobs as j
     set status = 'cancelled'
    from public.transfers as t
   where t.organisation_id = v_tenant
     and t.id = cancel_transfer.transfer_id
     and j.organisation_id = t.transport_organisation_id
     and j.origin_organisation_id = v_tenant
     and j.transfer_id = t.id
     and j.status <> 'cancelled';
  if found then
    return;
  end if;
  update public.transfers as t
     set status = 'cancelled'
   where t.organisation_id = v_tenant
     and t.id = cancel_transfer.transfer_id
     and t.transport_organisation_id is null;
  if found then
    return;
  end if;
  -- Nobody picked the patient up, and retention took the job. Locked first, and then looked for: who waited for a dispatch sees the job that it wrote.
  select t.transport_organisation_id
    into v_company_id
    from public.transfers as t
   where t.organisation_id = v_tenant
     and t.id = cancel_transfer.transfer_id
  for no key update;
  update public.transfers as t
     set status = 'cancelled'
   where t.organisation_id = v_tenant
     and t.id = cancel_transfer.transfer_id
     and t.status <> 'cancelled'
     and not exists (
       select
       from public.transfer_jobs as j
       where j.organisation_id = v_company_id
         and j.origin_organisation_id = v_tenant
         and j.transfer_id = cancel_transfer.transfer_id
     );
  if not found then
    raise exception 'transfers cannot go from here to cancelled'
      using errcode = 'CD013', hint = 'It is cancelled already, or was dispatched at this moment: look again.';
  end if;
end
$$;

-- public.conclude_transfer: says that a patient has arrived where the company that drove them no longer can: its job expired with the patient on board, or
-- it was closed. For as long as its crew can say so, nobody else does.
create or replace function public.conclude_transfer(transfer_id uuid, organisation_id uuid default null)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant uuid := authz.transfer_tenant(transfer_id, organisation_id);
  v_company_id uuid;
begin
  -- The transfer follows the job, as when the crew moves it.
  update public.transfer_jobs as j
     set status = 'delivered'
    from public.transfers as t
   where t.organisation_id = v_tenant
     and t.id = conclude_transfer.transfer_id
     and j.organisation_id = t.transport_organisation_id
     and j.origin_organisation_id = v_tenant
     and j.transfer_id = t.id
     and j.status = 'picked_up'
     and (
       j.expires_at <= clock_timestamp()
       or exists (select from public.organisations as o where o.id = j.organisation_id and o.archived_at is not null)
     );
  if found then
    return;
  end if;
  -- Retention took the job. Locked first, and then looked for: who waited sees the job that was written meanwhile.
  select t.transport_organisation_id
    into v_company_id
    from public.transfers as t
   where t.organisation_id = v_tenant
     and t.id = conclude_transfer.transfer_id
  for no key update;
  update public.transfers as t
     set status = 'delivered'
   where t.organisation_id = v_tenant
     and t.id = conclude_transfer.transfer_id
     and t.status = 'picked_up'
     and not exists (
       select
       from public.transfer_jobs as j
       where j.organisation_id = v_company_id
         and j.origin_organisation_id = v_tenant
         and j.transfer_id = conclude_transfer.transfer_id
     );
  if not found then
    raise exception 'nobody is on board of a company that can no longer say so'
      using errcode = 'CD013', hint = 'The company that drives says that the patient has arrived; before the pickup, cancel_transfer.';
  end if;
end
$$;
comment on function public.conclude_transfer(uuid, uuid) is
  'Says that a patient has arrived whose transport company no longer can: the job expired with them on board, or the company was closed. Operations name the organisation where two share the id. 42501 for who may steer none, CD010 where it is not found, CD013 for any other transfer. [N-24, S-18]';
alter function public.conclude_transfer(uuid, uuid) owner to cordon_definer;
revoke all on function public.conclude_transfer(uuid, uuid) from public;
grant execute on function public.conclude_transfer(uuid, uuid) to authenticated, internal_ops;

-- public.detach_invoice: operations give an invoice back.
create or replace function public.detach_invoice(organisation_id uuid, invoice_id uuid)
  returns timestamptz
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_detached_at timestamptz;
begin
  if not authz.is_operator('{ops_agent}') then
    raise exception 'invoices are not yours to detach'
      using errcode = 'insufficient_privilege', hint = 'It takes an agent of operations.';
  end if;
  -- An older snapshot would not show the claim that was submitted meanwhile.
  perform authz.require_read_committed();
  -- Children first, as whoever writes one takes it and then the invoice: in the other order the two wait for each other.
  perform
  from public.invoice_lines as l
  where l.organisation_id = detach_invoice.organisation_id
    and l.invoice_id = detach_invoice.invoice_id
  order by l.id
  for no key update;
  perform
  from public.payments as p
  where p.organisation_id = detach_invoice.organisation_id
    and p.invoice_id = detach_invoice.invoice_id
  order by p.id
  for no key update;
  update public.invoices as i
     set case_id = null
   where i.organisation_id = detach_invoice.organisation_id
     and i.id = detach_invoice.invoice_id
     and i.case_id is not null
  returning i.updated_at into v_detached_at;
  if v_detached_at is null then
    raise exception 'invoice not found'
      using errcode = 'CD010', hint = 'Name an invoice that is attached to a case.';
  end if;
  -- With the invoice locked: whoever submits a claim for it comes before, and is seen, or after, and finds it detached.
  if exists (
    select
    from public.claims as c
    where c.organisation_id = detach_invoice.organisation_id
      and c.invoice_id = detach_invoice.invoice_id
      and c.status in ('submitted', 'accepted', 'paid')
      and c.archived_at is null
  ) then
    raise exception 'an invoice that is being claimed for stays attached'
      using errcode = 'CD013', hint = 'A claim for it was submitted: have it rejected first, or archive it.';
  end if;
  return v_detached_at;
end
$$;
comment on function public.detach_invoice(uuid, uuid) is
  'Detaches an invoice from its case; returns when. 42501 for who is no agent of operations, CD007 above READ COMMITTED, CD010 where none is attached, CD013 while a claim for it stands. [S-29, S-34]';

revoke create on schema authz, public from cordon_definer;

comment on policy definer_select on public.claims is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; public.detach_invoice, authz.tg_invoices__claimed: whether an invoice is being claimed for; authz.tg_claims__sound, authz.tg_guarantees_of_payment__fixed: how much on a guarantee). [N-08, S-34]';

comment on policy definer_select on public.crew_members is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_vehicle_assignments__under_way: whether it is in use). [N-08, S-18]';

comment on policy definer_select on public.transfer_jobs is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; public.cancel_transfer, public.conclude_transfer: the job of a transfer). [N-08, N-24]';

comment on policy definer_update on public.transfer_jobs is
  'definer functions may change every row (public.cancel_transfer, public.conclude_transfer: end the job; authz.forget_places: forgets where to). [N-24, N-49, S-18]';

comment on policy definer_update on public.transfers is
  'definer functions may change every row (public.dispatch_transfer, public.cancel_transfer, public.conclude_transfer, authz.tg_transfer_jobs__follow: the step of the job; authz.tg_patients__project). [N-24, N-27, S-18]';

comment on policy definer_select on public.vehicle_assignments is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_transfer_jobs__follow: what a job holds; authz.tg__on_the_road: who is on one). [N-08, S-18]';

comment on policy definer_select on public.vehicles is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_vehicle_assignments__under_way: whether it is in use). [N-08, S-18]';

create or replace trigger _300_on_the_road
  before update on public.crew_members
  for each row
  when (new.archived_at is not null and old.archived_at is null)
  execute function authz.tg__on_the_road('crew');
alter table public.crew_members enable always trigger _300_on_the_road;
comment on trigger _300_on_the_road on public.crew_members is
  'Keeps a member of the crew for as long as they are on a job. [S-18]';

create or replace trigger _310_claimed
  before update on public.invoices
  for each row
  when (
    (new.archived_at is not null and old.archived_at is null)
    or (new.status = 'void' and old.status <> 'void')
  )
  execute function authz.tg_invoices__claimed();
alter table public.invoices enable always trigger _310_claimed;
comment on trigger _310_claimed on public.invoices is
  'Keeps what is being claimed for. [S-29, S-34]';

create or replace trigger _500_under_way
  after insert or update on public.vehicle_assignments
  for each row
  execute function authz.tg_vehicle_assignments__under_way();
alter table public.vehicle_assignments enable always trigger _500_under_way;

create or replace trigger _300_on_the_road
  before update on public.vehicles
  for each row
  when (new.archived_at is not null and old.archived_at is null)
  execute function authz.tg__on_the_road('vehicle');
alter table public.vehicles enable always trigger _300_on_the_road;
comment on trigger _300_on_the_road on public.vehicles is
  'Keeps a vehicle for as long as it is on a job. [S-18]';

grant select (attendant_id, driver_id, vehicle_id) on public.vehicle_assignments to cordon_definer;

-- migrate:down
