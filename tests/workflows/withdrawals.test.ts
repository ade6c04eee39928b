import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { ANA, agree, TREATMENT, withdraw } from '../support/consents.ts';
import { useDatabase } from '../support/database.ts';
import { type Become, tellStory } from '../support/story.ts';
import { ASKED, accepted, COMPANY, dispatch } from '../support/transfers.ts';

const database = useDatabase();
const story = (tell: (as: Become) => Promise<void>) => tellStory(database(), tell);
const ASKED_BY_PHONE = 'The patient rang and asked for it.';

/** How many rows of each gated table a treating doctor sees of Ana. */
const seen = async (session: Session) => {
  const counts = [];
  for (const [table, key] of [
    ['patient_clinical', 'id'],
    ['medical_records', 'patient_id'],
    ['medical_record_details', 'patient_id'],
  ]) {
    counts.push(
      await session.value<number>(`select count(*)::integer from public.${table} where ${key} = $1`, [ANA]),
    );
  }
  return counts;
};

describe('withdraw_consent', () => {
  test('closes every row that the consent opened, by the next statement, and leaves what was recorded [N-50 +]', async () => {
    await story(async (as) => {
      const before = await seen(await as(personas.doctor));
      expect(
        before.every((count) => Number(count) > 0),
        'control',
      ).toBe(true);
      const patient = await as(personas.patient);
      expect(await withdraw(patient, TREATMENT)).toMatchObject({
        ok: true,
        rows: [{ at: expect.any(Date) }],
      });
      expect(await seen(await as(personas.doctor))).toEqual([0, 0, 0]);
      const kept = await (await as(personas.patient)).value<number>(
        'select count(*)::integer from public.medical_records where patient_id = $1',
        [ANA],
      );
      expect(kept, 'the chart is still there, for the patient').toBeGreaterThan(0);
    });
  });

  test('takes a live session: whoever has none is told nothing of any consent [N-50 N-53 -]', async () => {
    const claims = { ...personas.patient.claims, session_id: NOBODY };
    for (const consent of [TREATMENT, NOBODY])
      expect(
        await database().as(personas.patient, (session) => withdraw(session, consent), { claims }),
        consent,
      ).toMatchObject({ ok: false, code: '42501' });
    expect(await database().as(personas.patient, (session) => withdraw(session, TREATMENT))).toMatchObject({
      ok: true,
    });
  });

  test('takes the name from the job that was handed out under it [N-24 N-50 +]', async () => {
    await story(async (as) => {
      await dispatch(await accepted(as, true), ASKED, COMPANY);
      const named = async () =>
        (await as(personas.servicePinned)).value<string>(
          'select count(patient_name) from public.transfer_job_patients where transfer_id = $1',
          [ASKED],
        );
      expect(await named(), 'control').toBe('1');
      expect(await withdraw(await as(personas.patient), NOBODY)).toMatchObject({ ok: true });
      expect(await named()).toBe('0');
    });
  });

  test('asks a patient for no reason, and staff for how they were asked [N-50 -]', async () => {
    await story(async (as) => {
      const reception = await as(personas.receptionist);
      for (const reason of [null, '', 'too short', `  ${'\u200b'.repeat(20)}`, 'x'.repeat(501)]) {
        expect(await withdraw(reception, TREATMENT, reason)).toMatchObject({ ok: false, code: 'CD017' });
      }
      expect(await withdraw(reception, TREATMENT, 'Card 4111 1111 1111 1111 given')).toMatchObject({
        ok: false,
        code: 'CD016',
      });
      expect(await withdraw(reception, TREATMENT, ASKED_BY_PHONE)).toMatchObject({ ok: true });
      expect(
        await reception.rows(
          `select status, withdrawal_reason, last_status_change_by_user_id as by from public.consents where id = $1`,
          [TREATMENT],
        ),
      ).toEqual([
        { status: 'withdrawn', withdrawal_reason: ASKED_BY_PHONE, by: personas.receptionist.userId },
      ]);
    });
  });

  test('is for the patient, reception, the clinic_admin and the privacy officer [N-50 S-04 -]', async () => {
    await story(async (as) => {
      for (const persona of [
        personas.doctor,
        personas.nurse,
        personas.assistant,
        personas.finance,
        personas.stranger,
      ]) {
        expect(await withdraw(await as(persona), TREATMENT, ASKED_BY_PHONE), persona.name).toMatchObject({
          ok: false,
          code: '42501',
        });
      }
      // Another patient's, another clinic's and nobody's consent are one and the same.
      const nothing = { ok: false, code: 'CD010', message: 'consent not found', detail: '' };
      for (const [persona, consent] of [
        [personas.guardian, TREATMENT],
        [personas.formerProxy, idOf('consent', 'a', '03')],
        [personas.patientOfB, TREATMENT],
        [personas.clinicAdminOfB, TREATMENT],
        [personas.receptionist, idOf('consent', 'b', '01')],
        [personas.receptionist, NOBODY],
      ] as const) {
        expect(await withdraw(await as(persona), consent, ASKED_BY_PHONE), persona.name).toMatchObject(
          nothing,
        );
      }
      for (const persona of [personas.clinicAdmin, personas.privacyOfficer, personas.receptionist]) {
        const session = await as(persona);
        await session.undone(async () => {
          expect(await withdraw(session, TREATMENT, ASKED_BY_PHONE), persona.name).toMatchObject({
            ok: true,
          });
        });
      }
    });
  });

  test('is over once it was done, and no way for what was never given [N-50 -]', async () => {
    await story(async (as) => {
      expect(await withdraw(await as(personas.guardian), idOf('consent', 'a', '02'))).toMatchObject({
        code: 'CD013',
      });
      const patient = await as(personas.patient);
      expect(await withdraw(patient, TREATMENT)).toMatchObject({ ok: true });
      expect(await withdraw(patient, TREATMENT)).toMatchObject({ ok: false, code: 'CD013' });
    });
  });

  test('leaves consents to other purposes as they are [N-45 +]', async () => {
    await story(async (as) => {
      await agree(as, 'research');
      await withdraw(await as(personas.patient), TREATMENT);
      expect(
        await (await as(personas.receptionist)).value('select status from public.consents where id = $1', [
          NOBODY,
        ]),
      ).toBe('active');
    });
  });
});

