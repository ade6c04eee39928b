import { apart, given, probe, sees } from '../probe.ts';
import { BROKEN_GLASS, CLOSED, DIAGNOSES, NO_CONSENT, NOT_TREATING } from './subjects.ts';

export const n18 = probe('N-18', [
  sees('doctor', 'treating, with consent and within hours, a doctor reads a diagnosis', DIAGNOSES, true),
  apart(given(NOT_TREATING), sees('doctor', 'not without treating', DIAGNOSES, false)),
  apart(given(NO_CONSENT), sees('doctor', 'not without consent', DIAGNOSES, false)),
  apart(given(CLOSED), sees('doctor', 'not after hours', DIAGNOSES, false)),
  apart(
    given(NOT_TREATING),
    given(NO_CONSENT),
    given(CLOSED),
    given(BROKEN_GLASS),
    sees('doctor', 'but once the glass is broken', DIAGNOSES, true),
  ),
]);
