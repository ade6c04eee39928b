-- migrate:up
-- Why: an entry of a clock that ran a little ahead was refused without a word, and care, visits and agreements began before all time
-- Access: 1 definer function
--   ~ public.record_disclosure_made is written, and runs with the rights of its owner
--   widens: authz.tg__moments() is new, which 4 triggers ask
--   widens: authz.tg_medical_records__occurred() is new, which 1 trigger asks
--   widens: public.record_disclosure_made(uuid, text, text, text, text[], text, timestamp with time zone), callable by clinic staff, has another text
--   widens: the trigger _087_moments now guards public.appointments
--   widens: the trigger _087_moments now guards public.care_relationships
--   widens: the trigger _087_moments now guards public.medical_records
--   widens: the trigger _088_moments now guards public.agreements
--   widens: the trigger _104_occurred now guards public.medical_records
-- Locks: 4 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE public.agreements
--   SHARE ROW EXCLUSIVE public.appointments
--   SHARE ROW EXCLUSIVE public.care_relationships
--   SHARE ROW EXCLUSIVE public.medical_records

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.tg__moments: when something was, is or will be, is a moment, or a day, of the calendar: infinity sorts beside all of them and is none; who lists,
-- counts or prints it says a year that nobody meant, or fails. A trigger and no CHECK: what was written before anybody asked would be refused at its next
-- change. Its triggers call it for such rows alone. An end that is never may be said as infinity, where NULL says it too: of those it is not asked.
-- Arguments: the table, then its columns.
create or replace function authz.tg__moments()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_row constant jsonb := to_jsonb(new);
begin
  for v_place in 1..tg_nargs - 1 loop
    if v_row ->> tg_argv[v_place] in ('infinity', '-infinity') then
      -- What stood there before is not this writer's.
      if tg_op = 'INSERT' or v_row -> tg_argv[v_place] is distinct from to_jsonb(old) -> tg_argv[v_place] then
        raise exception '%.% takes a moment', tg_argv[0], tg_argv[v_place]
          using errcode = 'check_violation', hint = 'Give a moment or a day of the calendar; infinity is none.';
      end if;
    end if;
  end loop;
  return new;
end
$$;
comment on function authz.tg__moments() is
  'Refuses with 23514 infinity and -infinity where a moment or a day is written. [S-16]';
revoke all on function authz.tg__moments() from public;

-- authz.tg_medical_records__occurred: care that is told of lies in the past, by the server's clock. That of whoever writes may run ahead a little: up to
-- five minutes it was now; what is told of later has not happened. And who was treated more than 120 years before it was written down is nobody's
-- patient: old systems write such a date where they had none. No CHECK asks for that: what was brought in before would be refused at its next change,
-- though that is only a consent that ends. In days, since a year is of no one length. Its trigger calls it for such rows alone.
create or replace function authz.tg_medical_records__occurred()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.occurred_at < new.created_at then
    -- What stood there before is not this writer's.
    if tg_op = 'UPDATE' then
      if new.occurred_at = old.occurred_at then
        return new;
      end if;
    end if;
    raise exception 'medical_records.occurred_at lies before anybody who lives was born'
      using errcode = 'check_violation', hint = 'Leave out when the care was, where nobody knows: an entry then stands under the moment at which it was written.';
  end if;
  if new.occurred_at > new.created_at + interval '5 minutes' then
    raise exception 'medical_records.occurred_at lies ahead'
      using errcode = 'check_violation', constraint = 'medical_records_occurred_at_check',
        hint = 'Say when the care was, once it was; a clock that is five minutes ahead at most is taken for now.';
  end if;
  new.occurred_at := new.created_at;
  return new;
end
$$;
comment on function authz.tg_medical_records__occurred() is
  'Takes a clock that is up to five minutes ahead for now, and refuses with 23514 care of later, or of more than 120 years ago. [S-16]';
revoke all on function authz.tg_medical_records__occurred() from public;

-- public.record_disclosure_made: data that left by another way than this database: on paper, by order of a court, a disease that the law wants notified.
-- By the privacy officer in person, with when, to whom, what, for which purpose and on which ground (45 CFR 164.528(b)(2), LGPD art. 18 VII). It hands
-- out nothing; the patient sees it as they see others, and nobody changes it.
create or replace function public.record_disclosure_made(
  patient_id uuid, recipient_kind text, recipient_name text, purpose text, content text[], legal_ground text default null,
  disclosed_at timestamptz default null
)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation_id uuid;
  v_name constant text := nullif(authz.trimmed(recipient_name), '');
  v_ground constant text := nullif(authz.trimmed(legal_ground), '');
