import { expect, inject, test } from 'vitest';
import { CLINIC_A } from '../../testing/ids.ts';
import { TestDatabase } from '../../testing/test-database.ts';
import { connected } from '../support/trail.ts';
import { COMPANY, DRIVEN } from '../support/transfers.ts';

const OF_THE_JOB = `organisation_id = '${COMPANY}' and origin_organisation_id = '${CLINIC_A}' and transfer_id = '${DRIVEN}'`;

test('retention takes no job before it has expired, however long ago it was dispatched, and one that has [N-49 -, N-49 +]', async () => {
  const own = await TestDatabase.clone(inject('server'));
  try {
    await connected(own, 'superuser', async (client) => {
      const left = async () =>
        (
          await client.query(
            'select transfer_id from public.transfer_jobs where organisation_id = $1 and origin_organisation_id = $2',
            [COMPANY, CLINIC_A],
          )
        ).rowCount;
      const retain = async (days: number) => {
        await client.query(
          `select set_config('test.now', (now() + make_interval(days => $1))::text, false)`,
          [days],
        );
        await client.query(`select governance.run_retention(governance.plan_retention() ->> 'plan_sha256')`);
      };
      // To be fetched in ten weeks: dispatched today, and touched by nobody until then.
      await client.query(`set app.pinned_organisation_id = '${COMPANY}'`);
      await client.query(
        `update public.transfer_jobs set expires_at = now() + interval '71 days' where ${OF_THE_JOB}`,
      );
      await retain(40);
      expect(await left()).toBe(1);
      await retain(72);
      expect(await left(), 'control').toBe(0);
    });
  } finally {
    await own.drop();
  }
});

test('of a job that was driven the places go once its time is over, on record and as planned, not under a hold at the clinic that sent the patient; who drove stays [N-24 N-49 -, N-24 N-49 +]', async () => {
  const own = await TestDatabase.clone(inject('server'));
  try {
    await connected(own, 'superuser', async (client) => {
      const value = async (sql: string) => Object.values((await client.query(sql)).rows[0] ?? {})[0];
      const plan = async (days: number) => {
        await client.query(
          `select set_config('test.now', (now() + make_interval(days => $1))::text, false)`,
          [days],
        );
        return (await value('select governance.plan_retention()')) as { plan_sha256: string; rows: object[] };
      };
      const places = () =>
        value(
          `select packet ->> 'pickup' || ' ' || (packet ->> 'destination') from public.transfer_jobs where ${OF_THE_JOB}`,
        );
      const drove = () =>
        value(`select count(*)::int from public.vehicle_assignments where organisation_id = '${COMPANY}'`);
      const held = (sql: string) => client.query(`set app.pinned_organisation_id = '${CLINIC_A}'; ${sql}`);

      await client.query(`set app.pinned_organisation_id = '${COMPANY}'`);
      await client.query(
        `insert into public.vehicle_assignments (organisation_id, transfer_job_id, vehicle_id, driver_id)
           select j.organisation_id, j.id, (select min(v.id::text)::uuid from public.vehicles as v where v.organisation_id = j.organisation_id),
             (select min(c.id::text)::uuid from public.crew_members as c where c.organisation_id = j.organisation_id and c.duty = 'driver')
           from public.transfer_jobs as j where ${OF_THE_JOB}`,
      );
      const before = await places();
      expect(before).not.toContain('erased');
      const ofJobs = { organisation_id: COMPANY, table: 'public.transfer_jobs', column: 'packet' };
      expect((await plan(1)).rows, 'control: not yet').not.toContainEqual(expect.objectContaining(ofJobs));

      await held(
        `insert into public.legal_holds (organisation_id, patient_id, reason)
         select organisation_id, patient_id, 'Synthetic hold of a test' from public.transfers where organisation_id = '${CLINIC_A}' and id = '${DRIVEN}'`,
      );
      expect((await plan(60)).rows, 'under a hold').not.toContainEqual(expect.objectContaining(ofJobs));
      await held(
        "update public.legal_holds set released_at = now() where reason = 'Synthetic hold of a test'",
      );

      const due = await plan(60);
      expect(due.rows).toContainEqual({
        ...ofJobs,
        retention: 'grant',
        rows: 1,
        keys_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
      expect(await places(), 'a plan changes nothing').toBe(before);
      await client.query('select governance.run_retention($1)', [due.plan_sha256]);
      expect(await places()).toBe('erased erased');
      expect(await drove()).toBe(1);
      expect(
        await value(
          `select count(*)::int from governance.tombstones
           where organisation_id = '${COMPANY}' and cause = 'retention' and relation = 'public.transfer_jobs' and column_name = 'packet'`,
        ),
      ).toBe(1);
      expect((await plan(60)).rows, 'once').not.toContainEqual(expect.objectContaining(ofJobs));
    });
  } finally {
    await own.drop();
  }
});