describe('a withdrawal and what it closes, at once', () => {
  const act = async (persona: { claims: object; role: string }) => {
    const client = new pg.Client({ connectionString: database().url('authenticator') });
    await client.connect();
    await client.query('begin');
    await client.query(`set local role ${persona.role}`);
    await client.query(
      `select set_config('request.jwt.claims', $1, true), set_config('request.headers', $2, true)`,
      [JSON.stringify(persona.claims), '{"x-forwarded-for": "192.0.2.10"}'],
    );
    return client;
  };

  test('a read begun before sees the row, the next after the commit none, within one transaction of the reader [N-50 -]', async () => {
    const reader = await act(personas.doctor);
    const patient = await act(personas.patient);
    const count = async () =>
      Number(
        (await reader.query('select count(*) from public.medical_records where patient_id = $1', [ANA]))
          .rows[0].count,
      );
    try {
      expect(await count(), 'control').toBeGreaterThan(0);
      await patient.query('select public.withdraw_consent($1)', [TREATMENT]);
      expect(await count(), 'not committed').toBeGreaterThan(0);
      await patient.query('commit');
      expect(await count()).toBe(0);
    } finally {
      await Promise.all([reader.end(), patient.end()]);
    }
  });

  test('a record written meanwhile is closed too: the writer waits, and is refused [N-45 N-50 -]', async () => {
    await database().asSuperuser(async (session) => {
      await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
      await session.rows(
        `insert into public.consents (organisation_id, id, patient_id, purpose, status) values ($1, $2, $3, 'treatment', 'active')`,
        [CLINIC_A, NOBODY, ANA],
      );
    });
    const writer = await act(personas.doctor);
    const patient = await act(personas.patient);
    try {
      await patient.query('select public.withdraw_consent($1)', [NOBODY]);
      const writing = writer
        .query(
          `insert into public.medical_records (organisation_id, patient_id, record_type) values ($1, $2, 'observation') returning treatment_consent_until`,
          [CLINIC_A, ANA],
        )
        .then(
          ({ rows }) => rows,
          (error: pg.DatabaseError) => error.code,
        );
      await new Promise((resolve) => setTimeout(resolve, 200));
      await patient.query('commit');
      // Writing takes care, not consent; what comes back is what may be read, and that is nothing any more.
      expect(await writing).toBe('42501');
    } finally {
      await Promise.all([writer.end(), patient.end()]);
    }
  });
});
