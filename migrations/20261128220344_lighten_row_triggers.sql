-- migrate:up
-- Why: row triggers ask fewer queries for the same answer, and a token once where they asked it six times
-- Access: 8 definer functions
--   ~ authz.is_out_of_reach is written, and runs with the rights of its owner
--   ~ authz.lock_patient is written, and runs with the rights of its owner
--   ~ authz.tg__frozen_child is written, and runs with the rights of its owner
--   ~ authz.tg__no_secrets is written, and runs with the rights of its owner
--   ~ authz.tg__patient_status_kept is written, and runs with the rights of its owner
--   ~ authz.tg__stamped is written, and runs with the rights of its owner
--   ~ authz.tg__touch_invoices is written, and runs with the rights of its owner
--   ~ authz.tg_invoices__totals is written, and runs with the rights of its owner
--   widens: authz.is_out_of_reach(uuid), which 9 triggers ask, has another text
--   widens: authz.lock_patient(uuid, uuid), which 6 functions and 8 triggers ask, has another text
--   widens: authz.secret_in(text), which 20 triggers ask, has another text
--   widens: authz.tg__frozen_child(), which 2 triggers ask, has another text
--   widens: authz.tg__no_secrets(), which 20 triggers ask, has another text
--   widens: authz.tg__patient_status_kept(), which 17 triggers ask, has another text
--   widens: authz.tg__stamped(), which 108 triggers ask, has another text
--   widens: authz.tg__touch_invoices(), which 6 triggers ask, has another text
--   widens: authz.tg_invoices__totals(), which 1 trigger asks, has another text
--   widens: authz.uuid_v7(), which 46 defaults and 2 functions ask, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.is_out_of_reach: whether policies will refuse a write of the caller's to this organisation anyway. A BEFORE trigger
-- runs before the policy's check: one that looked at another tenant's rows, or waited for their locks, would tell of them. It opens nothing
-- and is asked for each row: whether the session still lives is left to the policy.
create or replace function authz.is_out_of_reach(organisation_id uuid)
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_user_id uuid;
begin
  if current_setting('role') <> 'authenticated' then
    return false;
  end if;
  v_user_id := authz.subject(); -- by itself: inside the query it is asked again wherever a plan compares with it
  return not exists (
    select
    from authz.live_memberships as m
    where m.organisation_id = is_out_of_reach.organisation_id
      and m.user_id = v_user_id
  );
end
$$;

-- authz.lock_patient: makes changes that project a patient's state onto other rows follow each other, until the
-- transaction ends. Without it, the later commit could carry the older answer. A row lock, not an advisory one: anybody
-- may take those by name, and they fill shared memory. READ COMMITTED only: an older snapshot would not see what the
-- lock waited for, and would leave a gate open for good.
create or replace function authz.lock_patient(organisation_id uuid, patient_id uuid)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if current_setting('transaction_isolation') <> 'read committed' then -- a query less for everybody else
    perform authz.require_read_committed();
  end if;
  perform
  from public.patients as p
  where p.organisation_id = lock_patient.organisation_id
    and p.id = lock_patient.patient_id
  for no key update;
end
$$;

-- authz.secret_in: what a text carries that is never stored. Groups of digits count as one number where they are grouped as such a number
-- is: a card's in fours or more, the last one shorter; a CPF's and a Thai id's as they are printed. Groups of any size would make every
-- second series of blood pressures somebody's number.
create or replace function authz.secret_in(value text)
  returns text
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
declare
  -- Digits of full width, Thai, Arabic, Persian and Devanagari.
  v_other_digits constant text :=
    E'\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19\u0e50\u0e51\u0e52\u0e53\u0e54\u0e55\u0e56\u0e57\u0e58\u0e59'
    '\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669\u06f0\u06f1\u06f2\u06f3\u06f4\u06f5\u06f6\u06f7\u06f8\u06f9'
    '\u0966\u0967\u0968\u0969\u096a\u096b\u096c\u096d\u096e\u096f';
  v_text text;
  v_run text;
  v_groups text[];
  v_sizes integer[];
  v_digits text;
