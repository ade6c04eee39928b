-- migrate:up
-- Why: operations see what a clinic owns from the handoff of its case until the case is closed
-- Access: +14 grants, +8 policies, 4 definer functions
--   ~ authz.is_handed_over is written, and runs with the rights of its owner
--   + internal_ops may execute function authz.is_handed_over(text, uuid, uuid)
--   ~ authz.condition_holds is written, and runs with the rights of its owner
--   ~ authz.handed_over_ids is written, and runs with the rights of its owner
--   + internal_ops may execute function authz.handed_over_ids(text)
--   ~ authz.simulate is written, and runs with the rights of its owner
--   + policy internal_ops_select on public.admissions: select to internal_ops
--   + policy internal_ops_select on public.beds: select to internal_ops
--   + policy internal_ops_select on public.consents: select to internal_ops
--   + policy internal_ops_select on public.medical_records: select to internal_ops
--   + policy internal_ops_select on public.patient_clinical: select to internal_ops
--   + policy internal_ops_select on public.patient_identity: select to internal_ops
--   + policy internal_ops_select on public.patients: select to internal_ops
--   + policy internal_ops_select on public.signed_forms: select to internal_ops
--   + cordon_definer may select on authz.handed_over_cases
--   + cordon_definer may select (case_id) on public.admissions
--   + internal_ops may select on public.admissions
--   + internal_ops may select on public.beds
--   + cordon_definer may select (status) on public.cases
--   + internal_ops may select on public.consents
--   + internal_ops may select on public.medical_records
--   + internal_ops may select on public.patient_clinical
--   + internal_ops may select on public.patient_identity
--   + internal_ops may select on public.patient_profiles
--   + internal_ops may select on public.patients
--   + internal_ops may select on public.signed_forms
-- Locks: 9 existing tables, until the migration commits
--   ACCESS EXCLUSIVE public.admissions
--   ACCESS EXCLUSIVE public.beds
--   ACCESS EXCLUSIVE public.consents
--   ACCESS EXCLUSIVE public.medical_records
--   ACCESS EXCLUSIVE public.patient_clinical
--   ACCESS EXCLUSIVE public.patient_identity
--   ACCESS EXCLUSIVE public.patients
--   ACCESS EXCLUSIVE public.signed_forms
--   SHARE public.cases

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Few at any moment, whatever has been closed since: operations find what they hold by reading these alone.
-- squawk-ignore require-concurrent-index-creation
create index cases_handed_over_idx on public.cases (organisation_id, patient_id, id)
  where handed_off_at is not null and archived_at is null and status not in ('closed', 'cancelled');

-- Operations know what they hold by id, across organisations.
-- squawk-ignore require-concurrent-index-creation
create index admissions_case_id_idx on public.admissions (case_id);
-- squawk-ignore require-concurrent-index-creation
create index beds_id_idx on public.beds (id);
-- squawk-ignore require-concurrent-index-creation
create index signed_forms_case_id_idx on public.signed_forms (case_id);

-- Cases that operations hold: from the handoff until they are closed. The one definition behind authz.is_handed_over.
create view authz.handed_over_cases with (security_invoker = true) as
  select c.organisation_id, c.id, c.patient_id
  from public.cases as c
  where c.handed_off_at is not null
    and c.archived_at is null
    and c.status not in ('closed', 'cancelled');
