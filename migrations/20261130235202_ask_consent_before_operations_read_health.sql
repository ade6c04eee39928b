-- migrate:up
-- Why: an operations agent opened allergies and files without the patient's consent to the handoff, and after it was withdrawn
-- Side: operations
-- Access: 2 changed, 2 definer functions
--   ~ authz.tg_cases__disclosure is written, and runs with the rights of its owner
--   ~ authz.tg_consents__disclosure is written, and runs with the rights of its owner
--   ~ policy internal_ops_select on public.documents
--   ~ policy internal_ops_select on public.patient_clinical
--   widens: authz.tg_cases__disclosure(), which 1 trigger asks, has another text
--   widens: authz.tg_consents__disclosure(), which 1 trigger asks, has another text
--   widens: ops_agent can read public.documents in other rows: no longer only where authz.is_handed_over('patient', organisation_id, patient_id); now only where authz.is_handed_over('consenting_patient', organisation_id, patient_id)
--   widens: ops_agent can read public.patient_clinical in other rows: no longer only where authz.is_handed_over('patient', organisation_id, id); now only where authz.is_handed_over('consenting_patient', organisation_id, id)
-- Locks: 2 existing tables, until the migration commits
--   ACCESS EXCLUSIVE public.documents
--   ACCESS EXCLUSIVE public.patient_clinical

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

create or replace function authz.rules_documents()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "documents", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "handedOverBy": "consenting_patient", "handedOverKey": "patient_id", "columns": ["archived_at", "id", "is_financial", "organisation_id", "patient_id", "patient_status", "status", "treatment_consent_until"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["doctor", "nurse"], "capabilities": [], "conditions": ["not_archived", "patient_active", "treating", "consent:treatment"], "hours": null, "network": false, "purposes": ["data_view", "treatment"], "emergencyBypass": true, "auditLevel": "comprehensive", "requirements": ["N-02", "N-14", "N-21", "N-25", "N-45", "S-02", "S-11"]},
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": ["finance"], "conditions": ["not_archived", "patient_active", "financial"], "hours": null, "network": false, "purposes": ["data_view", "billing"], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "S-02", "S-11"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "active", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-15", "S-11"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["active", "not_archived", "handed_over"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "comprehensive", "requirements": ["S-11", "S-29"]}
  ]}';
end
$$;

create or replace function authz.rules_patient_clinical()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "patient_clinical", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "id", "handedOverBy": "consenting_patient", "handedOverKey": "id", "columns": ["archived_at", "id", "organisation_id", "patient_status", "treatment_consent_until"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["doctor", "nurse", "assistant"], "capabilities": [], "conditions": ["not_archived", "patient_active", "consent:treatment"], "hours": null, "network": false, "purposes": ["data_view", "treatment"], "emergencyBypass": true, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-19", "N-27", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["doctor", "nurse"], "capabilities": [], "conditions": ["patient_active", "consent:treatment"], "hours": null, "network": false, "purposes": ["treatment"], "emergencyBypass": true, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["doctor", "nurse"], "capabilities": [], "conditions": ["not_archived", "patient_active", "consent:treatment"], "hours": null, "network": false, "purposes": ["treatment"], "emergencyBypass": true, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-15"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived", "handed_over"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["S-29"]}
  ]}';
end
$$;

-- authz.tg_cases__disclosure: a case that is handed to operations shows them its patient: each handoff is a disclosure, and so is each time that one
-- which was closed, or archived by the server, opens again. What tells of health
-- (chart, allergies and alerts, files) goes only with the patient's consent to the handoff.
create or replace function authz.tg_cases__disclosure()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if (new.status = 'handed_off' and old.status <> 'handed_off')
    or (new.handed_off_at is not null and old.status = 'closed' and new.status <> 'closed')
    or (new.handed_off_at is not null and old.archived_at is not null and new.archived_at is null and new.status not in ('closed', 'cancelled'))
  then
    perform authz.require_read_committed(); -- an older snapshot would not show the consent that was given meanwhile
    perform authz.record_disclosure(
      new.organisation_id, new.patient_id, 'operations', null, 'ops_handoff',
      '{patients,patient_identity,admissions,transfers,consents,signed_forms}'::text[]
        || case when authz.is_handed_over('consenting_patient', new.organisation_id, new.patient_id)
          then '{patient_clinical,documents,medical_records}'::text[]
        end,
      'public.cases', new.id
    );
  end if;
  return null;
end
$$;

-- authz.tg_consents__disclosure: chart, health at a glance and files open to operations with the patient's consent to the handoff, or with another legal
-- basis for it, and that may come after the case did: then the handoff told of none, and this does, once for each case that they hold. The cases are
-- locked: who hands one over at this moment comes before, and is seen, or after, and sees the consent.
create or replace function authz.tg_consents__disclosure()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'UPDATE' then -- by itself: only an UPDATE has a row of before
    if old.status = 'active' and old.archived_at is null then
      return null;
    end if;
  end if;
  perform
  from public.cases as c
  where c.organisation_id = new.organisation_id
    and c.patient_id = new.patient_id
  order by c.id
  for share;
  -- Of what is over already, or ended by a later text, operations see nothing; and one that takes the place of another in force shows them nothing new.
  if authz.is_handed_over('consenting_patient', new.organisation_id, new.patient_id) and not exists (
    select
    from public.consents as c
    where c.organisation_id = new.organisation_id
      and c.patient_id = new.patient_id
      and c.purpose = new.purpose
      and c.id <> new.id
      and c.archived_at is null
      and (c.status = 'active' or (c.status = 'expired' and c.last_status_change_at >= new.given_at))
      and least(c.expires_at, c.superseded_at, 'infinity') > authz.now()
  ) then
    perform authz.record_disclosure(
      new.organisation_id, new.patient_id, 'operations', null, 'ops_handoff', '{patient_clinical,documents,medical_records}',
      'public.cases', h.id
    )
    from authz.handed_over_cases as h
    where h.organisation_id = new.organisation_id
      and h.patient_id = new.patient_id
    order by h.id;
  end if;
  return null;
end
$$;
comment on function authz.tg_consents__disclosure() is
  'Writes a disclosure of chart, health at a glance and files to operations where the consent to the handoff comes after the case. [N-37, N-45]';

alter policy internal_ops_select on public.documents
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'documents', 'SELECT', 'comprehensive'))
    and case
      when
        status = 'active'
        and (archived_at is null or archived_at = now())
        and authz.is_handed_over('consenting_patient', organisation_id, patient_id)
      then authz.log_disclosure((select authz.disclosure_stamp('internal_ops', 'documents', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
    and patient_id = any ((select authz.handed_over_ids('consenting_patient'))::uuid[])
  );

alter policy internal_ops_select on public.patient_clinical
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'patient_clinical', 'SELECT', 'detailed'))
    and (archived_at is null or archived_at = now())
    and id = any ((select authz.handed_over_ids('consenting_patient'))::uuid[])
    and authz.is_handed_over('consenting_patient', organisation_id, id)
  );

-- migrate:down
