-- migrate:up
-- Why: a statement of ten thousand rows asks once who writes them, and locks each patient once
-- Access: 10 definer functions
--   ~ authz.is_out_of_reach is written, and runs with the rights of its owner
--   ~ authz.tg__frozen_child is written, and runs with the rights of its owner
--   ~ authz.tg__no_secrets is written, and runs with the rights of its owner
--   ~ authz.tg__patient_status is written, and runs with the rights of its owner
--   ~ authz.tg__patient_status_kept is written, and runs with the rights of its owner
--   ~ authz.tg__stamp is written, and runs with the rights of its owner
--   ~ authz.tg__stamped is written, and runs with the rights of its owner
--   ~ authz.tg__transition is written, and runs with the rights of its owner
--   ~ authz.tg_invoice_lines__fixed is written, and runs with the rights of its owner
--   ~ authz.tg_payments__recorded is written, and runs with the rights of its owner
-- Locks: 39 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE authz.deployment_settings
--   SHARE ROW EXCLUSIVE public.access_restrictions
--   SHARE ROW EXCLUSIVE public.admissions
--   SHARE ROW EXCLUSIVE public.agreements
--   SHARE ROW EXCLUSIVE public.appointment_reasons
--   SHARE ROW EXCLUSIVE public.appointments
--   SHARE ROW EXCLUSIVE public.beds
--   SHARE ROW EXCLUSIVE public.care_relationships
--   SHARE ROW EXCLUSIVE public.cases
--   SHARE ROW EXCLUSIVE public.claims
--   SHARE ROW EXCLUSIVE public.consent_purposes
--   SHARE ROW EXCLUSIVE public.consents
--   SHARE ROW EXCLUSIVE public.crew_members
--   SHARE ROW EXCLUSIVE public.emergency_access_grants
--   SHARE ROW EXCLUSIVE public.emergency_access_reasons
--   SHARE ROW EXCLUSIVE public.form_templates
--   SHARE ROW EXCLUSIVE public.guarantees_of_payment
--   SHARE ROW EXCLUSIVE public.invoice_lines
--   SHARE ROW EXCLUSIVE public.invoices
--   SHARE ROW EXCLUSIVE public.medical_record_details
--   SHARE ROW EXCLUSIVE public.medical_records
--   SHARE ROW EXCLUSIVE public.ops_members
--   SHARE ROW EXCLUSIVE public.organisation_members
--   SHARE ROW EXCLUSIVE public.organisation_networks
--   SHARE ROW EXCLUSIVE public.organisation_settings
--   SHARE ROW EXCLUSIVE public.organisations
--   SHARE ROW EXCLUSIVE public.patient_accounts
--   SHARE ROW EXCLUSIVE public.patient_clinical
--   SHARE ROW EXCLUSIVE public.patient_identity
--   SHARE ROW EXCLUSIVE public.patients
--   SHARE ROW EXCLUSIVE public.payments
--   SHARE ROW EXCLUSIVE public.professionals
--   SHARE ROW EXCLUSIVE public.profiles
--   SHARE ROW EXCLUSIVE public.signed_form_evidence
--   SHARE ROW EXCLUSIVE public.signed_forms
--   SHARE ROW EXCLUSIVE public.transfer_jobs
--   SHARE ROW EXCLUSIVE public.transfers
--   SHARE ROW EXCLUSIVE public.vehicle_assignments
--   SHARE ROW EXCLUSIVE public.vehicles

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

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
begin
  return current_setting('role') = 'authenticated'
    and not exists (
      select
      from authz.live_memberships as m
      where m.organisation_id = is_out_of_reach.organisation_id
        and m.user_id = authz.subject()
    );
