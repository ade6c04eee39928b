import { as, probe, sees } from '../probe.ts';
import { CLINIC_A, CLINIC_B } from '../world.ts';

export const n23 = probe('N-23', [
  sees(
    'dualUndecided',
    'who belongs to two clinics and chooses none sees no row',
    'select count(*) from public.patients',
    0,
  ),
  sees(
    'dual',
    'control: having chosen they see that one',
    `select bool_and(organisation_id = '${CLINIC_A}') from public.patients`,
    true,
  ),
  sees(
    as('doctor', { settings: { 'app.current_clinic_id': CLINIC_B } }),
    'the choice of another clinic shows nothing',
    'select count(*) from public.patients',
    0,
  ),
]);
