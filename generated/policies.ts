// DO NOT EDIT. Written by `npm run db:types`.
// What policies/ compiles to, for generateSupabasePolicies() of cordon/client.

/** One CREATE POLICY statement each, tables in the order of their names. */
export const POLICIES: readonly string[] = [
  `create policy provider_fence on audit.access_drains
  as restrictive for all to authenticated
  using (false)
  with check (false);`,
  `create policy patient_fence on audit.access_drains
  as restrictive for all to patient
  using (false)
  with check (false);`,
  `create policy internal_ops_fence on audit.access_drains
  as restrictive for all to internal_ops
  using (false)
  with check (false);`,
  `create policy anon_fence on audit.access_drains
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy definer_select on audit.access_drains
  for select to cordon_definer
  using (true);`,
  `create policy definer_insert on audit.access_drains
  for insert to cordon_definer
  with check (true);`,
  `create policy definer_update on audit.access_drains
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy provider_fence on audit.access_keys
  as restrictive for all to authenticated
  using (false)
  with check (false);`,
  `create policy patient_fence on audit.access_keys
  as restrictive for all to patient
  using (false)
  with check (false);`,
  `create policy internal_ops_fence on audit.access_keys
  as restrictive for all to internal_ops
  using (false)
  with check (false);`,
  `create policy anon_fence on audit.access_keys
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy definer_select on audit.access_keys
  for select to cordon_definer
  using (true);`,
  `create policy definer_insert on audit.access_keys
  for insert to cordon_definer
  with check (true);`,
  `create policy provider_fence on audit.access_log
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'access_log', 'SELECT', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'access_log', 'SELECT', 'detailed')));`,
  `create policy patient_fence on audit.access_log
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on audit.access_log
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on audit.access_log
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on audit.access_log
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'access_log', 'SELECT', 'detailed')));`,
  `create policy internal_ops_select on audit.access_log
  for select to internal_ops
  using ((select authz.log_decision(authz.is_operator('{auditor}'), 'internal_ops', 'access_log', 'SELECT', 'detailed')));`,
  `create policy definer_select on audit.access_log
  for select to cordon_definer
  using (true);`,
  `create policy definer_insert on audit.access_log
  for insert to cordon_definer
  with check (true);`,
  `create policy provider_fence on audit.access_log_exceptions
  as restrictive for all to authenticated
  using (false)
  with check (false);`,
  `create policy patient_fence on audit.access_log_exceptions
  as restrictive for all to patient
  using (false)
  with check (false);`,
  `create policy internal_ops_fence on audit.access_log_exceptions
  as restrictive for all to internal_ops
  using (false)
  with check (false);`,
  `create policy anon_fence on audit.access_log_exceptions
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy definer_select on audit.access_log_exceptions
  for select to cordon_definer
  using (true);`,
  `create policy definer_insert on audit.access_log_exceptions
  for insert to cordon_definer
  with check (true);`,
  `create policy provider_fence on audit.app_events
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'app_events', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'app_events', 'SELECT', 'basic')));`,
  `create policy patient_fence on audit.app_events
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on audit.app_events
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on audit.app_events
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on audit.app_events
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'app_events', 'SELECT', 'basic')));`,
  `create policy internal_ops_select on audit.app_events
  for select to internal_ops
  using ((select authz.log_decision(authz.is_operator('{auditor}'), 'internal_ops', 'app_events', 'SELECT', 'basic')));`,
  `create policy definer_select on audit.app_events
  for select to cordon_definer
  using (true);`,
  `create policy definer_insert on audit.app_events
  for insert to cordon_definer
  with check (true);`,
  `create policy provider_fence on audit.context_log
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'context_log', 'SELECT', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'context_log', 'SELECT', 'detailed')));`,
  `create policy patient_fence on audit.context_log
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on audit.context_log
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on audit.context_log
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on audit.context_log
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'context_log', 'SELECT', 'detailed')));`,
  `create policy internal_ops_select on audit.context_log
  for select to internal_ops
  using ((select authz.log_decision(authz.is_operator('{auditor}'), 'internal_ops', 'context_log', 'SELECT', 'detailed')));`,
  `create policy definer_select on audit.context_log
  for select to cordon_definer
  using (true);`,
  `create policy definer_insert on audit.context_log
  for insert to cordon_definer
  with check (true);`,
  `create policy provider_fence on audit.deployment_events
  as restrictive for all to authenticated
  using (false)
  with check (false);`,
  `create policy patient_fence on audit.deployment_events
  as restrictive for all to patient
  using (false)
  with check (false);`,
  `create policy internal_ops_fence on audit.deployment_events
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on audit.deployment_events
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy internal_ops_select on audit.deployment_events
  for select to internal_ops
  using ((select authz.log_decision(authz.is_operator('{admin,auditor}'), 'internal_ops', 'deployment_events', 'SELECT', 'basic')));`,
  `create policy definer_select on audit.deployment_events
  for select to cordon_definer
  using (true);`,
  `create policy definer_insert on audit.deployment_events
  for insert to cordon_definer
  with check (true);`,
  `create policy provider_fence on audit.leaves
  as restrictive for all to authenticated
  using (false)
  with check (false);`,
  `create policy patient_fence on audit.leaves
  as restrictive for all to patient
  using (false)
  with check (false);`,
  `create policy internal_ops_fence on audit.leaves
  as restrictive for all to internal_ops
  using (false)
  with check (false);`,
  `create policy anon_fence on audit.leaves
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy definer_select on audit.leaves
  for select to cordon_definer
  using (true);`,
  `create policy definer_insert on audit.leaves
  for insert to cordon_definer
  with check (true);`,
  `create policy provider_fence on audit.nodes
  as restrictive for all to authenticated
  using (false)
  with check (false);`,
  `create policy patient_fence on audit.nodes
  as restrictive for all to patient
  using (false)
  with check (false);`,
  `create policy internal_ops_fence on audit.nodes
  as restrictive for all to internal_ops
  using (false)
  with check (false);`,
  `create policy anon_fence on audit.nodes
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy definer_select on audit.nodes
  for select to cordon_definer
  using (true);`,
  `create policy definer_insert on audit.nodes
  for insert to cordon_definer
  with check (true);`,
  `create policy provider_fence on audit.seals
  as restrictive for all to authenticated
  using (false)
  with check (false);`,
  `create policy patient_fence on audit.seals
  as restrictive for all to patient
  using (false)
  with check (false);`,
  `create policy internal_ops_fence on audit.seals
  as restrictive for all to internal_ops
  using (false)
  with check (false);`,
  `create policy anon_fence on audit.seals
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy definer_select on audit.seals
  for select to cordon_definer
  using (true);`,
  `create policy definer_insert on audit.seals
  for insert to cordon_definer
  with check (true);`,
  `create policy provider_fence on audit.security_events
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'security_events', 'SELECT', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'security_events', 'SELECT', 'detailed')));`,
  `create policy patient_fence on audit.security_events
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on audit.security_events
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on audit.security_events
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on audit.security_events
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'security_events', 'SELECT', 'detailed')));`,
  `create policy internal_ops_select on audit.security_events
  for select to internal_ops
  using ((select authz.log_decision(authz.is_operator('{auditor}'), 'internal_ops', 'security_events', 'SELECT', 'detailed')));`,
  `create policy definer_select on audit.security_events
  for select to cordon_definer
  using (true);`,
  `create policy definer_insert on audit.security_events
  for insert to cordon_definer
  with check (true);`,
  `create policy provider_fence on authz.deployment_settings
  as restrictive for all to authenticated
  using (false)
  with check (false);`,
  `create policy patient_fence on authz.deployment_settings
  as restrictive for all to patient
  using (false)
  with check (false);`,
  `create policy internal_ops_fence on authz.deployment_settings
  as restrictive for all to internal_ops
  using (false)
  with check (false);`,
  `create policy anon_fence on authz.deployment_settings
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy definer_select on authz.deployment_settings
  for select to cordon_definer
  using (true);`,
  `create policy provider_fence on authz.restricted_reads
  as restrictive for all to authenticated
  using (false)
  with check (false);`,
  `create policy patient_fence on authz.restricted_reads
  as restrictive for all to patient
  using (false)
  with check (false);`,
  `create policy internal_ops_fence on authz.restricted_reads
  as restrictive for all to internal_ops
  using (false)
  with check (false);`,
  `create policy anon_fence on authz.restricted_reads
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy definer_select on authz.restricted_reads
  for select to cordon_definer
  using (true);`,
  `create policy definer_insert on authz.restricted_reads
  for insert to cordon_definer
  with check (true);`,
  `create policy definer_update on authz.restricted_reads
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy provider_fence on authz.state_transitions
  as restrictive for all to authenticated
  using (false)
  with check (false);`,
  `create policy patient_fence on authz.state_transitions
  as restrictive for all to patient
  using (false)
  with check (false);`,
  `create policy internal_ops_fence on authz.state_transitions
  as restrictive for all to internal_ops
  using (false)
  with check (false);`,
  `create policy anon_fence on authz.state_transitions
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy definer_select on authz.state_transitions
  for select to cordon_definer
  using (true);`,
  `create policy provider_fence on governance.classification
  as restrictive for all to authenticated
  using (false)
  with check (false);`,
  `create policy patient_fence on governance.classification
  as restrictive for all to patient
  using (false)
  with check (false);`,
  `create policy internal_ops_fence on governance.classification
  as restrictive for all to internal_ops
  using (false)
  with check (false);`,
  `create policy anon_fence on governance.classification
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_fence on governance.compliance_results
  as restrictive for all to authenticated
  using (false)
  with check (false);`,
  `create policy patient_fence on governance.compliance_results
  as restrictive for all to patient
  using (false)
  with check (false);`,
  `create policy internal_ops_fence on governance.compliance_results
  as restrictive for all to internal_ops
  using (false)
  with check (false);`,
  `create policy anon_fence on governance.compliance_results
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy definer_select on governance.compliance_results
  for select to cordon_definer
  using (true);`,
  `create policy provider_fence on governance.deadlines
  as restrictive for all to authenticated
  using (false)
  with check (false);`,
  `create policy patient_fence on governance.deadlines
  as restrictive for all to patient
  using (false)
  with check (false);`,
  `create policy internal_ops_fence on governance.deadlines
  as restrictive for all to internal_ops
  using (false)
  with check (false);`,
  `create policy anon_fence on governance.deadlines
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy definer_select on governance.deadlines
  for select to cordon_definer
  using (true);`,
  `create policy provider_fence on governance.erasure_rules
  as restrictive for all to authenticated
  using (false)
  with check (false);`,
  `create policy patient_fence on governance.erasure_rules
  as restrictive for all to patient
  using (false)
  with check (false);`,
  `create policy internal_ops_fence on governance.erasure_rules
  as restrictive for all to internal_ops
  using (false)
  with check (false);`,
  `create policy anon_fence on governance.erasure_rules
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_fence on governance.export_exclusions
  as restrictive for all to authenticated
  using (false)
  with check (false);`,
  `create policy patient_fence on governance.export_exclusions
  as restrictive for all to patient
  using (false)
  with check (false);`,
  `create policy internal_ops_fence on governance.export_exclusions
  as restrictive for all to internal_ops
  using (false)
  with check (false);`,
  `create policy anon_fence on governance.export_exclusions
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_fence on governance.insight_dispatches
  as restrictive for all to authenticated
  using (organisation_id = (select authz.organisation_id()))
  with check (organisation_id = (select authz.organisation_id()));`,
  `create policy patient_fence on governance.insight_dispatches
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on governance.insight_dispatches
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on governance.insight_dispatches
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy definer_select on governance.insight_dispatches
  for select to cordon_definer
  using (true);`,
  `create policy definer_insert on governance.insight_dispatches
  for insert to cordon_definer
  with check (true);`,
  `create policy provider_fence on governance.processors
  as restrictive for all to authenticated
  using (false)
  with check (false);`,
  `create policy patient_fence on governance.processors
  as restrictive for all to patient
  using (false)
  with check (false);`,
  `create policy internal_ops_fence on governance.processors
  as restrictive for all to internal_ops
  using (false)
  with check (false);`,
  `create policy anon_fence on governance.processors
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy definer_select on governance.processors
  for select to cordon_definer
  using (true);`,
  `create policy definer_insert on governance.processors
  for insert to cordon_definer
  with check (true);`,
  `create policy definer_update on governance.processors
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy provider_fence on governance.purpose_grants
  as restrictive for all to authenticated
  using (false)
  with check (false);`,
  `create policy patient_fence on governance.purpose_grants
  as restrictive for all to patient
  using (false)
  with check (false);`,
  `create policy internal_ops_fence on governance.purpose_grants
  as restrictive for all to internal_ops
  using (false)
  with check (false);`,
  `create policy anon_fence on governance.purpose_grants
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_fence on governance.retention_rules
  as restrictive for all to authenticated
  using (false)
  with check (false);`,
  `create policy patient_fence on governance.retention_rules
  as restrictive for all to patient
  using (false)
  with check (false);`,
  `create policy internal_ops_fence on governance.retention_rules
  as restrictive for all to internal_ops
  using (false)
  with check (false);`,
  `create policy anon_fence on governance.retention_rules
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_fence on governance.retention_runs
  as restrictive for all to authenticated
  using (false)
  with check (false);`,
  `create policy patient_fence on governance.retention_runs
  as restrictive for all to patient
  using (false)
  with check (false);`,
  `create policy internal_ops_fence on governance.retention_runs
  as restrictive for all to internal_ops
  using (false)
  with check (false);`,
  `create policy anon_fence on governance.retention_runs
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy definer_select on governance.retention_runs
  for select to cordon_definer
  using (true);`,
  `create policy provider_fence on governance.schema_changes
  as restrictive for all to authenticated
  using (false)
  with check (false);`,
  `create policy patient_fence on governance.schema_changes
  as restrictive for all to patient
  using (false)
  with check (false);`,
  `create policy internal_ops_fence on governance.schema_changes
  as restrictive for all to internal_ops
  using (false)
  with check (false);`,
  `create policy anon_fence on governance.schema_changes
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy definer_select on governance.schema_changes
  for select to cordon_definer
  using (true);`,
  `create policy definer_update on governance.schema_changes
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy provider_fence on governance.subject_links
  as restrictive for all to authenticated
  using (false)
  with check (false);`,
  `create policy patient_fence on governance.subject_links
  as restrictive for all to patient
  using (false)
  with check (false);`,
  `create policy internal_ops_fence on governance.subject_links
  as restrictive for all to internal_ops
  using (false)
  with check (false);`,
  `create policy anon_fence on governance.subject_links
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_fence on governance.tombstones
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'tombstones', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'tombstones', 'SELECT', 'basic')));`,
  `create policy patient_fence on governance.tombstones
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on governance.tombstones
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on governance.tombstones
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on governance.tombstones
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'tombstones', 'SELECT', 'basic')));`,
  `create policy definer_select on governance.tombstones
  for select to cordon_definer
  using (true);`,
  `create policy provider_fence on public.access_restrictions
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse}', '{}'), 'access_restrictions', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse}', '{}'), 'access_restrictions', 'SELECT', 'basic')));`,
  `create policy patient_fence on public.access_restrictions
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.access_restrictions
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.access_restrictions
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.access_restrictions
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse}', '{}'), 'access_restrictions', 'SELECT', 'basic')));`,
  `create policy provider_select_rows on public.access_restrictions
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );`,
  `create policy provider_insert on public.access_restrictions
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'access_restrictions', 'INSERT', 'detailed')));`,
  `create policy provider_insert_rows on public.access_restrictions
  as restrictive for insert to authenticated
  with check (patient_status = 'active');`,
  `create policy provider_update on public.access_restrictions
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'access_restrictions', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse}', '{}'), 'access_restrictions', 'SELECT', 'basic')));`,
  `create policy provider_update_rows on public.access_restrictions
  as restrictive for update to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  )
  with check (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );`,
  `create policy patient_select on public.access_restrictions
  for select to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'access_restrictions', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );`,
  `create policy patient_insert on public.access_restrictions
  for insert to patient
  with check (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'access_restrictions', 'INSERT', 'detailed'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
  );`,
  `create policy patient_update on public.access_restrictions
  for update to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'access_restrictions', 'UPDATE', 'detailed'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  )
  with check (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'access_restrictions', 'UPDATE', 'detailed'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );`,
  `create policy definer_select on public.access_restrictions
  for select to cordon_definer
  using (true);`,
  `create policy definer_update on public.access_restrictions
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy provider_fence on public.admissions
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'admissions', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'admissions', 'SELECT', 'basic')));`,
  `create policy patient_fence on public.admissions
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.admissions
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.admissions
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.admissions
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'admissions', 'SELECT', 'basic')));`,
  `create policy provider_select_rows on public.admissions
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );`,
  `create policy provider_insert on public.admissions
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse}', '{}'), 'admissions', 'INSERT', 'detailed')));`,
  `create policy provider_insert_rows on public.admissions
  as restrictive for insert to authenticated
  with check (patient_status = 'active');`,
  `create policy provider_update on public.admissions
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant}', '{}'), 'admissions', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'admissions', 'SELECT', 'basic')));`,
  `create policy provider_update_rows on public.admissions
  as restrictive for update to authenticated
  using (
    patient_status = 'active'
    and (
      (
        (archived_at is null or archived_at = now())
        and organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
      )
      or (
        archived_at is null
        and organisation_id = (select authz.organisation_for('{doctor,nurse,assistant}', '{}'))
      )
    )
  )
  with check (
    patient_status = 'active'
    and (
      (
        (archived_at is null or archived_at = now())
        and organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
      )
      or (
        archived_at is null
        and organisation_id = (select authz.organisation_for('{doctor,nurse,assistant}', '{}'))
      )
    )
  );`,
  `create policy internal_ops_select on public.admissions
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'admissions', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
    and case_id = any ((select authz.handed_over_ids('case'))::uuid[])
    and authz.is_handed_over('case', organisation_id, case_id)
  );`,
  `create policy definer_select on public.admissions
  for select to cordon_definer
  using (true);`,
  `create policy definer_update on public.admissions
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy insights_select on public.admissions
  for select to cordon_insights
  using (organisation_id = (select authz.insights_organisation_id()));`,
  `create policy provider_fence on public.agreements
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'agreements', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'agreements', 'SELECT', 'basic')));`,
  `create policy patient_fence on public.agreements
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.agreements
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.agreements
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.agreements
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'agreements', 'SELECT', 'basic')));`,
  `create policy provider_select_rows on public.agreements
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy provider_insert on public.agreements
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'agreements', 'INSERT', 'detailed')));`,
  `create policy provider_update on public.agreements
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'agreements', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'agreements', 'SELECT', 'basic')));`,
  `create policy provider_update_rows on public.agreements
  as restrictive for update to authenticated
  using (
    archived_at is null
    or archived_at = now()
  )
  with check (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy internal_ops_select on public.agreements
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'agreements', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );`,
  `create policy definer_select on public.agreements
  for select to cordon_definer
  using (true);`,
  `create policy definer_update on public.agreements
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy provider_fence on public.appointment_reasons
  as restrictive for all to authenticated
  using (organisation_id = (select authz.organisation_id()))
  with check (organisation_id = (select authz.organisation_id()));`,
  `create policy patient_fence on public.appointment_reasons
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.appointment_reasons
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.appointment_reasons
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.appointment_reasons
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse,assistant}', '{}', null, false, '{data_view,treatment,scheduling}'), 'appointment_reasons', 'SELECT', 'comprehensive')));`,
  `create policy provider_select_rows on public.appointment_reasons
  as restrictive for select to authenticated
  using (
    case
      when
        organisation_id = (select authz.organisation_within('{doctor,nurse,assistant}', '{}', null, false, '{data_view,treatment,scheduling}'))
        and (archived_at is null or archived_at = now())
        and patient_status = 'active'
      then authz.log_disclosure((select authz.disclosure_stamp('provider', 'appointment_reasons', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
  );`,
  `create policy provider_insert on public.appointment_reasons
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{doctor,nurse}', '{}'), 'appointment_reasons', 'INSERT', 'detailed')));`,
  `create policy provider_insert_rows on public.appointment_reasons
  as restrictive for insert to authenticated
  with check (patient_status = 'active');`,
  `create policy provider_update on public.appointment_reasons
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{doctor,nurse}', '{}'), 'appointment_reasons', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{doctor,nurse}', '{}'), 'appointment_reasons', 'UPDATE', 'detailed')));`,
  `create policy provider_update_rows on public.appointment_reasons
  as restrictive for update to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  )
  with check (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );`,
  `create policy patient_select on public.appointment_reasons
  for select to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'appointment_reasons', 'SELECT', 'detailed'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );`,
  `create policy definer_select on public.appointment_reasons
  for select to cordon_definer
  using (true);`,
  `create policy definer_update on public.appointment_reasons
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy provider_fence on public.appointments
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'appointments', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'appointments', 'SELECT', 'basic')));`,
  `create policy patient_fence on public.appointments
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.appointments
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.appointments
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.appointments
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'appointments', 'SELECT', 'basic')));`,
  `create policy provider_select_rows on public.appointments
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );`,
  `create policy provider_insert on public.appointments
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,receptionist}', '{}'), 'appointments', 'INSERT', 'detailed')));`,
  `create policy provider_insert_rows on public.appointments
  as restrictive for insert to authenticated
  with check (patient_status = 'active');`,
  `create policy provider_update on public.appointments
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'appointments', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'appointments', 'SELECT', 'basic')));`,
  `create policy provider_update_rows on public.appointments
  as restrictive for update to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  )
  with check (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );`,
  `create policy patient_select on public.appointments
  for select to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'appointments', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );`,
  `create policy definer_select on public.appointments
  for select to cordon_definer
  using (true);`,
  `create policy definer_update on public.appointments
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy provider_fence on public.beds
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'beds', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'beds', 'SELECT', 'basic')));`,
  `create policy patient_fence on public.beds
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.beds
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.beds
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.beds
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'beds', 'SELECT', 'basic')));`,
  `create policy provider_select_rows on public.beds
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy provider_insert on public.beds
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse}', '{}'), 'beds', 'INSERT', 'detailed')));`,
  `create policy provider_update on public.beds
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant}', '{}'), 'beds', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'beds', 'SELECT', 'basic')));`,
  `create policy provider_update_rows on public.beds
  as restrictive for update to authenticated
  using (
    (
      (archived_at is null or archived_at = now())
      and organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
    )
    or (
      archived_at is null
      and organisation_id = (select authz.organisation_for('{doctor,nurse,assistant}', '{}'))
    )
  )
  with check (
    (
      (archived_at is null or archived_at = now())
      and organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
    )
    or (
      archived_at is null
      and organisation_id = (select authz.organisation_for('{doctor,nurse,assistant}', '{}'))
    )
  );`,
  `create policy internal_ops_select on public.beds
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'beds', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
    and id = any ((select authz.handed_over_ids('bed'))::uuid[])
    and authz.is_handed_over('bed', organisation_id, id)
  );`,
  `create policy definer_select on public.beds
  for select to cordon_definer
  using (true);`,
  `create policy definer_update on public.beds
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy insights_select on public.beds
  for select to cordon_insights
  using (organisation_id = (select authz.insights_organisation_id()));`,
  `create policy provider_fence on public.care_relationships
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'care_relationships', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'care_relationships', 'SELECT', 'basic')));`,
  `create policy patient_fence on public.care_relationships
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.care_relationships
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.care_relationships
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.care_relationships
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'care_relationships', 'SELECT', 'basic')));`,
  `create policy provider_select_rows on public.care_relationships
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );`,
  `create policy provider_insert on public.care_relationships
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'care_relationships', 'INSERT', 'detailed')));`,
  `create policy provider_insert_rows on public.care_relationships
  as restrictive for insert to authenticated
  with check (patient_status = 'active');`,
  `create policy provider_update on public.care_relationships
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'care_relationships', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'care_relationships', 'SELECT', 'basic')));`,
  `create policy provider_update_rows on public.care_relationships
  as restrictive for update to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  )
  with check (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );`,
  `create policy patient_select on public.care_relationships
  for select to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'care_relationships', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );`,
  `create policy definer_select on public.care_relationships
  for select to cordon_definer
  using (true);`,
  `create policy definer_insert on public.care_relationships
  for insert to cordon_definer
  with check (true);`,
  `create policy definer_update on public.care_relationships
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy provider_fence on public.case_activity_log
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'case_activity_log', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'case_activity_log', 'SELECT', 'basic')));`,
  `create policy patient_fence on public.case_activity_log
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.case_activity_log
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.case_activity_log
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.case_activity_log
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'case_activity_log', 'SELECT', 'basic')));`,
  `create policy internal_ops_select on public.case_activity_log
  for select to internal_ops
  using ((select authz.log_decision(authz.is_operator('{ops_agent,auditor}'), 'internal_ops', 'case_activity_log', 'SELECT', 'basic')));`,
  `create policy definer_select on public.case_activity_log
  for select to cordon_definer
  using (true);`,
  `create policy definer_insert on public.case_activity_log
  for insert to cordon_definer
  with check (true);`,
  `create policy insights_select on public.case_activity_log
  for select to cordon_insights
  using (organisation_id = (select authz.insights_organisation_id()));`,
  `create policy provider_fence on public.cases
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'))), 'provider', 'cases', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'))), 'provider', 'cases', 'SELECT', 'basic')));`,
  `create policy patient_fence on public.cases
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.cases
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.cases
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.cases
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'))), 'provider', 'cases', 'SELECT', 'basic')));`,
  `create policy provider_select_rows on public.cases
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );`,
  `create policy provider_insert on public.cases
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'cases', 'INSERT', 'detailed')));`,
  `create policy provider_insert_rows on public.cases
  as restrictive for insert to authenticated
  with check (patient_status = 'active');`,
  `create policy provider_update on public.cases
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse}', '{}'), 'cases', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'))), 'provider', 'cases', 'SELECT', 'basic')));`,
  `create policy provider_update_rows on public.cases
  as restrictive for update to authenticated
  using (
    archived_at is null
    and patient_status = 'active'
  )
  with check (
    archived_at is null
    and patient_status = 'active'
  );`,
  `create policy patient_select on public.cases
  for select to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'cases', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );`,
  `create policy internal_ops_select on public.cases
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'cases', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );`,
  `create policy internal_ops_insert on public.cases
  for insert to internal_ops
  with check ((select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'cases', 'INSERT', 'detailed')));`,
  `create policy internal_ops_update on public.cases
  for update to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'cases', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  )
  with check (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'cases', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  );`,
  `create policy definer_select on public.cases
  for select to cordon_definer
  using (true);`,
  `create policy definer_update on public.cases
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy insights_select on public.cases
  for select to cordon_insights
  using (organisation_id = (select authz.insights_organisation_id()));`,
  `create policy provider_fence on public.claims
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'claims', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'claims', 'SELECT', 'basic')));`,
  `create policy patient_fence on public.claims
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.claims
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.claims
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.claims
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'claims', 'SELECT', 'basic')));`,
  `create policy provider_select_rows on public.claims
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy internal_ops_select on public.claims
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'claims', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );`,
  `create policy internal_ops_insert on public.claims
  for insert to internal_ops
  with check ((select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'claims', 'INSERT', 'detailed')));`,
  `create policy internal_ops_update on public.claims
  for update to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'claims', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  )
  with check (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'claims', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  );`,
  `create policy definer_select on public.claims
  for select to cordon_definer
  using (true);`,
  `create policy provider_fence on public.consent_purpose_versions
  as restrictive for all to authenticated
  using (true)
  with check (true);`,
  `create policy patient_fence on public.consent_purpose_versions
  as restrictive for all to patient
  using (true)
  with check (true);`,
  `create policy internal_ops_fence on public.consent_purpose_versions
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.consent_purpose_versions
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.consent_purpose_versions
  for select to authenticated
  using (
    (select authz.holds('{}', '{}'))
    and (archived_at is null or archived_at = now())
  );`,
  `create policy patient_select on public.consent_purpose_versions
  for select to patient
  using (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy internal_ops_select on public.consent_purpose_versions
  for select to internal_ops
  using (
    (select authz.is_operator('{}'))
    and (archived_at is null or archived_at = now())
  );`,
  `create policy internal_ops_insert on public.consent_purpose_versions
  for insert to internal_ops
  with check ((select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'consent_purpose_versions', 'INSERT', 'detailed')));`,
  `create policy definer_select on public.consent_purpose_versions
  for select to cordon_definer
  using (true);`,
  `create policy definer_insert on public.consent_purpose_versions
  for insert to cordon_definer
  with check (true);`,
  `create policy provider_fence on public.consent_purposes
  as restrictive for all to authenticated
  using (true)
  with check (true);`,
  `create policy patient_fence on public.consent_purposes
  as restrictive for all to patient
  using (true)
  with check (true);`,
  `create policy internal_ops_fence on public.consent_purposes
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.consent_purposes
  as restrictive for all to anon
  using (true)
  with check (false);`,
  `create policy provider_select on public.consent_purposes
  for select to authenticated
  using (
    (select authz.holds('{}', '{}'))
    and (archived_at is null or archived_at = now())
  );`,
  `create policy patient_select on public.consent_purposes
  for select to patient
  using (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy internal_ops_select on public.consent_purposes
  for select to internal_ops
  using (
    (select authz.is_operator('{}'))
    and (archived_at is null or archived_at = now())
  );`,
  `create policy internal_ops_insert on public.consent_purposes
  for insert to internal_ops
  with check ((select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'consent_purposes', 'INSERT', 'detailed')));`,
  `create policy internal_ops_update on public.consent_purposes
  for update to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'consent_purposes', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  )
  with check (
    (select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'consent_purposes', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  );`,
  `create policy anon_select on public.consent_purposes
  for select to anon
  using (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy definer_select on public.consent_purposes
  for select to cordon_definer
  using (true);`,
  `create policy definer_update on public.consent_purposes
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy provider_fence on public.consents
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'consents', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'consents', 'SELECT', 'basic')));`,
  `create policy patient_fence on public.consents
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.consents
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.consents
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.consents
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'consents', 'SELECT', 'basic')));`,
  `create policy provider_select_rows on public.consents
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );`,
  `create policy provider_insert on public.consents
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{doctor,nurse,receptionist}', '{}'), 'consents', 'INSERT', 'detailed')));`,
  `create policy provider_insert_rows on public.consents
  as restrictive for insert to authenticated
  with check (
    status = 'proposed'
    and patient_status = 'active'
  );`,
  `create policy patient_select on public.consents
  for select to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'consents', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );`,
  `create policy patient_update on public.consents
  for update to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'consents', 'UPDATE', 'detailed'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  )
  with check (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'consents', 'UPDATE', 'detailed'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );`,
  `create policy internal_ops_select on public.consents
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'consents', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
    and patient_id = any ((select authz.handed_over_ids('patient'))::uuid[])
    and authz.is_handed_over('patient', organisation_id, patient_id)
  );`,
  `create policy definer_select on public.consents
  for select to cordon_definer
  using (true);`,
  `create policy definer_insert on public.consents
  for insert to cordon_definer
  with check (true);`,
  `create policy definer_update on public.consents
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy provider_fence on public.crew_members
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'crew_members', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'crew_members', 'SELECT', 'basic')));`,
  `create policy patient_fence on public.crew_members
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.crew_members
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.crew_members
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.crew_members
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'crew_members', 'SELECT', 'basic')));`,
  `create policy provider_select_rows on public.crew_members
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy provider_insert on public.crew_members
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'crew_members', 'INSERT', 'detailed')));`,
  `create policy provider_update on public.crew_members
  for update to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'crew_members', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'crew_members', 'SELECT', 'basic')));`,
  `create policy provider_update_rows on public.crew_members
  as restrictive for update to authenticated
  using (
    (
      archived_at is null
      and organisation_id = (select authz.organisation_for('{}', '{transport}'))
    )
    or (
      (archived_at is null or archived_at = now())
      and organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
    )
  )
  with check (
    (
      archived_at is null
      and organisation_id = (select authz.organisation_for('{}', '{transport}'))
    )
    or (
      (archived_at is null or archived_at = now())
      and organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
    )
  );`,
  `create policy internal_ops_select on public.crew_members
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'crew_members', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );`,
  `create policy definer_select on public.crew_members
  for select to cordon_definer
  using (true);`,
  `create policy provider_fence on public.disclosures
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'disclosures', 'SELECT', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'disclosures', 'SELECT', 'detailed')));`,
  `create policy patient_fence on public.disclosures
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.disclosures
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.disclosures
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.disclosures
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'disclosures', 'SELECT', 'detailed')));`,
  `create policy provider_select_rows on public.disclosures
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy patient_select on public.disclosures
  for select to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'disclosures', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );`,
  `create policy definer_select on public.disclosures
  for select to cordon_definer
  using (true);`,
  `create policy definer_insert on public.disclosures
  for insert to cordon_definer
  with check (true);`,
  `create policy provider_fence on public.document_read_tickets
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'document_read_tickets', 'SELECT', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'document_read_tickets', 'SELECT', 'detailed')));`,
  `create policy patient_fence on public.document_read_tickets
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.document_read_tickets
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.document_read_tickets
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.document_read_tickets
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'document_read_tickets', 'SELECT', 'detailed')));`,
  `create policy provider_select_rows on public.document_read_tickets
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy definer_select on public.document_read_tickets
  for select to cordon_definer
  using (true);`,
  `create policy definer_insert on public.document_read_tickets
  for insert to cordon_definer
  with check (true);`,
  `create policy definer_update on public.document_read_tickets
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy provider_fence on public.document_upload_grants
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'document_upload_grants', 'SELECT', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'document_upload_grants', 'SELECT', 'detailed')));`,
  `create policy patient_fence on public.document_upload_grants
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.document_upload_grants
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.document_upload_grants
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.document_upload_grants
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'document_upload_grants', 'SELECT', 'detailed')));`,
  `create policy provider_select_rows on public.document_upload_grants
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy definer_select on public.document_upload_grants
  for select to cordon_definer
  using (true);`,
  `create policy definer_insert on public.document_upload_grants
  for insert to cordon_definer
  with check (true);`,
  `create policy definer_update on public.document_upload_grants
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy provider_fence on public.documents
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_within('{}', '{finance}', null, false, '{data_view,billing}')), (select authz.organisation_within('{doctor,nurse}', '{}', null, false, '{data_view,treatment}'))), 'provider', 'documents', 'SELECT', 'comprehensive')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_within('{}', '{finance}', null, false, '{data_view,billing}')), (select authz.organisation_within('{doctor,nurse}', '{}', null, false, '{data_view,treatment}'))), 'provider', 'documents', 'SELECT', 'comprehensive')));`,
  `create policy patient_fence on public.documents
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.documents
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.documents
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.documents
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_within('{}', '{finance}', null, false, '{data_view,billing}')), (select authz.organisation_within('{doctor,nurse}', '{}', null, false, '{data_view,treatment}'))), 'provider', 'documents', 'SELECT', 'comprehensive')));`,
  `create policy provider_select_rows on public.documents
  as restrictive for select to authenticated
  using (
    case
      when
        (archived_at is null or archived_at = now())
        and patient_status = 'active'
        and (
          (
            is_financial = true
            and organisation_id = (select authz.organisation_within('{}', '{finance}', null, false, '{data_view,billing}'))
          )
          or (
            (
              (
                (select authz.patients_in_care('treating', null)) #>> array[organisation_id::text, patient_id::text] is not null
                and treatment_consent_until > (select authz.now())
              )
              or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, patient_id::text] is not null
            )
            and organisation_id = (select authz.organisation_within('{doctor,nurse}', '{}', null, false, '{data_view,treatment}'))
          )
        )
      then authz.log_disclosure((select authz.disclosure_stamp('provider', 'documents', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
  );`,
  `create policy patient_select on public.documents
  for select to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'documents', 'SELECT', 'detailed'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and status = 'active'
    and (archived_at is null or archived_at = now())
  );`,
  `create policy internal_ops_select on public.documents
  for select to internal_ops
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
  );`,
  `create policy definer_select on public.documents
  for select to cordon_definer
  using (true);`,
  `create policy definer_insert on public.documents
  for insert to cordon_definer
  with check (true);`,
  `create policy definer_update on public.documents
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy provider_fence on public.emergency_access_grants
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'emergency_access_grants', 'SELECT', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'emergency_access_grants', 'SELECT', 'detailed')));`,
  `create policy patient_fence on public.emergency_access_grants
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.emergency_access_grants
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.emergency_access_grants
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.emergency_access_grants
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'emergency_access_grants', 'SELECT', 'detailed')));`,
  `create policy provider_select_rows on public.emergency_access_grants
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy patient_select on public.emergency_access_grants
  for select to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'emergency_access_grants', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );`,
  `create policy definer_select on public.emergency_access_grants
  for select to cordon_definer
  using (true);`,
  `create policy definer_insert on public.emergency_access_grants
  for insert to cordon_definer
  with check (true);`,
  `create policy definer_update on public.emergency_access_grants
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy provider_fence on public.emergency_access_reasons
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'emergency_access_reasons', 'SELECT', 'comprehensive')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'emergency_access_reasons', 'SELECT', 'comprehensive')));`,
  `create policy patient_fence on public.emergency_access_reasons
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.emergency_access_reasons
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.emergency_access_reasons
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.emergency_access_reasons
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'emergency_access_reasons', 'SELECT', 'comprehensive')));`,
  `create policy provider_select_rows on public.emergency_access_reasons
  as restrictive for select to authenticated
  using (
    case
      when
        archived_at is null
        or archived_at = now()
      then authz.log_disclosure((select authz.disclosure_stamp('provider', 'emergency_access_reasons', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
  );`,
  `create policy definer_select on public.emergency_access_reasons
  for select to cordon_definer
  using (true);`,
  `create policy definer_insert on public.emergency_access_reasons
  for insert to cordon_definer
  with check (true);`,
  `create policy definer_update on public.emergency_access_reasons
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy provider_fence on public.form_templates
  as restrictive for all to authenticated
  using (true)
  with check (true);`,
  `create policy patient_fence on public.form_templates
  as restrictive for all to patient
  using (true)
  with check (true);`,
  `create policy internal_ops_fence on public.form_templates
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.form_templates
  as restrictive for all to anon
  using (true)
  with check (false);`,
  `create policy provider_select on public.form_templates
  for select to authenticated
  using (
    (select authz.holds('{}', '{}'))
    and (archived_at is null or archived_at = now())
  );`,
  `create policy patient_select on public.form_templates
  for select to patient
  using (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy internal_ops_select on public.form_templates
  for select to internal_ops
  using (
    (select authz.is_operator('{}'))
    and (archived_at is null or archived_at = now())
  );`,
  `create policy internal_ops_insert on public.form_templates
  for insert to internal_ops
  with check ((select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'form_templates', 'INSERT', 'detailed')));`,
  `create policy internal_ops_update on public.form_templates
  for update to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'form_templates', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  )
  with check (
    (select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'form_templates', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  );`,
  `create policy anon_select on public.form_templates
  for select to anon
  using (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy definer_select on public.form_templates
  for select to cordon_definer
  using (true);`,
  `create policy provider_fence on public.guarantees_of_payment
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'guarantees_of_payment', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'guarantees_of_payment', 'SELECT', 'basic')));`,
  `create policy patient_fence on public.guarantees_of_payment
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.guarantees_of_payment
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.guarantees_of_payment
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.guarantees_of_payment
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'guarantees_of_payment', 'SELECT', 'basic')));`,
  `create policy provider_select_rows on public.guarantees_of_payment
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy internal_ops_select on public.guarantees_of_payment
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'guarantees_of_payment', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );`,
  `create policy internal_ops_insert on public.guarantees_of_payment
  for insert to internal_ops
  with check ((select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'guarantees_of_payment', 'INSERT', 'detailed')));`,
  `create policy internal_ops_update on public.guarantees_of_payment
  for update to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'guarantees_of_payment', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  )
  with check (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'guarantees_of_payment', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  );`,
  `create policy definer_select on public.guarantees_of_payment
  for select to cordon_definer
  using (true);`,
  `create policy definer_update on public.guarantees_of_payment
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy provider_fence on public.invitations
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'invitations', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'invitations', 'SELECT', 'basic')));`,
  `create policy patient_fence on public.invitations
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.invitations
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.invitations
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.invitations
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'invitations', 'SELECT', 'basic')));`,
  `create policy provider_select_rows on public.invitations
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy provider_update on public.invitations
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'invitations', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'invitations', 'SELECT', 'basic')));`,
  `create policy provider_update_rows on public.invitations
  as restrictive for update to authenticated
  using (
    rank < (select authz.own_rank())
    and (archived_at is null or archived_at = now())
  )
  with check (
    rank < (select authz.own_rank())
    and (archived_at is null or archived_at = now())
  );`,
  `create policy definer_select on public.invitations
  for select to cordon_definer
  using (true);`,
  `create policy definer_insert on public.invitations
  for insert to cordon_definer
  with check (true);`,
  `create policy definer_update on public.invitations
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy provider_fence on public.invoice_lines
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'invoice_lines', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'invoice_lines', 'SELECT', 'basic')));`,
  `create policy patient_fence on public.invoice_lines
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.invoice_lines
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.invoice_lines
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.invoice_lines
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'invoice_lines', 'SELECT', 'basic')));`,
  `create policy provider_select_rows on public.invoice_lines
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy provider_insert on public.invoice_lines
  for insert to authenticated
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'invoice_lines', 'INSERT', 'detailed')));`,
  `create policy provider_update on public.invoice_lines
  for update to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'invoice_lines', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'invoice_lines', 'SELECT', 'basic')));`,
  `create policy provider_update_rows on public.invoice_lines
  as restrictive for update to authenticated
  using (
    archived_at is null
    or archived_at = now()
  )
  with check (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy patient_select on public.invoice_lines
  for select to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'invoice_lines', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );`,
  `create policy internal_ops_select on public.invoice_lines
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'invoice_lines', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
    and case_id is not null
  );`,
  `create policy internal_ops_update on public.invoice_lines
  for update to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'invoice_lines', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
    and case_id is not null
  )
  with check (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'invoice_lines', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
    and case_id is not null
  );`,
  `create policy definer_select on public.invoice_lines
  for select to cordon_definer
  using (true);`,
  `create policy definer_update on public.invoice_lines
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy provider_fence on public.invoices
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'invoices', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'invoices', 'SELECT', 'basic')));`,
  `create policy patient_fence on public.invoices
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.invoices
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.invoices
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.invoices
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'invoices', 'SELECT', 'basic')));`,
  `create policy provider_select_rows on public.invoices
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy provider_insert on public.invoices
  for insert to authenticated
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'invoices', 'INSERT', 'detailed')));`,
  `create policy provider_update on public.invoices
  for update to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'invoices', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'invoices', 'SELECT', 'basic')));`,
  `create policy provider_update_rows on public.invoices
  as restrictive for update to authenticated
  using (
    archived_at is null
    or archived_at = now()
  )
  with check (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy patient_select on public.invoices
  for select to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'invoices', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );`,
  `create policy internal_ops_select on public.invoices
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'invoices', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
    and case_id is not null
  );`,
  `create policy internal_ops_update on public.invoices
  for update to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'invoices', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
    and case_id is not null
  )
  with check (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'invoices', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
    and case_id is not null
  );`,
  `create policy definer_select on public.invoices
  for select to cordon_definer
  using (true);`,
  `create policy definer_update on public.invoices
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy provider_fence on public.legal_holds
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'legal_holds', 'SELECT', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'legal_holds', 'SELECT', 'detailed')));`,
  `create policy patient_fence on public.legal_holds
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.legal_holds
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.legal_holds
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.legal_holds
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'legal_holds', 'SELECT', 'detailed')));`,
  `create policy provider_select_rows on public.legal_holds
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy provider_insert on public.legal_holds
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'legal_holds', 'INSERT', 'detailed')));`,
  `create policy provider_update on public.legal_holds
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'legal_holds', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'legal_holds', 'SELECT', 'detailed')));`,
  `create policy provider_update_rows on public.legal_holds
  as restrictive for update to authenticated
  using (
    archived_at is null
    or archived_at = now()
  )
  with check (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy definer_select on public.legal_holds
  for select to cordon_definer
  using (true);`,
  `create policy provider_fence on public.medical_record_details
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor}', '{}', null, true, '{data_view,treatment}'), 'medical_record_details', 'SELECT', 'comprehensive')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor}', '{}', null, true, '{data_view,treatment}'), 'medical_record_details', 'SELECT', 'comprehensive')));`,
  `create policy patient_fence on public.medical_record_details
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.medical_record_details
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.medical_record_details
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.medical_record_details
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor}', '{}', null, true, '{data_view,treatment}'), 'medical_record_details', 'SELECT', 'comprehensive')));`,
  `create policy provider_select_rows on public.medical_record_details
  as restrictive for select to authenticated
  using (
    case
      when
        (archived_at is null or archived_at = now())
        and patient_status = 'active'
        and (
          (
            (select authz.patients_in_care('treating', '{}')) #>> array[organisation_id::text, patient_id::text] is not null
            and treatment_consent_until > (select authz.now())
          )
          or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, patient_id::text] is not null
        )
      then authz.log_disclosure((select authz.disclosure_stamp('provider', 'medical_record_details', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
    and patient_id = any ((select authz.reachable_patients())::uuid[])
  );`,
  `create policy provider_insert on public.medical_record_details
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor}', '{}', null, true, '{treatment}'), 'medical_record_details', 'INSERT', 'detailed')));`,
  `create policy provider_insert_rows on public.medical_record_details
  as restrictive for insert to authenticated
  with check (
    patient_status = 'active'
    and (
      (select authz.patients_in_care('treating', null)) #>> array[organisation_id::text, patient_id::text] is not null
      or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, patient_id::text] is not null
    )
  );`,
  `create policy provider_update on public.medical_record_details
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor}', '{}', null, true, '{treatment}'), 'medical_record_details', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor}', '{}', null, true, '{data_view,treatment}'), 'medical_record_details', 'SELECT', 'comprehensive')));`,
  `create policy provider_update_rows on public.medical_record_details
  as restrictive for update to authenticated
  using (
    archived_at is null
    and patient_status = 'active'
    and (
      (select authz.patients_in_care('treating', null)) #>> array[organisation_id::text, patient_id::text] is not null
      or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, patient_id::text] is not null
    )
    and patient_id = any ((select authz.reachable_patients())::uuid[])
  )
  with check (
    archived_at is null
    and patient_status = 'active'
    and (
      (select authz.patients_in_care('treating', null)) #>> array[organisation_id::text, patient_id::text] is not null
      or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, patient_id::text] is not null
    )
  );`,
  `create policy patient_select on public.medical_record_details
  for select to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'medical_record_details', 'SELECT', 'detailed'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );`,
  `create policy definer_select on public.medical_record_details
  for select to cordon_definer
  using (true);`,
  `create policy definer_update on public.medical_record_details
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy provider_fence on public.medical_records
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse}', '{}', null, true, '{data_view,treatment}'), 'medical_records', 'SELECT', 'comprehensive')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse}', '{}', null, true, '{data_view,treatment}'), 'medical_records', 'SELECT', 'comprehensive')));`,
  `create policy patient_fence on public.medical_records
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.medical_records
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.medical_records
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.medical_records
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse}', '{}', null, true, '{data_view,treatment}'), 'medical_records', 'SELECT', 'comprehensive')));`,
  `create policy provider_select_rows on public.medical_records
  as restrictive for select to authenticated
  using (
    case
      when
        (archived_at is null or archived_at = now())
        and patient_status = 'active'
        and (
          (
            (select authz.patients_in_care('treating', '{}')) #>> array[organisation_id::text, patient_id::text] is not null
            and treatment_consent_until > (select authz.now())
          )
          or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, patient_id::text] is not null
        )
        and (
          is_segmented = false
          or organisation_id = (select authz.organisation_within('{doctor}', '{}', null, true, '{data_view,treatment}'))
        )
      then authz.log_disclosure((select authz.disclosure_stamp('provider', 'medical_records', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
    and patient_id = any ((select authz.reachable_patients())::uuid[])
  );`,
  `create policy provider_insert on public.medical_records
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse}', '{}', null, true, '{treatment}'), 'medical_records', 'INSERT', 'detailed')));`,
  `create policy provider_insert_rows on public.medical_records
  as restrictive for insert to authenticated
  with check (
    patient_status = 'active'
    and (
      (select authz.patients_in_care('treating', null)) #>> array[organisation_id::text, patient_id::text] is not null
      or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, patient_id::text] is not null
    )
    and (
      is_segmented = false
      or organisation_id = (select authz.organisation_within('{doctor}', '{}', null, true, '{treatment}'))
    )
  );`,
  `create policy provider_update on public.medical_records
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse}', '{}', null, true, '{treatment}'), 'medical_records', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse}', '{}', null, true, '{data_view,treatment}'), 'medical_records', 'SELECT', 'comprehensive')));`,
  `create policy provider_update_rows on public.medical_records
  as restrictive for update to authenticated
  using (
    archived_at is null
    and patient_status = 'active'
    and (
      (select authz.patients_in_care('treating', null)) #>> array[organisation_id::text, patient_id::text] is not null
      or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, patient_id::text] is not null
    )
    and (
      is_segmented = false
      or organisation_id = (select authz.organisation_within('{doctor}', '{}', null, true, '{treatment}'))
    )
    and patient_id = any ((select authz.reachable_patients())::uuid[])
  )
  with check (
    archived_at is null
    and patient_status = 'active'
    and (
      (select authz.patients_in_care('treating', null)) #>> array[organisation_id::text, patient_id::text] is not null
      or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, patient_id::text] is not null
    )
    and (
      is_segmented = false
      or organisation_id = (select authz.organisation_within('{doctor}', '{}', null, true, '{treatment}'))
    )
  );`,
  `create policy patient_select on public.medical_records
  for select to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'medical_records', 'SELECT', 'detailed'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );`,
  `create policy internal_ops_select on public.medical_records
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'medical_records', 'SELECT', 'comprehensive'))
    and case
      when
        (archived_at is null or archived_at = now())
        and is_segmented = false
        and authz.is_handed_over('consenting_patient', organisation_id, patient_id)
      then authz.log_disclosure((select authz.disclosure_stamp('internal_ops', 'medical_records', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
    and patient_id = any ((select authz.handed_over_ids('consenting_patient'))::uuid[])
  );`,
  `create policy definer_select on public.medical_records
  for select to cordon_definer
  using (true);`,
  `create policy definer_update on public.medical_records
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy provider_fence on public.ops_members
  as restrictive for all to authenticated
  using (false)
  with check (false);`,
  `create policy patient_fence on public.ops_members
  as restrictive for all to patient
  using (false)
  with check (false);`,
  `create policy internal_ops_fence on public.ops_members
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.ops_members
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy internal_ops_select on public.ops_members
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{}'), 'internal_ops', 'ops_members', 'SELECT', 'basic'))
    and (
      (
        (select authz.is_operator('{admin}'))
        and (archived_at is null or archived_at = now())
      )
      or (
        (select authz.is_operator('{}'))
        and user_id = (select authz.user_id())
        and (archived_at is null or archived_at = now())
      )
    )
  );`,
  `create policy definer_select on public.ops_members
  for select to cordon_definer
  using (true);`,
  `create policy provider_fence on public.organisation_members
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'organisation_members', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'organisation_members', 'SELECT', 'basic')));`,
  `create policy patient_fence on public.organisation_members
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.organisation_members
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.organisation_members
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.organisation_members
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'organisation_members', 'SELECT', 'basic')));`,
  `create policy provider_select_rows on public.organisation_members
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy provider_insert on public.organisation_members
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'organisation_members', 'INSERT', 'detailed')));`,
  `create policy provider_insert_rows on public.organisation_members
  as restrictive for insert to authenticated
  with check (rank < (select authz.own_rank()));`,
  `create policy provider_update on public.organisation_members
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'organisation_members', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'organisation_members', 'SELECT', 'basic')));`,
  `create policy provider_update_rows on public.organisation_members
  as restrictive for update to authenticated
  using (
    rank < (select authz.own_rank())
    and (archived_at is null or archived_at = now())
  )
  with check (
    rank < (select authz.own_rank())
    and (archived_at is null or archived_at = now())
  );`,
  `create policy internal_ops_select on public.organisation_members
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'organisation_members', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );`,
  `create policy definer_select on public.organisation_members
  for select to cordon_definer
  using (true);`,
  `create policy definer_insert on public.organisation_members
  for insert to cordon_definer
  with check (true);`,
  `create policy definer_update on public.organisation_members
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy insights_select on public.organisation_members
  for select to cordon_insights
  using (organisation_id = (select authz.insights_organisation_id()));`,
  `create policy provider_fence on public.organisation_networks
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant}', '{}'), 'organisation_networks', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant}', '{}'), 'organisation_networks', 'SELECT', 'basic')));`,
  `create policy patient_fence on public.organisation_networks
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.organisation_networks
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.organisation_networks
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.organisation_networks
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant}', '{}'), 'organisation_networks', 'SELECT', 'basic')));`,
  `create policy provider_select_rows on public.organisation_networks
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy provider_insert on public.organisation_networks
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'organisation_networks', 'INSERT', 'detailed')));`,
  `create policy provider_update on public.organisation_networks
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'organisation_networks', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant}', '{}'), 'organisation_networks', 'SELECT', 'basic')));`,
  `create policy provider_update_rows on public.organisation_networks
  as restrictive for update to authenticated
  using (
    archived_at is null
    or archived_at = now()
  )
  with check (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy definer_select on public.organisation_networks
  for select to cordon_definer
  using (true);`,
  `create policy provider_fence on public.organisation_settings
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'organisation_settings', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'organisation_settings', 'SELECT', 'basic')));`,
  `create policy patient_fence on public.organisation_settings
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.organisation_settings
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.organisation_settings
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.organisation_settings
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'organisation_settings', 'SELECT', 'basic')));`,
  `create policy provider_select_rows on public.organisation_settings
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy provider_update on public.organisation_settings
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'organisation_settings', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'organisation_settings', 'SELECT', 'basic')));`,
  `create policy provider_update_rows on public.organisation_settings
  as restrictive for update to authenticated
  using (
    archived_at is null
    or archived_at = now()
  )
  with check (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy internal_ops_select on public.organisation_settings
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'organisation_settings', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );`,
  `create policy internal_ops_insert on public.organisation_settings
  for insert to internal_ops
  with check ((select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'organisation_settings', 'INSERT', 'detailed')));`,
  `create policy internal_ops_update on public.organisation_settings
  for update to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'organisation_settings', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  )
  with check (
    (select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'organisation_settings', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  );`,
  `create policy definer_select on public.organisation_settings
  for select to cordon_definer
  using (true);`,
  `create policy definer_insert on public.organisation_settings
  for insert to cordon_definer
  with check (true);`,
  `create policy definer_update on public.organisation_settings
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy insights_select on public.organisation_settings
  for select to cordon_insights
  using (organisation_id = (select authz.insights_organisation_id()));`,
  `create policy provider_fence on public.organisations
  as restrictive for all to authenticated
  using (id = (select authz.organisation_for('{}', '{}')))
  with check (id = (select authz.organisation_for('{}', '{}')));`,
  `create policy patient_fence on public.organisations
  as restrictive for all to patient
  using (id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.organisations
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.organisations
  as restrictive for all to anon
  using (true)
  with check (false);`,
  `create policy provider_select on public.organisations
  for select to authenticated
  using (id = (select authz.organisation_for('{}', '{}')));`,
  `create policy provider_select_rows on public.organisations
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy patient_select on public.organisations
  for select to patient
  using (
    id = any ((select authz.patient_organisation_ids())::uuid[])
    and (archived_at is null or archived_at = now())
  );`,
  `create policy internal_ops_select on public.organisations
  for select to internal_ops
  using (
    (select authz.is_operator('{}'))
    and (
      (select authz.is_operator('{admin}'))
      or (
        (select authz.is_operator('{}'))
        and (archived_at is null or archived_at = now())
      )
    )
  );`,
  `create policy internal_ops_insert on public.organisations
  for insert to internal_ops
  with check ((select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'organisations', 'INSERT', 'detailed')));`,
  `create policy internal_ops_update on public.organisations
  for update to internal_ops
  using ((select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'organisations', 'UPDATE', 'detailed')))
  with check ((select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'organisations', 'UPDATE', 'detailed')));`,
  `create policy anon_select on public.organisations
  for select to anon
  using (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy definer_select on public.organisations
  for select to cordon_definer
  using (true);`,
  `create policy definer_insert on public.organisations
  for insert to cordon_definer
  with check (true);`,
  `create policy provider_fence on public.patient_accounts
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'patient_accounts', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'patient_accounts', 'SELECT', 'basic')));`,
  `create policy patient_fence on public.patient_accounts
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.patient_accounts
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.patient_accounts
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.patient_accounts
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'patient_accounts', 'SELECT', 'basic')));`,
  `create policy provider_select_rows on public.patient_accounts
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy provider_insert on public.patient_accounts
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,receptionist}', '{}'), 'patient_accounts', 'INSERT', 'detailed')));`,
  `create policy provider_insert_rows on public.patient_accounts
  as restrictive for insert to authenticated
  with check (
    user_id <> (select authz.user_id())
    and patient_status = 'active'
  );`,
  `create policy provider_update on public.patient_accounts
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'patient_accounts', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'patient_accounts', 'SELECT', 'basic')));`,
  `create policy provider_update_rows on public.patient_accounts
  as restrictive for update to authenticated
  using (
    user_id <> (select authz.user_id())
    and (archived_at is null or archived_at = now())
  )
  with check (
    user_id <> (select authz.user_id())
    and (archived_at is null or archived_at = now())
  );`,
  `create policy patient_select on public.patient_accounts
  for select to patient
  using (
    user_id = (select authz.log_decision(authz.user_id(), 'patient', 'patient_accounts', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );`,
  `create policy definer_select on public.patient_accounts
  for select to cordon_definer
  using (true);`,
  `create policy definer_update on public.patient_accounts
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy provider_fence on public.patient_clinical
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse,assistant}', '{}', null, false, '{data_view,treatment}'), 'patient_clinical', 'SELECT', 'comprehensive')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse,assistant}', '{}', null, false, '{data_view,treatment}'), 'patient_clinical', 'SELECT', 'comprehensive')));`,
  `create policy patient_fence on public.patient_clinical
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.patient_clinical
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.patient_clinical
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.patient_clinical
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse,assistant}', '{}', null, false, '{data_view,treatment}'), 'patient_clinical', 'SELECT', 'comprehensive')));`,
  `create policy provider_select_rows on public.patient_clinical
  as restrictive for select to authenticated
  using (
    case
      when
        (archived_at is null or archived_at = now())
        and patient_status = 'active'
        and (
          treatment_consent_until > (select authz.now())
          or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, id::text] is not null
        )
      then authz.log_disclosure((select authz.disclosure_stamp('provider', 'patient_clinical', 'SELECT')), organisation_id, id, id)
      else false
    end
  );`,
  `create policy provider_insert on public.patient_clinical
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse}', '{}', null, false, '{treatment}'), 'patient_clinical', 'INSERT', 'detailed')));`,
  `create policy provider_insert_rows on public.patient_clinical
  as restrictive for insert to authenticated
  with check (
    patient_status = 'active'
    and (
      treatment_consent_until > (select authz.now())
      or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, id::text] is not null
    )
  );`,
  `create policy provider_update on public.patient_clinical
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse}', '{}', null, false, '{treatment}'), 'patient_clinical', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse,assistant}', '{}', null, false, '{data_view,treatment}'), 'patient_clinical', 'SELECT', 'comprehensive')));`,
  `create policy provider_update_rows on public.patient_clinical
  as restrictive for update to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
    and (
      treatment_consent_until > (select authz.now())
      or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, id::text] is not null
    )
  )
  with check (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
    and (
      treatment_consent_until > (select authz.now())
      or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, id::text] is not null
    )
  );`,
  `create policy patient_select on public.patient_clinical
  for select to patient
  using (
    id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'patient_clinical', 'SELECT', 'detailed'))::uuid[])
    and authz.is_own_patient(organisation_id, id)
    and (archived_at is null or archived_at = now())
  );`,
  `create policy internal_ops_select on public.patient_clinical
  for select to internal_ops
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
  );`,
  `create policy definer_select on public.patient_clinical
  for select to cordon_definer
  using (true);`,
  `create policy definer_update on public.patient_clinical
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy provider_fence on public.patient_identity
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'patient_identity', 'SELECT', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'patient_identity', 'SELECT', 'detailed')));`,
  `create policy patient_fence on public.patient_identity
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.patient_identity
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.patient_identity
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.patient_identity
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'patient_identity', 'SELECT', 'detailed')));`,
  `create policy provider_select_rows on public.patient_identity
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );`,
  `create policy provider_insert on public.patient_identity
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,receptionist}', '{}'), 'patient_identity', 'INSERT', 'detailed')));`,
  `create policy provider_insert_rows on public.patient_identity
  as restrictive for insert to authenticated
  with check (patient_status = 'active');`,
  `create policy provider_update on public.patient_identity
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,receptionist}', '{}'), 'patient_identity', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'patient_identity', 'SELECT', 'detailed')));`,
  `create policy provider_update_rows on public.patient_identity
  as restrictive for update to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  )
  with check (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );`,
  `create policy patient_select on public.patient_identity
  for select to patient
  using (
    id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'patient_identity', 'SELECT', 'detailed'))::uuid[])
    and authz.is_own_patient(organisation_id, id)
    and (archived_at is null or archived_at = now())
  );`,
  `create policy internal_ops_select on public.patient_identity
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'patient_identity', 'SELECT', 'detailed'))
    and (archived_at is null or archived_at = now())
    and id = any ((select authz.handed_over_ids('patient'))::uuid[])
    and authz.is_handed_over('patient', organisation_id, id)
  );`,
  `create policy definer_select on public.patient_identity
  for select to cordon_definer
  using (true);`,
  `create policy definer_update on public.patient_identity
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy provider_fence on public.patients
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'patients', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'patients', 'SELECT', 'basic')));`,
  `create policy patient_fence on public.patients
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.patients
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.patients
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.patients
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'patients', 'SELECT', 'basic')));`,
  `create policy provider_select_rows on public.patients
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and (
      status = 'active'
      or organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
    )
  );`,
  `create policy provider_insert on public.patients
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,receptionist}', '{}'), 'patients', 'INSERT', 'detailed')));`,
  `create policy provider_insert_rows on public.patients
  as restrictive for insert to authenticated
  with check (status = 'active');`,
  `create policy provider_update on public.patients
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,receptionist}', '{}'), 'patients', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'patients', 'SELECT', 'basic')));`,
  `create policy provider_update_rows on public.patients
  as restrictive for update to authenticated
  using (
    (
      (archived_at is null or archived_at = now())
      and organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
    )
    or (
      status = 'active'
      and archived_at is null
      and organisation_id = (select authz.organisation_for('{doctor,nurse,receptionist}', '{}'))
    )
  )
  with check (
    (
      (archived_at is null or archived_at = now())
      and organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
    )
    or (
      status = 'active'
      and archived_at is null
      and organisation_id = (select authz.organisation_for('{doctor,nurse,receptionist}', '{}'))
    )
  );`,
  `create policy patient_select on public.patients
  for select to patient
  using (
    id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'patients', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, id)
    and (archived_at is null or archived_at = now())
  );`,
  `create policy internal_ops_select on public.patients
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'patients', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
    and id = any ((select authz.handed_over_ids('patient'))::uuid[])
    and authz.is_handed_over('patient', organisation_id, id)
  );`,
  `create policy definer_select on public.patients
  for select to cordon_definer
  using (true);`,
  `create policy definer_update on public.patients
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy insights_select on public.patients
  for select to cordon_insights
  using (organisation_id = (select authz.insights_organisation_id()));`,
  `create policy provider_fence on public.payments
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'payments', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'payments', 'SELECT', 'basic')));`,
  `create policy patient_fence on public.payments
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.payments
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.payments
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.payments
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'payments', 'SELECT', 'basic')));`,
  `create policy provider_select_rows on public.payments
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy provider_insert on public.payments
  for insert to authenticated
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'payments', 'INSERT', 'detailed')));`,
  `create policy provider_update on public.payments
  for update to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'payments', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'payments', 'SELECT', 'basic')));`,
  `create policy provider_update_rows on public.payments
  as restrictive for update to authenticated
  using (
    archived_at is null
    or archived_at = now()
  )
  with check (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy patient_select on public.payments
  for select to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'payments', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );`,
  `create policy internal_ops_select on public.payments
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'payments', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
    and case_id is not null
  );`,
  `create policy internal_ops_insert on public.payments
  for insert to internal_ops
  with check (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'payments', 'INSERT', 'detailed'))
    and case_id is not null
  );`,
  `create policy internal_ops_update on public.payments
  for update to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'payments', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
    and case_id is not null
  )
  with check (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'payments', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
    and case_id is not null
  );`,
  `create policy definer_select on public.payments
  for select to cordon_definer
  using (true);`,
  `create policy definer_update on public.payments
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy provider_fence on public.professionals
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant}', '{}'), 'professionals', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant}', '{}'), 'professionals', 'SELECT', 'basic')));`,
  `create policy patient_fence on public.professionals
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.professionals
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.professionals
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.professionals
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant}', '{}'), 'professionals', 'SELECT', 'basic')));`,
  `create policy provider_select_rows on public.professionals
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    or organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
  );`,
  `create policy provider_insert on public.professionals
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'professionals', 'INSERT', 'detailed')));`,
  `create policy provider_update on public.professionals
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'professionals', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant}', '{}'), 'professionals', 'SELECT', 'basic')));`,
  `create policy definer_select on public.professionals
  for select to cordon_definer
  using (true);`,
  `create policy provider_fence on public.profiles
  as restrictive for all to authenticated
  using (user_id = any ((select authz.colleague_ids())::uuid[]))
  with check (user_id = any ((select authz.colleague_ids())::uuid[]));`,
  `create policy patient_fence on public.profiles
  as restrictive for all to patient
  using (user_id = (select authz.user_id()))
  with check (user_id = (select authz.user_id()));`,
  `create policy internal_ops_fence on public.profiles
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.profiles
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.profiles
  for select to authenticated
  using (
    (select authz.log_decision(authz.holds('{}', '{}'), 'provider', 'profiles', 'SELECT', 'basic'))
    and user_id = any ((select authz.colleague_ids())::uuid[])
    and (archived_at is null or archived_at = now())
  );`,
  `create policy patient_select on public.profiles
  for select to patient
  using (
    user_id = (select authz.log_decision(authz.user_id(), 'patient', 'profiles', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );`,
  `create policy internal_ops_select on public.profiles
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{}'), 'internal_ops', 'profiles', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );`,
  `create policy definer_select on public.profiles
  for select to cordon_definer
  using (true);`,
  `create policy definer_insert on public.profiles
  for insert to cordon_definer
  with check (true);`,
  `create policy definer_update on public.profiles
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy insights_select on public.profiles
  for select to cordon_insights
  using (user_id = any ((select authz.colleague_ids())::uuid[]));`,
  `create policy provider_fence on public.retention_extensions
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'retention_extensions', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'retention_extensions', 'SELECT', 'basic')));`,
  `create policy patient_fence on public.retention_extensions
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.retention_extensions
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.retention_extensions
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.retention_extensions
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'retention_extensions', 'SELECT', 'basic')));`,
  `create policy provider_select_rows on public.retention_extensions
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy provider_insert on public.retention_extensions
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'retention_extensions', 'INSERT', 'detailed')));`,
  `create policy provider_update on public.retention_extensions
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'retention_extensions', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'retention_extensions', 'SELECT', 'basic')));`,
  `create policy provider_update_rows on public.retention_extensions
  as restrictive for update to authenticated
  using (
    archived_at is null
    or archived_at = now()
  )
  with check (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy definer_select on public.retention_extensions
  for select to cordon_definer
  using (true);`,
  `create policy provider_fence on public.security_incidents
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'security_incidents', 'SELECT', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'security_incidents', 'SELECT', 'detailed')));`,
  `create policy patient_fence on public.security_incidents
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.security_incidents
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.security_incidents
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.security_incidents
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'security_incidents', 'SELECT', 'detailed')));`,
  `create policy provider_select_rows on public.security_incidents
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy provider_insert on public.security_incidents
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'security_incidents', 'INSERT', 'detailed')));`,
  `create policy provider_update on public.security_incidents
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'security_incidents', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'security_incidents', 'SELECT', 'detailed')));`,
  `create policy provider_update_rows on public.security_incidents
  as restrictive for update to authenticated
  using (
    archived_at is null
    or archived_at = now()
  )
  with check (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy definer_select on public.security_incidents
  for select to cordon_definer
  using (true);`,
  `create policy provider_fence on public.signed_form_evidence
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'signed_form_evidence', 'SELECT', 'comprehensive')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'signed_form_evidence', 'SELECT', 'comprehensive')));`,
  `create policy patient_fence on public.signed_form_evidence
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.signed_form_evidence
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.signed_form_evidence
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.signed_form_evidence
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'signed_form_evidence', 'SELECT', 'comprehensive')));`,
  `create policy provider_select_rows on public.signed_form_evidence
  as restrictive for select to authenticated
  using (
    case
      when
        archived_at is null
        or archived_at = now()
      then authz.log_disclosure((select authz.disclosure_stamp('provider', 'signed_form_evidence', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
  );`,
  `create policy definer_select on public.signed_form_evidence
  for select to cordon_definer
  using (true);`,
  `create policy definer_insert on public.signed_form_evidence
  for insert to cordon_definer
  with check (true);`,
  `create policy provider_fence on public.signed_forms
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'signed_forms', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'signed_forms', 'SELECT', 'basic')));`,
  `create policy patient_fence on public.signed_forms
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.signed_forms
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.signed_forms
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.signed_forms
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'signed_forms', 'SELECT', 'basic')));`,
  `create policy provider_select_rows on public.signed_forms
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );`,
  `create policy provider_insert on public.signed_forms
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{doctor,nurse,assistant,receptionist}', '{}'), 'signed_forms', 'INSERT', 'detailed')));`,
  `create policy provider_insert_rows on public.signed_forms
  as restrictive for insert to authenticated
  with check (patient_status = 'active');`,
  `create policy provider_update on public.signed_forms
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'signed_forms', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'signed_forms', 'SELECT', 'basic')));`,
  `create policy provider_update_rows on public.signed_forms
  as restrictive for update to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  )
  with check (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );`,
  `create policy patient_select on public.signed_forms
  for select to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'signed_forms', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );`,
  `create policy internal_ops_select on public.signed_forms
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'signed_forms', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
    and case_id = any ((select authz.handed_over_ids('case'))::uuid[])
    and authz.is_handed_over('case', organisation_id, case_id)
  );`,
  `create policy definer_select on public.signed_forms
  for select to cordon_definer
  using (true);`,
  `create policy definer_update on public.signed_forms
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy provider_fence on public.subject_request_evidence
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'subject_request_evidence', 'SELECT', 'comprehensive')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'subject_request_evidence', 'SELECT', 'comprehensive')));`,
  `create policy patient_fence on public.subject_request_evidence
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.subject_request_evidence
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.subject_request_evidence
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.subject_request_evidence
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'subject_request_evidence', 'SELECT', 'comprehensive')));`,
  `create policy provider_select_rows on public.subject_request_evidence
  as restrictive for select to authenticated
  using (
    case
      when
        archived_at is null
        or archived_at = now()
      then authz.log_disclosure((select authz.disclosure_stamp('provider', 'subject_request_evidence', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
  );`,
  `create policy provider_insert on public.subject_request_evidence
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'subject_request_evidence', 'INSERT', 'detailed')));`,
  `create policy provider_update on public.subject_request_evidence
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'subject_request_evidence', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'subject_request_evidence', 'SELECT', 'comprehensive')));`,
  `create policy provider_update_rows on public.subject_request_evidence
  as restrictive for update to authenticated
  using (
    archived_at is null
    or archived_at = now()
  )
  with check (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy definer_select on public.subject_request_evidence
  for select to cordon_definer
  using (true);`,
  `create policy provider_fence on public.subject_requests
  as restrictive for all to authenticated
  using (organisation_id = (select authz.organisation_id()))
  with check (organisation_id = (select authz.organisation_id()));`,
  `create policy patient_fence on public.subject_requests
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.subject_requests
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.subject_requests
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.subject_requests
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'subject_requests', 'SELECT', 'detailed')));`,
  `create policy provider_select_rows on public.subject_requests
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy provider_insert on public.subject_requests
  for insert to authenticated
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin,receptionist}', '{}'))), 'provider', 'subject_requests', 'INSERT', 'detailed')));`,
  `create policy provider_update on public.subject_requests
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'subject_requests', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{privacy_officer}'), 'subject_requests', 'UPDATE', 'detailed')));`,
  `create policy provider_update_rows on public.subject_requests
  as restrictive for update to authenticated
  using (
    archived_at is null
    or archived_at = now()
  )
  with check (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy patient_select on public.subject_requests
  for select to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'subject_requests', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );`,
  `create policy patient_insert on public.subject_requests
  for insert to patient
  with check (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'subject_requests', 'INSERT', 'detailed'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
  );`,
  `create policy definer_select on public.subject_requests
  for select to cordon_definer
  using (true);`,
  `create policy definer_update on public.subject_requests
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy provider_fence on public.transfer_job_patients
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'transfer_job_patients', 'SELECT', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'transfer_job_patients', 'SELECT', 'detailed')));`,
  `create policy patient_fence on public.transfer_job_patients
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.transfer_job_patients
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.transfer_job_patients
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.transfer_job_patients
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'transfer_job_patients', 'SELECT', 'detailed')));`,
  `create policy provider_select_rows on public.transfer_job_patients
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and expires_at > (select authz.now())
  );`,
  `create policy definer_select on public.transfer_job_patients
  for select to cordon_definer
  using (true);`,
  `create policy definer_insert on public.transfer_job_patients
  for insert to cordon_definer
  with check (true);`,
  `create policy definer_update on public.transfer_job_patients
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy provider_fence on public.transfer_jobs
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'transfer_jobs', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'transfer_jobs', 'SELECT', 'basic')));`,
  `create policy patient_fence on public.transfer_jobs
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.transfer_jobs
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.transfer_jobs
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.transfer_jobs
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'transfer_jobs', 'SELECT', 'basic')));`,
  `create policy provider_select_rows on public.transfer_jobs
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and expires_at > (select authz.now())
  );`,
  `create policy provider_update on public.transfer_jobs
  for update to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'transfer_jobs', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'transfer_jobs', 'SELECT', 'basic')));`,
  `create policy provider_update_rows on public.transfer_jobs
  as restrictive for update to authenticated
  using (
    archived_at is null
    and expires_at > (select authz.now())
  )
  with check (
    archived_at is null
    and expires_at > (select authz.now())
  );`,
  `create policy internal_ops_select on public.transfer_jobs
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'transfer_jobs', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
    and expires_at > (select authz.now())
  );`,
  `create policy definer_select on public.transfer_jobs
  for select to cordon_definer
  using (true);`,
  `create policy definer_insert on public.transfer_jobs
  for insert to cordon_definer
  with check (true);`,
  `create policy definer_update on public.transfer_jobs
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy provider_fence on public.transfers
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'transfers', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'transfers', 'SELECT', 'basic')));`,
  `create policy patient_fence on public.transfers
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.transfers
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.transfers
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.transfers
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'transfers', 'SELECT', 'basic')));`,
  `create policy provider_select_rows on public.transfers
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
  );`,
  `create policy provider_insert on public.transfers
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse}', '{}'), 'transfers', 'INSERT', 'detailed')));`,
  `create policy provider_insert_rows on public.transfers
  as restrictive for insert to authenticated
  with check (patient_status = 'active');`,
  `create policy provider_update on public.transfers
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse}', '{}'), 'transfers', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'transfers', 'SELECT', 'basic')));`,
  `create policy provider_update_rows on public.transfers
  as restrictive for update to authenticated
  using (
    archived_at is null
    and patient_status = 'active'
  )
  with check (
    archived_at is null
    and patient_status = 'active'
  );`,
  `create policy patient_select on public.transfers
  for select to patient
  using (
    patient_id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'transfers', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, patient_id)
    and (archived_at is null or archived_at = now())
  );`,
  `create policy internal_ops_select on public.transfers
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'transfers', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );`,
  `create policy internal_ops_update on public.transfers
  for update to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'transfers', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  )
  with check (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'transfers', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  );`,
  `create policy definer_select on public.transfers
  for select to cordon_definer
  using (true);`,
  `create policy definer_update on public.transfers
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy insights_select on public.transfers
  for select to cordon_insights
  using (organisation_id = (select authz.insights_organisation_id()));`,
  `create policy provider_fence on public.vehicle_assignments
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'vehicle_assignments', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'vehicle_assignments', 'SELECT', 'basic')));`,
  `create policy patient_fence on public.vehicle_assignments
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.vehicle_assignments
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.vehicle_assignments
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.vehicle_assignments
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'vehicle_assignments', 'SELECT', 'basic')));`,
  `create policy provider_select_rows on public.vehicle_assignments
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy provider_insert on public.vehicle_assignments
  for insert to authenticated
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'vehicle_assignments', 'INSERT', 'detailed')));`,
  `create policy provider_update on public.vehicle_assignments
  for update to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'vehicle_assignments', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'vehicle_assignments', 'SELECT', 'basic')));`,
  `create policy provider_update_rows on public.vehicle_assignments
  as restrictive for update to authenticated
  using (
    archived_at is null
    or archived_at = now()
  )
  with check (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy internal_ops_select on public.vehicle_assignments
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'vehicle_assignments', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );`,
  `create policy definer_select on public.vehicle_assignments
  for select to cordon_definer
  using (true);`,
  `create policy definer_update on public.vehicle_assignments
  for update to cordon_definer
  using (true)
  with check (true);`,
  `create policy provider_fence on public.vehicles
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'vehicles', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'vehicles', 'SELECT', 'basic')));`,
  `create policy patient_fence on public.vehicles
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));`,
  `create policy internal_ops_fence on public.vehicles
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));`,
  `create policy anon_fence on public.vehicles
  as restrictive for all to anon
  using (false)
  with check (false);`,
  `create policy provider_select on public.vehicles
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'vehicles', 'SELECT', 'basic')));`,
  `create policy provider_select_rows on public.vehicles
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );`,
  `create policy provider_insert on public.vehicles
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'vehicles', 'INSERT', 'detailed')));`,
  `create policy provider_update on public.vehicles
  for update to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'vehicles', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'vehicles', 'SELECT', 'basic')));`,
  `create policy provider_update_rows on public.vehicles
  as restrictive for update to authenticated
  using (
    (
      archived_at is null
      and organisation_id = (select authz.organisation_for('{}', '{transport}'))
    )
    or (
      (archived_at is null or archived_at = now())
      and organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
    )
  )
  with check (
    (
      archived_at is null
      and organisation_id = (select authz.organisation_for('{}', '{transport}'))
    )
    or (
      (archived_at is null or archived_at = now())
      and organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
    )
  );`,
  `create policy internal_ops_select on public.vehicles
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'vehicles', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );`,
  `create policy definer_select on public.vehicles
  for select to cordon_definer
  using (true);`,
];
