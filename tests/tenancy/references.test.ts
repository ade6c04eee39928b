import { describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Outcome } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

const told = (outcome: Outcome) =>
  outcome.ok ? outcome : { code: outcome.code, detail: outcome.detail, hint: outcome.hint };
/** An answer without the values that the caller sent. */
const faceless = (outcome: Outcome, ...sent: string[]) =>
  sent.reduce((text, value) => text.replaceAll(value, '?'), JSON.stringify(told(outcome)));

async function attempt(persona: Persona, text: string, values: readonly unknown[]): Promise<Outcome> {
  return database().as(persona, async (session) => session.attempt(text, values));
}

/** Every way to refer to a row: the statement, its caller, a row of the own clinic and the same of the other. */
const REFERENCES: readonly [string, Persona, string, { own: string; foreign: string }][] = [
  [
    'an appointment to a patient',
    personas.receptionist,
    `insert into public.appointments (organisation_id, patient_id, professional_user_id, starts_at, ends_at)
     values ('${CLINIC_A}', $1, '${idOf('staff', 'a', '02')}', '2026-08-01 09:00+00', '2026-08-01 09:30+00')`,
    { own: idOf('patient', 'a', '01'), foreign: idOf('patient', 'b', '01') },
  ],
  [
    'an appointment to a professional',
    personas.receptionist,
    `insert into public.appointments (organisation_id, patient_id, professional_user_id, starts_at, ends_at)
     values ('${CLINIC_A}', '${idOf('patient', 'a', '01')}', $1, '2026-08-01 09:00+00', '2026-08-01 09:30+00')`,
    { own: idOf('staff', 'a', '02'), foreign: idOf('staff', 'b', '02') },
  ],
  [
    'a consent to a patient',
    personas.receptionist,
    `insert into public.consents (organisation_id, patient_id, purpose) values ('${CLINIC_A}', $1, 'research')`,
    { own: idOf('patient', 'a', '01'), foreign: idOf('patient', 'b', '01') },
  ],
  [
    'a care relationship to a member',
    personas.clinicAdmin,
    `insert into public.care_relationships (organisation_id, patient_id, user_id, kind)
     values ('${CLINIC_A}', '${idOf('patient', 'a', '01')}', $1, 'covering')`,
    { own: idOf('staff', 'a', '03'), foreign: idOf('staff', 'b', '03') },
  ],
  [
    'a professional to a member',
    personas.clinicAdmin,
    `insert into public.professionals (organisation_id, user_id, council, licence) values ('${CLINIC_A}', $1, 'CRM', 'X')`,
    { own: idOf('staff', 'a', '04'), foreign: idOf('staff', 'b', '04') },
  ],
  [
    'an account to a patient',
    personas.receptionist,
    `insert into public.patient_accounts (organisation_id, user_id, patient_id, relationship)
     values ('${CLINIC_A}', '${idOf('portal', 'a', '03')}', $1, 'proxy')`,
    { own: idOf('patient', 'a', '02'), foreign: idOf('patient', 'b', '02') },
  ],
];

describe.each(REFERENCES)('%s', (_, persona, statement, { own, foreign }) => {
  test('of the own clinic is accepted [S-04 +]', async () => {
    expect(await attempt(persona, statement, [own])).toMatchObject({ ok: true, count: 1 });
  });

  test('of another clinic gets the answer of one that does not exist [S-04 -]', async () => {
    const toForeign = await attempt(persona, statement, [foreign]);
    const toNothing = await attempt(persona, statement, [NOBODY]);
    // The reference itself refuses, or a condition on the patient whom nobody finds here; which, says nothing.
    expect(toForeign).toMatchObject({ ok: false, code: expect.stringMatching(/^(23503|42501)$/) });
    expect(faceless(toForeign, foreign)).toBe(faceless(toNothing, NOBODY));
  });
});

