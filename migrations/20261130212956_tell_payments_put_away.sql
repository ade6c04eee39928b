-- migrate:up
-- Why: a payment was put away, and an organisation made another kind, without anybody being told
-- Side: operations
-- Access: 2 definer functions
--   ~ authz.tg_organisations__security is written, and runs with the rights of its owner
--   ~ authz.tg_payments__security is written, and runs with the rights of its owner
--   widens: authz.tg_organisations__security(), which 1 trigger asks, runs under search_path=pg_catalog, pg_temp, TimeZone=UTC, has another text
--   widens: authz.tg_payments__security() is new, which 1 trigger asks
--   widens: the trigger _600_security guards public.organisations by another definition
--   widens: the trigger _600_security now guards public.payments
-- Locks: 2 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE public.organisations
--   SHARE ROW EXCLUSIVE public.payments

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.tg_organisations__security: who closed an organisation to its members, who opened it again, and who put it under another law, or its hours by
-- another clock; who called it something else, by which patients know whom they signed with, and who said what it is, by which packets of transfers
-- are handed out. What bringing back takes from the row, when and by whom it was archived, stands in the event, in UTC.
create or replace function authz.tg_organisations__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set timezone = 'UTC'
as $$
begin
  if new.archived_at is not null and old.archived_at is null then
    perform authz.record_security_event(new.id, 'organisation.archived', new.id, '{}');
  elsif new.archived_at is null and old.archived_at is not null then
    perform authz.record_security_event(
      new.id, 'organisation.restored', new.id,
      jsonb_build_object('archived_at', old.archived_at, 'archived_by_user_id', old.archived_by_user_id)
    );
  end if;
  if new.regime <> old.regime then
    perform authz.record_security_event(
      new.id, 'organisation.regime_changed', new.id, jsonb_build_object('from', old.regime, 'to', new.regime)
    );
  end if;
  if new.timezone <> old.timezone then
    perform authz.record_security_event(
      new.id, 'organisation.timezone_changed', new.id, jsonb_build_object('from', old.timezone, 'to', new.timezone)
    );
  end if;
  if new.kind <> old.kind then
    perform authz.record_security_event(
      new.id, 'organisation.kind_changed', new.id, jsonb_build_object('from', old.kind, 'to', new.kind)
    );
  end if;
  if new.name <> old.name then
    perform authz.record_security_event(
      new.id, 'organisation.name_changed', new.id, jsonb_build_object('from', old.name, 'to', new.name)
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_organisations__security() is
  'Records that an organisation was archived, brought back, put under another law or on another clock, or has another kind or name. [N-22, N-28, N-37, N-49]';

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

revoke create on schema authz from cordon_definer;

create or replace trigger _600_security
  after update on public.organisations
  for each row
  when (
    old.archived_at is distinct from new.archived_at
    or (old.regime, old.timezone, old.kind, old.name) <> (new.regime, new.timezone, new.kind, new.name)
  )
  execute function authz.tg_organisations__security();
alter table public.organisations enable always trigger _600_security;
comment on trigger _600_security on public.organisations is
  'Records who closed the organisation, brought it back, put it under another law or on another clock, or gave it another kind or name, among the security events. [N-22, N-28, N-37, N-49]';

create or replace trigger _600_security
  after update on public.payments
  for each row
  when ((new.archived_at is null) <> (old.archived_at is null))
  execute function authz.tg_payments__security();
alter table public.payments enable always trigger _600_security;
comment on trigger _600_security on public.payments is
  'Records each payment that is put away, or brought back, among the security events. [N-37, S-34]';

-- migrate:down