comment on view authz.handed_over_cases is 'Cases handed to operations, neither closed nor archived. [S-29]';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.is_handed_over: whether operations hold a row: by its case, by a case of its patient, by one of whoever lies in the bed. A chart
-- takes the patient's consent to the handoff as well.
create or replace function authz.is_handed_over(kind text, organisation_id uuid, id uuid)
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return case kind
    when 'case' then exists (
      select
      from authz.handed_over_cases as h
      where h.organisation_id = is_handed_over.organisation_id
        and h.id = is_handed_over.id
    )
    when 'bed' then exists (
      select
      from public.admissions as a
      join authz.handed_over_cases as h on h.organisation_id = a.organisation_id and h.id = a.case_id
      where a.organisation_id = is_handed_over.organisation_id
        and a.bed_id = is_handed_over.id
        and a.status = 'admitted'
        and a.archived_at is null
    )
    when 'patient' then exists (
      select
      from authz.handed_over_cases as h
      where h.organisation_id = is_handed_over.organisation_id
        and h.patient_id = is_handed_over.id
    )
    when 'consenting_patient' then exists (
      select
      from authz.handed_over_cases as h
      join public.consents as c on c.organisation_id = h.organisation_id and c.patient_id = h.patient_id
      where h.organisation_id = is_handed_over.organisation_id
        and h.patient_id = is_handed_over.id
        and c.purpose = 'ops_handoff'
        and c.status = 'active'
        and c.archived_at is null
        and (c.expires_at is null or c.expires_at > authz.now())
    )
    else false
  end;
end
$$;
comment on function authz.is_handed_over(text, uuid, uuid) is
  'Whether a case, a patient, a consenting_patient or a bed of an organisation is linked to a case that operations hold. [N-45, S-29]';
alter function authz.is_handed_over(text, uuid, uuid) owner to cordon_definer;
revoke all on function authz.is_handed_over(text, uuid, uuid) from public;
grant execute on function authz.is_handed_over(text, uuid, uuid) to internal_ops;

-- authz.condition_holds: what each word of the rules means, for explanations. Policies say the same in SQL compiled from
-- the same words; a property test holds the two together. Unknown is false.
create or replace function authz.condition_holds(
  condition text, rules jsonb, record jsonb, user_id uuid, organisation_id uuid, rank integer, at timestamptz
)
  returns boolean
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant uuid := (record ->> (rules ->> 'tenantKey'))::uuid;
  v_patient constant uuid := (record ->> (rules ->> 'patientKey'))::uuid;
  v_owner constant uuid := (record ->> 'user_id')::uuid;
begin
  return coalesce(
    case
      when condition = 'everyone' then true
      when condition in ('member', 'operator') then rank is not null
      when condition = 'active' then record ->> 'status' = 'active'
      when condition = 'proposed' then record ->> 'status' = 'proposed'
      when condition = 'unarchived' then record ->> 'archived_at' is null
      when condition = 'not_archived' then
        record ->> 'archived_at' is null or (record ->> 'archived_at')::timestamptz = now()
      when condition = 'patient_active' then record ->> 'patient_status' = 'active'
      when condition = 'unsegmented' then not (record ->> 'is_segmented')::boolean
      when condition = 'attached' then record ->> 'case_id' is not null
      when condition = 'handed_over' then
        authz.is_handed_over(rules ->> 'handedOverBy', v_tenant, (record ->> (rules ->> 'handedOverKey'))::uuid)
      when condition = 'unexpired' then (record ->> 'expires_at')::timestamptz > at
      when condition = 'own_user' then v_owner = condition_holds.user_id
      when condition = 'other_user' then v_owner <> condition_holds.user_id
      when condition = 'below_own_rank' then (record ->> 'rank')::integer < condition_holds.rank
      when condition = 'colleague' then exists (
        select
        from public.organisation_members as m
        where m.organisation_id = condition_holds.organisation_id
          and m.user_id = v_owner
          and m.accepted_at is not null
      )
      when condition = 'own_patient' then exists (
        select
        from authz.live_patient_accounts as a
        where a.organisation_id = v_tenant
          and a.patient_id = v_patient
          and a.user_id = condition_holds.user_id
      )
      when condition = 'own_organisation' then exists (
        select
        from authz.live_patient_accounts as a
        where a.organisation_id = v_tenant
          and a.user_id = condition_holds.user_id
      )
      when condition = 'treating' then
        v_patient = any (authz.treated_by(v_tenant, condition_holds.user_id, at))
      when condition = 'emergency' then
        v_patient = any (authz.emergency_of(v_tenant, condition_holds.user_id, at))
      when condition like 'consent:%' then
        (record ->> (substr(condition, 9) || '_consent_until'))::timestamptz > at
    end,
    false
  );
