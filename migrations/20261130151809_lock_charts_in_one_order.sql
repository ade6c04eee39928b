-- migrate:up
-- Why: who met over a chart waited each for the other, and one was told of a deadlock; a diagnosis was written to a record that had been put away
-- Side: operations
-- Access: 10 definer functions
--   ~ authz.lock_chart is written, and runs with the rights of its owner
--   ~ authz.tg__consent is written, and runs with the rights of its owner
--   ~ authz.tg_consent_purpose_versions__supersede is written, and runs with the rights of its owner
--   ~ authz.tg_consents__project is written, and runs with the rights of its owner
--   ~ authz.tg_medical_record_details__superseded is written, and runs with the rights of its owner
--   ~ authz.tg_medical_records__version is written, and runs with the rights of its owner
--   ~ authz.tg_patients__project is written, and runs with the rights of its owner
--   ~ public.dispatch_transfer is written, and runs with the rights of its owner
--   ~ public.export_case_timeline is written, and runs with the rights of its owner
--   ~ public.sign_form is written, and runs with the rights of its owner
--   widens: authz.lock_chart(uuid, uuid, text) is new beside a function of the same name, which 2 functions and 6 triggers ask
--   widens: authz.tg__consent(), which 4 triggers ask, has another text
--   widens: authz.tg_consent_purpose_versions__supersede(), which 1 trigger asks, has another text
--   widens: authz.tg_consents__project(), which 1 trigger asks, has another text
--   widens: authz.tg_medical_record_details__superseded(), which 1 trigger asks, has another text
--   widens: authz.tg_medical_records__version(), which 1 trigger asks, has another text
--   widens: authz.tg_patients__project(), which 1 trigger asks, has another text
--   widens: public.dispatch_transfer(uuid, uuid, uuid), callable by clinic staff and operations, has another text
--   widens: public.export_case_timeline(uuid, text, uuid), callable by clinic staff and operations, has another text
--   widens: public.sign_form(uuid, text, text, text), callable by clinic staff and patients, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- The same function with one more parameter would be another one, beside it.
drop function authz.lock_chart(uuid, uuid);

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.lock_chart: for who writes what a consent gates: the patient, then the consents that gate it, so that the row follows or precedes every change of
-- either. Whoever changes a consent holds it and needs nothing of the patient: with the patient first there, two would wait for each other. Consents to
-- the purpose alone, in force or to come: of those a statement that withdraws several holds one, and not first the one and then the other of two.
create or replace function authz.lock_chart(organisation_id uuid, patient_id uuid, purpose text)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform authz.lock_patient(lock_chart.organisation_id, lock_chart.patient_id);
  perform
  from public.consents as c
  where c.organisation_id = lock_chart.organisation_id
    and c.patient_id = lock_chart.patient_id
    and c.purpose = lock_chart.purpose
    and c.status in ('proposed', 'active')
  order by c.created_at desc, c.id desc -- as a consent to a later text meets the one that it takes the place of
  for share;
end
$$;
comment on function authz.lock_chart(uuid, uuid, text) is
  'Serialises what depends on a patient and their consents to a purpose for the rest of the transaction; CD007 above READ COMMITTED. [N-27, N-45, N-50]';
alter function authz.lock_chart(uuid, uuid, text) owner to cordon_definer;
revoke all on function authz.lock_chart(uuid, uuid, text) from public;

-- authz.tg__consent: the column is a projection; nobody else writes it. A row created after the consent starts out with
-- the right answer. Argument: the column that names the patient.
create or replace function authz.tg__consent()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_patient_id uuid;
begin
  -- Only an INSERT can be out of reach: what is updated has been seen. Asked of an UPDATE, it would believe a clinic
  -- that the caller switched to in between, and blank the row.
  if tg_op = 'INSERT' and authz.is_out_of_reach(new.organisation_id) then
    new.organisation_id := null; -- no policy lets it in
    new.treatment_consent_until := null;
    return new;
  end if;
  if tg_argv[0] = 'id' then
    v_patient_id := new.id;
  else
    v_patient_id := new.patient_id;
  end if;
  if tg_op = 'INSERT' then
    perform authz.lock_chart(new.organisation_id, v_patient_id, 'treatment');
  end if;
  new.treatment_consent_until := authz.treatment_consent_until(new.organisation_id, v_patient_id);
  return new;
