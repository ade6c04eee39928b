-- authz.tg__touch_invoices: sums follow their parts, once a statement however many rows it has. The invoice's own trigger adds up.
create or replace function authz.tg__touch_invoices()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- What says nothing of money leaves the sums as they are.
  if tg_op = 'UPDATE' then -- by itself: only an UPDATE has rows of before
    if not exists (
      select
      from changed as c
      join before as b on b.organisation_id = c.organisation_id and b.id = c.id
      where (c.amount_minor, c.archived_at) is distinct from (b.amount_minor, b.archived_at)
    ) then
      return null;
    end if;
  end if;
  -- In the order of ids: two statements over the same invoices wait, instead of each for the other. One row has one invoice, and no order.
  if exists (select from changed as c offset 1) then
    perform
    from public.invoices as i
    where (i.organisation_id, i.id) in (select c.organisation_id, c.invoice_id from changed as c)
    order by i.organisation_id, i.id
    for no key update;
  end if;
  update public.invoices as i
     set total_minor = 0
   where (i.organisation_id, i.id) in (select c.organisation_id, c.invoice_id from changed as c)
     -- Of a frozen invoice the clinic changed nothing that counts: the case itself came to the rows. To touch it would look like an attempt.
     and (i.case_id is null or authz.acting_realm() = 'internal_ops');
  return null;
end
$$;
comment on function authz.tg__touch_invoices() is
  'Touches the invoices whose lines or payments a statement made, changed in amount, or archived. [S-34]';
alter function authz.tg__touch_invoices() owner to cordon_definer;
revoke all on function authz.tg__touch_invoices() from public;
