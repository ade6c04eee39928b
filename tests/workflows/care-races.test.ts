import { beforeAll, describe, expect, test } from 'vitest';
import { isRetryable } from '../../client/index.ts';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { race } from '../support/race.ts';

const database = useDatabase();
const [EVA, IVO] = [idOf('patient', 'a', '91'), idOf('patient', 'a', '92')];
const BED = idOf('bed', 'a', '01');
const { doctor, nurse, receptionist, clinicAdmin } = personas;
const commit = { commit: true };

beforeAll(async () => {
  await database().asSuperuser(async (session) => {
    await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
    await session.rows(
      `insert into public.patients (organisation_id, id, mrn, full_name)
       select $1, id, 'MRN-' || right(id::text, 2), 'Synthetic ' || right(id::text, 2) from unnest($2::uuid[]) as p (id)`,
      [CLINIC_A, [EVA, IVO]],
    );
  });
});

test('who is let in for a stay as it ends is out when it is over, or not let in at all: 16 rounds in both orders [N-21 S-17 -, N-21 S-17 +]', async () => {
  let given = 0;
  for (let round = 0; round < 16; round += 1) {
    const stay = await database().as(
      nurse,
      (session) => session.value<string>('select public.admit_patient($1, $2)', [EVA, BED]),
      commit,
    );
    const { first, second } = race();
    const [assign, discharge] = round % 2 === 0 ? [first, second] : [second, first];
    const [assigned] = await Promise.all([
      database().as(
        nurse,
        async (session) => {
          await assign();
          return session.attempt(`select public.assign_care($1, $2, 'covering')`, [EVA, doctor.userId]);
        },
        commit,
      ),
      database().as(
        clinicAdmin,
        async (session) => {
          await discharge();
          await session.rows(`select public.discharge_patient($1, 'home')`, [stay]);
          await session.rows(`update public.beds set status = 'available' where id = $1`, [BED]);
        },
        commit,
      ),
    ]);
    if (assigned.ok) given += 1;
    else expect(assigned.code).toBe('42501');
    const endless = await database().asSuperuser((session) =>
      session.rows(
        'select id from public.care_relationships where organisation_id = $1 and patient_id = $2 and ends_at is null',
        [CLINIC_A, EVA],
      ),
    );
    expect(endless, `round ${round}`).toEqual([]);
  }
  expect(given, 'some were let in').toBeGreaterThan(0);
});

test('two who book the same patients in opposite orders do not lock each other, and open what each booked [N-21 +]', async () => {
  const book = (patients: readonly string[]) =>
    database().as(
      receptionist,
      (session) =>
        session.attempt(
          `insert into public.appointments (organisation_id, patient_id, professional_user_id, starts_at, ends_at)
           select $1, id, $2, now() + interval '1 hour', now() + interval '2 hours' from unnest($3::uuid[]) as p (id)`,
          [CLINIC_A, doctor.userId, patients],
        ),
      commit,
    );
  for (let round = 0; round < 12; round += 1) {
    const outcomes = await Promise.all([book([EVA, IVO]), book([IVO, EVA])]);
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, true]);
  }
  const [opened] = await database().asSuperuser((session) =>
    session.rows(
      `select count(*)::integer as all, count(distinct ground_id)::integer as visits from public.care_relationships
       where organisation_id = $1 and patient_id = any ($2) and ground = 'appointment'`,
      [CLINIC_A, [EVA, IVO]],
    ),
  );
  expect(opened).toEqual({ all: 48, visits: 48 });
});

