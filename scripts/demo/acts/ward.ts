import { CAST, PROPS } from '../cast.ts';
import type { Stage } from '../stage.ts';

/** Bruno is admitted, and a bed holds one. */
export async function ward(stage: Stage): Promise<void> {
  stage.begin('Morning, on the ward of Clínica Aurora');
  await stage.does(CAST.admin, 'opens around the clock', (s) =>
    s.query(`update organisation_settings set business_hours = '{"start": 0, "end": 24}'`),
  );
  await stage.does(CAST.nurse, 'admits Bruno to bed 01, within case CASE-0002', (s) =>
    s.query('select admit_patient($1, $2, $3)', [PROPS.bruno, PROPS.bed, PROPS.caseOfBruno]),
  );
  await stage.refused(CAST.nurse, 'admits Ana, who lies in bed 02, to bed 03 as well', '23505', (s) =>
    s.query('select admit_patient($1, $2, null)', [PROPS.ana, PROPS.otherBed]),
  );
  await stage.refused(CAST.nurse, 'marks bed 01 free while Bruno lies in it', 'CD013', (s) =>
    s.query(`update beds set status = 'available' where id = $1`, [PROPS.bed]),
  );
  await stage.does(
    CAST.doctor,
    'looks at the beds',
    (s) => s.query<{ label: string; status: string }>('select label, status from beds order by label'),
    ({ rows }) => rows.map(({ label, status }) => `${label} ${status}`).join(' · '),
  );
}
