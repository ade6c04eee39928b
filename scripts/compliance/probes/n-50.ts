import { changes, probe, sees } from '../probe.ts';
import { storedFor } from './stored.ts';
import { ANA, CHAI, DIAGNOSES, HANDOFF, TREATMENT } from './subjects.ts';

/** What of Chai's health operations are shown beside the case that they hold: chart, health at a glance, files. */
const OF_HEALTH = `select concat_ws(' ',
  (select count(*) from public.medical_records where patient_id = '${CHAI}'),
  (select count(*) from public.patient_clinical where id = '${CHAI}'),
  (select count(*) from public.documents where patient_id = '${CHAI}'))`;

export const n50 = probe('N-50', [
  sees('doctor', 'control: under the consent a chart is read', DIAGNOSES, true),
  changes('patient', 'the patient withdraws it', `select public.withdraw_consent('${TREATMENT}', null)`, 1),
  sees(
    'doctor',
    'and the next statement finds nothing',
    `select (select count(*) from public.medical_records where patient_id = '${ANA}') + (select count(*) from public.medical_record_details where patient_id = '${ANA}')`,
    0,
  ),
  sees(
    'patient',
    'while the chart is kept',
    `select count(*) > 0 from public.medical_records where patient_id = '${ANA}'`,
    true,
  ),
  ...storedFor(CHAI),
  sees(
    'opsAgent',
    'control: under the consent to the handoff operations see what tells of health',
    OF_HEALTH,
    '1 1 1',
  ),
  changes(
    undefined,
    'the patient withdraws it',
    `update public.consents set status = 'withdrawn' where id = '${HANDOFF}'`,
    1,
  ),
  sees('opsAgent', 'and neither chart nor allergies nor files are left to operations', OF_HEALTH, '0 0 0'),
]);
