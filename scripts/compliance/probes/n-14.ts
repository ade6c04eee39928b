import { probe, sees } from '../probe.ts';
import { CLINIC_A } from '../world.ts';

export const n14 = probe('N-14', [
  sees('receptionist', 'reception sees appointments', 'select count(*) > 0 from public.appointments', true),
  sees(
    'receptionist',
    'and nothing clinical',
    'select (select count(*) from public.patient_clinical) + (select count(*) from public.appointment_reasons) + (select count(*) from public.medical_records) + (select count(*) from public.medical_record_details)',
    0,
  ),
  sees(
    'doctor',
    'a doctor sees charts of their own clinic',
    'select count(*) > 0 from public.medical_records',
    true,
  ),
  sees(
    'doctorOfB',
    'and none of another',
    `select count(*) from public.medical_records where organisation_id = '${CLINIC_A}'`,
    0,
  ),
]);
