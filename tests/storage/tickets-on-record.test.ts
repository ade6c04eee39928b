import { expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { useAccessLog } from '../support/access-log.ts';
import { aDocument, ticket, useStorage } from '../support/storage/documents.ts';

const { database, storage } = useStorage();
const log = useAccessLog(database);
const ANA = idOf('patient', 'a', '01');

const disclosed = async () => (await log().news()).filter(({ outcome }) => outcome === 'disclosed');
/** What Ana is told of whom. */
const told = async (persona: Persona) => {
  const name = await database().asSuperuser((session) =>
    session.value('select display_name from public.profiles where user_id = $1', [persona.userId]),
  );
  return database().as(personas.patient, (session) =>
    session.rows(
      `select kind, role, records::integer from public.who_saw_record($1, now() - interval '1 hour') where display_name = $2`,
      [ANA, name],
    ),
  );
};

test('a file that is opened by its ticket alone is told to its patient as read, as its row would be [N-35 N-39 S-09 +]', async () => {
  const { document_id } = await aDocument(database(), storage(), personas.receptionist);
  await log().news();
  await ticket(database(), personas.doctor, document_id);
  expect(await disclosed()).toMatchObject([
    {
      table_name: 'documents',
      realm: 'provider',
      user_id: personas.doctor.userId,
      organisation_id: CLINIC_A,
      row_id: document_id,
      patient_id: ANA,
    },
  ]);
  expect(await told(personas.doctor)).toEqual([{ kind: 'documents', role: 'doctor', records: 1 }]);
});

test("a ticket of the patient, and one that is refused, is told as nobody's reading [N-39 S-09 -]", async () => {
  const { document_id } = await aDocument(database(), storage(), personas.receptionist);
  await log().news();
  await ticket(database(), personas.patient, document_id);
  expect(
    await database().as(personas.receptionist, (session) =>
      session.attempt('select issue_read_ticket($1)', [document_id]),
    ),
  ).toMatchObject({ ok: false, code: 'CD010' });
  expect(await disclosed()).toEqual([]);
  expect(await told(personas.receptionist)).toEqual([]);
});
