import { describe, expect, inject, test } from 'vitest';
import { useDatabase } from '../support/database.ts';
import { CLINIC_A, idOf, NOBODY } from '../support/ids.ts';
import { transporters } from '../support/personas.ts';
import { race } from '../support/race.ts';
import type { Session } from '../support/session.ts';
import { TestDatabase } from '../support/test-database.ts';
import { COMPANY, jobs } from '../support/transfers.ts';

const database = useDatabase();
const { dispatcher } = transporters;

describe('vehicle and crew', () => {
  const assign = (session: Session, job: string | undefined, vehicle: string, driver: string) =>
    session.attempt(
      `insert into public.vehicle_assignments (organisation_id, transfer_job_id, vehicle_id, driver_id)
       select $1, $2, $3, $4`,
      [COMPANY, job, vehicle, driver],
    );
  const waiting = async (session: Session) =>
    (await jobs(session)).filter(({ status }) => status === 'dispatched');
  const VAN = idOf('vehicle', 'c', '02');
  const DRIVER = idOf('crew', 'c', '01');

  test('are on one job at a time, and free when it ends [S-16 S-18 +]', async () => {
    await database().as(dispatcher, async (session) => {
      const [first, second] = await waiting(session);
      expect(await assign(session, first?.id, VAN, DRIVER)).toMatchObject({ ok: true, count: 1 });
      expect(await assign(session, second?.id, VAN, DRIVER)).toMatchObject({ ok: false, code: '23505' });
      await session.rows(`update public.transfer_jobs set status = 'picked_up' where id = $1`, [first?.id]);
      await session.rows(`update public.transfer_jobs set status = 'delivered' where id = $1`, [first?.id]);
      expect(await assign(session, first?.id, VAN, DRIVER)).toMatchObject({ ok: false, code: 'CD010' });
      expect(await assign(session, second?.id, VAN, DRIVER)).toMatchObject({ ok: true, count: 1 });
      const events = await session.rows<{ event_type: string }>(
        `select event_type from public.case_timeline where event_type in ('transfer_job.assigned', 'transfer_job.released') order by occurred_at`,
      );
      expect(events.map(({ event_type }) => event_type)).toEqual([
        'transfer_job.assigned',
        'transfer_job.released',
        'transfer_job.assigned',
      ]);
    });
  });

  test('on a job are not archived, and none that was archived is put on one: nobody drives two jobs under two names [S-18 -, S-18 +]', async () => {
    const archive = (session: Session, table: 'vehicles' | 'crew_members', id: string) =>
      session.attempt(`update public.${table} set archived_at = now() where id = $1`, [id]);
    await database().as(transporters.admin, async (session) => {
      const [first, second] = await waiting(session);
      const spare = await session.value<string>(
        `insert into public.crew_members (organisation_id, user_id, duty) values ($1, $2, 'paramedic') returning id`,
        [COMPANY, idOf('staff', 'c', '01')],
      );
      const [van, driver, attendant] = [
        ['vehicles', VAN],
        ['crew_members', DRIVER],
        ['crew_members', String(spare)],
      ] as const;
      expect(await assign(session, first?.id, VAN, DRIVER)).toMatchObject({ ok: true, count: 1 });
      await session.rows(
        'update public.vehicle_assignments set attendant_id = $1 where released_at is null',
        [spare],
      );
      for (const [table, id] of [van, driver, attendant])
        expect(await archive(session, table, id), table).toMatchObject({ ok: false, code: 'CD013' });
      await session.rows('update public.vehicle_assignments set released_at = now()');
      for (const [table, id] of [van, attendant])
        expect(await archive(session, table, id), `control: ${table}`).toMatchObject({ ok: true, count: 1 });
      expect(await assign(session, second?.id, VAN, DRIVER), 'archived').toMatchObject({
        ok: false,
        code: 'CD010',
      });
      expect(await assign(session, second?.id, idOf('vehicle', 'c', '01'), DRIVER), 'control').toMatchObject({
        ok: true,
        count: 1,
      });
      expect(
        await session.attempt(
          'update public.vehicle_assignments set attendant_id = $1 where released_at is null',
          [spare],
        ),
      ).toMatchObject({ ok: false, code: 'CD010' });
    });
  });

  test('are archived or put on a job, however close [S-18 -]', async () => {
    for (let round = 0; round < 6; round++) {
      const apart = await TestDatabase.clone(inject('server'));
      try {
        const start = race();
        const [one, other] = round % 2 ? [start.second, start.first] : [start.first, start.second];
        const [archived, assigned] = await Promise.all([
          apart.as(
            transporters.admin,
            async (session) => {
              await session.rows('select 1');
              await one();
              return session.attempt('update public.vehicles set archived_at = now() where id = $1', [VAN]);
            },
            { commit: true },
          ),
          apart.as(
            dispatcher,
            async (session) => {
              const [job] = await waiting(session);
              await other();
              return assign(session, job?.id, VAN, DRIVER);
            },
            { commit: true },
          ),
        ]);
        expect([archived.ok, assigned.ok].filter(Boolean), `round ${round}`).toHaveLength(1);
      } finally {
        await apart.drop();
      }
    }
  });

  test("of another company's, or for another's job, are as unknown as none [S-04 -]", async () => {
    await database().as(dispatcher, async (session) => {
      const [job] = await jobs(session);
      for (const vehicle of [idOf('vehicle', 'a', '02'), NOBODY]) {
        expect(await assign(session, job?.id, vehicle, DRIVER)).toMatchObject({ ok: false, code: '23503' });
      }
      const theirs = await database().asSuperuser((owner) =>
        owner.value<string>('select id from public.transfer_jobs where organisation_id = $1', [CLINIC_A]),
      );
      for (const other of [theirs, NOBODY]) {
        expect(await assign(session, other, VAN, DRIVER)).toMatchObject({ ok: false, code: '23503' });
      }
    });
  });
});
