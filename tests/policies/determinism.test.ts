import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TABLES, VIEWS } from '../../policies/index.ts';
import type { TablePolicy } from '../../policies/vocabulary.ts';
import { compileAll } from '../../scripts/policy/compile.ts';

/** The same data with every list and every object's keys in another order. */
function shuffled(value: unknown, dice: () => number): unknown {
  const mixed = <T>(list: readonly T[]) =>
    list
      .map((each) => [dice(), each] as const)
      .sort(([a], [b]) => a - b)
      .map(([, each]) => each);
  if (Array.isArray(value)) return mixed(value).map((each) => shuffled(each, dice));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(mixed(Object.entries(value)).map(([key, each]) => [key, shuffled(each, dice)]));
}

test('the same rules give the same bytes [N-10 +]', () => {
  expect(compileAll()).toEqual(compileAll());
});

test('the order of tables, rules, roles, columns and keys changes nothing', () => {
  const expected = compileAll();
  fc.assert(
    fc.property(fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (stream) => {
      const dice = () => stream.next().value as number;
      const tables = shuffled(TABLES, dice) as readonly TablePolicy[];
      // A view's first table is the one it starts from, so that its order is data.
      expect(compileAll({ tables, views: [...VIEWS].reverse() })).toEqual(expected);
    }),
    { numRuns: 15 },
  );
});