end
$$;

-- authz.tg_consent_purpose_versions__supersede: a material change reaches every consent to an earlier text, at every organisation, in its own
-- transaction: what they gate carries the moment at which they end, so that nobody has to sweep (LGPD art. 8 par. 6).
create or replace function authz.tg_consent_purpose_versions__supersede()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.is_material then
    -- In the order of lock_chart: who writes a chart at this moment waits, or is waited for, and never each for the other.
    perform
    from public.consents as c
    where c.purpose = new.purpose
      and c.status in ('proposed', 'active')
    order by c.organisation_id, c.patient_id, c.created_at desc, c.id desc
    for no key update;
    update public.consents as c
       set superseded_at = null -- computed by the row's own trigger, the one place that does
     where c.purpose = new.purpose
       and c.status in ('proposed', 'active');
  end if;
  return null;
end
$$;

-- authz.tg_consents__project: carries the state of consents onto the rows they gate, in the same transaction, so that
-- the policy compares a column of the row itself (1.06 of no gate, measured) and a withdrawal bites at once.
create or replace function authz.tg_consents__project()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- An older snapshot would not show what was written meanwhile under the consent that is withdrawn here: it would stay open for good.
  if current_setting('transaction_isolation') <> 'read committed' then -- a query less for everybody else
    perform authz.require_read_committed();
  end if;
  -- What is new meets rows that are made at this moment at the patient; what changes meets them at the consent itself: see lock_chart.
  if tg_op = 'INSERT' then
    perform authz.lock_patient(new.organisation_id, new.patient_id);
  end if;
  -- What was never in force, or is to another purpose, opens and closes nothing of a chart, which is not written anew for it: of a thousand proposals,
  -- each row would be a thousand times.
  if new.purpose <> 'treatment' or (new.status <> 'active' and (tg_op = 'INSERT' or old.status <> 'active')) then
    perform authz.recall_shares(new.organisation_id, new.patient_id, new.purpose);
    return null;
  end if;
  update public.patient_clinical as p
     set treatment_consent_until = null -- computed by the row's own trigger, the one place that does
   where p.organisation_id = new.organisation_id
     and p.id = new.patient_id;
  -- Records before details: who archives a record, or supersedes it, holds it and goes on to its details. The latest version first: who protects it
  -- holds it and goes on to those before it.
  perform
  from public.medical_records as r
  where r.organisation_id = new.organisation_id
    and r.patient_id = new.patient_id
  order by r.version desc, r.id
  for no key update;
  update public.medical_records as r
     set treatment_consent_until = null
   where r.organisation_id = new.organisation_id
     and r.patient_id = new.patient_id;
  update public.medical_record_details as d
     set treatment_consent_until = null
   where d.organisation_id = new.organisation_id
     and d.patient_id = new.patient_id;
  -- And with them the tickets to read what no longer opens.
  update public.documents as d
     set treatment_consent_until = null
   where d.organisation_id = new.organisation_id
     and d.patient_id = new.patient_id;
  perform authz.recall_shares(new.organisation_id, new.patient_id, new.purpose);
  return null;
end
$$;

