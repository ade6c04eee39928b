import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { type Become, tellStory } from '../support/story.ts';
import { twinOrganisationOf } from '../support/twins.ts';

const database = useDatabase();
const [ANA, EVA] = [idOf('patient', 'a', '01'), idOf('patient', 'a', '91')];
const owner: Persona = { ...personas.servicePinned, name: 'owner pinned to A', role: 'postgres' as never };
const { doctor, nurse, receptionist, clinicAdmin, assistant } = personas;

/** Several people's parts about a patient whom nobody treats yet. */
const story = (tell: (as: Become) => Promise<void>) =>
  tellStory(database(), async (as) => {
    await (await as(owner)).rows(
      `insert into public.patients (organisation_id, id, mrn, full_name) values ($1, $2, 'MRN-91', 'Eva Treated')`,
      [CLINIC_A, EVA],
    );
    await tell(as);
  });

/** Whether a persona treats Eva, now or at a moment from now. */
const treats = async (as: Become, { userId }: Persona, later = '0') =>
  (await as(owner)).value<boolean>('select $1 = any (authz.treated_by($2, $3, authz.now() + $4::interval))', [
    EVA,
    CLINIC_A,
    userId,
    later,
  ]);
const assign = (session: Session, to: Persona, patient = EVA, more = '') =>
  session.attempt(`select public.assign_care($1, $2, 'covering'${more}) as id`, [patient, to.userId]);
const book = (session: Session, at = '1 hour', more: readonly unknown[] = [], id = NOBODY) =>
  session.attempt(
    `insert into public.appointments (organisation_id, id, patient_id, professional_user_id, starts_at, ends_at, status)
     values ($1, $2, $3, $4, now() + $5::interval, now() + $5::interval + coalesce($6::interval, '30 minutes'), coalesce($7, 'booked'))`,
    [CLINIC_A, id, EVA, doctor.userId, at, more[0] ?? null, more[1] ?? null],
  );
const move = (session: Session, set: string, ...values: readonly unknown[]) =>
  session.attempt(`update public.appointments set ${set} where organisation_id = $1 and id = $2`, [
    CLINIC_A,
    NOBODY,
    ...values,
  ]);
const admit = async (as: Become, persona = nurse) =>
  (await as(persona)).value<string>('select public.admit_patient($1, $2)', [EVA, idOf('bed', 'a', '01')]);
const events = async (as: Become) =>
  (await as(owner)).rows(
    `select event_type, actor_user_id, details ->> 'user_id' as user_id, details ->> 'patient_id' as patient_id, details ->> 'ground' as ground
     from audit.security_events where organisation_id = $1 and event_type ~ '^care_' and occurred_at > now() order by id`,
    [CLINIC_A],
  );

