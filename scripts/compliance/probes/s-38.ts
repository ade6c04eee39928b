import { changes, probe, refused } from '../probe.ts';
import { CLINIC_A } from '../world.ts';
import { ANA, CPF } from './subjects.ts';

export const s38 = probe('S-38', [
  refused(
    'receptionist',
    'a full national number is refused',
    `insert into public.patients (organisation_id, mrn, full_name) values ('${CLINIC_A}', 'PROBE-7', 'Ana ${CPF}')`,
    'CD016',
  ),
  changes(
    'receptionist',
    'control: its last four digits are taken',
    `update public.patient_identity set id_last4 = '4725' where id = '${ANA}'`,
    1,
  ),
  refused(
    'receptionist',
    'and no more than four',
    `update public.patient_identity set id_last4 = '24725' where id = '${ANA}'`,
    '23514',
    '22001',
  ),
]);
