import { randomUUID } from 'node:crypto';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { Outcome, Session } from '../../testing/session.ts';
import type { Become } from './story.ts';

/** Makes the auditor another privacy officer of clinic A. */
export const PROMOTE = `update public.organisation_members set capabilities = capabilities || '{privacy_officer}'
  where organisation_id = '${CLINIC_A}' and user_id = '${personas.auditor.userId}'`;

/** Another privacy officer of clinic A, who speaks from here on. */
export async function anotherOfficer(as: Become): Promise<Session> {
  await (await as(personas.auditor)).script(`reset role; ${PROMOTE}`);
  return as(personas.auditor);
}

/** Somebody takes down, or files, what a patient asks: the id of the request. */
export const askedBy = async (
  session: Session,
  patient: string = idOf('patient', 'a', '01'),
  kind = 'access',
): Promise<string> => {
  const id = randomUUID(); // reception writes requests down, and reads none
  await session.rows(
    'insert into public.subject_requests (organisation_id, id, patient_id, kind) values ($1, $2, $3, $4)',
    [CLINIC_A, id, patient, kind],
  );
  return id;
};

/** The privacy officer takes up, or answers, what was asked. */
export const step = (officer: Session, id: string, status = 'in_progress'): Promise<unknown> =>
  officer.rows(
    `update public.subject_requests set status = $2, refusal_basis = case when $2 = 'refused' then 'The law keeps it.' end where id = $1`,
    [id, status],
  );

/** Reception takes down what a patient asks, and the privacy officer, who speaks from here on, takes it up: the id of the request. */
export async function takenUp(
  as: Become,
  patient?: string,
  kind?: string,
  status = 'in_progress',
): Promise<string> {
  const id = await askedBy(await as(personas.receptionist), patient, kind);
  const officer = await as(personas.privacyOfficer);
  if (status !== 'received') await step(officer, id, status);
  return id;
}

/** What the privacy officer takes for a patient who asked. */
export const exportedByOfficer = async (as: Become, patient?: string): Promise<Outcome> => {
  const id = await takenUp(as, patient);
  return (await as(personas.privacyOfficer)).attempt('select public.export_subject($1, $2) as all', [
    patient ?? idOf('patient', 'a', '01'),
    id,
  ]);
};
