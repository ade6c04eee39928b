import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

const SPARE = idOf('bed', 'a', '03');
const CHILD = idOf('patient', 'a', '02');

const admit = (session: Session, patient: string, bed: string, ofCase: string | null = null) =>
  session.attempt('select public.admit_patient($1, $2, $3) as id', [patient, bed, ofCase]);

describe('two at once', () => {
  test('who admit to one bed: one does, in every round [S-17 -]', async () => {
    const commit = { commit: true };
    for (let round = 0; round < 12; round += 1) {
      const outcomes = await Promise.all(
        [CHILD, idOf('patient', 'a', '03')].map((patient) =>
          database().as(personas.nurse, (session) => admit(session, patient, SPARE), commit),
        ),
      );
      const admitted = outcomes.filter(({ ok }) => ok);
      expect(admitted).toHaveLength(1);
      for (const outcome of outcomes)
        if (!outcome.ok) expect(['23505', 'CD013', 'CD015']).toContain(outcome.code);
      await database().as(
        personas.nurse,
        async (session) => {
          const id = admitted[0]?.ok ? admitted[0].rows[0]?.id : undefined;
          await session.rows(`select public.discharge_patient($1, 'other')`, [id]);
          await session.rows(`update public.beds set status = 'available' where id = $1`, [SPARE]);
        },
        commit,
      );
    }
  });

  test('who admit one patient, whose stay is planned, to two beds: one does, and nobody is moved by it [S-17 S-18 -, S-17 +]', async () => {
    const stay = idOf('admission', 'a', '97');
    await database().as(
      personas.nurse,
      (session) =>
        session.rows(
          `insert into public.admissions (organisation_id, id, patient_id, status) values ($1, $2, $3, 'planned')`,
          [CLINIC_A, stay, CHILD],
        ),
      { commit: true },
    );
    let isAdmitted = () => {};
    const admitted = new Promise<void>((resolve) => {
      isAdmitted = resolve;
    });
    const [first, second] = await Promise.all([
      database().as(
        personas.nurse,
        async (session) => {
          const outcome = await admit(session, CHILD, SPARE);
          isAdmitted();
          await session.rows('select pg_sleep(0.5)');
          return outcome;
        },
        { commit: true },
      ),
      admitted.then(() =>
        database().as(personas.doctor, (session) => admit(session, CHILD, idOf('bed', 'a', '01')), {
          commit: true,
        }),
      ),
    ]);
    expect(first).toMatchObject({ ok: true, rows: [{ id: stay }] });
    expect(second).toMatchObject({ ok: false, code: '23505' });
    await database().as(
      personas.nurse,
      async (session) => {
        expect(
          await session.rows('select status, bed_id from public.admissions where id = $1', [stay]),
        ).toEqual([{ status: 'admitted', bed_id: SPARE }]);
        await session.rows(`select public.discharge_patient($1, 'other')`, [stay]);
        await session.rows(`update public.beds set status = 'available' where id = $1`, [SPARE]);
      },
      { commit: true },
    );
  });

  test('an admission and a closing of the bed: one of them, never both [S-17 -]', async () => {
    for (let round = 0; round < 12; round += 1) {
      const [admission, closing] = await Promise.all([
        database().as(personas.nurse, (session) => admit(session, CHILD, SPARE), { commit: true }),
        database().as(
          personas.clinicAdmin,
          (session) => session.attempt(`update public.beds set status = 'closed' where id = $1`, [SPARE]),
          { commit: true },
        ),
      ]);
      expect([admission, closing].filter(({ ok }) => ok)).toHaveLength(1);
      await database().as(
        personas.nurse,
        async (session) => {
          if (admission?.ok)
            await session.rows(`select public.discharge_patient($1, 'other')`, [admission.rows[0]?.id]);
          await session.rows(`update public.beds set status = 'available' where id = $1`, [SPARE]);
        },
        { commit: true },
      );
    }
  });

  test('an admission and the archiving of the patient: one of them, never both [S-17 N-27 -]', async () => {
    for (let round = 0; round < 12; round += 1) {
      const patient = await database().as(
        personas.receptionist,
        (session) =>
          session.value<string>(
            'insert into public.patients (organisation_id, mrn, full_name) values ($1, $2, $3) returning id',
            [CLINIC_A, `RACE-${round}`, 'Somebody Racing'],
          ),
        { commit: true },
      );
      const lead = round % 3;
      const [admission, archiving] = await Promise.all([
        database().as(
          personas.nurse,
          async (session) => {
            if (lead === 1) await session.rows('select pg_sleep(0.05)');
            const outcome = await admit(session, String(patient), SPARE);
            if (lead === 2) await session.rows('select pg_sleep(0.05)');
            return outcome;
          },
          { commit: true },
        ),
        database().as(
          personas.clinicAdmin,
          async (session) => {
            const outcome = await session.attempt(
              'update public.patients set archived_at = now() where id = $1',
              [patient],
            );
            if (lead === 1) await session.rows('select pg_sleep(0.1)');
            return outcome;
          },
          { commit: true },
        ),
      ]);
      expect([admission, archiving].filter((outcome) => outcome?.ok)).toHaveLength(1);
      if (!admission?.ok) continue;
      await database().as(
        personas.nurse,
        async (session) => {
          await session.rows(`select public.discharge_patient($1, 'other')`, [admission.rows[0]?.id]);
          await session.rows(`update public.beds set status = 'available' where id = $1`, [SPARE]);
        },
        { commit: true },
      );
    }
  });
});