describe('care that is assigned', () => {
  test('by a clinic_admin, opens the chart to a doctor until its end, and stands among the security events [N-21 N-37 +]', async () => {
    await story(async (as) => {
      await (await as(owner)).rows(
        `insert into public.consents (organisation_id, patient_id, purpose, status) values ($1, $2, 'treatment', 'active')`,
        [CLINIC_A, EVA],
      );
      const write = async () =>
        (await as(doctor)).attempt(
          `insert into public.medical_records (organisation_id, patient_id, record_type) values ($1, $2, 'observation')`,
          [CLINIC_A, EVA],
        );
      expect(await write(), 'before').toMatchObject({ ok: false, code: '42501' });
      const given = await assign(await as(clinicAdmin), doctor, EVA, `, now() + interval '2 days'`);
      expect(given).toMatchObject({ ok: true });
      expect(await write()).toMatchObject({ ok: true });
      expect([await treats(as, doctor, '47 hours'), await treats(as, doctor, '49 hours')]).toEqual([
        true,
        false,
      ]);
      expect(await events(as)).toEqual([
        {
          event_type: 'care_relationship.opened',
          actor_user_id: clinicAdmin.userId,
          user_id: doctor.userId,
          patient_id: EVA,
          ground: 'assignment',
        },
      ]);
    });
  });

  test('is handed on by who treats, not beyond their own end, and by nobody who does not [N-21 +, N-21 -]', async () => {
    await story(async (as) => {
      expect(await assign(await as(doctor), nurse)).toMatchObject({ ok: false, code: '42501' });
      await assign(await as(clinicAdmin), doctor, EVA, `, now() + interval '2 days'`);
      expect(await assign(await as(doctor), nurse, EVA, `, now() + interval '3 days'`)).toMatchObject({
        ok: false,
        code: '42501',
      });
      expect(await treats(as, nurse)).toBe(false);
      expect(await assign(await as(doctor), nurse)).toMatchObject({ ok: true });
      expect([await treats(as, nurse), await treats(as, nurse, '49 hours')]).toEqual([true, false]);
      // Nor does the one prolong the other's.
      expect(await assign(await as(nurse), doctor, EVA, `, now() + interval '3 days'`)).toMatchObject({
        ok: false,
        code: '42501',
      });
      expect(await assign(await as(nurse), doctor)).toMatchObject({ ok: true });
      expect(await treats(as, doctor, '49 hours')).toBe(false);
    });
  });

  test('is nobody’s whom the patient shut out, or whose own has ended [N-21 -, N-21 +]', async () => {
    await story(async (as) => {
      const given = await assign(await as(clinicAdmin), doctor);
      const id = given.ok ? given.rows[0]?.id : undefined;
      await (await as(owner)).rows(
        'insert into public.access_restrictions (organisation_id, id, patient_id, restricted_user_id) values ($1, $2, $3, $4)',
        [CLINIC_A, NOBODY, EVA, doctor.userId],
      );
      expect(await assign(await as(doctor), nurse)).toMatchObject({ ok: false, code: '42501' });
      await (await as(owner)).rows(
        'update public.access_restrictions set lifted_at = now() where organisation_id = $1 and id = $2',
        [CLINIC_A, NOBODY],
      );
      expect(await assign(await as(doctor), nurse), 'control').toMatchObject({ ok: true });
      await (await as(clinicAdmin)).rows(
        'update public.care_relationships set ends_at = now() where id = $1',
        [id],
      );
      expect(await assign(await as(doctor), personas.breakGlass)).toMatchObject({ ok: false, code: '42501' });
    });
  });

  test('is never given by reception or an assistant, without a session, to oneself, or to who reads no chart [N-21 S-05 -, N-21 +]', async () => {
    await story(async (as) => {
      for (const persona of [receptionist, assistant, personas.finance, personas.stranger])
        expect(await assign(await as(persona), doctor), persona.name).toMatchObject({
          ok: false,
          code: '42501',
        });
      expect(await assign(await as(personas.doctorOfB), doctor)).toMatchObject({ ok: false, code: 'CD010' });
      for (const persona of [clinicAdmin, doctor, nurse])
        expect(await assign(await as(persona), persona), persona.name).toMatchObject({
          ok: false,
          code: '42501',
        });
      for (const persona of [receptionist, assistant, personas.revoked, personas.expired, personas.doctorOfB])
        expect(await assign(await as(clinicAdmin), persona), persona.name).toMatchObject({
          ok: false,
          code: 'CD010',
        });
      await (await as(owner)).rows('update authz.deployment_settings set allow_sessionless_tokens = true');
      const sessionless = { ...clinicAdmin, claims: { ...clinicAdmin.claims, session_id: undefined } };
      expect(await assign(await as(sessionless), doctor)).toMatchObject({ ok: false, code: '42501' });
      expect(await treats(as, doctor)).toBe(false);
      expect(await assign(await as(clinicAdmin), doctor), 'control').toMatchObject({ ok: true });
    });
  });

  test('names an active patient of the own clinic, a kind, and an end to come [N-21 N-27 S-02 -, N-21 +]', async () => {
    await story(async (as) => {
      const admin = await as(clinicAdmin);
      for (const patient of [
        NOBODY,
        idOf('patient', 'b', '01'),
        idOf('patient', 'a', '04'),
        idOf('patient', 'a', '05'),
      ])
        expect(await assign(admin, doctor, patient)).toMatchObject({ ok: false, code: 'CD010' });
      for (const call of [`'family'`, `'covering', now() - interval '1 second'`])
        expect(
          await admin.attempt(`select public.assign_care($1, $2, ${call})`, [EVA, doctor.userId]),
          call,
        ).toMatchObject({ ok: false, code: '23514' });
      expect(await assign(admin, doctor), 'control').toMatchObject({ ok: true });
      const where = await (await as(owner)).rows(
        `select organisation_id from public.care_relationships where patient_id = $1 and created_at > now()`,
        [EVA],
      );
      expect(where).toEqual([{ organisation_id: CLINIC_A }]);
    });
  });
});

