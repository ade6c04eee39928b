import { FROM_THE_CLINIC } from '../../testing/context.ts';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Outcome, Row, Session } from '../../testing/session.ts';
import type { TestDatabase } from '../../testing/test-database.ts';

export const PATIENT = idOf('patient', 'a', '01');
/** Withdrew the consent, and is treated by nobody any more. */
export const UNTREATED = idOf('patient', 'a', '03');

/** A record of the patient: its segments, and the version before it. */
export const INSERT_RECORD = `insert into public.medical_records (organisation_id, patient_id, record_type, segments, supersedes_id)
  values ('${CLINIC_A}', '${PATIENT}', 'observation', $1, $2) returning id`;

/** A record that the doctor keeps; the version before it, where one is named. */
export async function recorded(
  database: TestDatabase,
  segments = '{}',
  supersedes: string | null = null,
): Promise<string> {
  const id = await database.as(
    personas.doctor,
    (session) => session.value<string>(INSERT_RECORD, [segments, supersedes]),
    { commit: true },
  );
  return id ?? '';
}

export function contentOf(database: TestDatabase, id: string): Promise<Row | undefined> {
  return database.asSuperuser(async (session) => {
    const [row] = await session.rows(
      `select r.vitals, r.segments, d.diagnosis
       from public.medical_records as r
       left join public.medical_record_details as d using (organisation_id, id)
       where r.id = $1`,
      [id],
    );
    return row;
  });
}

/** Opens emergency access to the charts of a patient. */
export function breakGlass(
  session: Session,
  patient = UNTREATED,
  reason = 'Unconscious on arrival, allergies unknown',
): Promise<Outcome> {
  return session.attempt('select public.open_emergency_access($1, $2) as id', [patient, reason]);
}

/** What the database says of a row, and why. */
export function evaluate(
  database: TestDatabase,
  persona: Persona,
  table: string,
  operation: string,
  id = '',
): Promise<unknown> {
  return database.as(persona, (session) =>
    session.value('select public.evaluate_policy($1, $2, $3)', [table, operation, id]),
  );
}

/** The superuser's own transaction, in which somebody can be become; rolled back. */
export function story(database: TestDatabase, fn: (session: Session) => Promise<void>): Promise<void> {
  return database.asSuperuser(fn, { rollback: true });
}

/** Becomes somebody within a {@link story}. */
export async function become(session: Session, persona: Persona): Promise<void> {
  await session.script('reset role');
  await session.rows(
    `select set_config('request.jwt.claims', $1, true), set_config('request.headers', $2, true),
       set_config('app.pinned_organisation_id', $3, true), set_config('app.current_organisation_id', '', true)`,
    [JSON.stringify(persona.claims), JSON.stringify(FROM_THE_CLINIC), CLINIC_A],
  );
  await session.script(`set local role ${persona.role}`);
}
