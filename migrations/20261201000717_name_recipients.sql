-- migrate:up
-- Why: to whom data went was on record as a kind, without a name or a ground, and what left on paper not at all
-- Access: +2 grants, 2 definer functions
--   ~ authz.record_disclosure is written, and runs with the rights of its owner
--   ~ public.record_disclosure_made is written, and runs with the rights of its owner
--   + authenticated may execute function public.record_disclosure_made(uuid, text, text, text, text[], text, timestamp with time zone)
--   + cordon_definer may select (legal_ground, recipient_name), insert (disclosed_at, legal_ground, recipient_name) on public.disclosures
--   widens: authz.record_disclosure(uuid, uuid, text, uuid, text, text[], text, uuid, text, text, text, timestamp with time zone) is new beside a function of the same name, which 5 functions and 3 triggers ask
--   widens: clinic staff can now call public.record_disclosure_made(uuid, text, text, text, text[], text, timestamp with time zone), which acts with the rights of cordon_definer
--   widens: clinic staff can now read public.disclosures (recipient_name, legal_ground) too
--   widens: our definer functions can now add to public.disclosures (disclosed_at, recipient_name, legal_ground) too
--   widens: our definer functions can now read public.disclosures (recipient_name, legal_ground) too
--   widens: patients can now read public.disclosures (recipient_name, legal_ground) too
--   widens: the migration itself writes rows of governance.erasure_rules, which decide what is kept, told and destroyed
--   widens: the service role can now read public.disclosures (recipient_name, legal_ground) too
-- Locks: 2 existing tables, until the migration commits
--   ACCESS EXCLUSIVE public.disclosures
--   ROW EXCLUSIVE governance.erasure_rules

set local lock_timeout = '5s';
set local statement_timeout = '60s';

drop function authz.record_disclosure(uuid, uuid, text, uuid, text, text[], text, uuid, text);

-- The next migrations look at the rows.
alter table public.disclosures
  add column recipient_name text,
  add column legal_ground text,
  add constraint disclosures_recipient_name_check check (length(recipient_name) between 2 and 300) not valid,
  add constraint disclosures_legal_ground_check check (length(legal_ground) between 5 and 500) not valid;
comment on column public.disclosures.recipient_name is
  'Name, and address where it is known, of who received it, where neither organisation nor login says so; never the patient''s.';
comment on column public.disclosures.legal_ground is 'The order, or the law, that asked for it: always of an authority.';
comment on column public.disclosures.purpose is
  'A purpose of consent_purposes, or subject_access, legal_obligation or audit.';
comment on column public.disclosures.source_id is
  'The row of source_table, where there is one; of an export of a person the request that it answers, of a case''s timeline the case.';

update governance.erasure_rules
   set basis = 'ids, and names of recipients: to whom data went stays answerable, LGPD art. 18 VII'
 where schema_name = 'public'
   and table_name = 'disclosures';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz, public to cordon_definer;

-- authz.record_disclosure: writes down to whom data of a patient went, in the transaction that hands it out: what is not recorded does not leave.
create or replace function authz.record_disclosure(
  organisation_id uuid, patient_id uuid, recipient_kind text, recipient_organisation_id uuid, purpose text, content text[],
  source_table text, source_id uuid default null, content_sha256 text default null, recipient_name text default null,
  legal_ground text default null, disclosed_at timestamptz default null
)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  insert into public.disclosures (
    organisation_id, patient_id, recipient_kind, recipient_organisation_id, recipient_user_id, purpose, content, source_table, source_id,
    content_sha256, recipient_name, legal_ground, disclosed_at
  )
  values (
    record_disclosure.organisation_id, record_disclosure.patient_id, record_disclosure.recipient_kind,
    record_disclosure.recipient_organisation_id, case when starts_with(record_disclosure.source_table, 'public.export_') then authz.user_id() end,
    record_disclosure.purpose, record_disclosure.content, record_disclosure.source_table, record_disclosure.source_id,
    record_disclosure.content_sha256, record_disclosure.recipient_name, record_disclosure.legal_ground,
    coalesce(record_disclosure.disclosed_at, clock_timestamp())
  );
end
$$;
comment on function authz.record_disclosure(uuid, uuid, text, uuid, text, text[], text, uuid, text, text, text, timestamptz) is
  'Writes a row of disclosures; the login that took it is noted for exports. [N-37]';
alter function authz.record_disclosure(uuid, uuid, text, uuid, text, text[], text, uuid, text, text, text, timestamptz) owner to cordon_definer;
revoke all on function authz.record_disclosure(uuid, uuid, text, uuid, text, text[], text, uuid, text, text, text, timestamptz) from public;

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
  if record_disclosure_made.disclosed_at > clock_timestamp() or not isfinite(record_disclosure_made.disclosed_at) then
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
    record_disclosure_made.content, 'public.record_disclosure_made', null, null, v_name, v_ground, record_disclosure_made.disclosed_at
  );
end
$$;
comment on function public.record_disclosure_made(uuid, text, text, text, text[], text, timestamptz) is
  'Records data of a patient that left by another way. 42501 for who is no privacy officer with a session, 22023 for another recipient, for content that names no tables or a time to come, CD006 for an unknown purpose, CD010 for no such patient, CD016 for a number in name or ground, CD020 without the name of the recipient, or for an authority without the legal ground. [N-37]';
alter function public.record_disclosure_made(uuid, text, text, text, text[], text, timestamptz) owner to cordon_definer;
revoke all on function public.record_disclosure_made(uuid, text, text, text, text[], text, timestamptz) from public;
grant execute on function public.record_disclosure_made(uuid, text, text, text, text[], text, timestamptz) to authenticated;

revoke create on schema authz, public from cordon_definer;

create or replace trigger _080_no_secrets
  before insert on public.disclosures
  for each row
  execute function authz.tg__no_secrets('disclosures', 'recipient_name', 'legal_ground');
alter table public.disclosures enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.disclosures is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

grant
  select (legal_ground, recipient_name),
  insert (disclosed_at, legal_ground, recipient_name)
  on public.disclosures to cordon_definer;

-- migrate:down