describe('a stay', () => {
  test('lets a doctor or nurse let in another, and not themselves, until three days after it [N-21 S-17 +, N-21 S-17 -]', async () => {
    await story(async (as) => {
      const stay = await admit(as);
      expect([await treats(as, nurse), await treats(as, doctor)], 'by itself').toEqual([false, false]);
      expect(await assign(await as(nurse), nurse)).toMatchObject({ ok: false, code: '42501' });
      expect(await assign(await as(nurse), doctor)).toMatchObject({ ok: true });
      expect(await assign(await as(doctor), nurse), 'the doctor hands it on').toMatchObject({ ok: true });
      expect([await treats(as, doctor, '1 year'), await treats(as, nurse, '1 year')]).toEqual([true, true]);
      await (await as(nurse)).rows(`select public.discharge_patient($1, 'home')`, [stay]);
      for (const persona of [doctor, nurse])
        expect([await treats(as, persona, '71 hours'), await treats(as, persona, '73 hours')]).toEqual([
          true,
          false,
        ]);
      expect(await assign(await as(personas.breakGlass), doctor), 'who does not treat').toMatchObject({
        ok: false,
        code: '42501',
      });
      expect((await events(as)).map(({ event_type, ground }) => [event_type, ground])).toEqual([
        ['care_relationship.opened', 'admission'],
        ['care_relationship.opened', 'admission'],
        ['care_relationship.period_changed', null],
        ['care_relationship.period_changed', null],
      ]);
    });
  });

  test('that is archived as a mistake ends what it opened at once, and another patient’s ends nothing [N-21 S-17 -, N-21 +]', async () => {
    await story(async (as) => {
      const stay = await admit(as);
      await assign(await as(nurse), doctor);
      await (await as(clinicAdmin)).rows(`update public.admissions set archived_at = now() where id = $1`, [
        idOf('admission', 'a', '01'),
      ]);
      expect(await treats(as, doctor)).toBe(true);
      await (await as(clinicAdmin)).rows('update public.admissions set archived_at = now() where id = $1', [
        stay,
      ]);
      expect(await treats(as, doctor)).toBe(false);
      expect(await assign(await as(nurse), doctor)).toMatchObject({ ok: false, code: '42501' });
    });
  });

  test('is given whole by who treats the patient for less, as by anybody else who works there [N-21 +]', async () => {
    await story(async (as) => {
      expect(await book(await as(receptionist))).toMatchObject({ ok: true });
      expect(await treats(as, doctor), 'by the visit').toBe(true);
      await admit(as);
      expect(await assign(await as(doctor), personas.breakGlass)).toMatchObject({ ok: true });
      const [given] = await (await as(owner)).rows(
        'select ground, ends_at from public.care_relationships where organisation_id = $1 and patient_id = $2 and user_id = $3',
        [CLINIC_A, EVA, personas.breakGlass.userId],
      );
      expect(given).toEqual({ ground: 'admission', ends_at: null });
      await move(await as(receptionist), `status = 'cancelled'`);
      expect([await treats(as, doctor), await treats(as, personas.breakGlass)]).toEqual([false, true]);
    });
  });

  test('that is only planned lets nobody in [N-21 -]', async () => {
    await story(async (as) => {
      await (await as(nurse)).rows(
        'insert into public.admissions (organisation_id, patient_id) values ($1, $2)',
        [CLINIC_A, EVA],
      );
      expect(await assign(await as(nurse), doctor)).toMatchObject({ ok: false, code: '42501' });
      await admit(as);
      expect(await assign(await as(nurse), doctor), 'control').toMatchObject({ ok: true });
    });
  });
});