begin
  if authz.acting_realm() = 'provider' then
    v_organisation_id := authz.organisation_for('{}', '{privacy_officer}');
  end if;
  if v_organisation_id is null or authz.own_session_id() is null then
    raise exception 'a disclosure is not yours to record'
      using errcode = 'insufficient_privilege', hint = 'It takes the privacy officer, signed in with a session.';
  end if;
  -- What goes to operations and to transport companies is written by what hands it over.
  if record_disclosure_made.recipient_kind is null
    or record_disclosure_made.recipient_kind not in ('patient', 'clinic', 'insurer', 'auditor', 'authority')
  then
    raise exception 'this recipient is recorded by nobody''s hand'
      using errcode = 'invalid_parameter_value', hint = 'Use patient, clinic, insurer, auditor or authority.';
  end if;
  if (record_disclosure_made.recipient_kind = 'patient') <> (v_name is null) or length(v_name) < 2 or length(v_name) > 300 then
    raise exception 'a disclosure names its recipient'
      using errcode = 'CD020', hint = 'Give name and address, in 2 to 300 characters; none for the patient, whose id says who it is.';
  end if;
  if (record_disclosure_made.recipient_kind = 'authority' and v_ground is null) or length(v_ground) < 5 or length(v_ground) > 500 then
    raise exception 'a disclosure to an authority takes its legal ground'
      using errcode = 'CD020', hint = 'Name the order, or the law that asks for it, in 5 to 500 characters.';
  end if;
  if record_disclosure_made.purpose is null
    or (
      record_disclosure_made.purpose not in ('subject_access', 'legal_obligation', 'audit')
      and not exists (
        select from public.consent_purposes as p where p.purpose = record_disclosure_made.purpose and p.archived_at is null
      )
    )
    or (record_disclosure_made.purpose = 'subject_access') <> (record_disclosure_made.recipient_kind = 'patient')
  then
    raise exception 'unknown purpose'
      using errcode = 'CD006',
        hint = 'Use a purpose of consent_purposes, legal_obligation or audit; for what the patient got, subject_access.';
  end if;
  if coalesce(cardinality(record_disclosure_made.content), 0) not between 1 and 200
    or exists (
      select
      from unnest(record_disclosure_made.content) as c (name)
      where c.name is null
        or c.name !~ '^[a-z][a-z0-9_]{0,62}$'
        or to_regclass('public.' || c.name) is null
    )
  then
    raise exception 'what went is said in names of tables'
      using errcode = 'invalid_parameter_value', hint = 'Name tables of public, as {medical_records,documents}: no values.';
  end if;
  -- The officer's clock may run ahead a little: then it went now.
  if record_disclosure_made.disclosed_at > clock_timestamp() + interval '5 minutes' or not isfinite(record_disclosure_made.disclosed_at) then
    raise exception 'a disclosure that was made lies in the past'
      using errcode = 'invalid_parameter_value', hint = 'Say when it went; without a time, now.';
  end if;
  if not exists (
    select
    from public.patients as p
    where p.organisation_id = v_organisation_id
      and p.id = record_disclosure_made.patient_id
  ) then
    raise exception 'patient not found'
      using errcode = 'CD010', hint = 'Name a patient of the current organisation.';
  end if;
  perform authz.record_disclosure(
    v_organisation_id, record_disclosure_made.patient_id, record_disclosure_made.recipient_kind, null, record_disclosure_made.purpose,
    record_disclosure_made.content, 'public.record_disclosure_made', null, null, v_name, v_ground,
    least(record_disclosure_made.disclosed_at, clock_timestamp())
  );
end
$$;
comment on function public.record_disclosure_made(uuid, text, text, text, text[], text, timestamptz) is
  'Records data of a patient that left by another way. 42501 for who is no privacy officer with a session, 22023 for another recipient, for content that names no tables or a time to come by more than five minutes, CD006 for an unknown purpose, CD010 for no such patient, CD016 for a number in name or ground, CD020 without the name of the recipient, or for an authority without the legal ground. [N-37]';

create or replace trigger _088_moments
  before insert or update on public.agreements
  for each row
  when (not isfinite(new.starts_on) or not isfinite(new.ends_on))
  execute function authz.tg__moments('agreements', 'starts_on', 'ends_on');
alter table public.agreements enable always trigger _088_moments;
comment on trigger _088_moments on public.agreements is
  'Refuses infinity where a moment or a day is written. [S-16]';

create or replace trigger _087_moments
  before insert or update on public.appointments
  for each row
  when (not isfinite(new.starts_at) or not isfinite(new.ends_at))
  execute function authz.tg__moments('appointments', 'starts_at', 'ends_at');
alter table public.appointments enable always trigger _087_moments;
comment on trigger _087_moments on public.appointments is
  'Refuses infinity where a moment or a day is written. [S-16]';

create or replace trigger _087_moments
  before insert or update on public.care_relationships
  for each row
  when (not isfinite(new.starts_at))
  execute function authz.tg__moments('care_relationships', 'starts_at');
alter table public.care_relationships enable always trigger _087_moments;
comment on trigger _087_moments on public.care_relationships is
  'Refuses infinity where a moment or a day is written. [S-16]';

create or replace trigger _087_moments
  before insert or update on public.medical_records
  for each row
  when (not isfinite(new.occurred_at))
  execute function authz.tg__moments('medical_records', 'occurred_at');
alter table public.medical_records enable always trigger _087_moments;
comment on trigger _087_moments on public.medical_records is
  'Refuses infinity where a moment or a day is written. [S-16]';

create or replace trigger _104_occurred
  before insert or update on public.medical_records
  for each row
  when (new.occurred_at > new.created_at or new.occurred_at < new.created_at - interval '43830 days')
  execute function authz.tg_medical_records__occurred();
alter table public.medical_records enable always trigger _104_occurred;
comment on trigger _104_occurred on public.medical_records is
  'Takes a clock that is a little ahead for now, and care of later, or of before anybody who lives, for none. [S-16]';

-- migrate:down
