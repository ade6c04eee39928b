import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { type Become, tellStory } from '../support/story.ts';

const database = useDatabase();
const STRANGER = personas.stranger.userId;
const [CHAI, ANA] = [idOf('patient', 'a', '03'), idOf('patient', 'a', '01')];
const owner: Persona = { ...personas.servicePinned, name: 'owner pinned to A', role: 'postgres' as never };

/** The server's key and the owner's hand, each after the other. */
async function byEach(act: (session: Session, who: string, as: Become) => Promise<void>): Promise<void> {
  for (const who of [personas.servicePinned, owner]) {
    await tellStory(database(), async (as) => act(await as(who), who.name, as));
  }
}

describe('what lets one person in never becomes another’s, by the server’s key or the owner’s hand', () => {
  test.each([
    ['a membership', 'organisation_members', 'user_id', STRANGER, 'user_id', personas.clinicAdmin.userId],
    ['a portal account', 'patient_accounts', 'user_id', STRANGER, 'user_id', personas.patient.userId],
    ['the patient of one', 'patient_accounts', 'patient_id', CHAI, 'user_id', personas.patient.userId],
    ['as whom one signs', 'patient_accounts', 'relationship', 'guardian', 'user_id', personas.patient.userId],
    ['a care relationship', 'care_relationships', 'user_id', STRANGER, 'user_id', personas.doctor.userId],
    ['the patient of one', 'care_relationships', 'patient_id', CHAI, 'patient_id', ANA],
  ])('%s (%s.%s) [N-15 N-21 N-37 -]', async (_, table, column, to, by, is) => {
    await byEach(async (session, who) => {
      const set = (what: string, ...values: readonly unknown[]) =>
        session.attempt(`update public.${table} set ${what} where organisation_id = $1 and ${by} = $2`, [
          CLINIC_A,
          is,
          ...values,
        ]);
      expect(await set(`${column} = $3`, to), who).toMatchObject({ ok: false, code: 'CD014' });
      const same = await set(`${column} = ${column}`);
      expect(same, 'control').toMatchObject({ ok: true });
      expect(same.ok && same.count, 'control').toBeGreaterThan(0);
    });
  });

  test('an office of operations [N-37 -]', async () => {
    await byEach(async (session, who) => {
      const set = (what: string) =>
        session.attempt(`update public.ops_members set ${what} where user_id = $1 and $2::uuid is not null`, [
          personas.opsAgent.userId,
          STRANGER,
        ]);
      expect(await set('user_id = $2'), who).toMatchObject({ ok: false, code: 'CD014' });
      expect(await set('is_active = false'), 'control').toMatchObject({ ok: true, count: 1 });
    });
  });

  test('a broken glass: nor is it prolonged, or taken up again by who closed it [N-18 N-37 -, N-18 +]', async () => {
    await tellStory(database(), async (as) => {
      const opened = await (await as(personas.breakGlass)).attempt(
        'select public.open_emergency_access($1, $2, 10) as id',
        [ANA, 'Unconscious on arrival, allergies unknown'],
      );
      const grant = opened.ok ? String(opened.rows[0]?.id) : '';
      const set = async (what: string) =>
        (await as(owner)).attempt(
          `update public.emergency_access_grants set ${what} where organisation_id = $1 and id = $2 and $3::uuid is not null`,
          [CLINIC_A, grant, personas.receptionist.userId],
        );
      for (const what of [
        'user_id = $3',
        `expires_at = opened_at + interval '1 hour'`,
        `opened_at = opened_at + interval '1 minute'`,
      ])
        expect(await set(`opened_in = '3', ${what}`), what).toMatchObject({ ok: false, code: 'CD014' });
      expect(await set(`opened_in = '3', user_id = user_id`), 'control').toMatchObject({
        ok: true,
        count: 1,
      });
      const closing = await as(personas.breakGlass);
      expect(await closing.attempt('select public.close_emergency_access($1)', [grant])).toMatchObject({
        ok: true,
      });
      expect(await set('ended_at = null')).toMatchObject({ ok: false, code: 'CD014' });
      const review = await as(personas.clinicAdmin);
      expect(
        await review.attempt(
          `select public.review_emergency_access($1, 'unjustified', 'No need was seen.')`,
          [grant],
        ),
        'control',
      ).toMatchObject({ ok: true });
      for (const what of [
        `review_outcome = 'justified'`,
        'review_outcome = null, reviewed_at = null, reviewed_by_user_id = null',
      ])
        expect(await set(what), what).toMatchObject({ ok: false, code: 'CD014' });
    });
  });

  test('nor whom a patient shuts out another [N-21 -, N-21 +]', async () => {
    await byEach(async (_, who, as) => {
      await (await as(personas.patient)).rows(
        'insert into public.access_restrictions (organisation_id, patient_id, restricted_user_id) values ($1, $2, $3)',
        [CLINIC_A, ANA, personas.doctor.userId],
      );
      const session = await as(who === owner.name ? owner : personas.servicePinned);
      const set = (what: string) =>
        session.attempt(
          `update public.access_restrictions set ${what}
           where organisation_id = $1 and restricted_user_id = $2 and lifted_at is null and $3::uuid is not null`,
          [CLINIC_A, personas.doctor.userId, STRANGER],
        );
      expect(await set('restricted_user_id = $3'), who).toMatchObject({ ok: false, code: 'CD014' });
      expect(await set('lifted_at = now()'), 'control').toMatchObject({ ok: true, count: 1 });
    });
  });
});