describe('who moves a visit while somebody changes its patient', () => {
  const VISIT = idOf('appointment', 'a', '83');
  const move = (days: number) =>
    database().as(
      receptionist,
      (session) =>
        session.attempt(
          `update public.appointments set starts_at = starts_at + $3::interval, ends_at = ends_at + $3::interval
           where organisation_id = $1 and id = $2`,
          [CLINIC_A, VISIT, `${days} days`],
        ),
      commit,
    );
  const set = (session: Session, status: string) =>
    session.attempt('update public.patients set status = $3 where organisation_id = $1 and id = $2', [
      CLINIC_A,
      IVO,
      status,
    ]);
  beforeAll(() =>
    database().as(
      receptionist,
      (session) =>
        session.rows(
          `insert into public.appointments (organisation_id, id, patient_id, professional_user_id, starts_at, ends_at)
           values ($1, $2, $3, $4, now() + interval '1 hour', now() + interval '2 hours')`,
          [CLINIC_A, VISIT, IVO, doctor.userId],
        ),
      commit,
    ),
  );

  test('is told within a second to ask again, changes nothing, and then moves it [N-21 N-27 -, N-21 +]', async () => {
    const refused = await database().as(clinicAdmin, async (session) => {
      await session.rows(
        'update public.patients set language = language where organisation_id = $1 and id = $2',
        [CLINIC_A, IVO],
      );
      return move(9);
    });
    expect(refused).toMatchObject({ ok: false, code: 'CD018' });
    expect(isRetryable(refused)).toBe(true);
    expect(await move(9)).toMatchObject({ ok: true, count: 1 });
  });

  test('and neither is a deadlock’s victim: 12 rounds against who puts the patient away [N-21 N-27 -, N-21 N-27 +]', async () => {
    const told = new Set<string>();
    for (let round = 0; round < 12; round += 1) {
      const { first, second } = race();
      const [moved, away] = await Promise.all([
        first().then(() => move(round % 2 === 0 ? 1 : -1)),
        database().as(
          clinicAdmin,
          async (session) => {
            await second();
            return set(session, 'inactive');
          },
          commit,
        ),
      ]);
      expect(away).toMatchObject({ ok: true, count: 1 });
      told.add(moved.ok ? `${moved.count}` : moved.code);
      const open = await database().asSuperuser((session) =>
        session.rows(
          `select a.patient_status, c.patient_status as care from public.appointments as a
           left join public.care_relationships as c
             on c.organisation_id = a.organisation_id and c.ground_id = a.id and c.archived_at is null and c.ends_at > now()
           where a.organisation_id = $1 and a.id = $2 and 'active' in (a.patient_status, c.patient_status)`,
          [CLINIC_A, VISIT],
        ),
      );
      expect(open, `round ${round}`).toEqual([]);
      await database().as(clinicAdmin, (session) => set(session, 'active'), commit);
    }
    for (const outcome of told) expect(['0', '1', 'CD018']).toContain(outcome);
  });
});

test('whom a clinic_admin put out of a visit in one transaction, reception lets in by none that follows [N-21 -, N-21 +]', async () => {
  const [MIA, VISIT] = [idOf('patient', 'a', '93'), idOf('appointment', 'a', '84')];
  await database().asSuperuser(async (session) => {
    await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
    await session.rows(
      `insert into public.patients (organisation_id, id, mrn, full_name) values ($1, $2, 'MRN-93', 'Synthetic 93')`,
      [CLINIC_A, MIA],
    );
  });
  const by = (who: Persona, statement: string, ...values: readonly unknown[]) =>
    database().as(who, (session) => session.rows(statement, [CLINIC_A, ...values]), commit);
  const move = (set: string) =>
    by(receptionist, `update public.appointments set ${set} where organisation_id = $1 and id = $2`, VISIT);
  const assign = () =>
    database().as(
      clinicAdmin,
      (session) => session.rows(`select public.assign_care($1, $2, 'primary')`, [MIA, doctor.userId]),
      commit,
    );
  const putOut = (ground: string) =>
    by(
      clinicAdmin,
      'update public.care_relationships set ends_at = now() where organisation_id = $1 and patient_id = $2 and ground = $3 and coalesce(ends_at, $4) > now()',
      MIA,
      ground,
      'infinity',
    );
  const treats = () =>
    database().asSuperuser((session) =>
      session.value<boolean>('select $1 = any (authz.treated_by($2, $3, authz.now()))', [
        MIA,
        CLINIC_A,
        doctor.userId,
      ]),
    );
  await by(
    receptionist,
    `insert into public.appointments (organisation_id, id, patient_id, professional_user_id, starts_at, ends_at)
     values ($1, $2, $3, $4, now() + interval '1 hour', now() + interval '2 hours')`,
    VISIT,
    MIA,
    doctor.userId,
  );
  const later = (sign: string) =>
    move(`starts_at = starts_at ${sign} interval '9 days', ends_at = ends_at ${sign} interval '9 days'`);
  const seen = [await treats()];
  // Put out of something else, and left the visit: it is put off, cancelled, given back, and is theirs.
  await assign();
  await putOut('assignment');
  await later('+');
  seen.push(await treats());
  await later('-');
  seen.push(await treats());
  await move(`status = 'cancelled'`);
  await move(`status = 'booked'`);
  seen.push(await treats());
  expect(seen, 'control').toEqual([true, false, true, true]);

  await putOut('appointment');
  for (const set of [
    `starts_at = starts_at + interval '1 minute'`,
    `status = 'cancelled'`,
    `status = 'booked'`,
    `status = 'arrived'`,
  ]) {
    await move(set);
    expect(await treats(), set).toBe(false);
  }
  await assign();
  expect(await treats(), 'control: assigned anew').toBe(true);
});