-- authz.tg_medical_record_details__superseded: the details of a superseded version stay as they were, with the version; and none is written to, or
-- brought back under, a record that was put away: a diagnosis would be read on without it, by the doctor and on the portal. New ones lock the record
-- before it is asked, the patient before it, as everywhere. A change holds the details alone, which who supersedes or archives the record comes by
-- after it: were the record locked here too, the server that archives it and the doctor who edits would wait for each other.
create or replace function authz.tg_medical_record_details__superseded()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_comes_to_sight boolean;
begin
  if tg_op = 'INSERT' then
    if authz.is_out_of_reach(new.organisation_id) then
      new.organisation_id := null; -- no policy lets it in
      return new;
    end if;
    perform authz.lock_chart(new.organisation_id, new.patient_id, 'treatment');
    perform
    from public.medical_records as r
    where r.organisation_id = new.organisation_id
      and r.id = new.id
      for no key update;
    v_comes_to_sight := true;
  else
    v_comes_to_sight := old.archived_at is not null and new.archived_at is null;
    if not v_comes_to_sight and (new.diagnosis, new.codes, new.treatment_plan, new.physician_notes)
      is not distinct from (old.diagnosis, old.codes, old.treatment_plan, old.physician_notes)
    then
      return new;
    end if;
  end if;
  perform authz.require_read_committed();
  if v_comes_to_sight and exists (
    select
    from public.medical_records as r
    where r.organisation_id = new.organisation_id
      and r.id = new.id
      and r.archived_at is not null
  ) then
    raise exception 'record not found'
      using errcode = 'CD010', hint = 'Name a record that is not archived; one that is brought back brings its details along.';
  end if;
  -- Archived and brought back, what was superseded says what it said.
  if tg_op = 'UPDATE' and (new.diagnosis, new.codes, new.treatment_plan, new.physician_notes)
    is not distinct from (old.diagnosis, old.codes, old.treatment_plan, old.physician_notes)
  then
    return new;
  end if;
  if exists (
    select
    from public.medical_records as r
    where r.organisation_id = new.organisation_id
      and r.supersedes_id = new.id
  ) then
    raise exception 'the details of a superseded version of a record never change'
      using errcode = 'CD011', hint = 'Change the latest version, or record a new one that supersedes it.';
  end if;
  return new;
end
$$;
comment on function authz.tg_medical_record_details__superseded() is
  'Keeps the details of superseded versions unchanged (CD011, CD007 above READ COMMITTED), and those of a record that was put away out of sight (CD010). [N-01, N-15, S-16]';

-- authz.tg_medical_records__version: a record is corrected by a new version that names the one before; what was superseded
-- stays as it was read and relied upon. A version that a nurse may not see is not there to be superseded by one. What protects a version protects its
-- correction, which is of the same visit, and whose writer may have said nothing of it: a segment is taken off afterwards, of which the events tell.
create or replace function authz.tg_medical_records__version()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'UPDATE' then
    new.version := old.version;
    new.supersedes_id := old.supersedes_id;
    if (new.record_type, new.vitals, new.medications, new.archived_at is null)
        is not distinct from (old.record_type, old.vitals, old.medications, old.archived_at is null)
      and new.segments @> old.segments -- more protection may come later
    then
      return new;
    end if;
    perform authz.require_read_committed();
    if exists (
      select
      from public.medical_records as r
      where r.organisation_id = old.organisation_id
        and r.supersedes_id = old.id
    ) then
      raise exception 'a superseded version of a record never changes'
        using errcode = 'CD011', hint = 'Change the latest version, or record a new one that supersedes it.';
    end if;
    return new;
  end if;

  new.version := 1;
  if new.supersedes_id is null then
    return new;
  end if;
  if authz.is_out_of_reach(new.organisation_id) then
    new.organisation_id := null; -- no policy lets it in
    return new;
  end if;
  -- Patient and consents first: whoever changes a consent goes on to its records.
  perform authz.lock_chart(new.organisation_id, new.patient_id, 'treatment');
  select r.version + 1,
         case
           when r.segments <@ new.segments then new.segments
           else array(select distinct s.segment from unnest(r.segments || new.segments) as s (segment) order by 1)
         end
    into new.version, new.segments
    from public.medical_records as r
   where r.organisation_id = new.organisation_id
     and r.id = new.supersedes_id
     and r.patient_id = new.patient_id
     and (
       not r.is_segmented
       or authz.is_system()
       or authz.organisation_for('{doctor}', '{}') = new.organisation_id
     )
     for no key update;
  if not found then
    raise exception 'the record to be superseded was not found'
      using errcode = 'foreign_key_violation', hint = 'Name a record of the same patient that you may read.';
  end if;
  -- Whoever is changing its details comes before this version, or after it and finds them superseded.
  perform
  from public.medical_record_details as d
  where d.organisation_id = new.organisation_id
    and d.id = new.supersedes_id
    for no key update;
  return new;
