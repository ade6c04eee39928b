import { noLeakproof } from '../../catalog/invariants/no-leakproof.ts';
import { keeps, matches, probe, sees } from '../probe.ts';
import { CLINIC_A, CLINIC_B } from '../world.ts';

export const n26 = probe('N-26', [
  ...keeps(noLeakproof),
  matches(
    'receptionist',
    'the plan of a query without condition carries the condition of the tenant',
    'explain (costs off) select * from public.appointments',
    'organisation_id = ',
  ),
  sees(
    'receptionist',
    'which no condition of the caller widens',
    `select count(*) from public.appointments where organisation_id <> '${CLINIC_A}' or (true and organisation_id = '${CLINIC_B}')`,
    0,
  ),
]);
