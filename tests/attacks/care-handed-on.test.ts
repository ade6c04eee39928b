import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { inTurn } from '../support/in-turn.ts';
import { type Become, tellStory } from '../support/story.ts';

const database = useDatabase();
const EVA = idOf('patient', 'a', '91');
const owner: Persona = { ...personas.servicePinned, name: 'owner pinned to A', role: 'postgres' as never };
const { doctor, nurse, receptionist, clinicAdmin, breakGlass: colleague } = personas;
const refused = { ok: false, code: '42501' };

const IVO = idOf('patient', 'a', '92');
const add = (session: Session, patient: string) =>
  session.rows(
    `insert into public.patients (organisation_id, id, mrn, full_name) values ($1, $2, $3, 'Synthetic')`,
    [CLINIC_A, patient, `MRN-${patient.slice(-2)}`],
  );
const story = (tell: (as: Become) => Promise<void>) =>
  tellStory(database(), async (as) => {
    await add(await as(owner), EVA);
    await tell(as);
  });
const give = (session: Session, to: Persona, more = '', kind = 'covering', patient = EVA) =>
  session.attempt(`select public.assign_care($1, $2, $3${more}) as id`, [patient, to.userId, kind]);
const gives = async (as: Become, by: Persona, to: Persona, more = '') => give(await as(by), to, more);
const treats = async (as: Become, { userId }: Persona, later = '0') =>
  (await as(owner)).value<boolean>('select $1 = any (authz.treated_by($2, $3, authz.now() + $4::interval))', [
    EVA,
    CLINIC_A,
    userId,
    later,
  ]);
const all = async (as: Become, ...them: Persona[]) => {
  const found: boolean[] = [];
  for (const one of them) found.push((await treats(as, one)) === true);
  return found;
};
/** By the hand of a clinic_admin: what somebody has of their own. */
const byHand = (session: Session, { userId }: Persona, set: string) =>
  session.attempt(
    `update public.care_relationships set ${set} where organisation_id = $1 and patient_id = $2 and user_id = $3`,
    [CLINIC_A, EVA, userId],
  );
const put = async (as: Become, who: Persona, set: string) => byHand(await as(clinicAdmin), who, set);

describe('care that is handed on', () => {
  test.each([
    ['ended', 'ends_at = now()'],
    ['put away', 'archived_at = now()'],
  ])(
    'ends with what it was handed on from, down to the last: %s by a clinic_admin [N-21 -, N-21 +]',
    async (_, set) => {
      await story(async (as) => {
        expect(await gives(as, clinicAdmin, doctor)).toMatchObject({ ok: true });
        expect(await gives(as, doctor, nurse)).toMatchObject({ ok: true });
        expect(await gives(as, nurse, colleague)).toMatchObject({ ok: true });
        expect(await gives(as, nurse, doctor), 'and back').toMatchObject({ ok: true });
        expect(await all(as, doctor, nurse, colleague), 'control').toEqual([true, true, true]);
        const [first] = await (await as(owner)).rows<{ id: string }>(
          'select id from public.care_relationships where organisation_id = $1 and patient_id = $2 order by id limit 1',
          [CLINIC_A, EVA],
        );
        const ended = await (await as(clinicAdmin)).attempt(
          `update public.care_relationships set ${set} where id = $1`,
          [first?.id],
        );
        expect(ended).toMatchObject({ ok: true, count: 1 });
        expect(await all(as, doctor, nurse, colleague)).toEqual([false, false, false]);
      });
    },
  );

  test('is shortened with it, and lengthened by nobody but a clinic_admin; another’s stays [N-21 -, N-21 +]', async () => {
    await story(async (as) => {
      await gives(as, clinicAdmin, doctor);
      await gives(as, doctor, nurse);
      await gives(as, clinicAdmin, colleague);
      await put(as, doctor, `ends_at = now() + interval '2 days'`);
      const later = async (hours: string) => [
        await treats(as, doctor, hours),
        await treats(as, nurse, hours),
        await treats(as, colleague, hours),
      ];
      expect(await later('47 hours')).toEqual([true, true, true]);
      expect(await later('49 hours')).toEqual([false, false, true]);
      await put(as, doctor, `ends_at = now() + interval '9 days'`);
      expect(await later('49 hours')).toEqual([true, false, true]);
    });
  });

  test('from a visit ends when whose it was is put out, and the visit stays [N-21 -, N-21 +]', async () => {
    await story(async (as) => {
      await (await as(receptionist)).rows(
        `insert into public.appointments (organisation_id, id, patient_id, professional_user_id, starts_at, ends_at)
         values ($1, $2, $3, $4, now() + interval '1 hour', now() + interval '90 minutes')`,
        [CLINIC_A, NOBODY, EVA, doctor.userId],
      );
      await gives(as, doctor, nurse);
      expect(await all(as, doctor, nurse), 'control').toEqual([true, true]);
      await put(as, doctor, 'ends_at = now()');
      expect(await all(as, doctor, nurse)).toEqual([false, false]);
    });
  });
});

