import { describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

const FREE = idOf('bed', 'a', '01');
const TAKEN = idOf('bed', 'a', '02');
const SPARE = idOf('bed', 'a', '03');
const STAY = idOf('admission', 'a', '01');
const CHILD = idOf('patient', 'a', '02');

const admit = (session: Session, patient: string, bed: string, ofCase: string | null = null) =>
  session.attempt('select public.admit_patient($1, $2, $3) as id', [patient, bed, ofCase]);
const statusOf = (session: Session, bed: string) =>
  session.value<string>('select status from public.beds where organisation_id = $1 and id = $2', [
    CLINIC_A,
    bed,
  ]);
const asNurse = <T>(ask: (session: Session) => Promise<T>) => database().as(personas.nurse, ask);

describe('a bed is occupied exactly while somebody is admitted to it', () => {
  test('admission occupies it, discharge sends it to cleaning, and both are stamped [S-16 S-17 +]', async () => {
    await asNurse(async (session) => {
      const outcome = await admit(session, CHILD, FREE, idOf('case', 'a', '02'));
      expect(outcome).toMatchObject({ ok: true });
      expect(await statusOf(session, FREE)).toBe('occupied');
      const id = outcome.ok ? outcome.rows[0]?.id : undefined;
      await session.rows(`select public.discharge_patient($1, 'home')`, [id]);
      expect(await statusOf(session, FREE)).toBe('cleaning');
      const [bed] = await session.rows(
        'select last_status_change_by_user_id as by, last_status_change_at > now() as later from public.beds where id = $1',
        [FREE],
      );
      expect(bed).toEqual({ by: personas.nurse.userId, later: true });
      const [stay] = await session.rows(
        'select status, disposition, admitted_at < discharged_at as lasted from public.admissions where id = $1',
        [id],
      );
      expect(stay).toEqual({ status: 'discharged', disposition: 'home', lasted: true });
    });
  });

  test('a move occupies the one and cleans the other [S-17 +]', async () => {
    await asNurse(async (session) => {
      await session.rows('update public.admissions set bed_id = $1 where id = $2', [SPARE, STAY]);
      expect([await statusOf(session, TAKEN), await statusOf(session, SPARE)]).toEqual([
        'cleaning',
        'occupied',
      ]);
    });
  });

  test('an admission names a case or leaves it out, as a typed client can [S-16 S-17 +]', async () => {
    const admitted = (more: string, ...values: readonly string[]) =>
      asNurse(async (session) => {
        const text = `select public.admit_patient(patient_id => $1, bed_id => $2${more})`;
        const id = await session.value(text, [CHILD, FREE, ...values]);
        return session.rows('select case_id from public.admissions where id = $1', [id]);
      });
    expect(await admitted('')).toEqual([{ case_id: null }]);
    const ofCase = idOf('case', 'a', '02');
    expect(await admitted(', case_id => $3', ofCase)).toEqual([{ case_id: ofCase }]);
  });

  test('a planned stay becomes the admission instead of a second one beside it [S-18 +]', async () => {
    await asNurse(async (session) => {
      await session.rows(
        `insert into public.admissions (organisation_id, id, patient_id) values ($1, $2, $3)`,
        [CLINIC_A, NOBODY, CHILD],
      );
      expect(await statusOf(session, FREE)).toBe('available');
      expect(await admit(session, CHILD, FREE)).toMatchObject({ ok: true, rows: [{ id: NOBODY }] });
    });
  });

  test('an admission archived as a mistake frees its bed [S-17 +]', async () => {
    await asNurse(async (session) => {
      expect(
        await session.attempt('update public.admissions set archived_at = now() where id = $1', [STAY]),
      ).toMatchObject({ ok: false });
    });
    await database().as(personas.clinicAdmin, async (session) => {
      await session.rows('update public.admissions set archived_at = now() where id = $1', [STAY]);
      expect(await statusOf(session, TAKEN)).toBe('cleaning');
    });
  });

  test('what becomes of an archived stay touches no bed any more [S-17 -]', async () => {
    await database().asSuperuser(
      async (session) => {
        await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
        await session.rows(
          'update public.admissions set archived_at = now() where organisation_id = $1 and id = $2',
          [CLINIC_A, STAY],
        );
        await session.rows(
          `update public.beds set status = 'available' where organisation_id = $1 and id = $2`,
          [CLINIC_A, TAKEN],
        );
        await session.rows(
          `insert into public.admissions (organisation_id, patient_id, bed_id, status) values ($1, $2, $3, 'admitted')`,
          [CLINIC_A, CHILD, TAKEN],
        );
        expect(
          await session.attempt(
            'update public.admissions set case_id = null where organisation_id = $1 and id = $2',
            [CLINIC_A, STAY],
          ),
        ).toMatchObject({
          ok: true,
          count: 1,
        });
        expect(await statusOf(session, TAKEN)).toBe('occupied');
      },
      { rollback: true },
    );
  });

  test('a bed is archived when nobody lies in it, by whoever may, and not before [S-17 -, S-17 +]', async () => {
    for (const persona of [personas.clinicAdmin, personas.servicePinned]) {
      await database().as(persona, async (session) => {
        const archive = (bed: string) =>
          session.attempt(
            'update public.beds set archived_at = now() where organisation_id = $1 and id = $2',
            [CLINIC_A, bed],
          );
        expect(await archive(TAKEN), persona.name).toMatchObject({ ok: false, code: 'CD015' });
        expect(await archive(FREE), persona.name).toMatchObject({ ok: true, count: 1 });
        await session.rows(
          'update public.admissions set archived_at = now() where organisation_id = $1 and id = $2',
          [CLINIC_A, STAY],
        );
        expect(await archive(TAKEN), persona.name).toMatchObject({ ok: true, count: 1 });
      });
    }
  });

  test('a patient who lies in a bed is not archived: nobody could free it any more [S-17 N-27 -, S-17 +]', async () => {
    await database().as(personas.clinicAdmin, async (session) => {
      const archive = () =>
        session.attempt('update public.patients set archived_at = now() where id = $1', [
          idOf('patient', 'a', '01'),
        ]);
      expect(await archive()).toMatchObject({ ok: false, code: 'CD015' });
      expect(await statusOf(session, TAKEN)).toBe('occupied');
      await session.rows(`select public.discharge_patient($1, 'home')`, [STAY]);
      expect(await archive()).toMatchObject({ ok: true, count: 1 });
      expect(await statusOf(session, TAKEN)).toBe('cleaning');
    });
  });

  test('a discharge is said once, and a disposition that is corrected stands in the record [S-18 -, S-18 +]', async () => {
    await asNurse(async (session) => {
      const discharge = (disposition: string) =>
        session.attempt('select public.discharge_patient($1, $2)', [STAY, disposition]);
      const told = () =>
        session.rows(
          `select details ->> 'disposition' as d from public.case_timeline where entity_id = $1 and event_type = 'admission.discharged' order by occurred_at`,
          [STAY],
        );
      expect(await discharge('home')).toMatchObject({ ok: true });
      expect(await discharge('deceased')).toMatchObject({ ok: false, code: 'CD013' });
      expect(await told()).toEqual([{ d: 'home' }]);
      expect(
        await session.attempt(`update public.admissions set disposition = 'transferred' where id = $1`, [
          STAY,
        ]),
      ).toMatchObject({ ok: true, count: 1 });
      expect(await told()).toEqual([{ d: 'home' }, { d: 'transferred' }]);
      expect(await session.attempt(`select public.discharge_patient($1, 'home')`, [NOBODY])).toMatchObject({
        ok: false,
        code: 'CD010',
      });
    });
  });

  test('a bed of the same id at another clinic stays as it is [S-04 S-17 -]', async () => {
    await database().asSuperuser(
      async (session) => {
        await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_B]);
        await session.rows(
          `insert into public.beds (organisation_id, id, ward, label, status) values ($1, $2, 'Twin', '1', 'available'), ($1, $3, 'Twin', '2', 'available')`,
          [CLINIC_B, FREE, TAKEN],
        );
        await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
        await session.rows(
          'update public.admissions set bed_id = $1 where organisation_id = $3 and id = $2',
          [FREE, STAY, CLINIC_A],
        );
        expect(
          await session.rows(
            `select id, status from public.beds where organisation_id = $1 and id = any ($2::uuid[]) order by id`,
            [CLINIC_B, [FREE, TAKEN]],
          ),
        ).toEqual([
          { id: FREE, status: 'available' },
          { id: TAKEN, status: 'available' },
        ]);
        expect(
          await session.rows(
            `select id, status from public.beds where organisation_id = $1 and id = any ($2::uuid[]) order by id`,
            [CLINIC_A, [FREE, TAKEN]],
          ),
        ).toEqual([
          { id: FREE, status: 'occupied' },
          { id: TAKEN, status: 'cleaning' },
        ]);
      },
      { rollback: true },
    );
  });

  test.each([
    ['occupied by saying so', `update public.beds set status = 'occupied' where id = '${FREE}'`, 'CD015'],
    ['left by saying so', `update public.beds set status = 'cleaning' where id = '${TAKEN}'`, 'CD015'],
    [
      'new and occupied',
      `insert into public.beds (organisation_id, ward, label, status) values ('${CLINIC_A}', 'W', '9', 'occupied')`,
      'CD013',
    ],
    [
      'admitted to while another lies there',
      `select public.admit_patient('${CHILD}', '${TAKEN}', null)`,
      '23505',
    ],
    [
      'given to a patient who lies elsewhere',
      `select public.admit_patient('${idOf('patient', 'a', '01')}', '${FREE}', null)`,
      '23505',
    ],
    [
      "of another clinic's",
      `select public.admit_patient('${CHILD}', '${idOf('bed', 'b', '01')}', null)`,
      'CD010',
    ],
    ['nobody\u2019s', `select public.admit_patient('${CHILD}', '${NOBODY}', null)`, 'CD010'],
    [
      'within a case of another patient',
      `select public.admit_patient('${CHILD}', '${FREE}', '${idOf('case', 'a', '01')}')`,
      '23503',
    ],
    [
      'given up without saying where the patient went',
      `update public.admissions set status = 'discharged' where id = '${STAY}'`,
      '23514',
    ],
  ])('no bed is %s [S-17 S-18 -]', async (_, statement, code) => {
    expect(await asNurse((session) => session.attempt(statement))).toMatchObject({ ok: false, code });
  });

  test('not even by the owner of the table [S-17 -]', async () => {
    await database().asPostgres(
      async (session) => {
        await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
        expect(
          await session.attempt(
            `update public.beds set status = 'occupied' where organisation_id = $1 and id = $2`,
            [CLINIC_A, FREE],
          ),
        ).toMatchObject({ code: 'CD015' });
        expect(
          await session.attempt(
            `update public.beds set status = 'reserved' where organisation_id = $1 and id = $2`,
            [CLINIC_A, FREE],
          ),
        ).toMatchObject({ ok: true, count: 1 });
      },
      { rollback: true },
    );
  });

  test("an unknown bed and another clinic's get the same answer [S-04 -]", async () => {
    const [foreign, random] = await asNurse(async (session) => [
      await admit(session, CHILD, idOf('bed', 'b', '01')),
      await admit(session, CHILD, NOBODY),
    ]);
    expect(foreign).toEqual(random);
  });

  test.each([
    ['receptionist', personas.receptionist],
    ['assistant', personas.assistant],
  ] as [string, Persona][])('a %s admits nobody [N-02 -]', async (_, persona) => {
    expect(await database().as(persona, (session) => admit(session, CHILD, FREE))).toMatchObject({
      ok: false,
      code: '42501',
    });
  });

  test('admission opens no chart: who admits would profit from it [N-21 -]', async () => {
    const charts = (session: Session) =>
      session.value<string>('select count(*) from public.medical_records where patient_id = $1', [CHILD]);
    await database().as(personas.doctor, async (session) => {
      const before = await charts(session);
      expect(await admit(session, CHILD, FREE)).toMatchObject({ ok: true });
      expect(await charts(session)).toBe(before);
    });
  });
});