end
$$;
comment on function authz.is_out_of_reach(uuid) is
  'Whether staff write to an organisation that they are no member of, so that a trigger must not look. [S-04]';

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
  -- Nine digits make the shortest number that is looked for: most texts are done here.
  if value is null or length(value) - length(translate(value, '0123456789' || v_other_digits, '')) < 9 then
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
  if v_text ~ '(^|\D)(?!000|666|9\d\d)\d{3}([-. ]{1,2})(?!00)\d\d\2(?!0000)\d{4}(?!\d)' then
    return 'national id';
  end if;
  -- With its points and dashes: with blanks it would be any four measurements.
  for v_run in
    select m[1] || m[2] || m[3] || m[4]
    from regexp_matches(v_text, '(?<!\d)(\d{3})[.-](\d{3})[.-](\d{3})[ ./-](\d\d)(?!\d)', 'g') as m
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

-- authz.tg__no_secrets: card numbers and national ids are not stored, wherever somebody types them (S-37, S-38). A trigger and no CHECK:
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
    -- What stood there before is not this writer's.
    if v_secret is not null
      and (tg_op = 'INSERT' or v_row -> tg_argv[v_place] is distinct from to_jsonb(old) -> tg_argv[v_place])
    then
      raise exception '%.% carries a %', tg_argv[0], tg_argv[v_place], v_secret
        using errcode = 'CD016', hint = 'Leave it out; the last four digits are enough to tell one from another.';
    end if;
  end loop;
  return new;
end
$$;

-- authz.tg__patient_status: what is known of a patient is hidden with the patient (N-27). The status stands on the row
-- itself, because a policy may not join; nobody else writes it. It locks nothing: a wait for a stranger's patient would tell of
-- them before the policy has spoken; authz.tg__patient_status_kept locks after it. Argument: the column that names the patient.
create or replace function authz.tg__patient_status()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_patient_id uuid;
begin
  -- Whoever changes the patient writes NULL here: a row that says what it said is as the last of them left it.
  if tg_op = 'UPDATE' and new.patient_status is not distinct from old.patient_status then
    return new;
  end if;
  if tg_argv[0] = 'id' then
    v_patient_id := new.id;
  else
    v_patient_id := new.patient_id;
  end if;
  -- A patient that does not exist counts as archived: the foreign key refuses it for who gets past the policy.
  new.patient_status := coalesce(
    (
      select case when p.archived_at is null then p.status else 'archived' end
      from public.patients as p
      where p.organisation_id = new.organisation_id
        and p.id = v_patient_id
    ),
    'archived'
  );
  return new;
end
$$;
comment on function authz.tg__patient_status() is
  'Recomputes patient_status wherever it is written: a value sent by anyone is ignored. [N-27]';

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
  if not exists (select from changed) then
    return null;
  end if;
  perform authz.require_read_committed();
  if v_key = 'id' then
    perform
    from public.patients as p
    where (p.organisation_id, p.id) in (select c.organisation_id, c.id from changed as c)
    order by p.organisation_id, p.id
    for no key update;
    v_has_changed := exists (
      select
      from changed as c
      join public.patients as p on p.organisation_id = c.organisation_id and p.id = c.id
      where c.patient_status is distinct from case when p.archived_at is null then p.status else 'archived' end
    );
  else
    perform
    from public.patients as p
    where (p.organisation_id, p.id) in (select c.organisation_id, c.patient_id from changed as c)
    order by p.organisation_id, p.id
    for no key update;
    v_has_changed := exists (
      select
      from changed as c
      join public.patients as p on p.organisation_id = c.organisation_id and p.id = c.patient_id
      where c.patient_status is distinct from case when p.archived_at is null then p.status else 'archived' end
    );
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
comment on function authz.tg__patient_status_kept() is
  'Locks the patients of new rows, and computes their status again where one changed meanwhile; CD007 above READ COMMITTED. [N-27]';
alter function authz.tg__patient_status_kept() owner to cordon_definer;
revoke all on function authz.tg__patient_status_kept() from public;

