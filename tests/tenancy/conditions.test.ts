import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

async function sees(persona: Persona, table: string, id: string): Promise<boolean> {
  const rows = await database().as(persona, (session) =>
    session.rows(`select from public.${table} where id = $1`, [id]),
  );
  return rows.length > 0;
}

async function asOwner(sql: string): Promise<void> {
  await database().asSuperuser(async (session) => {
    await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
    await session.script(sql);
  });
}

describe('a patient row takes the clinic, a fitting role and an active patient', () => {
  const ACTIVE = idOf('patient', 'a', '01');
  const INACTIVE = idOf('patient', 'a', '04');
  const ARCHIVED = idOf('patient', 'a', '05');

  test('all three hold: staff see the row [N-27 N-25 +]', async () => {
    for (const persona of [personas.doctor, personas.nurse, personas.assistant, personas.receptionist]) {
      expect(await sees(persona, 'patients', ACTIVE), persona.name).toBe(true);
    }
  });

  test('inactive: staff do not see the row [N-27 N-25 -]', async () => {
    for (const persona of [personas.doctor, personas.nurse, personas.assistant, personas.receptionist]) {
      expect(await sees(persona, 'patients', INACTIVE), persona.name).toBe(false);
    }
  });

  test('inactive: a clinic_admin does, and reactivates it [N-27 +]', async () => {
    expect(await sees(personas.clinicAdmin, 'patients', INACTIVE)).toBe(true);
    const affected = await database().as(personas.clinicAdmin, (session) =>
      session.affected(`update public.patients set status = 'active' where id = $1`, [INACTIVE]),
    );
    expect(affected).toBe(1);
  });

  test('archived: nobody sees the row [N-27 N-25 -]', async () => {
    for (const persona of [personas.doctor, personas.receptionist, personas.clinicAdmin]) {
      expect(await sees(persona, 'patients', ARCHIVED), persona.name).toBe(false);
    }
  });

  test('another clinic: an active patient stays unseen [N-27 N-25 -]', async () => {
    expect(await sees(personas.doctorOfB, 'patients', ACTIVE)).toBe(false);
  });

  test('no fitting role: a membership alone is not enough where a role is asked [N-27 N-25 -]', async () => {
    const affected = await database().as(personas.assistant, (session) =>
      session.affected(`update public.patients set language = 'fr' where id = $1`, [ACTIVE]),
    );
    expect(affected).toBe(0);
  });

  test('nobody but a clinic_admin puts a patient out of their own sight [N-27 -]', async () => {
    const outcome = await database().as(personas.receptionist, (session) =>
      session.attempt(`update public.patients set status = 'inactive' where id = $1`, [ACTIVE]),
    );
    expect(outcome).toMatchObject({ ok: false, code: '42501' });
  });
});

