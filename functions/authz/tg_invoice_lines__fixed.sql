-- authz.tg_invoice_lines__fixed: what was issued is what is owed. Operations, who own what is attached to a case, may correct it.
-- After the guard that locks the invoice, so that it is not issued in between; that guard refuses new lines of it.
create or replace function authz.tg_invoice_lines__fixed()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'UPDATE'
    and row(new.description, new.quantity, new.unit_minor, new.archived_at)
      is not distinct from row(old.description, old.quantity, old.unit_minor, old.archived_at)
  then
    return new;
  end if;
  if authz.acting_realm() <> 'internal_ops' and exists (
    select
    from public.invoices as i
    where i.organisation_id = old.organisation_id
      and i.id = old.invoice_id
      and i.status <> 'draft'
  ) then
    raise exception 'the lines of an issued invoice are fixed'
      using errcode = 'CD013', hint = 'Void the invoice and write another.';
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  return new;
end
$$;
comment on function authz.tg_invoice_lines__fixed() is
  'Refuses with CD013 a change of lines after their invoice was issued, but by operations. [S-34]';
alter function authz.tg_invoice_lines__fixed() owner to cordon_definer;
revoke all on function authz.tg_invoice_lines__fixed() from public;