end
$$;

-- authz.handed_over_ids: lets an index find what operations hold; authz.is_handed_over decides, since ids are unique only within a tenant.
create or replace function authz.handed_over_ids(kind text)
  returns uuid[]
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    case kind
      when 'case' then (select array_agg(h.id) from authz.handed_over_cases as h)
      when 'bed' then (
        select array_agg(distinct a.bed_id)
        from authz.handed_over_cases as h
        join public.admissions as a on a.organisation_id = h.organisation_id and a.case_id = h.id and a.patient_id = h.patient_id
        where a.status = 'admitted'
          and a.archived_at is null
      )
      else (select array_agg(distinct h.patient_id) from authz.handed_over_cases as h)
    end,
    '{}'
  );
end
$$;
comment on function authz.handed_over_ids(text) is
  'Ids of the cases, patients or beds (case, bed, patient, consenting_patient) of cases that operations hold. [S-29]';
alter function authz.handed_over_ids(text) owner to cordon_definer;
revoke all on function authz.handed_over_ids(text) from public;
grant execute on function authz.handed_over_ids(text) to internal_ops;

create or replace function authz.rules_admissions()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "admissions", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "handedOverBy": "case", "handedOverKey": "case_id", "columns": ["archived_at", "case_id", "id", "organisation_id", "patient_status"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin", "doctor", "nurse", "assistant", "receptionist"], "capabilities": [], "conditions": ["not_archived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "N-14", "N-27", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["clinic_admin", "doctor", "nurse"], "capabilities": [], "conditions": ["patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-27", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["doctor", "nurse", "assistant"], "capabilities": [], "conditions": ["unarchived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived", "handed_over"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["S-29"]}
  ]}';
end
$$;

create or replace function authz.rules_beds()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "beds", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": null, "handedOverBy": "bed", "handedOverKey": "id", "columns": ["archived_at", "id", "organisation_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin", "doctor", "nurse", "assistant", "receptionist"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["clinic_admin", "doctor", "nurse"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03", "S-17"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["doctor", "nurse", "assistant"], "capabilities": [], "conditions": ["unarchived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03", "S-17"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived", "handed_over"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["S-29"]}
  ]}';
end
$$;

create or replace function authz.rules_consents()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "consents", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "handedOverBy": "patient", "handedOverKey": "patient_id", "columns": ["archived_at", "id", "organisation_id", "patient_id", "patient_status", "status"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin", "doctor", "nurse", "assistant", "receptionist"], "capabilities": [], "conditions": ["not_archived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "N-27", "N-45", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["doctor", "nurse", "receptionist"], "capabilities": [], "conditions": ["proposed", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-27", "N-45", "S-03"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-15", "N-45"]},
    {"realm": "patient", "operation": "UPDATE", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-15", "N-45", "N-50"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived", "handed_over"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["S-29"]}
  ]}';
end
$$;

