import { describe, expect, test } from 'vitest';
import { PROBES } from '../../scripts/compliance/probes/index.ts';
import { readRequirements } from '../../scripts/proof/requirements.ts';
import { FAULTS } from './faults/index.ts';
import { useStagedWorld } from './staged.ts';

const staged = useStagedWorld();

/** Nothing looks at these yet: their lines are open, built or not, until somebody writes the looks, takes the id out and plants a fault. */
const OPEN = [
  ...['S-06', 'S-07', 'S-08', 'S-09', 'S-11'],
  ...['N-29', 'N-34', 'N-35', 'N-38', 'N-47', 'N-49'],
];

describe.each(PROBES.filter(({ id }) => !OPEN.includes(id)).map(({ id }) => [id] as const))('%s', (id) => {
  test('holds on a database as its migrations left it, as far as a database can show it [N-51 +]', async () => {
    const { status, why, outside, evidence } = await staged().line(id, FAULTS[id]?.first);
    expect(status, why ?? '').toBe(outside === null ? 'held' : 'outside');
    expect(evidence.length).toBeGreaterThan(0);
  });

  test(`is not held once there is ${FAULTS[id]?.told} [N-51 -]`, async () => {
    const fault = FAULTS[id];
    const { status, why } = await staged().line(id, `${fault?.first ?? ''}; ${fault?.plant ?? 'no fault'}`);
    expect(status).toBe('broken');
    expect(why).toMatch(fault?.caught ?? '');
  });
});

test.each(OPEN)('%s is open, and says whether it is missing or only not looked at [N-51 -]', async (id) => {
  const { status, why } = await staged().line(id);
  expect(status).toBe('open');
  expect(why).toMatch(/^(not built: .* missing|nothing looks at it yet)$/);
});

test('every requirement has one probe, every probe a requirement, and every one that can hold a planted fault [N-51 +]', async () => {
  const ids = (await readRequirements()).map(({ id }) => id);
  expect(PROBES.map(({ id }) => id)).toEqual(ids);
  expect(Object.keys(FAULTS).sort()).toEqual(ids.filter((id) => !OPEN.includes(id)).sort());
});
