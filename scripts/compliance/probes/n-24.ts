import { fenceHolds } from '../../catalog/invariants/fence-holds.ts';
import { fencePresent } from '../../catalog/invariants/fence-present.ts';
import { keeps, probe, sees } from '../probe.ts';
import { CLINIC_A } from '../world.ts';

export const n24 = probe('N-24', [
  ...keeps(fencePresent, fenceHolds),
  sees(
    'clinicAdmin',
    'whoever runs a clinic reads nothing of another',
    `select (select count(*) from public.patients where organisation_id <> '${CLINIC_A}') + (select count(*) from public.beds where organisation_id <> '${CLINIC_A}')`,
    0,
  ),
  sees(
    'dispatcherOfC',
    'a transport company sees its jobs',
    'select count(*) > 0 from public.transfer_jobs',
    true,
  ),
  sees(
    'dispatcherOfC',
    'and no transfer or patient of the clinic',
    'select (select count(*) from public.transfers) + (select count(*) from public.patients)',
    0,
  ),
]);
