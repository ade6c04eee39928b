import { describe, expect, test } from 'vitest';
import { PROVIDER_ROLES, ROLE_RANK } from '../../policies/vocabulary.ts';
import { CLINIC_A, idOf, sessionOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

const PATIENT = idOf('patient', 'a', '01');

async function readsOf(persona: Persona, tables: readonly string[]): Promise<Record<string, boolean>> {
  const entries = await database().as(persona, async (session) => {
    const found: [string, boolean][] = [];
    for (const table of tables)
      found.push([table, Number(await session.value(`select count(*) from public.${table}`)) > 0]);
    return found;
  });
  return Object.fromEntries(entries);
}

describe('the hierarchy', () => {
  test('ranks the roles as agreed: 100, 90, 80, 70, 60, 50, 10, 0 [N-13 +]', async () => {
    const rows = await database().asSuperuser((session) =>
      session.rows(`select r as role, authz.role_rank(r)::integer as rank from unnest($1::text[]) as r`, [
        Object.keys(ROLE_RANK),
      ]),
    );
    expect(Object.fromEntries(rows.map(({ role, rank }) => [role, rank]))).toEqual({
      admin: 100,
      clinic_admin: 90,
      doctor: 80,
      nurse: 70,
      assistant: 60,
      receptionist: 50,
      patient: 10,
      anonymous: 0,
    });
  });

  test.each(['admin', 'patient', 'anonymous', 'superuser', ''])(
    '"%s" is no role of a membership, whoever writes it [N-13 -]',
    async (role) => {
      const outcome = await database().as(personas.servicePinned, (session) =>
        session.attempt(
          'insert into public.organisation_members (organisation_id, user_id, role) values ($1, $2, $3)',
          [CLINIC_A, personas.stranger.userId, role],
        ),
      );
      expect(outcome).toMatchObject({ ok: false, code: expect.stringMatching(/^(23514|23502)$/) });
    },
  );

  const add = 'insert into public.organisation_members (organisation_id, user_id, role) values ($1, $2, $3)';

  test.each(PROVIDER_ROLES.filter((role) => role !== 'clinic_admin'))(
    'a clinic_admin makes a %s [N-05 N-13 +]',
    async (role) => {
      const outcome = await database().as(personas.clinicAdmin, (session) =>
        session.attempt(add, [CLINIC_A, personas.stranger.userId, role]),
      );
      expect(outcome).toMatchObject({ ok: true, count: 1 });
    },
  );

  test('a clinic_admin makes no second clinic_admin: nobody grants their own rank [N-05 N-13 -]', async () => {
    const outcome = await database().as(personas.clinicAdmin, (session) =>
      session.attempt(add, [CLINIC_A, personas.stranger.userId, 'clinic_admin']),
    );
    expect(outcome).toMatchObject({ ok: false, code: '42501' });
  });

  test.each([personas.doctor, personas.nurse, personas.assistant, personas.receptionist])(
    '$name makes nobody anything [N-05 N-13 -]',
    async (persona) => {
      const outcome = await database().as(persona, (session) =>
        session.attempt(add, [CLINIC_A, personas.stranger.userId, 'receptionist']),
      );
      expect(outcome).toMatchObject({ ok: false, code: '42501' });
    },
  );
});

describe('what each role is for', () => {
  const TABLES = ['patients', 'patient_identity', 'patient_clinical', 'appointments', 'appointment_reasons'];

  test.each([personas.doctor, personas.nurse])(
    '$name reads and writes what care needs [N-14 +]',
    async (persona) => {
      expect(await readsOf(persona, TABLES)).toEqual({
        patients: true,
        patient_identity: true,
        patient_clinical: true,
        appointments: true,
        appointment_reasons: true,
      });
      const affected = await database().as(persona, (session) =>
        session.affected(`update public.patient_clinical set alerts = 'Latex' where id = $1`, [PATIENT]),
      );
      expect(affected).toBe(1);
    },
  );

  test('reception schedules [N-14 +]', async () => {
    const affected = await database().as(personas.receptionist, (session) =>
      session.affected(
        `insert into public.appointments (organisation_id, patient_id, professional_user_id, starts_at, ends_at)
         values ($1, $2, $3, '2026-08-02 09:00+00', '2026-08-02 09:30+00')`,
        [CLINIC_A, PATIENT, personas.doctor.userId],
      ),
    );
    expect(affected).toBe(1);
  });

  test.each([personas.receptionist, personas.clinicAdmin])(
    '$name reads nothing clinical [N-14 -]',
    async (persona) => {
      expect(await readsOf(persona, TABLES)).toEqual({
        patients: true,
        patient_identity: true,
        patient_clinical: false,
        appointments: true,
        appointment_reasons: false,
      });
    },
  );

  test('reception sees NULL, not an error, where a view joins what is clinical [N-14 -]', async () => {
    const [row] = await database().as(personas.receptionist, (session) =>
      session.rows('select full_name, phone, allergies, alerts from public.patient_profiles where id = $1', [
        PATIENT,
      ]),
    );
    expect(row).toMatchObject({
      full_name: expect.any(String),
      phone: expect.any(String),
      allergies: null,
      alerts: null,
    });
  });

  test('reception writes nothing clinical [N-14 -]', async () => {
    const outcome = await database().as(personas.receptionist, (session) =>
      session.attempt(`update public.patient_clinical set alerts = 'X' where id = $1`, [PATIENT]),
    );
    expect(outcome).toMatchObject({ ok: true, count: 0 });
    const insert = await database().as(personas.receptionist, (session) =>
      session.attempt(
        'insert into public.appointment_reasons (organisation_id, id, patient_id, reason) values ($1, $2, $3, $4)',
        [CLINIC_A, idOf('appointment', 'a', '03'), idOf('patient', 'a', '03'), 'X'],
      ),
    );
    expect(insert).toMatchObject({ ok: false, code: '42501' });
  });

  test('a clinician of one clinic is nobody at the other [N-14 N-24 -]', async () => {
    const read = await database().as(personas.doctorOfB, (session) =>
      session.rows('select id from public.patients where id = $1', [PATIENT]),
    );
    expect(read).toEqual([]);
  });
});

describe('a role is what live rows say at this statement', () => {
  const CLINICAL = 'select count(*)::integer from public.patient_clinical';

  async function setMember(sql: string, user: string): Promise<void> {
    await database().asSuperuser(async (session) => {
      await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
      await session.affected(`update public.organisation_members set ${sql} where user_id = $1`, [user]);
    });
  }

  /** The same transaction of the same caller, before and after somebody else's commit. */
  async function beforeAndAfter(change: string, persona: Persona): Promise<unknown[]> {
    return database().as(persona, async (session) => {
      const before = await session.value(CLINICAL);
      await setMember(change, persona.userId as string);
      return [before, await session.value(CLINICAL)];
    });
  }

  test.each([
    ['deactivated', 'is_active = false', 'is_active = true'],
    ['expired', `valid_until = now() - interval '1 second'`, 'valid_until = null'],
    ['demoted', `role = 'receptionist'`, `role = 'nurse'`],
  ])(
    'a member who is %s reads nothing from the next statement on, token or not [N-16 N-22 -]',
    async (_, change, mend) => {
      expect(await beforeAndAfter(change, personas.nurse)).toEqual([1, 0]);
      await setMember(mend, personas.nurse.userId as string);
    },
  );

  test('a member who is promoted reads from the next statement on [N-16 +]', async () => {
    expect(await beforeAndAfter(`role = 'nurse'`, personas.receptionist)).toEqual([0, 1]);
    await setMember(`role = 'receptionist'`, personas.receptionist.userId as string);
  });

  test('a session that is revoked opens nothing from the next statement on [N-16 N-12 -]', async () => {
    const counts = await database().as(personas.finance, async (session) => {
      const before = await session.value('select count(*)::integer from public.patients');
      await database().asSuperuser((admin) =>
        admin.affected('delete from auth.sessions where id = $1', [
          sessionOf(personas.finance.userId as string),
        ]),
      );
      return [before, await session.value('select count(*)::integer from public.patients')];
    });
    expect(counts).toEqual([3, 0]);
  });

  test.each([
    ['role', { role: 'clinic_admin' }],
    ['user_role', { user_role: 'clinic_admin' }],
    ['app_metadata', { app_metadata: { role: 'doctor', roles: ['doctor'], capabilities: ['break_glass'] } }],
    ['user_metadata', { user_metadata: { role: 'doctor', organisation_id: CLINIC_A } }],
  ])('a token that claims a role in %s gains nothing [N-16 N-11 -]', async (_, claims) => {
    const count = await database().as(personas.receptionist, (session) => session.value(CLINICAL), {
      claims,
    });
    expect(count).toBe(0);
  });
});