-- authz.tg__stamp: who did what and when, on every row and every path; what a client sends is overwritten (S-16). It believes the token's
-- subject, which costs a tenth of asking whether the session lives; authz.tg__stamped asks that, once for all rows of the statement.
-- Definer, because callers have no USAGE on authz. archived_at is the transaction's time, not the clock's: policies
-- show a row archived by the running transaction, since PostgreSQL holds an updated row against the SELECT policy.
create or replace function authz.tg__stamp()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_user_id constant uuid := authz.subject();
begin
  -- Policies looked the caller up before; who is gone in mid-statement took the claims away to sign as nobody.
  if v_user_id is null and current_setting('role') in ('authenticated', 'patient', 'internal_ops') then
    raise exception 'no live session'
      using errcode = 'insufficient_privilege', hint = 'Keep the claims of the token for the whole statement.';
  end if;
  new.updated_at := clock_timestamp();
  new.updated_by_user_id := v_user_id;
  new.actor_kind := case when v_user_id is null then 'system' else 'user' end;

  if tg_op = 'INSERT' then
    new.created_at := new.updated_at;
    new.created_by_user_id := v_user_id;
    new.archived_at := null;
    new.archived_by_user_id := null;
    return new;
  end if;

  new.created_at := old.created_at;
  new.created_by_user_id := old.created_by_user_id;
  if new.archived_at is null then
    new.archived_by_user_id := null;
  elsif old.archived_at is null then
    new.archived_at := now();
    new.archived_by_user_id := v_user_id;
  else
    new.archived_at := old.archived_at;
    new.archived_by_user_id := old.archived_by_user_id;
  end if;
  return new;
end
$$;
comment on function authz.tg__stamp() is
  'Stamps created_*, updated_*, archived_* and actor_kind; client values are ignored. Who is stamped is verified by tg__stamped. [S-16]';

-- authz.tg__stamped: whether the user whom tg__stamp wrote on the rows of this statement is the verified caller. One who changed the claims
-- in mid-statement, or whose session has ended, has signed as somebody else: nothing of the statement remains.
create or replace function authz.tg__stamped()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_user_id uuid;
begin
  if not exists (select from changed) then
    return null;
  end if;
  v_user_id := authz.user_id();
  if exists (select from changed as c where c.updated_by_user_id is distinct from v_user_id) then
    raise exception 'no live session'
      using errcode = 'insufficient_privilege', hint = 'Keep the claims of one live session for the whole statement.';
  end if;
  return null;
end
$$;
comment on function authz.tg__stamped() is
  'Refuses with 42501 a statement whose rows are stamped with anybody but the verified caller. [N-16, S-16]';
alter function authz.tg__stamped() owner to cordon_definer;
revoke all on function authz.tg__stamped() from public;

-- authz.tg__status_stamp: when and by whom a status last flipped. No column list on its trigger: "update of status"
-- misses a flip made by another trigger. A forged stamp without a flip is reverted. After tg__stamp, whose user it takes.
create or replace function authz.tg__status_stamp()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' or new.status is distinct from old.status then
    new.last_status_change_at := clock_timestamp();
    new.last_status_change_by_user_id := new.updated_by_user_id;
  else
    new.last_status_change_at := old.last_status_change_at;
    new.last_status_change_by_user_id := old.last_status_change_by_user_id;
  end if;
  return new;
end
$$;
alter function authz.tg__status_stamp() owner to current_user;

-- authz.tg__transition: a status follows from the one before, for whom it may (S-18). Arguments: the table's name, and the state in which
-- rows are born as a rule, which is not looked up for each of them.
create or replace function authz.tg__transition()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_realm text;
  v_from text;
  v_allowed text;
