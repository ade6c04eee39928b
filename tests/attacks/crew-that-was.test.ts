import { expect, test } from 'vitest';
import { idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas, transporters } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { type Become, tellStory } from '../support/story.ts';
import { COMPANY, DRIVEN } from '../support/transfers.ts';

const database = useDatabase();
const [DRIVER, BESIDE] = [idOf('crew', 'c', '01'), NOBODY];
const VAN = idOf('vehicle', 'c', '02');
const REFUSED = { ok: false, code: 'CD013', message: 'an assignment ends with the crew that it had' };
const DONE = { ok: true, count: 1 };
const server: Persona = { ...personas.servicePinned, name: 'service role pinned to the company' };

const set = (session: Session, what: string) =>
  session.attempt(
    `update public.vehicle_assignments set ${what} where organisation_id = $1 and vehicle_id = $2`,
    [COMPANY, VAN],
  );

/** Another member of the crew, and an assignment of the van that the first drives, as the company's clinic_admin made it. */
async function assigned(as: Become): Promise<Session> {
  const hiring = await as(server);
  await hiring.rows("select set_config('app.pinned_organisation_id', $1, true)", [COMPANY]);
  await hiring.rows(
    `insert into public.organisation_members (organisation_id, user_id, role) values ($1, $2, 'assistant')`,
    [COMPANY, personas.stranger.userId],
  );
  await hiring.rows(
    `insert into public.crew_members (organisation_id, id, user_id, duty) values ($1, $2, $3, 'paramedic')`,
    [COMPANY, BESIDE, personas.stranger.userId],
  );
  const admin = await as(transporters.admin);
  await admin.rows(
    `update public.vehicle_assignments set released_at = now() where organisation_id = $1 and released_at is null`,
    [COMPANY],
  );
  expect(
    await admin.affected(
      `insert into public.vehicle_assignments (organisation_id, transfer_job_id, vehicle_id, driver_id)
       select organisation_id, id, $2, $3 from public.transfer_jobs where organisation_id = $1 and transfer_id = $4`,
      [COMPANY, VAN, DRIVER, DRIVEN],
    ),
  ).toBe(1);
  return admin;
}

test('who drove, and who sat beside the patient, is not written in with the release, nor after it, by the company or the server [S-16 S-18 -, S-16 S-18 +]', async () => {
  await tellStory(database(), async (as) => {
    const admin = await assigned(as);
    for (const crew of [`driver_id = '${BESIDE}'`, `attendant_id = '${BESIDE}'`]) {
      expect(await set(admin, `${crew}, released_at = now()`), `with it: ${crew}`).toMatchObject(REFUSED);
    }
    expect(await set(admin, `attendant_id = '${BESIDE}'`), 'control: while it lasts').toMatchObject(DONE);
    expect(await set(admin, 'released_at = now()'), 'control').toMatchObject(DONE);
    for (const who of [transporters.admin, transporters.dispatcher, server]) {
      const session = await as(who);
      await session.rows("select set_config('app.pinned_organisation_id', $1, true)", [COMPANY]);
      for (const crew of [`driver_id = '${BESIDE}', attendant_id = null`, 'attendant_id = null']) {
        expect(await set(session, crew), `${who.name}: ${crew}`).toMatchObject(REFUSED);
      }
      expect(await set(session, 'released_at = now()'), 'control').toMatchObject(DONE);
    }
  });
});

test('nor is it as the assignment is archived, or after that, where no record would tell of them [S-16 S-18 -, S-16 S-18 +]', async () => {
  for (const who of [transporters.dispatcher, server]) {
    await tellStory(database(), async (as) => {
      await assigned(as);
      const session = await as(who);
      await session.rows("select set_config('app.pinned_organisation_id', $1, true)", [COMPANY]);
      for (const crew of [`driver_id = '${BESIDE}'`, `attendant_id = '${BESIDE}'`]) {
        expect(await set(session, `${crew}, archived_at = now()`), `${who.name}: ${crew}`).toMatchObject(
          REFUSED,
        );
      }
      expect(await set(session, 'archived_at = now()'), 'control').toMatchObject(DONE);
      for (const crew of [`driver_id = '${BESIDE}'`, `attendant_id = '${BESIDE}'`]) {
        expect(await set(session, crew), `${who.name}, after it: ${crew}`).toMatchObject(REFUSED);
      }
    });
  }
});

