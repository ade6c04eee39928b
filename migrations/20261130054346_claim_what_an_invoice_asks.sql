-- migrate:up
-- Why: One bill was claimed of two payers, each for all of it, and for more than it asks
-- Side: operations
-- Access: +1 grant, 2 definer functions
--   ~ authz.tg_claims__sound is written, and runs with the rights of its owner
--   ~ authz.tg_invoices__claimed is written, and runs with the rights of its owner
--   + cordon_definer may select (total_minor) on public.invoices
--   widens: authz.tg_claims__sound(), which 1 trigger asks, has another text
--   widens: authz.tg_invoices__claimed(), which 1 trigger asks, has another text
--   widens: our definer functions can now read public.invoices (total_minor) too
--   widens: the trigger _310_claimed guards public.invoices by another definition
-- Locks: 1 existing table, until the migration commits
--   SHARE ROW EXCLUSIVE public.invoices

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
  'Refuses with CD010 a claim for an invoice that is not attached to its case, on a guarantee that does not stand, or in another currency; with CD013 more than the guarantee''s limit leaves, or than the invoice asks for, and another amount once it was submitted; with CD007 above READ COMMITTED. [S-29, S-34]';

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
      using errcode = 'CD013', hint = 'A claim for it was submitted: have it rejected first, or archive it.';
  end if;
  return new;
end
$$;
comment on function authz.tg_invoices__claimed() is
  'Refuses with CD013 to void or archive an invoice while a claim for it stands, or to have it ask for less than is claimed; CD007 above READ COMMITTED. [S-29, S-34]';

create or replace trigger _310_claimed
  before update on public.invoices
  for each row
  when (
    (new.archived_at is not null and old.archived_at is null)
    or (new.status = 'void' and old.status <> 'void')
    or new.total_minor < old.total_minor
  )
  execute function authz.tg_invoices__claimed();
alter table public.invoices enable always trigger _310_claimed;

grant select (total_minor) on public.invoices to cordon_definer;

-- migrate:down
