import { probe, sees } from '../probe.ts';
import { CLINIC_A } from '../world.ts';
import { CHAI } from './subjects.ts';

export const n41 = probe('N-41', [
  ...(['clinicAdmin', 'doctor', 'nurse', 'assistant', 'receptionist', 'finance'] as const).map((who) =>
    sees(
      who,
      'staff reads beds and patients of their own clinic alone',
      `select count(*) > 0 and bool_and(organisation_id = '${CLINIC_A}') from public.patients`,
      true,
    ),
  ),
  ...(['stranger', 'revoked', 'expired', 'signedOut', 'sessionless', 'formerOperator'] as const).map((who) =>
    sees(who, 'whose access is not live reads none', 'select count(*) from public.patients', 0),
  ),
  sees(
    'opsAgent',
    'operations see patients of cases handed to them',
    `select count(*) from public.patients where organisation_id = '${CLINIC_A}' and id <> '${CHAI}'`,
    0,
  ),
]);
