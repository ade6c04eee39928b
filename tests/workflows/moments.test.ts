import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { type Become, tellStory } from '../support/story.ts';

const database = useDatabase();
const story = (tell: (as: Become) => Promise<void>) => tellStory(database(), tell);
const ANA = idOf('patient', 'a', '01');
const ENTRY = idOf('record', 'a', '71');

/** An entry of a chart, of care at a moment, in words of SQL. */
const enter = (session: Session, at: string) =>
  session.attempt(
    `insert into public.medical_records (organisation_id, id, patient_id, record_type, occurred_at) values ($1, $2, $3, 'observation', ${at})`,
    [CLINIC_A, ENTRY, ANA],
  );
const entered = (session: Session) =>
  session.value(
    'select extract(epoch from created_at - occurred_at)::float8 from public.medical_records where organisation_id = $1 and id = $2',
    [CLINIC_A, ENTRY],
  );
const AHEAD = {
  ok: false,
  code: '23514',
  message: 'medical_records.occurred_at lies ahead',
};

describe('when care was', () => {
  const writers: Persona[] = [personas.doctor, personas.nurse, personas.servicePinned];

  test('is told by a clock that is five minutes ahead at most: what it says is now [S-16 +]', async () => {
    for (const who of writers)
      await story(async (as) => {
        expect(
          await enter(await as(who), `clock_timestamp() + interval '4 minutes'`),
          who.name,
        ).toMatchObject({
          ok: true,
        });
        expect(await entered(await as(who)), who.name).toBe(0);
      });
  });

  test('and by one that is behind as it says: what was an hour ago stays so [S-16 +]', async () => {
    await story(async (as) => {
      expect(await enter(await as(personas.doctor), `clock_timestamp() - interval '1 hour'`)).toMatchObject({
        ok: true,
      });
      expect(await entered(await as(personas.doctor))).toBeGreaterThan(3599);
    });
  });

  test('lies not in the future, which is said in words, nor nowhere, by whatever hand [S-16 -]', async () => {
    for (const who of writers)
      await story(async (as) => {
        expect(
          await enter(await as(who), `clock_timestamp() + interval '6 minutes'`),
          who.name,
        ).toMatchObject(AHEAD);
        for (const at of ['infinity', '-infinity'])
          expect(await enter(await as(who), `'${at}'`), `${who.name} ${at}`).toMatchObject({
            ok: false,
            code: '23514',
            message: 'medical_records.occurred_at takes a moment',
          });
      });
  });

  test('is not moved ahead of the entry by the server either, and to now by no more than minutes [S-16 -, S-16 +]', async () => {
    const move = async (as: Become, at: string) =>
      (await as(personas.servicePinned)).attempt(
        `update public.medical_records set occurred_at = ${at} where organisation_id = $1 and id = $2`,
        [CLINIC_A, ENTRY],
      );
    await story(async (as) => {
      await enter(await as(personas.servicePinned), `now() - interval '1 day'`);
      for (const at of ['infinity', '-infinity'])
        expect(await move(as, `'${at}'`), at).toMatchObject({ ok: false, code: '23514' });
      expect(await move(as, `now() + interval '1 day'`)).toMatchObject(AHEAD);
      expect(await move(as, `now() - interval '2 days'`)).toMatchObject({ ok: true, count: 1 });
      expect(await move(as, `created_at + interval '4 minutes'`)).toMatchObject({ ok: true, count: 1 });
      expect(await entered(await as(personas.servicePinned))).toBe(0);
    });
  });
});