test('nor does a case show operations another patient than the one who was handed to them, and written down as disclosed [S-29 N-37 -, S-29 N-37 +]', async () => {
  for (const hand of [personas.servicePinned, owner]) {
    await tellStory(database(), async (as) => {
      const nurse = await as(personas.nurse);
      await nurse.rows(
        `insert into public.cases (organisation_id, id, number, patient_id) values ($1, $2, 'CASE-OF-ANA', $3)`,
        [CLINIC_A, NOBODY, ANA],
      );
      const move = async (who: Persona, ...steps: readonly string[]) => {
        const session = await as(who);
        for (const step of steps) {
          await session.rows('update public.cases set status = $1 where organisation_id = $2 and id = $3', [
            step,
            CLINIC_A,
            NOBODY,
          ]);
        }
      };
      const sees = async (patient: string) =>
        (
          await (
            await as(personas.opsAgent)
          ).rows('select from public.patient_identity where organisation_id = $1 and id = $2', [
            CLINIC_A,
            patient,
          ])
        ).length;
      const other = idOf('patient', 'a', '02');
      await move(personas.nurse, 'triage', 'active', 'awaiting_transfer');
      await move(personas.opsAgent, 'in_transfer', 'handed_off');
      expect(await sees(ANA), 'control').toBe(1);
      const changed = await (await as(hand)).attempt(
        'update public.cases set patient_id = $1 where organisation_id = $2 and id = $3',
        [other, CLINIC_A, NOBODY],
      );
      expect(await sees(other), hand.name).toBe(0);
      expect(changed, hand.name).toMatchObject({ ok: false, code: 'CD014' });
      await move(hand, 'closed');
    });
  }
});

test('a portal account that the server brings back is told of as one that it opens [N-37 N-15 +, N-37 -]', async () => {
  await tellStory(database(), async (as) => {
    const told = async () =>
      (
        await (
          await as(personas.privacyOfficer)
        ).rows<{ type: string }>(
          `select event_type as type from public.security_events
           where transaction_id::text = pg_current_xact_id()::text order by occurred_at`,
        )
      ).map(({ type }) => type);
    const set = async (what: string) =>
      (await as(personas.servicePinned)).affected(
        `update public.patient_accounts set ${what} where organisation_id = $1 and user_id = $2`,
        [CLINIC_A, personas.guardian.userId],
      );
    expect(await set('archived_at = now()')).toBe(1);
    expect(await told()).toEqual(['patient_account.revoked']);
    expect(await set('archived_at = null')).toBe(1);
    expect(await told()).toEqual(['patient_account.revoked', 'patient_account.opened']);
    expect(await set('revoked_at = now()')).toBe(1);
    await set('archived_at = now()');
    await set('archived_at = null');
    expect((await told()).slice(3), 'what was revoked stays so').not.toContain('patient_account.opened');
  });
});
