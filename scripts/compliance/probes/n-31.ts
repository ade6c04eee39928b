import { fenceAskedOnce } from '../../catalog/invariants/fence-asked-once.ts';
import { apart, given, keeps, matches, probe, sees } from '../probe.ts';
import { DOCTOR, NOT_TREATING } from './subjects.ts';

export const n31 = probe('N-31', [
  ...keeps(fenceAskedOnce),
  matches(
    'doctor',
    'the audience of a query is one call, before any row',
    `explain (costs off) select * from public.patients`,
    'InitPlan',
  ),
  sees('doctor', 'control: charts are read', 'select count(*) > 0 from public.medical_records', true),
  apart(
    given(NOT_TREATING),
    given(`update public.care_relationships set archived_at = now() where user_id = '${DOCTOR}'`),
    sees(
      'doctor',
      'what is revoked between two statements is gone in the second',
      'select count(*) from public.medical_records',
      0,
    ),
  ),
]);