describe('a moment or a day that somebody writes', () => {
  const visit = (session: Session, from: string, to: string) =>
    session.attempt(
      `insert into public.appointments (organisation_id, patient_id, professional_user_id, starts_at, ends_at) values ($1, $2, $3, ${from}, ${to})`,
      [CLINIC_A, ANA, personas.doctor.userId],
    );
  const agree = (session: Session, from: string, to: string) =>
    session.attempt(
      `insert into public.agreements (organisation_id, payer, number, starts_on, ends_on) values ($1, 'Acme Seguros', 'A-2026', ${from}, ${to})`,
      [CLINIC_A],
    );
  const [NEVER, EVER] = [`'-infinity'`, `'infinity'`];
  const [SOON, LATER] = [`now() + interval '300 days'`, `now() + interval '300 days 1 hour'`];

  test.each([
    ['a visit', personas.receptionist, visit, SOON, LATER],
    ['an agreement', personas.clinicAdmin, agree, `'2026-01-01'`, `'2027-01-01'`],
  ] as const)(
    'is one: %s neither begins before all time nor ends after it [S-16 -, S-16 +]',
    async (_, who, write, from, to) => {
      await story(async (as) => {
        for (const hand of [who, personas.servicePinned]) {
          for (const [starts, ends] of [
            [NEVER, to],
            [from, EVER],
            [NEVER, EVER],
          ] as const)
            expect(await write(await as(hand), starts, ends), `${hand.name} ${starts} ${ends}`).toMatchObject(
              {
                ok: false,
                code: '23514',
                message: expect.stringContaining('takes a moment'),
              },
            );
        }
        expect(await write(await as(who), from, to), 'control').toMatchObject({ ok: true, count: 1 });
      });
    },
  );

  test('is one: care that is assigned by hand does not begin before all time, though it may have no end [S-16 N-21 -, S-16 N-21 +]', async () => {
    const assign = (session: Session, from: string, to: string) =>
      session.attempt(
        `insert into public.care_relationships (organisation_id, patient_id, user_id, kind, starts_at, ends_at) values ($1, $2, $3, 'consulting', ${from}, ${to})`,
        [CLINIC_A, ANA, personas.nurse.userId],
      );
    await story(async (as) => {
      for (const who of [personas.clinicAdmin, personas.servicePinned])
        for (const from of [NEVER, EVER])
          expect(await assign(await as(who), String(from), 'null'), `${who.name} ${from}`).toMatchObject({
            ok: false,
            code: '23514',
            message: 'care_relationships.starts_at takes a moment',
          });
      expect(await assign(await as(personas.clinicAdmin), 'now()', `'infinity'`), 'control').toMatchObject({
        ok: true,
        count: 1,
      });
    });
  });

  test('is no obstacle to who changes something else, where it was written before anybody asked [S-16 +, S-16 -]', async () => {
    await story(async (as) => {
      const owner = await as(personas.servicePinned);
      await owner.script('reset role; alter table public.appointments disable trigger _087_moments');
      expect(await visit(owner, SOON, EVER)).toMatchObject({ ok: true });
      await owner.script('alter table public.appointments enable always trigger _087_moments');
      const set = async (to: string) =>
        (await as(personas.receptionist)).attempt(
          `update public.appointments set ${to} where organisation_id = $1 and ends_at = 'infinity'`,
          [CLINIC_A],
        );
      expect(await set(`starts_at = starts_at + interval '1 day'`)).toMatchObject({ ok: true, count: 1 });
      expect(await set(`starts_at = '-infinity'`)).toMatchObject({ ok: false, code: '23514' });
    });
    // An entry that was brought in with the date that an old system wrote for none: its patient is put away, and it is put right.
    await story(async (as) => {
      const owner = await as(personas.servicePinned);
      await owner.script('reset role; alter table public.medical_records disable trigger _104_occurred');
      expect(await enter(owner, `'0001-01-01'`)).toMatchObject({ ok: true });
      await owner.script('alter table public.medical_records enable always trigger _104_occurred');
      expect(
        await (await as(personas.clinicAdmin)).attempt(
          `update public.patients set status = 'inactive' where organisation_id = $1 and id = $2`,
          [CLINIC_A, ANA],
        ),
      ).toMatchObject({ ok: true, count: 1 });
      const set = async (to: string) =>
        (await as(personas.servicePinned)).attempt(
          `update public.medical_records set occurred_at = ${to} where organisation_id = $1 and id = $2`,
          [CLINIC_A, ENTRY],
        );
      expect(await set(`'0002-01-01'`)).toMatchObject({ ok: false, code: '23514' });
      expect(await set('null')).toMatchObject({ ok: true, count: 1 });
    });
  });

  test('of a disclosure on paper is of a clock that is five minutes ahead at most, and then now [N-37 +, N-37 -]', async () => {
    const record = (session: Session, at: string) =>
      session.attempt(
        `select public.record_disclosure_made($1, 'patient', null, 'subject_access', '{patients}', null, ${at})`,
        [ANA],
      );
    await story(async (as) => {
      const officer = await as(personas.privacyOfficer);
      expect(await record(officer, `clock_timestamp() + interval '6 minutes'`)).toMatchObject({
        ok: false,
        code: '22023',
      });
      expect(await record(officer, `clock_timestamp() + interval '4 minutes'`)).toMatchObject({ ok: true });
      expect(
        await officer.value(
          `select bool_and(disclosed_at <= clock_timestamp()) from public.disclosures where patient_id = $1 and source_table = 'public.record_disclosure_made'`,
          [ANA],
        ),
      ).toBe(true);
    });
  });
});
