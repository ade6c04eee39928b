import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { useAccessLog } from '../support/access-log.ts';
import { actAs } from '../support/act-as.ts';
import { useDatabase } from '../support/database.ts';
import { plantAccess } from '../support/planted-access.ts';

const database = useDatabase();
const log = useAccessLog(database);
const ANA = idOf('patient', 'a', '01');

const told = async (persona: Persona) => {
  const name = await database().asSuperuser((session) =>
    session.value('select display_name from public.profiles where user_id = $1', [persona.userId]),
  );
  return database().as(personas.patient, (session) =>
    session.rows(
      `select kind, role from public.who_saw_record($1, now() - interval '1 hour') where display_name = $2`,
      [ANA, name],
    ),
  );
};

test.each([
  ['patient_clinical', 'id', 'allergies and alerts', personas.doctor],
  ['appointment_reasons', 'patient_id', 'reason of a visit', personas.nurse],
] as const)(
  'who reads %s is told to the patient of each row, and who is refused it is not [N-35 N-39 N-47 +, N-39 -]',
  async (table, key, kind, reader) => {
    const read = (who: Persona) =>
      database().as(who, (session) =>
        session.rows(`select ${key} from public.${table} where ${key} = $1`, [ANA]),
      );
    await log().news();
    const rows = await read(reader);
    expect(rows, 'control').not.toEqual([]);
    const disclosed = (await log().news()).filter(({ outcome }) => outcome === 'disclosed');
    expect(disclosed).toMatchObject(
      rows.map(() => ({
        table_name: table,
        user_id: reader.userId,
        organisation_id: CLINIC_A,
        patient_id: ANA,
        row_id: expect.any(String),
      })),
    );
    expect(await told(reader)).toEqual([{ kind, role: reader === personas.doctor ? 'doctor' : 'nurse' }]);
    expect(await read(personas.receptionist)).toEqual([]);
    expect((await log().news()).filter(({ outcome }) => outcome === 'disclosed')).toEqual([]);
    expect(await told(personas.receptionist)).toEqual([]);
  },
);

test('an agenda that says why a hundred patients come is nothing unusual, their allergies are [N-39 -, N-39 +]', async () => {
  const kinds = (tableName: string) =>
    database().asSuperuser(
      async (session) => {
        const at = new Date(Date.now() - 86_400_000).toISOString();
        await plantAccess(
          session,
          Array.from({ length: 100 }, () => ({
            userId: personas.assistant.userId,
            patientId: randomUUID(),
            at,
            tableName,
          })),
        );
        await actAs(session, personas.privacyOfficer);
        const rows = await session.rows<{ kind: string }>(
          'select kind from public.access_anomalies where user_id = $1',
          [personas.assistant.userId],
        );
        return rows.map(({ kind }) => kind);
      },
      { rollback: true },
    );
  expect(await kinds('appointment_reasons')).toEqual([]);
  expect(await kinds('patient_clinical')).toContain('volume');
});