begin
  -- A link has nine characters at least, and nine digits make the shortest number that is looked for.
  if value is null or length(value) < 9 then
    return null;
  end if;
  -- Whoever holds a signed link holds the document (S-10): what is stored is bucket and path.
  if position('://' in value) > 0
    and value ~* 'https?://([^/[:space:]]*:[^/[:space:]]*@|[^[:space:]]*(/storage/v1/|[?&#](token|access_token|refresh_token|signature|sig|x-amz-signature|apikey)=))'
  then
    return 'link that opens by itself';
  end if;
  -- Most texts are done here. Digits of other scripts take more than a byte, and a look at each character for each of them.
  if length(value) - length(translate(value, '0123456789' || case when octet_length(value) > length(value) then v_other_digits else '' end, '')) < 9 then
    return null;
  end if;
  -- Blanks, dashes and digits of other scripts and of word processors count as ours. What has no width is left out.
  v_text := translate(
    value,
    E'\t\n\r_,\u00a0\u2002\u2003\u2007\u2009\u202f\u3000\u2010\u2011\u2012\u2013\u2014\u2212'
    || v_other_digits
    || E'\u00ad\u200b\u200c\u200d\u2060\ufeff',
    repeat(' ', 12) || repeat('-', 6) || repeat('0123456789', 5)
  );
  if v_text ~ E'(^|[^0-9])(?!000|666|9[0-9][0-9])[0-9]{3}([-. ]{1,2})(?!00)[0-9][0-9]\\2(?!0000)[0-9]{4}(?![0-9])' then
    return 'national id';
  end if;
  -- With its points and dashes: with blanks it would be any four measurements.
  for v_run in
    select m[1] || m[2] || m[3] || m[4]
    from regexp_matches(v_text, '(?<![0-9])([0-9]{3})[.-]([0-9]{3})[.-]([0-9]{3})[ ./-]([0-9][0-9])(?![0-9])', 'g') as m
  loop
    if authz.is_national_id(v_run) then
      return 'national id';
    end if;
  end loop;
  for v_run in select m[1] from regexp_matches(v_text, '[0-9](?:[ ./-]{0,3}[0-9]){10,}', 'g') as m loop
    v_groups := regexp_split_to_array(v_run, '[ ./-]+');
    for v_from in 1..cardinality(v_groups) loop
      v_digits := '';
      v_sizes := '{}';
      for v_to in v_from..cardinality(v_groups) loop
        v_digits := v_digits || v_groups[v_to];
        exit when length(v_digits) > 19;
        v_sizes := v_sizes || length(v_groups[v_to]);
        if 4 <= all (v_sizes[:cardinality(v_sizes) - 1]) and authz.is_card_number(v_digits) then
          return 'card number';
        end if;
        if v_sizes in ('{11}', '{9,2}', '{13}', '{1,4,5,2,1}') and authz.is_national_id(v_digits) then
          return 'national id';
        end if;
      end loop;
    end loop;
  end loop;
  return null;
end
$$;

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
  if current_setting('transaction_isolation') <> 'read committed' then -- a query less for everybody else
    perform authz.require_read_committed();
  end if;
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

-- authz.tg__no_secrets: card numbers, national ids and signed links are not stored, wherever somebody types them (S-10, S-37, S-38). A trigger and no CHECK:
-- whose violation shows the whole row to the server's key and to its log. Arguments: the table, then its columns of free text.
create or replace function authz.tg__no_secrets()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_row constant jsonb := to_jsonb(new);
  v_secret text;
begin
  for v_place in 1..tg_nargs - 1 loop
    v_secret := authz.secret_in(v_row ->> tg_argv[v_place]);
    if v_secret is not null then
      -- What stood there before is not this writer's.
      if tg_op = 'INSERT' or v_row -> tg_argv[v_place] is distinct from to_jsonb(old) -> tg_argv[v_place] then
        raise exception '%.% carries a %', tg_argv[0], tg_argv[v_place], v_secret
          using errcode = 'CD016', hint = 'Leave it out; of a number the last four digits are enough, of a document its bucket and path.';
      end if;
    end if;
  end loop;
  return new;
end
$$;

-- authz.tg__patient_status_kept: rows of a statement follow or precede every change of their patients, each locked once. Whoever changed one
-- meanwhile did not see the new rows: they are computed again. After the policy has spoken, so that nobody waits for a stranger's lock.
-- Argument: the column that names the patient.
create or replace function authz.tg__patient_status_kept()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_key constant text := tg_argv[0];
  v_has_changed boolean;
