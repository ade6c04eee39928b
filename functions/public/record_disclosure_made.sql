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
alter function public.record_disclosure_made(uuid, text, text, text, text[], text, timestamptz) owner to cordon_definer;
revoke all on function public.record_disclosure_made(uuid, text, text, text, text[], text, timestamptz) from public;
grant execute on function public.record_disclosure_made(uuid, text, text, text, text[], text, timestamptz) to authenticated;