create or replace function authz.rules_medical_records()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "medical_records", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "handedOverBy": "consenting_patient", "handedOverKey": "patient_id", "columns": ["archived_at", "id", "is_segmented", "organisation_id", "patient_id", "patient_status", "treatment_consent_until"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["doctor"], "capabilities": [], "conditions": ["not_archived", "patient_active", "treating", "consent:treatment"], "hours": [], "network": true, "purposes": ["data_view", "treatment"], "emergencyBypass": true, "auditLevel": "comprehensive", "requirements": ["N-02", "N-14", "N-21", "N-25", "N-28", "N-45", "S-02"]},
    {"realm": "provider", "operation": "SELECT", "roles": ["nurse"], "capabilities": [], "conditions": ["not_archived", "patient_active", "unsegmented", "treating", "consent:treatment"], "hours": [], "network": true, "purposes": ["data_view", "treatment"], "emergencyBypass": true, "auditLevel": "comprehensive", "requirements": ["N-01", "N-02", "N-14", "N-25", "N-28", "N-45", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["doctor"], "capabilities": [], "conditions": ["patient_active", "treating"], "hours": null, "network": true, "purposes": ["treatment"], "emergencyBypass": true, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-21", "N-27", "S-03"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["nurse"], "capabilities": [], "conditions": ["patient_active", "unsegmented", "treating"], "hours": null, "network": true, "purposes": ["treatment"], "emergencyBypass": true, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["doctor"], "capabilities": [], "conditions": ["unarchived", "patient_active", "treating"], "hours": null, "network": true, "purposes": ["treatment"], "emergencyBypass": true, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-21", "N-27", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["nurse"], "capabilities": [], "conditions": ["unarchived", "patient_active", "unsegmented", "treating"], "hours": null, "network": true, "purposes": ["treatment"], "emergencyBypass": true, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-15"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived", "unsegmented", "handed_over"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "comprehensive", "requirements": ["N-45", "S-29"]}
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
  return '{"schema": "public", "table": "patient_clinical", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "id", "handedOverBy": "patient", "handedOverKey": "id", "columns": ["archived_at", "id", "organisation_id", "patient_status", "treatment_consent_until"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["doctor", "nurse", "assistant"], "capabilities": [], "conditions": ["not_archived", "patient_active", "consent:treatment"], "hours": null, "network": false, "purposes": ["data_view", "treatment"], "emergencyBypass": true, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-19", "N-27", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["doctor", "nurse"], "capabilities": [], "conditions": ["patient_active", "consent:treatment"], "hours": null, "network": false, "purposes": ["treatment"], "emergencyBypass": true, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["doctor", "nurse"], "capabilities": [], "conditions": ["not_archived", "patient_active", "consent:treatment"], "hours": null, "network": false, "purposes": ["treatment"], "emergencyBypass": true, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-15"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived", "handed_over"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["S-29"]}
  ]}';
end
$$;

create or replace function authz.rules_patient_identity()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "patient_identity", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "id", "handedOverBy": "patient", "handedOverKey": "id", "columns": ["archived_at", "id", "organisation_id", "patient_status"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin", "doctor", "nurse", "assistant", "receptionist"], "capabilities": [], "conditions": ["not_archived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-19", "N-27", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["clinic_admin", "receptionist"], "capabilities": [], "conditions": ["patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-27", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin", "doctor", "nurse", "receptionist"], "capabilities": [], "conditions": ["not_archived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-27", "S-03"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-15"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived", "handed_over"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["S-29"]}
  ]}';
end
$$;

