import { probe, sees } from '../probe.ts';
import { ANA, CHILD } from './subjects.ts';

export const n15 = probe('N-15', [
  sees(
    'patient',
    'a patient reads their own chart',
    `select count(*) > 0 from public.medical_records where patient_id = '${ANA}'`,
    true,
  ),
  sees(
    'patient',
    'and nobody else’s',
    `select count(*) from public.medical_records where patient_id <> '${ANA}'`,
    0,
  ),
  sees(
    'guardian',
    'a guardian that of the child',
    `select count(*) > 0 from public.medical_records where patient_id = '${CHILD}'`,
    true,
  ),
  sees(
    'formerProxy',
    'a proxy whose account was revoked nothing',
    'select count(*) from public.medical_records',
    0,
  ),
]);
