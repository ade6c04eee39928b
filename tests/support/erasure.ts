import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { Outcome, Session } from '../../testing/session.ts';
import type { TestDatabase } from '../../testing/test-database.ts';
import type { Become } from './story.ts';
import { yearIn } from './years.ts';

export const ANA = idOf('patient', 'a', '01');
export const REQUEST = NOBODY;
/** When nothing of today need be kept any more. */
export const LATER = `${yearIn(34)}-01-01 12:00+00`;

interface Line {
  readonly table: string;
  readonly column: string;
  readonly rows: number;
  readonly basis: string;
  readonly until?: string | null;
}

/** What an erasure says that it did. */
export interface ErasureReport {
  readonly destroyed: readonly Line[];
  readonly kept: readonly Line[];
}

/** Ana asks, the officer takes it up. */
export async function asked(as: Become): Promise<Session> {
  const asking = await as(personas.patient);
  await asking.rows(
    `insert into public.subject_requests (organisation_id, id, patient_id, kind) values ($1, $2, $3, 'erasure')`,
    [CLINIC_A, REQUEST, ANA],
  );
  const officer = await as(personas.privacyOfficer);
  await officer.rows(`update public.subject_requests set status = 'in_progress' where id = $1`, [REQUEST]);
  return officer;
}

export const erase = (session: Session, request = REQUEST) =>
  session.attempt('select public.erase_subject($1) as report', [request]);
export const plan = (session: Session, request = REQUEST) =>
  session.attempt('select public.plan_erasure($1) as report', [request]);

export function reportOf(outcome: Outcome): ErasureReport {
  if (!outcome.ok) throw new Error(`${outcome.code} ${outcome.message} ${outcome.detail}`);
  return outcome.rows[0]?.report as ErasureReport;
}

/** Sets the clock of the product, for this transaction. */
export const clock = (session: Session, at: string) =>
  session.rows(`select set_config('test.now', $1, true)`, [at]);

/** Lets retention run at the end of a year so many years from now, by the owner, and sets the clock back. */
export async function retentionIn(session: Session, years: number): Promise<void> {
  await clock(session, `${yearIn(years)}-12-31 12:00+00`);
  await session.rows(`select governance.run_retention(governance.plan_retention() ->> 'plan_sha256')`);
  await clock(session, '');
}

/** Whom no policy binds. */
export async function owner(as: Become): Promise<Session> {
  const session = await as(personas.privacyOfficer);
  await session.script('reset role');
  return session;
}

/** Ana asks to be erased, and the officer takes it up: kept, for transactions of others to meet. */
export async function askedAtOnce(database: TestDatabase): Promise<void> {
  await database.as(
    personas.patient,
    (session) =>
      session.rows(
        `insert into public.subject_requests (organisation_id, id, patient_id, kind) values ($1, $2, $3, 'erasure')`,
        [CLINIC_A, REQUEST, ANA],
      ),
    { commit: true },
  );
  await database.as(
    personas.privacyOfficer,
    (session) =>
      session.rows(`update public.subject_requests set status = 'in_progress' where id = $1`, [REQUEST]),
    { commit: true },
  );
}