begin
  if tg_op = 'UPDATE' then
    if new.status is not distinct from old.status then
      return new;
    end if;
    v_from := old.status;
  elsif new.status = tg_argv[1] then
    return new;
  end if;
  v_realm := authz.acting_realm();
  if exists (
    select
    from authz.state_transitions as t
    where t.table_name = tg_argv[0]
      and t.from_state is not distinct from v_from
      and t.to_state = new.status
      and (t.realms is null or v_realm = any (t.realms))
  ) then
    return new;
  end if;
  select string_agg(t.to_state, ', ' order by t.to_state)
    into v_allowed
    from authz.state_transitions as t
   where t.table_name = tg_argv[0]
     and t.from_state is not distinct from v_from
     and (t.realms is null or v_realm = any (t.realms));
  raise exception '% cannot go from % to %', tg_argv[0], coalesce(v_from, 'nothing'),
      -- What a client sent is repeated only where it is one of ours.
      coalesce((select min(t.to_state) from authz.state_transitions as t where t.table_name = tg_argv[0] and t.to_state = new.status), 'an unknown state')
    using errcode = 'CD013', detail = 'Allowed here: ' || coalesce(v_allowed, 'nothing, it is an end') || '.',
      hint = 'Take one of the allowed steps; the table authz.state_transitions lists them all.';
end
$$;

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

-- authz.tg_payments__recorded: money that changed hands did so once.
create or replace function authz.tg_payments__recorded()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    -- As stamped before, and verified after.
    new.recorded_by_user_id := new.created_by_user_id;
    return new;
  end if;
  if new.amount_minor is distinct from old.amount_minor then
    raise exception 'the amount of a payment is never changed'
      using errcode = 'CD013', hint = 'Archive the payment and record the right one.';
  end if;
  new.recorded_by_user_id := old.recorded_by_user_id;
  return new;
end
$$;

revoke create on schema authz from cordon_definer;

create or replace trigger _700_patient_status_kept
  after insert on public.access_restrictions
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.access_restrictions enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.access_restrictions is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _200_transition
  before insert or update on public.admissions
  for each row
  execute function authz.tg__transition('admissions', 'admitted');
alter table public.admissions enable always trigger _200_transition;

create or replace trigger _700_patient_status_kept
  after insert on public.admissions
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.admissions enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.admissions is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _700_patient_status_kept
  after insert on public.appointment_reasons
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.appointment_reasons enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.appointment_reasons is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _700_patient_status_kept
  after insert on public.appointments
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.appointments enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.appointments is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _200_transition
  before insert or update on public.beds
  for each row
  execute function authz.tg__transition('beds', 'available');
alter table public.beds enable always trigger _200_transition;

create or replace trigger _700_patient_status_kept
  after insert on public.care_relationships
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.care_relationships enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.care_relationships is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _200_transition
  before insert or update on public.cases
  for each row
  execute function authz.tg__transition('cases', 'new');
alter table public.cases enable always trigger _200_transition;

create or replace trigger _700_patient_status_kept
  after insert on public.cases
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.cases enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.cases is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _200_transition
  before insert or update on public.claims
  for each row
  execute function authz.tg__transition('claims', 'draft');
alter table public.claims enable always trigger _200_transition;

create or replace trigger _700_patient_status_kept
  after insert on public.consents
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.consents enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.consents is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _700_patient_status_kept
  after insert on public.emergency_access_grants
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.emergency_access_grants enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.emergency_access_grants is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _700_patient_status_kept
  after insert on public.emergency_access_reasons
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.emergency_access_reasons enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.emergency_access_reasons is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _200_transition
  before insert or update on public.guarantees_of_payment
  for each row
  execute function authz.tg__transition('guarantees_of_payment', 'requested');
alter table public.guarantees_of_payment enable always trigger _200_transition;

create or replace trigger _070_fixed
  before update or delete on public.invoice_lines
  for each row
  execute function authz.tg_invoice_lines__fixed();
alter table public.invoice_lines enable always trigger _070_fixed;

create or replace trigger _200_transition
  before insert or update on public.invoices
  for each row
  execute function authz.tg__transition('invoices', 'draft');
alter table public.invoices enable always trigger _200_transition;

create or replace trigger _700_patient_status_kept
  after insert on public.medical_record_details
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.medical_record_details enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.medical_record_details is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _700_patient_status_kept
  after insert on public.medical_records
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.medical_records enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.medical_records is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _700_patient_status_kept
  after insert on public.patient_accounts
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.patient_accounts enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.patient_accounts is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _700_patient_status_kept
  after insert on public.patient_clinical
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('id');
alter table public.patient_clinical enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.patient_clinical is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _700_patient_status_kept
  after insert on public.patient_identity
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('id');
alter table public.patient_identity enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.patient_identity is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _200_transition
  before insert or update on public.signed_forms
  for each row
  execute function authz.tg__transition('signed_forms', 'draft');
