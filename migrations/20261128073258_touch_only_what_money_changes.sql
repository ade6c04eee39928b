-- migrate:up
-- Why: sums follow amounts alone, a bed is locked once, and an event asks for its actor no second time
-- Access: 6 definer functions
--   ~ authz.record_activity is written, and runs with the rights of its owner
--   ~ authz.require_caller is written, and runs with the rights of its owner
--   ~ authz.tg__frozen_child is written, and runs with the rights of its owner
--   ~ authz.tg__touch_invoices is written, and runs with the rights of its owner
--   ~ authz.tg_admissions__bed is written, and runs with the rights of its owner
--   ~ authz.tg_invoices__frozen is written, and runs with the rights of its owner
-- Locks: 2 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE public.invoice_lines
--   SHARE ROW EXCLUSIVE public.payments

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.record_activity: one event, by whoever acts now. For triggers: the log refuses everybody else. Whom the token names is verified with the
-- rows of the statement (tg__stamped); a trigger that writes none asks authz.require_caller first.
create or replace function authz.record_activity(organisation_id uuid, case_id uuid, entity_id uuid, event_type text, details jsonb)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  insert into public.case_activity_log
    (organisation_id, case_id, entity_type, entity_id, event_type, actor_user_id, actor_realm, details)
  values
    (organisation_id, case_id, split_part(event_type, '.', 1), entity_id, event_type, authz.subject(), authz.acting_realm(), details);
end
$$;

-- authz.require_caller: for a record of something that leaves no row: tg__stamped verifies who wrote rows, and there are none to verify.
create or replace function authz.require_caller()
  returns void
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if authz.subject() is distinct from authz.user_id() then
    raise exception 'no live session'
      using errcode = 'insufficient_privilege', hint = 'Keep the claims of one live session for the whole statement.';
  end if;
end
$$;
comment on function authz.require_caller() is
  'Refuses with 42501 claims that name another than the verified caller. [N-16, S-35]';
alter function authz.require_caller() owner to cordon_definer;
revoke all on function authz.require_caller() from public;

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
  v_realm text;
begin
  if tg_op = 'INSERT' then
    -- Another tenant's invoice is refused by the policy: a look at it, or a wait for its lock, would tell of it.
    if authz.is_out_of_reach(new.organisation_id) then
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
  perform authz.require_read_committed();
  select i.case_id, i.status
    into v_case_id, v_status
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
        v_organisation_id, v_case_id, v_id, tg_argv[0] || '.frozen_write_suppressed', jsonb_build_object('operation', lower(tg_op))
      );
      return null;
    end if;
  end if;
  if tg_op = 'DELETE' then
    return old;
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

-- authz.tg__touch_invoices: sums follow their parts, once a statement however many rows it has. The invoice's own trigger adds up.
create or replace function authz.tg__touch_invoices()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- What says nothing of money leaves the sums as they are.
  if tg_op = 'UPDATE' then -- by itself: only an UPDATE has rows of before
    if not exists (
      select
      from changed as c
      join before as b on b.organisation_id = c.organisation_id and b.id = c.id
      where (c.amount_minor, c.archived_at) is distinct from (b.amount_minor, b.archived_at)
    ) then
      return null;
    end if;
  end if;
  -- In the order of ids: two statements over the same invoices wait, instead of each for the other.
  perform
  from public.invoices as i
  where (i.organisation_id, i.id) in (select c.organisation_id, c.invoice_id from changed as c)
  order by i.organisation_id, i.id
  for no key update;
  update public.invoices as i
     set total_minor = 0
   where (i.organisation_id, i.id) in (select c.organisation_id, c.invoice_id from changed as c)
     -- Of a frozen invoice the clinic changed nothing that counts: the case itself came to the rows. To touch it would look like an attempt.
     and (i.case_id is null or authz.acting_realm() = 'internal_ops');
  return null;
end
$$;
comment on function authz.tg__touch_invoices() is
  'Touches the invoices whose lines or payments a statement made, changed in amount, or archived. [S-34]';

-- authz.tg_admissions__bed: the bed follows the stay (S-17): taken, it is occupied; left, it is cleaned.
create or replace function authz.tg_admissions__bed()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_left uuid;
  v_taken uuid;
begin
  if tg_op = 'UPDATE' and old.status = 'admitted' and old.archived_at is null then
    v_left := old.bed_id;
  end if;
  if new.status = 'admitted' and new.archived_at is null then
    v_taken := new.bed_id;
  end if;
  if v_left is not distinct from v_taken then
    return null;
  end if;
  if v_left is not null and v_taken is not null then
    -- In the order of ids: two moves across each other wait, instead of each for the other.
    perform
    from public.beds as b
    where b.organisation_id = new.organisation_id
      and b.id in (v_left, v_taken)
    order by b.id
    for no key update;
  end if;
  if v_left is not null then
    update public.beds as b set status = 'cleaning'
     where b.organisation_id = new.organisation_id and b.id = v_left;
  end if;
  if v_taken is null then
    return null;
  end if;
  update public.beds as b set status = 'occupied'
   where b.organisation_id = new.organisation_id and b.id = v_taken and b.archived_at is null;
  if not found then
    raise exception 'bed not found'
      using errcode = 'CD010', hint = 'Name a bed of the current organisation that is in use.';
  end if;
  return null;
end
$$;

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
        old.organisation_id, old.case_id, old.id, 'invoice.frozen_write_suppressed', jsonb_build_object('operation', lower(tg_op))
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

revoke create on schema authz from cordon_definer;

create or replace trigger _501_totals
  after update on public.invoice_lines
  referencing old table as before new table as changed
  for each statement
  execute function authz.tg__touch_invoices();
alter table public.invoice_lines enable always trigger _501_totals;

create or replace trigger _501_totals
  after update on public.payments
  referencing old table as before new table as changed
  for each statement
  execute function authz.tg__touch_invoices();
alter table public.payments enable always trigger _501_totals;

-- migrate:down
