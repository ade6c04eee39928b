import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();
const commit = { commit: true };
const ANA = idOf('patient', 'a', '01');
const DONE = { ok: true, count: 1 };
const acting = (persona: Persona, text: string, values: unknown[]) =>
  database().as(persona, (session) => session.attempt(text, values), commit);

describe('a portal account', () => {
  const propose = () =>
    acting(
      personas.receptionist,
      `insert into public.patient_accounts (organisation_id, user_id, patient_id, relationship) values ($1, $2, $3, 'self')`,
      [CLINIC_A, personas.patient.userId, ANA],
    );
  const seen = () =>
    database().as(personas.patient, (session) =>
      session.value<number>('select count(*)::integer from public.patients'),
    );

  test('that was revoked is opened anew, by two members, and the old one stays over [N-15 +]', async () => {
    expect(await propose(), 'control: while it lasts, it is one').toMatchObject({ ok: false, code: '23505' });
    const revoke = 'update public.patient_accounts set revoked_at = now() where user_id = $1';
    expect(await acting(personas.clinicAdmin, revoke, [personas.patient.userId])).toMatchObject(DONE);
    expect(await seen()).toBe(0);
    expect(await propose()).toMatchObject(DONE);
    expect(await seen(), 'proposed').toBe(0);
    const confirm = `update public.patient_accounts set confirmed_at = now(), revoked_at = null where user_id = $1`;
    await acting(personas.clinicAdmin, confirm, [personas.patient.userId]);
    expect(await seen()).toBe(1);
    expect(
      await database().as(personas.clinicAdmin, (session) =>
        session.rows(
          `select revoked_at is not null as is_over, count(*)::integer from public.patient_accounts where user_id = $1 group by 1 order by 1`,
          [personas.patient.userId],
        ),
      ),
    ).toEqual([
      { is_over: false, count: 1 },
      { is_over: true, count: 1 },
    ]);
    expect(await propose(), 'and it is one again').toMatchObject({ ok: false, code: '23505' });
  });
});
