-- migrate:up
-- Why: A draft that becomes void was billed to nobody, and nobody is given what is void: either kept the payer of an agreement from being renamed for good
-- Side: operations
-- Access: 1 definer function
--   ~ authz.tg_invoices__totals is written, and runs with the rights of its owner
--   widens: authz.tg_invoices__totals(), which 1 trigger asks, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.tg_invoices__totals: sums are computed, never believed (S-34); and what was issued is owed in the currency, and under the number, that the
-- patient was told: three hundred of one are not three hundred of another; and by the payer of the agreement that it was issued under. What was
-- paid is paid for something that can be found, and no more of it than was asked for: what was typed with a nought too many, or sent twice, would
-- make the invoice paid all the same. A server says what a bank or a terminal told it. Asked of who pays alone: what comes off the bill later leaves what
-- was paid for it, which is given back elsewhere.
create or replace function authz.tg_invoices__totals()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    new.total_minor := 0;
    new.paid_minor := 0;
    return new;
  end if;
  if old.status <> 'draft' and (new.number, new.currency) is distinct from (old.number, old.currency) then
    raise exception 'number and currency of an issued invoice are fixed'
      using errcode = 'CD013', hint = 'Void the invoice and write another.';
  end if;
  if old.status <> 'draft' and new.agreement_id is distinct from old.agreement_id and old.agreement_id is not null then
    raise exception 'the agreement of an issued invoice is fixed'
      using errcode = 'CD013', hint = 'Void the invoice and write another; one without an agreement may still be given one.';
  end if;
  if old.status = 'void' and new.agreement_id is distinct from old.agreement_id then
    raise exception 'a void invoice is given no agreement'
      using errcode = 'CD013', hint = 'Write another invoice.';
  end if;
  -- It was issued to nobody, and keeps no payer's name as it is: an agreement that was billed does (authz.tg_agreements__billed).
  if old.status = 'draft' and new.status = 'void' then
    new.agreement_id := null;
  end if;
  select coalesce(
           (
             select sum(l.amount_minor)
             from public.invoice_lines as l
             where l.organisation_id = new.organisation_id
               and l.invoice_id = new.id
               and l.archived_at is null
           ),
           0
         ),
         coalesce(
           (
             select sum(p.amount_minor)
             from public.payments as p
             where p.organisation_id = new.organisation_id
               and p.invoice_id = new.id
               and p.archived_at is null
           ),
           0
         )
    into new.total_minor, new.paid_minor;
  if new.paid_minor > new.total_minor and new.paid_minor > old.paid_minor and not authz.is_system() then
    raise exception 'more would be paid than the invoice asks for'
      using errcode = 'CD013', hint = 'Record what is open: invoices.total_minor less paid_minor. What was taken beyond it is of another invoice, or given back; what was taken for lines that came off since, the server records, once the invoice is detached.';
  end if;
  if new.status in ('issued', 'partially_paid', 'paid') then
    new.status := case
      when new.paid_minor = 0 then 'issued'
      when new.paid_minor < new.total_minor then 'partially_paid'
      else 'paid'
    end;
  end if;
  -- Whoever renames the payer of that agreement waits for this, and finds it; or this waits, and is issued to the payer as they are called from then on.
  -- Nobody else who writes to the agreement does: the lock is the weakest, and theirs the strongest (authz.tg_agreements__billed).
  if new.status <> 'draft' and new.agreement_id is not null and (old.status = 'draft' or old.agreement_id is null) then
    perform
    from public.agreements as a
    where a.organisation_id = new.organisation_id
      and a.id = new.agreement_id
    for key share;
    -- In a statement of its own: so weak a lock does not look again at a row that was changed while it waited.
    if not exists (
      select
      from public.agreements as a
      where a.organisation_id = new.organisation_id
        and a.id = new.agreement_id
        and a.archived_at is null
    ) then
      raise exception 'agreement not found'
        using errcode = 'CD010', hint = 'Issue the invoice under an agreement that is not archived, or under none.';
    end if;
  end if;
  if new.paid_minor > 0
    and (new.status in ('draft', 'void') or (new.archived_at is not null and old.archived_at is null))
  then
    raise exception 'an invoice with payments is neither a draft, nor void, nor archived'
      using errcode = 'CD013', hint = 'Archive the payments first, if they were a mistake.';
  end if;
  return new;
end
$$;
comment on function authz.tg_invoices__totals() is
  'Recomputes total_minor, paid_minor and the paid statuses on every write; a draft that becomes void loses its agreement; refuses with CD013 another number, currency or agreement once it is issued, any once it is void, payments of more than it asks for by anybody but the server, and to void or archive it while payments stand; with CD010 to issue it under an archived agreement. [S-34]';

-- migrate:down
