import { appendOnlySealed } from '../../catalog/invariants/append-only-sealed.ts';
import { keeps, probe, refused, sees } from '../probe.ts';
import { CLINIC_A } from '../world.ts';

export const s20 = probe('S-20', [
  ...keeps(appendOnlySealed),
  sees(
    'clinicAdmin',
    'the clinic reads as many entries in its timeline as in the record',
    'select (select count(*) from public.case_timeline) - (select count(*) from public.case_activity_log)',
    0,
  ),
  refused(
    undefined,
    'nobody changes an entry, the owner included',
    `update public.case_activity_log set occurred_at = now() where organisation_id = '${CLINIC_A}'`,
    'CD014',
  ),
  refused(
    undefined,
    'nor deletes one',
    `delete from public.case_activity_log where organisation_id = '${CLINIC_A}'`,
    'CD014',
  ),
]);
