import { expect, test } from 'vitest';
import { useDatabase } from '../../support/database.ts';
import { Reviewer } from '../reviewer.ts';

const reviewer = new Reviewer(useDatabase());
const many = (count: number, part: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => part(at + 1));

/** Pairs behind all of their first halves: in the order in which they are read, a diagram of them doubles with each pair. */
function entangled(pairs: number, last: string): string {
  const firsts = many(pairs, (at) => `ward = 'w${at}'`).join(' or ');
  const both = many(pairs, (at) => `(ward = 'w${at}' and label = 'l${at}')`).join(' or ');
  return `(${firsts}) and (${both} or label = '${last}')`;
}

const policy = (condition: string) => `alter policy provider_select_rows on public.beds using (${condition})`;

const review = (given: string, sql: string) =>
  reviewer.review({ does: '', given: policy(given), sql: policy(sql), widens: true, tells: [] });

test('conditions that are too many to compare are told as changed, within seconds [S-30 -]', async () => {
  // The work itself: what else the machine does meanwhile is no matter of the comparison.
  const before = process.cpuUsage();
  const { verdicts } = await review(entangled(40, 'x'), entangled(40, 'y'));
  expect(verdicts.map(({ mark, sentence }) => `${mark}: ${sentence}`)).toEqual([
    'changed: clinic staff can read public.beds under conditions that are too many to compare',
  ]);
  expect(process.cpuUsage(before).user).toBeLessThan(5_000_000);
});

test('the same conditions, however many, are the same [S-30 +]', async () => {
  expect((await review(entangled(40, 'x'), entangled(40, 'x'))).verdicts).toEqual([]);
});

test('hundreds of conditions are compared [S-30 +]', async () => {
  const list = (count: number) => `ward in (${many(count, (at) => `'w${at}'`).join(', ')})`;
  const { verdicts } = await review(list(400), list(399));
  expect(verdicts.map(({ mark }) => mark)).toEqual(['narrowed']);
  const { verdicts: wider } = await review(list(399), list(400));
  expect(wider.map(({ mark }) => mark)).toEqual(['widened']);
});

test('more conditions than anybody reads are told as changed [S-30 -]', async () => {
  const list = (count: number) => `ward in (${many(count, (at) => `'w${at}'`).join(', ')})`;
  const { verdicts } = await review(list(5000), list(4999));
  expect(verdicts.map(({ mark }) => mark)).toEqual(['changed']);
});