describe('an appointment', () => {
  test('that reception books lets its doctor treat from a day before until three days after, and is told of [N-21 N-37 +, N-21 -]', async () => {
    await story(async (as) => {
      expect(await book(await as(receptionist), '10 days')).toMatchObject({ ok: true });
      const days = ['8 days 23 hours', '9 days 1 hour', '13 days', '13 days 1 hour'];
      const seen = [];
      for (const later of days) seen.push(await treats(as, doctor, later));
      expect(seen).toEqual([false, true, true, false]);
      expect(await treats(as, nurse, '10 days')).toBe(false);
      expect(await events(as)).toEqual([
        {
          event_type: 'care_relationship.opened',
          actor_user_id: receptionist.userId,
          user_id: doctor.userId,
          patient_id: EVA,
          ground: 'appointment',
        },
      ]);
      const made = await (await as(owner)).rows(
        'select organisation_id, kind, ground_id from public.care_relationships where patient_id = $1 and created_at > now()',
        [EVA],
      );
      expect(made).toEqual([{ organisation_id: CLINIC_A, kind: 'consulting', ground_id: NOBODY }]);
    });
  });

  test.each([
    ['cancelled by the doctor', doctor, `status = 'cancelled'`],
    ['missed', receptionist, `status = 'no_show'`],
    ['given to another', receptionist, `professional_user_id = '${nurse.userId}'`],
    ['taken over by a colleague', nurse, `professional_user_id = '${nurse.userId}'`],
    [
      'put off',
      receptionist,
      `starts_at = starts_at + interval '9 days', ends_at = ends_at + interval '9 days'`,
    ],
  ])(
    'that is %s ends what it opened, before it began and while it lasts, handed on or not [N-21 N-50 -, N-21 +]',
    async (_, who, set) => {
      for (const at of ['1 hour', '5 days']) {
        await story(async (as) => {
          await book(await as(receptionist), at);
          expect(await treats(as, doctor, at), 'control').toBe(true);
          if (at === '1 hour')
            expect(await assign(await as(doctor), personas.breakGlass)).toMatchObject({ ok: true });
          expect(await move(await as(who), set)).toMatchObject({ ok: true, count: 1 });
          expect([await treats(as, doctor, at), await treats(as, personas.breakGlass, at)]).toEqual([
            false,
            false,
          ]);
        });
      }
    },
  );

  test('that reception gives to another, or puts off, opens it to them, and at that time [N-21 +]', async () => {
    await story(async (as) => {
      await (await as(owner)).rows(
        `insert into public.professionals (organisation_id, user_id, council, licence) values ($1, $2, 'COREN', 'LIC-99') on conflict do nothing`,
        [CLINIC_A, nurse.userId],
      );
      await book(await as(receptionist));
      await move(
        await as(receptionist),
        `professional_user_id = $3, starts_at = starts_at + interval '9 days', ends_at = ends_at + interval '9 days'`,
        nurse.userId,
      );
      expect([await treats(as, nurse), await treats(as, nurse, '9 days')]).toEqual([false, true]);
      await move(await as(receptionist), `status = 'cancelled'`);
      expect(await treats(as, nurse, '9 days')).toBe(false);
      await move(await as(receptionist), `status = 'booked'`);
      expect(await treats(as, nurse, '9 days')).toBe(true);
    });
  });

  test('that says nothing new opens nothing twice [N-21 +]', async () => {
    await story(async (as) => {
      await book(await as(receptionist));
      for (const who of [receptionist, doctor])
        for (const set of [`status = 'confirmed'`, `status = 'arrived'`, 'starts_at = starts_at'])
          expect(await move(await as(who), set)).toMatchObject({ ok: true, count: 1 });
      expect(await events(as)).toHaveLength(1);
      expect(await treats(as, doctor)).toBe(true);
    });
  });

  test('of a month opens a chart for four days, one that is long over for none, nor one that was cancelled before it was written [N-21 -]', async () => {
    await story(async (as) => {
      await book(await as(receptionist), '0', ['30 days']);
      expect([await treats(as, doctor, '95 hours'), await treats(as, doctor, '97 hours')]).toEqual([
        true,
        false,
      ]);
      await move(await as(receptionist), `status = 'cancelled'`);
      await book(await as(receptionist), '-5 days', [], idOf('appointment', 'a', '81'));
      await book(await as(receptionist), '1 hour', [null, 'cancelled'], idOf('appointment', 'a', '82'));
      expect(await treats(as, doctor)).toBe(false);
    });
  });

  test('that the server imports opens nothing [N-21 S-05 -]', async () => {
    await story(async (as) => {
      expect(await book(await as(personas.servicePinned))).toMatchObject({ ok: true });
      expect(await treats(as, doctor)).toBe(false);
    });
  });

  test('of one clinic changes nothing of another’s under the same ids [N-21 S-03 -, N-21 +]', async () => {
    const twin = twinOrganisationOf(CLINIC_A);
    await story(async (as) => {
      const session = await as(owner);
      await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [twin]);
      await session.rows(
        `insert into public.patients (organisation_id, id, mrn, full_name) values ($1, $2, 'MRN-91', 'Eva Treated')`,
        [twin, EVA],
      );
      await session.rows(
        `insert into public.organisation_members (organisation_id, user_id, role) values ($1, $2, 'doctor') on conflict do nothing`,
        [twin, doctor.userId],
      );
      await session.rows(
        `insert into public.care_relationships (organisation_id, id, patient_id, user_id, kind, starts_at, ends_at, ground, ground_id)
         values ($1, $2, $3, $4, 'consulting', now() - interval '1 day', now() + interval '1 day', 'appointment', $2)`,
        [twin, NOBODY, EVA, doctor.userId],
      );
      await book(await as(receptionist));
      await move(await as(receptionist), `status = 'cancelled'`);
      const left = await (await as(owner)).rows(
        `select organisation_id from public.care_relationships where ground_id = $1 and archived_at is null and ends_at > clock_timestamp()`,
        [NOBODY],
      );
      expect(left).toEqual([{ organisation_id: twin }]);
    });
  });
});

test('Ana, whom they treat, stays theirs whatever becomes of another’s visit or stay [N-21 +]', async () => {
  await story(async (as) => {
    await book(await as(receptionist));
    await move(await as(receptionist), `status = 'cancelled'`);
    const seen = (await as(doctor)).rows('select from public.medical_records where patient_id = $1', [ANA]);
    expect((await seen).length).toBeGreaterThan(0);
  });
});
