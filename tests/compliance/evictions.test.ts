import { expect, test } from 'vitest';
import { n34 } from '../../scripts/compliance/probes/n-34.ts';
import { personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

test('a sum of costs that is smaller because the server dropped seldom statements meanwhile is no fault; one that does not grow otherwise is [N-34 N-51 +, N-34 N-51 -]', async () => {
  const counted = n34.looks.at(-1);
  if (counted?.kind !== 'act') throw new Error('the last look of N-34 asks whether costs are counted');
  const asked = async (before: { readonly calls: string; readonly evictions: string }) => {
    // Anew each time: beside other files, the server may have dropped it since.
    await database().as(personas.doctor, (session) => session.rows('select count(*) from public.patients'));
    return database().asSuperuser(async (session) => {
      await session.script('set local search_path = public, extensions');
      for (const [name, value] of Object.entries({ ...before, cost: before.calls }))
        await session.rows('select set_config($1, $2, true)', [`cordon.probe_${name}`, value]);
      return session.value(counted.sql);
    });
  };
  const never = '1e9';
  expect(await asked({ calls: '0', evictions: never })).toBe(true);
  expect(await asked({ calls: '1e12', evictions: never })).toBe(false);
  expect(await asked({ calls: '1e12', evictions: '-1' })).toBe(true);
});
