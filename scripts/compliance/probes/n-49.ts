import { erasureRuled } from '../../catalog/invariants/erasure-ruled.ts';
import { given, keeps, probe, refused, sees, surveys } from '../probe.ts';
import { CLINIC_A } from '../world.ts';
import { ANA, CHILD } from './subjects.ts';

const KEPT_FOR = `select governance.kept_for('${CLINIC_A}', 'chart') =`;

export const n49 = probe(
  'N-49',
  [
    surveys(
      'every table has a class, and under each law in use its class a floor',
      `select distinct 'class ' || c.retention || ' under ' || o.regime as object, case when r.keep is null then 'has no floor' end as problem
       from governance.classification as c
       cross join (select distinct regime from public.organisations) as o
       left join governance.retention_rules as r on r.retention = c.retention and r.regime = o.regime`,
    ),
    ...keeps(erasureRuled),
    sees(
      undefined,
      'by law a chart of the clinic is kept twenty years',
      `${KEPT_FOR} interval '20 years'`,
      true,
    ),
    given(
      `insert into public.retention_extensions (organisation_id, retention, keep_months, reason) values ('${CLINIC_A}', 'chart', 360, 'A contract with an insurer.')`,
    ),
    sees(
      undefined,
      'or as long as the clinic promised, if that is longer',
      `${KEPT_FOR} interval '30 years'`,
      true,
    ),
    refused(
      'privacyOfficer',
      'the officer exports nobody who did not ask',
      `select public.export_subject('${CHILD}')`,
      'CD013',
    ),
    surveys(
      'what people asked is answered in time',
      `select concat_ws(' ', 'public.subject_requests', r.organisation_id, r.id) as object, case when r.id is not null then 'is past its deadline' end as problem
       from (select) as one
       left join public.subject_requests as r on r.due_at <= clock_timestamp() and r.status in ('received', 'in_progress') and r.archived_at is null`,
    ),
    refused(
      'doctor',
      'nobody deletes by hand',
      `delete from public.medical_records where patient_id = '${ANA}'`,
      '42501',
    ),
    refused(
      'service',
      'the key of the server neither',
      `delete from public.medical_records where patient_id = '${ANA}'`,
      '42501',
    ),
    sees(
      undefined,
      'no file is left of a document that has gone',
      `select count(*) from storage.objects as o
       where o.bucket_id = 'patient-documents' and not exists (
         select from public.documents as d
         where d.organisation_id::text = split_part(o.name, '/', 1) and d.id::text = split_part(o.name, '/', 3)
       )`,
      0,
    ),
    surveys(
      'what is on record as destroyed is what erasures and runs of retention closed, for a request or run that is there',
      `select concat_ws(' ', 'governance.tombstones', b.organisation_id, b.cause, b.cause_id) as object, b.problem
       from (select) as one left join public.bent_tombstones() as b on true`,
    ),
    surveys(
      'where there is data of more than a month, what is due was deleted within the last',
      `select 'governance.retention_runs' as object,
              case when exists (select from public.organisations where created_at < clock_timestamp() - interval '31 days')
                and not exists (select from governance.retention_runs where finished_at > clock_timestamp() - interval '31 days')
              then 'holds no run of the last 31 days: npm run retention' end as problem`,
    ),
  ],
  { needs: ['governance.retention_rules', 'governance.retention_runs'] },
);
