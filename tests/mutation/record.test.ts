import { expect, test } from 'vitest';
import type { Verdict } from '../../scripts/mutation/battery/battery.ts';
import type { Mutant } from '../../scripts/mutation/mutant.ts';
import { renderRecord, verdictsFrom } from '../../scripts/mutation/record.ts';

const mutantOf = (subject: string, what: string, sql = `drop policy ${what} on ${subject}`): Mutant => ({
  key: `drop-policy ${subject} ${what}`,
  operator: 'drop-policy',
  subject,
  sql,
});
const MUTANTS = [
  mutantOf('public.beds', 'a'),
  mutantOf('public.patients', 'a'),
  mutantOf('public.patients', 'b'),
  mutantOf('public.patients', 'c'),
];
const killed = (place: number, by: string): Verdict => ({
  mutant: MUTANTS[place] as Mutant,
  kill: { by, claim: 'no' },
  milliseconds: 1,
});
const keysIn = (text: string, mutants = MUTANTS) => [...verdictsFrom(text, mutants, 'record').keys()];

test('the committed record tells what died, by whom, and what was not seen to; written again from itself it is the same', () => {
  const text = renderRecord([killed(3, 'matrix'), killed(1, 'row states')], MUTANTS);
  expect(
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([
    {
      operator: 'drop-policy',
      subject: 'public.patients',
      of: expect.stringMatching(/^[0-9a-f]{16}$/),
      killed: { matrix: [2], 'row states': [0] },
      equivalent: [],
      open: ['drop-policy public.patients b'],
    },
  ]);
  expect(keysIn(text).sort()).toEqual(['drop-policy public.patients a', 'drop-policy public.patients c']);
  expect(renderRecord([...verdictsFrom(text, MUTANTS, 'record').values()], MUTANTS)).toBe(text);
});

test('the committed record says nothing of a table one of whose mutants has changed, is new or is gone', () => {
  const text = renderRecord([killed(0, 'matrix'), killed(1, 'matrix')], MUTANTS);
  const [beds, a, b, c] = MUTANTS as [Mutant, Mutant, Mutant, Mutant];
  expect(keysIn(text)).toEqual(['drop-policy public.beds a', 'drop-policy public.patients a']);
  for (const patients of [
    [a, b, { ...c, sql: 'select 1' }],
    [a, b, c, mutantOf('public.patients', 'd')],
    [a, b],
  ]) {
    expect(keysIn(text, [beds, ...patients])).toEqual(['drop-policy public.beds a']);
  }
});

test('the committed record tells what lives with a reason, and takes it for alive, not for killed', () => {
  const [, , alive] = MUTANTS as [Mutant, Mutant, Mutant, Mutant];
  const text = renderRecord([{ mutant: alive, milliseconds: 1 }], MUTANTS);
  expect([...verdictsFrom(text, MUTANTS, 'record').values()]).toEqual([{ mutant: alive, milliseconds: 0 }]);
});

test('the committed record says nothing of what died by a test that was taken away', () => {
  const text = renderRecord([killed(0, 'matrix'), killed(1, 'tenancy/gone.test.ts')], MUTANTS);
  expect(keysIn(text)).toEqual(['drop-policy public.beds a']);
});

test.each(['{"operator":"drop-policy"}', 'no JSON', '[]'])(
  'a line that is none of the record is named with its place: %s',
  (line) => {
    const text = `${renderRecord([killed(0, 'matrix')], MUTANTS)}${line}\n`;
    expect(() => keysIn(text)).toThrow('record:2 is no line of the record of mutants');
  },
);