end
$$;

-- authz.tg_patients__project: hides and shows what is known of a patient together with the patient, in the same
-- transaction (N-27). Each row's own trigger computes the value, the one place that does.
create or replace function authz.tg_patients__project()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.status is not distinct from old.status
    and (new.archived_at is null) = (old.archived_at is null)
  then
    return null;
  end if;

  perform authz.lock_patient(new.organisation_id, new.id);
  -- Consents before what they gate, as whoever changes one holds it and goes on to those.
  update public.consents as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.patient_identity as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.id = new.id;
  update public.patient_clinical as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.id = new.id;
  update public.appointments as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.appointment_reasons as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.care_relationships as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.patient_accounts as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  -- Records before details: who archives a record, or supersedes it, holds it and goes on to its details. The latest version first: who protects it
  -- holds it and goes on to those before it.
  perform
  from public.medical_records as r
  where r.organisation_id = new.organisation_id
    and r.patient_id = new.id
  order by r.version desc, r.id
  for no key update;
  update public.medical_records as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.medical_record_details as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.access_restrictions as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.emergency_access_grants as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.emergency_access_reasons as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.cases as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.admissions as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.documents as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.signed_forms as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  if new.status <> 'active' or new.archived_at is not null then
    perform authz.forget_passengers(new.organisation_id, new.id, '-infinity');
  end if;
  update public.transfers as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  return null;
end
$$;

-- public.dispatch_transfer: hands a transfer to who drives it: a packet of its own in their tenant, and no row of the clinic's. The
-- patient is named beside it only where a consent to transfer_disclosure outlives it, and their clinic is open; else the crew asks at the pickup by the job's id.
create or replace function public.dispatch_transfer(transfer_id uuid, transport_organisation_id uuid, organisation_id uuid default null)
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant uuid := authz.transfer_tenant(transfer_id, organisation_id);
  v_transfer public.transfers;
  v_expires_at timestamptz;
  v_job_id uuid;
  v_told text[] := '{pickup,destination,pickup_at,mobility,priority}';
