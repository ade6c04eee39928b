import { auditColumns } from '../../catalog/invariants/audit-columns.ts';
import { guardTriggersAlways } from '../../catalog/invariants/guard-triggers-always.ts';
import { tenantAndStampTriggers } from '../../catalog/invariants/tenant-and-stamp-triggers.ts';
import { writesGrantedByColumn } from '../../catalog/invariants/writes-granted-by-column.ts';
import { keeps, probe, refused, sees } from '../probe.ts';
import { CLINIC_A } from '../world.ts';
import { DOCTOR, RECEPTIONIST } from './subjects.ts';

export const s16 = probe('S-16', [
  ...keeps(auditColumns, tenantAndStampTriggers, guardTriggersAlways, writesGrantedByColumn),
  sees(
    'receptionist',
    'a row is stamped with who wrote it',
    `insert into public.patients (organisation_id, mrn, full_name) values ('${CLINIC_A}', 'PROBE-4', 'New Patient') returning created_by_user_id`,
    RECEPTIONIST,
  ),
  refused(
    'receptionist',
    'and nobody names a stamp',
    `insert into public.patients (organisation_id, mrn, full_name, created_by_user_id) values ('${CLINIC_A}', 'PROBE-5', 'New Patient', '${DOCTOR}')`,
    '42501',
  ),
]);
