import { contextNeverImmutable } from '../../catalog/invariants/context-never-immutable.ts';
import { apart, as, given, keeps, probe, sees } from '../probe.ts';
import { DOCTOR } from './subjects.ts';

export const n16 = probe('N-16', [
  ...keeps(contextNeverImmutable),
  sees('doctor', 'control: a doctor reads', 'select count(*) > 0 from public.patients', true),
  apart(
    given(`update public.organisation_members set is_active = false where user_id = '${DOCTOR}'`),
    sees(
      'doctor',
      'whose membership ends reads nothing from the next statement on',
      'select count(*) from public.patients',
      0,
    ),
  ),
  sees(
    as('receptionist', { claims: { app_metadata: { role: 'doctor' }, role: 'doctor' } }),
    'a role in the token gives none',
    'select count(*) from public.medical_records',
    0,
  ),
]);