describe('a record number', () => {
  const INSERT = `insert into public.patients (organisation_id, mrn, full_name) values ('${CLINIC_A}', $1, 'Somebody')`;

  test('that another clinic uses is free here, and tells nothing [S-04 -]', async () => {
    await database().asSuperuser(async (session) => {
      await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_B]);
      await session.affected(
        `insert into public.patients (organisation_id, mrn, full_name) values ($1, 'ONLY-B', 'B')`,
        [CLINIC_B],
      );
    });
    const used = await attempt(personas.receptionist, INSERT, ['ONLY-B']);
    const unused = await attempt(personas.receptionist, INSERT, ['NOBODYS']);
    expect(used).toEqual(unused);
    expect(used).toMatchObject({ ok: true, count: 1 });
  });

  test('of the own clinic is taken [S-04 +]', async () => {
    expect(await attempt(personas.receptionist, INSERT, ['MRN-0001'])).toMatchObject({
      ok: false,
      code: '23505',
    });
  });

  test("an upsert onto another clinic's row neither reads nor writes it [S-04 S-03 -]", async () => {
    const [before] = await database().asSuperuser((session) =>
      session.rows('select full_name, updated_at::text from public.patients where id = $1', [
        idOf('patient', 'b', '01'),
      ]),
    );
    for (const action of ['do nothing', `do update set full_name = 'Stolen'`]) {
      const outcome = await database().as(
        personas.receptionist,
        (session) =>
          session.attempt(
            `insert into public.patients (organisation_id, id, mrn, full_name) values ($1, $2, 'MRN-0001', 'Stolen')
             on conflict (organisation_id, id) ${action}`,
            [CLINIC_B, idOf('patient', 'b', '01')],
          ),
        { commit: true },
      );
      expect(outcome, action).toMatchObject({ ok: false, code: '42501' });
    }
    const [after] = await database().asSuperuser((session) =>
      session.rows('select full_name, updated_at::text from public.patients where id = $1', [
        idOf('patient', 'b', '01'),
      ]),
    );
    expect(after).toEqual(before);
  });

  test("the id of another clinic's row is free here as well: ids belong to their tenant [S-04 -]", async () => {
    const insert = `insert into public.patients (organisation_id, id, mrn, full_name) values ('${CLINIC_A}', $1, 'FREE', 'Somebody')`;
    const taken = await attempt(personas.receptionist, insert, [idOf('patient', 'b', '01')]);
    expect(taken).toMatchObject({ ok: true, count: 1 });
  });

  test("an upsert onto the own clinic's row works by the columns that are granted [S-03 +]", async () => {
    const outcome = await attempt(
      personas.receptionist,
      `insert into public.patients (organisation_id, id, mrn, full_name) values ($1, $2, 'MRN-0001', 'Renamed')
       on conflict (organisation_id, id) do update set full_name = excluded.full_name`,
      [CLINIC_A, idOf('patient', 'a', '01')],
    );
    expect(outcome).toMatchObject({ ok: true, count: 1 });
  });
});

describe('an upsert as PostgREST writes it, which sets every column it was sent, keys included', () => {
  const insert = `insert into public.patients (organisation_id, id, mrn, full_name)
    values ('${CLINIC_A}', '${idOf('patient', 'a', '01')}', 'MRN-0001', 'Renamed') on conflict (organisation_id, id)`;

  test('is refused, because keys are not granted for update [S-03 -]', async () => {
    const outcome = await attempt(
      personas.receptionist,
      `${insert} do update set organisation_id = excluded.organisation_id, id = excluded.id, mrn = excluded.mrn,
         full_name = excluded.full_name`,
      [],
    );
    expect(outcome).toMatchObject({ ok: false, code: '42501' });
  });

  test('works with ignoreDuplicates: what is there stays, what is not is made [S-03 +]', async () => {
    const known = await attempt(personas.receptionist, `${insert} do nothing`, []);
    expect(known).toMatchObject({ ok: true, count: 0 });
    const fresh = await attempt(
      personas.receptionist,
      `${insert.replace(idOf('patient', 'a', '01'), NOBODY).replace('MRN-0001', 'FRESH')} do nothing`,
      [],
    );
    expect(fresh).toMatchObject({ ok: true, count: 1 });
  });
});

describe('a side row', () => {
  const INSERT = `insert into public.appointment_reasons (organisation_id, id, patient_id, reason)
    values ('${CLINIC_A}', '${idOf('appointment', 'a', '03')}', $1, 'Follow-up')`;

  test('names the patient of its appointment [S-04 +]', async () => {
    expect(await attempt(personas.doctor, INSERT, [idOf('patient', 'a', '03')])).toMatchObject({ ok: true });
  });

  test('cannot name another patient, which would show it to their login [S-04 N-15 -]', async () => {
    expect(await attempt(personas.doctor, INSERT, [idOf('patient', 'a', '01')])).toMatchObject({
      ok: false,
      code: '23503',
    });
  });
});

describe('an error', () => {
  test('of a caller under policies carries no row of others, nor their own in the detail [S-04 -]', async () => {
    const outcome = await attempt(
      personas.receptionist,
      `insert into public.patients (organisation_id, mrn, full_name, language) values ($1, 'X-1', 'Secret Name', '!')`,
      [CLINIC_A],
    );
    expect(outcome).toMatchObject({ ok: false, code: '23514' });
    expect(JSON.stringify(outcome)).not.toContain('Secret Name');
  });
});
