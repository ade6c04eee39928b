import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { become, breakGlass, story, UNTREATED } from '../support/charts.ts';
import { change } from '../support/consents.ts';
import { useDatabase } from '../support/database.ts';
import { asked, erase } from '../support/erasure.ts';
import { type Become, tellStory } from '../support/story.ts';

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

test('a refusal of the patient’s own stands beside the clinic’s, whichever was first, and outlives it [N-18 S-16 +, N-18 -]', async () => {
  const ANA = idOf('patient', 'a', '01');
  const write = (session: Session) =>
    session.attempt(
      'insert into public.access_restrictions (organisation_id, patient_id) values ($1, $2) returning id',
      [CLINIC_A, ANA],
    );
  const lift = (session: Session) =>
    session.affected(
      'update public.access_restrictions set lifted_at = now() where lifted_at is null and created_by_user_id = $1',
      [personas.clinicAdmin.userId],
    );
  for (const [order, isRefused] of [
    [['clinicAdmin', 'patient'], true],
    [['patient', 'clinicAdmin'], true],
    [['clinicAdmin'], false], // control: the clinic's own word, taken back
  ] as const) {
    await tellStory(database(), async (as) => {
      for (const who of order) {
        expect(await write(await as(personas[who])), who).toMatchObject({ ok: true, count: 1 });
        expect(await write(await as(personas[who])), who).toMatchObject({ ok: false, code: '23505' });
      }
      expect(await lift(await as(personas.clinicAdmin))).toBe(1);
      expect(await breakGlass(await as(personas.breakGlass), ANA), order.join()).toMatchObject(
        isRefused ? { ok: false, code: 'CD009' } : { ok: true },
      );
    });
  }
});

describe('a refusal in a consent', () => {
  const ANA = idOf('patient', 'a', '01');
  const [FIRST, SECOND] = [idOf('consent', 'a', '91'), idOf('consent', 'a', '92')];
  const agree = async (as: Become, id: string, isAllowed: boolean) => {
    await (await as(personas.receptionist)).rows(
      'insert into public.consents (organisation_id, id, patient_id, purpose, break_glass_allowed) values ($1, $2, $3, $4, $5)',
      [CLINIC_A, id, ANA, 'scheduling', isAllowed],
    );
    await (await as(personas.patient)).rows(`update public.consents set status = 'active' where id = $1`, [
      id,
    ]);
  };
  /** Taken back: one that awaits its review would stand in the way of the next. */
  const opens = async (as: Become) => {
    const session = await as(personas.breakGlass);
    return (await session.undone(() => breakGlass(session, ANA))).ok;
  };
  const withdraw = async (as: Become, who: Persona) =>
    (await as(who)).attempt('select public.withdraw_consent($1, $2)', [FIRST, 'Asked for by telephone']);

  test.each([
    ['the patient', personas.patient, true], // control
    ['reception', personas.receptionist, false],
    ['a clinic_admin', personas.clinicAdmin, false],
    ['the officer', personas.privacyOfficer, false],
  ] as const)(
    'is the patient’s to take back, after a withdrawal by %s as before [N-18 N-50 +, N-18 -]',
    async (_, who, isOpen) => {
      await tellStory(database(), async (as) => {
        await agree(as, FIRST, false);
        expect(await opens(as)).toBe(false);
        expect(await withdraw(as, who)).toMatchObject({ ok: true });
        expect(await opens(as)).toBe(isOpen);
      });
    },
  );

  test('is over once the patient consents to the same purpose and allows it, and not before [N-18 +, N-18 -]', async () => {
    await tellStory(database(), async (as) => {
      await agree(as, FIRST, false);
      await withdraw(as, personas.receptionist);
      expect(await opens(as)).toBe(false);
      await agree(as, SECOND, true);
      expect(await opens(as)).toBe(true);
    });
  });

  test('is not over by a consent that was entered in error [N-18 -, N-18 +]', async () => {
    await tellStory(database(), async (as) => {
      await agree(as, FIRST, false);
      await withdraw(as, personas.receptionist);
      await agree(as, SECOND, true);
      expect(await opens(as), 'control').toBe(true);
      const patient = await as(personas.patient);
      await patient.rows(`update public.consents set status = 'entered_in_error' where id = $1`, [SECOND]);
      expect(await opens(as)).toBe(false);
    });
  });

  test('comes back when the consent to a later text, which took its place, was a mistake; and does not where the patient had ended it, or another word of theirs stands [N-18 -, N-18 N-48 +]', async () => {
    const [BEFORE, THIRD] = [personas.patient, idOf('consent', 'a', '93')];
    const set = async (as: Become, id: string, status: string) =>
      (await as(BEFORE)).affected(`update public.consents set status = $1 where id = $2`, [status, id]);
    const later = async (as: Become) =>
      expect(await change(await as(personas.opsAdmin), 'scheduling', false)).toMatchObject({ ok: true });
    for (const [what, isOpen, tell] of [
      ['a mistake', false, () => Promise.resolve()],
      [
        'a mistake twice',
        false,
        async (as: Become) => {
          await later(as);
          await agree(as, THIRD, true);
          expect(await set(as, THIRD, 'entered_in_error')).toBe(1);
        },
      ],
      [
        'another word after it',
        true,
        async (as: Become) => {
          await later(as);
          await agree(as, THIRD, true);
        },
      ],
      [
        'another refusal, taken back',
        true,
        async (as: Become) => {
          await later(as);
          await agree(as, THIRD, false);
          expect(await opens(as)).toBe(false);
          expect(await set(as, THIRD, 'withdrawn')).toBe(1);
        },
      ],
    ] as const) {
      await tellStory(database(), async (as) => {
        await agree(as, FIRST, false);
        await later(as);
        expect(await opens(as), what).toBe(false);
        await agree(as, SECOND, true);
        expect(await opens(as), `${what}, control: taken back`).toBe(true);
        expect(await set(as, SECOND, 'entered_in_error')).toBe(1);
        expect(await opens(as), what).toBe(false);
        await tell(as);
        expect(await opens(as), what).toBe(isOpen);
      });
    }
    await tellStory(database(), async (as) => {
      await agree(as, FIRST, false);
      expect(await set(as, FIRST, 'expired'), 'the patient ends it').toBe(1);
      await later(as);
      await agree(as, SECOND, true);
      expect(await set(as, SECOND, 'entered_in_error')).toBe(1);
      expect(await opens(as)).toBe(true);
    });
  });

  test('is no server’s to take back: withdrawn or ended by its key, before the day that the consent names, it holds until the patient speaks again [N-18 -, N-18 N-50 +]', async () => {
    for (const status of ['withdrawn', 'expired'] as const) {
      await tellStory(database(), async (as) => {
        await agree(as, FIRST, false);
        expect(await opens(as), 'control: refused').toBe(false);
        const end = async (who: Persona) =>
          (await as(who)).affected('update public.consents set status = $1 where id = $2', [status, FIRST]);
        const session = await as(personas.patient);
        await session.undone(async () => {
          expect(await end(personas.patient)).toBe(1);
          expect(await opens(as), `${status}, control: by the patient`).toBe(true);
          await session.script('reset role');
        });
        expect(await end(personas.servicePinned)).toBe(1);
        expect(await opens(as), status).toBe(false);
        await agree(as, SECOND, true);
        expect(await opens(as), `${status}, control: taken back`).toBe(true);
      });
    }
  });

  test('goes with the consent as a mere consent does: what it opened is closed, whoever withdraws [N-50 +]', async () => {
    await tellStory(database(), async (as) => {
      await agree(as, FIRST, false);
      await withdraw(as, personas.receptionist);
      const patient = await as(personas.patient);
      expect(await patient.value('select status from public.consents where id = $1', [FIRST])).toBe(
        'withdrawn',
      );
    });
  });
});