describe('a flip of a bed', () => {
  const stampOf = (session: Session) =>
    session.rows(
      'select last_status_change_at as at, last_status_change_by_user_id as by from public.beds where id = $1',
      [FREE],
    );

  test('is stamped, a change of its label is not, and a forged stamp is refused [S-17 -]', async () => {
    await asNurse(async (session) => {
      const [before] = await stampOf(session);
      await session.rows(`update public.beds set label = 'Window' where id = $1`, [FREE]);
      expect(await stampOf(session)).toEqual([before]);
      await session.rows(`update public.beds set label = 'Door', status = 'reserved' where id = $1`, [FREE]);
      expect(await stampOf(session)).toMatchObject([{ by: personas.nurse.userId }]);
      expect(
        await session.attempt(`update public.beds set last_status_change_at = now() where id = $1`, [FREE]),
      ).toMatchObject({ code: '42501' });
    });
  });

  test("of the server's is the system's [S-16 +]", async () => {
    await database().as(personas.servicePinned, async (session) => {
      await session.rows(
        `update public.beds set status = 'reserved' where organisation_id = $1 and id = $2`,
        [CLINIC_A, FREE],
      );
      expect(
        await session.rows(
          'select actor_kind, last_status_change_by_user_id as by from public.beds where organisation_id = $1 and id = $2',
          [CLINIC_A, FREE],
        ),
      ).toEqual([{ actor_kind: 'system', by: null }]);
    });
  });
});
