import { apart, given, probe, sees } from '../probe.ts';
import { idOf } from '../world.ts';
import { DIAGNOSES, NOT_TREATING } from './subjects.ts';

export const n21 = probe('N-21', [
  sees('doctor', 'a physician who treats reads the notes', DIAGNOSES, true),
  apart(
    given(
      `update public.organisation_members set role = 'doctor' where user_id = '${idOf('staff', 'a', '11')}'`,
    ),
    sees('finance', 'another physician of the clinic does not', DIAGNOSES, false),
  ),
  apart(given(NOT_TREATING), sees('doctor', 'nor one who treats no longer', DIAGNOSES, false)),
]);
