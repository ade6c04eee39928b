import { apart, given, probe, sees } from '../probe.ts';
import { CLINIC_A } from '../world.ts';
import { ANA, DIAGNOSES, NO_CONSENT } from './subjects.ts';

export const n40 = probe('N-40', [
  sees(
    undefined,
    'the moment is the server’s, and nobody sets it',
    `select authz.now() between statement_timestamp() and clock_timestamp() from set_config('test.now', '2020-01-01', true)`,
    true,
  ),
  sees(
    undefined,
    'hours begin with their first second and end before their last',
    `select string_agg(authz.is_within_hours('${CLINIC_A}', '{6,22}', at)::text, ' ' order by at) from unnest('{2026-07-01 08:59:59.999999+00,2026-07-01 09:00:00+00,2026-07-02 00:59:59.999999+00,2026-07-02 01:00:00+00}'::timestamptz[]) as at`,
    'false true true false',
  ),
  apart(
    given(NO_CONSENT),
    given(
      `insert into public.consents (organisation_id, patient_id, purpose, status, expires_at) values ('${CLINIC_A}', '${ANA}', 'treatment', 'active', clock_timestamp() + interval '1 hour')`,
    ),
    sees('doctor', 'a consent that ends in an hour opens', DIAGNOSES, true),
  ),
  apart(
    given(NO_CONSENT),
    given(
      `insert into public.consents (organisation_id, patient_id, purpose, status, expires_at) values ('${CLINIC_A}', '${ANA}', 'treatment', 'active', clock_timestamp())`,
    ),
    sees('doctor', 'one that ended this instant does not', DIAGNOSES, false),
  ),
]);
