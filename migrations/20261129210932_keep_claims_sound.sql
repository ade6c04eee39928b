-- migrate:up
-- Why: an agent could claim for an invoice that no case holds, in another currency, on a revoked guarantee, and change the amount of a claim that was paid; an invoice with a paid claim could be given back
-- Side: operations
-- Access: +3 grants, 2 definer functions
--   ~ authz.tg_claims__sound is written, and runs with the rights of its owner
--   ~ public.detach_invoice is written, and runs with the rights of its owner
--   + cordon_definer may select (invoice_id, status) on public.claims
--   + cordon_definer may select (case_id, currency, status) on public.guarantees_of_payment
--   + cordon_definer may select (currency) on public.invoices
--   widens: authz.tg_claims__sound() is new, which 1 trigger asks
--   widens: authz.tg_guarantees_of_payment__fixed() is new, which 1 trigger asks
--   widens: our definer functions can now read public.claims (invoice_id, status) too
--   widens: our definer functions can now read public.guarantees_of_payment (case_id, currency, status) too
--   widens: our definer functions can now read public.invoices (currency) too
--   widens: public.detach_invoice(uuid, uuid), callable by operations, has another text
--   widens: the trigger _310_fixed now guards public.guarantees_of_payment
--   widens: the trigger _310_sound now guards public.claims
-- Locks: 2 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE public.claims
--   SHARE ROW EXCLUSIVE public.guarantees_of_payment

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.tg_claims__sound: a claim is for an invoice that operations have attached to its case, in the currency of that invoice and of a guarantee
-- which stands; once it was submitted its amount is what was asked for. It locks the invoice as who detaches it does: the one sees the other.
create or replace function authz.tg_claims__sound()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
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
  perform
  from public.invoices as i
  where i.organisation_id = new.organisation_id
    and i.id = new.invoice_id
    and i.case_id = new.case_id
    and i.currency = new.currency
    and i.archived_at is null
  for share;
  if not found then
    raise exception 'invoice not found'
      using errcode = 'CD010', hint = 'Claim, in its currency, for an invoice that is attached to the case of the claim.';
  end if;
  if not exists (
    select
    from public.guarantees_of_payment as g
    where g.organisation_id = new.organisation_id
      and g.id = new.guarantee_id
      and g.case_id = new.case_id
      and g.currency = new.currency
      and g.status in ('requested', 'granted')
      and g.archived_at is null
  ) then
    raise exception 'guarantee not found'
      using errcode = 'CD010', hint = 'Claim, in its currency, on a guarantee of the case that was neither declined nor revoked.';
  end if;
  return new;
end
$$;
comment on function authz.tg_claims__sound() is
  'Refuses with CD010 a claim for an invoice that is not attached to its case, on a guarantee that does not stand, or in another currency; with CD013 another amount once it was submitted. [S-29, S-34]';
alter function authz.tg_claims__sound() owner to cordon_definer;
revoke all on function authz.tg_claims__sound() from public;

-- authz.tg_guarantees_of_payment__fixed: what was vouched for, and under which policy, stays as it was said once it is declined or revoked.
create or replace function authz.tg_guarantees_of_payment__fixed()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if old.status in ('declined', 'revoked')
    and (new.limit_minor, new.policy_number) is distinct from (old.limit_minor, old.policy_number)
  then
    raise exception 'a guarantee that has ended stays as it was'
      using errcode = 'CD013', hint = 'Ask for another guarantee.';
  end if;
  return new;
end
$$;
comment on function authz.tg_guarantees_of_payment__fixed() is
  'Refuses with CD013 another limit or policy number of a guarantee that was declined or revoked. [S-34]';
revoke all on function authz.tg_guarantees_of_payment__fixed() from public;

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
  'Detaches an invoice from its case; returns when. 42501 for who is no agent of operations, CD010 where none is attached, CD013 while a claim for it stands. [S-29, S-34]';

revoke create on schema authz from cordon_definer;

comment on policy definer_select on public.claims is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; public.detach_invoice: whether an invoice is being claimed for). [N-08, S-34]';

comment on policy definer_select on public.guarantees_of_payment is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_claims__sound: whether what is claimed on stands). [N-08, S-34]';

comment on policy definer_select on public.invoices is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg__frozen_child, public.attach_invoice: whether it is frozen; authz.tg_claims__sound: what is claimed for). [N-08, S-34]';

create or replace trigger _310_sound
  before insert or update on public.claims
  for each row
  execute function authz.tg_claims__sound();
alter table public.claims enable always trigger _310_sound;
comment on trigger _310_sound on public.claims is
  'Keeps a claim to an attached invoice, a guarantee that stands, their currency, and the amount that was submitted. [S-29, S-34]';

create or replace trigger _310_fixed
  before update on public.guarantees_of_payment
  for each row
  execute function authz.tg_guarantees_of_payment__fixed();
alter table public.guarantees_of_payment enable always trigger _310_fixed;
comment on trigger _310_fixed on public.guarantees_of_payment is
  'Keeps limit and policy of a guarantee that has ended. [S-34]';

grant select (invoice_id, status) on public.claims to cordon_definer;

grant select (case_id, currency, status) on public.guarantees_of_payment to cordon_definer;

grant select (currency) on public.invoices to cordon_definer;

-- migrate:down
