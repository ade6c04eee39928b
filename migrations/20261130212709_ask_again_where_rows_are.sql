-- migrate:up
-- Why: who was put out of one place went on as of another, staff without a part in money learned how an invoice stands, and the server's key counted versions of a text
-- Side: operations
-- Access: +1 grant, 2 definer functions
--   + cordon_definer may execute function authz.has_moved_on(pg_snapshot)
--   ~ authz.tg__frozen_child is written, and runs with the rights of its owner
--   ~ authz.tg__stamped is written, and runs with the rights of its owner
--   widens: authz.tg__frozen_child(), which 2 triggers ask, has another text
--   widens: authz.tg__stamped(), which 108 triggers ask, is stable instead of volatile, has another text
--   widens: authz.tg_consent_purposes__counted() is new, which 1 trigger asks
--   widens: the trigger _105_counted now guards public.consent_purposes
-- Locks: 1 existing table, until the migration commits
--   SHARE ROW EXCLUSIVE public.consent_purposes

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.places_of: where a user stands: the organisations of their live memberships, and organisation/patient of their live portal accounts. STABLE on
-- purpose: it answers in the snapshot of whoever asks, so that authz.tg__stamped can tell what was lost while a statement ran.
create or replace function authz.places_of(user_id uuid)
  returns text[]
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return array(
    select m.organisation_id::text
    from authz.live_memberships as m
    where m.user_id = places_of.user_id
    union all
    select a.organisation_id || '/' || a.patient_id
    from authz.live_patient_accounts as a
    where a.user_id = places_of.user_id
  );
end
$$;
comment on function authz.places_of(uuid) is
  'Organisations where a user is a live member, and organisation/patient of whom they hold a live account. [N-15, N-16]';
alter function authz.places_of(uuid) owner to cordon_definer;
revoke all on function authz.places_of(uuid) from public;

-- authz.caller_by_now: who calls, whether they are anywhere at all, and where they stand no more of the places where they stood. VOLATILE on purpose: it
-- asks in the newest snapshot, whichever its caller looks at.
create or replace function authz.caller_by_now(places text[], out user_id uuid, out is_in boolean, out lost text[])
  language plpgsql
  volatile
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_places text[];
begin
  user_id := v_caller.user_id;
  is_in := case current_setting('role')
    when 'authenticated' then v_caller.member_of is not null
    when 'internal_ops' then authz.is_operator('{}')
    -- Whatever role was put on or off in mid-statement.
    else authz.is_system() or v_caller.member_of is not null or authz.patient_organisation_ids() <> '{}' or authz.is_operator('{}')
  end;
  lost := '{}';
  if places <> '{}' then
    v_places := authz.places_of(user_id);
    if not places <@ v_places then -- hardly ever, and dearer to say which
      lost := array(select unnest(places) except select unnest(v_places));
    end if;
  end if;
end
$$;
comment on function authz.caller_by_now(text[]) is
  'The verified caller in the newest snapshot: who, whether they are in anywhere, and which of the places given are theirs no more. [N-16, S-16]';
alter function authz.caller_by_now(text[]) owner to cordon_definer;
revoke all on function authz.caller_by_now(text[]) from public;

-- authz.has_moved_on: whether anything was committed since a snapshot was taken. Where nothing was, nobody was put out, and what is dear to ask need not be
-- asked. VOLATILE on purpose: it asks in the newest snapshot, whichever its caller looks at.
create or replace function authz.has_moved_on(seen pg_snapshot)
  returns boolean
  language plpgsql
  volatile
  set search_path = pg_catalog, pg_temp
as $$
begin
  return seen::text <> pg_current_snapshot()::text;
end
$$;
comment on function authz.has_moved_on(pg_snapshot) is
  'Whether the newest snapshot is another than this one. [N-16]';
revoke all on function authz.has_moved_on(pg_snapshot) from public;
grant execute on function authz.has_moved_on(pg_snapshot) to cordon_definer;

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

-- authz.tg__stamped: whether the user whom tg__stamp wrote on the rows of this statement is the verified caller. One who changed the claims
-- in mid-statement, or whose session has ended, has signed as somebody else: nothing of the statement remains. Nor does anything of one that waited for a
-- lock, of their own other connection's maybe, until they were put out: policies and functions asked who they are when it began. This asks again, at its
-- end, in the newest snapshot: whether they are in anywhere, and whether a row is of where they were in when it began, and are no more: whoever is in at
-- two clinics, or is the guardian of two patients, chooses the other meanwhile. STABLE, which says what it sees: the snapshot of the statement. What is
-- about a login itself, such as agreeing to a membership, is theirs who is no member.
create or replace function authz.tg__stamped()
  returns trigger
  language plpgsql
  stable
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller record;
begin
  -- Whom to compare with is asked where there is a row to compare, and once.
  if not exists (select from changed) then
    return null;
  end if;
  -- Where they stood is dear to ask, twice, and of nobody but who was overtaken.
  v_caller := authz.caller_by_now(
    case when authz.has_moved_on(pg_current_snapshot()) then authz.places_of(authz.subject()) else '{}' end
  );
  if exists (select from changed as c where c.updated_by_user_id is distinct from v_caller.user_id) then
    raise exception 'no live session'
      using errcode = 'insufficient_privilege', hint = 'Keep the claims of one live session for the whole statement.';
  end if;
  if (not v_caller.is_in or v_caller.lost <> '{}') and exists (
    select
    from changed as c
    cross join to_jsonb(c) as r
    where v_caller.user_id::text is distinct from coalesce(r ->> 'accepted_by_user_id', r ->> 'user_id')
      and (
        not v_caller.is_in
        or r ->> 'organisation_id' = any (v_caller.lost)
        or (r ->> 'organisation_id') || '/' || (r ->> 'patient_id') = any (v_caller.lost)
      )
  ) then
    raise exception 'no longer yours to write'
      using errcode = 'insufficient_privilege', hint = 'The membership, office or portal account ended while the statement ran.';
  end if;
  return null;
end
$$;
comment on function authz.tg__stamped() is
  'Refuses with 42501 a statement whose rows are stamped with anybody but the verified caller, or whose caller was put out, anywhere or where a row is, while it ran. [N-16, S-16]';

-- authz.tg_consent_purposes__counted: how many versions a purpose has is counted where one is written, by authz.tg_consent_purpose_versions__number, and
-- nowhere else. The server's key writes here whatever its pin: a number that no text has would keep every clinic from proposing a consent.
create or replace function authz.tg_consent_purposes__counted()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if current_user <> 'cordon_definer' then
    new.version := case when tg_op = 'INSERT' then 0 else old.version end;
  end if;
  return new;
end
$$;
comment on function authz.tg_consent_purposes__counted() is
  'Keeps version what the versions of a purpose make it; a value sent by anyone is ignored. [N-45, N-48]';
revoke all on function authz.tg_consent_purposes__counted() from public;

revoke create on schema authz from cordon_definer;

create or replace trigger _105_counted
  before insert or update on public.consent_purposes
  for each row
  execute function authz.tg_consent_purposes__counted();
alter table public.consent_purposes enable always trigger _105_counted;
comment on trigger _105_counted on public.consent_purposes is
  'Keeps the number of the text in force out of every hand. [N-45, N-48]';

-- migrate:down