begin
  if not exists (
    select
    from public.organisations as o
    where o.id = dispatch_transfer.transport_organisation_id
      and (o.kind = 'transport' or o.id = v_tenant)
      and o.archived_at is null
  ) then
    raise exception 'transport company not found'
      using errcode = 'CD010', hint = 'Name an organisation of kind transport, or the clinic itself where it drives.';
  end if;
  -- Who closes the clinic waits for this, or is seen: nobody is named for a clinic that is closed.
  perform from public.organisation_settings as s where s.organisation_id = v_tenant for share;
  -- Patient and consents before the transfer: a consent that is being withdrawn is seen.
  perform authz.lock_chart(
    v_tenant,
    (select t.patient_id from public.transfers as t where t.organisation_id = v_tenant and t.id = dispatch_transfer.transfer_id),
    'transfer_disclosure'
  );
  select t.organisation_id, t.id, t.patient_id, t.case_id, t.status, t.mobility, t.pickup, t.destination, t.pickup_at,
    t.patient_status
    into v_transfer.organisation_id, v_transfer.id, v_transfer.patient_id, v_transfer.case_id, v_transfer.status,
      v_transfer.mobility, v_transfer.pickup, v_transfer.destination, v_transfer.pickup_at, v_transfer.patient_status
    from public.transfers as t
   where t.organisation_id = v_tenant
     and t.id = dispatch_transfer.transfer_id
  for no key update;
  if v_transfer.patient_status <> 'active' then
    raise exception 'transfer not found'
      using errcode = 'CD010', hint = 'Its patient is no longer active.';
  end if;
  if v_transfer.status <> 'accepted' then
    raise exception 'transfers cannot go from % to dispatched', v_transfer.status
      using errcode = 'CD013', hint = 'Dispatch a transfer that was accepted, once.';
  end if;

  v_expires_at := greatest(v_transfer.pickup_at, clock_timestamp()) + interval '24 hours';
  insert into public.transfer_jobs as j (organisation_id, origin_organisation_id, transfer_id, packet, expires_at)
  select
    dispatch_transfer.transport_organisation_id, v_tenant, v_transfer.id,
    jsonb_build_object(
      'pickup', v_transfer.pickup, 'destination', v_transfer.destination, 'pickup_at', v_transfer.pickup_at,
      'mobility', v_transfer.mobility, 'priority', c.priority
    ),
    v_expires_at
  from public.cases as c
  where c.organisation_id = v_tenant
    and c.id = v_transfer.case_id
  returning j.id into v_job_id;
  if authz.transfer_consent_until(v_tenant, v_transfer.patient_id) >= v_expires_at
    and exists (select from public.organisations as o where o.id = v_tenant and o.archived_at is null)
  then
    insert into public.transfer_job_patients
      (organisation_id, id, origin_organisation_id, transfer_id, patient_name, language, expires_at)
    select dispatch_transfer.transport_organisation_id, v_job_id, v_tenant, v_transfer.id, p.full_name, p.language, v_expires_at
    from public.patients as p
    where p.organisation_id = v_tenant
      and p.id = v_transfer.patient_id;
    v_told := v_told || '{patient_name,language}';
  end if;
  perform authz.record_disclosure(
    v_tenant, v_transfer.patient_id, case when transport_organisation_id = v_tenant then 'clinic' else 'transport' end,
    transport_organisation_id, 'transfer_disclosure', v_told, 'public.transfer_jobs', v_job_id
  );
  update public.transfers as t
     set status = 'dispatched',
         transport_organisation_id = dispatch_transfer.transport_organisation_id
   where t.organisation_id = v_tenant
     and t.id = v_transfer.id;
  return v_job_id;
end
$$;

-- public.export_case_timeline: what happened in a case, for an insurer, an auditor or an authority that has to judge it. Nobody outside a tenant gets a
-- row: they get this text, and the patient is told that they did. It holds the log's own rows, ids and states: no name, no free text, nothing of the
-- chart. An insurer gets it where the patient consents to that, or another legal basis stands in for it. Who is refused stands in the access log.
create or replace function public.export_case_timeline(case_id uuid, recipient_kind text default 'insurer', organisation_id uuid default null)
  returns jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_is_operations constant boolean := authz.acting_realm() = 'internal_ops' and authz.is_operator('{ops_agent,auditor}');
  v_caller constant record := authz.caller();
  v_utc constant text := 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"';
  v_tenant uuid;
  v_case record;
  v_timeline text;
