import { evaluatePolicy } from '../../../client/index.ts';
import { CAST, PROPS } from '../cast.ts';
import type { Stage } from '../stage.ts';

/** Who reads what of Ana's chart, and why not. */
export async function charts(stage: Stage): Promise<void> {
  stage.begin('A chart, and who may read it');
  const diagnosis = 'select diagnosis from medical_record_details where id = $1';
  const shown = ({ rows }: { rows: { diagnosis: string }[] }) => `reads "${rows[0]?.diagnosis}"`;
  await stage.does(
    CAST.doctor,
    "reads Ana's diagnosis: treats her, under her consent",
    (s) => s.query<{ diagnosis: string }>(diagnosis, [PROPS.record]),
    shown,
  );
  await stage.nothing(CAST.doctorInCafe, 'reads it from a network that the clinic has not listed', (s) =>
    s.query(diagnosis, [PROPS.record]),
  );
  await stage.does(
    CAST.nurse,
    'reads the record: vitals are for nurses, the diagnosis is not',
    (s) =>
      s.query<{ rate: number; diagnosis: string | null }>(
        `select vitals ->> 'heart_rate' as rate, diagnosis from medical_record_overview where id = $1`,
        [PROPS.record],
      ),
    ({ rows }) => `heart rate ${rows[0]?.rate}, diagnosis ${rows[0]?.diagnosis ?? 'not shown'}`,
  );
  await stage.nothing(CAST.nurse, 'reads the psychiatric record', (s) =>
    s.query('select id from medical_records where id = $1', [PROPS.psychiatricRecord]),
  );
  await stage.nothing(CAST.reception, 'reads the chart', (s) => s.query('select id from medical_records'));
  await stage.does(
    CAST.nurse,
    'asks why the diagnosis is not shown',
    (s) => evaluatePolicy(s, 'medical_record_details', 'SELECT', PROPS.record),
    ({ allowed, reason }) => `${allowed ? 'allowed' : 'not allowed'}: ${reason}`,
  );
}
