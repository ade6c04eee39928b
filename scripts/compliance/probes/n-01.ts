import { probe, sees } from '../probe.ts';
import { RECORD } from './subjects.ts';

export const n01 = probe('N-01', [
  sees(
    'doctor',
    'a treating doctor reads a diagnosis',
    `select diagnosis is not null from public.medical_record_overview where id = '${RECORD}'`,
    true,
  ),
  sees(
    'nurse',
    'a treating nurse the vitals',
    `select vitals is not null from public.medical_record_overview where id = '${RECORD}'`,
    true,
  ),
  sees(
    'nurse',
    'and not the diagnosis of the same record',
    `select diagnosis from public.medical_record_overview where id = '${RECORD}'`,
    null,
  ),
  sees('nurse', 'by no other way either', 'select count(*) from public.medical_record_details', 0),
  sees('receptionist', 'reception no record at all', 'select count(*) from public.medical_records', 0),
]);
