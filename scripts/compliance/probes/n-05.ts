import { changes, probe, refused, sees } from '../probe.ts';
import { CLINIC_A, idOf } from '../world.ts';

export const n05 = probe('N-05', [
  sees(
    'clinicAdmin',
    'control: a clinic_admin ranks 90',
    `select rank from public.organisation_members where user_id = '${idOf('staff', 'a', '01')}'`,
    90,
  ),
  changes(
    'clinicAdmin',
    'and makes a member a doctor',
    `insert into public.organisation_members (organisation_id, user_id, role) values ('${CLINIC_A}', '${idOf('staff', 'e', '02')}', 'doctor')`,
    1,
  ),
  refused(
    'clinicAdmin',
    'but nobody of their own rank',
    `insert into public.organisation_members (organisation_id, user_id, role) values ('${CLINIC_A}', '${idOf('staff', 'd', '02')}', 'clinic_admin')`,
    '42501',
  ),
  refused(
    'receptionist',
    'reception makes nobody anything',
    `insert into public.organisation_members (organisation_id, user_id, role) values ('${CLINIC_A}', '${idOf('staff', 'd', '02')}', 'receptionist')`,
    '42501',
  ),
]);
