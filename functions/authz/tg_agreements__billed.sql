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
alter function authz.tg_agreements__billed() owner to cordon_definer;
revoke all on function authz.tg_agreements__billed() from public;
