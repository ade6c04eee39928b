-- public.conclude_transfer: says that a patient has arrived where the company that drove them no longer can: its job expired with the patient on
-- board, or it was closed. For as long as its crew can say so, nobody else does.
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
