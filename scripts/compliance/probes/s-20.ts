import { appendOnlySealed } from '../../catalog/invariants/append-only-sealed.ts';
import { keeps, probe, refused, sees } from '../probe.ts';
import { CLINIC_A, idOf } from '../world.ts';

const CASE = idOf('case', 'a', '01');

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
  sees(
    'privacyOfficer',
    'an authority gets as many entries of a case, as an export',
    `select jsonb_array_length((public.export_case_timeline('${CASE}', 'authority', null, 'A court', 'An order of that court') ->> 'timeline')::jsonb -> 'events') - (select count(*) from public.case_timeline where case_id = '${CASE}')`,
    0,
  ),
  refused(
    'privacyOfficer',
    'but none without its name and its ground',
    `select public.export_case_timeline('${CASE}', 'authority')`,
    'CD020',
  ),
  refused(
    'privacyOfficer',
    'an insurer gets none without the patient’s consent',
    `select public.export_case_timeline('${CASE}', 'insurer')`,
    '42501',
  ),
  refused(
    'doctor',
    'and nobody else hands one out',
    `select public.export_case_timeline('${CASE}', 'authority', null, 'A court', 'An order of that court')`,
    '42501',
  ),
]);
