import { tenantKeyComplete } from '../../catalog/invariants/tenant-key-complete.ts';
import { tenantReferencesOrganisation } from '../../catalog/invariants/tenant-table-references-organisation.ts';
import { keeps, probe, sees } from '../probe.ts';
import { CLINIC_A } from '../world.ts';
import { DOCTOR } from './subjects.ts';

export const n22 = probe('N-22', [
  ...keeps(tenantKeyComplete, tenantReferencesOrganisation),
  sees(
    'doctor',
    'the access of a login is what its memberships give',
    `select string_agg(clinic_id::text, ' ') from public.user_clinic_access where user_id = '${DOCTOR}' and is_active`,
    CLINIC_A,
  ),
  sees('revoked', 'a member who was revoked sees no row', 'select count(*) from public.patients', 0),
  sees('expired', 'nor one whose time is over', 'select count(*) from public.patients', 0),
]);
