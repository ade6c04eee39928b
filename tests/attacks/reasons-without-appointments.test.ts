import { expect, test, vi } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { TestDatabase } from '../../testing/test-database.ts';
import { useDatabase } from '../support/database.ts';
import { outcomeOf, useOpenTransactions } from '../support/open-transactions.ts';

const database = useDatabase();
const { clone, begin } = useOpenTransactions();

const GIVE = `insert into public.appointment_reasons (organisation_id, id, patient_id, reason) values ($1, $2, $3, 'Synthetic')`;

const APPOINTMENT = idOf('appointment', 'a', '01');
const OTHER = idOf('appointment', 'a', '02');
/** Of the seed: without a reason. */
const WITHOUT = idOf('appointment', 'a', '03');

const seen = (persona: Persona) =>
  database().as(persona, async (session) =>
    (await session.rows('select id from public.appointment_reasons')).map(({ id }) => id),
  );
/** Each in a transaction of its own: a row that the running one archived is shown to it. */
const put = (table: string, id: string, away: boolean) =>
  database().as(
    personas.servicePinned,
    (session) =>
      session.attempt(
        `update public.${table} set archived_at = case when $3 then now() end where organisation_id = $1 and id = $2`,
        [CLINIC_A, id, away],
      ),
    { commit: true },
  );
const isWaiting = (on: TestDatabase) =>
  on.asSuperuser((session) =>
    session.value<boolean>(
      `select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')`,
    ),
  );
const done = expect.objectContaining({ ok: true, count: 1 });
const unknown = expect.objectContaining({ ok: false, code: 'CD010' });

test('why a patient came is read by nobody once the appointment was put away, and again when it is brought back; a reason that was put away by itself stays away [N-01 N-15 -, N-01 N-15 +]', async () => {
  for (const persona of [personas.doctor, personas.nurse, personas.patient]) {
    expect(await seen(persona), 'control').toContain(APPOINTMENT);
    expect(await put('appointments', APPOINTMENT, true)).toEqual(done);
    expect(await seen(persona), persona.name).not.toContain(APPOINTMENT);
    expect(await put('appointments', APPOINTMENT, false)).toEqual(done);
    expect(await seen(persona), persona.name).toContain(APPOINTMENT);
  }
  expect(await seen(personas.doctor), 'the others stay').toContain(OTHER);
  await put('appointment_reasons', APPOINTMENT, true);
  await put('appointments', APPOINTMENT, true);
  await put('appointments', APPOINTMENT, false);
  expect(await seen(personas.doctor)).not.toContain(APPOINTMENT);
});

test('no reason is written to, or brought back under, an appointment that was put away [N-01 N-15 -, N-01 +]', async () => {
  const give = (commit: boolean) =>
    database().as(
      personas.doctor,
      (session) => session.attempt(GIVE, [CLINIC_A, WITHOUT, idOf('patient', 'a', '03')]),
      { commit },
    );
  expect(await give(false), 'control').toEqual(done);
  expect(await put('appointments', WITHOUT, true)).toEqual(done);
  expect(await give(true)).toEqual(unknown);
  expect(await put('appointments', WITHOUT, false)).toEqual(done);
  expect(await give(true)).toEqual(done);
  expect(await put('appointments', WITHOUT, true)).toEqual(done);
  expect(await put('appointment_reasons', WITHOUT, false), 'not without it').toEqual(unknown);
  expect(await put('appointments', WITHOUT, false)).toEqual(done);
  expect(await seen(personas.doctor), 'with it, it comes').toContain(WITHOUT);
});

test('who gives a reason while the appointment is put away waits, and finds none [N-01 N-15 -]', async () => {
  const fresh = await clone();
  const server = await begin(fresh, personas.servicePinned);
  await server.query(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
  await server.query(
    'update public.appointments set archived_at = now() where organisation_id = $1 and id = $2',
    [CLINIC_A, WITHOUT],
  );
  const doctor = await begin(fresh, personas.doctor);
  const given = outcomeOf(doctor.query(GIVE, [CLINIC_A, WITHOUT, idOf('patient', 'a', '03')]));
  await vi.waitFor(async () => expect(await isWaiting(fresh)).toBe(true), { timeout: 10_000 });
  await server.query('commit');
  expect(await given).toBe('CD010');
});

test('a reason for another clinic tells nothing of its appointments [S-04 -]', async () => {
  const refusals = await Promise.all(
    [idOf('appointment', 'b', '03'), idOf('appointment', 'b', '99')].map((id) =>
      database().as(personas.doctor, (session) =>
        session.attempt(GIVE, [CLINIC_B, id, idOf('patient', 'b', '03')]),
      ),
    ),
  );
  expect(refusals[0]).toMatchObject({ ok: false, code: '42501' });
  expect(refusals[1]).toEqual(refusals[0]);
});
