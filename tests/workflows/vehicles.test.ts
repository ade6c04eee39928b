import { describe, expect, test } from 'vitest';
import { useDatabase } from '../support/database.ts';
import { CLINIC_A, idOf, NOBODY } from '../support/ids.ts';
import { transporters } from '../support/personas.ts';
import type { Session } from '../support/session.ts';
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
