import pg from 'pg';
import { afterEach, describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

/** Two connections at once: what one session waits for, another one holds. */
const open: pg.Client[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.end()));
});

async function begin(persona: Persona, isolation = 'read committed'): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: database().url('authenticator') });
  open.push(client);
  await client.connect();
  await client.query(`begin isolation level ${isolation}`);
  await client.query(`set local role ${persona.role}`);
  await client.query(`set local lock_timeout = '400ms'`);
  await client.query(`select set_config('request.jwt.claims', $1, true)`, [JSON.stringify(persona.claims)]);
  return client;
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'ok',
    (error: pg.DatabaseError) => error.code ?? error.message,
  );

const patient = idOf('patient', 'a', '01');
const book = `insert into public.appointments (organisation_id, patient_id, professional_user_id, starts_at, ends_at)
  values ($1, $2, $3, now(), now() + interval '1 hour')`;

describe('while a clinic works on a patient', () => {
  const deactivate = `update public.patients set status = 'inactive' where id = '${patient}'`;

  test('another clinic that writes to it is refused at once, as for a patient that does not exist [S-04 -]', async () => {
    const busy = await begin(personas.clinicAdmin);
    await busy.query(deactivate);
    for (const persona of [personas.receptionistOfB, personas.stranger]) {
      const probe = await begin(persona);
      const values = [CLINIC_A, patient, personas.doctor.userId];
      expect(await codeOf(probe.query(book, values)), persona.name).toBe('42501');
    }
    const nurse = await begin({ ...personas.doctorOfB });
    const insert = 'insert into public.patient_clinical (organisation_id, id) values ($1, $2)';
    expect(await codeOf(nurse.query(insert, [CLINIC_A, patient]))).toBe('42501');
  });

  test('control: its own reception waits for it [S-04 +]', async () => {
    const busy = await begin(personas.clinicAdmin);
    await busy.query(deactivate);
    const own = await begin(personas.receptionist);
    expect(await codeOf(own.query(book, [CLINIC_A, patient, personas.doctor.userId]))).toBe('55P03');
  });

  test('another clinic books its own patients without waiting for it [S-04 +]', async () => {
    const busy = await begin(personas.clinicAdmin);
    await busy.query(deactivate);
    const other = await begin(personas.receptionistOfB);
    const values = [CLINIC_B, idOf('patient', 'b', '01'), personas.doctorOfB.userId];
    expect(await codeOf(other.query(book, values))).toBe('ok');
  });

  test('its own reception books other patients without waiting for it [N-27 +]', async () => {
    const busy = await begin(personas.clinicAdmin);
    await busy.query(deactivate);
    const own = await begin(personas.receptionist);
    const values = [CLINIC_A, idOf('patient', 'a', '02'), personas.doctor.userId];
    expect(await codeOf(own.query(book, values))).toBe('ok');
  });

  test('nobody else can hold it up by taking an advisory lock [S-04 -]', async () => {
    const attacker = await begin(personas.receptionistOfB);
    await attacker.query(`select pg_advisory_xact_lock(hashtextextended($1::text || $2::text, 0))`, [
      CLINIC_A,
      patient,
    ]);
    const admin = await begin(personas.clinicAdmin);
    expect(await codeOf(admin.query(deactivate))).toBe('ok');
  });

  test('a change of number and status against a booking kills neither [N-27 +]', async () => {
    for (let round = 0; round < 10; round += 1) {
      const admin = await begin(personas.clinicAdmin);
      const reception = await begin(personas.receptionist);
      for (const client of [admin, reception]) await client.query(`set local lock_timeout = '5s'`);
      const codes = await Promise.all([
        codeOf(
          admin
            .query(
              `update public.patients set mrn = 'R${round}', status = 'inactive' where id = '${patient}'`,
            )
            .then(() => admin.query('rollback')),
        ),
        codeOf(
          reception
            .query(book, [CLINIC_A, patient, personas.doctor.userId])
            .then(() => reception.query('rollback')),
        ),
      ]);
      expect(codes).toEqual(['ok', 'ok']);
      await Promise.all(open.splice(0).map((client) => client.end()));
    }
  });
});

