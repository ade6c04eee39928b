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
alter function public.detach_invoice(uuid, uuid) owner to cordon_definer;
revoke all on function public.detach_invoice(uuid, uuid) from public;
grant execute on function public.detach_invoice(uuid, uuid) to internal_ops;
