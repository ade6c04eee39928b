import { expect, inject, test } from 'vitest';
import { CLINIC_A } from '../support/ids.ts';
import { TestDatabase } from '../support/test-database.ts';
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
