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
comment on function authz.tg_invoices__claimed() is
  'Refuses with CD013 to void or archive an invoice while a claim for it stands, or to have it ask for less than is claimed; CD007 above READ COMMITTED. [S-29, S-34]';
alter function authz.tg_invoices__claimed() owner to cordon_definer;
revoke all on function authz.tg_invoices__claimed() from public;
