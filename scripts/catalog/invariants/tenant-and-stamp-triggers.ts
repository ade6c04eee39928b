import type { Invariant } from './invariant.ts';
import { TABLES } from './scope.ts';

/** Tables that no application writes and that therefore carry no stamps. */
const UNSTAMPED: Readonly<Record<string, string>> = {
  'authz.deployment_settings': 'set by the deployment itself',
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
  'audit.context_log': 'says itself who chose and when; append-only',
  'audit.security_events': 'says itself who did it and when; append-only',
  'audit.deployment_events': 'says itself who did it and when; append-only',
};

export const tenantAndStampTriggers: Invariant = {
  name: 'tenant-and-stamp-triggers',
  claim:
    'every tenant table carries the tenant trigger, and every mutable table the stamp trigger, before insert and update of each row',
  why: 'Without the first a row moves to another organisation; without the second nobody knows who wrote it.',
  requirements: ['S-03', 'S-05', 'S-16'],
  query: `
    with ${TABLES},
    wanted as (
      select t.oid, t.object, w.function_name
      from tables as t
      cross join (values ('tg__tenant'), ('tg__stamp')) as w (function_name)
      where (
          w.function_name = 'tg__stamp' and not t.object = any ($1)
        )
        or (
          w.function_name = 'tg__tenant'
          and exists (select from pg_attribute as a where a.attrelid = t.oid and a.attname = 'organisation_id' and not a.attisdropped)
          and t.object <> 'audit.access_log' -- no caller and no server writes it
        )
    )
    select w.object || ' ' || w.function_name as object,
           case
             when not exists (
               select from pg_trigger as g
               join pg_proc as p on p.oid = g.tgfoid
               join pg_namespace as n on n.oid = p.pronamespace
               where g.tgrelid = w.oid and not g.tgisinternal and g.tgenabled <> 'D'
                 and n.nspname = 'authz' and p.proname = w.function_name
                 and g.tgtype & 23 = 23 -- row, before, insert, update
             ) then 'is missing'
           end as problem
    from wanted as w`,
  values: [Object.keys(UNSTAMPED)],
};
