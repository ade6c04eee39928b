import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import type { Become } from './story.ts';

export const COMPANY = idOf('organisation', 'c');
export const ASKED = idOf('transfer', 'a', '01');
export const DRIVEN = idOf('transfer', 'a', '03');
export const CASE = idOf('case', 'a', '01');
export const ANA = idOf('patient', 'a', '01');

export const dispatch = (session: Session, transfer: string, company: string, at: string | null = null) =>
  session.attempt('select public.dispatch_transfer($1, $2, $3) as id', [transfer, company, at]);
export const statusOf = (session: Session, transfer: string) =>
  session.value<string>('select status from public.transfers where organisation_id = $1 and id = $2', [
    CLINIC_A,
    transfer,
  ]);
export const jobs = (session: Session) =>
  session.rows<{ id: string; status: string; packet: Record<string, unknown>; patient_name: string | null }>(
    `select id, status, packet, patient_name, language from public.transfer_job_details
     where status <> 'cancelled' order by transfer_id`,
  );

/** Ana's transfer, accepted; under her consent to be named, if `named`. */
export async function accepted(as: Become, named: boolean): Promise<Session> {
  if (named) {
    const proposing = await as(personas.receptionist);
    await proposing.rows(
      `insert into public.consents (organisation_id, id, patient_id, purpose) values ($1, $2, $3, 'transfer_disclosure')`,
      [CLINIC_A, NOBODY, ANA],
    );
    const agreeing = await as(personas.patient);
    await agreeing.rows(`update public.consents set status = 'active' where id = $1`, [NOBODY]);
  }
  const nurse = await as(personas.nurse);
  await nurse.rows(`update public.transfers set status = 'accepted' where id = $1`, [ASKED]);
  return nurse;
}
