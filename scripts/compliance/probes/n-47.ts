import { appendOnlySealed } from '../../catalog/invariants/append-only-sealed.ts';
import { auditColumns } from '../../catalog/invariants/audit-columns.ts';
import { changes, keeps, probe, sees } from '../probe.ts';
import { ACCESS_LOG, BASIC, KEPT, records, UNASKED } from './logged.ts';
import { ANA, DOCTOR, RECORD } from './subjects.ts';

const CHART = `select from public.medical_records where id = '${RECORD}'`;

export const n47 = probe(
  'N-47',
  [
    sees('doctor', 'control: a chart is read', CHART.replace('from', 'count(*) from'), 1),
    records('doctor', 'a read leaves the decision and each row that it showed', CHART, 2),
    sees('patient', 'control: so does the patient read it', CHART.replace('from', 'count(*) from'), 1),
    records('patient', 'which leaves a trace too', CHART, 1),
    changes(
      'doctor',
      'a write names who wrote',
      `update public.patients set language = 'fr' where id = '${ANA}'`,
      1,
    ),
    sees(
      undefined,
      'on its row',
      `select updated_by_user_id from public.patients where id = '${ANA}'`,
      DOCTOR,
    ),
    ...keeps(auditColumns, appendOnlySealed),
    KEPT,
  ],
  { needs: ACCESS_LOG, except: `${BASIC}; ${UNASKED}` },
);
