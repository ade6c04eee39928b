import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Verdict } from '../../scripts/mutation/battery/battery.ts';
import { Reach } from '../../scripts/mutation/battery/reach.ts';
import { renderScore } from '../../scripts/mutation/document.ts';
import { KeptVerdicts } from '../../scripts/mutation/kept-verdicts.ts';
import type { Mutant } from '../../scripts/mutation/mutant.ts';
import { scoreOf } from '../../scripts/mutation/score.ts';

const mutantOf = (key: string, sql = `select '${key}'`): Mutant => ({
  key,
  operator: 'drop-fence',
  subject: 'public.patients',
  sql,
});
const killed = (key: string): Verdict => ({
  mutant: mutantOf(key),
  kill: { by: 'matrix', claim: 'no' },
  milliseconds: 1,
});
const alive = (key: string): Verdict => ({ mutant: mutantOf(key), milliseconds: 1 });
const undecided = (key: string): Verdict => ({ ...alive(key), asked: 0 });

let folder = '';
const file = () => join(folder, 'kept', 'mutation.ndjson');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cordon-kept-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('the kept verdicts', () => {
  test('are there for the next run, however this one ends, a line cut short left out', async () => {
    const first = KeptVerdicts.read({ file: file() });
    expect(first.isEmpty).toBe(true);
    for (const verdict of [killed('a'), alive('b'), undecided('c')]) first.keep(verdict);
    await appendFile(file(), '{"key":"d","of":"12');
    const second = KeptVerdicts.read({ file: file() });
    expect(second.isEmpty).toBe(false);
    expect(second.verdictOn(mutantOf('a'))).toEqual(killed('a'));
    expect(second.verdictOn(mutantOf('b'))).toEqual(alive('b'));
    expect(second.verdictOn(mutantOf('d'))).toBeUndefined();
    second.keep(killed('e'));
    expect(KeptVerdicts.read({ file: file() }).verdictOn(mutantOf('e'))).toEqual(killed('e'));
  });

  test('say nothing of a mutant whose statements are others today', () => {
    const kept = KeptVerdicts.read({ file: file() });
    kept.keep(killed('a'));
    expect(kept.verdictOn(mutantOf('a', 'select 2'))).toBeUndefined();
  });

  test.each(['tenancy/gone.test.ts', 'pgTAP authz/gone.test.sql', 'invariant gone'])(
    'say nothing of a mutant whose killer was taken away: %s',
    (by) => {
      const kept = KeptVerdicts.read({ file: file() });
      kept.keep({ ...killed('a'), kill: { by, claim: 'no' } });
      expect(kept.verdictOn(mutantOf('a'))).toBeUndefined();
      for (const there of ['tenancy/writes.test.ts', 'pgTAP authz/holds.test.sql', 'invariant fence-holds']) {
        kept.keep({ ...killed('a'), kill: { by: there, claim: 'no' } });
        expect(kept.verdictOn(mutantOf('a'))?.kill?.by).toBe(there);
      }
    },
  );

  test('tell what waits for the test files from what lives, and never forget the one for the other', () => {
    const kept = KeptVerdicts.read({ file: file() });
    kept.keep(undecided('a'));
    expect([kept.verdictOn(mutantOf('a')), kept.wasAsked(mutantOf('a'))]).toEqual([undefined, true]);
    kept.keep(alive('a'));
    kept.keep(undecided('a'));
    expect([kept.verdictOn(mutantOf('a')), kept.wasAsked(mutantOf('a'))]).toEqual([alive('a'), false]);
    kept.keep(killed('a'));
    expect(kept.verdictOn(mutantOf('a'))?.kill?.by).toBe('matrix');
  });

  test('tell how many test files were asked in vain, and never forget more for fewer', () => {
    const kept = KeptVerdicts.read({ file: file() });
    kept.keep({ ...undecided('a'), asked: 3 });
    kept.keep(undecided('a'));
    expect([0, 3, 4].map((files) => kept.wasAsked(mutantOf('a'), files))).toEqual([true, true, false]);
    expect(kept.verdictOn(mutantOf('a'))).toBeUndefined();
  });

  test('take what the repository has on record, and do not forget it for what a transaction says', () => {
    const kept = KeptVerdicts.read({ file: file(), recorded: new Map([['a', killed('a')]]) });
    kept.keep(undecided('a'));
    expect(kept.verdictOn(mutantOf('a'))).toEqual(killed('a'));
    kept.keep(alive('a'));
    expect(kept.verdictOn(mutantOf('a')), 'asked of everything, and seen alive').toEqual(alive('a'));
  });

  test('of two runs at once are all kept, and what was judged again counts as judged last', () => {
    const [one, other] = [KeptVerdicts.read({ file: file() }), KeptVerdicts.read({ file: file() })];
    one.keep(killed('a'));
    other.keep(alive('b'));
    one.keep(alive('c'));
    other.keep(killed('c'));
    const both = KeptVerdicts.read({ file: file() });
    expect(['a', 'b', 'c'].map((key) => both.verdictOn(mutantOf(key)))).toEqual([
      killed('a'),
      alive('b'),
      killed('c'),
    ]);
  });
});

test('a changed function is held against the tests that call it, and against those of which nothing is known', async () => {
  const reach = await Reach.read();
  const names = ['planted/a.test.ts', 'planted/b.test.ts', 'planted/c.test.ts', 'planted/d.test.ts'];
  reach.learn('planted/a.test.ts', {
    everywhere: ['authz.holds'],
    tests: { one: ['authz.planted'], two: ['authz.holds'], three: ['?'] },
  });
  reach.learn('planted/b.test.ts', { everywhere: [], tests: { four: ['authz.holds'] } });
  reach.learn('planted/c.test.ts', { everywhere: ['?'], tests: { five: ['authz.holds'] } });
  const ofFunction = { ...mutantOf('a'), calls: 'authz.planted' };
  expect(reach.noticing(ofFunction, names)).toEqual([
    'planted/a.test.ts',
    'planted/c.test.ts',
    'planted/d.test.ts',
  ]);
  expect(reach.noticing(mutantOf('a'), names)).toEqual(names);
  // Of a file, the tests that call it or may have; all of them where hooks do.
  expect(reach.testsNoticing(ofFunction, 'planted/a.test.ts')).toEqual(['one', 'three']);
  expect(
    reach.testsNoticing({ ...mutantOf('a'), calls: 'authz.holds' }, 'planted/a.test.ts'),
  ).toBeUndefined();
  expect(reach.testsNoticing(ofFunction, 'planted/c.test.ts')).toBeUndefined();
  expect(reach.testsNoticing(mutantOf('a'), 'planted/a.test.ts')).toBeUndefined();
});

test('the document counts neither way what was not judged', () => {
  const mutants = ['a', 'b', 'c', 'd'].map((key) => mutantOf(key));
  const document = renderScore(scoreOf([killed('a'), alive('b')], false, []), mutants, '1234');
  expect(document).toContain('**4 mutants: 1 killed, 0 equivalent, 1 alive, 2 open.**');
  expect(document).toContain('| drop-fence | drop the fence of a realm | 4 | 1 | 0 | 1 | 2 |');
  expect(document).toContain('- `b`');
});
