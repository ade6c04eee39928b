import { apart, given, probe, refused, sees } from '../probe.ts';
import { CLINIC_A } from '../world.ts';
import { ANA, CHILD, DIAGNOSES, NO_CONSENT } from './subjects.ts';

export const n45 = probe('N-45', [
  sees('doctor', 'with a consent a chart opens', DIAGNOSES, true),
  apart(given(NO_CONSENT), sees('doctor', 'not without', DIAGNOSES, false)),
  apart(
    given(NO_CONSENT),
    given(
      `insert into public.consents (organisation_id, patient_id, purpose, status, expires_at) values ('${CLINIC_A}', '${ANA}', 'treatment', 'active', clock_timestamp())`,
    ),
    sees('doctor', 'not with one that is over', DIAGNOSES, false),
  ),
  apart(
    given(NO_CONSENT),
    given(
      `insert into public.consents (organisation_id, patient_id, purpose, status) values ('${CLINIC_A}', '${ANA}', 'marketing', 'active')`,
    ),
    sees('doctor', 'not with one for another purpose', DIAGNOSES, false),
  ),
  refused(
    'doctor',
    'and nobody who profits puts one into force',
    `insert into public.consents (organisation_id, patient_id, purpose, status) values ('${CLINIC_A}', '${CHILD}', 'research', 'active')`,
    '42501',
    'CD005',
  ),
]);
