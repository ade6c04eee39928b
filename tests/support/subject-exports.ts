import { CLINIC_A, idOf } from './ids.ts';
import type { Outcome, Session } from './session.ts';

/** The privacy officer takes down what a patient asks, and takes it up: the id of the request. */
export async function takenUp(
  officer: Session,
  patient: string = idOf('patient', 'a', '01'),
  kind = 'access',
  status = 'in_progress',
): Promise<string> {
  const id = await officer.value<string>(
    'insert into public.subject_requests (organisation_id, patient_id, kind) values ($1, $2, $3) returning id',
    [CLINIC_A, patient, kind],
  );
  if (status !== 'received')
    await officer.rows(
      `update public.subject_requests set status = $2, refusal_basis = case when $2 = 'refused' then 'The law keeps it.' end where id = $1`,
      [id, status],
    );
  return String(id);
}

/** What the privacy officer takes for a patient who asked. */
export const exportedByOfficer = async (officer: Session, patient?: string): Promise<Outcome> => {
  const id = await takenUp(officer, patient);
  return officer.attempt('select public.export_subject($1, $2) as all', [
    patient ?? idOf('patient', 'a', '01'),
    id,
  ]);
};
