/** Tables that no application writes and that therefore carry no stamps. */
export const UNSTAMPED: Readonly<Record<string, string>> = {
  'governance.classification': 'written by migrations only; history tells who',
  'authz.restricted_reads': 'counts by login and moment',
  'authz.state_transitions': 'written by migrations only; history tells who',
  'governance.erasure_rules': 'written by migrations only; history tells who',
  'governance.purpose_grants': 'written by migrations only; history tells who',
  'governance.retention_rules': 'written by migrations only; history tells who',
  'governance.retention_runs': 'says itself who ran it and when',
  'governance.tombstones': 'says itself who destroyed what and when',
  'governance.deadlines': 'written by migrations only; history tells who',
  'governance.export_exclusions': 'written by migrations only; history tells who',
  'governance.subject_links': 'written by migrations only; history tells who',
  'audit.seals': 'says itself who sealed and when, under its own hash',
  'audit.leaves': 'written with its seal, which says who and when',
  'audit.nodes': 'computed from leaves',
  'audit.access_log': 'says itself who asked and when, under its own signature',
  'audit.access_log_exceptions': 'the drain alone writes it, and says when',
  'audit.access_keys': 'for whoever migrates, who alone makes keys',
  'audit.access_drains': 'the drain alone writes it, and says when',
  'governance.compliance_results': 'says itself who looked and when; append-only',
  'audit.app_events': 'says itself when, and of nobody; append-only',
  'audit.context_log': 'says itself who chose and when; append-only',
  'audit.security_events': 'says itself who did it and when; append-only',
  'audit.deployment_events': 'says itself who did it and when; append-only',
};

/** Tables whose stamps are verified where the row comes from, so that no statement upon them asks again. */
export const VERIFIED_ELSEWHERE: Readonly<Record<string, string>> = {
  'public.case_activity_log':
    "written by other tables' triggers alone: who wrote it is asked there, and the verified name stands in a column of its own",
};
