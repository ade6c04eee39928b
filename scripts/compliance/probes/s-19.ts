import { probe, refused, surveys } from '../probe.ts';
import { CLINIC_A, CLINIC_B, idOf } from '../world.ts';

export const s19 = probe('S-19', [
  surveys(
    'what an event must say is checked by its type',
    `select 'public.case_activity_log' as object, case when count(*) filter (where k.convalidated and pg_get_constraintdef(k.oid) like '%activity_keys(event_type)%') < 2 then 'is not checked by type' end as problem from pg_constraint as k where k.conrelid = 'public.case_activity_log'::regclass and k.contype = 'c'`,
  ),
  surveys(
    'every event carries exactly the keys of its type',
    `select e.event_type as object, case when not bool_and(e.details ?& authz.activity_keys(e.event_type) and e.details - authz.activity_keys(e.event_type) = '{}') then 'misses a key or has another' end as problem from public.case_activity_log as e where e.organisation_id in ('${CLINIC_A}', '${CLINIC_B}') group by e.event_type`,
  ),
  refused(
    undefined,
    'an event is written by what happened and by no hand',
    `insert into public.case_activity_log (organisation_id, entity_type, entity_id, event_type, actor_realm, occurred_at, details) values ('${CLINIC_A}', 'case', '${idOf('case', 'a', '01')}', 'case.status_changed', 'system', now(), '{"note": "free text"}')`,
    'CD014',
  ),
]);
