-- authz.tg_invoices__frozen: from the attachment on, an invoice is operations' (S-34). Nothing happens and nothing is raised (S-35): the clinic's app goes on, and
-- the record tells. The row stays visible, so no policy says this: the trigger would not fire.
create or replace function authz.tg_invoices__frozen()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    if new.case_id is not null then
      raise exception 'an invoice is attached to a case by operations'
        using errcode = 'insufficient_privilege', hint = 'Use attach_invoice, as an agent of operations.';
    end if;
    return new;
  end if;
  if authz.acting_realm() <> 'internal_ops' then
    if old.case_id is not null then
      perform authz.require_caller();
      perform authz.record_activity(
        old.organisation_id, old.case_id, old.id, 'invoice.frozen_write_suppressed', jsonb_build_object('operation', lower(tg_op)), authz.subject()
      );
      return null;
    end if;
    -- The owner in person (a seed, a repair) may freeze, and not thaw. By login: roles are taken on and put off in mid-statement.
    if tg_op = 'UPDATE' and new.case_id is not null and not exists (
      select
      from pg_catalog.pg_class as c
      where c.oid = tg_relid
        and pg_has_role(session_user, c.relowner, 'member')
    ) then
      raise exception 'an invoice is attached to a case by operations'
        using errcode = 'insufficient_privilege', hint = 'Use attach_invoice, as an agent of operations.';
    end if;
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  return new;
end
$$;
comment on function authz.tg_invoices__frozen() is
  'Suppresses and records whatever is not operations'' on an attached invoice; only operations attach. [S-34, S-35]';
alter function authz.tg_invoices__frozen() owner to cordon_definer;
revoke all on function authz.tg_invoices__frozen() from public;