test('a restriction of the patient’s stays theirs to lift when their account was erased and the chart is kept [N-18 N-49 -, N-18 +]', async () => {
  const ANA = idOf('patient', 'a', '01');
  const lift = async (as: Become, id: string) =>
    (await as(personas.clinicAdmin)).attempt(
      'update public.access_restrictions set lifted_at = now() where id = $1',
      [id],
    );
  await tellStory(database(), async (as) => {
    const write = async (who: Persona) =>
      String(
        await (await as(who)).value(
          'insert into public.access_restrictions (organisation_id, patient_id) values ($1, $2) returning id',
          [CLINIC_A, ANA],
        ),
      );
    const [theirs, ofTheClinic] = [await write(personas.patient), await write(personas.clinicAdmin)];
    expect(await lift(as, theirs)).toMatchObject({ ok: false, code: 'CD009' });
    expect(await erase(await asked(as))).toMatchObject({ ok: true });
    expect(await lift(as, theirs)).toMatchObject({ ok: false, code: 'CD009' });
    expect(await lift(as, ofTheClinic), 'control').toMatchObject({ ok: true, count: 1 });
  });
});

test('why a glass was broken, and what was found, is written anew by nobody, the owner included [N-18 N-37 -, N-18 +]', async () => {
  await tellStory(database(), async (as) => {
    const grant = idOf('grant', 'a', '03');
    const owner: Persona = { ...personas.servicePinned, role: 'postgres' as never };
    const write = async (what: string) =>
      (await as(owner)).attempt(
        `update public.emergency_access_reasons set ${what} where organisation_id = $1 and id = $2`,
        [CLINIC_A, grant],
      );
    expect(await write(`reason = 'She was unconscious, and bled.'`)).toMatchObject({
      ok: false,
      code: 'CD014',
    });
    const admin = await as(personas.clinicAdmin);
    const reviewed = await admin.attempt(
      `select public.review_emergency_access($1, 'unjustified', 'Nobody bled.')`,
      [grant],
    );
    expect(reviewed, 'control').toMatchObject({ ok: true });
    for (const what of [`review_note = 'All fine.'`, 'review_note = null'])
      expect(await write(what), what).toMatchObject({ ok: false, code: 'CD014' });
    expect(await write('reason = reason, review_note = review_note'), 'control: the same').toMatchObject({
      ok: true,
      count: 1,
    });
  });
});
