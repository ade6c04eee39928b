import { describe, expect, test } from 'vitest';
import type { Observation, ObservedChange } from '../../scripts/review/facts/observed.ts';
import { confirm } from '../../scripts/review/verdicts/confirm.ts';
import type { Verdict } from '../../scripts/review/verdicts/verdict.ts';

const GAIN: ObservedChange = {
  relation: 'public.beds',
  persona: 'receptionist of A',
  role: 'authenticated',
  operation: 'UPDATE',
  whose: 'own',
  before: 'no_row',
  after: 'allow',
};

const seen = (...changes: ObservedChange[]): Observation => ({
  compared: 1,
  changes,
  cells: [],
  unasked: [],
});

const verdict = (given: Partial<Verdict>): Verdict => ({
  mark: 'widened',
  realm: 'authenticated',
  sentence: 'somebody can now do something',
  about: 'public.beds',
  command: 'UPDATE',
  ...given,
});

describe('what personas observe', () => {
  test('confirms the verdict of their realm, table and command, by name [S-30 +]', () => {
    const { verdicts, findings } = confirm([verdict({})], seen(GAIN));
    expect(verdicts[0]?.seen).toEqual(['receptionist of A']);
    expect(findings).toEqual([]);
  });

  test.each([
    ['another realm', { realm: 'patient' }],
    ['another table', { about: 'public.cases' }],
    ['another command', { command: 'SELECT' }],
    ['a loss', { mark: 'narrowed' }],
  ] as const)('does not confirm a verdict of %s [S-30 -]', (_, given) => {
    expect(confirm([verdict(given)], seen(GAIN)).verdicts[0]?.seen).toEqual([]);
  });

  test('is a finding where somebody gains what no verdict speaks of: the comparison is incomplete [S-30 -]', () => {
    for (const verdicts of [
      [],
      [verdict({ realm: 'patient' })],
      [verdict({ mark: 'narrowed' })],
      [verdict({ mark: 'equal' })],
    ]) {
      expect(confirm(verdicts, seen(GAIN)).findings).toEqual([
        expect.objectContaining({
          guard: 'observation-foreseen',
          where: 'public.beds',
          problem: 'receptionist of A got UPDATE of own rows, which the catalog does not tell',
        }),
      ]);
    }
  });

  test('is none where a helper that everybody asks has another text, and none for a loss [S-30 +]', () => {
    const { command, ...helper } = verdict({
      mark: 'changed',
      realm: 'everybody',
      about: 'authz.holds(text[], text[])',
    });
    const { verdicts, findings } = confirm([helper], seen(GAIN, { ...GAIN, persona: 'receptionist of B' }));
    expect(findings).toEqual([]);
    expect(verdicts).toEqual([
      helper,
      verdict({
        sentence: 'clinic staff can now change public.beds, as personas found out',
        seen: ['receptionist of A', 'receptionist of B'],
      } as Partial<Verdict>),
    ]);
    expect(confirm([], seen({ ...GAIN, before: 'allow', after: 'no_row' })).findings).toEqual([]);
  });

  test('says nothing where nobody tried [S-30 +]', () => {
    expect(confirm([verdict({})], undefined)).toEqual({ verdicts: [verdict({})], findings: [] });
  });
});
