import { expect, test } from 'vitest';
import { PURPOSES } from '../../policies/vocabulary.ts';
import { CLINIC_A } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { ActOptions } from '../../testing/test-database.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

const CLINICAL = ['patient_clinical', 'medical_records', 'medical_record_details', 'appointment_reasons'];

/** Which of the clinical tables, and patients, show a treating doctor something. */
const seen = (options: ActOptions) =>
  database().as(
    personas.doctor,
    async (session) => {
      const tables = [];
      for (const table of ['patients', ...CLINICAL]) {
        if ((await session.value(`select count(*) from public.${table}`)) !== '0') tables.push(table);
      }
      return tables;
    },
    options,
  );

test('without a purpose, and for treatment, a doctor sees what a doctor sees [N-48 +]', async () => {
  for (const options of [
    {},
    { settings: { 'app.purpose': 'treatment' } },
    { headers: { 'x-purpose': 'data_view' } },
  ]) {
    expect(await seen(options)).toEqual(['patients', ...CLINICAL]);
  }
});

test('for scheduling they see why a patient comes, and neither chart nor diagnosis [N-48 -]', async () => {
  for (const options of [
    { settings: { 'app.purpose': 'scheduling' } },
    { headers: { 'x-purpose': 'scheduling' } },
  ]) {
    expect(await seen(options)).toEqual(['patients', 'appointment_reasons']);
  }
});

test.each(PURPOSES.filter((purpose) => !['treatment', 'data_view', 'scheduling'].includes(purpose)))(
  'for %s nothing clinical is seen [N-48 -]',
  async (purpose) => {
    expect(await seen({ settings: { 'app.purpose': purpose } })).toEqual(['patients']);
  },
);

test('a purpose that nobody knows opens nothing, and a header does not overrule the setting [N-48 -]', async () => {
  expect(await seen({ settings: { 'app.purpose': 'TREATMENT' } })).toEqual(['patients']);
  expect(
    await seen({ settings: { 'app.purpose': 'billing' }, headers: { 'x-purpose': 'treatment' } }),
  ).toEqual(['patients']);
});

test('the purpose of set_context counts until the transaction ends [N-23 N-48 -]', async () => {
  await database().as(personas.doctor, async (session) => {
    await session.rows(`select public.set_context($1, 'billing')`, [CLINIC_A]);
    expect(await session.value('select count(*) from public.medical_records')).toBe('0');
    await session.rows(`select public.set_context($1, 'treatment')`, [CLINIC_A]);
    expect(await session.value('select count(*) from public.medical_records')).not.toBe('0');
  });
});

test('a broken glass opens nothing for another purpose [N-18 N-48 -]', async () => {
  const patient = 'a3000000-0000-7000-8000-000000000003';
  await database().as(
    personas.doctor,
    (session) =>
      session.rows(`select public.open_emergency_access($1, 'Unconscious on arrival, allergies unknown')`, [
        patient,
      ]),
    { commit: true },
  );
  await database().as(personas.doctor, async (session) => {
    const count = () =>
      session.value('select count(*) from public.medical_records where patient_id = $1', [patient]);
    expect(await count()).toBe('1');
    await session.script(`set local app.purpose = 'research'`);
    expect(await count()).toBe('0');
  });
});

test('the purposes of the rules are those of consent_purposes [N-48 +]', async () => {
  const rows = await database().asSuperuser((session) =>
    session.rows<{ purpose: string }>('select purpose from public.consent_purposes order by purpose'),
  );
  expect(rows.map(({ purpose }) => purpose)).toEqual([...PURPOSES].sort());
});
