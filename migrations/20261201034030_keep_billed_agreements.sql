-- migrate:up
-- Why: an agreement was put away from under the invoices that were issued under it, or an invoice issued under one that had been: nobody at the clinic found who pays it
-- Side: operations
-- Access: 2 definer functions
--   ~ authz.tg_agreements__billed is written, and runs with the rights of its owner
--   ~ authz.tg_invoices__totals is written, and runs with the rights of its owner
--   widens: authz.tg_agreements__billed(), which 1 trigger asks, has another text
--   widens: authz.tg_invoices__totals(), which 1 trigger asks, has another text
--   widens: the trigger _310_billed guards public.agreements by another definition
-- Locks: 1 existing table, until the migration commits
--   SHARE ROW EXCLUSIVE public.agreements

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.tg_agreements__billed: who pays an invoice is said by its agreement: renamed, everything that was issued under it would have gone to another
-- payer; put away, to nobody whom the clinic finds. Who issues one, or brings one that was issued under it, locks the agreement as who refers to it does:
-- they wait for this, or this has waited for them and sees it. So it takes the row as who deletes it would, which nothing else of an agreement that is
-- changed does: who issues under two of them, and who sets an end of both, would wait for each other. Who writes an invoice under one and then changes that
-- agreement in the same transaction may still be met by a rename in between, and one of the two is to ask again.
create or replace function authz.tg_agreements__billed()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform authz.require_read_committed();
  perform
  from public.agreements as a
  where a.organisation_id = old.organisation_id
    and a.id = old.id
  for update;
  if new.payer <> old.payer and exists (
    select
    from public.invoices as i
    where i.organisation_id = new.organisation_id
      and i.agreement_id = new.id
      and i.status <> 'draft'
  ) then
    raise exception 'an agreement that was billed keeps its payer'
      using errcode = 'CD013', hint = 'Let it end, and write down another, with the payer as it is called now.';
  end if;
  if new.archived_at is not null and old.archived_at is null and exists (
    select
    from public.invoices as i
    where i.organisation_id = new.organisation_id
      and i.agreement_id = new.id
      and i.status in ('issued', 'partially_paid', 'paid')
      and i.archived_at is null
  ) then
    raise exception 'an agreement under which invoices stand is not archived'
      using errcode = 'CD013', hint = 'Let it end: agreements.ends_on. Who pays those invoices is said by it.';
  end if;
  return new;
end
$$;
comment on function authz.tg_agreements__billed() is
  'Refuses with CD013 another payer of an agreement under which an invoice was issued, and to archive one under which an invoice stands; CD007 above READ COMMITTED. [S-16, S-34]';

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
  -- A draft that is voided was issued to nobody.
  if new.status <> 'draft' and new.agreement_id is not null and (old.status = 'draft' or old.agreement_id is null)
    and not (old.status = 'draft' and new.status = 'void')
  then
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
  'Recomputes total_minor, paid_minor and the paid statuses on every write; refuses with CD013 another number, currency or agreement once it is issued, payments of more than it asks for by anybody but the server, and to void or archive it while payments stand; with CD010 to issue it under an archived agreement. [S-34]';

create or replace trigger _310_billed
  before update on public.agreements
  for each row
  when (new.payer <> old.payer or (new.archived_at is not null and old.archived_at is null))
  execute function authz.tg_agreements__billed();
alter table public.agreements enable always trigger _310_billed;
comment on trigger _310_billed on public.agreements is
  'Keeps the payer of invoices that were issued, where they are found. [S-16, S-34]';

-- migrate:down
