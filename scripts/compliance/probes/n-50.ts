import { changes, probe, sees } from '../probe.ts';
import { ANA, DIAGNOSES, TREATMENT } from './subjects.ts';

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
]);
