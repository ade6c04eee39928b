import { expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { tellStory } from '../support/story.ts';

const database = useDatabase();
const ANA = idOf('patient', 'a', '01');
const RECORD = idOf('record', 'a', '01');
/** Of who writes over it: an entry is its author's alone. */
const OWN = idOf('record', 'a', '77');
const ENTRY = `insert into public.medical_records (organisation_id, id, patient_id, record_type) values ('${CLINIC_A}', '${OWN}', '${ANA}', 'observation')`;

/** Each table of a chart: who writes over it, what, and what is told. */
const CHARTS: readonly {
  readonly table: string;
  readonly id: string;
  readonly who: Persona;
  /** What they wrote before. */
  readonly written?: readonly string[];
  readonly stage: string;
  readonly over: string;
  readonly columns: readonly string[];
}[] = [
  {
    table: 'medical_record_details',
    id: OWN,
    who: personas.doctor,
    written: [
      ENTRY,
      `insert into public.medical_record_details (organisation_id, id, patient_id, diagnosis) values ('${CLINIC_A}', '${OWN}', '${ANA}', 'Cold')`,
    ],
    stage: `diagnosis = 'Flu', treatment_plan = null, codes = '{}', physician_notes = 'Seen.'`,
    over: `diagnosis = 'SECRET', treatment_plan = 'SECRET', codes = '{J10}', physician_notes = null`,
    columns: ['diagnosis', 'physician_notes'],
  },
  {
    table: 'medical_records',
    id: OWN,
    who: personas.nurse,
    written: [ENTRY],
    stage: `vitals = '{"heart_rate": 60}', medications = '[]'`,
    over: `vitals = '{"heart_rate": 61}', medications = '["SECRET"]'`,
    columns: ['vitals'],
  },
  {
    table: 'patient_clinical',
    id: ANA,
    who: personas.nurse,
    stage: `allergies = 'Penicillin', alerts = ''`,
    over: `allergies = 'SECRET', alerts = 'SECRET'`,
    columns: ['allergies'],
  },
];

test.each(CHARTS)(
  'what $table said and says no more is told of: by whom and which columns, and neither what it said nor a digest that could be guessed [N-37 S-16 +, N-37 -]',
  async ({ table, id, who, written = [], stage, over, columns }) => {
    await tellStory(database(), async (as) => {
      const set = (session: Session, what: string) =>
        session.attempt(
          `update public.${table} set ${what} where organisation_id = '${CLINIC_A}' and id = '${id}'`,
        );
      const told = (session: Session) =>
        session.rows(
          `select entity_id, actor_user_id as by, details from public.security_events
           where event_type = 'chart.overwritten' and actor_user_id is not null and transaction_id::text = pg_current_xact_id()::text`,
        );
      for (const entry of written) expect(await (await as(who)).affected(entry)).toBe(1);
      expect(await set(await as(personas.servicePinned), stage)).toMatchObject({ ok: true, count: 1 });
      const writer = await as(who);
      for (const idle of [stage, over]) expect(await set(writer, idle)).toMatchObject({ ok: true, count: 1 });
      const events = await told(await as(personas.auditor));
      expect(events).toEqual([{ entity_id: id, by: who.userId, details: { table, columns } }]);
      expect(JSON.stringify(events)).not.toContain('SECRET');
    });
  },
);

test('a new version writes over nothing: the one before it stays [S-16 N-37 +]', async () => {
  await tellStory(database(), async (as) => {
    const doctor = await as(personas.doctor);
    await doctor.rows(
      `insert into public.medical_records (organisation_id, patient_id, record_type, vitals, supersedes_id)
       select organisation_id, patient_id, record_type, '{"heart_rate": 99}', id from public.medical_records
       where organisation_id = $1 and id = $2`,
      [CLINIC_A, RECORD],
    );
    const auditor = await as(personas.auditor);
    expect(
      await auditor.rows(
        `select event_type from public.security_events where event_type = 'chart.overwritten' and transaction_id::text = pg_current_xact_id()::text`,
      ),
    ).toEqual([]);
  });
});
