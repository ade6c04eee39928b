import { describe, expect, test } from 'vitest';
import { FAULTS } from './faults/index.ts';
import type { Staged } from './staged.ts';

/** Lines that stand on the access log: whoever looks at them needs a slot, which is the server's and no transaction's. */
export const LOGGED = ['N-29', 'N-35', 'N-47'];

/** What is promised of every line: it holds, and one planted fault breaks it. */
export function describeLine(id: string, staged: () => Staged): void {
  describe(id, () => {
    test('holds on a database as its migrations left it, as far as a database can show it [N-51 +]', async () => {
      const { status, why, outside, except, evidence } = await staged().line(id, FAULTS[id]?.first);
      expect(status, why ?? '').toBe(outside === null && except === null ? 'held' : 'outside');
      expect(evidence.length).toBeGreaterThan(0);
    });

    test(`is not held once there is ${FAULTS[id]?.told} [N-51 -]`, async () => {
      const fault = FAULTS[id];
      const { status, why } = await staged().line(id, `${fault?.first ?? ''}; ${fault?.plant ?? 'no fault'}`);
      expect(status).toBe('broken');
      expect(why).toMatch(fault?.caught ?? '');
    });
  });
}
