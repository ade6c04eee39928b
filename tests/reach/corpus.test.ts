import { afterAll, describe, expect, test } from 'vitest';
import { useDatabase } from '../support/database.ts';
import { CORPUS } from './corpus/index.ts';
import { type Migration, toldOn } from './corpus/migration.ts';
import { describeObserved } from './observed.ts';
import { Reviewer } from './reviewer.ts';

const database = useDatabase();
const reviewer = new Reviewer(database);
const ALL = Object.values(CORPUS).flat();

/** What was told of each, by what it does: judged once all were reviewed. */
const told = new Map<string, boolean>();

/** What this server is too old for. */
const skipped = new Set<string>();
const asked = () => ALL.filter(({ does }) => !skipped.has(does));

/** How many ask a helper changes with every migration that lands, and is nothing of what the sentence says. */
const uncounted = (line: string) =>
  line.replaceAll(/\b\d+ (function|polic(?:y|ies)|trigger|view|constraint|default)s?\b/g, 'some $1');

const wrongly = (list: readonly Migration[], mayWiden: boolean) =>
  list
    .filter(({ does, widens }) => told.get(does) === mayWiden && widens !== mayWiden)
    .map(({ does }) => does);

for (const [route, migrations] of Object.entries(CORPUS)) {
  describe(route, () => {
    test.for(
      migrations.map(
        (migration) => [`of a migration that ${migration.does}, exactly so much is told`, migration] as const,
      ),
    )('%s', async ([, migration], { skip }) => {
      const major = await reviewer.major();
      if (major < (migration.since ?? 0)) {
        skipped.add(migration.does);
        skip(`PostgreSQL ${migration.since} brought its words`);
      }
      const { verdicts, mayWiden } = await reviewer.review(migration);
      told.set(migration.does, mayWiden);
      expect(verdicts.map(({ mark, sentence }) => uncounted(`${mark}: ${sentence}`))).toEqual(
        toldOn(major, migration).map(uncounted),
      );
    });
  });
}

describe('of all of them', () => {
  test("whatever may widen somebody's reach is told as that [S-30 S-29 +]", () => {
    expect(told.size).toBe(asked().length);
    expect(skipped.size).toBeLessThan(10);
    expect(ALL.filter(({ widens }) => widens).length).toBeGreaterThan(80);
    expect(wrongly(asked(), false)).toEqual([]);
  });

  test('whatever widens nothing is not told as that: refactorings, narrowings, what another condition makes up for [S-30 S-29 -]', () => {
    expect(ALL.filter(({ widens }) => !widens).length).toBeGreaterThan(60);
    expect(wrongly(asked(), true)).toEqual([]);
  });
});

test('every migration of the corpus is told apart by what it does [S-30 +]', () => {
  expect(new Set(ALL.map(({ does }) => does)).size).toBe(ALL.length);
});

describeObserved(database, reviewer);

afterAll(() => {
  const widening = asked().filter(({ widens }) => widens).length;
  const found = [...told.values()].filter((mayWiden) => mayWiden).length;
  const falsely = { silent: wrongly(asked(), false), alarmed: wrongly(asked(), true) };
  const percent = (part: number, whole: number) => `${((100 * part) / whole).toFixed(1)} %`;
  const right = found - falsely.alarmed.length;
  process.stdout.write(
    [
      ...falsely.silent.map((does) => `false silence: ${does}`),
      ...falsely.alarmed.map((does) => `false alarm: ${does}`),
      `"may widen" over ${told.size} migrations: precision ${percent(right, found)}, recall ${percent(right, widening)}`,
      '',
    ].join('\n'),
  );
});