describe('every condition of a rule can deny alone', () => {
  const PATIENT = idOf('patient', 'a', '01');
  const CONSENT = `organisation_id = '${CLINIC_A}' and patient_id = '${PATIENT}' and purpose = 'treatment' and status = 'active' and archived_at is null`;
  const clinical = () => sees(personas.doctor, 'patient_clinical', PATIENT);

  beforeEach(async () => {
    expect(await clinical(), 'control: with all of them the row is seen').toBe(true);
  });
  // Terminal states are final: what was withdrawn is consented to anew.
  afterEach(async () => {
    await asOwner(`
      update public.organisation_members set is_active = true, role = 'doctor' where user_id = '${personas.doctor.userId}';
      update public.patients set status = 'active' where id = '${PATIENT}' and organisation_id = '${CLINIC_A}';
      insert into public.consents (organisation_id, patient_id, purpose, status)
      select '${CLINIC_A}', '${PATIENT}', 'treatment', 'active'
      where not exists (select from public.consents where ${CONSENT});`);
  });

  test('all hold: the doctor reads the allergies of a consenting patient [N-25 +]', async () => {
    const [row] = await database().as(personas.doctor, (session) =>
      session.rows('select allergies from public.patient_clinical where id = $1', [PATIENT]),
    );
    expect(row).toEqual({ allergies: 'Penicillin' });
  });

  test.each([
    [
      'the role',
      `update public.organisation_members set role = 'receptionist' where user_id = '${personas.doctor.userId}'`,
    ],
    [
      'the membership',
      `update public.organisation_members set is_active = false where user_id = '${personas.doctor.userId}'`,
    ],
    [
      'an active patient',
      `update public.patients set status = 'inactive' where id = '${PATIENT}' and organisation_id = '${CLINIC_A}'`,
    ],
    ['the consent', `update public.consents set status = 'withdrawn' where ${CONSENT}`],
    ["the consent's record", `update public.consents set archived_at = now() where ${CONSENT}`],
  ])('without %s the row is gone [N-25 -]', async (_, sql) => {
    await asOwner(sql);
    expect(await clinical()).toBe(false);
  });

  test('a consent whose term is over is none, swept or not, in every time zone [N-25 N-45 N-40 -]', async () => {
    await asOwner(`
      update public.consents set status = 'withdrawn' where ${CONSENT};
      insert into public.consents (organisation_id, patient_id, purpose, status, expires_at)
      values ('${CLINIC_A}', '${PATIENT}', 'treatment', 'active', now() - interval '1 second')`);
    for (const zone of ['Etc/GMT+12', 'UTC', 'Pacific/Kiritimati']) {
      const rows = await database().as(
        personas.doctor,
        (session) => session.rows('select from public.patient_clinical where id = $1', [PATIENT]),
        { settings: { TimeZone: zone } },
      );
      expect(rows, zone).toEqual([]);
    }
    // Over, and never withdrawn: it must not stand in the way of the next test's consent.
    await asOwner(`update public.consents set status = 'expired' where ${CONSENT}`);
  });

  test('without any consent, or with one only proposed, the row is gone [N-25 -]', async () => {
    expect(await sees(personas.doctor, 'patient_clinical', idOf('patient', 'a', '02'))).toBe(false);
    expect(await sees(personas.doctor, 'patient_clinical', idOf('patient', 'a', '03'))).toBe(false);
  });

  test('a consent to something else is no consent to treatment [N-25 N-48 -]', async () => {
    const consents = await database().asSuperuser((session) =>
      session.rows(
        `select purpose, status from public.consents where organisation_id = $2 and patient_id = $1 and status = 'active' and legal_basis = 'consent'`,
        [idOf('patient', 'a', '02'), CLINIC_A],
      ),
    );
    expect(consents).toEqual([{ purpose: 'marketing', status: 'active' }]);
    expect(await sees(personas.doctor, 'patient_clinical', idOf('patient', 'a', '02'))).toBe(false);
  });

  test('in a withdrawal the patient closes the row in the same transaction [N-50 -]', async () => {
    await database().as(
      personas.patient,
      (session) => session.affected(`update public.consents set status = 'withdrawn' where ${CONSENT}`),
      { commit: true },
    );
    expect(await clinical()).toBe(false);
  });

  test('the projection of a consent cannot be forged by who would profit [N-45 -]', async () => {
    const target = idOf('patient', 'a', '02');
    const outcome = await database().as(personas.doctor, (session) =>
      session.attempt(
        `update public.patient_clinical set treatment_consent_until = 'infinity' where id = $1`,
        [target],
      ),
    );
    expect(outcome).toMatchObject({ ok: false, code: '42501' });
    await asOwner(
      `update public.patient_clinical set treatment_consent_until = 'infinity' where id = '${target}' and organisation_id = '${CLINIC_A}'`,
    );
    expect(await sees(personas.doctor, 'patient_clinical', target)).toBe(false);
  });

  test('staff propose a consent and never activate one [N-25 N-45 -]', async () => {
    const insert = `insert into public.consents (organisation_id, patient_id, purpose, status) values ($1, $2, 'treatment', $3)`;
    const [proposed, active] = await database().as(personas.doctor, async (session) => [
      await session.attempt(insert, [CLINIC_A, idOf('patient', 'a', '03'), 'proposed']),
      await session.attempt(insert, [CLINIC_A, idOf('patient', 'a', '03'), 'active']),
    ]);
    expect(proposed).toMatchObject({ ok: true });
    expect(active).toMatchObject({ ok: false, code: '42501' });
  });
});
