import { createHash } from 'node:crypto';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { Outcome, Row, Session } from '../../testing/session.ts';
import type { Become } from './story.ts';

export const ANA = idOf('patient', 'a', '01');
export const CHILD = idOf('patient', 'a', '02');
/** Of the seed: drawn up by reception for Ana, of a text that names transfer_disclosure. */
export const DRAFT = idOf('form', 'a', '01');
/** Of the seed: Ana's, signed before a nurse. */
export const SIGNED = idOf('form', 'a', '02');
export const FINANCIAL = idOf('template', 'f', '03');

/** The digest of what is shown at this moment, which the portal gives back; a witness need not. */
export const SHOWN = `case current_setting('role') when 'patient' then public.preview_form($1) ->> 'content_sha256' end`;

export function sign(
  session: Session,
  form: string,
  name = 'Ana Souza',
  meaning: string | null = 'consent',
): Promise<Outcome> {
  return session.attempt(`select public.sign_form($1, $2, $3, ${SHOWN}) as receipt`, [form, name, meaning]);
}

export function terminate(
  session: Session,
  form: string,
  reason = 'Signed for the wrong stay.',
): Promise<Outcome> {
  return session.attempt('select public.terminate_form($1, $2)', [form, reason]);
}

export async function formOf(session: Session, form: string): Promise<Row | undefined> {
  return (await session.rows('select * from public.signed_forms where id = $1', [form]))[0];
}

export function consentOf(session: Session, id: string): Promise<string | undefined> {
  return session.value<string>('select status from public.consents where id = $1', [id]);
}

/** As anybody recomputes it, in hexadecimal. */
export function sha256(text: unknown): string {
  return createHash('sha256').update(String(text)).digest('hex');
}

/** Reception proposes what the seed's draft will carry. */
export async function carrying(as: Become, purpose = 'transfer_disclosure', id = NOBODY): Promise<Session> {
  const reception = await as(personas.receptionist);
  await reception.rows(
    'insert into public.consents (organisation_id, id, patient_id, purpose, signed_form_id) values ($1, $2, $3, $4, $5)',
    [CLINIC_A, id, ANA, purpose, DRAFT],
  );
  return reception;
}
