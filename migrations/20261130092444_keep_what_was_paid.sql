-- migrate:up
-- Why: a payment became another kind of payment, a bill was put away under its payments, and a paid claim, to be claimed once more
-- Side: operations
-- Access: 4 definer functions
--   ~ authz.tg_claims__sound is written, and runs with the rights of its owner
--   ~ authz.tg_invoices__claimed is written, and runs with the rights of its owner
--   ~ authz.tg_invoices__totals is written, and runs with the rights of its owner
--   ~ authz.tg_payments__recorded is written, and runs with the rights of its owner
--   widens: authz.tg_claims__sound(), which 1 trigger asks, has another text
--   widens: authz.tg_invoices__claimed(), which 1 trigger asks, has another text
--   widens: authz.tg_invoices__totals(), which 1 trigger asks, has another text
--   widens: authz.tg_payments__recorded(), which 1 trigger asks, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.tg_claims__sound: a claim is for an invoice that operations have attached to its case, in the currency of that invoice and of a guarantee
-- which stands, and all that is claimed on one stays within its limit, and for an invoice within what it asks for: one bill is not sent to two payers
-- who each pay all of it. Once it was submitted its amount is what was asked for. It locks the invoice as who detaches it, changes its lines or
-- submits another claim for it does, and the guarantee as who submits another claim on it: the one sees the other.
create or replace function authz.tg_claims__sound()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_total_minor bigint;
  v_limit_minor bigint;
begin
  if new.organisation_id is null then -- out of reach: no policy lets it in
    return new;
  end if;
  if tg_op = 'UPDATE' and new.amount_minor is distinct from old.amount_minor and old.status not in ('draft', 'rejected') then
    raise exception 'the amount of a claim that was submitted stays'
      using errcode = 'CD013', hint = 'Have the payer reject it, and submit the right amount; or draw up another.';
  end if;
  -- For another invoice, or on another guarantee, it would be counted where nobody looked whether there is room for it.
  if tg_op = 'UPDATE' and old.status not in ('draft', 'rejected')
    and (new.case_id, new.patient_id, new.invoice_id, new.guarantee_id, new.currency)
      is distinct from (old.case_id, old.patient_id, old.invoice_id, old.guarantee_id, old.currency)
  then
    raise exception 'what a claim that was submitted is for stays'
      using errcode = 'CD013', hint = 'Have the payer reject it, and draw up another.';
  end if;
  -- What a payer has paid, they have paid: put away, it would leave room to have them pay again. The server and the owner repair what they do.
  if tg_op = 'UPDATE' and old.status = 'paid' and new.archived_at is not null and old.archived_at is null and not authz.is_system() then
    raise exception 'a claim that was paid is not archived'
      using errcode = 'CD013', hint = 'It stays; a claim that was never paid is set right by the server.';
  end if;
  -- What a payer has accepted is owed, whatever becomes of guarantee and invoice.
  if tg_op = 'UPDATE' and (new.status is not distinct from old.status or new.status <> 'submitted') then
    return new;
  end if;
  select i.total_minor
    into v_total_minor
    from public.invoices as i
   where i.organisation_id = new.organisation_id
     and i.id = new.invoice_id
     and i.case_id = new.case_id
     and i.currency = new.currency
     and i.status <> 'void'
     and i.archived_at is null
  for no key update;
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
  if v_total_minor < new.amount_minor + (
    select coalesce(sum(c.amount_minor), 0)
    from public.claims as c
    where c.organisation_id = new.organisation_id
      and c.invoice_id = new.invoice_id
      and c.id <> new.id
      and c.status in ('submitted', 'accepted', 'paid')
      and c.archived_at is null
  ) then
    raise exception 'more would be claimed than the invoice asks for'
      using errcode = 'CD013', hint = 'Claim what other claims for it leave of invoices.total_minor.';
  end if;
  return new;
end
$$;
comment on function authz.tg_claims__sound() is
  'Refuses with CD010 a claim for an invoice that is not attached to its case, on a guarantee that does not stand, or in another currency; with CD013 more than the guarantee''s limit leaves, or than the invoice asks for, and another amount, invoice, guarantee or currency once it was submitted, and to archive what was paid; with CD007 above READ COMMITTED. [S-29, S-34]';

-- authz.tg_invoices__claimed: what a payer is asked to pay for stays where they and the clinic find it, and asks for no less than they are asked. The
-- row is locked here, as it is by who submits a claim for it: the one sees the other.
create or replace function authz.tg_invoices__claimed()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform authz.require_read_committed(); -- an older snapshot would not show the claim that was submitted meanwhile
  if new.total_minor < (
    select sum(c.amount_minor)
    from public.claims as c
    where c.organisation_id = new.organisation_id
      and c.invoice_id = new.id
      and c.status in ('submitted', 'accepted', 'paid')
      and c.archived_at is null
  ) and new.total_minor < old.total_minor then
    raise exception 'the invoice would ask for less than is being claimed for it'
      using errcode = 'CD013', hint = 'Have the payer reject a claim first: claims.status.';
  end if;
  if new.archived_at is null and new.status <> 'void' then
    return new;
  end if;
  if exists (
    select
    from public.claims as c
    where c.organisation_id = new.organisation_id
      and c.invoice_id = new.id
      and c.status in ('submitted', 'accepted', 'paid')
      and c.archived_at is null
  ) then
    raise exception 'an invoice that is being claimed for is neither void nor archived'
      using errcode = 'CD013', hint = 'A claim for it was submitted: have it rejected first, or archive it; one that was paid stays.';
  end if;
  return new;
end
$$;

-- authz.tg_invoices__totals: sums are computed, never believed (S-34); and what was issued is owed in the currency, and under the number, that the
-- patient was told: three hundred of one are not three hundred of another. What was
-- paid is paid for something that can be found.
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
  if new.status in ('issued', 'partially_paid', 'paid') then
    new.status := case
      when new.paid_minor = 0 then 'issued'
      when new.paid_minor < new.total_minor then 'partially_paid'
      else 'paid'
    end;
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
  'Recomputes total_minor, paid_minor and the paid statuses on every write; refuses with CD013 another number or currency once it is issued, and to void or archive it while payments stand. [S-34]';

-- authz.tg_payments__recorded: money that changed hands did so once, and one way: cash that became a card's afterwards is missed by nobody.
create or replace function authz.tg_payments__recorded()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    -- As stamped before, and verified after.
    new.recorded_by_user_id := new.created_by_user_id;
    return new;
  end if;
  if new.amount_minor is distinct from old.amount_minor then
    raise exception 'the amount of a payment is never changed'
      using errcode = 'CD013', hint = 'Archive the payment and record the right one.';
  end if;
  -- The receipt of a terminal may come later.
  if new.method <> old.method or new.terminal_reference is distinct from coalesce(old.terminal_reference, new.terminal_reference) then
    raise exception 'how a payment was made is never changed'
      using errcode = 'CD013', hint = 'Archive the payment and record the right one; a terminal reference may be added.';
  end if;
  new.recorded_by_user_id := old.recorded_by_user_id;
  return new;
end
$$;
comment on function authz.tg_payments__recorded() is
  'Stamps recorded_by_user_id; refuses with CD013 another amount, method or terminal reference. [S-16, S-34]';

comment on trigger _110_recorded on public.payments is
  'Stamps who recorded the payment; its amount, and how it was made, are never changed. [S-16, S-34]';

-- migrate:down
