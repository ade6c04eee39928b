import { apart, given, probe, sees } from '../probe.ts';
import { idOf, NOBODY } from '../world.ts';
import { NO_CONSENT, RECORD } from './subjects.ts';

export const n08 = probe('N-08', [
  sees(
    'doctor',
    'an evaluation tells verdict, reason, conditions, audit duty and emergency',
    `select concat_ws(' ', v -> 'allowed', v ->> 'reason' <> '', jsonb_array_length(v -> 'conditions') > 0, v ? 'auditRequired', v ? 'emergencyAccess') from public.evaluate_policy('medical_records', 'SELECT', '${RECORD}') as v`,
    'true t t t t',
  ),
  apart(
    given(NO_CONSENT),
    sees(
      'doctor',
      'and which condition fails',
      `select v ->> 'allowed' || ' ' || ((v -> 'conditions')::text like '%consent%') from public.evaluate_policy('medical_records', 'SELECT', '${RECORD}') as v`,
      'false true',
    ),
  ),
  sees(
    'doctor',
    'a row of another clinic is not found, as a row that does not exist',
    `select public.evaluate_policy('patients', 'SELECT', '${idOf('patient', 'b', '01')}') is not distinct from public.evaluate_policy('patients', 'SELECT', '${NOBODY}')`,
    true,
  ),
]);
