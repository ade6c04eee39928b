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
comment on function public.cancel_transfer(uuid, uuid) is
  'Cancels a transfer, and the job of the company that was to drive it. 42501 for who may steer none, CD010 where it is not found, CD013 from picked_up on. [S-18]';
alter function public.cancel_transfer(uuid, uuid) owner to cordon_definer;
revoke all on function public.cancel_transfer(uuid, uuid) from public;
grant execute on function public.cancel_transfer(uuid, uuid) to authenticated, internal_ops;
