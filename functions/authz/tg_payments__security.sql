-- authz.tg_payments__security: a payment that is put away is seen by nobody in the clinic, and its invoice is owed again: whoever took the money could
-- print the receipt, put the payment away and have the invoice voided. How much it was, and of which invoice, stands in the event.
create or replace function authz.tg_payments__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform authz.record_security_event(
    new.organisation_id, case when new.archived_at is null then 'payment.restored' else 'payment.archived' end, new.id,
    jsonb_build_object(
      'invoice_id', new.invoice_id,
      'amount_minor', new.amount_minor,
      'currency', (
        select i.currency
        from public.invoices as i
        where i.organisation_id = new.organisation_id
          and i.id = new.invoice_id
      )
    )
  );
  return null;
end
$$;
comment on function authz.tg_payments__security() is
  'Records that a payment was put away, or brought back, with its amount. Its trigger says in WHEN where it was. [N-37, S-34]';
alter function authz.tg_payments__security() owner to cordon_definer;
revoke all on function authz.tg_payments__security() from public;
