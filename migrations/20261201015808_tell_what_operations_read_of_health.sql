-- migrate:up
-- Why: allergies and alerts that operations read named no patient, so that nobody was told
-- Side: operations
-- Access: 1 changed
--   ~ policy internal_ops_select on public.patient_clinical
-- Locks: 1 existing table, until the migration commits
--   ACCESS EXCLUSIVE public.patient_clinical

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

create or replace function authz.rules_patient_clinical()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "patient_clinical", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "id", "handedOverBy": "consenting_patient", "handedOverKey": "id", "columns": ["archived_at", "id", "organisation_id", "patient_status", "treatment_consent_until"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["doctor", "nurse", "assistant"], "capabilities": [], "conditions": ["not_archived", "patient_active", "consent:treatment"], "hours": null, "network": false, "purposes": ["data_view", "treatment"], "emergencyBypass": true, "auditLevel": "comprehensive", "requirements": ["N-02", "N-14", "N-19", "N-27", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["doctor", "nurse"], "capabilities": [], "conditions": ["patient_active", "consent:treatment"], "hours": null, "network": false, "purposes": ["treatment"], "emergencyBypass": true, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["doctor", "nurse"], "capabilities": [], "conditions": ["not_archived", "patient_active", "consent:treatment"], "hours": null, "network": false, "purposes": ["treatment"], "emergencyBypass": true, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-15"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived", "handed_over"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "comprehensive", "requirements": ["S-29"]}
  ]}';
end
$$;

alter policy internal_ops_select on public.patient_clinical
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'patient_clinical', 'SELECT', 'comprehensive'))
    and case
      when
        (archived_at is null or archived_at = now())
        and authz.is_handed_over('consenting_patient', organisation_id, id)
      then authz.log_disclosure((select authz.disclosure_stamp('internal_ops', 'patient_clinical', 'SELECT')), organisation_id, id, id)
      else false
    end
    and id = any ((select authz.handed_over_ids('consenting_patient'))::uuid[])
  );

-- migrate:down
