import { expect, test, vi } from 'vitest';
import { n34 } from '../../scripts/compliance/probes/n-34.ts';
import { personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

test('a sum of costs that is smaller because the server dropped seldom statements meanwhile is no fault; one that does not grow otherwise is [N-34 N-51 +, N-34 N-51 -]', async () => {
  const counted = n34.looks.at(-1);
  if (counted?.kind !== 'act') throw new Error('the last look of N-34 asks whether costs are counted');
  const look = (before: { readonly calls: string; readonly evictions: string }): Promise<unknown> =>
    database().asSuperuser(async (session) => {
      await session.script('set local search_path = public, extensions');
      for (const [name, value] of Object.entries({ ...before, cost: before.calls }))
        await session.rows('select set_config($1, $2, true)', [`cordon.probe_${name}`, value]);
      await database().as(personas.doctor, (doctor) => doctor.rows('select count(*) from public.patients'));
      return session.value(counted.sql);
    });
  /** Beside other files the server may drop the doctor's statement before it is looked at: nothing is counted then, and it is asked anew. */
  const asked = (before: { readonly calls: string; readonly evictions: string }): Promise<unknown> =>
    vi.waitFor(async () => {
      const answer = await look(before);
      if (answer === null) throw new Error('the server dropped the statement before it was looked at');
      return answer;
    }, 20_000);
  const never = '1e9';
  expect(await asked({ calls: '0', evictions: never })).toBe(true);
  expect(await asked({ calls: '1e12', evictions: never })).toBe(false);
  expect(await asked({ calls: '1e12', evictions: '-1' })).toBe(true);
});
