-- migrate:up
-- Why: whoever has not signed in could read neither what consents are about nor what forms are called
-- Access: +2 grants, +2 policies, 1 changed
--   + policy anon_select on public.consent_purposes: select to anon
--   ~ policy anon_fence on public.form_templates
--   + policy anon_select on public.form_templates: select to anon
--   + anon may select (description, purpose) on public.consent_purposes
--   + anon may select (code, id, kind, language, title, version) on public.form_templates
--   widens: whoever has not signed in can now read public.consent_purposes (purpose, description), where its policies let them
--   widens: whoever has not signed in can now read public.form_templates (id, kind, code, version, language, title), where its policies let them
-- Locks: 2 existing tables, until the migration commits
--   ACCESS EXCLUSIVE public.consent_purposes
--   ACCESS EXCLUSIVE public.form_templates

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

create or replace function authz.rules_form_templates()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "form_templates", "rowKey": "id", "tenantKey": null, "patientKey": null, "columns": ["archived_at", "id"], "fence": {"provider": ["everyone"], "patient": ["everyone"], "internal_ops": ["operator"], "anon": ["everyone"]}, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-31"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["S-31"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-31"]},
    {"realm": "internal_ops", "operation": "INSERT", "roles": ["admin"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["S-31"]},
    {"realm": "internal_ops", "operation": "UPDATE", "roles": ["admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["S-31"]},
    {"realm": "anon", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-17", "S-31"]}
  ]}';
end
$$;

create policy anon_select on public.consent_purposes
  for select to anon
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy anon_select on public.consent_purposes is
  'anybody may read rows that are not archived. [N-17, N-48]';

alter policy anon_fence on public.form_templates
  to anon
  using (true)
  with check (false);
comment on policy anon_fence on public.form_templates is
  'Whatever another policy allows, callers who are not signed in reach every row. [N-24, S-02, S-03, S-04]';

create policy anon_select on public.form_templates
  for select to anon
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy anon_select on public.form_templates is
  'anybody may read rows that are not archived. [N-17, S-31]';

grant select (description, purpose) on public.consent_purposes to anon;

grant select (code, id, kind, language, title, version) on public.form_templates to anon;

drop function authz.simulate(text, text, uuid, text, uuid, uuid, timestamp with time zone, inet, text);

-- migrate:down
