import { apart, given, probe, refused, sees, surveys } from '../probe.ts';
import { DOCTOR, NO_CONSENT, RECORD } from './subjects.ts';

export const n44 = probe('N-44', [
  sees(
    'privacyOfficer',
    'an officer asks what another may',
    `select (public.simulate_policy('medical_records', 'SELECT', '${RECORD}', '${DOCTOR}', now(), '192.0.2.10') ->> 'allowed')::boolean`,
    true,
  ),
  apart(
    given(NO_CONSENT),
    sees(
      'privacyOfficer',
      'and what is refused',
      `select (public.simulate_policy('medical_records', 'SELECT', '${RECORD}', '${DOCTOR}', now(), '192.0.2.10') ->> 'allowed')::boolean`,
      false,
    ),
  ),
  refused(
    'doctor',
    'nobody else asks',
    `select public.simulate_policy('medical_records', 'SELECT', '${RECORD}', '${DOCTOR}', now(), '192.0.2.10')`,
    '42501',
  ),
  surveys(
    'no function of it can write',
    `select p.proname::text as object, case when p.provolatile = 'v' then 'is volatile' end as problem from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace where n.nspname in ('authz', 'public') and p.proname in ('simulate', 'simulate_policy')`,
  ),
]);