begin
  if authz.acting_realm() = 'provider' then
    v_tenant := coalesce(authz.organisation_for('{clinic_admin}', '{}'), authz.organisation_for('{}', '{privacy_officer}'));
  end if;
  if v_tenant is null and not v_is_operations then
    perform authz.emit_refusal('case_timeline', 'SELECT', null, null, 'role');
    raise exception 'a case''s timeline is not yours to export'
      using errcode = 'insufficient_privilege',
        hint = 'It takes a clinic_admin or the privacy officer of the clinic, or an agent or auditor of operations.';
  end if;
  if export_case_timeline.recipient_kind is null or export_case_timeline.recipient_kind not in ('insurer', 'auditor', 'authority') then
    raise exception 'this recipient gets no timeline'
      using errcode = 'invalid_parameter_value', hint = 'Use insurer, auditor or authority.';
  end if;
  -- What was withdrawn a moment ago is no consent.
  perform authz.require_read_committed();
  begin
    select c.organisation_id, c.patient_id, c.number, c.status
      into strict v_case
      from public.cases as c
     where c.id = export_case_timeline.case_id
       and c.organisation_id = coalesce(v_tenant, export_case_timeline.organisation_id, c.organisation_id)
       and c.organisation_id = coalesce(export_case_timeline.organisation_id, c.organisation_id)
       -- Of operations' own: what they were handed over, closed cases too, since claims outlive them.
       and (v_tenant is not null or c.handed_off_at is not null)
       and c.archived_at is null;
  exception
    when no_data_found or too_many_rows then
      perform authz.emit_refusal('case_timeline', 'SELECT', v_tenant, null, 'not_found');
      raise exception 'case not found'
        using errcode = 'CD010',
          hint = 'Name a case of the current organisation; operations name one handed over to them, and the organisation where two share an id.';
  end;
  -- As dispatch_transfer does: a withdrawal that is under way is waited for, and seen. Else the patient would read of a disclosure after it.
  if export_case_timeline.recipient_kind = 'insurer' then
    perform authz.lock_chart(v_case.organisation_id, v_case.patient_id, 'insurer_disclosure');
  end if;
  if export_case_timeline.recipient_kind = 'insurer' and not exists (
    select
    from public.consents as c
    where c.organisation_id = v_case.organisation_id
      and c.patient_id = v_case.patient_id
      and c.purpose = 'insurer_disclosure'
      and c.status = 'active'
      and c.archived_at is null
      and least(c.expires_at, c.superseded_at, 'infinity') > authz.now()
  ) then
    perform authz.emit_refusal('case_timeline', 'SELECT', v_case.organisation_id, v_case.patient_id, 'consent');
    raise exception 'the patient consents to no disclosure to insurers'
      using errcode = 'insufficient_privilege',
        hint = 'It takes an active consent to insurer_disclosure, or another legal basis for it: rely_on_legal_basis.';
  end if;
  v_timeline := jsonb_build_object(
    'organisation_id', v_case.organisation_id, 'case_id', export_case_timeline.case_id, 'case_number', v_case.number, 'status', v_case.status,
    'recipient_kind', export_case_timeline.recipient_kind,
    'exported_at', to_char(clock_timestamp() at time zone 'UTC', v_utc),
    'events', (
      select coalesce(
        jsonb_agg(
          jsonb_build_object(
            'id', l.id, 'occurred_at', to_char(l.occurred_at at time zone 'UTC', v_utc), 'event_type', l.event_type,
            'entity_type', l.entity_type, 'entity_id', l.entity_id, 'actor_user_id', l.actor_user_id, 'actor_realm', l.actor_realm,
            'details', l.details
          )
          order by l.occurred_at, l.id
        ),
        '[]'
      )
      from public.case_activity_log as l
      where l.organisation_id = v_case.organisation_id
        and l.case_id = export_case_timeline.case_id
    )
  )::text;
  -- Whoever rolls back has the text all the same: the patient is told that it was taken, though not that it left.
  perform authz.emit_access(
    case when v_is_operations then 'internal_ops' else 'provider' end,
    row(v_caller.user_id, v_caller.session_id, v_case.organisation_id, v_caller.role)::authz.membership, 'case_timeline', 'SELECT',
    'comprehensive', 'disclosed', null, export_case_timeline.case_id, v_case.patient_id
  );
  perform authz.record_disclosure(
    v_case.organisation_id, v_case.patient_id, export_case_timeline.recipient_kind, null,
    case export_case_timeline.recipient_kind when 'insurer' then 'insurer_disclosure' else 'general_operations' end,
    '{public.case_activity_log}', 'public.export_case_timeline', export_case_timeline.case_id, authz.digest(v_timeline)
  );
  perform authz.record_security_event(v_case.organisation_id, 'data.exported', export_case_timeline.case_id, '{"kind": "case_timeline"}');
  return jsonb_build_object(
    'format', 'cordon.case-timeline.1', 'timeline', v_timeline, 'timeline_sha256', authz.digest(v_timeline)
  );
end
$$;

