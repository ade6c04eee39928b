-- migrate:up
-- Why: a role switched in mid-statement thawed frozen invoices, an update racing an attachment deadlocked, and series of measurements were taken for numbers
-- Access: 4 definer functions
--   ~ authz.tg_admissions__activity is written, and runs with the rights of its owner
--   ~ authz.tg_invoices__frozen is written, and runs with the rights of its owner
--   ~ public.attach_invoice is written, and runs with the rights of its owner
--   ~ public.detach_invoice is written, and runs with the rights of its owner
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.acting_realm: whose hand writes: the role that the connection took on, not the owner of the function that runs for it. A role can be
-- switched in mid-statement, after the policies were asked: who acts as operations must be one of them at this
-- moment too, and counts as a clinic's otherwise: whom everything that freezes binds.
create or replace function authz.acting_realm()
  returns text
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return case current_setting('role')
    when 'authenticated' then 'provider'
    when 'patient' then 'patient'
    when 'internal_ops' then case when authz.is_operator('{}') then 'internal_ops' else 'provider' end
    else 'system'
  end;
end
$$;
comment on function authz.acting_realm() is
  'Realm of the caller; system for the server, the owner and migrations. Provider for the role of operations without their membership. [S-16, S-18, S-34]';

-- authz.activity_keys: the types of the activity log and what each must say. A table of constants, so that a CHECK can ask it.
create or replace function authz.activity_keys(event_type text)
  returns text[]
  language plpgsql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return case event_type
    when 'case.opened' then '{status,priority}'
    when 'case.status_changed' then '{from,to}'
    when 'case.priority_changed' then '{from,to}'
    when 'case.reopened' then '{from,to,reason}'
    when 'admission.planned' then '{}'
    when 'admission.admitted' then '{bed_id}'
    when 'admission.moved' then '{from,to}'
    when 'admission.case_changed' then '{from,to}'
    when 'admission.discharged' then '{bed_id,disposition}'
    when 'admission.cancelled' then '{}'
    when 'admission.archived' then '{status,bed_id}'
    when 'invoice.attached' then '{}'
    when 'invoice.detached' then '{}'
    when 'invoice.frozen_write_suppressed' then '{operation}'
    when 'invoice_line.frozen_write_suppressed' then '{operation}'
    when 'payment.frozen_write_suppressed' then '{operation}'
  end;
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
  -- Blanks and dashes of other scripts and of word processors count as ours, so do digits: of full width, Thai, Arabic, Persian and
  -- Devanagari. What has no width is left out.
  v_text constant text := translate(
    value,
    E'\t\n\r_,\u00a0\u2002\u2003\u2007\u2009\u202f\u3000\u2010\u2011\u2012\u2013\u2014\u2212'
    || E'\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19\u0e50\u0e51\u0e52\u0e53\u0e54\u0e55\u0e56\u0e57\u0e58\u0e59'
    || E'\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669\u06f0\u06f1\u06f2\u06f3\u06f4\u06f5\u06f6\u06f7\u06f8\u06f9\u0966\u0967\u0968\u0969\u096a\u096b\u096c\u096d\u096e\u096f'
    || E'\u00ad\u200b\u200c\u200d\u2060\ufeff',
    repeat(' ', 12) || repeat('-', 6) || repeat('0123456789', 5)
  );
  v_run text;
  v_groups text[];
  v_sizes integer[];
  v_digits text;
begin
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

