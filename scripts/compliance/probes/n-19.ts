import { probe, sees } from '../probe.ts';
import { ANA } from './subjects.ts';

export const n19 = probe('N-19', [
  sees(
    'receptionist',
    'reception reads contact details of a profile',
    `select phone is not null from public.patient_profiles where id = '${ANA}'`,
    true,
  ),
  sees(
    'receptionist',
    'and not its allergies',
    `select allergies from public.patient_profiles where id = '${ANA}'`,
    null,
  ),
  sees(
    'nurse',
    'a nurse the allergies and not the diagnosis',
    `select (select allergies is not null from public.patient_profiles where id = '${ANA}') and not exists (select from public.medical_record_overview where diagnosis is not null)`,
    true,
  ),
]);