-- public.sign_form: the patient signs, on their own login or before a witness of the clinic. The signer gives a name and a meaning; time,
-- user, address, user agent and digests are the server's (S-31, S-32). The witness is neither who drew the form up nor who proposed what
-- it carries: a gate is never opened by who profits from it. A digest of what was shown (preview_form) refuses what is another text by now.
create or replace function public.sign_form(form_id uuid, typed_name text, meaning text, content_sha256 text default null)
  returns jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_realm constant text := authz.acting_realm();
  v_name constant text := authz.trimmed(typed_name);
  v_address constant inet := authz.client_address();
  v_organisation_id uuid;
  v_patient_id uuid;
  v_capacity text;
  v_form record;
  v_template record;
  v_content text;
  v_signed_at timestamptz;
  v_record text;
begin
  begin
    v_organisation_id := authz.form_tenant(form_id);
    -- A name that a person can read: letters, and nothing that turns or hides what stands beside it.
    if coalesce(length(v_name), 0) not between 2 and 120
      or length(translate(v_name, E' .,:;-_''"()/\u2019\u00b7\u200c\u200d', '')) < 2
      or authz.has_hidden_signs(v_name)
    then
      raise exception 'a signature needs the typed name'
        using errcode = 'CD017', hint = 'Type the signer''s name, 2 to 120 characters, without signs that nobody sees.';
    end if;
    if sign_form.meaning is null or sign_form.meaning not in ('consent', 'acknowledgement', 'financial_responsibility', 'assignment_of_benefits') then
      raise exception 'a signature needs a meaning'
        using errcode = 'CD017', hint = 'One of consent, acknowledgement, financial_responsibility, assignment_of_benefits.';
    end if;

    select f.patient_id
      into v_patient_id
      from public.signed_forms as f
     where f.organisation_id = v_organisation_id
       and f.id = sign_form.form_id;
    -- The patient, the form, then what it carries, in the order of lock_chart. The second of two signatures waits here.
    perform authz.lock_patient(v_organisation_id, v_patient_id);
    select f.id, f.status, f.template_id, f.case_id, f.document_id, f.capacity, f.created_by_user_id
      into v_form
      from public.signed_forms as f
     where f.organisation_id = v_organisation_id
       and f.id = sign_form.form_id
    for no key update; -- no more: who proposes what it is to carry holds its key, and waits for the patient
    -- Asked again of whoever waited: the form was put away meanwhile, the patient became inactive, or the account that signs has ended.
    perform authz.form_tenant(form_id);
    if v_form.status <> 'draft' then
      raise exception 'the form has been signed already'
        using errcode = 'CD013', hint = 'A form is signed once: draw up another.';
    end if;
    -- What the text says that it carries is what comes into force: nobody rejects it in between.
    perform
    from public.consents as c
    where c.organisation_id = v_organisation_id
      and c.signed_form_id = v_form.id
    order by c.id
    for no key update;
    -- Nor does what it speaks of become another, or nothing, under the signer's hand.
    perform
    from public.documents as d
    where d.organisation_id = v_organisation_id
      and d.id = v_form.document_id
      and d.status = 'active'
      and d.archived_at is null
    for no key update;
    if v_form.document_id is not null and not found then
      raise exception 'the document that the form speaks of is not there to be signed'
        using errcode = 'CD017', hint = 'Upload it and give its digest; a frozen, rejected or withdrawn one is signed by nobody.';
    end if;
    select t.kind, t.body_sha256, t.archived_at
      into v_template
      from public.form_templates as t
     where t.id = v_form.template_id;
    if v_template.archived_at is not null then
      raise exception 'the text of this form has been retired'
        using errcode = 'CD017', hint = 'Draw up a form of its next version.';
    end if;
    -- Who acknowledges a text has not consented: a consent form opens nothing by another word.
    if sign_form.meaning <> all (
      case v_template.kind
        when 'consent' then '{consent}'::text[]
        when 'financial' then '{financial_responsibility,acknowledgement}'
        else '{assignment_of_benefits,acknowledgement}'
      end
    ) then
      raise exception 'a % form is not signed with this meaning', v_template.kind
        using errcode = 'CD017', hint = 'consent: consent. financial: financial_responsibility, acknowledgement. aob: assignment_of_benefits, acknowledgement.';
    end if;
    if v_realm = 'provider' and (
      v_form.created_by_user_id is null -- drawn up by nobody who could be told from the witness
      or v_form.created_by_user_id = v_caller.user_id
      or exists (
        select
        from public.consents as c
        where c.organisation_id = v_organisation_id
          and c.signed_form_id = v_form.id
          and c.status = 'proposed'
          and (c.created_by_user_id is null or c.created_by_user_id = v_caller.user_id)
      )
    ) then
      raise exception 'who drew the form up does not witness it'
        using errcode = 'CD017', hint = 'Have a colleague witness the signature.';
    end if;

    v_capacity := coalesce(
      (
        select case min(a.relationship) when 'self' then 'patient' when 'guardian' then 'guardian' else 'representative' end
        from public.patient_accounts as a
        where v_realm = 'patient'
          and a.organisation_id = v_organisation_id
          and a.patient_id = v_patient_id
          and a.user_id = v_caller.user_id
          and a.revoked_at is null
          and a.archived_at is null
        having count(*) > 0
      ),
      v_form.capacity
    );
    v_content := authz.form_content(v_organisation_id, form_id);
    if sign_form.content_sha256 <> authz.digest(v_content) then
      raise exception 'the form is no longer what was shown'
        using errcode = 'CD017', hint = 'Show it again: preview_form gives the text and its digest.';
    end if;
    v_signed_at := clock_timestamp();
    v_record := jsonb_build_object(
      'format', 'cordon.signature.1',
      'organisation_id', v_organisation_id, 'form_id', v_form.id, 'patient_id', v_patient_id,
      'content_sha256', authz.digest(v_content), 'body_sha256', v_template.body_sha256,
      'typed_name', v_name, 'capacity', v_capacity, 'meaning', sign_form.meaning,
      'signed_at', to_char(v_signed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
      'signed_by_user_id', case when v_realm = 'patient' then v_caller.user_id end,
      'witness_user_id', case when v_realm = 'provider' then v_caller.user_id end,
      'session_id', v_caller.session_id,
      'signed_ip', host(v_address), 'ip_source', case when v_address is null then 'unknown' else 'edge' end,
      'user_agent', authz.user_agent()
    )::text;

    begin
      update public.signed_forms as f
         set status = 'active',
             capacity = v_capacity,
             typed_name = v_name,
             meaning = sign_form.meaning,
             content = v_content,
             content_sha256 = authz.digest(v_content),
             signed_at = v_signed_at,
             signed_by_user_id = case when v_realm = 'patient' then v_caller.user_id end,
             witness_user_id = case when v_realm = 'provider' then v_caller.user_id end
       where f.organisation_id = v_organisation_id
         and f.id = v_form.id;
      update public.consents as c
         set status = 'active'
       where c.organisation_id = v_organisation_id
         and c.signed_form_id = v_form.id
         and c.status = 'proposed'
         and c.archived_at is null;
    exception
      when unique_violation then
        raise exception 'a form of this text, or a consent that it carries, is in force already'
          using errcode = 'CD013', hint = 'Terminate the form, or withdraw the consent, that is in force.';
    end;
    insert into public.signed_form_evidence
      (organisation_id, id, patient_id, signed_ip, ip_source, user_agent, record, record_sha256)
    values (
      v_organisation_id, v_form.id, v_patient_id, v_address, case when v_address is null then 'unknown' else 'edge' end,
      authz.user_agent(), v_record, authz.digest(v_record)
    );
    return jsonb_build_object(
      'form_id', v_form.id, 'signed_at', v_record::jsonb -> 'signed_at', 'content_sha256', authz.digest(v_content),
      'record_sha256', authz.digest(v_record)
    );
  exception
    -- Refused, and what it did so far taken back: who tried, on what, stands in the access log.
    when insufficient_privilege or sqlstate 'CD010' or sqlstate 'CD013' or sqlstate 'CD016' or sqlstate 'CD017' then
      perform authz.emit_refusal('signed_forms', 'UPDATE', v_organisation_id, v_patient_id, sqlerrm);
      raise;
  end;
end
$$;

revoke create on schema authz from cordon_definer;

-- migrate:down
