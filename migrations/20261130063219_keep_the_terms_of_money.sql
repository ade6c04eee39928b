-- migrate:up
-- Why: Operations froze invoices for cases that they had closed; what was billed, vouched for or claimed became another sum by another currency or guarantee; a case became another patient's
-- Side: operations
-- Access: 4 definer functions
--   ~ authz.tg_claims__sound is written, and runs with the rights of its owner
--   ~ authz.tg_guarantees_of_payment__fixed is written, and runs with the rights of its owner
--   ~ authz.tg_invoices__totals is written, and runs with the rights of its owner
--   ~ public.attach_invoice is written, and runs with the rights of its owner
--   widens: authz.tg_claims__sound(), which 1 trigger asks, has another text
--   widens: authz.tg_guarantees_of_payment__fixed(), which 1 trigger asks, has another text
--   widens: authz.tg_invoices__totals(), which 1 trigger asks, has another text
--   widens: public.attach_invoice(uuid, uuid, uuid), callable by operations, has another text
-- Locks: 2 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE public.cases
--   SHARE ROW EXCLUSIVE public.ops_members

set local lock_timeout = '5s';
set local statement_timeout = '60s';

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
  'Refuses with CD010 a claim for an invoice that is not attached to its case, on a guarantee that does not stand, or in another currency; with CD013 more than the guarantee''s limit leaves, or than the invoice asks for, and another amount, invoice, guarantee or currency once it was submitted; with CD007 above READ COMMITTED. [S-29, S-34]';

-- authz.tg_guarantees_of_payment__fixed: what was vouched for, and under which policy, stays as it was said once it is declined or revoked; and its
-- limit does not fall below what is being claimed on it. The update holds the row that a claim locks: the one sees the other.
create or replace function authz.tg_guarantees_of_payment__fixed()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if old.status in ('declined', 'revoked')
    and (new.limit_minor, new.policy_number) is distinct from (old.limit_minor, old.policy_number)
  then
    raise exception 'a guarantee that has ended stays as it was'
      using errcode = 'CD013', hint = 'Ask for another guarantee.';
  end if;
  if new.currency <> old.currency then
    raise exception 'a guarantee is in the currency in which it was asked for'
      using errcode = 'CD013', hint = 'Ask for another guarantee.';
  end if;
  if new.limit_minor < old.limit_minor then
    perform authz.require_read_committed();
    if new.limit_minor < (
      select sum(c.amount_minor)
      from public.claims as c
      where c.organisation_id = new.organisation_id
        and c.guarantee_id = new.id
        and c.status in ('submitted', 'accepted', 'paid')
        and c.archived_at is null
    ) then
      raise exception 'the limit would fall below what is being claimed on it'
        using errcode = 'CD013', hint = 'Have the payer reject a claim first: claims.status.';
    end if;
  end if;
  return new;
end
$$;
comment on function authz.tg_guarantees_of_payment__fixed() is
  'Refuses with CD013 another currency, another limit or policy number of a guarantee that was declined or revoked, and a limit below what is being claimed on it; with CD007 to lower one above READ COMMITTED. [S-34]';

-- authz.tg_invoices__totals: sums are computed, never believed (S-34); and what was issued is owed in the currency, and under the number, that the
-- patient was told: three hundred of one are not three hundred of another.
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
  elsif new.paid_minor > 0 then
    raise exception 'an invoice with payments is neither a draft nor void'
      using errcode = 'CD013', hint = 'Archive the payments first, if they were a mistake.';
  end if;
  return new;
end
$$;
comment on function authz.tg_invoices__totals() is
  'Recomputes total_minor, paid_minor and the paid statuses on every write; refuses with CD013 another number or currency once it is issued. [S-34]';

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

create or replace trigger _060_whose
  before update on public.cases
  for each row
  when (new.patient_id is distinct from old.patient_id)
  execute function authz.tg__whose();
alter table public.cases enable always trigger _060_whose;
comment on trigger _060_whose on public.cases is
  'Keeps a case its patient''s, whom operations see by it. [N-37, S-29]';

create or replace trigger _060_whose
  before update on public.ops_members
  for each row
  when (new.user_id is distinct from old.user_id)
  execute function authz.tg__whose();
alter table public.ops_members enable always trigger _060_whose;
comment on trigger _060_whose on public.ops_members is
  'Keeps an office of operations whose it is. [N-37]';

-- migrate:down
