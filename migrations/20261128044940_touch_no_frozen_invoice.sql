-- migrate:up
-- Why: an attachment by the owner was recorded as if somebody had tried to write to the invoice
-- Access: 1 definer function
--   ~ authz.tg__touch_invoices is written, and runs with the rights of its owner
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.tg__touch_invoices: sums follow their parts, once a statement however many rows it has. The invoice's own trigger adds up.
create or replace function authz.tg__touch_invoices()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- In the order of ids: two statements over the same invoices wait, instead of each for the other.
  perform
  from public.invoices as i
  where (i.organisation_id, i.id) in (select c.organisation_id, c.invoice_id from changed as c)
  order by i.organisation_id, i.id
  for no key update;
  update public.invoices as i
     set total_minor = 0
   where (i.organisation_id, i.id) in (select c.organisation_id, c.invoice_id from changed as c)
     -- Of a frozen invoice the clinic changed nothing that counts: the case itself came to the rows. To touch it would look like an attempt.
     and (i.case_id is null or authz.acting_realm() = 'internal_ops');
  return null;
end
$$;

-- migrate:down
