import { describe, expect, test } from 'vitest';
import { checkInvariant, INVARIANTS } from '../../scripts/catalog/invariants/index.ts';
import { useDatabase } from '../support/database.ts';
import { FAULTS } from './faults/index.ts';

// Without twins: a planted fault makes a unique index over ids alone.
const database = useDatabase({ twins: false });

for (const invariant of INVARIANTS) {
  describe(invariant.name, () => {
    const tag = (sign: '+' | '-') =>
      invariant.requirements.length > 0 ? ` [${invariant.requirements.join(' ')} ${sign}]` : '';

    test(`${invariant.claim}${tag('+')}`, async () => {
      const verdict = await database().asSuperuser((session) => checkInvariant(session, invariant));
      expect(verdict.offenders, invariant.why).toEqual([]);
      expect(verdict.scanned).toBeGreaterThan(0);
    });

    test.each(
      (FAULTS[invariant.name] ?? []).map((fault) => [`catches ${fault.told}${tag('-')}`, fault] as const),
    )('%s', async (_, { plant, caught }) => {
      const [before, during, after] = await database().asSuperuser(
        async (session) => {
          const offenders = async () =>
            (await checkInvariant(session, invariant)).offenders.map(({ object }) => object);
          return [
            await offenders(),
            await session.undone(async () => {
              await session.script(plant);
              return offenders();
            }),
            await offenders(),
          ];
        },
        { rollback: true },
      );
      expect(during).toContainEqual(expect.stringContaining(caught));
      expect(during.length).toBeGreaterThan(before.length);
      expect(after).toEqual(before);
    });
  });
}

test('every rule has a planted fault that it catches, and every fault a rule [N-43 +, N-43 -]', () => {
  expect(Object.keys(FAULTS).sort()).toEqual(INVARIANTS.map(({ name }) => name).sort());
  expect(Object.values(FAULTS).every((faults) => faults.length > 0)).toBe(true);
});
