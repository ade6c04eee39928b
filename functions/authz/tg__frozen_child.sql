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
  v_is_archived boolean;
  v_realm constant text := authz.acting_realm();
  v_user_id uuid;
begin
  if tg_op = 'INSERT' then
    -- What the policy will refuse anyway is looked at for nobody: of another tenant's invoice, and of the clinic's own for who has no part in its money, a
    -- look, or a wait for its lock, would tell how it stands, and each attempt would fill a record that is never emptied. It opens nothing and is asked
    -- for each row: whether their session still lives is left to the policy (as in authz.is_out_of_reach).
    v_user_id := authz.subject();
    if (case v_realm
      when 'system' then false
      -- Of operations, the agents pay, and what is attached alone.
      when 'internal_ops' then
        tg_table_name <> 'payments'
        or not authz.is_operator('{ops_agent}')
        or not exists (
          select
          from public.invoices as i
          where i.organisation_id = new.organisation_id
            and i.id = new.invoice_id
            and i.case_id is not null
        )
      else not exists (
        select
        from authz.live_memberships as m
        where m.organisation_id = new.organisation_id
          and m.user_id = v_user_id
          and (m.role = 'clinic_admin' or 'finance' = any (m.capabilities))
      )
    end) then
      new.organisation_id := null;
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
  if current_setting('transaction_isolation') <> 'read committed' then -- a query less for everybody else
    perform authz.require_read_committed();
  end if;
  select i.case_id, i.status, i.archived_at is not null
    into v_case_id, v_status, v_is_archived
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
  if v_realm <> 'internal_ops' then
    if v_case_id is not null then
      perform authz.require_caller();
      perform authz.record_activity(
        v_organisation_id, v_case_id, v_id, tg_argv[0] || '.frozen_write_suppressed', jsonb_build_object('operation', lower(tg_op)), authz.subject()
      );
      return null;
    end if;
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  -- Nobody would find what is added to what nobody sees, or brought back there.
  if v_is_archived and (tg_op = 'INSERT' or (old.archived_at is not null and new.archived_at is null)) then
    raise exception 'invoice not found'
      using errcode = 'CD010', hint = 'Name an invoice of the current organisation that is not archived.';
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
comment on function authz.tg__frozen_child() is
  'Suppresses and records whatever is not operations'' on a child of an attached invoice; keeps case_id. [S-34, S-35]';
alter function authz.tg__frozen_child() owner to cordon_definer;
revoke all on function authz.tg__frozen_child() from public;
