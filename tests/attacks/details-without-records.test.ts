import { expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

const RECORD = idOf('record', 'a', '01');
/** The doctor's own, without details. */
const RECORD_WITHOUT = idOf('record', 'a', '78');
const OTHER = idOf('record', 'a', '02');

test('a diagnosis is read by nobody once its record was put away, and again when that is brought back; one that was put away by itself stays away [N-01 N-15 -, N-01 N-15 +]', async () => {
  const seen = (persona: Persona) =>
    database().as(persona, async (session) =>
      (await session.rows('select id from public.medical_record_details')).map(({ id }) => id),
    );
  // Each in a transaction of its own: a row that the running one archived is shown to it.
  const put = (table: string, away: boolean) =>
    database().as(
      personas.servicePinned,
      (session) =>
        session.affected(
          `update public.${table} set archived_at = case when $3 then now() end where organisation_id = $1 and id = $2`,
          [CLINIC_A, RECORD, away],
        ),
      { commit: true },
    );
  for (const persona of [personas.doctor, personas.patient]) {
    expect(await seen(persona), 'control').toEqual(expect.arrayContaining([RECORD, OTHER]));
    expect(await put('medical_records', true)).toBe(1);
    expect(await seen(persona), persona.name).not.toContain(RECORD);
    expect(await seen(persona), persona.name).toContain(OTHER);
    expect(await put('medical_records', false)).toBe(1);
    expect(await seen(persona), persona.name).toContain(RECORD);
  }
  await put('medical_record_details', true);
  await put('medical_records', true);
  await put('medical_records', false);
  expect(await seen(personas.doctor)).not.toContain(RECORD);
});

test('no diagnosis is written to, or brought back under, a record that was put away [N-01 N-15 -, N-01 +]', async () => {
  const asServer = (table: string, archived: string) =>
    database().as(
      personas.servicePinned,
      (session) =>
        session.attempt(
          `update public.${table} set archived_at = ${archived} where organisation_id = $1 and id = $2`,
          [CLINIC_A, RECORD_WITHOUT],
        ),
      { commit: true },
    );
  const diagnose = (commit: boolean) =>
    database().as(
      personas.doctor,
      (session) =>
        session.attempt(
          `insert into public.medical_record_details (organisation_id, id, patient_id, diagnosis) values ($1, $2, $3, 'Synthetic')`,
          [CLINIC_A, RECORD_WITHOUT, idOf('patient', 'a', '01')],
        ),
      { commit },
    );
  await database().as(
    personas.doctor,
    (session) =>
      session.affected(
        `insert into public.medical_records (organisation_id, id, patient_id, record_type) values ($1, $2, $3, 'observation')`,
        [CLINIC_A, RECORD_WITHOUT, idOf('patient', 'a', '01')],
      ),
    { commit: true },
  );
  expect(await diagnose(false), 'control').toMatchObject({ ok: true });
  expect(await asServer('medical_records', 'now()')).toMatchObject({ ok: true });
  expect(await diagnose(true)).toMatchObject({ ok: false, code: 'CD010' });

  expect(await asServer('medical_records', 'null')).toMatchObject({ ok: true });
  expect(await diagnose(true)).toMatchObject({ ok: true });
  expect(await asServer('medical_records', 'now()')).toMatchObject({ ok: true });
  expect(await asServer('medical_record_details', 'null'), 'not without the record').toMatchObject({
    ok: false,
    code: 'CD010',
  });
  expect(await asServer('medical_records', 'null')).toMatchObject({ ok: true });
  const archived = await database().asSuperuser((session) =>
    session.value(
      'select archived_at from public.medical_record_details where organisation_id = $1 and id = $2',
      [CLINIC_A, RECORD_WITHOUT],
    ),
  );
  expect(archived, 'with it, it comes').toBeNull();
});
