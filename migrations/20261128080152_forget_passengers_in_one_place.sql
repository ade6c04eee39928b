-- migrate:up
-- Why: names are forgotten by one statement, whoever asks
-- Access: 4 definer functions
--   ~ authz.forget_passengers is written, and runs with the rights of its owner
--   ~ authz.tg_consents__project is written, and runs with the rights of its owner
--   ~ authz.tg_organisations__close is written, and runs with the rights of its owner
--   ~ authz.tg_patients__project is written, and runs with the rights of its owner
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.forget_passengers: takes the names of a clinic's patients, or of one, out of the jobs that drive them, where the packet outlives what
-- they agreed to. Rows that nobody at the company can lock, so that it waits for nobody there.
create or replace function authz.forget_passengers(organisation_id uuid, patient_id uuid, agreed_until timestamptz)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  update public.transfer_job_patients as p
     set patient_name = null,
         language = null
    from public.transfers as t
   where t.organisation_id = forget_passengers.organisation_id
     and t.patient_id = coalesce(forget_passengers.patient_id, t.patient_id)
     and p.organisation_id = t.transport_organisation_id
     and p.origin_organisation_id = t.organisation_id
     and p.transfer_id = t.id
     and p.patient_name is not null
     and p.expires_at > agreed_until;
end
$$;
comment on function authz.forget_passengers(uuid, uuid, timestamptz) is
  'Forgets whom jobs drive for an organisation: one patient, or all with NULL; packets that end by agreed_until keep the name. [N-24, N-50]';
alter function authz.forget_passengers(uuid, uuid, timestamptz) owner to cordon_definer;
revoke all on function authz.forget_passengers(uuid, uuid, timestamptz) from public;

-- authz.tg_consents__project: carries the state of consents onto the rows they gate, in the same transaction, so that
-- the policy compares a column of the row itself (1.06 of no gate, measured) and a withdrawal bites at once.
create or replace function authz.tg_consents__project()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- What is new meets rows that are made at this moment at the patient; what changes meets them at the consent itself: see lock_chart.
  if tg_op = 'INSERT' then
    perform authz.lock_patient(new.organisation_id, new.patient_id);
  end if;
  update public.patient_clinical as p
     set treatment_consent_until = null -- computed by the row's own trigger, the one place that does
   where p.organisation_id = new.organisation_id
     and p.id = new.patient_id;
  -- Details before records: who writes details holds them and then locks the record.
  update public.medical_record_details as d
     set treatment_consent_until = null
   where d.organisation_id = new.organisation_id
     and d.patient_id = new.patient_id;
  update public.medical_records as r
     set treatment_consent_until = null
   where r.organisation_id = new.organisation_id
     and r.patient_id = new.patient_id;
  -- Who drives learns no longer who is driven, in the transaction that withdraws it.
  if new.purpose = 'transfer_disclosure' then
    perform authz.forget_passengers(
      new.organisation_id, new.patient_id, coalesce(authz.transfer_consent_until(new.organisation_id, new.patient_id), '-infinity')
    );
  end if;
  return null;
end
$$;

-- authz.tg_organisations__close: who drives for a clinic that is closed learns no longer whom.
create or replace function authz.tg_organisations__close()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.archived_at is not null and old.archived_at is null then
    perform authz.forget_passengers(new.id, null, '-infinity');
  end if;
  return null;
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
  -- Details before records: who writes details holds them and then locks the record.
  update public.medical_record_details as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.medical_records as t set patient_status = null
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

revoke create on schema authz from cordon_definer;

comment on policy definer_select on public.transfer_job_patients is
  'definer functions may read every row (authz.forget_passengers: whom to forget; authz.simulate: explains a decision by what it depends on). [N-08, N-24, N-50]';

comment on policy definer_update on public.transfer_job_patients is
  'definer functions may change every row (authz.forget_passengers, authz.tg_transfer_jobs__follow: forgets). [N-24, N-50]';

-- migrate:down
