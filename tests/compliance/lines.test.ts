import { expect, test } from 'vitest';
import { PROBES } from '../../scripts/compliance/probes/index.ts';
import { readRequirements } from '../../scripts/requirements/requirements.ts';
import { useDatabase } from '../support/database.ts';
import { describeLine, LOGGED } from './describe-line.ts';
import { FAULTS } from './faults/index.ts';
import { useStagedWorld } from './staged.ts';

const staged = useStagedWorld(useDatabase());

for (const { id } of PROBES) {
  if (!LOGGED.includes(id)) describeLine(id, staged);
}

test.each(LOGGED)('%s is broken where nothing drains the access log [N-35 -, N-51 -]', async (id) => {
  const { status, why } = await staged().line(id);
  expect(status).toBe('broken');
  expect(why).toMatch(/the slot of the access log is not there: npm run audit:drain/);
});

test('every requirement has one probe, every probe a requirement, and every one a planted fault [N-51 +]', async () => {
  const ids = (await readRequirements()).map(({ id }) => id);
  expect(PROBES.map(({ id }) => id)).toEqual(ids);
  expect(Object.keys(FAULTS).sort()).toEqual([...ids].sort());
});