-- authz.tg_admissions__activity: one row per change of a stay that is one (S-18).
create or replace function authz.tg_admissions__activity()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' or new.status is distinct from old.status then
    perform authz.record_activity(
      new.organisation_id, new.case_id, new.id, 'admission.' || new.status,
      case new.status
        when 'admitted' then jsonb_build_object('bed_id', new.bed_id)
        when 'discharged' then jsonb_build_object('bed_id', new.bed_id, 'disposition', new.disposition)
        else '{}'
      end
    );
  elsif new.bed_id is distinct from old.bed_id then
    perform authz.record_activity(
      new.organisation_id, new.case_id, new.id, 'admission.moved', jsonb_build_object('from', old.bed_id, 'to', new.bed_id)
    );
  end if;
  if tg_op = 'UPDATE' and new.archived_at is not null and old.archived_at is null then
    perform authz.record_activity(
      new.organisation_id, new.case_id, new.id, 'admission.archived',
      jsonb_build_object('status', new.status, 'bed_id', new.bed_id)
    );
  end if;
  if tg_op = 'UPDATE' and new.case_id is distinct from old.case_id then
    perform authz.record_activity(
      new.organisation_id, coalesce(new.case_id, old.case_id), new.id, 'admission.case_changed',
      jsonb_build_object('from', old.case_id, 'to', new.case_id)
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_admissions__activity() is
  'Records planning, admission, moves, discharge, cancellation, archiving and the case of a stay. [S-18]';

-- authz.tg_case_activity_log__written: an event is recorded by the trigger that saw it, and by nobody's say-so (S-18).
create or replace function authz.tg_case_activity_log__written()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- One level is this trigger's own; and ours write as the definer, so that a trigger somebody else hangs up does not pass.
  if pg_trigger_depth() < 2 or current_user <> 'cordon_definer' then
    raise exception 'case_activity_log is written by triggers only'
      using errcode = 'CD014', hint = 'Change the case, admission or transfer: its trigger records that.';
  end if;
  return new;
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

-- public.attach_invoice: operations take an invoice over. From this commit on the clinic's writes to it change nothing (S-34).
create or replace function public.attach_invoice(organisation_id uuid, invoice_id uuid, case_id uuid)
  returns timestamptz
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_attached_at timestamptz;
begin
  if not authz.is_operator('{ops_agent}') then
    raise exception 'invoices are not yours to attach'
      using errcode = 'insufficient_privilege', hint = 'It takes an agent of operations.';
  end if;
  -- Children first, as whoever writes one takes it and then the invoice: in the other order the two wait for each other.
  perform
  from public.invoice_lines as l
  where l.organisation_id = attach_invoice.organisation_id
    and l.invoice_id = attach_invoice.invoice_id
  order by l.id
  for no key update;
  perform
  from public.payments as p
  where p.organisation_id = attach_invoice.organisation_id
    and p.invoice_id = attach_invoice.invoice_id
  order by p.id
  for no key update;
  update public.invoices as i
     set case_id = attach_invoice.case_id
   where i.organisation_id = attach_invoice.organisation_id
     and i.id = attach_invoice.invoice_id
     and i.case_id is null
     and i.archived_at is null
     and exists (
       select
       from public.cases as c
       where c.organisation_id = attach_invoice.organisation_id
         and c.id = attach_invoice.case_id
         and c.patient_id = i.patient_id
         and c.handed_off_at is not null
         and c.archived_at is null
     )
  returning i.updated_at into v_attached_at;
  if v_attached_at is null then
    raise exception 'invoice or case not found'
      using errcode = 'CD010', hint = 'Name an invoice that is attached to no case, and a case of the same patient that was handed over.';
  end if;
  return v_attached_at;
end
$$;

-- public.detach_invoice: operations give an invoice back.
create or replace function public.detach_invoice(organisation_id uuid, invoice_id uuid)
  returns timestamptz
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_detached_at timestamptz;
begin
  if not authz.is_operator('{ops_agent}') then
    raise exception 'invoices are not yours to detach'
      using errcode = 'insufficient_privilege', hint = 'It takes an agent of operations.';
  end if;
  -- Children first, as whoever writes one takes it and then the invoice: in the other order the two wait for each other.
  perform
  from public.invoice_lines as l
  where l.organisation_id = detach_invoice.organisation_id
    and l.invoice_id = detach_invoice.invoice_id
  order by l.id
  for no key update;
  perform
  from public.payments as p
  where p.organisation_id = detach_invoice.organisation_id
    and p.invoice_id = detach_invoice.invoice_id
  order by p.id
  for no key update;
  update public.invoices as i
     set case_id = null
   where i.organisation_id = detach_invoice.organisation_id
     and i.id = detach_invoice.invoice_id
     and i.case_id is not null
  returning i.updated_at into v_detached_at;
  if v_detached_at is null then
    raise exception 'invoice not found'
      using errcode = 'CD010', hint = 'Name an invoice that is attached to a case.';
  end if;
  return v_detached_at;
end
$$;

-- migrate:down
