import { describe, expect, inject, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { transporters } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { TestDatabase } from '../../testing/test-database.ts';
import { useDatabase } from '../support/database.ts';
import { inTurn } from '../support/in-turn.ts';
import { race } from '../support/race.ts';
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

  const twoVans = async (session: Session) => {
    const [first, second] = await waiting(session);
    return { first: first?.id, second: second?.id, spareVan: idOf('vehicle', 'c', '01') };
  };
  /** The driver of the seed, and three more of the crew. */
  const crew = (apart: TestDatabase) =>
    apart.asSuperuser(async (owner) => {
      await owner.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [COMPANY]);
      const more = await owner.rows<{ id: string }>(
        `with hired as (
           insert into public.organisation_members (organisation_id, user_id, role)
           select $1, u.id, 'assistant' from auth.users as u
           where not exists (select from public.organisation_members as m where m.organisation_id = $1 and m.user_id = u.id)
           order by u.id limit 3 returning user_id
         )
         insert into public.crew_members (organisation_id, user_id, duty)
         select $1, h.user_id, 'paramedic' from hired as h returning id`,
        [COMPANY],
      );
      return [DRIVER, ...more.map(({ id }) => id)] as [string, string, string, string];
    });
  const put = (session: Session, job: string | undefined, van: string, driver: string, attendant: string) =>
    session.attempt(
      `insert into public.vehicle_assignments (organisation_id, transfer_job_id, vehicle_id, driver_id, attendant_id)
       values ($1, $2, $3, $4, $5) returning id`,
      [COMPANY, job, van, driver, attendant],
    );

  test('ride in one vehicle at a time, at the wheel or beside the patient: nobody attends two patients, or drives while they attend [S-18 -, S-18 +]', async () => {
    const apart = await TestDatabase.clone(inject('server'));
    try {
      const [driver, other, attendant, free] = await crew(apart);
      await apart.as(dispatcher, async (session) => {
        const { first, second, spareVan } = await twoVans(session);
        const busy = { ok: false, code: 'CD013' };
        expect(await put(session, first, VAN, driver, attendant)).toMatchObject({ ok: true, count: 1 });
        expect(await put(session, second, spareVan, other, attendant), 'attends two').toMatchObject(busy);
        expect(await put(session, second, spareVan, attendant, free), 'attends and drives').toMatchObject(
          busy,
        );
        expect(await put(session, second, spareVan, other, driver), 'drives and attends').toMatchObject(busy);
        expect(await put(session, second, spareVan, other, free), 'control').toMatchObject({
          ok: true,
          count: 1,
        });
        const change = (assignment: string) =>
          session.attempt(`update public.vehicle_assignments set ${assignment} where transfer_job_id = $1`, [
            second,
          ]);
        for (const assignment of [
          `attendant_id = '${attendant}'`,
          `attendant_id = '${driver}'`,
          `driver_id = '${attendant}'`,
        ])
          expect(await change(assignment), assignment).toMatchObject(busy);
        expect(await change(`driver_id = '${free}', attendant_id = '${other}'`), 'control').toMatchObject({
          ok: true,
          count: 1,
        });
        await session.rows(
          'update public.vehicle_assignments set released_at = now() where transfer_job_id = $1',
          [first],
        );
        expect(await change(`attendant_id = '${attendant}'`), 'control: off the first').toMatchObject({
          ok: true,
          count: 1,
        });
        await session.rows(`update public.transfer_jobs set status = 'picked_up' where id = $1`, [second]);
        await session.rows(`update public.transfer_jobs set status = 'delivered' where id = $1`, [second]);
        expect(
          await put(session, first, VAN, driver, attendant),
          'control: free when the job ends',
        ).toMatchObject({ ok: true, count: 1 });
      });
    } finally {
      await apart.drop();
    }
  });

  test('are told of as they change: who drove for an hour is not undone by who drives at the end [S-18 S-16 +, S-18 -]', async () => {
    const apart = await TestDatabase.clone(inject('server'));
    try {
      const [driver, other, attendant] = await crew(apart);
      await apart.as(dispatcher, async (session) => {
        const { first } = await twoVans(session);
        await put(session, first, VAN, driver, attendant);
        for (const change of [
          `driver_id = '${other}'`,
          'attendant_id = null',
          `driver_id = '${driver}'`,
          'released_at = now()',
        ])
          await session.rows(`update public.vehicle_assignments set ${change} where transfer_job_id = $1`, [
            first,
          ]);
        const told = await session.rows<{ told: string }>(
          `select split_part(event_type, '.', 2) || ' ' || case details ->> 'driver_id' when $1 then 'driver' else 'other' end as told
           from public.case_timeline where event_type in ('transfer_job.assigned', 'transfer_job.released') order by occurred_at`,
          [driver],
        );
        expect(told.map((row) => row.told)).toEqual([
          'assigned driver',
          'released driver',
          'assigned other',
          'released other',
          'assigned driver',
          'released driver',
        ]);
      });
    } finally {
      await apart.drop();
    }
  });

  test('are put on one of two jobs, however close, crosswise too [S-18 -]', async () => {
    const apart = await TestDatabase.clone(inject('server'));
    try {
      const [driver, other, attendant] = await crew(apart);
      for (const [ofFirst, ofSecond] of [
        [
          [driver, attendant],
          [other, attendant],
        ],
        [
          [driver, other],
          [other, driver],
        ],
      ] as const) {
        const turn = (at: 'first' | 'second', [one, two]: readonly [string, string]) => ({
          who: dispatcher,
          commit: true,
          act: async (session: Session) => {
            const { spareVan, ...ofJobs } = await twoVans(session);
            return put(session, ofJobs[at], at === 'first' ? VAN : spareVan, one, two);
          },
        });
        const { first, second } = await inTurn(apart, turn('first', ofFirst), turn('second', ofSecond));
        expect(first).toMatchObject({ ok: true, count: 1 });
        expect(second).toMatchObject({ ok: false, code: 'CD013' });
        await apart.as(
          dispatcher,
          (session) =>
            session.rows(
              'update public.vehicle_assignments set released_at = now() where released_at is null',
            ),
          { commit: true },
        );
      }
    } finally {
      await apart.drop();
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