describe('a booking made while its patient becomes inactive', () => {
  test('waits for that, and is hidden with the patient; the other way round it is hidden by the change [N-27 -]', async () => {
    const id = idOf('appointment', 'a', '88');
    const bookAs = `insert into public.appointments (organisation_id, id, patient_id, professional_user_id, starts_at, ends_at)
      values ($1, $4, $2, $3, now(), now() + interval '1 hour')`;
    for (const order of ['change first', 'booking first']) {
      const admin = await begin(personas.clinicAdmin);
      const reception = await begin(personas.receptionist);
      for (const client of [admin, reception]) await client.query(`set local lock_timeout = '5s'`);
      const change = () =>
        admin.query(`update public.patients set status = 'inactive' where id = $1`, [patient]);
      const booking = () => reception.query(bookAs, [CLINIC_A, patient, personas.doctor.userId, id]);
      const [first, second, one, other] =
        order === 'change first' ? [change, booking, admin, reception] : [booking, change, reception, admin];
      await first();
      const waiting = second();
      await new Promise((resolve) => setTimeout(resolve, 100));
      await one.query('commit');
      await waiting;
      await other.query('commit');
      const status = await database().asSuperuser((session) =>
        session.value('select patient_status from public.appointments where id = $1', [id]),
      );
      expect(status, order).toBe('inactive');
      await database().asSuperuser(async (session) => {
        await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
        await session.rows('delete from public.appointments where id = $1', [id]);
        await session.rows(
          `update public.patients set status = 'active' where organisation_id = $1 and id = $2`,
          [CLINIC_A, patient],
        );
      });
      await Promise.all(open.splice(0).map((client) => client.end()));
    }
  });
});

describe('an older snapshot', () => {
  test.each(['repeatable read', 'serializable'])(
    'leaves no gate open: %s is refused where a projection depends on it [N-45 N-27 -]',
    async (isolation) => {
      const reception = await begin(personas.receptionist, isolation);
      expect(await codeOf(reception.query(book, [CLINIC_A, patient, personas.doctor.userId]))).toBe('CD007');
    },
  );

  test('control: READ COMMITTED books [N-27 +]', async () => {
    const reception = await begin(personas.receptionist);
    expect(await codeOf(reception.query(book, [CLINIC_A, patient, personas.doctor.userId]))).toBe('ok');
  });
});

describe('consents of one purpose', () => {
  test('are never in force twice, so that withdrawing one withdraws it [N-45 N-50 -]', async () => {
    const propose = `insert into public.consents (organisation_id, id, patient_id, purpose) values ($1, $2, $3, 'treatment')`;
    const second = idOf('consent', 'a', '91');
    await database().as(personas.nurse, (session) => session.affected(propose, [CLINIC_A, second, patient]), {
      commit: true,
    });
    const outcome = await database().as(personas.patient, (session) =>
      session.attempt(`update public.consents set status = 'active' where id = $1`, [second]),
    );
    expect(outcome).toMatchObject({ ok: false, code: '23505' });
  });

  test('control: after the first is withdrawn, the second is given [N-45 N-50 +]', async () => {
    const affected = await database().as(personas.patient, async (session) => [
      await session.affected(`update public.consents set status = 'withdrawn' where id = $1`, [
        idOf('consent', 'a', '01'),
      ]),
      await session.affected(`update public.consents set status = 'active' where id = $1`, [
        idOf('consent', 'a', '91'),
      ]),
    ]);
    expect(affected).toEqual([1, 1]);
  });

  test('of another clinic have nothing to do with it [N-45 S-04 +]', async () => {
    const seen = await database().as(personas.doctorOfB, (session) =>
      session.value('select count(*)::integer from public.patient_clinical where organisation_id = $1', [
        CLINIC_B,
      ]),
    );
    expect(seen).toBe(1);
  });
});