begin
  -- Asked where it would refuse: a query less for everybody else.
  if current_setting('transaction_isolation') <> 'read committed' then
    perform authz.require_read_committed() from changed as c limit 1;
  end if;
  -- What was waited for is compared as the lock found it.
  if v_key = 'id' then
    v_has_changed := bool_or(l.has_changed)
    from (
      select c.patient_status is distinct from case when p.archived_at is null then p.status else 'archived' end as has_changed
      from changed as c
      join public.patients as p on p.organisation_id = c.organisation_id and p.id = c.id
      order by p.organisation_id, p.id
      for no key update of p
    ) as l;
  else
    v_has_changed := bool_or(l.has_changed)
    from (
      select c.patient_status is distinct from case when p.archived_at is null then p.status else 'archived' end as has_changed
      from changed as c
      join public.patients as p on p.organisation_id = c.organisation_id and p.id = c.patient_id
      order by p.organisation_id, p.id
      for no key update of p
    ) as l;
  end if;
  if v_has_changed then
    execute format(
      'update %I.%I as t set patient_status = null from changed as c where t.organisation_id = c.organisation_id and t.id = c.id',
      tg_table_schema, tg_table_name
    );
  end if;
  return null;
end
$$;

-- authz.tg__stamped: whether the user whom tg__stamp wrote on the rows of this statement is the verified caller. One who changed the claims
-- in mid-statement, or whose session has ended, has signed as somebody else: nothing of the statement remains.
create or replace function authz.tg__stamped()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- Whom to compare with is asked where there is a row to compare, and once.
  if exists (select from changed as c where c.updated_by_user_id is distinct from (select authz.user_id())) then
    raise exception 'no live session'
      using errcode = 'insufficient_privilege', hint = 'Keep the claims of one live session for the whole statement.';
  end if;
  return null;
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
  -- In the order of ids: two statements over the same invoices wait, instead of each for the other. One row has one invoice, and no order.
  if exists (select from changed as c offset 1) then
    perform
    from public.invoices as i
    where (i.organisation_id, i.id) in (select c.organisation_id, c.invoice_id from changed as c)
    order by i.organisation_id, i.id
    for no key update;
  end if;
  update public.invoices as i
     set total_minor = 0
   where (i.organisation_id, i.id) in (select c.organisation_id, c.invoice_id from changed as c)
     -- Of a frozen invoice the clinic changed nothing that counts: the case itself came to the rows. To touch it would look like an attempt.
     and (i.case_id is null or authz.acting_realm() = 'internal_ops');
  return null;
end
$$;

-- authz.tg_invoices__totals: sums are computed, never believed (S-34).
create or replace function authz.tg_invoices__totals()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    new.total_minor := 0;
    new.paid_minor := 0;
    return new;
  end if;
  select coalesce(
           (
             select sum(l.amount_minor)
             from public.invoice_lines as l
             where l.organisation_id = new.organisation_id
               and l.invoice_id = new.id
               and l.archived_at is null
           ),
           0
         ),
         coalesce(
           (
             select sum(p.amount_minor)
             from public.payments as p
             where p.organisation_id = new.organisation_id
               and p.invoice_id = new.id
               and p.archived_at is null
           ),
           0
         )
    into new.total_minor, new.paid_minor;
  if new.status in ('issued', 'partially_paid', 'paid') then
    new.status := case
      when new.paid_minor = 0 then 'issued'
      when new.paid_minor < new.total_minor then 'partially_paid'
      else 'paid'
    end;
  elsif new.paid_minor > 0 then
    raise exception 'an invoice with payments is neither a draft nor void'
      using errcode = 'CD013', hint = 'Archive the payments first, if they were a mistake.';
  end if;
  return new;
end
$$;

-- authz.uuid_v7: a time-ordered key, so that rows created together lie together in (organisation_id, id).
-- PostgreSQL 18 has uuidv7(); this holds from 15 on. RFC 9562, section 5.7.
create or replace function authz.uuid_v7()
  returns uuid
  language plpgsql
  volatile
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- One expression: every insert pays for each. The random id is of version 4, 0100; with two bits more it is 0111.
  return encode(
    set_bit(
      set_bit(
        overlay(
          uuid_send(gen_random_uuid())
          placing substring(int8send(floor(extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6
        ),
        52, 1
      ),
      53, 1
    ),
    'hex'
  )::uuid;
end
$$;

-- migrate:down
