import { expect, test } from 'vitest';
import { QUERIES } from '../../bench/queries.ts';
import type { Result } from '../../bench/results.ts';
import type { BenchReport } from '../../bench/run.ts';
import { costPerReference, verdictsOf } from '../../bench/targets.ts';

/** One result with the server's times, in microseconds. */
function result(query: string, server_us: Result['server_us']): Result {
  const found = QUERIES.find(({ key }) => key === query);
  if (!found) throw new Error(`no query ${query}`);
  const nothing = {
    median_us: {},
    ratio: {},
    quiet_ratio: {},
    recording: {},
    processor_us: {},
    rows: {},
    errors: {},
  };
  const { kind, title, references } = found;
  return { query, title, kind, references, tenant: 'big', clients: 1, ...nothing, server_us };
}

const verdictOn = (...results: Result[]) =>
  verdictsOf({ results, bulk: [], growth: [], plans: [] } as unknown as BenchReport).find(({ target }) =>
    target.includes('a protected table reference'),
  );

test('a table costs what Cordon takes over its conditions by hand, before logging, by the tables of the statement', () => {
  expect(costPerReference(result('point', { by_hand: 10, cordon: 105, unrecorded: 85 }))).toBe(75);
  expect(costPerReference(result('point', { by_hand: 10, cordon: 105 }))).toBe(95);
  expect(costPerReference(result('agenda', { by_hand: 100, cordon: 460, unrecorded: 400 }))).toBe(100);
  expect(costPerReference(result('point', { cordon: 105 }))).toBeUndefined();
});

test('the target is of what tables cost: the worst of them misses it, and what a search does on every row does not', () => {
  const search = result('substring', { by_hand: 42_712, cordon: 47_004, unrecorded: 46_900 });
  const cheap = result('point', { by_hand: 10, cordon: 90, unrecorded: 90 });
  const dear = result('count', { by_hand: 5_000, cordon: 5_500, unrecorded: 5_400 });
  expect(costPerReference(search)).toBeUndefined();
  expect(verdictOn(search, cheap)).toMatchObject({ worst: '80 µs (point, big)', holds: true });
  expect(verdictOn(search, cheap, dear)).toMatchObject({ worst: '400 µs (count, big)', holds: false });
  expect(verdictOn(search)?.holds).toBeUndefined();
  expect(
    QUERIES.filter(({ works }) => works).map(({ key }) => key),
    'one at a time',
  ).toEqual(['substring']);
});
