import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { CHILD } from './forms.ts';
import type { Become } from './story.ts';

export const CHAI = idOf('patient', 'a', '03');
/** The account by which they are linked again. */
export const AGAIN = idOf('account', 'a', '99');
export const DONE = { ok: true, count: 1 };
/** What would have been written, and would not count. */
export const NO_EFFECT = { ok: false, code: 'CD013' };

/** The owner of the tables, pinned to clinic A. */
export async function owner(as: Become) {
  const session = await as(personas.servicePinned);
  await session.script(`reset role; select set_config('request.jwt.claims', '', true)`);
  return session;
}
/** Makes a patient so old today. */
export const born = async (as: Become, patient: string, years: string) =>
  (await owner(as)).rows(
    `update public.patient_identity set birth_date = (now() at time zone 'America/Sao_Paulo')::date - $3::interval
     where organisation_id = $1 and id = $2`,
    [CLINIC_A, patient, years],
  );
/** Reception proposes the stranger as guardian. */
export const proposed = async (as: Become, patient = CHILD, relationship = 'guardian') =>
  (await as(personas.receptionist)).rows(
    'insert into public.patient_accounts (organisation_id, id, user_id, patient_id, relationship) values ($1, $2, $3, $4, $5)',
    [CLINIC_A, NOBODY, personas.stranger.userId, patient, relationship],
  );
/** Writes to the account that was proposed. */
export const ends = (session: Session, what: string) =>
  session.attempt(`update public.patient_accounts set ${what} where organisation_id = $1 and id = $2`, [
    CLINIC_A,
    NOBODY,
  ]);
/** Whom reception proposes, on the portal. */
const STRANGER: Persona = { ...personas.stranger, role: 'patient' };
/** How many patients a login sees at clinic A. */
export const sees = async (as: Become, persona = STRANGER) =>
  (await as(persona)).value<number>(
    `select count(*)::integer from public.patients where organisation_id = '${CLINIC_A}'`,
  );
/** Until when the account that was proposed lasts, on the wall of the clinic; null where nobody said. */
export const endsAt = async (as: Become) =>
  (await owner(as)).value<string | null>(
    `select to_char(ends_at at time zone 'America/Sao_Paulo', 'YYYY-MM-DD HH24:MI') from public.patient_accounts where organisation_id = $1 and id = $2`,
    [CLINIC_A, NOBODY],
  );
