-- authz.tg__no_truncate, authz.tg__append_only: what is kept is not emptied, by its owner neither, and not along with another table.
begin;

select plan(25);
select throws_ok(format('truncate %s cascade', r), 'CD014', split_part(r, '.', 2) || ' is never emptied', r || ' is not emptied [S-20 -, S-35 -]')
from unnest('{public.invoices,public.invoice_lines,public.payments,public.form_templates,public.signed_forms,governance.schema_changes,governance.retention_rules}'::text[]) as r;
select throws_ok(format('truncate %s cascade', r), 'CD014', split_part(r, '.', 2) || ' is append-only', r || ' is neither changed nor emptied [S-20 -]')
from unnest(array['public.consent_purpose_versions', 'public.case_activity_log', 'public.signed_form_evidence', 'public.disclosures', 'audit.security_events', 'audit.leaves', 'audit.nodes',
  'audit.seals', 'audit.context_log', 'audit.deployment_events', 'audit.access_log', 'audit.access_log_exceptions', 'audit.app_events', 'governance.retention_runs', 'governance.tombstones',
  'governance.insight_dispatches', 'governance.compliance_results']) as r;
create temporary table of_no_matter (n integer);
select lives_ok('truncate of_no_matter', 'what is not kept is emptied [S-20 +]');

select * from finish();
rollback;
