import { compositeForeignKeys } from '../../catalog/invariants/composite-foreign-keys.ts';
import { tenantAndStampTriggers } from '../../catalog/invariants/tenant-and-stamp-triggers.ts';
import { changes, keeps, probe, refused } from '../probe.ts';
import { CLINIC_A, CLINIC_B } from '../world.ts';
import { ANA } from './subjects.ts';

export const s03 = probe('S-03', [
  ...keeps(tenantAndStampTriggers, compositeForeignKeys),
  changes(
    'receptionist',
    'reception registers a patient at its own clinic',
    `insert into public.patients (organisation_id, mrn, full_name) values ('${CLINIC_A}', 'PROBE-1', 'New Patient')`,
    1,
  ),
  refused(
    'receptionist',
    'and none at another',
    `insert into public.patients (organisation_id, mrn, full_name) values ('${CLINIC_B}', 'PROBE-2', 'New Patient')`,
    '42501',
  ),
  refused(
    undefined,
    'not even who bypasses policies moves a row to another clinic',
    `update public.patients set organisation_id = '${CLINIC_B}' where id = '${ANA}'`,
    'CD003',
  ),
]);
