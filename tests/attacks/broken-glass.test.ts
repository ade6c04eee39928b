import { describe, expect, test } from 'vitest';
import { become, breakGlass, story, UNTREATED } from '../support/charts.ts';
import { useDatabase } from '../support/database.ts';
import { CLINIC_A } from '../support/ids.ts';
import { personas } from '../support/personas.ts';
import type { Session } from '../support/session.ts';

const database = useDatabase();

const seesUntreated = (session: Session) =>
  session
    .value('select count(*)::integer from public.medical_records where patient_id = $1', [UNTREATED])
    .then((count) => count !== 0);

describe('a broken glass', () => {
  test('opens nothing before it is on record: read and rolled back leaves no review behind [N-18 N-37 -]', async () => {
    const [grant, isRead] = await database().as(personas.doctor, async (session) => [
      await breakGlass(session),
      await seesUntreated(session),
    ]);
    expect(grant).toMatchObject({ ok: true });
    const onRecord = await database().asSuperuser((session) =>
      session.value('select count(*)::integer from public.emergency_access_grants where user_id = $1', [
        personas.doctor.userId,
      ]),
    );
    expect(onRecord).toBe(0);
    const kept = await database().as(personas.doctor, (session) => breakGlass(session), { commit: true });
    expect(kept).toMatchObject({ ok: true });
    expect(await database().as(personas.doctor, seesUntreated), 'control: on record, it opens').toBe(true);
    expect(isRead, 'read without a trace').toBe(false);
  });

  test('takes a reason and a review of words: lines and tabs are blanks too [N-18 -]', async () => {
    for (const blank of ['\n', '\t', '\u00a0']) {
      const outcome = await database().as(personas.nurse, (session) =>
        breakGlass(session, UNTREATED, blank.repeat(20)),
      );
      expect(outcome, JSON.stringify(blank)).toMatchObject({ ok: false, code: 'CD009' });
    }
    expect(await database().as(personas.nurse, (session) => breakGlass(session))).toMatchObject({ ok: true });
  });

  test('opens nothing to whose membership ended, or became reception’s, while it was open [N-16 N-18 -]', async () => {
    await database().as(personas.nurse, (session) => breakGlass(session), { commit: true });
    for (const [change, isOpen] of [
      [`valid_until = 'infinity'`, true], // control
      ['is_active = false', false],
      [`role = 'receptionist'`, false],
      ['valid_until = now()', false],
    ] as const) {
      await story(database(), async (session) => {
        await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
        await session.script(
          `update public.organisation_members set ${change} where user_id = '${personas.nurse.userId}'`,
        );
        await become(session, personas.nurse);
        expect(await seesUntreated(session), change).toBe(isOpen);
        const clinical = await session.value<number>('select count(*)::integer from public.patient_clinical');
        expect(clinical !== 0, change).toBe(isOpen);
      });
    }
  });
});
