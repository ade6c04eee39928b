import { tenantAndStampTriggers } from '../../catalog/invariants/tenant-and-stamp-triggers.ts';
import { as, changes, keeps, probe, refused } from '../probe.ts';
import { CLINIC_B } from '../world.ts';
import { ANA } from './subjects.ts';

export const s05 = probe('S-05', [
  ...keeps(tenantAndStampTriggers),
  refused(
    'service',
    'the server changes nothing without a pin',
    `update public.patients set language = 'fr' where id = '${ANA}'`,
    'CD003',
    'CD004',
  ),
  refused(
    as('service', { settings: { 'app.pinned_organisation_id': CLINIC_B } }),
    'nor pinned to another clinic',
    `update public.patients set language = 'fr' where id = '${ANA}'`,
    'CD003',
    'CD004',
  ),
  changes(
    'servicePinned',
    'control: pinned to the row it may',
    `update public.patients set language = 'fr' where id = '${ANA}'`,
    1,
  ),
]);
