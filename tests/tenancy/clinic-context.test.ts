import { describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { ActOptions } from '../../testing/test-database.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

/** The clinics whose patients a persona sees. */
async function clinicsSeen(persona: Persona, options: ActOptions = {}): Promise<string[]> {
  const rows = await database().as(
    persona,
    (session) =>
      session.rows<{ clinic: string }>(
        'select distinct organisation_id as clinic from public.patients order by 1',
      ),
    options,
  );
  return rows.map(({ clinic }) => clinic);
}

const undecided: Persona = personas.dualUndecided;

describe('the chosen clinic', () => {
  test('is not needed with one membership [N-23 +]', async () => {
    expect(await clinicsSeen(personas.doctor)).toEqual([CLINIC_A]);
  });

  test('is needed with two: without a choice there is no row [N-23 -]', async () => {
    expect(await clinicsSeen(undecided)).toEqual([]);
  });

  test.each([
    ['the setting', { settings: { 'app.current_organisation_id': CLINIC_B } }],
    ["neonpro's setting", { settings: { 'app.current_clinic_id': CLINIC_B } }],
    ['the header', { headers: { 'x-organisation-id': CLINIC_B } }],
    ['the token', { claims: { app_metadata: { organisation_id: CLINIC_B } } }],
  ] as [string, ActOptions][])('is chosen among own memberships by %s [N-22 N-23 +]', async (_, options) => {
    expect(await clinicsSeen(undecided, options)).toEqual([CLINIC_B]);
  });

  test('by setting comes before header, header before token [N-23 +]', async () => {
    const headers = { 'x-organisation-id': CLINIC_B };
    const claims = { app_metadata: { organisation_id: CLINIC_B } };
    expect(
      await clinicsSeen(undecided, { settings: { 'app.current_clinic_id': CLINIC_A }, headers, claims }),
    ).toEqual([CLINIC_A]);
    expect(await clinicsSeen(undecided, { headers: { 'x-organisation-id': CLINIC_A }, claims })).toEqual([
      CLINIC_A,
    ]);
  });

  test.each([
    ['the setting', { settings: { 'app.current_organisation_id': CLINIC_B } }],
    ["neonpro's setting", { settings: { 'app.current_clinic_id': CLINIC_B } }],
    ['the header', { headers: { 'x-organisation-id': CLINIC_B } }],
    ['the token', { claims: { app_metadata: { organisation_id: CLINIC_B } } }],
  ] as [string, ActOptions][])(
    'grants nothing: a clinic that is not theirs, by %s, shows no row at all [N-22 N-23 N-24 -]',
    async (_, options) => {
      for (const persona of [personas.doctor, personas.clinicAdmin, personas.stranger]) {
        expect(await clinicsSeen(persona, options), persona.name).toEqual([]);
      }
    },
  );

  test('that does not exist shows no row [N-23 -]', async () => {
    expect(await clinicsSeen(personas.doctor, { settings: { 'app.current_clinic_id': NOBODY } })).toEqual([]);
  });

  test('does not revive a membership that has ended [N-22 N-16 -]', async () => {
    for (const persona of [personas.revoked, personas.expired]) {
      expect(
        await clinicsSeen(persona, { settings: { 'app.current_clinic_id': CLINIC_A } }),
        persona.name,
      ).toEqual([]);
    }
  });

  test('named twice, differently, is refused [N-23 -]', async () => {
    const settings = { 'app.current_clinic_id': CLINIC_A, 'app.current_organisation_id': CLINIC_B };
    await expect(clinicsSeen(undecided, { settings })).rejects.toMatchObject({ code: 'CD002' });
  });

  test('ends with its transaction: the next one on the connection starts without [N-23 -]', async () => {
    expect(await clinicsSeen(undecided, { settings: { 'app.current_clinic_id': CLINIC_A } })).toEqual([
      CLINIC_A,
    ]);
    expect(await clinicsSeen(undecided)).toEqual([]);
  });
});

describe('two memberships', () => {
  test('give at each clinic the role held there, and no other: admin there is receptionist here [N-22 N-24 -]', async () => {
    const promote = `update public.organisation_members set role = 'doctor' where organisation_id = $1 and user_id = $2`;
    const inA = await database().as(personas.dual, (session) =>
      session.affected(promote, [CLINIC_A, personas.assistant.userId]),
    );
    expect(inA).toBe(0);
    const other = await database().as(personas.dual, (session) =>
      session.affected(promote, [CLINIC_B, idOf('staff', 'b', '04')]),
    );
    expect(other).toBe(0);
  });

  test('give at each clinic the role held there [N-22 N-24 +]', async () => {
    const promote = `update public.organisation_members set role = 'doctor' where organisation_id = $1 and user_id = $2`;
    const inB = await database().as(personas.dualInB, (session) =>
      session.affected(promote, [CLINIC_B, idOf('staff', 'b', '04')]),
    );
    expect(inB).toBe(1);
  });

  test('see in A exactly what a receptionist of A sees [N-24 +]', async () => {
    const TABLES = [
      'patients',
      'patient_identity',
      'patient_clinical',
      'appointments',
      'appointment_reasons',
      'consents',
      'organisation_members',
    ];
    for (const table of TABLES) {
      const count = (persona: Persona) =>
        database().as(persona, (session) => session.value(`select count(*) from public.${table}`));
      expect(await count(personas.dual), table).toBe(await count(personas.receptionist));
    }
  });
});

describe('user_clinic_access', () => {
  test("shows one's clinic under neonpro's name [N-22 +]", async () => {
    const rows = await database().as(personas.doctor, (session) =>
      session.rows('select clinic_id, role, is_active from public.user_clinic_access where user_id = $1', [
        personas.doctor.userId,
      ]),
    );
    expect(rows).toEqual([{ clinic_id: CLINIC_A, role: 'doctor', is_active: true }]);
  });

  test('shows no access of another clinic [N-22 N-24 -]', async () => {
    const rows = await database().as(personas.doctor, (session) =>
      session.rows('select clinic_id from public.user_clinic_access where clinic_id <> $1', [CLINIC_A]),
    );
    expect(rows).toEqual([]);
  });
});

describe('set_context', () => {
  const call = 'select public.set_context($1, $2)';

  test('sets the organisation for the statements that follow [N-12 N-23 +]', async () => {
    const seen = await database().as(undecided, async (session) => {
      await session.rows(call, [CLINIC_B, 'treatment']);
      return session.rows('select distinct organisation_id as clinic from public.patients');
    });
    expect(seen).toEqual([{ clinic: CLINIC_B }]);
  });

  test('overrides an earlier choice under either name [N-23 +]', async () => {
    const seen = await database().as(personas.dual, async (session) => {
      await session.rows(call, [CLINIC_B, null]);
      return session.rows('select distinct organisation_id as clinic from public.patients');
    });
    expect(seen).toEqual([{ clinic: CLINIC_B }]);
  });

  test("answers another's organisation as one that does not exist [N-12 N-22 S-04 -]", async () => {
    const [foreign, missing, closed] = await database().as(personas.doctor, async (session) => [
      await session.attempt(call, [CLINIC_B, null]),
      await session.attempt(call, [NOBODY, null]),
      await session.attempt(call, [idOf('organisation', 'd'), null]),
    ]);
    expect(foreign).toMatchObject({ ok: false, code: '42501' });
    expect(missing).toEqual(foreign);
    expect(closed).toEqual(foreign);
  });

  test.each([
    personas.stranger,
    personas.revoked,
    personas.expired,
    personas.signedOut,
    personas.sessionless,
    personas.anonymousSignIn,
    personas.recovering,
  ] as Persona[])('is refused to who has no live identity here: $name [N-12 -]', async (persona) => {
    const outcome = await database().as(persona, (session) => session.attempt(call, [CLINIC_A, null]));
    expect(outcome).toMatchObject({ ok: false, code: '42501' });
  });

  test.each([personas.anon, personas.patient, personas.opsAgent] as Persona[])(
    'is not for $name [N-12 -]',
    async (persona) => {
      const outcome = await database().as(persona, (session) => session.attempt(call, [CLINIC_A, null]));
      expect(outcome).toMatchObject({ ok: false, code: '42501' });
    },
  );

  test('refuses a purpose that does not exist [N-12 -]', async () => {
    const outcome = await database().as(personas.doctor, (session) =>
      session.attempt(call, [CLINIC_A, 'curiosity']),
    );
    expect(outcome).toMatchObject({ ok: false, code: 'CD006' });
  });

  test('leaves nothing set after a refusal [N-12 -]', async () => {
    const left = await database().as(undecided, async (session) => {
      await session.attempt(call, [NOBODY, null]);
      return session.rows('select organisation_id from public.patients');
    });
    expect(left).toEqual([]);
  });
});