describe('whom a clinic_admin put out', () => {
  /** As it is of a transaction of its own, after whatever was written in this one so far. */
  const BY_NOW = 'taken_off_at = case when taken_off_at = now() then clock_timestamp() end';
  const out = async (as: Become, set = 'ends_at = now()') => {
    await gives(as, clinicAdmin, doctor);
    await gives(as, clinicAdmin, nurse);
    expect(await put(as, doctor, set)).toMatchObject({ ok: true, count: 1 });
  };

  test.each(['ends_at = now()', 'archived_at = now()', `ends_at = now() + interval '10 minutes'`])(
    'is let in again by no colleague, but by a clinic_admin, and then by colleagues: %s [N-21 -, N-21 +]',
    async (set) => {
      await story(async (as) => {
        await out(as, set);
        expect(await gives(as, nurse, doctor)).toMatchObject(refused);
        expect(await gives(as, nurse, colleague), 'control').toMatchObject({ ok: true });
        expect(await gives(as, colleague, doctor)).toMatchObject(refused);
        expect(await gives(as, clinicAdmin, doctor, `, now() + interval '2 hours'`)).toMatchObject({
          ok: true,
        });
        expect(await treats(as, doctor)).toBe(true);
        expect(await gives(as, nurse, doctor), 'control').toMatchObject({ ok: true });
      });
    },
  );

  test('nor during a stay, by whoever works there [N-21 S-17 -, N-21 S-17 +]', async () => {
    await story(async (as) => {
      await out(as);
      await (await as(nurse)).rows('select public.admit_patient($1, $2)', [EVA, idOf('bed', 'a', '01')]);
      expect(await gives(as, colleague, doctor)).toMatchObject(refused);
      expect(await gives(as, doctor, colleague), 'control').toMatchObject({ ok: true });
      expect(await put(as, doctor, 'archived_at = now()'), 'what is over, put in order').toMatchObject({
        ok: true,
      });
      expect(await gives(as, colleague, doctor)).toMatchObject(refused);
    });
  });

  test.each<[string, Persona, string]>([
    ['given an end to come', clinicAdmin, `ends_at = now() + interval '1 hour'`],
    ['given one that the server set', personas.servicePinned, 'ends_at = clock_timestamp()'],
    ['put away by the server', personas.servicePinned, 'archived_at = now()'],
  ])('is not who was %s: a colleague lets them in again [N-21 +, N-21 -]', async (_, by, set) => {
    for (const isOut of [false, true])
      await story(async (as) => {
        await gives(as, clinicAdmin, doctor);
        await gives(as, clinicAdmin, nurse);
        expect(await byHand(await as(by), doctor, set)).toMatchObject({ ok: true, count: 1 });
        if (isOut) {
          await gives(as, clinicAdmin, doctor, `, now() + interval '9 days'`);
          await put(as, doctor, 'archived_at = now()');
          // As it is of a transaction of its own.
          await byHand(
            await as(owner),
            doctor,
            'taken_off_at = case when taken_off_at = now() then clock_timestamp() end',
          );
        }
        expect(await treats(as, doctor, '2 hours')).toBe(false);
        expect(await gives(as, nurse, doctor)).toMatchObject(isOut ? refused : { ok: true });
      });
  });

  test('is let in again by a clinic_admin, though they were left the same of before [N-21 +, N-21 -]', async () => {
    await story(async (as) => {
      await gives(as, clinicAdmin, nurse);
      const before = await gives(as, clinicAdmin, doctor);
      const primary = await give(await as(clinicAdmin), doctor, '', 'primary');
      expect(await put(as, doctor, `ends_at = case kind when 'primary' then now() end`)).toMatchObject({
        ok: true,
      });
      await byHand(await as(owner), doctor, BY_NOW);
      expect(await treats(as, doctor), 'control: by what was left').toBe(true);
      expect([primary.ok, await gives(as, nurse, doctor)]).toMatchObject([true, refused]);
      const anew = await gives(as, clinicAdmin, doctor);
      expect(anew.ok && before.ok && anew.rows[0]?.id !== before.rows[0]?.id).toBe(true);
      expect(await gives(as, nurse, doctor)).toMatchObject({ ok: true });
      await gives(as, clinicAdmin, doctor);
      expect(
        await (await as(owner)).value<string>(
          `select count(*) from public.care_relationships where organisation_id = $1 and patient_id = $2 and user_id = $3 and kind = 'covering' and handed_from_id is null`,
          [CLINIC_A, EVA, doctor.userId],
        ),
        'and no third one',
      ).toBe('2');
    });
  });

  test('is not who came to the end that was set, or whose visit was cancelled [N-21 +]', async () => {
    await story(async (as) => {
      await gives(as, clinicAdmin, nurse);
      const care = await (await as(owner)).value<string>(
        `insert into public.care_relationships (organisation_id, patient_id, user_id, kind, starts_at, ends_at)
         values ($1, $2, $3, 'covering', now() - interval '2 days', now() - interval '1 day') returning id`,
        [CLINIC_A, EVA, doctor.userId],
      );
      await (await as(clinicAdmin)).rows(
        'update public.care_relationships set archived_at = now() where id = $1',
        [care],
      );
      const reception = await as(receptionist);
      await reception.rows(
        `insert into public.appointments (organisation_id, id, patient_id, professional_user_id, starts_at, ends_at)
         values ($1, $2, $3, $4, now() + interval '1 hour', now() + interval '90 minutes')`,
        [CLINIC_A, NOBODY, EVA, doctor.userId],
      );
      expect(await treats(as, doctor), 'control').toBe(true);
      await (await as(receptionist)).rows(
        `update public.appointments set status = 'cancelled' where organisation_id = $1 and id = $2`,
        [CLINIC_A, NOBODY],
      );
      expect(await treats(as, doctor)).toBe(false);
      expect(await gives(as, nurse, doctor)).toMatchObject({ ok: true });
    });
  });
});

