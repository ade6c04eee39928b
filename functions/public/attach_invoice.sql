-- public.attach_invoice: operations take an invoice over, for a case that they hold. From this commit on the clinic's writes to it change nothing
-- (S-34). A case that they closed shows them nothing of the clinic's: they reopen it first, and say why.
create or replace function public.attach_invoice(organisation_id uuid, invoice_id uuid, case_id uuid)
  returns timestamptz
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_attached_at timestamptz;
begin
  if not authz.is_operator('{ops_agent}') then
    raise exception 'invoices are not yours to attach'
      using errcode = 'insufficient_privilege', hint = 'It takes an agent of operations.';
  end if;
  -- Children first, as whoever writes one takes it and then the invoice: in the other order the two wait for each other.
  perform
  from public.invoice_lines as l
  where l.organisation_id = attach_invoice.organisation_id
    and l.invoice_id = attach_invoice.invoice_id
  order by l.id
  for no key update;
  perform
  from public.payments as p
  where p.organisation_id = attach_invoice.organisation_id
    and p.invoice_id = attach_invoice.invoice_id
  order by p.id
  for no key update;
  perform
  from public.invoices as i
  where i.organisation_id = attach_invoice.organisation_id
    and i.id = attach_invoice.invoice_id
  for no key update;
  -- Who closes the case waits for this, or is seen. After the invoice, as whoever destroys both takes them.
  perform
  from public.cases as c
  where c.organisation_id = attach_invoice.organisation_id
    and c.id = attach_invoice.case_id
  for share;
  update public.invoices as i
     set case_id = attach_invoice.case_id
   where i.organisation_id = attach_invoice.organisation_id
     and i.id = attach_invoice.invoice_id
     and i.case_id is null
     and i.archived_at is null
     and exists (
       select
       from authz.handed_over_cases as h
       where h.organisation_id = attach_invoice.organisation_id
         and h.id = attach_invoice.case_id
         and h.patient_id = i.patient_id
     )
  returning i.updated_at into v_attached_at;
  if v_attached_at is null then
    raise exception 'invoice or case not found'
      using errcode = 'CD010', hint = 'Name an invoice that is attached to no case, and a case of the same patient that was handed over and is not closed.';
  end if;
  return v_attached_at;
end
$$;
comment on function public.attach_invoice(uuid, uuid, uuid) is
  'Attaches an invoice to a case that was handed over and is not closed, which freezes it for the clinic; returns when. 42501 for who is no agent of operations, CD010 where either does not fit. [S-29, S-34]';
alter function public.attach_invoice(uuid, uuid, uuid) owner to cordon_definer;
revoke all on function public.attach_invoice(uuid, uuid, uuid) from public;
grant execute on function public.attach_invoice(uuid, uuid, uuid) to internal_ops;
