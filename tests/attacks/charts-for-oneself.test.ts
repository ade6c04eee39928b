import { expect, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { actAs } from '../support/act-as.ts';
import { useDatabase } from '../support/database.ts';
import { type Become, tellStory } from '../support/story.ts';

/* Nobody treats by a relationship of their own making: every way to write one, by who would read by it. */

const database = useDatabase();
const EVA = idOf('patient', 'a', '91');
const owner: Persona = { ...personas.servicePinned, name: 'owner pinned to A', role: 'postgres' as never };
const { doctor, nurse, receptionist, breakGlass } = personas;

/** Several people's parts about a patient whom nobody treats yet. */
const story = (tell: (as: Become) => Promise<void>) =>
  tellStory(database(), async (as) => {
    await (await as(owner)).rows(
      `insert into public.patients (organisation_id, id, mrn, full_name) values ($1, $2, 'MRN-91', 'Eva Treated')`,
      [CLINIC_A, EVA],
    );
    await tell(as);
  });

const treats = async (as: Become, { userId }: Persona) =>
  (await as(owner)).value<boolean>(
    `select bool_or($1 = any (authz.treated_by($2, $3, at))) from unnest(array[authz.now(), authz.now() + interval '20 days']) as t (at)`,
    [EVA, CLINIC_A, userId],
  );
const book = async (as: Become, who: Persona, professional: Persona, later = '1 hour') =>
  (await as(who)).attempt(
    `insert into public.appointments (organisation_id, id, patient_id, professional_user_id, starts_at, ends_at)
     values ($1, $2, $3, $4, now() + $5::interval, now() + $5::interval + interval '30 minutes')`,
    [CLINIC_A, NOBODY, EVA, professional.userId, later],
  );
const endsOf = async (as: Become, { userId }: Persona) =>
  (await as(owner)).rows<{ ends_at: Date }>(
    `select ends_at from public.care_relationships where organisation_id = $1 and patient_id = $2 and user_id = $3 and archived_at is null`,
    [CLINIC_A, EVA, userId],
  );
const move = async (as: Become, who: Persona, set: string) =>
  (await as(who)).attempt(`update public.appointments set ${set} where organisation_id = $1 and id = $2`, [
    CLINIC_A,
    NOBODY,
  ]);

test('an appointment that a doctor takes over, prolongs or revives opens no chart to them [N-21 S-05 -, N-21 +]', async () => {
  await story(async (as) => {
    expect(await book(as, doctor, doctor), 'nobody books who does not').toMatchObject({
      ok: false,
      code: '42501',
    });
    expect(await book(as, receptionist, breakGlass, '-2 days')).toMatchObject({ ok: false, code: '23503' });
    await (await as(owner)).rows(
      `insert into public.professionals (organisation_id, user_id, council, licence) values ($1, $2, 'CRM', 'LIC-99') on conflict do nothing`,
      [CLINIC_A, breakGlass.userId],
    );
    expect(await book(as, receptionist, breakGlass)).toMatchObject({ ok: true });
    expect(await treats(as, breakGlass), 'control').toBe(true);
    expect(await move(as, doctor, `professional_user_id = '${doctor.userId}'`)).toMatchObject({
      ok: true,
      count: 1,
    });
    expect(await treats(as, doctor)).toBe(false);
    for (const set of [
      `starts_at = now() + interval '20 days', ends_at = now() + interval '21 days'`,
      `status = 'booked'`,
      `status = 'arrived'`,
    ])
      expect(await move(as, doctor, set), set).toMatchObject({ ok: true, count: 1 });
    expect(await treats(as, doctor)).toBe(false);
    // Who receives the patient has not booked them with the doctor who took them over.
    for (const set of [`status = 'confirmed'`, `status = 'arrived'`]) await move(as, receptionist, set);
    expect(await treats(as, doctor)).toBe(false);
    await move(as, receptionist, `starts_at = starts_at - interval '1 minute'`);
    expect(await treats(as, doctor), 'control: reception books it').toBe(true);
    expect(await move(as, doctor, `status = 'cancelled'`)).toMatchObject({ ok: true, count: 1 });
    expect(await move(as, doctor, `status = 'booked'`)).toMatchObject({ ok: false, code: '42501' });
    expect(await treats(as, doctor)).toBe(false);
  });
});

test('a visit that is prolonged by its doctor ends when it would have, and no later [N-21 -, N-21 +]', async () => {
  await story(async (as) => {
    await book(as, receptionist, doctor);
    expect(await treats(as, doctor), 'control').toBe(true);
    const [before] = await endsOf(as, doctor);
    await move(as, doctor, `ends_at = now() + interval '40 days'`);
    expect(await treats(as, doctor), 'it goes on').toBe(true);
    expect(await endsOf(as, doctor)).toEqual([before]);
    await move(as, doctor, `starts_at = now() + interval '20 days', ends_at = now() + interval '21 days'`);
    expect(await treats(as, doctor), 'moved away').toBe(false);
  });
});

test('a visit whose times are put right while it is under way throws out neither who treats nor whom they let in [N-21 +, N-21 -]', async () => {
  await story(async (as) => {
    await book(as, receptionist, doctor);
    const assigned = await (await as(doctor)).attempt('select public.assign_care($1, $2, $3)', [
      EVA,
      nurse.userId,
      'nursing',
    ]);
    expect(assigned).toMatchObject({ ok: true });
    const [before] = await endsOf(as, doctor);
    await move(as, receptionist, `ends_at = ends_at + interval '10 minutes'`);
    expect([await treats(as, doctor), await treats(as, nurse)]).toEqual([true, true]);
    const [after] = await endsOf(as, doctor);
    expect(Number(after?.ends_at) - Number(before?.ends_at), 'reception prolongs it').toBe(600_000);
    expect(await endsOf(as, nurse), 'what was handed on ends when it would have').toEqual([before]);
    await move(as, receptionist, `status = 'cancelled'`);
    expect([await treats(as, doctor), await treats(as, nurse)]).toEqual([false, false]);
  });
});

test('a visit or a stay that ends in an older snapshot, which does not show who was let in since, is refused [N-21 N-16 -, N-21 +]', async () => {
  const ended = async (isolation: string, who: Persona, sql: string) =>
    database().as(who, async (session) => {
      await session.script(`rollback; begin isolation level ${isolation}`);
      await actAs(session, who);
      return session.attempt(sql, [CLINIC_A]);
    });
  for (const [who, sql] of [
    [
      receptionist,
      `update public.appointments set status = 'cancelled' where organisation_id = $1 and status = 'booked'`,
    ],
    [
      nurse,
      `select public.discharge_patient(id, 'home') from public.admissions where organisation_id = $1 and status = 'admitted' limit 1`,
    ],
  ] as const) {
    expect(await ended('repeatable read', who, sql), sql).toMatchObject({ ok: false, code: 'CD007' });
    const inTime = await ended('read committed', who, sql);
    expect(inTime, sql).toMatchObject({ ok: true });
    expect(inTime.ok && inTime.count, 'control').toBeGreaterThan(0);
  }
});

test('a relationship with one’s own ground is written by nobody by hand [N-21 S-05 -, N-21 +]', async () => {
  await story(async (as) => {
    const insert = async (who: Persona, columns: string, values: string) =>
      (await as(who)).attempt(
        `insert into public.care_relationships (organisation_id, patient_id, user_id, kind${columns}) values ($1, $2, $3, 'covering'${values})`,
        [CLINIC_A, EVA, doctor.userId],
      );
    for (const who of [doctor, nurse, receptionist])
      expect(await insert(who, '', ''), who.name).toMatchObject({ ok: false, code: '42501' });
    expect(
      await insert(personas.clinicAdmin, ', ground, ground_id', `, 'admission', '${NOBODY}'`),
    ).toMatchObject({
      ok: false,
      code: '42501',
    });
    expect(await insert(personas.servicePinned, ', ground', `, 'admission'`)).toMatchObject({
      ok: false,
      code: '23514',
    });
    expect(await insert(personas.clinicAdmin, '', ''), 'control').toMatchObject({ ok: true });
  });
});

test('a stay that a nurse makes for a confederate, and the way back, stand among the security events by name [N-21 N-37 +]', async () => {
  await story(async (as) => {
    await (await as(nurse)).rows('select public.admit_patient($1, $2)', [EVA, idOf('bed', 'a', '01')]);
    for (const [who, whom] of [
      [nurse, doctor],
      [doctor, nurse],
    ] as const)
      expect(
        await (await as(who)).attempt(`select public.assign_care($1, $2, 'covering')`, [EVA, whom.userId]),
      ).toMatchObject({ ok: true });
    const told = await (await as(personas.privacyOfficer)).rows(
      `select actor_user_id as by, details ->> 'user_id' as let_in from public.security_events
       where event_type = 'care_relationship.opened' and details ->> 'patient_id' = $1 order by occurred_at, id`,
      [EVA],
    );
    expect(told).toEqual([
      { by: nurse.userId, let_in: doctor.userId },
      { by: doctor.userId, let_in: nurse.userId },
    ]);
  });
});
