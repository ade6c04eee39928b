import { beforeAll, describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { actAs } from '../support/act-as.ts';
import { useDatabase } from '../support/database.ts';
import { type Access, plantAccess } from '../support/planted-access.ts';
import { twinOrganisationOf } from '../support/twins.ts';

const database = useDatabase();

const ANA = idOf('patient', 'a', '01');
const CHILD = idOf('patient', 'a', '02');
const FORMER = idOf('patient', 'a', '03');
const at = (time: string) => `2026-03-01 ${time}+00`;
const RECORDS: readonly Access[] = [
  ...[1, 2, 3].map(() => ({
    userId: personas.doctor.userId,
    patientId: ANA,
    at: at('10:00'),
    purpose: 'treatment',
  })),
  {
    userId: personas.doctor.userId,
    patientId: ANA,
    at: at('10:00'),
    tableName: 'medical_record_details',
    purpose: 'treatment',
  },
  // The seed's nurse had broken the glass for her from 23:00 to 23:20.
  { userId: personas.nurse.userId, patientId: ANA, at: at('23:10') },
  { userId: personas.nurse.userId, patientId: ANA, at: at('23:20') },
  { userId: personas.opsAgent.userId, patientId: ANA, at: at('12:00'), realm: 'internal_ops' },
  // What she looked at herself, what was refused, and what is of others.
  { userId: personas.patient.userId, patientId: ANA, at: at('09:00'), realm: 'patient' },
  { userId: personas.assistant.userId, patientId: ANA, at: at('09:30'), outcome: 'denied' },
  { userId: personas.doctor.userId, patientId: CHILD, at: at('11:00') },
  { userId: personas.doctor.userId, patientId: FORMER, at: at('11:30') },
  { userId: personas.doctorOfB.userId, patientId: ANA, at: at('10:30'), organisationId: CLINIC_B },
];

const ask = (session: Session, patient: string, since: string | null = null) =>
  session.attempt(
    `select organisation_id, to_char(occurred_at at time zone 'UTC', 'HH24:MI') as at, display_name, role, kind, records, purpose, in_emergency
     from public.who_saw_record($1, $2)`,
    [patient, since],
  );
const answer = async (persona: Persona, patient: string, since: string | null = null) => {
  const outcome = await database().as(persona, (session) => ask(session, patient, since));
  return outcome.ok ? outcome.rows : outcome.code;
};
const nameOf = (persona: Persona) =>
  database().asSuperuser((session) =>
    session.value('select display_name from public.profiles where user_id = $1', [persona.userId]),
  );
const line = (who: Record<string, unknown>) => ({
  organisation_id: CLINIC_A,
  purpose: null,
  in_emergency: false,
  records: '1',
  ...who,
});

beforeAll(async () => {
  await database().asSuperuser((session) => plantAccess(session, RECORDS));
});

describe('who saw my record', () => {
  test('tells a patient who saw what, when, as what, for what, and under broken glass, newest first [N-15 N-39 +]', async () => {
    const [doctor, nurse] = [await nameOf(personas.doctor), await nameOf(personas.nurse)];
    expect(doctor).toEqual(expect.any(String));
    const rows = await answer(personas.patient, ANA);
    expect(rows).toEqual([
      line({ at: '23:20', display_name: nurse, role: 'nurse', kind: 'chart' }),
      line({ at: '23:10', display_name: nurse, role: 'nurse', kind: 'chart', in_emergency: true }),
      line({ at: '12:00', display_name: null, role: 'internal_ops', kind: 'chart' }),
      ...[1, 2].map(() =>
        expect.objectContaining({ at: '10:00', display_name: doctor, role: 'doctor', purpose: 'treatment' }),
      ),
    ]);
  });

  test.each([
    [CLINIC_A, true],
    [twinOrganisationOf(CLINIC_A), false],
  ])(
    'tells of glass that was broken for them, at the clinic of the record alone: at %s is %s [N-39 S-04 +, N-39 S-04 -]',
    async (organisation, covered) => {
      const told = await database().asSuperuser(
        async (session) => {
          await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [organisation]);
          await session.rows(
            `insert into public.organisation_members (organisation_id, user_id, role) values ($1, $2, 'doctor') on conflict do nothing`,
            [organisation, personas.doctor.userId],
          );
          await session.rows(
            `insert into public.emergency_access_grants (organisation_id, patient_id, user_id, opened_in, opened_at, expires_at)
           values ($1, $2, $3, '3', $4, $5)`,
            [organisation, ANA, personas.doctor.userId, at('09:30'), at('10:30')],
          );
          await actAs(session, personas.patient);
          const outcome = await ask(session, ANA);
          return (
            outcome.ok && outcome.rows.filter((row) => row.at === '10:00').map((row) => row.in_emergency)
          );
        },
        { rollback: true },
      );
      expect(told).toEqual([covered, covered]);
    },
  );

  test('counts the records of one statement and kind as one line [N-39 +]', async () => {
    const rows = (await answer(personas.patient, ANA)) as { kind: string; at: string; records: string }[];
    const doctors = rows.filter((row) => row.at === '10:00').map(({ kind, records }) => [kind, records]);
    expect(doctors.sort()).toEqual([
      ['chart', '3'],
      ['diagnosis', '1'],
    ]);
  });

  test('tells in one order, whichever way it is looked up: no page repeats what another told, or leaves it out [N-39 -]', async () => {
    const told = await database().asSuperuser(
      async (session) => {
        const staff = [personas.doctor, personas.nurse, personas.assistant, personas.clinicAdmin];
        await plantAccess(
          session,
          ['treatment', 'data_view', 'scheduling'].flatMap((purpose) =>
            staff.map(({ userId }) => ({ userId, patientId: ANA, at: at('08:00'), purpose })),
          ),
        );
        await actAs(session, personas.patient);
        const orders: unknown[] = [];
        for (const without of ['hashjoin', 'nestloop', 'mergejoin', 'sort']) {
          await session.script(`set local enable_${without} to off`);
          const outcome = await ask(session, ANA, at('07:59'));
          orders.push(outcome.ok && outcome.rows.filter((row) => row.at === '08:00'));
        }
        return orders;
      },
      { rollback: true },
    );
    expect(told[0]).toHaveLength(12);
    for (const other of told) expect(other).toEqual(told[0]);
  });

  test('tells from a moment on, where one is given [N-39 +]', async () => {
    expect(await answer(personas.patient, ANA, at('23:15'))).toHaveLength(1);
    expect(await answer(personas.patient, ANA, at('23:59'))).toEqual([]);
  });

  test('tells a guardian of their child [N-15 +]', async () => {
    expect(await answer(personas.guardian, CHILD)).toMatchObject([
      { at: '11:00', role: 'doctor', kind: 'chart' },
    ]);
  });

  test('tells nobody of another patient, and of none that does not exist: the same answer [N-15 S-04 -]', async () => {
    for (const [persona, patient] of [
      [personas.patient, CHILD],
      [personas.patient, FORMER],
      [personas.guardian, ANA],
      [personas.patientOfB, ANA],
      [personas.patient, idOf('patient', 'b', '01')],
      [personas.patient, NOBODY],
    ] as [Persona, string][]) {
      expect(await answer(persona, patient), `${persona.name} ${patient}`).toBe('CD010');
    }
    const told = async (patient: string) => {
      const outcome = await database().as(personas.patient, (session) => ask(session, patient));
      return outcome.ok || [outcome.message, outcome.detail, outcome.hint];
    };
    expect(await told(CHILD)).toEqual(await told(NOBODY));
  });

  test('tells a proxy nothing whose account was revoked, nor whose session has ended [N-15 N-16 -]', async () => {
    expect(await answer(personas.formerProxy, FORMER)).toBe('CD010');
    const { session_id: _, ...claims } = personas.patient.claims;
    const ended = { ...personas.patient, claims: { ...claims, session_id: NOBODY } } as Persona;
    expect(await answer(ended, ANA)).toBe('CD010');
    const revoked = await database().asSuperuser(
      async (session) => {
        await session.rows(
          `select set_config('app.pinned_organisation_id', $1, true), set_config('request.jwt.claims', '', true)`,
          [CLINIC_A],
        );
        await session.rows('update public.patient_accounts set revoked_at = now() where user_id = $1', [
          personas.guardian.userId,
        ]);
        await session.rows(`select set_config('request.jwt.claims', $1, true)`, [
          JSON.stringify(personas.guardian.claims),
        ]);
        await session.script('set local role patient');
        return ask(session, CHILD);
      },
      { rollback: true },
    );
    expect(revoked).toMatchObject({ ok: false, code: 'CD010' });
  });

  test('is a question of the portal alone, and opens neither log nor names [N-15 -]', async () => {
    for (const persona of [
      personas.doctor,
      personas.privacyOfficer,
      personas.opsAuditor,
      personas.servicePinned,
      personas.anon,
    ] as Persona[]) {
      expect(await answer(persona, ANA), persona.name).toBe('42501');
    }
    const outcomes = await database().as(personas.patient, async (session) => [
      await session.attempt('select from audit.access_log'),
      await session.attempt('select from public.access_anomalies'),
    ]);
    for (const outcome of outcomes) expect(outcome).toMatchObject({ ok: false, code: '42501' });
    const names = await database().as(personas.patient, (session) =>
      session.rows('select user_id from public.profiles'),
    );
    expect(names).toEqual([{ user_id: personas.patient.userId }]);
  });
});
