import { describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

describe('helpers that policies call', () => {
  test('are not to be called by name, though policies call them for everybody [S-04 N-11 -]', async () => {
    const calls = [
      'authz.organisation_id()',
      `authz.organisation_for('{}', '{}')`,
      `authz.holds('{}', '{}')`,
      'authz.user_id()',
      'authz.now()',
      'authz.client_address()',
      `authz.patients_in_care('treating', null)`,
      `authz.organisation_within('{}', '{}', null, false, '{}')`,
      `authz.treated_by('${CLINIC_A}', '${personas.doctor.userId}', now())`,
      `authz.emergency_of('${CLINIC_B}', '${personas.doctorOfB.userId}', now())`,
      `authz.refuses_emergency('${CLINIC_B}', '${idOf('patient', 'b', '01')}', '${personas.doctorOfB.userId}')`,
      'authz.colleague_ids()',
      `authz.is_own_patient('${CLINIC_A}', '${idOf('patient', 'a', '01')}')`,
      'authz.caller()',
      'authz.care_periods(now())',
      'authz.insights_organisation_id()',
      'authz.lock_insights()',
      `authz.record_insight_dispatch('${CLINIC_A}', repeat('0', 64))`,
      'authz.subject()',
      'authz.reachable_patients()',
      `authz.treatment_consent_until('${CLINIC_B}', '${idOf('patient', 'b', '01')}')`,
    ];
    for (const persona of [
      personas.doctor,
      personas.patient,
      personas.opsAdmin,
      personas.anon,
      personas.service,
    ] as Persona[]) {
      for (const call of calls) {
        const outcome = await database().as(persona, (session) => session.attempt(`select ${call}`));
        expect(outcome, `${persona.name}: ${call}`).toMatchObject({ ok: false, code: '42501' });
      }
    }
  });

  test("see through their owner only what its grants list: it reads of a patient no more than the name that a packet carries under consent, and writes nobody's membership [S-04 N-09 -]", async () => {
    const refused = await database().asSuperuser(
      async (session) => {
        await session.script('set local role cordon_definer');
        return [
          await session.attempt('select mrn from public.patients'),
          await session.attempt('select name_key from public.patients'),
          await session.attempt('select phone from public.patient_identity'),
          await session.attempt('select allergies from public.patient_clinical'),
          await session.attempt('select reason from public.appointment_reasons'),
          await session.attempt(`update public.organisation_members set role = 'doctor'`),
          await session.attempt('select * from auth.users'),
        ].map((outcome) => (outcome.ok ? `ok, ${outcome.count} rows` : outcome.code));
      },
      { rollback: true },
    );
    expect(refused).toEqual(refused.map(() => '42501'));
    expect(refused).toHaveLength(7);
  });

  test('work for whom they are meant: policies answer [S-04 N-11 +]', async () => {
    const counts = [];
    for (const persona of [personas.doctor, personas.patient]) {
      counts.push(
        await database().as(persona, (session) =>
          session.value('select count(*)::integer from public.patients'),
        ),
      );
    }
    expect(counts).toEqual([3, 1]);
  });
});
