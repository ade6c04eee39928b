-- public.dispatch_transfer: hands a transfer to who drives it: a packet of its own in their tenant, and no row of the clinic's. The
-- patient is named beside it only where a consent to transfer_disclosure outlives it, and their clinic is open; else the crew asks at the pickup by the job's id.
-- The packet's moment is written in UTC: what is kept in JSON would be told by the caller's clock, of which some write what nothing reads back.
create or replace function public.dispatch_transfer(transfer_id uuid, transport_organisation_id uuid, organisation_id uuid default null)
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
  set timezone = 'UTC'
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
    (select t.patient_id from public.transfers as t where t.organisation_id = v_tenant and t.id = dispatch_transfer.transfer_id),
    'transfer_disclosure'
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
comment on function public.dispatch_transfer(uuid, uuid, uuid) is
  'Dispatches an accepted transfer to a transport company; returns the job in its tenant. Operations name the organisation where two share the id. 42501 for who may steer none, CD010 where either is not found, CD013 for a transfer that is not accepted. [N-24, S-18]';
alter function public.dispatch_transfer(uuid, uuid, uuid) owner to cordon_definer;
revoke all on function public.dispatch_transfer(uuid, uuid, uuid) from public;
grant execute on function public.dispatch_transfer(uuid, uuid, uuid) to authenticated, internal_ops;