create or replace function authz.rules_patients()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "patients", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "id", "handedOverBy": "patient", "handedOverKey": "id", "columns": ["archived_at", "id", "organisation_id", "status"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "N-27", "S-02"]},
    {"realm": "provider", "operation": "SELECT", "roles": ["doctor", "nurse", "assistant", "receptionist"], "capabilities": [], "conditions": ["active", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "N-14", "N-27", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["clinic_admin", "receptionist"], "capabilities": [], "conditions": ["active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-27", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["doctor", "nurse", "receptionist"], "capabilities": [], "conditions": ["active", "unarchived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-15"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived", "handed_over"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["S-29"]}
  ]}';
end
$$;

create or replace function authz.rules_signed_forms()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "signed_forms", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "handedOverBy": "case", "handedOverKey": "case_id", "columns": ["archived_at", "case_id", "id", "organisation_id", "patient_id", "patient_status"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin", "doctor", "nurse", "assistant", "receptionist"], "capabilities": [], "conditions": ["not_archived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "N-27", "S-02", "S-31"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["doctor", "nurse", "assistant", "receptionist"], "capabilities": [], "conditions": ["patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-27", "S-03", "S-32"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-27", "S-03"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-15", "S-31"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived", "handed_over"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["S-29"]}
  ]}';
end
$$;

-- authz.simulate: what the rules say of one row for one caller, moment and address, with the verdict of every condition.
-- It says no more of a row than that it was not found, unless the caller''s role and realm reach it. STABLE, so that
-- PostgreSQL itself refuses it any write.
create or replace function authz.simulate(
  table_name text, operation text, id uuid, realm text, user_id uuid, organisation_id uuid, at timestamptz, address inet,
  purpose text
)
  returns jsonb
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_rules constant jsonb := authz.rules_of(table_name);
  v_tenant uuid;
  v_role text;
  v_rank integer;
  v_capabilities text[];
  v_record jsonb;
  v_rule jsonb;
  v_conditions jsonb;
  v_emergency boolean;
  v_missing integer;
  v_usual integer;
  v_fewest integer;
  v_answer jsonb;
  v_word text;
  v_holds boolean;
  v_audience boolean := false;
begin
  if operation not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE') or operation is null then
    raise exception 'unknown operation'
      using errcode = 'CD012', hint = 'Use SELECT, INSERT, UPDATE or DELETE.';
  end if;
  select m.role, m.rank, m.capabilities
    into v_role, v_rank, v_capabilities
    from authz.membership_at(realm, user_id, organisation_id, at) as m;

  -- Whether any rule is theirs does not depend on the row, and is answered before it is looked for.
  for v_rule in select r from jsonb_array_elements(v_rules -> 'rules') as r loop
    v_audience := v_audience or (
      v_rule ->> 'realm' = realm and v_rule ->> 'operation' = operation
      and authz.is_of_audience(v_rule, v_role, v_capabilities)
    );
  end loop;
  if not v_audience then
    return authz.verdict(false, 'no rule for this role', '[{"condition": "role", "satisfied": false}]', false, false);
  end if;

  v_record := authz.record_of(v_rules, id, realm, user_id, organisation_id);
  if v_record is null then
    return authz.verdict(false, 'not found', '[]', false, false);
  end if;
  if v_rules -> 'tenantKey' = 'null' then
    -- Without a tenant the fence is a rule of its own; outside it there is nothing to find.
    for v_word in select w from jsonb_array_elements_text(coalesce(v_rules -> 'fence' -> realm, '["none"]')) as w loop
      if not authz.condition_holds(v_word, v_rules, v_record, user_id, organisation_id, v_rank, at) then
        return authz.verdict(false, 'not found', '[]', false, false);
      end if;
    end loop;
  end if;
  v_tenant := (v_record ->> (v_rules ->> 'tenantKey'))::uuid;

  <<rules>>
  for v_rule in select r from jsonb_array_elements(v_rules -> 'rules') as r loop
    continue when v_rule ->> 'realm' <> realm or v_rule ->> 'operation' <> operation
      or not authz.is_of_audience(v_rule, v_role, v_capabilities);
    v_conditions := '[{"condition": "role", "satisfied": true}]';
    v_missing := 0;
    v_usual := 0;
    for v_word in select w from jsonb_array_elements_text(v_rule -> 'conditions') as w loop
      v_holds := authz.condition_holds(v_word, v_rules, v_record, user_id, organisation_id, v_rank, at);
      -- A row that is somebody else's, or protected from the role, is not there: this rule says nothing of it.
      continue rules when not v_holds and v_word in ('own_patient', 'own_organisation', 'own_user', 'unsegmented', 'attached', 'handed_over');
      v_conditions := v_conditions || jsonb_build_object('condition', v_word, 'satisfied', v_holds);
      if v_word = 'treating' or v_word like 'consent:%' then
        v_usual := v_usual + (not v_holds)::integer;
      else
        v_missing := v_missing + (not v_holds)::integer;
      end if;
    end loop;
    if v_rule -> 'hours' <> 'null' then
      v_holds := authz.is_within_hours(
        organisation_id, array(select h::integer from jsonb_array_elements_text(v_rule -> 'hours') as h), at
      );
      v_conditions := v_conditions || jsonb_build_object('condition', 'hours', 'satisfied', v_holds);
      v_usual := v_usual + (not v_holds)::integer;
    end if;
    if (v_rule ->> 'network')::boolean then
      v_holds := authz.is_within_networks(organisation_id, address);
      v_conditions := v_conditions || jsonb_build_object('condition', 'network', 'satisfied', v_holds);
      v_missing := v_missing + (not v_holds)::integer;
    end if;
    if v_rule -> 'purposes' <> '[]' then
      v_holds := purpose is null or v_rule -> 'purposes' ? purpose;
      v_conditions := v_conditions || jsonb_build_object('condition', 'purpose', 'satisfied', v_holds);
      v_missing := v_missing + (not v_holds)::integer;
    end if;
    v_emergency := false;
    if (v_rule ->> 'emergencyBypass')::boolean then
      v_holds := authz.condition_holds('emergency', v_rules, v_record, user_id, organisation_id, v_rank, at);
      v_conditions := v_conditions || jsonb_build_object('condition', 'emergency', 'satisfied', v_holds);
      v_emergency := v_holds and v_usual > 0;
    end if;
    if operation = 'UPDATE' then
      -- An UPDATE that names its rows sees only what SELECT shows.
      v_holds := (authz.simulate(table_name, 'SELECT', id, realm, user_id, organisation_id, at, address, purpose) ->> 'allowed')::boolean;
      v_conditions := v_conditions || jsonb_build_object('condition', 'readable', 'satisfied', v_holds);
      v_missing := v_missing + (not v_holds)::integer;
    end if;
    if operation = 'UPDATE' and realm <> 'internal_ops' and v_rules ->> 'frozenBy' is not null then
      v_holds := v_record ->> (v_rules ->> 'frozenBy') is null;
      v_conditions := v_conditions || jsonb_build_object('condition', 'not_frozen', 'satisfied', v_holds);
      v_missing := v_missing + (not v_holds)::integer;
    end if;
    v_missing := v_missing + case when v_emergency then 0 else v_usual end;
    if v_answer is null or v_missing < v_fewest then
      v_fewest := v_missing;
      v_answer := authz.verdict(
        v_missing = 0,
        case
          when v_missing > 0 then 'not met: ' || (
            select string_agg(c ->> 'condition', ', ')
            from jsonb_array_elements(v_conditions) as c
            where not (c ->> 'satisfied')::boolean and c ->> 'condition' <> 'emergency'
          )
          when v_emergency then 'emergency access'
          else 'allowed'
        end,
        v_conditions,
        v_rule ->> 'auditLevel' <> 'basic' or v_emergency,
        v_missing = 0 and v_emergency
      );
    end if;
  end loop;
  return coalesce(v_answer, authz.verdict(false, 'not found', '[]', false, false));
end
$$;

revoke create on schema authz from cordon_definer;

create policy internal_ops_select on public.admissions
  for select to internal_ops
  using (
    (select authz.is_operator('{ops_agent}'))
    and (archived_at is null or archived_at = now())
    and case_id = any ((select authz.handed_over_ids('case'))::uuid[])
    and authz.is_handed_over('case', organisation_id, case_id)
  );
comment on policy internal_ops_select on public.admissions is
  'ops_agent of operations may read rows that are not archived and of a case that operations hold. [S-29]';

comment on policy definer_select on public.admissions is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_patients__project: finds the rows of a patient; authz.tg_beds__occupancy: whether a bed is taken; authz.is_handed_over: who lies in it). [N-08, N-27, S-17]';

create policy internal_ops_select on public.beds
  for select to internal_ops
  using (
    (select authz.is_operator('{ops_agent}'))
    and (archived_at is null or archived_at = now())
    and id = any ((select authz.handed_over_ids('bed'))::uuid[])
    and authz.is_handed_over('bed', organisation_id, id)
  );
comment on policy internal_ops_select on public.beds is
  'ops_agent of operations may read rows that are not archived and of a case that operations hold. [S-29]';

comment on policy definer_select on public.cases is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_patients__project: finds the rows of a patient; authz.tg__handed_over, public.attach_invoice: whether it is theirs; authz.handed_over_cases: which they hold; public.dispatch_transfer: how urgent). [N-08, N-27]';