test('who hands on as theirs ends waits for it, and what was handed on meanwhile ends with it [N-21 -, N-21 +]', async () => {
  const commit = true;
  await database().asSuperuser(async (session) => {
    await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
    await add(session, IVO);
  });
  const begin = async () => {
    for (const [by, to] of [
      [clinicAdmin, doctor],
      [doctor, nurse],
    ] as const)
      expect(
        await database().as(by, (session) => give(session, to, '', 'covering', IVO), { commit }),
      ).toMatchObject({ ok: true });
  };
  const live = () =>
    database().asSuperuser((session) =>
      session.rows(
        'select user_id from public.care_relationships where organisation_id = $1 and patient_id = $2 and coalesce(ends_at, $3) > now()',
        [CLINIC_A, IVO, 'infinity'],
      ),
    );
  const ending = {
    who: clinicAdmin,
    act: (session: Session) =>
      session.attempt(
        'update public.care_relationships set ends_at = now() where organisation_id = $1 and patient_id = $2 and user_id = $3 and ends_at is null',
        [CLINIC_A, IVO, doctor.userId],
      ),
    commit,
  };
  const handing = {
    who: nurse,
    act: (session: Session) => give(session, colleague, '', 'covering', IVO),
    commit,
  };

  await begin();
  expect(await inTurn(database(), ending, handing)).toMatchObject({ first: { ok: true }, second: refused });
  expect(await live()).toEqual([]);
  await begin();
  expect(await inTurn(database(), handing, ending)).toMatchObject({
    first: { ok: true },
    second: { ok: true },
  });
  expect(await live()).toEqual([]);
});

test('what a colleague has already is given no second time, and what they have for less, or of another, is [N-21 +, N-21 -]', async () => {
  await story(async (as) => {
    const idFrom = async (by: Persona, to: Persona, more = '', kind = 'covering') => {
      const outcome = await give(await as(by), to, more, kind);
      return outcome.ok ? outcome.rows[0]?.id : outcome.code;
    };
    const first = await idFrom(clinicAdmin, doctor);
    expect([
      await idFrom(clinicAdmin, doctor),
      await idFrom(clinicAdmin, doctor, `, now() + interval '1 day'`),
    ]).toEqual([first, first]);
    const short = await idFrom(doctor, nurse, `, now() + interval '1 day'`);
    expect(await idFrom(doctor, nurse, `, now() + interval '1 hour'`)).toBe(short);
    const others = [
      await idFrom(doctor, nurse),
      await idFrom(clinicAdmin, nurse),
      await idFrom(clinicAdmin, doctor, '', 'primary'),
    ];
    expect(new Set([first, short, ...others]).size).toBe(5);
    expect(await idFrom(clinicAdmin, doctor, `, now() - interval '1 day'`), 'an end that is over').toBe(
      '23514',
    );
    await (await as(clinicAdmin)).rows('update public.care_relationships set ends_at = now() where id = $1', [
      first,
    ]);
    expect(await idFrom(clinicAdmin, doctor), 'what is over is no more').not.toBe(first);
  });
});
