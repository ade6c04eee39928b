import { expect, test } from 'vitest';
import { useAccessLog } from '../support/access-log.ts';
import { useDatabase } from '../support/database.ts';
import { idOf } from '../support/ids.ts';
import { type Persona, personas } from '../support/personas.ts';

const database = useDatabase();
const log = useAccessLog(database);
const ANA = idOf('patient', 'a', '01');

/** Exports everything of Ana, and leaves it at that: the record of it is no part of the transaction. */
const exported = (persona: Persona) =>
  database().as(persona, (session) => session.attempt('select public.export_subject($1)', [ANA]));

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

test('an export by the privacy officer is told to the patient as a read, also one that was rolled back [N-37 N-39 +]', async () => {
  expect(await exported(personas.privacyOfficer)).toMatchObject({ ok: true });
  expect(await log().news()).toMatchObject([
    { table_name: 'subject_export', outcome: 'disclosed', patient_id: ANA, row_id: ANA },
  ]);
  expect(await told(personas.privacyOfficer)).toEqual([
    { kind: 'subject export', role: 'assistant', records: 1 },
  ]);
});

test("the patient's own export, and one that is refused, is told as nobody's [N-39 -]", async () => {
  expect(await exported(personas.patient)).toMatchObject({ ok: true });
  expect(await exported(personas.clinicAdmin)).toMatchObject({ ok: false, code: '42501' });
  expect((await log().news()).filter(({ outcome }) => outcome === 'disclosed')).toEqual([]);
  expect(await told(personas.clinicAdmin)).toEqual([]);
});

test('the evidence of a signature that the officer exports is told to the patient as their own reading of it is, rolled back or not [N-37 N-39 S-31 +]', async () => {
  const form = idOf('form', 'a', '02');
  const taken = (persona: Persona) =>
    database().as(persona, (session) => session.attempt('select public.export_signed_form($1)', [form]));
  expect(await taken(personas.privacyOfficer)).toMatchObject({ ok: true });
  const rows = (await log().news()).filter(({ outcome }) => outcome === 'disclosed');
  expect(rows).toMatchObject([{ table_name: 'signed_form_evidence', row_id: form, realm: 'provider' }]);
  expect(await taken(personas.clinicAdmin)).toMatchObject({ ok: false, code: '42501' });
  expect((await log().news()).filter(({ outcome }) => outcome === 'disclosed')).toEqual([]);
});
