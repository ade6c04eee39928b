import { describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { become, INSERT_RECORD, PATIENT, recorded, story, UNTREATED } from '../support/charts.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

/** Waits until so many connections to this database wait for a lock. */
async function waiting(count: number): Promise<void> {
  const find = () =>
    database().asSuperuser((session) =>
      session.value<number>(
        `select count(*)::integer from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      ),
    );
  for (let tries = 0; tries < 200; tries += 1) {
    if ((await find()) === count) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${count} connections never waited for a lock`);
}

describe('what waits, or comes undone, tells nothing and harms nobody', () => {
  const lockedOut = (persona: Persona, organisationId: string, patientId: string) =>
    database().as(persona, async (session) => {
      await session.script(`set local lock_timeout = '100ms'`);
      return session.attempt(
        'insert into public.access_restrictions (organisation_id, patient_id) values ($1, $2)',
        [organisationId, patientId],
      );
    });

  test.each([
    ['another clinic', CLINIC_B, idOf('patient', 'b', '01')],
    ['their clinic', CLINIC_A, UNTREATED],
  ])(
    'a portal login waits for no lock of another patient of %s [N-15 S-04 -]',
    async (_, organisation, patient) => {
      await database().asSuperuser(
        async (holder) => {
          await holder.rows('select from public.patients where id = any ($1) for update', [[patient]]);
          for (const persona of [personas.patient, personas.formerProxy]) {
            const random = await lockedOut(persona, organisation, NOBODY);
            expect(random).toMatchObject({ ok: false, code: '42501' });
            expect(await lockedOut(persona, organisation, patient), persona.name).toEqual(random);
          }
        },
        { rollback: true },
      );
      expect(await lockedOut(personas.patient, CLINIC_A, PATIENT), 'control').toMatchObject({ ok: true });
    },
  );

  test('staff wait for no lock of another clinic’s patient or record [S-04 -]', async () => {
    await database().asSuperuser(
      async (holder) => {
        await holder.rows('select from public.patients where organisation_id = $1 for update', [CLINIC_B]);
        await holder.rows('select from public.medical_records where organisation_id = $1 for update', [
          CLINIC_B,
        ]);
        const insert = (organisation: string, patient: string, record: string) =>
          database().as(personas.doctor, async (session) => {
            await session.script(`set local lock_timeout = '100ms'`);
            return session.attempt(
              `insert into public.medical_records (organisation_id, patient_id, record_type, supersedes_id)
               values ($1, $2, 'observation', $3)`,
              [organisation, patient, record],
            );
          });
        const foreign = await insert(CLINIC_B, idOf('patient', 'b', '01'), idOf('record', 'b', '01'));
        expect(foreign).toMatchObject({ ok: false, code: '42501' });
        expect(foreign).toEqual(await insert(CLINIC_B, NOBODY, NOBODY));
        expect(await insert(CLINIC_A, PATIENT, idOf('record', 'b', '01'))).toMatchObject({ code: '23503' });
      },
      { rollback: true },
    );
  });

  test('reception hides no chart by choosing another clinic before the projection runs [N-27 N-45 -]', async () => {
    const insert = (returning: string) =>
      `insert into public.consents (organisation_id, patient_id, purpose) values ('${CLINIC_A}', '${PATIENT}', 'marketing') ${returning}`;
    const chart = (session: Session) =>
      session.rows(
        `select distinct patient_status, treatment_consent_until::text as until from public.medical_records where patient_id = $1`,
        [PATIENT],
      );
    for (const returning of [
      '', // control: the same statement
      `returning set_config('app.current_organisation_id', '${NOBODY}', true)`,
      `returning set_config('request.jwt.claims', '{}', true)`,
    ]) {
      await story(database(), async (session) => {
        await become(session, personas.receptionist);
        const outcome = await session.attempt(insert(returning));
        if (returning === '') expect(outcome, 'control').toMatchObject({ ok: true, count: 1 });
        await session.script('reset role');
        expect(await chart(session), returning).toEqual([{ patient_status: 'active', until: 'infinity' }]);
      });
    }
  });

  test('nobody signs a change as the system by dropping their claims half way [S-16 -]', async () => {
    await story(database(), async (session) => {
      await become(session, personas.receptionist);
      const change = (name: string) =>
        session.attempt(
          `update public.patients set full_name = case when id = '${UNTREATED}' then ${name} else full_name end
           where id in ('${PATIENT}', '${UNTREATED}')`,
        );
      expect(await change(`'Renamed'`), 'control').toMatchObject({ ok: true, count: 2 });
      await change(`'Forged' || left(set_config('request.jwt.claims', '{}', true), 0)`);
      await session.script('reset role');
      const forged = await session.rows(
        `select id from public.patients where full_name = 'Forged' and actor_kind <> 'user'`,
      );
      expect(forged).toEqual([]);
    });
  });

  test('a patient’s withdrawal and a new version at once: neither is a deadlock’s victim [N-50 S-16 +]', async () => {
    const before = await recorded(database());
    const outcomes = await database().asSuperuser(
      async (holder) => {
        // The withdrawal holds the consent and comes to the record; the version holds the patient and comes to the consent.
        await holder.rows('select from public.medical_records where id = $1 for update', [before]);
        const withdrawal = database().as(personas.patient, (session) =>
          session.attempt(
            `update public.consents set status = 'withdrawn' where status = 'active' and legal_basis = 'consent'`,
          ),
        );
        await waiting(1);
        const version = database().as(personas.doctor, (session) =>
          session.attempt(INSERT_RECORD, ['{}', before]),
        );
        await waiting(2);
        await holder.script('rollback');
        return Promise.all([withdrawal, version]);
      },
      { rollback: true },
    );
    expect(outcomes.map((outcome) => (outcome.ok ? 'done' : outcome.code))).toEqual(['done', 'done']);
  });
});
