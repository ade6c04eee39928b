import { describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { tellStory } from '../support/story.ts';

const database = useDatabase();

/** Broken by a nurse who has left since, and judged by nobody. */
const WAITING = idOf('grant', 'a', '03');
const CHAI = idOf('patient', 'a', '03');
const REASON = 'Unconscious on arrival, allergies unknown';

const queue = (session: Session) =>
  session.rows(
    `select grant_id, user_id, due_at - opened_at = interval '72 hours' as three_days, is_overdue, may_review, reviewer_user_ids
     from public.emergency_access_queue order by opened_at`,
  );
const at = (session: Session, moment: string) =>
  session.rows(`select set_config('test.now', $1, true)`, [moment]);
const reviewers = [personas.clinicAdmin.userId, personas.privacyOfficer.userId];

describe('the queue of broken glass', () => {
  test('shows what nobody has judged, when it is due and who may judge it [N-18 N-37 +]', async () => {
    for (const persona of [personas.clinicAdmin, personas.privacyOfficer]) {
      expect(await database().as(persona, queue), persona.name).toEqual([
        {
          grant_id: WAITING,
          user_id: personas.revoked.userId,
          three_days: true,
          is_overdue: true,
          may_review: true,
          reviewer_user_ids: reviewers,
        },
      ]);
    }
  });

  test('is shown to nobody else, and to each clinic its own [N-18 S-02 -]', async () => {
    for (const persona of [
      personas.doctor,
      personas.breakGlass,
      personas.receptionist,
      personas.dual,
      personas.stranger,
      personas.revoked,
    ] as Persona[]) {
      expect(await database().as(persona, queue), persona.name).toEqual([]);
    }
    for (const persona of [
      personas.patient,
      personas.opsAdmin,
      personas.opsAuditor,
      personas.anon,
      personas.service,
    ] as Persona[]) {
      expect(
        await database().as(persona, (session) =>
          session.attempt('select from public.emergency_access_queue'),
        ),
        persona.name,
      ).toMatchObject({ ok: false, code: '42501' });
    }
    const clinics = await database().as(personas.clinicAdminOfB, (session) =>
      session.rows('select organisation_id as clinic from public.emergency_access_queue'),
    );
    expect(clinics).toEqual([{ clinic: CLINIC_B }]);
  });

  test('is overdue from the end of the third day on, and not before [N-37 N-40 -]', async () => {
    const overdue = (moment: string) =>
      database().as(personas.clinicAdmin, async (session) => {
        await at(session, moment);
        return session.value('select is_overdue from public.emergency_access_queue');
      });
    expect(await overdue('2026-03-06 21:59:59+00')).toBe(false);
    expect(await overdue('2026-03-06 22:00:00+00')).toBe(false);
    expect(await overdue('2026-03-06 22:00:01+00')).toBe(true);
  });

  test('says to who broke it that they may not judge it, and they may not [N-18 -]', async () => {
    await tellStory(database(), async (as) => {
      await (await as(personas.service)).script(`
        reset role; update public.organisation_members set capabilities = '{break_glass,privacy_officer}' where id = '${idOf('membership', 'a', '13')}'`);
      const grant = await (await as(personas.breakGlass)).value(
        'select public.open_emergency_access($1, $2)',
        [CHAI, REASON],
      );
      const own = (await queue(await as(personas.breakGlass))).find(({ grant_id }) => grant_id === grant);
      expect(own).toMatchObject({ may_review: false, reviewer_user_ids: reviewers });
      expect(
        await (await as(personas.breakGlass)).attempt(
          `select public.review_emergency_access($1, 'justified', 'Mine')`,
          [grant],
        ),
      ).toMatchObject({ ok: false, code: 'CD010' });
      const judge = await as(personas.privacyOfficer);
      expect((await queue(judge)).find(({ grant_id }) => grant_id === grant)).toMatchObject({
        may_review: true,
      });
    });
  });

  test('keeps its holder from breaking the glass again, and empties with the review [N-18 N-37 +]', async () => {
    await tellStory(database(), async (as) => {
      const open = async () =>
        (await as(personas.doctor)).attempt('select public.open_emergency_access($1, $2)', [CHAI, REASON]);
      const first = await open();
      expect(first).toMatchObject({ ok: true });
      const grant = first.ok && first.rows[0]?.open_emergency_access;
      expect(await open()).toMatchObject({ ok: false, code: 'CD009' });
      const judge = await as(personas.clinicAdmin);
      expect(await queue(judge)).toHaveLength(2);
      await judge.rows(`select public.review_emergency_access($1, 'justified', 'Matches the admission')`, [
        grant,
      ]);
      expect(await queue(judge)).toHaveLength(1);
      expect(await open()).toMatchObject({ ok: true });
    });
  });

  test('names only reviewers who are members now [N-18 N-16 -]', async () => {
    await tellStory(database(), async (as) => {
      const session = await as(personas.service);
      await session.script(
        `reset role; update public.organisation_members set is_active = false where id = '${idOf('membership', 'a', '14')}'`,
      );
      const seen = await (await as(personas.clinicAdmin)).rows(
        'select organisation_id, reviewer_user_ids from public.emergency_access_queue',
      );
      expect(seen).toEqual([{ organisation_id: CLINIC_A, reviewer_user_ids: [personas.clinicAdmin.userId] }]);
    });
  });
});
