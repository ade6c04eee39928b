-- migrate:up
-- Why: an organisation that operations had archived could be brought back by nobody, since nobody saw it any more
-- Side: operations
-- Access: 2 changed
--   ~ policy internal_ops_select on public.organisations
--   ~ policy internal_ops_update on public.organisations
--   widens: admin can now change public.organisations in more rows: no longer only where archived_at is null or archived_at = now()
--   widens: admin can now read public.organisations in more rows: no longer only where archived_at is null or archived_at = now()
-- Locks: 1 existing table, until the migration commits
--   ACCESS EXCLUSIVE public.organisations

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

create or replace function authz.rules_organisations()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "organisations", "rowKey": "id", "tenantKey": "id", "patientKey": null, "columns": ["archived_at", "id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_organisation", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-15"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["admin"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "N-05"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02"]},
    {"realm": "internal_ops", "operation": "INSERT", "roles": ["admin"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-05"]},
    {"realm": "internal_ops", "operation": "UPDATE", "roles": ["admin"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-05"]},
    {"realm": "anon", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-17"]}
  ]}';
end
$$;

alter policy internal_ops_select on public.organisations
  to internal_ops
  using (
    (select authz.is_operator('{}'))
    and (
      (select authz.is_operator('{admin}'))
      or (
        (select authz.is_operator('{}'))
        and (archived_at is null or archived_at = now())
      )
    )
  );
comment on policy internal_ops_select on public.organisations is
  'admin of operations may read rows; any member of operations may read rows that are not archived. [N-02, N-05]';

alter policy internal_ops_update on public.organisations
  to internal_ops
  using ((select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'organisations', 'UPDATE', 'detailed')))
  with check ((select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'organisations', 'UPDATE', 'detailed')));
comment on policy internal_ops_update on public.organisations is
  'admin of operations may change rows. [N-02, N-05]';

comment on policy definer_select on public.organisations is
  'definer functions may read every row (authz.live_memberships: an archived organisation opens nothing; authz.form_tenant, authz.tg_consents__version: nor begins anything; authz.is_within_hours: its clock; public.dispatch_transfer: whether it drives; public.consent_receipt: who controls the data; authz.simulate: explains a decision by what it depends on). [N-08, N-16, N-22]';

-- migrate:down
