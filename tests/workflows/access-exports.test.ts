import { expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { useAccessLog } from '../support/access-log.ts';
import { useDatabase } from '../support/database.ts';
import { askedBy, step } from '../support/subject-exports.ts';

const database = useDatabase();
const log = useAccessLog(database);
const ANA = idOf('patient', 'a', '01');

/** Exports everything of Ana, and leaves it at that: the record of it is no part of the transaction. */
const exported = (persona: Persona, asked?: string) =>
  database().as(persona, async (session) => {
    if (asked) await step(session, asked);
    return session.attempt('select public.export_subject($1, $2)', [ANA, asked]);
  });

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
  const asked = await database().as(personas.receptionist, (session) => askedBy(session), { commit: true });
  expect(await exported(personas.privacyOfficer, asked)).toMatchObject({ ok: true });
  expect((await log().news()).filter(({ table_name }) => table_name === 'subject_export')).toMatchObject([
    { table_name: 'subject_export', outcome: 'disclosed', patient_id: ANA, row_id: ANA },
  ]);
  expect(await told(personas.privacyOfficer)).toEqual([
    { kind: 'subject export', role: 'assistant', records: 1 },
  ]);
});

test('what leaves by the portal stands there, with the login and the patient, also where it was rolled back [N-35 N-37 +, N-35 -]', async () => {
  const form = idOf('form', 'a', '02');
  await exported(personas.patient);
  await database().as(personas.patient, (session) =>
    session.attempt('select public.export_signed_form($1)', [form]),
  );
  expect(await log().news()).toMatchObject(
    ['subject_export', 'signed_form_evidence'].map((table_name) => ({
      table_name,
      realm: 'patient',
      outcome: 'allowed',
      user_id: personas.patient.userId,
      organisation_id: CLINIC_A,
      patient_id: ANA,
    })),
  );
  expect(await exported(personas.guardian)).toMatchObject({ ok: false, code: 'CD010' });
  expect((await log().news()).filter(({ outcome }) => outcome !== 'denied')).toEqual([]);
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

test('the timeline of a case that staff or operations export is told to the patient as a read, also one that was rolled back [N-35 N-37 N-39 +, N-37 -]', async () => {
  const taken = (persona: Persona, id: string, at?: string) =>
    database().as(persona, (session) =>
      session.attempt(
        `select public.export_case_timeline($1, 'authority', $2, 'A court', 'An order of the court.')`,
        [id, at ?? null],
      ),
    );
  const [own, handedOver] = [idOf('case', 'a', '01'), idOf('case', 'a', '03')];
  expect(await taken(personas.clinicAdmin, own)).toMatchObject({ ok: true });
  expect(await taken(personas.opsAgent, handedOver, CLINIC_A)).toMatchObject({ ok: true });
  expect((await log().news()).filter(({ outcome }) => outcome === 'disclosed')).toMatchObject([
    { realm: 'provider', role: 'clinic_admin', table_name: 'case_timeline', row_id: own, patient_id: ANA },
    {
      realm: 'internal_ops',
      user_id: personas.opsAgent.userId,
      row_id: handedOver,
      organisation_id: CLINIC_A,
    },
  ]);
  expect(await told(personas.clinicAdmin)).toEqual([
    { kind: 'case timeline', role: 'clinic_admin', records: 1 },
  ]);
  expect(await taken(personas.doctor, own)).toMatchObject({ ok: false, code: '42501' });
  expect((await log().news()).filter(({ outcome }) => outcome === 'disclosed')).toEqual([]);
});

test('a payload for the vendor that was read and rolled back stays on record, as one that was kept does; none that was not given [S-22 N-35 +, S-22 -]', async () => {
  const take = (persona: Persona, commit: boolean) =>
    database().as(
      persona,
      (session) => session.attempt('select public.smart_insights_payload() as payload'),
      {
        commit,
      },
    );
  for (const commit of [true, false]) {
    expect(await take(personas.insightsAdmin, commit)).toMatchObject({
      ok: true,
      rows: [{ payload: { modules: expect.any(Array) } }],
    });
    const records = (await log().news()).filter(({ table_name }) => table_name === 'insight_dispatches');
    expect(records).toMatchObject([
      {
        outcome: 'disclosed',
        realm: 'provider',
        user_id: personas.insightsAdmin.userId,
        organisation_id: CLINIC_A,
        patient_id: null,
      },
    ]);
    const kept = await database().asSuperuser((session) =>
      session.value('select count(*)::integer from governance.insight_dispatches where id = $1', [
        records[0]?.row_id,
      ]),
    );
    expect(kept).toBe(commit ? 1 : 0);
  }
  expect(await take(personas.insightsAdminOfB, true), 'off at B').toMatchObject({
    ok: true,
    rows: [{ payload: null }],
  });
  expect(await take(personas.clinicAdmin, true)).toMatchObject({ ok: false, code: '42501' });
  expect((await log().news()).filter(({ table_name }) => table_name === 'insight_dispatches')).toEqual([]);
});
