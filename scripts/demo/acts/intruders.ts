import { CAST, PROPS } from '../cast.ts';
import type { Stage } from '../stage.ts';

/** Whoever belongs elsewhere, with ids they should not have. */
export async function intruders(stage: Stage): Promise<void> {
  stage.begin('Somebody from the other clinic tries');
  const intruder = CAST.doctorOfAndaman;
  const { organisationId: _, ...undecided } = intruder;
  await stage.nothing(intruder, 'reads Ana by her id', (s) =>
    s.query('select full_name from patients where id = $1', [PROPS.ana]),
  );
  await stage.nothing(
    { ...intruder, organisationId: PROPS.clinic, title: 'Andaman · doctor, who says "Aurora"' },
    'reads Ana: a choice only chooses among memberships',
    (s) => s.query('select full_name from patients'),
  );
  await stage.nothing(
    {
      ...undecided,
      title: 'Andaman · doctor, with a header',
      headers: { ...intruder.headers, 'x-organisation-id': PROPS.clinic },
    },
    'reads Ana by asking in a header',
    (s) => s.query('select full_name from patients where id = $1', [PROPS.ana]),
  );
  await stage.refused(intruder, 'writes a patient into Aurora', '42501', (s) =>
    s.query(`insert into patients (organisation_id, mrn, full_name) values ($1, 'X-1', 'Somebody')`, [
      PROPS.clinic,
    ]),
  );
  await stage.refused(intruder, 'admits Ana to a bed of their own', 'CD010', (s) =>
    s.query('select admit_patient($1, $2, null)', [PROPS.ana, PROPS.bed]),
  );
  await stage.refused(intruder, 'dispatches her transfer', 'CD010', (s) =>
    s.query('select dispatch_transfer($1, $2)', [PROPS.transfer, PROPS.litoral]),
  );
  await stage.refused(intruder, 'signs for her', 'CD010', (s) =>
    s.query(`select sign_form($1, 'Somebody', 'consent')`, [PROPS.disclosureForm]),
  );
  await stage.does(
    intruder,
    'asks whether there is such a patient',
    (s) =>
      s.query<{ reason: string }>(`select evaluate_policy('patients', 'SELECT', $1) ->> 'reason' as reason`, [
        PROPS.ana,
      ]),
    ({ rows }) => `"${rows[0]?.reason}", as for an id that nobody has`,
  );
  await stage.nothing(CAST.ana, 'reads another patient on the portal', (s) =>
    s.query('select id from patients where id = $1', [PROPS.bruno]),
  );
  await stage.refused(CAST.agent, 'bends the record of the day', '42501', (s) =>
    s.query(`update case_activity_log set event_type = 'case.opened'`),
  );
}