test('each who sat beside the patient is on record, those too who did not until the end [S-18 S-19 +, S-18 -]', async () => {
  await tellStory(database(), async (as) => {
    const session = await assigned(as);
    const told = () =>
      session.rows(
        `select event_type, details from public.case_activity_log
         where organisation_id = $1 and event_type = 'transfer_job.attendant_changed' order by occurred_at, id`,
        [COMPANY],
      );
    expect(await told(), 'control: nobody yet').toEqual([]);
    for (const who of [`'${BESIDE}'`, `'${BESIDE}'`, 'null']) await set(session, `attendant_id = ${who}`);
    await set(session, 'released_at = now()');
    await session.rows(
      `insert into public.vehicle_assignments (organisation_id, transfer_job_id, vehicle_id, driver_id, attendant_id)
       select organisation_id, id, $2, $3, $4 from public.transfer_jobs where organisation_id = $1 and transfer_id = $5`,
      [COMPANY, VAN, BESIDE, DRIVER, DRIVEN],
    );
    expect(await told()).toEqual(
      [
        { from: null, to: BESIDE },
        { from: BESIDE, to: null },
        { from: null, to: DRIVER },
      ].map((change) => ({
        event_type: 'transfer_job.attendant_changed',
        details: { vehicle_id: VAN, ...change },
      })),
    );
  });
});

test('the server brings back no assignment of a vehicle that was archived meanwhile: nobody would see what drives [S-18 -, S-18 +]', async () => {
  await tellStory(database(), async (as) => {
    const admin = await assigned(as);
    const vehicle = (session: Session, at: string) =>
      session.attempt(
        `update public.vehicles set archived_at = ${at} where organisation_id = $1 and id = $2`,
        [COMPANY, VAN],
      );
    expect(await vehicle(admin, 'now()'), 'control: on a job').toMatchObject({ ok: false, code: 'CD013' });
    expect(await set(admin, 'archived_at = now()')).toMatchObject(DONE);
    expect(await vehicle(admin, 'now()')).toMatchObject(DONE);
    const session = await as(server);
    await session.rows("select set_config('app.pinned_organisation_id', $1, true)", [COMPANY]);
    expect(await set(session, 'archived_at = null')).toMatchObject({ ok: false, code: 'CD010' });
    expect(await vehicle(session, 'null')).toMatchObject(DONE);
    expect(await set(session, 'archived_at = null'), 'control').toMatchObject(DONE);
  });
});

test('nor does a vehicle that was on a job take another registration: another would have driven [S-16 S-18 -, S-16 S-18 +]', async () => {
  await tellStory(database(), async (as) => {
    const register = (session: Session, registration: string) =>
      session.attempt('update public.vehicles set registration = $3 where organisation_id = $1 and id = $2', [
        COMPANY,
        VAN,
        registration,
      ]);
    const admin = await as(transporters.admin);
    expect(await register(admin, 'OTHER-1'), 'control: nothing was driven with it yet').toMatchObject(DONE);
    await assigned(as);
    await set(admin, 'released_at = now()');
    for (const who of [transporters.admin, transporters.dispatcher, server]) {
      const session = await as(who);
      await session.rows("select set_config('app.pinned_organisation_id', $1, true)", [COMPANY]);
      expect(await register(session, 'OTHER-2'), who.name).toMatchObject({ ok: false, code: 'CD013' });
      expect(await register(session, 'OTHER-1'), 'control: the same').toMatchObject(DONE);
    }
  });
});

test('nor becomes a vehicle an ambulance, or a driver a nurse, who were on a job as something else [S-16 S-18 -, S-16 S-18 +]', async () => {
  await tellStory(database(), async (as) => {
    const become = (session: Session, table: string, id: string, what: string) =>
      session.attempt(`update public.${table} set ${what} where organisation_id = $1 and id = $2`, [
        COMPANY,
        id,
      ]);
    const admin = await as(transporters.admin);
    const before = await become(admin, 'vehicles', VAN, `kind = 'car'`);
    expect(before, 'control: nothing was driven with it yet').toMatchObject(DONE);
    await assigned(as);
    expect(
      await become(admin, 'crew_members', BESIDE, `duty = 'driver'`),
      'control: on no job yet',
    ).toMatchObject(DONE);
    expect(await set(admin, `attendant_id = '${BESIDE}'`)).toMatchObject(DONE);
    await set(admin, 'released_at = now()');
    for (const who of [transporters.admin, transporters.dispatcher, server]) {
      const session = await as(who);
      await session.rows("select set_config('app.pinned_organisation_id', $1, true)", [COMPANY]);
      for (const [table, id, what, same] of [
        ['vehicles', VAN, `kind = 'ambulance'`, `kind = 'car'`],
        ['crew_members', DRIVER, `duty = 'physician'`, 'duty = duty'],
        ['crew_members', BESIDE, `duty = 'nurse'`, `duty = 'driver'`],
      ] as const) {
        expect(await become(session, table, id, what), `${who.name}, ${what}`).toMatchObject({
          ok: false,
          code: 'CD013',
        });
        expect(await become(session, table, id, same), 'control: the same').toMatchObject(DONE);
      }
    }
    // For what is to come they are written down anew.
    expect(await become(admin, 'crew_members', BESIDE, 'archived_at = now()')).toMatchObject(DONE);
    expect(
      await admin.attempt(
        `insert into public.crew_members (organisation_id, user_id, duty) values ($1, $2, 'nurse')`,
        [COMPANY, personas.stranger.userId],
      ),
    ).toMatchObject(DONE);
  });
});
