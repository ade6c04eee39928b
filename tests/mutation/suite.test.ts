import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { Suite } from '../../scripts/mutation/battery/suite.ts';

let suite: Suite;
beforeAll(async () => {
  // A database without anything in it: every file that asks it for something is red.
  suite = await Suite.start({ ...inject('server'), template: 'template1' }, '/none');
});
afterAll(() => suite?.stop());

const LONG = { file: 'workflows/retention.test.ts' };
const SHORT = { file: 'workflows/objections.test.ts' };
const ASKS_NO_DATABASE = { file: 'client/auth-headers.test.ts' };

test('files are asked in the order that they are named in, and the first that is red is told', async () => {
  expect(await suite.ask([SHORT, LONG])).toMatchObject(SHORT);
  expect(await suite.ask([LONG, SHORT])).toMatchObject(LONG);
});

test('a run after one that ended at a red test runs whatever it is asked', async () => {
  const red = await suite.ask([SHORT, LONG]);
  expect(red).toMatchObject(SHORT);
  expect(await suite.ask([ASKS_NO_DATABASE])).toBeUndefined();
  expect(await suite.ask([ASKS_NO_DATABASE, SHORT])).toEqual(red);
});

test('a file that no thread can answer for is not among those that are asked', () => {
  expect(suite.files).toContain(SHORT.file);
  expect(suite.files).not.toContain('client/day-of.test.ts');
});
