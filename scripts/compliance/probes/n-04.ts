import { apart, as, given, probe, sees } from '../probe.ts';
import { CLOSED, DIAGNOSES, DOCTOR, NO_CONSENT } from './subjects.ts';

export const n04 = probe('N-04', [
  sees('doctor', 'with everything in place a doctor reads the chart', DIAGNOSES, true),
  apart(
    given(`update public.organisation_members set role = 'assistant' where user_id = '${DOCTOR}'`),
    sees('doctor', 'not with another role', DIAGNOSES, false),
  ),
  apart(given(CLOSED), sees('doctor', 'not after hours', DIAGNOSES, false)),
  apart(given(NO_CONSENT), sees('doctor', 'not without consent', DIAGNOSES, false)),
  apart(
    sees(
      as('doctor', { headers: { 'x-forwarded-for': '203.0.113.80' } }),
      'not from another network',
      DIAGNOSES,
      false,
    ),
  ),
]);
