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
  v_is_back boolean := false; -- from the archive, where nobody counted it: there has to be room for it again
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
  if tg_op = 'UPDATE' then -- by itself: only an UPDATE has a row of before
    v_is_back := old.archived_at is not null and new.archived_at is null and new.status in ('submitted', 'accepted', 'paid');
  end if;
  -- What a payer has accepted is owed, whatever becomes of guarantee and invoice.
  if tg_op = 'UPDATE' and not v_is_back and (new.status is not distinct from old.status or new.status <> 'submitted') then
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
     and (g.status in ('requested', 'granted') or v_is_back)
     and g.archived_at is null
  for no key update;
  if not found then
    raise exception 'guarantee not found'
      using errcode = 'CD010', hint = 'Claim, in its currency, on a guarantee of the case that was neither declined nor revoked.';
  end if;
  if new.status <> 'submitted' and not v_is_back then -- drawn up, it asks for nothing yet
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
  'Refuses with CD010 a claim for an invoice that is not attached to its case, on a guarantee that does not stand, or in another currency; with CD013 more than the guarantee''s limit leaves, or than the invoice asks for, brought back from the archive too, and another amount, invoice, guarantee or currency once it was submitted, and to archive what was paid; with CD007 above READ COMMITTED. [S-29, S-34]';
alter function authz.tg_claims__sound() owner to cordon_definer;
revoke all on function authz.tg_claims__sound() from public;
