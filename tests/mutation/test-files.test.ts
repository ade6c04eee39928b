import { existsSync } from 'node:fs';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CallFolder, NOBODY_KNOWS, Reach } from '../../scripts/mutation/battery/reach.ts';
import type { Part, Red } from '../../scripts/mutation/battery/suite.ts';
import { Killers, TestFiles } from '../../scripts/mutation/battery/test-files.ts';
import { KillOrder } from '../../scripts/mutation/kill-order.ts';
import type { Mutant } from '../../scripts/mutation/mutant.ts';

const ALONE = 'planted/alone.test.ts';
const STORY = 'planted/story.test.ts';

const mutantOf = (key: string): Mutant => ({
  key,
  operator: 'negate-if',
  subject: 'authz.planted',
  sql: 'select 1',
  calls: 'authz.planted',
});

/** What was run, and whether the mutant stood there. */
let asked: (Part & { readonly isMutant: boolean })[] = [];
/** Whether a test is red where only some of its file are run. */
let isRed: (part: Part, test: string, isMutant: boolean) => boolean = () => false;
let isMutant = true;
let files: TestFiles;

/** Of each file, the tests that it holds. */
const HELD: Readonly<Record<string, readonly string[]>> = {
  [ALONE]: ['a1', 'a2', 'a3'],
  [STORY]: ['s1', 's2'],
};

async function ask(parts: readonly Part[]): Promise<Red | undefined> {
  for (const part of parts) {
    asked.push({ ...part, isMutant });
    const red = (part.tests ?? HELD[part.file] ?? []).find((name) => isRed(part, name, isMutant));
    if (red) return { file: part.file, test: red, claim: `${red} is red` };
  }
  return undefined;
}

let reach: Reach;

beforeAll(async () => {
  reach = await Reach.read();
});

beforeEach(async () => {
  asked = [];
  reach.learn(ALONE, {
    everywhere: [],
    tests: { a1: ['authz.holds'], a2: ['authz.planted'], a3: ['authz.planted'] },
  });
  reach.learn(STORY, { everywhere: [], tests: { s1: ['authz.holds'], s2: ['authz.planted'] } });
  const memory = { order: await KillOrder.read(), reach, killers: new Killers() };
  const template = {
    async whileUnchanged<T>(_: Mutant, work: () => Promise<T>): Promise<T> {
      isMutant = false;
      return work().finally(() => {
        isMutant = true;
      });
    },
  };
  files = new TestFiles(template, memory, { files: [ALONE, STORY], ask, stop() {} }, new Map());
});

describe('the test files of a mutant', () => {
  test('are asked for the tests that call the function, and for no other', async () => {
    isRed = () => false;
    expect(await files.ask(mutantOf('a'), [ALONE, STORY])).toBeUndefined();
    expect(asked).toEqual([
      { file: ALONE, tests: ['a2', 'a3'], isMutant: true },
      { file: STORY, tests: ['s2'], isMutant: true },
    ]);
  });

  test('kill by a test that is green without the mutant, which is looked at once', async () => {
    isRed = (_, name, mutant) => mutant && name === 'a2';
    expect(await files.ask(mutantOf('a'), [ALONE])).toEqual({ by: ALONE, claim: 'a2 is red' });
    expect(await files.ask(mutantOf('b'), [ALONE])).toEqual({ by: ALONE, claim: 'a2 is red' });
    expect(asked.map(({ tests, isMutant: of }) => [tests, of])).toEqual([
      [['a2', 'a3'], true],
      [['a2'], false],
      [['a2', 'a3'], true],
    ]);
  });

  test('kill nothing by a test that only leans on one that was left out: its file is asked whole', async () => {
    isRed = ({ tests }, name) => name === 's2' && tests?.includes('s1') === false;
    expect(await files.ask(mutantOf('a'), [STORY])).toBeUndefined();
    expect(await files.ask(mutantOf('b'), [STORY])).toBeUndefined();
    expect(asked.map(({ tests, isMutant: of }) => [tests, of])).toEqual([
      [['s2'], true],
      [['s2'], false],
      [undefined, true],
      [undefined, true],
    ]);
  });

  test('kill in a whole file what they did not kill in a part of it', async () => {
    isRed = ({ tests }, name, mutant) =>
      name === 's2' && (tests === undefined ? mutant : !tests.includes('s1'));
    expect(await files.ask(mutantOf('a'), [STORY])).toEqual({ by: STORY, claim: 's2 is red' });
  });

  test('kill nothing by a whole file that is red without the mutant too; the others of its group are asked', async () => {
    isRed = ({ file, tests }, name, mutant) =>
      file === STORY ? tests === undefined || !tests.includes('s1') : mutant && name === 'a3';
    expect(await files.ask(mutantOf('a'), [STORY])).toBeUndefined();
    expect(await files.ask(mutantOf('a'), [STORY, ALONE])).toEqual({ by: ALONE, claim: 'a3 is red' });
  });

  test('come before those of whom nobody knows what they call, however quick', async () => {
    reach.learn(ALONE, NOBODY_KNOWS);
    expect(files.for(mutantOf('a'))).toEqual([STORY, ALONE]);
    reach.learn(ALONE, { everywhere: ['authz.planted'], tests: {} });
    reach.learn(STORY, NOBODY_KNOWS);
    expect(files.for(mutantOf('a'))).toEqual([ALONE, STORY]);
  });

  test('begin with the test that killed another mutant of the same function, by itself', async () => {
    isRed = (_, name, mutant) => mutant && name === 'a3';
    await files.ask(mutantOf('a'), [ALONE]);
    asked = [];
    expect(await files.askKnownKillers(mutantOf('b'))).toEqual({ by: ALONE, claim: 'a3 is red' });
    expect(asked[0]).toEqual({ file: ALONE, tests: ['a3'], isMutant: true });
    expect(await files.askKnownKillers({ ...mutantOf('c'), subject: 'authz.other' })).toBeUndefined();
  });

  test('that are red only while somebody looks at what they call are held against everything; any other is told', async () => {
    const folder = await CallFolder.make();
    const waiting = [ALONE, STORY];
    isRed = ({ file }) => file === ALONE && existsSync(folder.path);
    expect(await files.survey(() => waiting.shift(), folder)).toBeUndefined();
    expect(asked.map(({ file }) => file)).toEqual([ALONE, ALONE, STORY]);
    expect(reach.noticing({ ...mutantOf('a'), calls: 'authz.other' }, [ALONE])).toEqual([ALONE]);
    isRed = ({ file }) => file === ALONE;
    const again = await CallFolder.make();
    expect(await files.survey(() => ALONE, again)).toEqual({ by: ALONE, claim: 'a1 is red' });
    await again.remove();
  });
});
