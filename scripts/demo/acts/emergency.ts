import { CAST, PROPS } from '../cast.ts';
import type { PgSession, Stage } from '../stage.ts';

/** Bruno's consent is only proposed: the glass is broken, and somebody else judges it. */
export async function emergency(stage: Stage): Promise<void> {
  stage.begin('Bruno collapses: breaking the glass');
  const chart = (s: PgSession) =>
    s.query('select id from medical_records where patient_id = $1', [PROPS.bruno]);
  await stage.nothing(CAST.doctor, "reads Bruno's chart: neither treats him, nor is there a consent", chart);
  await stage.refused(CAST.doctor, 'breaks the glass without a reason', 'CD009', (s) =>
    s.query(`select open_emergency_access($1, 'urgent')`, [PROPS.bruno]),
  );
  const grant = await stage.does(
    CAST.doctor,
    'breaks the glass: "found unconscious, allergies unknown"',
    async (s) => {
      const { rows } = await s.query<{ id: string }>('select open_emergency_access($1, $2) as id', [
        PROPS.bruno,
        'Found unconscious on the ward, allergies unknown.',
      ]);
      return String(rows[0]?.id);
    },
    () => 'for one patient, for an hour',
  );
  await stage.does(CAST.doctor, 'reads the chart', chart, ({ rowCount }) => `${rowCount} record`);
  await stage.refused(CAST.doctor, 'breaks another while this one is not reviewed', 'CD009', (s) =>
    s.query(`select open_emergency_access($1, 'Another look to be on the safe side.')`, [PROPS.ana]),
  );
  await stage.refused(CAST.doctor, 'reviews it', '42501', (s) =>
    s.query(`select review_emergency_access($1, 'justified', 'It was me.')`, [grant]),
  );
  await stage.does(CAST.officer, 'reviews it, and finds it justified', (s) =>
    s.query(`select review_emergency_access($1, 'justified', 'Ward log agrees with it.')`, [grant]),
  );
  await stage.nothing(CAST.doctor, 'reads the chart again: a review ends it', chart);
}