alter table public.signed_forms enable always trigger _200_transition;

create or replace trigger _700_patient_status_kept
  after insert on public.signed_forms
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.signed_forms enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.signed_forms is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _200_transition
  before insert or update on public.transfer_jobs
  for each row
  execute function authz.tg__transition('transfer_jobs', 'dispatched');
alter table public.transfer_jobs enable always trigger _200_transition;

create or replace trigger _200_transition
  before insert or update on public.transfers
  for each row
  execute function authz.tg__transition('transfers', 'requested');
alter table public.transfers enable always trigger _200_transition;

create or replace trigger _700_patient_status_kept
  after insert on public.transfers
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.transfers enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.transfers is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _900_stamped
  after insert on public.access_restrictions
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.access_restrictions enable always trigger _900_stamped;
comment on trigger _900_stamped on public.access_restrictions is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.access_restrictions
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.access_restrictions enable always trigger _901_stamped;
comment on trigger _901_stamped on public.access_restrictions is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _900_stamped
  after insert on public.admissions
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.admissions enable always trigger _900_stamped;
comment on trigger _900_stamped on public.admissions is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.admissions
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.admissions enable always trigger _901_stamped;
comment on trigger _901_stamped on public.admissions is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _900_stamped
  after insert on public.agreements
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.agreements enable always trigger _900_stamped;
comment on trigger _900_stamped on public.agreements is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.agreements
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.agreements enable always trigger _901_stamped;
comment on trigger _901_stamped on public.agreements is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _900_stamped
  after insert on public.appointment_reasons
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.appointment_reasons enable always trigger _900_stamped;
comment on trigger _900_stamped on public.appointment_reasons is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.appointment_reasons
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.appointment_reasons enable always trigger _901_stamped;
comment on trigger _901_stamped on public.appointment_reasons is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _900_stamped
  after insert on public.appointments
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.appointments enable always trigger _900_stamped;
comment on trigger _900_stamped on public.appointments is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.appointments
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.appointments enable always trigger _901_stamped;
comment on trigger _901_stamped on public.appointments is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _900_stamped
  after insert on public.beds
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.beds enable always trigger _900_stamped;
comment on trigger _900_stamped on public.beds is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.beds
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.beds enable always trigger _901_stamped;
comment on trigger _901_stamped on public.beds is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _900_stamped
  after insert on public.care_relationships
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.care_relationships enable always trigger _900_stamped;
comment on trigger _900_stamped on public.care_relationships is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.care_relationships
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.care_relationships enable always trigger _901_stamped;
comment on trigger _901_stamped on public.care_relationships is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _900_stamped
  after insert on public.cases
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.cases enable always trigger _900_stamped;
comment on trigger _900_stamped on public.cases is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.cases
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.cases enable always trigger _901_stamped;
comment on trigger _901_stamped on public.cases is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _900_stamped
  after insert on public.claims
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.claims enable always trigger _900_stamped;
comment on trigger _900_stamped on public.claims is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.claims
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.claims enable always trigger _901_stamped;
comment on trigger _901_stamped on public.claims is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _900_stamped
  after insert on public.consent_purposes
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.consent_purposes enable always trigger _900_stamped;
comment on trigger _900_stamped on public.consent_purposes is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.consent_purposes
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.consent_purposes enable always trigger _901_stamped;
comment on trigger _901_stamped on public.consent_purposes is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _900_stamped
  after insert on public.consents
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.consents enable always trigger _900_stamped;
comment on trigger _900_stamped on public.consents is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.consents
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.consents enable always trigger _901_stamped;
comment on trigger _901_stamped on public.consents is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _900_stamped
  after insert on public.crew_members
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.crew_members enable always trigger _900_stamped;
comment on trigger _900_stamped on public.crew_members is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.crew_members
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.crew_members enable always trigger _901_stamped;
comment on trigger _901_stamped on public.crew_members is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _900_stamped
  after insert on authz.deployment_settings
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table authz.deployment_settings enable always trigger _900_stamped;
comment on trigger _900_stamped on authz.deployment_settings is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on authz.deployment_settings
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table authz.deployment_settings enable always trigger _901_stamped;
comment on trigger _901_stamped on authz.deployment_settings is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _900_stamped
  after insert on public.emergency_access_grants
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.emergency_access_grants enable always trigger _900_stamped;
comment on trigger _900_stamped on public.emergency_access_grants is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.emergency_access_grants
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.emergency_access_grants enable always trigger _901_stamped;
comment on trigger _901_stamped on public.emergency_access_grants is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _900_stamped
  after insert on public.emergency_access_reasons
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.emergency_access_reasons enable always trigger _900_stamped;
comment on trigger _900_stamped on public.emergency_access_reasons is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.emergency_access_reasons
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.emergency_access_reasons enable always trigger _901_stamped;
comment on trigger _901_stamped on public.emergency_access_reasons is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _900_stamped
  after insert on public.form_templates
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.form_templates enable always trigger _900_stamped;
comment on trigger _900_stamped on public.form_templates is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.form_templates
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.form_templates enable always trigger _901_stamped;
comment on trigger _901_stamped on public.form_templates is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _900_stamped
  after insert on public.guarantees_of_payment
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.guarantees_of_payment enable always trigger _900_stamped;
comment on trigger _900_stamped on public.guarantees_of_payment is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.guarantees_of_payment
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.guarantees_of_payment enable always trigger _901_stamped;
comment on trigger _901_stamped on public.guarantees_of_payment is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _900_stamped
  after insert on public.invoice_lines
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.invoice_lines enable always trigger _900_stamped;
comment on trigger _900_stamped on public.invoice_lines is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.invoice_lines
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.invoice_lines enable always trigger _901_stamped;
comment on trigger _901_stamped on public.invoice_lines is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _900_stamped
  after insert on public.invoices
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.invoices enable always trigger _900_stamped;
comment on trigger _900_stamped on public.invoices is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.invoices
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.invoices enable always trigger _901_stamped;
comment on trigger _901_stamped on public.invoices is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _900_stamped
  after insert on public.medical_record_details
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.medical_record_details enable always trigger _900_stamped;
comment on trigger _900_stamped on public.medical_record_details is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.medical_record_details
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.medical_record_details enable always trigger _901_stamped;
comment on trigger _901_stamped on public.medical_record_details is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _900_stamped
  after insert on public.medical_records
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.medical_records enable always trigger _900_stamped;
comment on trigger _900_stamped on public.medical_records is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.medical_records
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.medical_records enable always trigger _901_stamped;
comment on trigger _901_stamped on public.medical_records is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _900_stamped
  after insert on public.ops_members
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.ops_members enable always trigger _900_stamped;
comment on trigger _900_stamped on public.ops_members is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.ops_members
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.ops_members enable always trigger _901_stamped;
comment on trigger _901_stamped on public.ops_members is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _900_stamped
  after insert on public.organisation_members
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.organisation_members enable always trigger _900_stamped;
comment on trigger _900_stamped on public.organisation_members is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.organisation_members
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.organisation_members enable always trigger _901_stamped;
comment on trigger _901_stamped on public.organisation_members is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _900_stamped
  after insert on public.organisation_networks
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.organisation_networks enable always trigger _900_stamped;
comment on trigger _900_stamped on public.organisation_networks is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.organisation_networks
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.organisation_networks enable always trigger _901_stamped;
comment on trigger _901_stamped on public.organisation_networks is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _900_stamped
  after insert on public.organisation_settings
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.organisation_settings enable always trigger _900_stamped;
comment on trigger _900_stamped on public.organisation_settings is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.organisation_settings
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.organisation_settings enable always trigger _901_stamped;
comment on trigger _901_stamped on public.organisation_settings is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _900_stamped
  after insert on public.organisations
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.organisations enable always trigger _900_stamped;
comment on trigger _900_stamped on public.organisations is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.organisations
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.organisations enable always trigger _901_stamped;
comment on trigger _901_stamped on public.organisations is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _900_stamped
  after insert on public.patient_accounts
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.patient_accounts enable always trigger _900_stamped;
comment on trigger _900_stamped on public.patient_accounts is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.patient_accounts
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.patient_accounts enable always trigger _901_stamped;
comment on trigger _901_stamped on public.patient_accounts is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _900_stamped
  after insert on public.patient_clinical
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.patient_clinical enable always trigger _900_stamped;
comment on trigger _900_stamped on public.patient_clinical is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.patient_clinical
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.patient_clinical enable always trigger _901_stamped;
comment on trigger _901_stamped on public.patient_clinical is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _900_stamped
  after insert on public.patient_identity
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.patient_identity enable always trigger _900_stamped;
comment on trigger _900_stamped on public.patient_identity is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.patient_identity
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.patient_identity enable always trigger _901_stamped;
comment on trigger _901_stamped on public.patient_identity is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _900_stamped
  after insert on public.patients
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.patients enable always trigger _900_stamped;
comment on trigger _900_stamped on public.patients is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.patients
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.patients enable always trigger _901_stamped;
comment on trigger _901_stamped on public.patients is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _900_stamped
  after insert on public.payments
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.payments enable always trigger _900_stamped;
comment on trigger _900_stamped on public.payments is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.payments
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.payments enable always trigger _901_stamped;
comment on trigger _901_stamped on public.payments is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _900_stamped
  after insert on public.professionals
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.professionals enable always trigger _900_stamped;
comment on trigger _900_stamped on public.professionals is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.professionals
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.professionals enable always trigger _901_stamped;
comment on trigger _901_stamped on public.professionals is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _900_stamped
  after insert on public.profiles
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.profiles enable always trigger _900_stamped;
comment on trigger _900_stamped on public.profiles is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.profiles
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.profiles enable always trigger _901_stamped;
comment on trigger _901_stamped on public.profiles is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _900_stamped
  after insert on public.signed_form_evidence
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.signed_form_evidence enable always trigger _900_stamped;
comment on trigger _900_stamped on public.signed_form_evidence is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.signed_form_evidence
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.signed_form_evidence enable always trigger _901_stamped;
comment on trigger _901_stamped on public.signed_form_evidence is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _900_stamped
  after insert on public.signed_forms
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.signed_forms enable always trigger _900_stamped;
comment on trigger _900_stamped on public.signed_forms is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.signed_forms
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.signed_forms enable always trigger _901_stamped;
comment on trigger _901_stamped on public.signed_forms is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _900_stamped
  after insert on public.transfer_jobs
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.transfer_jobs enable always trigger _900_stamped;
comment on trigger _900_stamped on public.transfer_jobs is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.transfer_jobs
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.transfer_jobs enable always trigger _901_stamped;
comment on trigger _901_stamped on public.transfer_jobs is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _900_stamped
  after insert on public.transfers
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.transfers enable always trigger _900_stamped;
comment on trigger _900_stamped on public.transfers is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.transfers
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.transfers enable always trigger _901_stamped;
comment on trigger _901_stamped on public.transfers is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _900_stamped
  after insert on public.vehicle_assignments
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.vehicle_assignments enable always trigger _900_stamped;
comment on trigger _900_stamped on public.vehicle_assignments is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.vehicle_assignments
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.vehicle_assignments enable always trigger _901_stamped;
comment on trigger _901_stamped on public.vehicle_assignments is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _900_stamped
  after insert on public.vehicles
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.vehicles enable always trigger _900_stamped;
comment on trigger _900_stamped on public.vehicles is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.vehicles
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.vehicles enable always trigger _901_stamped;
comment on trigger _901_stamped on public.vehicles is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

-- migrate:down