create policy internal_ops_select on public.consents
  for select to internal_ops
  using (
    (select authz.is_operator('{ops_agent}'))
    and (archived_at is null or archived_at = now())
    and patient_id = any ((select authz.handed_over_ids('patient'))::uuid[])
    and authz.is_handed_over('patient', organisation_id, patient_id)
  );
comment on policy internal_ops_select on public.consents is
  'ops_agent of operations may read rows that are not archived and of a case that operations hold. [S-29]';

create policy internal_ops_select on public.medical_records
  for select to internal_ops
  using (
    (select authz.is_operator('{ops_agent}'))
    and (archived_at is null or archived_at = now())
    and is_segmented = false
    and patient_id = any ((select authz.handed_over_ids('consenting_patient'))::uuid[])
    and authz.is_handed_over('consenting_patient', organisation_id, patient_id)
  );
comment on policy internal_ops_select on public.medical_records is
  'ops_agent of operations may read rows that are not archived and without a protected segment and of a case that operations hold. [N-45, S-29]';

create policy internal_ops_select on public.patient_clinical
  for select to internal_ops
  using (
    (select authz.is_operator('{ops_agent}'))
    and (archived_at is null or archived_at = now())
    and id = any ((select authz.handed_over_ids('patient'))::uuid[])
    and authz.is_handed_over('patient', organisation_id, id)
  );
