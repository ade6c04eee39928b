-- authz.tg_invoices__case: what operations see of a case, they see with its lines and payments. Each row's own trigger computes the value.
create or replace function authz.tg_invoices__case()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.case_id is not distinct from old.case_id then
    return null;
  end if;
  update public.invoice_lines as l set case_id = null
   where l.organisation_id = new.organisation_id and l.invoice_id = new.id;
  update public.payments as p set case_id = null
   where p.organisation_id = new.organisation_id and p.invoice_id = new.id;
  perform authz.record_activity(
    new.organisation_id, coalesce(new.case_id, old.case_id), new.id,
    case when new.case_id is null then 'invoice.detached' else 'invoice.attached' end, '{}', new.updated_by_user_id
  );
  -- Operations are shown no invoice of a patient but those that they attached.
  if new.case_id is not null then
    perform authz.record_disclosure(
      new.organisation_id, new.patient_id, 'operations', null, 'billing', '{invoices,invoice_lines,payments}', 'public.invoices', new.id
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_invoices__case() is
  'Carries case_id to lines and payments; records attachment and detachment. [S-34]';
alter function authz.tg_invoices__case() owner to cordon_definer;
revoke all on function authz.tg_invoices__case() from public;
