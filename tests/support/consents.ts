import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { Outcome, Session } from '../../testing/session.ts';
import type { Become } from './story.ts';

export const ANA = idOf('patient', 'a', '01');
/** Of the seed: Ana's consent to treatment, in force. */
export const TREATMENT = idOf('consent', 'a', '01');

/** Operations write the next text of a purpose. */
export function change(
  session: Session,
  purpose: string,
  material = true,
  at = '-infinity',
): Promise<Outcome> {
  // No past moment is taken: what is sent as one becomes now.
  return session.attempt(
    `insert into public.consent_purpose_versions (purpose, description, is_material, takes_effect_at)
     values ($1, 'Another text.', $2, case when $3 = '-infinity' then now() - interval '1 day' else $3::timestamptz end)
     returning version, takes_effect_at`,
    [purpose, material, at],
  );
}

export const withdraw = (session: Session, consent: string, reason: string | null = null): Promise<Outcome> =>
  session.attempt('select public.withdraw_consent($1, $2) as at', [consent, reason]);

/** Reception proposes, Ana agrees on the portal. */
export async function agree(as: Become, purpose: string, id = NOBODY, patient = ANA): Promise<Outcome> {
  const reception = await as(personas.receptionist);
  await reception.rows(
    'insert into public.consents (organisation_id, id, patient_id, purpose) values ($1, $2, $3, $4)',
    [CLINIC_A, id, patient, purpose],
  );
  const portal = await as(patient === ANA ? personas.patient : personas.guardian);
  return portal.attempt(`update public.consents set status = 'active' where id = $1`, [id]);
}

export const receiptOf = (session: Session, consent: string): Promise<Outcome> =>
  session.attempt('select public.consent_receipt($1) as receipt', [consent]);
