import { fenceHolds } from '../../catalog/invariants/fence-holds.ts';
import { fencePresent } from '../../catalog/invariants/fence-present.ts';
import { tenantKeyComplete } from '../../catalog/invariants/tenant-key-complete.ts';
import { keeps, probe, sees } from '../probe.ts';
import { CLINIC_A } from '../world.ts';

export const s02 = probe('S-02', [
  ...keeps(fencePresent, fenceHolds, tenantKeyComplete),
  sees(
    'doctor',
    'a doctor reads patients of their own clinic',
    `select count(*) > 0 from public.patients where organisation_id = '${CLINIC_A}'`,
    true,
  ),
  sees(
    'doctor',
    'and none of the other clinic',
    `select count(*) from public.patients where organisation_id <> '${CLINIC_A}'`,
    0,
  ),
  sees('stranger', 'a login without membership reads none', 'select count(*) from public.patients', 0),
]);
