-- migrate:up
-- Why: No guarantee is archived from under a claim, and no money comes back for which there is no room (S-34).
-- Side: operations
-- Access: 3 definer functions
--   ~ authz.tg__frozen_child is written, and runs with the rights of its owner
--   ~ authz.tg_claims__sound is written, and runs with the rights of its owner
--   ~ authz.tg_guarantees_of_payment__fixed is written, and runs with the rights of its owner
--   widens: authz.tg__frozen_child(), which 2 triggers ask, has another text
--   widens: authz.tg_claims__sound(), which 1 trigger asks, has another text
--   widens: authz.tg_guarantees_of_payment__fixed(), which 1 trigger asks, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.tg__frozen_child: a frozen invoice freezes its lines and payments (S-34). Argument: what the row is called in the log.
create or replace function authz.tg__frozen_child()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation_id uuid;
  v_invoice_id uuid;
  v_id uuid;
  v_case_id uuid;
  v_status text;
  v_is_archived boolean;
  v_realm text;
begin
  if tg_op = 'INSERT' then
    -- Another tenant's invoice is refused by the policy: a look at it, or a wait for its lock, would tell of it.
    if authz.is_out_of_reach(new.organisation_id) then
      new.organisation_id := null;
      return new;
    end if;
    v_organisation_id := new.organisation_id;
    v_invoice_id := new.invoice_id;
    v_id := new.id;
  else
    v_organisation_id := old.organisation_id;
    v_invoice_id := old.invoice_id;
    v_id := old.id;
  end if;

  -- The attachment takes this same lock: a payment is before it, or finds the invoice frozen.
  if current_setting('transaction_isolation') <> 'read committed' then -- a query less for everybody else
    perform authz.require_read_committed();
  end if;
  select i.case_id, i.status, i.archived_at is not null
    into v_case_id, v_status, v_is_archived
    from public.invoices as i
   where i.organisation_id = v_organisation_id
     and i.id = v_invoice_id
     for no key update;
  if not found then
    raise exception 'invoice not found'
      using errcode = 'CD010', hint = 'Name an invoice of the current organisation.';
  end if;

  -- The case came or went in this transaction: this is the projection of it, and nothing else of the row changes with it.
  if tg_op = 'UPDATE' and v_case_id is distinct from old.case_id then
    new := old;
    new.case_id := v_case_id;
    return new;
  end if;
  v_realm := authz.acting_realm();
  if v_realm <> 'internal_ops' then
    if v_case_id is not null then
      perform authz.require_caller();
      perform authz.record_activity(
        v_organisation_id, v_case_id, v_id, tg_argv[0] || '.frozen_write_suppressed', jsonb_build_object('operation', lower(tg_op)), authz.subject()
      );
      return null;
    end if;
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  -- Nobody would find what is added to what nobody sees, or brought back there.
  if v_is_archived and (tg_op = 'INSERT' or (old.archived_at is not null and new.archived_at is null)) then
    raise exception 'invoice not found'
      using errcode = 'CD010', hint = 'Name an invoice of the current organisation that is not archived.';
  end if;
  if tg_op = 'INSERT' and tg_argv[0] = 'invoice_line' and v_status <> 'draft' and v_realm <> 'internal_ops' then
    raise exception 'the lines of an issued invoice are fixed'
      using errcode = 'CD013', hint = 'Void the invoice and write another.';
  end if;
  if tg_op = 'INSERT' and tg_argv[0] = 'payment' and v_status in ('draft', 'void') then
    raise exception 'nothing is paid on an invoice that is %', v_status
      using errcode = 'CD013', hint = 'Issue the invoice first.';
  end if;
  if tg_op = 'UPDATE' and new.invoice_id is distinct from old.invoice_id then
    raise exception 'a % does not pass to another invoice', tg_argv[0]
      using errcode = 'CD013', hint = 'Archive it and record a new one.';
  end if;
  new.case_id := v_case_id;
  return new;
end
$$;

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

-- authz.tg_guarantees_of_payment__fixed: what was vouched for, and under which policy, stays as it was said once it is declined or revoked; and its
-- limit does not fall below what is being claimed on it, nor is it archived from under that: the clinic would find a claim, and nobody who vouches for
-- it. The update holds the row that a claim locks: the one sees the other.
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
  if new.archived_at is not null and old.archived_at is null then
    perform authz.require_read_committed();
    if exists (
      select
      from public.claims as c
      where c.organisation_id = new.organisation_id
        and c.guarantee_id = new.id
        and c.status in ('submitted', 'accepted', 'paid')
        and c.archived_at is null
    ) then
      raise exception 'a guarantee on which is being claimed is not archived'
        using errcode = 'CD013', hint = 'Revoke it, if it no longer stands; or have the payer reject the claim first: claims.status.';
    end if;
  end if;
  return new;
end
$$;
comment on function authz.tg_guarantees_of_payment__fixed() is
  'Refuses with CD013 another currency, another limit or policy number of a guarantee that was declined or revoked, a limit below what is being claimed on it, and to archive it from under that; with CD007 to lower or archive one above READ COMMITTED. [S-34]';

-- migrate:down