comment on policy internal_ops_select on public.patient_clinical is
  'ops_agent of operations may read rows that are not archived and of a case that operations hold. [S-29]';

create policy internal_ops_select on public.patient_identity
  for select to internal_ops
  using (
    (select authz.is_operator('{ops_agent}'))
    and (archived_at is null or archived_at = now())
    and id = any ((select authz.handed_over_ids('patient'))::uuid[])
    and authz.is_handed_over('patient', organisation_id, id)
  );
comment on policy internal_ops_select on public.patient_identity is
  'ops_agent of operations may read rows that are not archived and of a case that operations hold. [S-29]';

create policy internal_ops_select on public.patients
  for select to internal_ops
  using (
    (select authz.is_operator('{ops_agent}'))
    and (archived_at is null or archived_at = now())
    and id = any ((select authz.handed_over_ids('patient'))::uuid[])
    and authz.is_handed_over('patient', organisation_id, id)
  );
comment on policy internal_ops_select on public.patients is
  'ops_agent of operations may read rows that are not archived and of a case that operations hold. [S-29]';

create policy internal_ops_select on public.signed_forms
  for select to internal_ops
  using (
    (select authz.is_operator('{ops_agent}'))
    and (archived_at is null or archived_at = now())
    and case_id = any ((select authz.handed_over_ids('case'))::uuid[])
    and authz.is_handed_over('case', organisation_id, case_id)
  );
comment on policy internal_ops_select on public.signed_forms is
  'ops_agent of operations may read rows that are not archived and of a case that operations hold. [S-29]';

grant select on authz.handed_over_cases to cordon_definer;

grant select (case_id) on public.admissions to cordon_definer;
grant select on public.admissions to internal_ops;

grant select on public.beds to internal_ops;

grant select (status) on public.cases to cordon_definer;

grant select on public.consents to internal_ops;

grant select on public.medical_records to internal_ops;

grant select on public.patient_clinical to internal_ops;

grant select on public.patient_identity to internal_ops;

grant select on public.patient_profiles to internal_ops;

grant select on public.patients to internal_ops;

grant select on public.signed_forms to internal_ops;

-- migrate:down
