-- migrate:up
-- Why: more was claimed on a guarantee than it vouches for, at once or bit by bit
-- Side: operations
-- Access: +2 grants, +1 policy, 2 definer functions
--   ~ authz.tg_claims__sound is written, and runs with the rights of its owner
--   ~ authz.tg_guarantees_of_payment__fixed is written, and runs with the rights of its owner
--   + policy definer_update on public.guarantees_of_payment: update to cordon_definer, WITHOUT a condition
--   + cordon_definer may select (amount_minor, guarantee_id) on public.claims
--   + cordon_definer may select (limit_minor), update (status) on public.guarantees_of_payment
--   widens: authz.tg_claims__sound(), which 1 trigger asks, has another text
--   widens: authz.tg_guarantees_of_payment__fixed(), which 1 trigger asks, acts with the rights of cordon_definer, belongs to cordon_definer instead of postgres, has another text
--   widens: our definer functions can now change public.guarantees_of_payment (status), every row of every organisation
--   widens: our definer functions can now read public.claims (guarantee_id, amount_minor) too
--   widens: our definer functions can now read public.guarantees_of_payment (limit_minor) too
-- Locks: 1 existing table, until the migration commits
--   ACCESS EXCLUSIVE public.guarantees_of_payment

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.tg_claims__sound: a claim is for an invoice that operations have attached to its case, in the currency of that invoice and of a guarantee
-- which stands, and all that is claimed on one stays within its limit; once it was submitted its amount is what was asked for. It locks the invoice
-- as who detaches it does, and the guarantee as who submits another claim on it: the one sees the other.
create or replace function authz.tg_claims__sound()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
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
  return new;
end
$$;
comment on function authz.tg_claims__sound() is
  'Refuses with CD010 a claim for an invoice that is not attached to its case, on a guarantee that does not stand, or in another currency; with CD013 more than the guarantee''s limit leaves, and another amount once it was submitted; with CD007 above READ COMMITTED. [S-29, S-34]';

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
alter function authz.tg_guarantees_of_payment__fixed() owner to cordon_definer;
comment on function authz.tg_guarantees_of_payment__fixed() is
  'Refuses with CD013 another limit or policy number of a guarantee that was declined or revoked, and a limit below what is being claimed on it; with CD007 to lower one above READ COMMITTED. [S-34]';

revoke create on schema authz from cordon_definer;

comment on policy definer_select on public.claims is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; public.detach_invoice: whether an invoice is being claimed for; authz.tg_claims__sound, authz.tg_guarantees_of_payment__fixed: how much on a guarantee). [N-08, S-34]';

comment on policy definer_select on public.guarantees_of_payment is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_claims__sound: whether what is claimed on stands, and for how much). [N-08, S-34]';

create policy definer_update on public.guarantees_of_payment
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.guarantees_of_payment is
  'definer functions may change every row (authz.tg_claims__sound: a row lock takes the right to update some column). [S-34]';

grant select (amount_minor, guarantee_id) on public.claims to cordon_definer;

grant select (limit_minor), update (status) on public.guarantees_of_payment to cordon_definer;

-- migrate:down
