import { policiesWithoutTables } from '../../catalog/invariants/policies-without-tables.ts';
import { apart, given, keeps, probe, sees } from '../probe.ts';
import { CLOSED, DIAGNOSES, NO_CONSENT, NOT_TREATING } from './subjects.ts';

export const n25 = probe('N-25', [
  ...keeps(policiesWithoutTables),
  sees('doctor', 'all conditions hold: the row is there', DIAGNOSES, true),
  apart(given(CLOSED), sees('doctor', 'hours alone missing: it is not', DIAGNOSES, false)),
  apart(given(NO_CONSENT), sees('doctor', 'consent alone missing: it is not', DIAGNOSES, false)),
  apart(given(NOT_TREATING), sees('doctor', 'treatment alone missing: it is not', DIAGNOSES, false)),
]);
