import { compositeForeignKeys } from '../../catalog/invariants/composite-foreign-keys.ts';
import { definerFunctionsListed } from '../../catalog/invariants/definer-functions-listed.ts';
import { nothingPublished } from '../../catalog/invariants/nothing-published.ts';
import { uniquesPerTenant } from '../../catalog/invariants/uniques-per-tenant.ts';
import { viewsAsInvoker } from '../../catalog/invariants/views-as-invoker.ts';
import { changes, keeps, probe, refused, sees } from '../probe.ts';
import { CLINIC_A, idOf } from '../world.ts';
import { ANA } from './subjects.ts';

export const s04 = probe('S-04', [
  ...keeps(compositeForeignKeys, uniquesPerTenant, viewsAsInvoker, definerFunctionsListed, nothingPublished),
  refused(
    undefined,
    'not even who bypasses policies makes a reference to a patient of another clinic',
    `insert into public.consents (organisation_id, patient_id, purpose) values ('${CLINIC_A}', '${idOf('patient', 'b', '01')}', 'treatment')`,
    '23503',
  ),
  changes(
    'receptionist',
    'control: to one of the own clinic it is taken',
    `insert into public.consents (organisation_id, patient_id, purpose) values ('${CLINIC_A}', '${ANA}', 'research')`,
    1,
  ),
  sees(
    'doctor',
    'a view shows no patient of another clinic',
    `select count(*) filter (where organisation_id <> '${CLINIC_A}') from public.patient_profiles`,
    0,
  ),
]);
