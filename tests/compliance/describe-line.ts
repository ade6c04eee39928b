import { describe, expect, test } from 'vitest';
import { FAULTS } from './faults/index.ts';
import type { Staged } from './staged.ts';

/** Lines that stand on the access log: whoever looks at them needs a slot, which is the server's and no transaction's. */
export const LOGGED = ['N-29', 'N-35', 'N-47'];

/** What is promised of every line: it holds, and each planted fault breaks it. */
export function describeLine(id: string, staged: () => Staged): void {
  describe(id, () => {
    test('holds on a database as its migrations left it, as far as a database can show it [N-51 +]', async () => {
      const { status, why, outside, except, evidence } = await staged().line(id, FAULTS[id]?.first);
      expect(status, why ?? '').toBe(outside === null && except === null ? 'held' : 'outside');
      expect(evidence.length).toBeGreaterThan(0);
    });

    const fault = FAULTS[id];
    for (const { told, plant, caught } of fault ? [fault, ...(fault.also ?? [])] : []) {
      test(`is not held once there is ${told} [N-51 -]`, async () => {
        const { status, why } = await staged().line(id, `${fault?.first ?? ''}; ${plant}`);
        expect(status).toBe('broken');
        expect(why).toMatch(caught);
      });
    }
  });
}
